"""Budgets, key users, what a key may not see, and what no enterprise stands for."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from services.evaluator.adapters.industries_file import load_industries
from services.evaluator.domain.budget import (
    Budget,
    BudgetVersion,
    Carbon,
    Measure,
    MeasureKind,
    Series,
)
from services.evaluator.handlers.situation.ground import Population
from services.evaluator.handlers.situation.sectors import KEY_USERS, LEFT_OVER
from services.evaluator.handlers.situation.users import People
from shared.contracts.situation import Group, Grouping
from shared.model.catalogue import EntityKind
from shared.model.instants import HOUR_US
from shared.model.period import reporting_period
from shared.model.subject import Subject
from tests.usecases.evaluator.catalogues import changed, entity
from tests.usecases.evaluator.reckoning import EAST, MILL, PLANT, PROVINCE, ZONE, Province
from tests.usecases.evaluator.situation.crowd import NoBudgets, crowd, ground_of
from tests.usecases.evaluator.situation.test_users import used

ENERGY = Measure(kind=MeasureKind.TCE, series=Series.CALORIFIC)


def budget(code: str, subject: str, total: str, period: str = "2024", **more: Any) -> Budget:
    return Budget(
        **{
            "code": code,
            "name": code,
            "subject": Subject.parse(subject),
            "measure": ENERGY,
            "unit": "tce",
            "period": reporting_period(period, ZONE),
            "period_text": period,
            "versions": (
                BudgetVersion(version=1, recorded_commit=0, recorded_at_us=0, total=Decimal(total)),
            ),
            **more,
        }
    )


async def place_with(coal: str = "100000") -> Province:
    """The plant burns coal in every month of two years; so does the cokery."""
    place = Province(crowd())
    await place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
    used(place, [], everything=True)
    for year in ("2023", "2024"):
        for month in range(1, 10):
            place.use(PLANT, "raw-coal", "import", f"{year}-{month:02d}", coal)
    return place


async def people(place: Province, *budgets: Budget, **more: Any) -> Population:
    ground = await ground_of(place, PROVINCE, "2024Q3", **more)
    return await People(NoBudgets(*budgets), load_industries())(ground)


def part(found: Population, name: str, code: str, measure: str = "energy-total") -> Group:
    return next(one for one in grouping(found, name, measure).parts if one.code == code)


def grouping(found: Population, name: str, measure: str = "energy-total") -> Grouping:
    return next(one for one in found.groupings if (one.name, one.measure) == (name, measure))


async def test_where_nobody_is_monitored_there_are_no_groupings_of_noughts() -> None:
    empty = entity(EntityKind.REGION, "150500", 950, {"parent": "150000", "name": "空区"})
    place = Province(crowd().with_entities(1, [empty]))
    ground = await ground_of(place, "region:150500", "2024Q3")
    found = await People(NoBudgets(), load_industries())(ground)
    assert (found.groupings, found.users.code) == ((), ())


class TestBudgets:
    async def test_the_worst_one_is_told_as_it_stands_when_the_period_ends(self) -> None:
        place = await place_with()
        found = await people(
            place,
            budget("WIDE", PLANT, "1000"),
            budget("TIGHT", PLANT, "600"),
            budget("LAST-YEAR", PLANT, "1", "2023"),
            budget("Q4", PLANT, "1", "2024Q4s"),
        )
        at = found.users.code.index("PLANT")
        assert found.users.budget[at] == "TIGHT"
        assert (found.users.limit[at], found.users.limit_unit[at]) == ("600", "tce")
        energy = Fraction(found.users.energy[at] or 0)
        assert Fraction(found.users.used[at] or 0) == 100 * energy / 600
        whole, gone = reporting_period("2024", ZONE), reporting_period("2024Q3", ZONE)
        assert Fraction(found.users.due[at] or 0) == Fraction(100 * gone.hours, whole.hours)
        assert found.users.level[at] == "red"
        assert found.users.budget[found.users.code.index("MILL")] == ""
        assert found.users.level[found.users.code.index("MILL")] == ""

    async def test_what_was_recorded_later_does_not_count(self) -> None:
        place = await place_with()
        later = BudgetVersion(
            version=1, recorded_commit=place.commit + 1, recorded_at_us=0, total=Decimal(1)
        )
        found = await people(place, budget("B", PLANT, "1", versions=(later,)))
        assert set(found.users.budget) == {""}

    async def test_carriers_and_carbon_have_their_own_units(self) -> None:
        place = await place_with()
        carbon = Measure(kind=MeasureKind.CO2, carbon=Carbon.DIRECT)
        found = await people(place, budget("CO2", PLANT, "2000", measure=carbon, unit="tCO2"))
        at = found.users.code.index("PLANT")
        share = Fraction(found.users.used[at] or 0)
        assert share == 100 * Fraction(found.users.carbon[at] or 0) / 2000
        coal = Measure(kind=MeasureKind.CARRIER, carrier="raw-coal")
        found = await people(place, budget("COAL", PLANT, "1800000", measure=coal, unit="kg"))
        assert found.users.used[at] == "50"
        assert found.users.level[at] == "green"

    async def test_hours_after_the_commit_are_not_due_yet(self) -> None:
        place = await place_with()
        half = reporting_period("2024H1", ZONE).end_hour
        found = await people(place, budget("B", PLANT, "1000"), at_us=half * HOUR_US)
        at = found.users.code.index("PLANT")
        whole = reporting_period("2024", ZONE)
        gone = half - whole.first_hour
        assert Fraction(found.users.due[at] or 0) == Fraction(100 * gone, whole.hours)


class TestPeople:
    async def test_whoever_may_not_be_seen_is_counted_only(self) -> None:
        place = await place_with()
        everybody = await people(place)
        found = await people(place, sees=lambda key, _regions: key == MILL)
        assert found.users.code == ("MILL",)
        assert found.hidden == len(everybody.users.code) - 1
        assert found.groupings == everybody.groupings

    async def test_the_catalogue_says_who_may_be_named(self) -> None:
        known = crowd()
        mill = known.entities[MILL]
        place = Province(
            known.with_entities(
                1, [changed(mill, 1, mill.records[0].valid_from, public=True, name="钢厂")]
            )
        )
        assert known.get(EntityKind.ENTERPRISE, "MILL") is not None
        await place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
        found = await people(place)
        shown = dict(zip(found.users.name, found.users.public, strict=True))
        assert shown == {"钢厂": True, "PLANT": False, "COKERY": False, "HYBRID": False}

    async def test_enterprises_that_nobody_heard_of_are_not_nought(self) -> None:
        place = Province(crowd())
        await place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
        found = await people(place)
        assert set(found.users.energy) == {None}
        assert set(found.users.completeness) == {"0"}


class TestGroupings:
    async def test_key_users_are_those_at_the_pace_of_ten_thousand_tonnes(self) -> None:
        found = await people(await place_with("2000000"))
        large = part(found, KEY_USERS, "10000")
        assert (large.count, large.count_earlier) == (1, 1)
        assert large.moved.now.value == found.users.energy[found.users.code.index("PLANT")]
        small = part(await people(await place_with("1000000")), KEY_USERS, "10000")
        assert (small.count, small.moved.now.value) == (0, "0")

    async def test_the_six_come_together_and_one_by_one(self) -> None:
        found = await people(await place_with())
        six = grouping(found, "six")
        assert not six.complete
        first, *each = six.parts
        assert first.code == "six"
        assert first.count == 4
        assert [one.code for one in each] == ["25", "26", "30", "31", "32", "44"]
        total = sum(Fraction(one.moved.now.value or 0) for one in each)
        assert total == Fraction(first.moved.now.value or 0)

    async def test_what_no_enterprise_stands_for_is_a_part(self) -> None:
        place = await place_with()
        await place.state(PROVINCE, "process-emission", "2024Q3", "7", "tCO2", qualifier="lime")
        await place.state(PROVINCE, "process-emission", "2023Q3", "5", "tCO2", qualifier="lime")
        found = await people(place)
        rest = part(found, "sector", LEFT_OVER, "carbon-total")
        assert (rest.moved.now.value, rest.moved.earlier.value, rest.count) == ("7", "5", None)
        parts = grouping(found, "industry", "carbon-total").parts
        whole = grouping(found, "industry", "carbon-total").whole.now.value
        assert sum(Fraction(one.moved.now.value or 0) for one in parts) == Fraction(whole or 0)
        assert LEFT_OVER not in {one.code for one in grouping(found, "sector").parts}

    async def test_years_of_a_plan_have_no_year_earlier(self) -> None:
        place = await place_with()
        ground = await ground_of(place, EAST, "2023-2024")
        found = await People(NoBudgets(), load_industries())(ground)
        whole = grouping(found, "sector").whole
        assert whole.earlier.value is None
        assert set(found.users.energy_earlier) == {None}
        assert {one.count_earlier for one in grouping(found, "sector").parts} == {None}
