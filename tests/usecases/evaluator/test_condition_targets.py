"""Targets behind, from records to messages: traffic lights, exemptions, indicators, late data."""

from decimal import Decimal
from typing import Any

import pytest

from services.evaluator.domain.records.target import Binding, Form, State
from services.evaluator.handlers.conditions.targets import TargetSource
from services.evaluator.ports.register import RecordKind
from tests.usecases.evaluator.condition_site import POLICY, ConditionSite, body, steps
from tests.usecases.evaluator.reckoning import CITY, MILL, PROVINCE, WEST, target

TOTAL: dict[str, Any] = {"form": Form.TOTAL, "unit": "tce", "yearly": {"2025": Decimal(100)}}
SHARE: dict[str, Any] = {"form": Form.AT_LEAST, "unit": "%", "base_year": None}


@pytest.fixture
def site() -> ConditionSite:
    made = ConditionSite()
    made.sources = [TargetSource(gatherer=made.place.gatherer, policy=POLICY)]
    return made


async def used(site: ConditionSite, period: str, tce: str, subject: str = PROVINCE) -> None:
    """So much energy of the whole region up to the end of the period."""
    await site.place.state(subject, "energy-whole", period, tce, "tce")


async def test_a_total_above_its_line_is_told_with_its_figures(site: ConditionSite) -> None:
    await site.place.put(RecordKind.TARGET, target("T", PROVINCE, "energy-total", "100", **TOTAL))
    assert await site.round() == []
    await used(site, "2025Q1", "25")
    await used(site, "2025Q2", "60")
    (made,) = await site.round()
    assert (made.kind, made.subject, made.about, made.rule) == (
        "barometer",
        PROVINCE,
        "T",
        "N2020",
    )
    assert (made.measure, made.about_name, made.number) == ("energy", "目标T", 1)
    assert made.cause == "statements"
    assert steps(made) == [("2025Q2", "red")]
    assert body(made) == {
        "at": "2025-06-30T16:00:00Z",
        "level": "red",
        "period": "2025Q2",
        "value": "60.00",
        "limit": "50.00",
        "ratio_percent": "120.00",
        "unit": "tce",
    }
    facts = made.facts
    assert facts["shown"]["margin"] == "-10.00"
    assert facts["figure"] == f"/v1/figures/{PROVINCE}/target:T/2025Q2"
    assert facts["explain"] == f"/v1/explain/{PROVINCE}/target:T/2025Q2"
    assert facts["light"]["colour"] == "red"
    assert facts["scope"] == "whole"
    assert facts["confirmed"]["value"] == "60.00"
    assert facts["confirmed"]["figure"].endswith("?scope=whole")
    assert facts["monitored"] is None
    assert await site.round() == []


async def test_the_next_period_goes_on_and_a_correction_goes_back(site: ConditionSite) -> None:
    await site.place.put(RecordKind.TARGET, target("T", PROVINCE, "energy-total", "100", **TOTAL))
    await used(site, "2025Q2", "52")
    (made,) = await site.round()
    assert steps(made) == [("2025Q2", "yellow")]
    await used(site, "2025Q3", "90")
    assert await site.round() == []
    (made,) = await site.round("2025-10-01")
    assert (steps(made), made.cause) == ([("2025Q2", "yellow"), ("2025Q3", "red")], "time")
    await used(site, "2025Q3", "70")
    (made,) = await site.round()
    assert (steps(made), made.number) == ([("2025Q2", "yellow"), ("2025Q3", "none")], 3)
    await used(site, "2025Q2", "49")
    (made,) = await site.round()
    assert (steps(made), made.number) == ([], 4)


async def test_meters_make_the_monitored_figure(site: ConditionSite) -> None:
    await site.place.put(RecordKind.TARGET, target("T", PROVINCE, "energy-total", "100", **TOTAL))
    await used(site, "2025Q2", "60")
    site.place.use(MILL, "natural-gas", "import", "2025-05", "30000")
    (made,) = await site.round()
    assert (made.facts["monitored"]["value"], made.facts["monitored"]["light"]) == (
        "36.43",
        "green",
    )
    await site.place.state(WEST, "gdp", "2024", "1", "万元")
    site.place.use(MILL, "natural-gas", "import", "2025-07", "1000000")
    assert await site.round() == [], "July has not ended"


async def test_readings_of_ended_months_are_looked_at_again(site: ConditionSite) -> None:
    share = target("T", CITY, "energy-total", "100", **TOTAL)
    await site.place.put(RecordKind.TARGET, share)
    assert await site.round() == []
    await site.place.state(WEST, "gdp", "2024", "1", "万元")
    site.place.use(MILL, "natural-gas", "import", "2025-05", "90000")
    (made,) = await site.round()
    assert (made.subject, made.cause) == (CITY, "readings+statements")
    assert steps(made) == [("2025Q2", "red")]
    assert made.facts["scope"] == "monitored"
    assert made.regions == ["150200", "150000"]


