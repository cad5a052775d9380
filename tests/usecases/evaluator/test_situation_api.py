"""The situation of a small province: as published briefs tell it, and the same for ever."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.evaluator.domain.budget import Budget, BudgetVersion
from services.evaluator.domain.records.target import Form
from services.evaluator.handlers.forecast_days import measure_named
from services.evaluator.ports.register import RecordKind
from shared.contracts import situation as told
from shared.model.period import reporting_period
from shared.model.subject import Subject
from tests.usecases.evaluator.reckoning import CITY, EAST, MILL, PLANT, PROVINCE, WEST, ZONE, target
from tests.usecases.evaluator.situations import Briefed

OCTOBER = datetime(2025, 10, 20, tzinfo=UTC)
TAIAN = {
    "mining": ("42.7", "9.3"),
    "manufacturing": ("343.0", "70.9"),
    "utilities": ("95.9", "19.8"),
}
HUNAN = ("194.08", "408.70", "649.95", "700.04", "214.80", "806.87")


@pytest.fixture
def place() -> Briefed:
    made = Briefed()
    made.now(OCTOBER)
    return made


def measured(found: told.Situation, measure: str, scope: str = "whole") -> told.Measured:
    return next(one for one in found.measures if (one.measure, one.scope) == (measure, scope))


def grouping(found: told.Situation, name: str) -> told.Grouping:
    return next(one for one in found.groupings if one.name == name)


def group(found: told.Grouping, code: str) -> told.Group:
    return next(one for one in found.parts if one.code == code)


async def divided(place: Briefed, period: str, whole: str, parts: dict[str, str]) -> None:
    await place.state(PROVINCE, "energy-whole", period, whole, "万tce")
    for qualifier, value in parts.items():
        await place.state(PROVINCE, "energy-whole", period, value, "万tce", qualifier=qualifier)


async def test_parts_that_do_not_add_up_are_named(place: Briefed) -> None:
    await divided(place, "2025H1", "484.1", {name: one for name, (one, _) in TAIAN.items()})
    for name, (_, share) in TAIAN.items():
        await place.state(PROVINCE, "share", "2025H1", share, "%", qualifier=f"energy-whole:{name}")
    found = await place.situation("2025H1")
    said = [one.what.zh for one in found.unreconciled]
    assert said == ["各部分之和481.6与总计484.1不符", "采矿业占比应为8.8%，所述为9.3%"]
    stated = grouping(found, "stated:energy-whole")
    assert stated.complete
    assert stated.printed_unit == "1000"
    assert group(stated, "mining").printed_share == "9.3"


async def test_parts_within_rounding_pass(place: Briefed) -> None:
    parts = {f"行业{nr}": value for nr, value in enumerate(HUNAN)}
    await divided(place, "2025M7", "2974.43", parts)
    found = await place.situation("2025M7")
    assert found.unreconciled == ()
    assert len(grouping(found, "stated:energy-whole").parts) == 6


async def test_shares_of_the_whole_are_not_those_of_a_part_of_it(place: Briefed) -> None:
    """Mining is 10 per cent of the region's energy, as stated, and 25 of that of industry."""
    parts = {"secondary": "400", "tertiary": "600", "mining": "100", "manufacturing": "300"}
    await divided(place, "2025H1", "1000", parts)
    await place.state(PROVINCE, "share", "2025H1", "10", "%", qualifier="energy-whole:mining")
    found = await place.situation("2025H1")
    assert found.unreconciled == ()
    mining = group(grouping(found, "stated:energy-whole:secondary"), "mining")
    assert (mining.share, mining.printed_share) == ("25", None)


async def test_a_part_is_never_taken_for_the_whole(place: Briefed) -> None:
    await place.state(PROVINCE, "energy-whole", "2025Q3", "95.9", "万tce", qualifier="utilities")
    found = await place.situation("2025Q3")
    assert measured(found, "energy-total").moved.now.value is None
    assert found.groupings == ()


async def test_growth_is_told_where_only_growth_is_stated(place: Briefed) -> None:
    """355.4 (−0.1 %), its fall narrowed by 9.2 points; key users −2.9 points of pull."""
    await divided(place, "2025Q1", "355.4", {"key-users": "273.0", "six": "248.2"})
    for period, qualifier, rate in (
        ("2025Q1", "", "-0.1"),
        ("2024", "", "-9.3"),
        ("2025Q1", "key-users", "-3.6"),
        ("2025Q1", "six", "-2.2"),
    ):
        await place.state(PROVINCE, "energy-growth", period, rate, "%", qualifier=qualifier)
    found = await place.situation("2025Q1")
    moved = measured(found, "energy-total").moved
    assert (moved.change, moved.change_before, moved.trend) == ("-0.1", "-9.3", "9.2")
    beside = grouping(found, "stated:energy-whole:of-which")
    assert not beside.complete
    assert Decimal(-29) / 10 == round(_number(group(beside, "key-users").pull), 1)
    assert round(_number(group(beside, "six").share), 1) == Decimal("69.8")
    assert round(_number(group(beside, "six").share_change), 1) == Decimal("-1.5")


