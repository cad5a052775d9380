"""Every day each budget and total target is forecast, and what will exceed is listed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.evaluator.adapters.holidays import chinese_calendar
from services.evaluator.domain.records.target import Form
from services.evaluator.entrypoints import conditions_api
from services.evaluator.handlers.forecast_rounds import DailyForecasts
from services.evaluator.handlers.forecaster import Forecasts
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.ports.outlooks import Limit, Standing
from services.evaluator.ports.register import RecordKind
from shared.model.instants import HOUR_US
from tests.usecases.evaluator.api import FACTORS
from tests.usecases.evaluator.api_world import E0, catalogue
from tests.usecases.evaluator.reckoning import Province, target
from tests.usecases.evaluator.test_forecasts_api import TODAY, World


class MemoryOutlooks:
    """The Outlooks in memory."""

    def __init__(self) -> None:
        self.kept: dict[Limit, Standing] = {}

    async def keep(self, standing: Standing) -> None:
        before = self.kept.get(standing.limit)
        since = before.since_us if before and before.exceeds else standing.made_at_us
        self.kept[standing.limit] = replace(standing, since_us=since if standing.exceeds else None)

    async def looked(self, day: date) -> frozenset[Limit]:
        return frozenset(limit for limit, one in self.kept.items() if one.looked_on >= day)

    async def exceeding(self) -> Sequence[Standing]:
        return [one for one in self.kept.values() if one.exceeds]


class House(World):
    """A site with daily forecasts, and its conditions."""

    def __init__(self) -> None:
        super().__init__()
        rulebook = self.court.rulebook
        self.outlooks, self.place = MemoryOutlooks(), Province(catalogue())
        self.daily = DailyForecasts(
            forecasts=Forecasts(
                self.store,
                Briefs(rulebook, FACTORS),
                self.forecaster,
                chinese_calendar,
                self.forecasts,
                lambda: self.now_us,
            ),
            desk=BudgetDesk(self.budgets, rulebook, FACTORS),
            reckoner=self.place.reckoner,
            outlooks=self.outlooks,
            now_us=lambda: self.now_us,
        )
        self.client = self.place.client_of(conditions_api.router, outlooks=self.outlooks)

    async def conditions(self, **params: str) -> list[dict[str, Any]]:
        answer = await self.get("/v1/conditions", kind="forecast", **params)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@pytest.fixture
def house() -> House:
    made = House()
    made.fill(E0, date(2025, 1, 1), TODAY)
    return made


async def test_what_will_exceed_is_listed_since_when(house: House) -> None:
    await house.budget(period="2026", total=str(24 * 200 + 12))
    assert await house.daily.round() == 1
    assert await house.daily.round() == 0
    assert len(house.forecasts.kept) == 1
    (one,) = await house.conditions(region="150203")
    assert (one["limited_by"], one["code"], one["subject"]) == ("budget", "B1", E0)
    assert (one["probability"], one["lead_days"], one["run_out"]) == (1.0, 19, "2026-07-20")
    assert one["links"] == {"forecast": "/v1/forecasts?budget=B1", "budget": "/v1/budgets/B1"}
    house.fill(E0, date(2025, 1, 1), date(2026, 7, 2))
    house.now_us += 24 * HOUR_US
    assert await house.daily.round() == 1
    (later,) = await house.conditions()
    assert (later["since"], later["lead_days"]) == (one["since"], 18)
    assert later["seen"] > one["seen"]
    assert await house.conditions(region="630000") == []


async def test_what_stays_below_is_forecast_and_not_listed(house: House) -> None:
    await house.budget(period="2026", total=str(24 * 500))
    assert await house.daily.round() == 1
    assert len(house.forecasts.kept) == 1
    assert await house.conditions() == []


async def test_total_targets_are_held_against_forecasts_too(house: House) -> None:
    total = target("T", E0, "energy-total", "9", form=Form.TOTAL, unit="tce", last_year=2030)
    small = {"2026": Decimal("0.5")}
    await house.place.put(
        RecordKind.TARGET,
        replace(total, yearly=small),
        replace(total, code="LATER"),
        replace(total, code="NET", yearly=small, exclusions=("feedstock",)),
        replace(total, code="CUT", form=Form.REDUCTION),
    )
    assert await house.daily.round() == 1
    (one,) = await house.conditions()
    assert (one["limited_by"], one["code"], one["period"]) == ("target", "T", "2026")
    assert one["links"]["target"] == "/v1/targets/T"
    assert "measure=energy-total&period=2026" in one["links"]["forecast"]


async def test_people_who_wait_come_first(house: House) -> None:
    await house.budget(period="2026", total="1")
    house.forecaster.busy = True
    assert await house.daily.round() == 0
    house.forecaster.busy = False
    assert await house.daily.round() == 1


async def test_a_key_sees_its_own(house: House) -> None:
    await house.budget(period="2026", total="1")
    await house.daily.round()
    hidden = await house.client.get(
        "/v1/conditions",
        params={"kind": "forecast"},
        headers={"Authorization": "Bearer elsewhere"},
    )
    assert hidden.json()["items"] == []
