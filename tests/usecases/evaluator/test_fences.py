"""A region is the sum of its enterprises, by whichever meters they count, and a year its parts."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.evaluator.domain.figures.names import Basis as Net
from services.evaluator.domain.figures.names import Options, parse_figure
from services.evaluator.domain.records.method import Basis, Method
from services.evaluator.ports.register import RecordKind
from shared.model.catalogue import Catalogue, Entity, Record
from shared.model.instants import BEGINNING_US, FOREVER_US, HOUR_US
from shared.model.period import reporting_period
from tests.usecases.evaluator.catalogues import meter
from tests.usecases.evaluator.reckoning import (
    CITY,
    COKERY,
    HYBRID,
    MILL,
    PLANT,
    PROVINCE,
    WEST,
    ZONE,
    Province,
    catalogue,
)

JULY = reporting_period("2024-07", ZONE).first_hour
LANES = (
    *((MILL, "raw-coal", flow) for flow in ("conversion_input", "feedstock")),
    *((MILL, "coke", flow) for flow in ("conversion_output", "conversion_input", "export")),
    *((MILL, "natural-gas", flow) for flow in ("feedstock", "import")),
)
PARTS = (["2024H1", "2024-07-01/2025-01-01"], [f"2024Q{nth}s" for nth in range(1, 5)])
MEASURES = ("energy-total", "carbon-total", "account:exclusion.feedstock.calorific")


def standing(number: int, lane: tuple[str, str, str], first: int | None) -> Entity:
    """A meter of the lane; it stands from the hour on, or always."""
    owner, carrier, flow = lane
    unit = {"natural-gas": "m3"}.get(carrier, "kg")
    made = meter(number, owner, carrier=carrier, flow=flow, unit=unit)
    since = Record(
        valid_from=BEGINNING_US if first is None else first * HOUR_US,
        valid_to=FOREVER_US,
        version=1,
        recorded_at=0,
        attributes=made.latest(),
    )
    return Entity(kind=made.kind, code=made.code, number=number, records=(since,))


def world_of(lanes: Sequence[tuple[tuple[str, str, str], bool]]) -> Catalogue:
    """The small province with further meters; those marked stand from July on."""
    points = [
        standing(100 + nr, lane, JULY + 5 if late else None)
        for nr, (lane, late) in enumerate(lanes)
    ]
    return catalogue().with_entities(2, points)


async def values(place: Province, *names: str, **options: object) -> list[Fraction | None]:
    asked = [parse_figure(name, Options(**options)) for name in names]  # type: ignore[arg-type]
    return [one.figure.value for one in await place.reckoner.figures(asked)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(LANES), st.booleans()), max_size=6, unique_by=lambda one: one[0]
    ),
    st.lists(st.integers(1, 10**6), min_size=12, max_size=12),
)
async def test_by_whichever_meters_a_region_is_its_enterprises_and_a_year_its_parts(
    lanes: list[tuple[tuple[str, str, str], bool]], amounts: list[int]
) -> None:
    known = world_of(lanes)
    place = Province(known)
    for each in place.rulebook.rules.owners:
        for point in each.points:
            for month, amount in enumerate(amounts, 1):
                if month >= 8 or point.segments[0].start < 0:
                    lane = (each.owner, point.carrier, point.flow)
                    place.use(*lane, f"2024-{month:02d}", str(amount * (point.number % 7)))
    members = (PLANT, MILL, COKERY, HYBRID)
    for measure in MEASURES[:2]:
        for basis in Net:
            every = await values(place, *(f"{who}/{measure}/2024" for who in members), basis=basis)
            (whole,) = await values(place, f"{PROVINCE}/{measure}/2024", basis=basis)
            assert whole == sum((one for one in every if one is not None), Fraction(0)), measure
    for who in (MILL, CITY):
        for measure in MEASURES[:2]:
            (year,) = await values(place, f"{who}/{measure}/2024")
            for texts in PARTS:
                parts = await values(place, *(f"{who}/{measure}/{text}" for text in texts))
                assert year == sum((one for one in parts if one is not None), Fraction(0))


async def boiler() -> Province:
    """The mill's coal is seen at its boiler alone, 10 t a month."""
    place = Province(world_of([(LANES[0], False)]))
    for month in range(1, 13):
        for lane in ((MILL, "electricity", "import"), (MILL, "natural-gas", "import")):
            place.use(*lane, f"2024-{month:02d}", "0")
        place.use(*LANES[0], f"2024-{month:02d}", "10000")
    return place


