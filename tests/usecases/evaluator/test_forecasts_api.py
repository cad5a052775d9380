"""The routes of forecasts over books in memory: what they say, to whom, and when they refuse."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import httpx
import numpy as np
import pytest

from services.evaluator.adapters.holidays import chinese_calendar
from services.evaluator.domain.books import FIGURES, HOURS, Series
from services.evaluator.domain.totals import Lane
from services.evaluator.entrypoints import forecast_api
from services.evaluator.handlers.forecaster import Forecasts
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.judge_budgets import BudgetDesk
from shared.kit.web import create_app
from shared.model.instants import HOUR_US
from shared.model.period import hour_of_day
from tests.usecases.evaluator.api import FACTORS, Site
from tests.usecases.evaluator.api_world import COUNTY, E0, catalogue, wanted
from tests.usecases.evaluator.court import POWER
from tests.usecases.evaluator.forecasts import InlineForecaster, MemoryForecastStore

ZONE = "Asia/Shanghai"
TODAY = date(2026, 7, 1)


class World(Site):
    """A site with forecasts, on a day in the middle of 2026."""

    def __init__(self) -> None:
        super().__init__(catalogue())
        self.now_us = hour_of_day(TODAY, ZONE) * HOUR_US
        self.forecaster, self.forecasts = InlineForecaster(), MemoryForecastStore()
        rulebook = self.court.rulebook

        async def ready() -> Mapping[str, str | None]:
            return {}

        forecasts = Forecasts(
            self.store,
            Briefs(rulebook, FACTORS),
            self.forecaster,
            chinese_calendar,
            self.forecasts,
            lambda: self.now_us,
        )
        app = create_app(
            title="evaluator",
            version="0",
            description="",
            ready=ready,
            routers=(forecast_api.router,),
            state={
                "door": self.door,
                "budgets": BudgetDesk(self.budgets, rulebook, FACTORS),
                "rulebook": rulebook,
                "forecasts": forecasts,
            },
        )
        transport = httpx.ASGITransport(app=app)
        self.budget_client = self.client
        self.client = httpx.AsyncClient(transport=transport, base_url="http://evaluator")

    def fill(self, subject: str, first: date, end: date, lane: Lane = POWER) -> None:
        """A unit of the lane every hour, all of it known."""
        low, high = hour_of_day(first, ZONE), hour_of_day(end, ZONE)
        for day in range(low // HOURS, -(-high // HOURS)):
            row = np.zeros((HOURS, FIGURES), np.int64)
            hours = np.arange(day * HOURS, day * HOURS + HOURS)
            row[(hours >= low) & (hours < high)] = (10**lane.scale, 0, HOUR_US)
            self.store.day_rows[Series(subject, lane), day] = row.tobytes()

    async def asked(self, subject: str = E0, **params: str) -> Any:
        answer = await self.get(f"/v1/forecasts/{subject}", **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def budget(self, **changes: Any) -> None:
        headers = {"Authorization": "Bearer operator"}
        body = wanted(**changes)
        answer = await self.budget_client.post("/v1/budgets", json=body, headers=headers)
        assert answer.is_success, answer.text


@pytest.fixture
def world() -> World:
    made = World()
    made.fill(E0, date(2024, 6, 1), TODAY)
    return made


async def test_a_measure_is_forecast_to_the_end_of_the_year(world: World) -> None:
    found = await world.asked(measure="electricity")
    assert (found["state"], found["period"], found["unit"]) == ("forecast", "2026", "kWh")
    assert (found["start"], found["cut"], found["end"]) == (
        "2026-01-01",
        "2026-07-01",
        "2027-01-01",
    )
    assert (found["so_far"], found["days_left"]) == (str(181 * 24), 184)
    assert found["at_end"]["expected"] == str(365 * 24)
    assert float(found["at_end"]["low"]) <= 365 * 24 <= float(found["at_end"]["high"])
    assert [rate["rate"] for rate in found["burn_rates"]] == ["24", "24", "24"]
    assert found["exceeding"] is None
    assert sum(score["chosen"] for score in found["scores"]) == 1
    assert {note["en"] for note in found["notes"]} >= {"an estimate, not a figure of the books"}


async def test_the_chart_goes_from_what_came_to_what_may_come(world: World) -> None:
    chart = (await world.asked(measure="electricity"))["chart"]
    assert {len(chart[name]) for name in ("days", "actual", "low", "expected", "high")} == {365}
    assert (chart["actual"][180], chart["actual"][181]) == (str(181 * 24), None)
    assert (chart["expected"][180], chart["expected"][181]) == (None, str(182 * 24))
    assert chart["line"] is None


async def test_energy_is_standard_coal_and_what_is_given_out_comes_off(world: World) -> None:
    found = await world.asked(measure="energy-total")
    assert found["unit"] == "tce"
    assert float(found["so_far"]) == pytest.approx(181 * 24 * 0.1229 / 1000, rel=1e-5)


async def test_a_budget_runs_out_on_a_day(world: World) -> None:
    await world.budget(period="2026", total=str(24 * 200 + 12))
    for found in (
        await world.asked(budget="B1"),
        (await world.get("/v1/forecasts", budget="B1")).json(),
    ):
        exceeding = found["exceeding"]
        assert (found["budget"], exceeding["will_exceed"], exceeding["probability"]) == (
            "B1",
            True,
            1.0,
        )
        # 200 days are full on 19 July; the one after uses the rest up.
        assert (exceeding["run_out"], exceeding["lead_days"]) == ("2026-07-20", 19)
        assert len(found["chart"]["line"]) == 365
        assert float(found["chart"]["line"][-1]) == 24 * 200 + 12


async def test_a_forecast_can_be_asked_as_seen_on_an_earlier_day(world: World) -> None:
    found = await world.asked(measure="electricity", cut="2026-04-01")
    assert (found["cut"], found["so_far"]) == ("2026-04-01", str(90 * 24))
    assert world.forecasts.kept == []
    view = world.forecaster.jobs[-1].view
    assert view.history.end_day == view.cut


async def test_a_short_history_is_an_answer_that_says_so(world: World) -> None:
    world.fill("enterprise:E1", date(2026, 6, 20), TODAY)
    found = await world.asked("enterprise:E1", measure="electricity")
    assert (found["state"], found["refusal"]["code"]) == ("refused", "history-too-short")
    assert found["refusal"]["reason"]["en"].startswith("history too short: 11 days")
    assert found["at_end"] is None
    assert world.forecasts.kept == []
    nothing = await world.asked(COUNTY, measure="electricity")
    assert nothing["refusal"]["code"] == "history-too-short"


async def test_days_that_are_not_whole_are_not_known(world: World) -> None:
    day = hour_of_day(date(2026, 5, 5), ZONE) // HOURS
    del world.store.day_rows[Series(E0, POWER), day]
    found = await world.asked(measure="electricity")
    assert found["missing_days"] == 2
    assert "not fully known" in str(found["notes"])


async def test_forecasts_are_kept_and_held_against_what_came(world: World) -> None:
    await world.asked(measure="electricity")
    (kept,) = world.forecasts.kept
    assert (kept.measure, kept.said.period, kept.said.days_left) == ("electricity", "2026", 184)
    assert world.forecasts.trials[E0, "electricity"]
    world.fill(E0, TODAY, date(2027, 2, 1))
    world.now_us = hour_of_day(date(2027, 2, 1), ZONE) * HOUR_US
    found = await world.asked(measure="electricity")
    record = found["record"]
    assert (record["count"], record["median_percent"], record["inside_share"]) == (1, 0.0, 1.0)
    assert record["items"][0]["came"] == str(365 * 24)


async def test_peers_errors_count_and_only_earlier_ones(world: World) -> None:
    world.fill("enterprise:E1", date(2024, 6, 1), TODAY)
    await world.asked("enterprise:E1", measure="electricity")
    assert (await world.asked(measure="electricity"))["peers"] == 1
    await world.asked(measure="electricity", cut="2026-04-01")
    job = world.forecaster.jobs[-1]
    assert all(t.cut + t.days <= job.view.cut for peer in job.peers for t in peer)


@pytest.mark.parametrize(
    ("path", "params", "status", "words"),
    [
        (f"/v1/forecasts/{E0}", {"measure": "moonlight"}, 422, "there is no moonlight"),
        (f"/v1/forecasts/{E0}", {"period": "last year"}, 422, "is not a period"),
        ("/v1/forecasts/nobody", {}, 422, "is not a subject"),
        ("/v1/forecasts/enterprise:E9", {}, 404, "no enterprise:E9"),
        ("/v1/forecasts", {"budget": "B9"}, 404, "no budget B9"),
        ("/v1/forecasts/enterprise:E1", {"budget": "B1"}, 404, "not one of enterprise:E1"),
    ],
)
async def test_what_is_not_there_is_said(
    world: World, path: str, params: dict[str, str], status: int, words: str
) -> None:
    await world.budget()
    answer = await world.get(path, **params)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


@pytest.mark.parametrize(
    ("path", "params"),
    [(f"/v1/forecasts/{E0}", {"measure": "electricity"}), ("/v1/forecasts", {"budget": "B1"})],
)
async def test_a_key_sees_only_its_own(world: World, path: str, params: dict[str, str]) -> None:
    await world.budget(period="2026")
    assert (await world.get(path, key="elsewhere", **params)).status_code == 404
    assert (await world.get(path, key="county", **params)).status_code == 200


async def test_a_busy_forecaster_asks_to_come_again(world: World) -> None:
    world.forecaster.busy = True
    answer = await world.get(f"/v1/forecasts/{E0}", measure="electricity")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
