"""What the daily forecasts expect to be exceeded, from standings to messages."""

from dataclasses import replace
from datetime import date

import pytest

from services.evaluator.adapters.watch_policy import load_watch_policy
from services.evaluator.handlers.conditions.forecast import OutlookSource
from services.evaluator.ports.outlooks import BUDGET, TARGET, Standing
from services.evaluator.ports.register import RecordKind
from tests.usecases.evaluator.condition_site import ConditionSite, body, instant
from tests.usecases.evaluator.reckoning import CITY, MILL, target
from tests.usecases.evaluator.watching import MemoryOutlooks

ONE = Standing(
    limited_by=BUDGET,
    code="B1",
    period="2025",
    subject=MILL,
    measure="energy-total",
    looked_on=date(2025, 7, 2),
    made_at_us=instant("2025-07-02T01:00"),
    exceeds=True,
    probability=0.97,
    lead_days=100,
    run_out=date(2025, 10, 10),
)


class Town(ConditionSite):
    """A site whose forecasts a test makes."""

    def __init__(self) -> None:
        super().__init__(on="2025-07-02T02:00")
        self.outlooks = MemoryOutlooks()
        self.sources = [OutlookSource(outlooks=self.outlooks, policy=load_watch_policy())]

    async def say(self, day: int, probability: float, lead: int, *, exceeds: bool = True) -> None:
        """The forecast of a day of July."""
        await self.outlooks.keep(
            replace(
                ONE,
                looked_on=date(2025, 7, day),
                made_at_us=instant(f"2025-07-{day:02}T01:00"),
                probability=probability,
                lead_days=lead,
                exceeds=exceeds,
            )
        )


@pytest.fixture
def town() -> Town:
    return Town()


async def test_a_budget_that_will_be_exceeded(town: Town) -> None:
    await town.outlooks.keep(ONE)
    (made,) = await town.round()
    assert (made.kind, made.subject, made.about, made.rule) == ("forecast", MILL, "B1", "forecast")
    assert made.measure == "energy"
    assert body(made) == {
        "at": "2025-07-01T17:00:00Z",
        "level": "yellow",
        "period": "2025",
        "value": "97.0",
        "limit": "80.0",
        "unit": "%",
    }
    assert (made.facts["lead_days"], made.facts["run_out"]) == (100, "2025-10-10")
    assert made.facts["figure"] == "/v1/forecasts?budget=B1"
    assert await town.round() == []


async def test_it_grows_as_the_day_comes_near_and_ends_with_another_forecast(town: Town) -> None:
    await town.say(2, 0.97, 100)
    await town.round()
    await town.say(3, 0.96, 40)
    (nearer,) = await town.round("2025-07-03T02:00")
    await town.say(4, 0.99, 14)
    (near,) = await town.round("2025-07-04T02:00")
    await town.say(5, 0.3, 14, exceeds=False)
    (gone,) = await town.round("2025-07-05T02:00")
    assert [one.sequence[-1].level for one in (nearer, near, gone)] == ["orange", "red", "none"]
    assert [step.level for step in gone.sequence] == ["yellow", "orange", "red", "none"]


async def test_a_target_of_co2_is_the_other_departments(town: Town) -> None:
    await town.place.put(RecordKind.TARGET, target("T", CITY, "carbon-total", "100"))
    standing = replace(ONE, limited_by=TARGET, code="T", subject=CITY, measure="carbon-total")
    await town.outlooks.keep(standing)
    (made,) = await town.round()
    assert (made.measure, made.about_name) == ("carbon", "目标T")
    assert made.facts["links"] == {"target": "/v1/targets/T"}
    assert made.facts["figure"] == f"/v1/forecasts/{CITY}?measure=carbon-total&period=2025"


async def test_a_period_that_is_over_is_no_outlook(town: Town) -> None:
    await town.outlooks.keep(ONE)
    assert len(await town.round("2025-07-02T02:00")) == 1
    (gone,) = await town.round("2026-01-01T02:00")
    assert gone.sequence[-1].level == "none"


async def test_a_forecast_that_nobody_renews_says_nothing(town: Town) -> None:
    await town.outlooks.keep(ONE)
    assert len(await town.round("2025-07-08T02:00")) == 1
    (gone,) = await town.round("2025-07-09T02:00")
    assert gone.sequence[-1].level == "none"
