"""Two sources of one quantity, from statements and books to messages."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.evaluator.adapters.watch_policy import load_watch_policy
from services.evaluator.domain.totals import Lane
from services.evaluator.domain.watching.candidates import candidates
from services.evaluator.domain.watching.policy import CrossTerms
from services.evaluator.handlers.conditions.cross_check import CrossSource
from shared.contracts.conditions import ConditionMade
from shared.model.instants import from_us
from shared.model.period import reporting_period
from tests.usecases.evaluator.condition_site import ConditionSite, body, instant, steps
from tests.usecases.evaluator.reckoning import CITY, EAST, MILL, WEST, ZONE, Stating

ANY = CrossTerms(known_percent=Decimal(0))


class Town(ConditionSite):
    """A site whose meters may be known as little as a test likes."""

    def __init__(self) -> None:
        super().__init__(on="2025-07-20")
        self.know(ANY)

    def know(self, terms: CrossTerms) -> None:
        """How much of the meters' time must be known."""
        self.sources = [
            CrossSource(
                gatherer=self.place.gatherer,
                stating=Stating(self.place.memory),
                told=self.store,
                policy=replace(load_watch_policy(), cross_terms=terms),
            )
        ]

    def gas(self, month: str) -> None:
        """A million m3, 1,214.3 tce, and next to no power, in a month."""
        self.place.use(MILL, "natural-gas", "import", month, "1000000")
        self.place.use(MILL, "electricity", "import", month, "1")

    async def told(self, on: str = "") -> dict[str, ConditionMade]:
        """What a round tells, by subject and about."""
        return {f"{one.subject} {one.about}": one for one in await self.round(on)}


@pytest.fixture
def town() -> Town:
    return Town()


def test_periods_that_have_ended_the_newest_first() -> None:
    def of(day: str, *standing: str) -> tuple[str, ...]:
        found = candidates(from_us(instant(day) + 12 * 3_600_000_000).date(), standing)
        return (*found.cumulative, *found.months)

    assert of("2025-07-20") == ("2025Q2", "2025Q1", "2024", "2025-06")
    assert of("2025-01-05") == ("2024", "2024-12")
    assert of("2025-12-31") == ("2025Q3", "2025Q2", "2025Q1", "2024", "2025-11")
    assert of("2026-01-05", "2025Q2") == ("2025", "2025Q3", "2025Q2", "2025-12")
    assert of("2026-02-05", "2024", "2025-11") == (
        *("2025", "2025Q3", "2025Q2", "2025Q1", "2024"),
        *("2026-01", "2025-12", "2025-11"),
    )
    assert of("2025-07-20", "2025Q1", "2024", "2025-06") == of("2025-07-20")


async def test_enterprises_use_more_than_the_region_states(town: Town) -> None:
    """A part cannot exceed the whole of 1,000."""
    town.gas("2025-02")
    await town.place.state(EAST, "energy-whole", "2025Q1", "1000", "tce", qualifier="calorific")
    told = await town.told()
    made = told[f"{EAST} monitored:energy-total"]
    assert (made.kind, made.measure, made.about_name) == ("cross-check", "data", "能源消费总量")
    said = body(made)
    assert (said["level"], said["period"], said["unit"]) == ("orange", "2025Q1", "tce")
    assert Decimal(made.facts["second"]["value"]) > 1000
    assert made.facts["first"]["name"] == "全社会统计数"
    assert made.facts["figure"] == f"/v1/explain/{EAST}/statement:energy-whole:calorific/2025Q1"
    assert made.facts["links"]["other"] == f"/v1/explain/{EAST}/energy-total/2025Q1?scope=monitored"
    assert await town.told() == {}
    await town.place.state(EAST, "energy-whole", "2025Q1", "1400", "tce", qualifier="calorific")
    (over,) = (await town.told()).values()
    assert over.cause == "statements"
    assert steps(over) == [("2025Q1", "orange"), ("", "none")]


async def test_what_is_not_stated_is_not_nought(town: Town) -> None:
    town.gas("2025-02")
    await town.place.state(WEST, "energy-whole", "2025Q1", "1000", "tce")
    assert await town.told() == {}


async def test_children_that_do_not_add_up_to_their_parent(town: Town) -> None:
    await town.place.state(CITY, "energy-whole", "2025Q1", "1000", "tce")
    await town.place.state(EAST, "energy-whole", "2025Q1", "500", "tce")
    assert await town.told() == {}
    await town.place.state(WEST, "energy-whole", "2025Q1", "0.056", "万tce")
    told = await town.told()
    made = told[f"{CITY} children:energy-total"]
    said = body(made)
    assert (said["level"], said["value"], said["limit"]) == ("yellow", "60.00", "30.00")
    assert made.facts["side"] == "over"
    assert made.facts["second"]["name"] == "下级2个地区统计数之和"
    assert set(told) == {f"{CITY} children:energy-total"}


