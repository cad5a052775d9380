"""Columns of enterprises say what single figures say, and parts add up to the region's total."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.evaluator.adapters.industries_file import load_industries
from services.evaluator.domain.figures.names import Options, parse_figure
from services.evaluator.domain.figures.rendering import exact
from services.evaluator.handlers.situation.ground import Population
from services.evaluator.handlers.situation.users import People
from shared.contracts.situation import Grouping
from tests.usecases.evaluator.reckoning import (
    CITY,
    EAST,
    MILL,
    PLANT,
    PROVINCE,
    WEST,
    Province,
)
from tests.usecases.evaluator.situation.crowd import (
    EVERYBODY,
    INSIDE,
    LANES_OF_ALL,
    NoBudgets,
    crowd,
    ground_of,
    put_grid,
)

Use = tuple[tuple[str, str, str], int, int, int, int]
uses = st.lists(
    st.tuples(
        st.sampled_from(LANES_OF_ALL),
        st.sampled_from((2023, 2024)),
        st.integers(1, 12),
        st.integers(0, 10**9),
        st.integers(0, 600),
    ),
    min_size=1,
    max_size=24,
)
moves = st.dictionaries(
    st.sampled_from(EVERYBODY),
    st.tuples(
        st.sampled_from(("150203", "150204")),
        st.sampled_from(("2023-05", "2024-01", "2024-02", "2024-08")),
    ),
    max_size=2,
)
often = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


async def people(place: Province, region: str, text: str, **more: Any) -> Population:
    ground = await ground_of(place, region, text, **more)
    return await People(NoBudgets(), load_industries())(ground)


def used(place: Province, listed: list[Use], *, everything: bool) -> None:
    """These uses; with `everything` each lane was heard of in each month."""
    known = {
        (point.carrier, point.flow, each.owner)
        for each in place.rulebook.rules.owners
        for point in each.points
    }
    for owner, carrier, flow in LANES_OF_ALL if everything else ():
        for year in (2023, 2024):
            for month in range(1, 13):
                if (carrier, flow, owner) in known:
                    place.use(owner, carrier, flow, f"{year}-{month:02d}", "0")
    for (owner, carrier, flow), year, month, amount, hour in listed:
        if (carrier, flow, owner) in known:
            place.use(owner, carrier, flow, f"{year}-{month:02d}", str(Decimal(amount) / 100), hour)


async def figures(place: Province, text: str) -> dict[tuple[str, str], str | None]:
    """Every enterprise's totals, as `/v1/figures` has them."""
    names = [f"{who}/{of}/{text}" for who in EVERYBODY for of in ("energy-total", "carbon-total")]
    made = await place.reckoner.figures(
        [parse_figure(name, Options(as_of=place.commit)) for name in names]
    )
    return {(one.who.subject.code, one.name.measure): exact(one.figure.value) for one in made}


def add_up(grouping: Grouping) -> None:
    """The parts are exactly the whole, in both years, wherever that is known."""
    for which in ("now", "earlier"):
        whole = getattr(grouping.whole, which).value
        parts = [getattr(part.moved, which).value for part in grouping.parts]
        if whole is not None and None not in parts:
            assert sum(map(Fraction, parts)) == Fraction(whole)


async def same_as_figures(place: Province, region: str, text: str, earlier: str) -> Population:
    found = await people(place, region, text)
    now, before = await figures(place, text), await figures(place, earlier)
    users = found.users
    for nr, code in enumerate(users.code):
        assert users.energy[nr] == now[code, "energy-total"]
        assert users.carbon[nr] == now[code, "carbon-total"]
        assert users.energy_earlier[nr] == before[code, "energy-total"]
        assert users.carbon_earlier[nr] == before[code, "carbon-total"]
    for grouping in found.groupings:
        if grouping.complete:
            add_up(grouping)
    return found


@often
@given(
    uses,
    st.sets(st.sampled_from(INSIDE)),
    moves,
    st.booleans(),
    st.sampled_from((PROVINCE, CITY, WEST, EAST)),
    st.sampled_from(("2024Q3", "2024", "2024-02", "2024Q2s")),
)
async def test_columns_are_the_figures(
    listed: list[Use],
    inside: set[tuple[str, str, str]],
    moved: dict[str, tuple[str, str]],
    everything: bool,
    region: str,
    text: str,
) -> None:
    place = Province(crowd(sorted(inside), moved))
    await place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
    used(place, listed, everything=everything)
    await same_as_figures(place, region, text, text.replace("2024", "2023"))


@often
@given(
    uses,
    st.sets(st.sampled_from(INSIDE)),
    moves,
    st.sets(st.sampled_from(("stock", "process", "gas", "region")), min_size=1),
    st.sampled_from(("150000", "150200", "150204")),
    st.sampled_from(("2024-01-01", "2024-02-11", "2023-07-01")),
    st.sampled_from((PROVINCE, CITY, EAST)),
)
async def test_statements_and_factors_of_places_are_counted_too(
    listed: list[Use],
    inside: set[tuple[str, str, str]],
    moved: dict[str, tuple[str, str]],
    stated: set[str],
    where: str,
    since: str,
    region: str,
) -> None:
    place = Province(crowd(sorted(inside), moved))
    await place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
    await put_grid(place, where, since)
    if "stock" in stated:
        for item, value in (("opening-stock", "90"), ("purchase", "40"), ("closing-stock", "30")):
            for year in ("2023Q1", "2024Q1"):
                await place.state(PLANT, item, year, value, "t", qualifier="raw-coal")
    if "process" in stated:
        await place.state(MILL, "process-emission", "2024Q1", "12.5", "tCO2", qualifier="lime")
    if "gas" in stated:
        await place.state(MILL, "ghg", "2024Q1", "0.5", "t", qualifier="CH4")
    if "region" in stated:
        await place.state(PROVINCE, "process-emission", "2024Q1", "7", "tCO2", qualifier="lime")
    used(place, listed, everything=True)
    await same_as_figures(place, region, "2024Q1", "2023Q1")
