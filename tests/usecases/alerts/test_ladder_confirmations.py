"""Confirmed figures from the evaluator: what is asked, with whose key, and what is made of it."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from services.alerts.adapters.ladder_confirmations import (
    EvaluatorConfirmations,
    figure_of,
    monitored_of,
)
from services.alerts.domain.ladder.steps import Step
from services.alerts.domain.warning import Warning
from services.alerts.ports.ladder import Confirmation
from shared.kit.errors import Unavailable
from shared.model.condition import ConditionKind
from shared.model.level import Level
from tests.unit.alerts.ladder.builders import Office, short, warning

RED = warning(("red", "2026Q1"), kind=ConditionKind.INTENSITY)
FIGURE = {
    "value": "1210/100",
    "shown": "12.1",
    "unit": "%",
    "period": "2026Q1",
    "flags": [{"zh": "初步核算数", "en": "preliminary"}],
    "missing": [],
    "level": {"severity": 4},
    "explain": "/v1/explain/region:150200/energy-intensity/2026Q1?scope=whole",
}


def step_of(one: Warning) -> Step:
    office = Office(short())
    office.see(one)
    return office.step("circular")


async def asked(
    answer: Callable[[httpx.Request], httpx.Response], one: Warning = RED
) -> Confirmation:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        return await EvaluatorConfirmations(client, "http://evaluator/").of(step_of(one), one, "k")


async def test_the_whole_region_is_asked_for_with_the_callers_own_key() -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=FIGURE)

    found = await asked(answer)
    assert str(requests[0].url) == (
        "http://evaluator/v1/figures/region:150200/target:NM-ENERGY-INTENSITY/2026Q1?scope=whole"
    )
    assert requests[0].headers["authorization"] == "Bearer k"
    assert found.confirmed is not None
    assert found.monitored is not None
    assert (found.confirmed.value, found.confirmed.unit) == ("12.1", "%")
    assert (found.confirmed.level, found.same_level) == (Level.RED, True)
    assert found.confirmed.remarks == ("初步核算数",)
    assert (found.monitored.value, found.monitored.period) == ("12.5", "2026Q1")


async def test_a_milder_level_is_told() -> None:
    found = await asked(lambda _: httpx.Response(200, json={**FIGURE, "level": {"severity": 2}}))
    assert found.same_level is False


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, {"value": None, "missing": [{"zh": "没有GDP", "en": "GDP missing"}]}, "没有GDP"),
        (200, {"value": None, "missing": []}, "没有统计数据"),
        (404, {"detail": "nobody"}, "nobody"),
        (422, {"detail": "no such period"}, "no such period"),
    ],
)
async def test_what_is_missing_is_told(status: int, body: dict[str, object], words: str) -> None:
    found = await asked(lambda _: httpx.Response(status, json=body))
    assert found.confirmed is None
    assert words in found.missing


@pytest.mark.parametrize("status", [500, 503])
async def test_a_sick_evaluator_is_away(status: int) -> None:
    with pytest.raises(Unavailable):
        await asked(lambda _: httpx.Response(status))


async def test_a_dead_evaluator_is_away() -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(Unavailable):
        await asked(refuse)


async def test_what_has_no_statistic_is_not_asked_for() -> None:
    def never(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    task = warning(("red", ""), kind=ConditionKind.TASK)
    assert "没有与" in (await asked(never, task)).missing
    plant = warning(("red", "2026"), kind=ConditionKind.USED, subject="enterprise:X")
    assert "全社会口径" in (await asked(never, plant)).missing


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (RED, "region:150200/target:NM-ENERGY-INTENSITY/2026Q1"),
        (replace(RED, kind=ConditionKind.FORECAST), "region:150200/energy-total/2026Q1"),
        (replace(RED, kind=ConditionKind.CHILDREN), None),
        (
            replace(RED, facts={"figure": "/v1/explain/region:150200/carbon-total/2026Q2?x=1"}),
            "region:150200/carbon-total/2026Q2",
        ),
        (
            replace(RED, facts={"links": {"figure": "/v1/figures/region:150200/a/2026"}}),
            "region:150200/a/2026",
        ),
        (
            replace(RED, facts={"figure": "/v1/forecasts?budget=B"}),
            "region:150200/target:NM-ENERGY-INTENSITY/2026Q1",
        ),
    ],
)
def test_the_figure_is_that_of_the_warning(one: Warning, name: str | None) -> None:
    assert figure_of(replace(step_of(RED), condition=one.kind), one) == name


def test_a_budget_names_its_period_and_unit() -> None:
    facts = {"budget": {"period": "2026"}, "evidence": {"unit": "tce"}}
    used = replace(warning(("red", ""), kind=ConditionKind.USED), facts=facts)
    used = replace(used, sequence=(replace(used.sequence[0], unit=""),))
    assert figure_of(step_of(used), used) == "region:150200/energy-total/2026"
    monitored = monitored_of(used)
    assert monitored is not None
    assert (monitored.unit, monitored.period) == ("tce", "2026")
    assert monitored_of(replace(used, sequence=())) is None