async def test_the_boundary_and_the_enterprises_behind_it(town: Town) -> None:
    first = reporting_period("2025-06", ZONE).first_hour
    lane = Lane(carrier="electricity", flow="import", scale=2)
    town.place.books.add(0, f"boundary:{CITY.partition(':')[2]}", lane, first, 100_00)
    town.place.use(MILL, "electricity", "import", "2025-06", "115")
    made = (await town.told())[f"{CITY} boundary:electricity"]
    said = body(made)
    assert (said["level"], said["period"], said["value"]) == ("yellow", "2025-06", "15.00")
    assert (made.about_name, said["unit"]) == ("电力", "kWh")


async def test_meters_of_which_little_is_known_are_held_against_nothing(town: Town) -> None:
    town.know(CrossTerms(known_percent=Decimal(95)))
    town.gas("2025-02")
    await town.place.state(EAST, "energy-whole", "2025Q1", "1000", "tce")
    assert await town.told() == {}


async def test_stated_energy_per_unit_against_the_meters(town: Town) -> None:
    town.gas("2025-02")
    await town.place.state(MILL, "product", "2025Q1", "1000", "t", qualifier="steel")
    await town.place.state(MILL, "unit-energy", "2025Q1", "500", "kgce/t", qualifier="steel")
    made = (await town.told())[f"{MILL} unit-energy:energy-total"]
    assert made.sequence[-1].level == "orange"
    assert made.facts["second"]["value"] == "500.00"
    assert made.facts["side"] == "short"


async def test_twice_the_energy_for_as_much_product(town: Town) -> None:
    town.gas("2024-02")
    town.gas("2025-02")
    await town.place.state(MILL, "product", "2024Q1", "1000", "t", qualifier="steel")
    await town.place.state(MILL, "product", "2025Q1", "400", "t", qualifier="steel")
    made = (await town.told())[f"{MILL} production:energy-total"]
    assert (made.sequence[-1].level, made.facts["side"]) == ("yellow", "short")
    assert made.facts["difference_percent"] == "60.00"


async def test_the_turn_of_the_year_resolves_nothing(town: Town) -> None:
    await town.place.state(CITY, "energy-whole", "2025Q2", "1000", "tce")
    await town.place.state(EAST, "energy-whole", "2025Q2", "500", "tce")
    await town.place.state(WEST, "energy-whole", "2025Q2", "560", "tce")
    assert set(await town.told()) == {f"{CITY} children:energy-total"}
    assert await town.told("2025-12-31") == {}
    assert await town.told("2026-01-01") == {}
    assert await town.told("2027-03-01") == {}
    # Only the data, of the same period or of a later one, say that it is over.
    for subject, value in ((CITY, "1500"), (EAST, "750"), (WEST, "760")):
        await town.place.state(subject, "energy-whole", "2025Q3", value, "tce")
    (over,) = (await town.told()).values()
    assert steps(over) == [("2025Q2", "yellow"), ("", "none")]


async def test_a_correction_of_last_year_resolves_what_stands(town: Town) -> None:
    await town.place.state(CITY, "energy-whole", "2025Q2", "1000", "tce")
    await town.place.state(EAST, "energy-whole", "2025Q2", "500", "tce")
    await town.place.state(WEST, "energy-whole", "2025Q2", "560", "tce")
    assert set(await town.told()) == {f"{CITY} children:energy-total"}
    assert await town.told("2026-01-01") == {}
    await town.place.state(WEST, "energy-whole", "2025Q2", "501", "tce")
    (over,) = (await town.told("2026-01-02")).values()
    assert steps(over) == [("2025Q2", "yellow"), ("", "none")]
    assert await town.told("2026-01-03") == {}


async def test_what_stands_of_long_ago_raises_nothing_else(town: Town) -> None:
    """The other sources differed then as well, which was seen only when it was too late to tell."""
    await town.place.state(CITY, "energy-whole", "2025Q2", "1000", "tce")
    await town.place.state(EAST, "energy-whole", "2025Q2", "500", "tce")
    await town.place.state(WEST, "energy-whole", "2025Q2", "560", "tce")
    assert set(await town.told()) == {f"{CITY} children:energy-total"}
    await town.place.state(CITY, "co2-whole", "2025Q2", "1000", "tCO2")
    await town.place.state(EAST, "co2-whole", "2025Q2", "500", "tCO2")
    await town.place.state(WEST, "co2-whole", "2025Q2", "560", "tCO2")
    assert await town.told("2026-02-01") == {}


async def test_a_month_that_is_not_known_resolves_nothing(town: Town) -> None:
    town.know(CrossTerms(known_percent=Decimal("0.01")))
    first = reporting_period("2025-06", ZONE).first_hour
    lane = Lane(carrier="electricity", flow="import", scale=2)
    key = f"boundary:{CITY.partition(':')[2]}"
    town.place.books.add(0, key, lane, first, 100_00)
    town.place.use(MILL, "electricity", "import", "2025-06", "115")
    assert set(await town.told()) == {f"{CITY} boundary:electricity"}
    assert await town.told("2025-08-20") == {}
    later = reporting_period("2025-07", ZONE).first_hour
    town.place.books.add(0, key, lane, later, 100_00)
    town.place.use(MILL, "electricity", "import", "2025-07", "100")
    (over,) = (await town.told("2025-08-21")).values()
    assert steps(over) == [("2025-06", "yellow"), ("", "none")]