async def test_key_users_of_industry_stand_beside_the_energy_of_industry(place: Briefed) -> None:
    """The whole is told with them: 355.4, −0.1 %, its fall narrowed by 9.2 points."""
    for qualifier, value in (("", "355.4"), ("key-users", "273.0")):
        await place.state(
            PROVINCE, "industrial-energy", "2025Q1", value, "万tce", qualifier=qualifier
        )
    for period, rate in (("2025Q1", "-0.1"), ("2024", "-9.3")):
        await place.state(
            PROVINCE, "energy-growth", period, rate, "%", qualifier="industrial-energy"
        )
    beside = grouping(await place.situation("2025Q1"), "stated:industrial-energy:of-which")
    assert beside.label.zh == "工业能耗（统计数）"
    assert (beside.whole.now.value, beside.whole.change) == ("3554000", "-0.1")
    assert beside.whole.trend == "9.2"


async def test_intensity_follows_from_growths_of_energy_and_gdp(place: Briefed) -> None:
    await place.state(PROVINCE, "energy-growth", "2025Q1", "14.6", "%")
    await place.state(PROVINCE, "gdp-growth", "2025Q1", "18.3", "%")
    found = await place.situation("2025Q1")
    change = measured(found, "energy-intensity").moved.change
    assert round(_number(change), 1) == Decimal("-3.1")
    assert measured(found, "energy-intensity").main
    assert found.output.status == "missing"
    await place.state(PROVINCE, "energy-intensity-change", "2025Q1", "-3.2", "%")
    found = await place.situation("2025Q1")
    assert measured(found, "energy-intensity").moved.change == "-3.2"


async def test_gdp_is_compared_at_prices_of_one_year(place: Briefed) -> None:
    await place.state(PROVINCE, "gdp", "2024Q3", "100", "亿元", basis="2020")
    await place.state(PROVINCE, "gdp", "2025Q3", "108", "亿元", basis="2020")
    await place.state(PROVINCE, "gdp", "2025Q3", "150", "亿元", basis="2025")
    found = await place.situation("2025Q3")
    assert (found.output.basis, found.output.moved.change, found.output.status) == (
        "2020",
        "8",
        "final",
    )
    assert found.output.source == "test"


async def booked(place: Briefed) -> None:
    """Coal and power of two plants in two counties, five per cent more in the second year."""
    await place.state(PROVINCE, "gdp", "2020", "90", "亿元", basis="2020")
    for year, factor, months in ((2024, 100, 12), (2025, 105, 9)):
        for month in range(1, months + 1):
            place.use(PLANT, "raw-coal", "import", f"{year}-{month:02d}", str(10_000 * factor))
            place.use(MILL, "electricity", "import", f"{year}-{month:02d}", str(500 * factor))


async def test_places_and_counties_with_levels_ranks_and_completeness(place: Briefed) -> None:
    await booked(place)
    totals: dict[str, Any] = {"form": Form.TOTAL, "unit": "tce"}
    for code, holder, most in (("W", WEST, "10000"), ("E", EAST, "1"), ("C", CITY, "10001")):
        goal = target(code, holder, "energy-total", most, **totals)
        await place.put(RecordKind.TARGET, goal)
    found = await place.situation("2025Q3")
    (city,) = found.places
    west, east = found.counties
    assert (city.code, city.level, city.parent) == ("150200", "prefecture", "150000")
    assert [(one.code, one.level, one.parent) for one in found.counties] == [
        ("150203", "county", "150200"),
        ("150204", "county", "150200"),
    ]
    assert west.rated[0].rank == 1
    assert east.rated[0].rank == 2
    assert east.rated[0].colour == "red"
    assert east.rated[0].colour_before == "red"
    assert city.rated[0].change == "same"
    monitored = next(one for one in city.measures if one.scope == "monitored")
    assert monitored.moved.change == "5"
    assert monitored.moved.trend == "0"
    assert west.measures[1].moved.change_before is None
    assert city.completeness is not None
    below = await place.situation("2025Q3", "150200")
    assert [one.code for one in below.places] == ["150203", "150204"]
    assert below.counties == ()
    assert below.parents == ("150000",)


