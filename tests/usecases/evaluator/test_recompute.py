"""A year in whole columns gives what the accounts give, under the old factors and the new."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.evaluator.domain.budget import Series
from services.evaluator.domain.figures.names import Options, parse_figure
from services.evaluator.domain.figures.rendering import exact
from services.evaluator.domain.records.factor import FactorRecord
from services.evaluator.handlers.recompute import Recompute, closed_months
from services.evaluator.ports.register import RecordKind
from shared.model.period import reporting_period
from tests.usecases.evaluator.publications import MemoryPublications
from tests.usecases.evaluator.reckoning import (
    CITY,
    COKERY,
    EAST,
    HYBRID,
    LANES,
    MILL,
    PLANT,
    PROVINCE,
    WEST,
    ZONE,
    Province,
)

EVERYBODY = (PLANT, MILL, COKERY, HYBRID, WEST, EAST, CITY, PROVINCE)


def factor(series: str, item: str, value: str, unit: str, **more: Any) -> FactorRecord:
    return FactorRecord(
        series=series,
        item=item,
        unit=unit,
        value=Decimal(value),
        version="new",
        source="test",
        confidence="S",
        **more,
    )


GRID = factor(
    "grid",
    "electricity",
    "0.5",
    "kgCO2/kWh",
    place="150000",
    valid_from="2024-01-01",
    valid_to="2025-01-01",
)


async def values(place: Province, as_of: int) -> dict[tuple[str, str, str], Fraction | None]:
    """Every month of everybody, by the accounts."""
    names = [
        (parse_figure(f"{who}/{measure}/2024-{month:02d}", options), series)
        for who in EVERYBODY
        for month in range(1, 13)
        for measure, series in (
            ("energy-total", Series.CALORIFIC),
            ("energy-total", Series.EQUIVALENT),
            ("carbon-total", Series.CALORIFIC),
        )
        for options in [Options(series=series, as_of=as_of)]
    ]
    made = await place.reckoner.figures([name for name, _ in names])
    return {
        (str(name), name.word, series.value): one.figure.value
        for (name, series), one in zip(names, made, strict=True)
    }


use = st.tuples(
    st.sampled_from(LANES[:-1]), st.integers(1, 12), st.integers(0, 10**9), st.integers(0, 600)
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(use, min_size=1, max_size=12))
async def test_columns_and_accounts_agree(
    uses: list[tuple[tuple[str, str, str], int, int, int]],
) -> None:
    place = Province()
    await place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
    for (owner, carrier, flow), month, amount, hour in uses:
        quantity = str(Decimal(amount) / 100)
        place.use(owner, carrier, flow, f"2024-{month:02d}", quantity, hour)
    before = place.commit
    after = await place.put(RecordKind.FACTOR, GRID)
    publications = MemoryPublications(place.books, place.memory)
    report = await Recompute(place.gatherer, publications, publications).run(2024, before)
    old, new = await values(place, before), await values(place, after)
    found = {
        (one.change.figure, one.change.figure.split("/")[1], one.change.detail.get("series", "")): (
            one.change.old,
            one.change.new,
        )
        for one in publications.changes
    }
    for (figure, word, series), value in old.items():
        later = new[figure, word, series]
        place_of = (figure, word, series if series == "equivalent" else "")
        if value == later:
            assert place_of not in found
        else:
            assert found[place_of] == (exact(value), exact(later))
    assert report.changed == len(found)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(use, min_size=1, max_size=8), st.booleans(), st.integers(1, 12))
async def test_statements_and_changes_within_a_month_are_computed_by_accounts(
    uses: list[tuple[tuple[str, str, str], int, int, int]], is_stated: bool, month: int
) -> None:
    place = Province()
    await place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
    if is_stated:
        for item, value in (("opening-stock", "90"), ("purchase", "40"), ("closing-stock", "30")):
            for nth in (month, 12):
                await place.state(PLANT, item, f"2024-{nth:02d}", value, "t", qualifier="raw-coal")
    for (owner, carrier, flow), nth, amount, hour in uses:
        quantity = str(Decimal(amount) / 100)
        place.use(owner, carrier, flow, f"2024-{nth:02d}", quantity, hour)
    before = place.commit
    grid = replace(GRID, valid_from=f"2024-{month:02d}-11")
    coal = factor("tce-calorific", "raw-coal", "0.7", "kgce/kg", valid_from="2024-01-01")
    await place.put(RecordKind.FACTOR, grid, coal)
    publications = MemoryPublications(place.books, place.memory)
    said: list[str] = []
    report = await Recompute(place.gatherer, publications, publications).run(
        2024, before, say=lambda step, _done, _whole: said.append(step)
    )
    old, new = await values(place, before), await values(place, place.commit)
    expected = {
        (figure, series if series == "equivalent" else ""): (exact(value), exact(later))
        for (figure, _, series), value in old.items()
        if value != (later := new[figure, _, series])
    }
    found = {
        (one.change.figure, one.change.detail.get("series", "")): (one.change.old, one.change.new)
        for one in publications.changes
    }
    assert found == expected
    assert (PLANT in report.left) == is_stated
    assert said[-1] == "record"


async def test_a_report_tells_what_changed() -> None:
    place = Province()
    await place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
    place.use(MILL, "electricity", "import", "2024-01", "1000")
    place.use(MILL, "electricity", "import", "2024-11", "1000")
    place.use(PLANT, "raw-coal", "import", "2024-02", "1000")
    for month in ("2024-01", "2024-11"):
        place.use(MILL, "natural-gas", "import", month, "0")
    before = place.commit
    await place.put(RecordKind.FACTOR, GRID)
    publications = MemoryPublications(place.books, place.memory)
    said: list[str] = []
    recompute = Recompute(place.gatherer, publications, publications)
    report = await recompute.run(
        2024, before, closed=10, say=lambda step, _done, _whole: said.append(step)
    )
    assert report.measures["energy.calorific"].changed == 0
    assert report.measures["co2"].changed == 4  # the mill, its county, its city, the province
    assert {one.change.period for one in publications.changes} == {"2024-01"}
    one = next(c.change for c in publications.changes if c.change.subject == MILL)
    assert (one.old, one.new, one.cause) == ("0.6479", "0.5", "factors")
    assert {"read", "weights", "compare"} <= set(said)
    assert report.subjects == 6


def test_months_close_when_they_are_over() -> None:
    half = reporting_period("2024-07", ZONE).first_hour * 3_600_000_000
    assert closed_months(2024, half) == 6
    assert closed_months(2023, half) == 12
    assert closed_months(2025, half) == 0
