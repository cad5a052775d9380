"""What must hold of figures and levels whatever the data, through the whole reckoner."""

import asyncio
from decimal import Decimal
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.evaluator.domain.barometer.rating import RatingState
from services.evaluator.domain.figures.names import Options, parse_figure
from services.evaluator.domain.records.target import Form
from services.evaluator.ports.register import RecordKind
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
    Province,
    catalogue,
    target,
)

Use = tuple[tuple[str, str, str], int, int, int]
HOMES = {PLANT: "150203", MILL: "150204", COKERY: "150204", HYBRID: "150203"}
MEASURES = ("energy-total", "carbon-total")
FOSSIL = ((PLANT, "raw-coal", "import"), (COKERY, "raw-coal", "import"))

uses = st.lists(
    st.tuples(
        st.sampled_from(LANES[:-1]), st.integers(1, 12), st.integers(0, 10**9), st.integers(0, 600)
    ),
    min_size=1,
    max_size=15,
)
often = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def filled(listed: list[Use], homes: dict[str, str] | None = None) -> Province:
    """A province with these uses; every lane is heard of in every month."""
    place = Province(catalogue(homes or HOMES))
    for owner, carrier, flow in LANES:
        for month in range(1, 13):
            place.use(owner, carrier, flow, f"2024-{month:02d}", "0")
    for (owner, carrier, flow), month, amount, hour in listed:
        quantity = str(Decimal(amount) / 100)
        place.use(owner, carrier, flow, f"2024-{month:02d}", quantity, hour)
    return place


def values(place: Province, *names: str, **options: object) -> list[Fraction]:
    """The figures' values; all must be known."""
    asked = [parse_figure(name, Options(**options)) for name in names]  # type: ignore[arg-type]
    made = asyncio.run(place.reckoner.figures(asked))
    return [one.figure.known for one in made]


@often
@given(uses, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(listed: list[Use], rng: object) -> None:
    shuffled = list(listed)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    names = [f"{who}/{measure}/2024" for who in (PLANT, WEST, PROVINCE) for measure in MEASURES]
    assert values(filled(listed), *names) == values(filled(shuffled), *names)


@often
@given(uses)
def test_parts_of_a_year_add_up_to_it(listed: list[Use]) -> None:
    place = filled(listed)
    months = [f"2024-{month:02d}" for month in range(1, 13)]
    quarters = [f"2024Q{nth}s" for nth in range(1, 5)]
    for who in (HYBRID, PROVINCE):
        for measure in MEASURES:
            (whole,) = values(place, f"{who}/{measure}/2024")
            for parts in (months, quarters, ["2024M7", "2024-08-01/2025-01-01"]):
                names = [f"{who}/{measure}/{part}" for part in parts]
                assert sum(values(place, *names)) == whole


@often
@given(uses, st.permutations(("150203", "150203", "150204", "150204")))
def test_re_parenting_never_changes_the_common_ancestor(
    listed: list[Use], counties: list[str]
) -> None:
    homes = dict(zip(HOMES, counties, strict=True))
    names = [f"{who}/{measure}/2024" for who in (CITY, PROVINCE) for measure in MEASURES]
    assert values(filled(listed), *names) == values(filled(listed, homes), *names)
    moved = filled(listed, homes)
    parts = values(moved, f"{WEST}/energy-total/2024", f"{EAST}/energy-total/2024")
    assert sum(parts) == values(moved, f"{CITY}/energy-total/2024")[0]


async def judged(listed: list[Use], extra: int, lane: tuple[str, str, str]) -> dict[str, int]:
    """Severity by target, with so much more of a fossil fuel in the current period."""
    place = filled(listed)
    for owner, carrier, flow in LANES:
        for year in ("2020", "2023"):
            amount = "0" if flow != "import" else "900000"
            place.use(owner, carrier, flow, f"{year}-06", amount)
    if extra:
        place.use(*lane, "2024-09", str(extra))
    for year, gdp in (("2020", "10"), ("2023", "11"), ("2024", "12")):
        await place.state(PROVINCE, "gdp", year, gdp, "亿元", basis="2020")
    for year in ("2021", "2022", "2023"):
        for item in ("energy-intensity-change", "carbon-intensity-change"):
            await place.state(PROVINCE, item, year, "-3", "%")
        for item in ("energy-growth", "carbon-growth"):
            await place.state(PROVINCE, item, year, "2", "%")
    await place.put(
        RecordKind.TARGET,
        target("EI", PROVINCE, "energy-intensity", "13.5"),
        target("CI", PROVINCE, "carbon-intensity", "18"),
        target("ET", PROVINCE, "energy-total", "500", form=Form.INCREMENT, unit="tce"),
        target("CT", PROVINCE, "carbon-total", "5000", form=Form.TOTAL, unit="tCO2"),
    )
    _, row = await place.reckoner.ratings(PROVINCE, "2024", Options())
    found = {one.target.code: one.rating for one, _ in row.judged}
    assert {rating.state for rating in found.values()} == {RatingState.RATED}, found
    return {code: r.reached.severity for code, r in found.items() if r.reached}


@often
@given(uses, st.integers(1, 10**8), st.sampled_from(FOSSIL))
def test_more_fossil_never_improves_a_level(
    listed: list[Use], extra: int, lane: tuple[str, str, str]
) -> None:
    before = asyncio.run(judged(listed, 0, lane))
    after = asyncio.run(judged(listed, extra, lane))
    assert all(after[code] >= severity for code, severity in before.items()), (before, after)