COAL = Fraction("0.7143")
"""tce in a tonne of raw coal."""


async def test_coal_that_is_metered_at_the_boiler_is_coal() -> None:
    place = await boiler()
    name = "account:energy.calorific.raw-coal/2024"
    assert await values(place, f"{MILL}/{name}", f"{PROVINCE}/{name}") == [120 * COAL] * 2
    assert await values(place, f"{MILL}/carbon-total/2024") != [Fraction(0)]


async def stock(place: Province, who: str, period: str, *terms: str) -> None:
    items = ("opening-stock", "purchase", "closing-stock")
    for item, value in zip(items, terms, strict=True):
        if value:
            await place.state(who, item, period, value, "t", qualifier="raw-coal")


async def test_another_method_from_july_on_cuts_the_year() -> None:
    """By meters 10 t a month until June, then by stock: 5 + 100 − 25."""
    place = await boiler()
    await stock(place, MILL, "2024-07-01/2025-01-01", "5", "100", "25")
    methods = [
        Method(subject=MILL, carrier="raw-coal", basis=basis, valid_from=first, valid_to=end)
        for basis, first, end in (
            (Basis.METERED, "2024-01-01", "2024-07-01"),
            (Basis.STOCK, "2024-07-01", ""),
        )
    ]
    await place.put(RecordKind.METHOD, *methods)
    for who in (MILL, PROVINCE):
        periods = ("2024H1", "2024-07-01/2025-01-01", "2024")
        found = await values(
            place, *(f"{who}/account:energy.calorific.raw-coal/{text}" for text in periods)
        )
        assert found == [60 * COAL, 80 * COAL, 140 * COAL], who
        carbon = await values(place, *(f"{who}/carbon-total/{text}" for text in periods))
        assert None not in carbon
        assert carbon[2] == sum((one for one in carbon[:2] if one is not None), Fraction(0))


class TestStocks:
    """The balance of a year out of statements of its parts."""

    name = f"{MILL}/account:fuel.raw-coal.balance"

    async def test_what_one_half_leaves_the_next_one_begins_with(self) -> None:
        place = await boiler()
        await stock(place, MILL, "2024H1", "20", "100", "30")
        await stock(place, MILL, "2024-07-01/2025-01-01", "", "60", "40")
        periods = ("2024H1", "2024-07-01/2025-01-01", "2024")
        found = await values(place, *(f"{self.name}/{text}" for text in periods))
        assert found == [90_000, 50_000, 140_000]

    async def test_a_hole_between_purchases_is_missing(self) -> None:
        place = await boiler()
        await stock(place, MILL, "2024", "20", "", "40")
        for month in (1, 2, 4):
            await stock(place, MILL, f"2024-{month:02d}", "", "10", "")
        assert await values(place, f"{self.name}/2024") == [None]

    async def test_the_same_half_under_two_names_is_bought_once(self) -> None:
        place = await boiler()
        await stock(place, MILL, "2024H1", "20", "100", "30")
        await stock(place, MILL, "2024Q2", "20", "101", "30")
        assert await values(place, f"{self.name}/2024H1") == [91_000]


async def test_whoever_moves_within_a_city_stays_its_member() -> None:
    """In one county until June and the other from July on; its stock is the city's for the year."""
    known = catalogue()
    mill = known.entities[MILL]
    moved = Record(
        valid_from=JULY * HOUR_US,
        valid_to=FOREVER_US,
        version=2,
        recorded_at=0,
        attributes={**mill.latest(), "region": WEST.partition(":")[2]},
    )
    known = known.with_entities(
        2,
        [
            Entity(
                kind=mill.kind, code=mill.code, number=mill.number, records=(*mill.records, moved)
            )
        ],
    )
    place = Province(known)
    await stock(place, MILL, "2024", "20", "100", "30")
    name = "account:energy.calorific.raw-coal/2024"
    assert await values(place, f"{CITY}/{name}") == [90 * COAL]
