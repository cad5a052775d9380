"""Measures are called by their own names, also in the reasons why something is missing."""

from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.records.indicator import Direction, Indicator, Term
from services.evaluator.domain.statistics.statement_book import nothing_of
from services.evaluator.handlers.reckoner.measure_names import MeasureNames
from services.evaluator.ports.register import Entry, RecordKind


def names(*terms: str, by: str = "") -> MeasureNames:
    indicator = Indicator(
        code="forest",
        name="示范林面积",
        name_en="demonstration forest",
        unit="亩",
        direction=Direction.HIGHER,
        numerator=tuple(Term(ref=ref) for ref in terms),
        denominator=(Term(ref=by),) if by else (),
    )
    entry = Entry(
        kind=RecordKind.INDICATOR,
        key="forest",
        version=1,
        commit=1,
        at_us=0,
        by="office",
        subject="",
        body=indicator,
    )
    return MeasureNames([entry])


(MISSING,) = nothing_of("new-area", "demonstration-forest").missing
REF = "statement:new-area:demonstration-forest"


def test_measures_have_names() -> None:
    assert names(REF).label("forest") == Label("示范林面积", "demonstration forest")
    assert names(REF).label("energy-total").zh == "能耗总量"
    assert names(REF).label("nobody") == Label("nobody", "nobody")


def test_a_missing_statement_is_called_as_the_indicator_that_it_is() -> None:
    said = names(REF).reason(MISSING)
    assert said == Label("缺少示范林面积", "demonstration forest missing")
    other = Label("缺少地区生产总值", "GDP missing")
    assert names("statement:gdp").reason(other) == other


def test_a_part_of_an_indicator_keeps_its_name() -> None:
    assert names(REF, by="statement:gdp").reason(MISSING) == MISSING
