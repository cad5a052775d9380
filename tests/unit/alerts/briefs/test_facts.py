"""The facts of a brief mirror what the evaluator answers, field by field."""

from dataclasses import fields
from fractions import Fraction

import msgspec
import pytest

from services.alerts.adapters.briefs import facts_codec, measures_file
from services.alerts.domain.briefs import facts as f
from services.alerts.domain.briefs.document import Edition, Language
from services.alerts.domain.briefs.writing.pen import Pen
from services.alerts.domain.briefs.writing.signals import signals
from shared.contracts import situation as contract
from tests.unit.alerts.briefs.example import example_facts, example_situation

_RECORDS = [
    one
    for one in vars(contract).values()
    if isinstance(one, type) and issubclass(one, msgspec.Struct) and one is not msgspec.Struct
]


@pytest.mark.parametrize("record", _RECORDS, ids=lambda one: str(one.__name__))
def test_records_have_the_fields_of_the_contract(record: type[msgspec.Struct]) -> None:
    """A field that the evaluator adds is seen here first."""
    mine = getattr(f, record.__name__)
    assert {one.name for one in fields(mine)} == set(record.__struct_fields__)


def test_a_situation_of_the_contract_is_read_as_it_is() -> None:
    """Bytes of the contract come in as exact numbers."""
    value = facts_codec.encode(example_situation())
    told = contract.decode(value)
    assert facts_codec.situation_of(contract.encode(told)) == example_situation()


def test_numbers_are_exact() -> None:
    """A decimal, or a fraction where the decimal has no end; never a float."""
    amount = f.Amount(unit="tce", value=Fraction(1, 3))
    assert facts_codec.exact_text(Fraction(1, 3)) == "1/3"
    assert facts_codec.exact_text(Fraction(-5, 4)) == "-1.25"
    value = msgspec.json.encode(amount, enc_hook=facts_codec.exact_text)
    assert value == b'{"unit":"tce","value":"1/3","missing":[],"flags":[]}'


@pytest.mark.parametrize("text", ["1.5.2", "abc", "1/0", ""])
def test_what_is_no_number_is_refused(text: str) -> None:
    """The message says that the bytes are not a situation."""
    value = facts_codec.encode(example_situation())
    wrong = value.replace(b'"98.2"', f'"{text}"'.encode())
    assert wrong != value
    with pytest.raises(facts_codec.BadFactsError, match="not a situation"):
        facts_codec.situation_of(wrong)


def test_the_digest_is_of_the_figures_alone() -> None:
    """A person's remarks, the number and the date do not change it; a figure does."""
    facts = example_facts()
    digest = facts_codec.sealed(facts).digest
    assert len(digest) == 64
    assert facts_codec.sealed(_with(facts, number="", remarks={}, date="")).digest == digest
    assert facts_codec.sealed(_with(facts, preliminary=True)).digest != digest


def _with(facts: f.Facts, **changes: object) -> f.Facts:
    values = {one.name: getattr(facts, one.name) for one in fields(facts)}
    return f.Facts(**(values | changes))


def test_shipped_measures_go_by_figures_that_there_are() -> None:
    """Every rule names a figure that is reckoned, and only fills in names."""
    pen = Pen(facts=example_facts(), language=Language.ZH, edition=Edition.OFFICE)
    known = signals(pen)
    for rule in measures_file.shipped():
        assert rule.figure in known
        for text in (rule.text.zh, rule.text.en):
            assert "{" not in text.replace("{names}", "")
            assert not text.endswith(("。", "."))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("measures: [{code: a, figure: b, zh: c, en: d}]", "a has no bound"),
        ("measures: [{code: a, figure: b, zh: c, en: d, above: x}]", "'x' is no number"),
        ("measures: [{code: a}]", "figure"),
        ("measures: {", "measures"),
        (
            "measures: [{code: a, figure: b, zh: c, en: d, above: 1},"
            " {code: a, figure: b, zh: c, en: d, above: 1}]",
            "a is there twice",
        ),
    ],
)
def test_a_bad_file_of_measures_is_refused(text: str, word: str) -> None:
    """The message names the measure and what is wrong."""
    with pytest.raises(measures_file.BadMeasuresError, match=word):
        measures_file.read(text)
