"""Matchers are read and applied as Alertmanager does."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.alerts.domain.matchers import (
    Matcher,
    Operator,
    all_match,
    compiled,
    one_of,
    parse_matcher,
    parse_matchers,
    written,
)

NAMES = st.from_regex(r"[a-zA-Z_:][a-zA-Z0-9_:]*", fullmatch=True)
WORDS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
MATCHERS = st.builds(Matcher, NAMES, st.sampled_from([Operator.EQUAL, Operator.NOT_EQUAL]), WORDS)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('a="b"', '{a="b"}'),
        ("a=b", '{a="b"}'),
        ("  a  =~  b|c  ", '{a=~"b|c"}'),
        ('{a="b",c=~"d|e"}', '{a="b",c=~"d|e"}'),
        ('a=~"x,y", b!="z"', '{a=~"x,y",b!="z"}'),
        ("a=", '{a=""}'),
        ('a=" b "', '{a=" b "}'),
        (r'a="q\"q\\q\nq\qq"', r'{a="q\"q\\q\nq\\qq"}'),
        ("{}", "{}"),
        ("", "{}"),
        ('a="b",', '{a="b"}'),
    ],
)
def test_a_list_is_read(text: str, read: str) -> None:
    assert written(parse_matchers(text)) == read


@pytest.mark.parametrize(
    "text",
    ["a", 'a="b', 'a="b"c', ",a=b", "=b", "1a=b", 'a=b"', "a=~(", "a=~(?=b)", "a=~(b+)+", "a=\x00"],
)
def test_what_is_not_a_matcher_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_matchers(text)


@pytest.mark.parametrize(
    "pattern",
    [
        "(b+)+",
        "(.|.)*x",
        "((a|a)b?)+",
        "(.{0,9}){0,9}x",
        ".*.*.*.*.*.*x",
        "(?i:a|A)+",
        "(?P<n>a*)+",
    ],
)
def test_a_pattern_that_takes_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="repeat"):
        compiled(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["150[26].*|1506.*|62.*|63.*|64.*|54.*", "(15|62).*", "(ab)+", "(a|b)?c", "a{2}", ".*a.*b.*"],
)
def test_patterns_that_people_write_are_taken(pattern: str) -> None:
    assert compiled(pattern)


@pytest.mark.parametrize(
    ("text", "labels", "hit"),
    [
        ("a=b", {"a": "b"}, True),
        ("a=b", {"a": "bc"}, False),
        ("a=", {}, True),
        ("a!=b", {}, True),
        ("a=~b", {"a": "bc"}, False),
        ("a=~b.*", {"a": "bc"}, True),
        ("a=~b|c", {"a": "c"}, True),
        ("a=~.+", {}, False),
        ("a!~.+", {}, True),
        ("a=~[[:digit:]]{2}", {"a": "12"}, True),
        (r"a=~\d", {"a": "٣"}, False),
        ("region=~1501.*", {"region": "150100"}, True),
    ],
)
def test_a_pattern_covers_the_whole_value(text: str, labels: dict[str, str], hit: bool) -> None:
    assert parse_matcher(text).matches(labels) is hit


@given(st.lists(MATCHERS))
def test_what_is_written_is_read_back(matchers: list[Matcher]) -> None:
    assert parse_matchers(written(matchers)) == tuple(matchers)


@given(st.lists(WORDS.filter(bool), min_size=1, unique=True), WORDS)
@example([r"\z", "0"], "z")
def test_literal_values_match_themselves_only(values: list[str], other: str) -> None:
    matcher = one_of("a", values)
    assert all(all_match([matcher], {"a": value}) for value in values)
    assert matcher.matches({"a": other}) is (other in values)