async def test_intensity_and_who_is_exempt(site: ConditionSite) -> None:
    goal = target("I", PROVINCE, "energy-intensity", "13.5", incentive=Decimal("14.5"))
    await site.place.put(
        RecordKind.TARGET, goal, target("T", PROVINCE, "energy-total", "100", **TOTAL)
    )
    for year, change in (("2021", "-3"), ("2022", "-3"), ("2023", "-3"), ("2024", "-3")):
        await site.place.state(PROVINCE, "energy-intensity-change", year, change, "%")
    await site.place.state(PROVINCE, "energy-intensity-change", "2025Q2", "0", "%")
    await used(site, "2025Q2", "60")
    first, second = await site.round()
    assert (first.kind, steps(first)) == ("barometer", [("2025Q2", "red")])
    assert (second.kind, second.measure) == ("intensity", "energy")
    assert steps(second)[-1] == ("2025Q2", "yellow")
    await site.place.state(PROVINCE, "energy-intensity-change", "2025Q2", "-9", "%")
    freed, met = await site.round()
    assert (steps(freed), steps(met)) == ([], [])


@pytest.mark.parametrize(
    ("binding", "level"),
    [(Binding.BINDING, "red"), (Binding.EXPECTED, "orange"), (Binding.AIM, "yellow")],
)
async def test_a_missed_indicator_is_as_bad_as_it_is_binding(
    site: ConditionSite, binding: Binding, level: str
) -> None:
    wanted = target("F", PROVINCE, "forest-cover", "19.3", binding=binding, **SHARE)
    await site.place.put(RecordKind.TARGET, wanted)
    await site.place.state(PROVINCE, "share", "2025", "18", "%", qualifier="forest-cover")
    (made,) = await site.round("2026-02-01")
    assert (made.kind, made.measure, made.rule) == ("indicator", "carbon", "MET")
    assert steps(made) == [("2025", level)]
    assert made.facts["target"]["binding"] == binding.value


async def test_what_cannot_be_rated_yet_keeps_its_level(site: ConditionSite) -> None:
    await site.place.put(RecordKind.TARGET, target("T", PROVINCE, "energy-total", "100", **TOTAL))
    await used(site, "2025Q2", "60")
    await site.round()
    assert await site.round("2026-03-02") == []
    assert await site.round("2026-12-31") == []
    assert await site.round("2031-02-01") == [], "nothing newer was ever rated"


async def test_the_newest_year_with_data_is_told_however_old(site: ConditionSite) -> None:
    one = target("T", PROVINCE, "energy-total", "100", **(TOTAL | {"yearly": {}}))
    await site.place.put(RecordKind.TARGET, one)
    await used(site, "2022Q4s", "90")
    await used(site, "2022Q3", "90")
    await used(site, "2023Q1", "3")
    (made,) = await site.round("2026-11-21")
    assert steps(made) == [("2022Q3", "red"), ("2022", "red"), ("2023Q1", "none")]


async def test_a_newer_period_takes_over_and_its_withdrawal_gives_back(
    site: ConditionSite,
) -> None:
    years = {"2022": Decimal(100), "2023": Decimal(100), "2025": Decimal(100)}
    one = target("T", PROVINCE, "energy-total", "100", **(TOTAL | {"yearly": years}))
    await site.place.put(RecordKind.TARGET, one)
    await used(site, "2022", "120")
    await used(site, "2023Q2", "60")
    (made,) = await site.round("2026-11-21")
    assert steps(made) == [("2022", "red"), ("2023Q2", "red")]
    await used(site, "2025", "120")
    (made,) = await site.round()
    assert steps(made) == [("2022", "red"), ("2023Q2", "red"), ("2025", "red")]
    await site.place.state(PROVINCE, "energy-whole", "2025", None, "tce")
    (made,) = await site.round()
    assert steps(made) == [("2022", "red"), ("2023Q2", "red")]
    assert body(made)["at"] == "2023-06-30T16:00:00Z"


async def test_a_target_that_is_repealed_ends(site: ConditionSite) -> None:
    one = target("T", PROVINCE, "energy-total", "100", **TOTAL)
    await site.place.put(RecordKind.TARGET, one)
    await used(site, "2025Q2", "60")
    await site.round()
    gone = target(
        "T",
        PROVINCE,
        "energy-total",
        "100",
        state=State.SUPERSEDED,
        effective_from="2025-07-02",
        **TOTAL,
    )
    await site.place.put(RecordKind.TARGET, gone)
    (made,) = await site.round("2025-07-02T09:00")
    assert steps(made) == [("2025Q2", "red"), ("", "none")]
    assert made.sequence[-1].at == "2025-07-02T01:00:00Z"


async def test_months_for_a_target_that_is_phased_by_months(site: ConditionSite) -> None:
    shares = tuple(Decimal(10 if nr < 8 else 5) for nr in range(12))
    wanted = target("T", PROVINCE, "energy-total", "100", shares=shares, **TOTAL)
    await site.place.put(RecordKind.TARGET, wanted)
    await used(site, "2025M5", "70")
    (made,) = await site.round()
    assert steps(made) == [("2025M5", "red")]
    assert body(made)["limit"] == "50.00"