async def test_own_levels_have_their_place_in_the_plan(place: Briefed) -> None:
    for year, change in (("2021", "-3"), ("2022", "-3"), ("2023", "-3"), ("2024", "-3")):
        await place.state(PROVINCE, "energy-intensity-change", year, change, "%")
    for text in ("2025Q3", "2025Q2"):
        await place.state(PROVINCE, "energy-intensity-change", text, "-3", "%")
    await place.put(RecordKind.TARGET, target("T", PROVINCE, "energy-intensity", "13.5"))
    (own,) = (await place.situation("2025Q3")).own
    assert (own.state, own.change, own.required) == ("rated", "same", "95")
    assert round(_number(own.since_base), 2) == Decimal("-14.13")
    assert _number(own.progress) > 100
    assert own.label_before == own.label
    several = (await place.situation("2021-2025")).own
    assert [one.figure for one in several] == ["region:150000/target:T/2025"]


async def test_the_year_end_has_scenarios_against_the_target(place: Briefed) -> None:
    await booked(place)
    limit = {"form": Form.TOTAL, "unit": "tce", "yearly": {"2025": Decimal(9000)}}
    await place.put(RecordKind.TARGET, target("T", PROVINCE, "energy-total", "9000", **limit))
    (energy, carbon) = (await place.situation("2025Q3")).outlook
    assert (energy.measure, energy.scope, energy.year) == ("energy-total", "monitored", "2025")
    ends = {one.name: one for one in energy.scenarios}
    assert ends["as-so-far"].change == "5"
    assert ends["needed"].at_end == "9000"
    assert ends["needed"].over == "0"
    assert _number(energy.so_far) + _number(energy.allowed_rest) == 9000
    assert energy.refusal is not None
    assert energy.path is not None
    assert energy.path.line[-1] == "9000.00"
    assert carbon.limit is None
    assert carbon.needed is None


async def test_a_budget_of_the_region_limits_what_is_monitored(place: Briefed) -> None:
    await booked(place)
    version = BudgetVersion(version=1, recorded_commit=1, recorded_at_us=0, total=Decimal(7000))
    later = BudgetVersion(version=2, recorded_commit=99, recorded_at_us=0, total=Decimal(1))
    place.granted.all["B"] = Budget(
        code="B",
        name="预算",
        subject=Subject.parse(PROVINCE),
        measure=measure_named("energy-total"),
        unit="tce",
        period=reporting_period("2025", ZONE),
        period_text="2025",
        versions=(version, later),
    )
    energy = (await place.situation("2025Q3")).outlook[0]
    assert (energy.limit, energy.limit_name) == ("7000", told.Label("预算", "预算"))


async def test_before_its_end_a_period_is_told_up_to_the_commit(place: Briefed) -> None:
    place.now(datetime(2025, 8, 11, tzinfo=UTC))
    await booked(place)
    found = await place.situation("2025Q3")
    assert not found.span.over
    energy = found.outlook[0]
    assert energy.path is not None
    assert date(2025, 8, 10).isoformat() in energy.path.days
    early = await place.situation("2026")
    assert early.outlook == ()


async def test_a_year_that_is_over_needs_no_forecast(place: Briefed) -> None:
    await booked(place)
    (energy, _) = (await place.situation("2024")).outlook
    assert [one.name for one in energy.scenarios] == ["expected"]
    assert energy.scenarios[0].at_end == energy.so_far
    assert energy.needed is None


async def test_the_same_commit_always_gives_the_same_bytes(place: Briefed) -> None:
    await booked(place)
    params = {"period": "2025Q3"}
    first = await place.get("/v1/situations/150000", **params)
    commit = told.decode(first.content).commit
    await place.state(PROVINCE, "gdp", "2025Q3", "80", "亿元", basis="2020")
    place.use(PLANT, "raw-coal", "import", "2025-09", "777", hour=5)
    again = await place.get("/v1/situations/150000", as_of=f"commit:{commit}", **params)
    newest = await place.get("/v1/situations/150000", **params)
    assert again.content == first.content
    assert newest.content != first.content


async def test_versions_say_what_the_figures_went_by(place: Briefed) -> None:
    await booked(place)
    await place.put(RecordKind.TARGET, target("T", PROVINCE, "energy-total", "1"))
    kinds = {one.kind for one in (await place.situation("2025Q3")).versions}
    assert kinds == {"factors", "rule", "target", "method", "catalogue"}


@pytest.mark.parametrize(
    ("region", "params", "key", "status"),
    [
        ("999999", {"period": "2025"}, "operator", 404),
        ("150000", {"period": "2025"}, "elsewhere", 404),
        ("150000", {"period": "soon"}, "operator", 422),
        ("150000", {"period": "2025-01-01/2025-02-01"}, "operator", 422),
        ("150000", {"period": "2025", "since": "yesterday"}, "operator", 422),
        ("150000", {"period": "2025", "as_of": "commit:999"}, "operator", 422),
    ],
)
async def test_refusals(
    place: Briefed, region: str, params: dict[str, str], key: str, status: int
) -> None:
    answer = await place.get(f"/v1/situations/{region}", key, **params)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]


def _number(text: str | None) -> Decimal:
    above, _, below = (text or "").partition("/")
    return Decimal(above) / Decimal(below or 1)
