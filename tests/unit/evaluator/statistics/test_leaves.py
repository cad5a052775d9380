"""Addresses of leaves survive any key."""

from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.statistics.leaves import quoted


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_a_quoted_key_reads_back(key: str) -> None:
    found = quoted(key)
    assert unquote(found) == key
    assert not set(found) & set("/?&#= +:")
