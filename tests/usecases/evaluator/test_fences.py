"""A region is the sum of its enterprises, by whichever meters they count, and a year its parts."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.evaluator.domain.figures.names import Basis as Net
from services.evaluator.domain.figures.names import Options, parse_figure
from services.evaluator.domain.figures.rendering import exact
from services.evaluator.domain.records.method import Basis, Method
from services.evaluator.handlers.recompute import Recompute
from services.evaluator.ports.register import RecordKind
from shared.model.catalogue import Catalogue, Entity, EntityKind, Record
from shared.model.instants import BEGINNING_US, FOREVER_US, HOUR_US
from shared.model.period import reporting_period
from tests.usecases.evaluator.catalogues import entity, meter
from tests.usecases.evaluator.publications import MemoryPublications
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
from tests.usecases.evaluator.test_recompute import factor

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


def spread(homes: Sequence[str]) -> Catalogue:
    """Two mills with electricity alone, tagged as one sector, in these places."""
    regions = [
        entity(EntityKind.REGION, code, 960 + nr, {"parent": None, "name": code})
        for nr, code in enumerate(("110000", "530000"))
    ]
    tag = entity(EntityKind.TAG, "steel", 910, {"name": "steel"})
    mills = [
        entity(EntityKind.ENTERPRISE, f"S{nr}", 920 + nr, {"region": home})
        for nr, home in enumerate(homes)
    ]
    members = [
        entity(
            EntityKind.MEMBER, f"steel/S{nr}", 930 + nr, {"tag": "steel", "enterprise": f"S{nr}"}
        )
        for nr in range(len(homes))
    ]
    meters = [meter(940 + nr, f"enterprise:S{nr}") for nr in range(len(homes))]
    gas = meter(949, "enterprise:S0", carrier="natural-gas", unit="m3")
    return catalogue().with_entities(2, [*regions, tag, *mills, *members, *meters, gas])


async def test_power_of_a_sector_across_provinces_counts_by_the_grid_of_each() -> None:
    for homes in (["110000", "530000"], ["530000", "530000"]):
        place = Province(spread(homes))
        for nr, month in ((0, "2023-03"), (1, "2023-05")):
            place.use(f"enterprise:S{nr}", "electricity", "import", month, str(10**6 * (nr + 1)))
        place.use("enterprise:S0", "natural-gas", "import", "2023-05", "1000")
        for line in ("carbon-total", "account:co2.electricity"):
            parts = await values(place, *(f"enterprise:S{nr}/{line}/2023" for nr in (0, 1)))
            assert None not in parts
            (whole,) = await values(place, f"tag:steel/{line}/2023")
            assert whole == sum((one for one in parts if one is not None), Fraction(0))
        rates = [found for found in parts if found is not None]
        assert (rates[0] / 1 == rates[1] / 2) is (homes[0] == homes[1])


async def test_months_computed_anew_in_columns_are_those_of_the_accounts() -> None:
    """Coal at a boiler, feedstock, an import meter from July on, and a sector across provinces."""
    lanes = [(LANES[0], False), (LANES[1], False), ((MILL, "raw-coal", "import"), True)]
    known = world_of(lanes)
    more = spread(["110000", "530000"]).entities
    known = known.with_entities(3, [one for key, one in more.items() if key not in known.entities])
    place = Province(known)
    for month in range(1, 13):
        text = f"2024-{month:02d}"
        for nr, (lane, late) in enumerate(lanes, 1):
            if month > 7 or not late:
                place.use(*lane, text, str(nr * 1000))
        for lane in ((MILL, "electricity", "import"), (MILL, "natural-gas", "import")):
            place.use(*lane, text, "10")
        for nr in (0, 1):
            place.use(f"enterprise:S{nr}", "electricity", "import", text, "1000")
        place.use("enterprise:S0", "natural-gas", "import", text, "10")
    before = await place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
    after = await place.put(
        RecordKind.FACTOR,
        factor("tce-calorific", "raw-coal", "0.7", "kgce/kg", valid_from="2024-01-01"),
        factor("grid", "electricity", "0.5", "kgCO2/kWh", place="110000", valid_from="2024-01-01"),
    )
    publications = MemoryPublications(place.books, place.memory)
    await Recompute(place.gatherer, publications, publications).run(2024, before)
    asked = (MILL, PROVINCE, "enterprise:S0", "enterprise:S1", "tag:steel")
    found = {
        one.change.figure: (one.change.old, one.change.new)
        for one in publications.changes
        if not one.change.detail.get("series") and one.change.figure.split("/")[0] in asked
    }
    wanted: dict[str, tuple[str | None, str | None]] = {}
    for who in asked:
        for month in range(1, 13):
            for measure in MEASURES[:2]:
                name = f"{who}/{measure}/2024-{month:02d}"
                (old,) = await values(place, name, as_of=before)
                (new,) = await values(place, name, as_of=after)
                if old != new:
                    wanted[name] = (exact(old), exact(new))
    assert found == wanted
    touched = {name.split("/")[0] for name in wanted}
    assert touched == {MILL, PROVINCE, "enterprise:S0", "tag:steel"}
