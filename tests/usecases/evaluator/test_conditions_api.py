"""The list of conditions: filters, pages, and who sees what."""

from typing import Any

import httpx
import pytest

from services.evaluator.entrypoints import conditions_api
from services.evaluator.handlers.conditions.rounds import ConditionRounds
from shared.kit.errors import Unavailable
from shared.model.condition import ConditionKind, Measure
from tests.unit.evaluator.conditions.make import NONE, ORANGE, RED, YELLOW, seen
from tests.usecases.evaluator.conditions import MemoryConditions, Meter, Script
from tests.usecases.evaluator.reckoning import CITY, EAST, MILL, PROVINCE, WEST, Province

SEEN = (
    seen(1, RED, "2025Q1", subject=PROVINCE, value="12.5", limit="10", unit="tce"),
    seen(2, RED, "2025Q2", subject=PROVINCE, value="13", facts={"figure": "/v1/figures/x"}),
    seen(1, YELLOW, subject=CITY, kind=ConditionKind.TASK, measure=Measure.DATA),
    seen(1, ORANGE, subject=WEST, kind=ConditionKind.INTENSITY, measure=Measure.CARBON),
    seen(1, RED, subject=MILL, kind=ConditionKind.LIMIT),
    seen(1, RED, "a", subject=EAST),
    seen(2, NONE, "b", subject=EAST),
)


@pytest.fixture
async def client() -> httpx.AsyncClient:
    place = Province()
    store = MemoryConditions(place.books, place.memory)
    kinds = tuple({one.kind for one in SEEN})
    rounds = ConditionRounds(
        gatherer=place.gatherer,
        store=store,
        sources=[Script(seen=list(SEEN), kinds=kinds)],
        now_us=lambda: 10**15,
        away=Unavailable,
        meter=Meter(),
    )
    await rounds.round()
    return place.client_of(conditions_api.router, conditions=store)


async def listed(
    client: httpx.AsyncClient, query: str = "", key: str = "operator"
) -> dict[str, Any]:
    """The answer to a query."""
    headers = {"Authorization": f"Bearer {key}"}
    answer = await client.get(f"/v1/conditions?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def subjects(client: httpx.AsyncClient, query: str = "", key: str = "operator") -> list[str]:
    """Whose conditions were listed."""
    return [one["subject"] for one in (await listed(client, query, key))["items"]]


async def test_one_is_told_in_full(client: httpx.AsyncClient) -> None:
    (one,) = (await listed(client, f"subject={PROVINCE}"))["items"]
    assert (one["kind"], one["measure"], one["level"]) == ("barometer", "energy", "red")
    assert (one["subject_name"], one["about"], one["rule"]) == ("地区150000", "T", "N2020")
    assert (one["number"], one["cause"], one["as_of"]) == (1, "first-look", "commit:0")
    assert one["since"] == one["sequence"][0]["at"] == "1970-01-01T01:00:00Z"
    assert one["sequence"][0] == {
        "at": "1970-01-01T01:00:00Z",
        "level": "red",
        "period": "2025Q1",
        "value": "12.5",
        "limit": "10",
        "ratio_percent": "",
        "unit": "tce",
    }
    assert one["facts"] == {"figure": "/v1/figures/x"}


async def test_the_worst_come_first_and_what_ended_only_when_asked_for(
    client: httpx.AsyncClient,
) -> None:
    assert await subjects(client) == [PROVINCE, MILL, WEST, CITY]
    assert await subjects(client, "level=none") == [EAST]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=barometer&kind=limit", [PROVINCE, MILL]),
        ("measure=carbon", [WEST]),
        ("measure=carbon&measure=data", [WEST, CITY]),
        ("level=orange&level=yellow", [WEST, CITY]),
        ("region=150204", [MILL]),
        ("region=region:150203", [WEST]),
        (f"subject={WEST}&subject={CITY}", [WEST, CITY]),
        ("region=630000", []),
    ],
)
async def test_filters(client: httpx.AsyncClient, query: str, found: list[str]) -> None:
    assert await subjects(client, query) == found


async def test_pages(client: httpx.AsyncClient) -> None:
    found: list[str] = []
    after = ""
    while True:
        page = await listed(client, f"limit=1&after={after}")
        found += [one["subject"] for one in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert found == [PROVINCE, MILL, WEST, CITY]


@pytest.mark.parametrize("query", ["after=x", "after=9.1", "level=black", "kind=x"])
async def test_what_is_no_filter_is_refused(client: httpx.AsyncClient, query: str) -> None:
    headers = {"Authorization": "Bearer operator"}
    answer = await client.get(f"/v1/conditions?{query}", headers=headers)
    assert answer.status_code == 422


async def test_a_key_sees_its_own(client: httpx.AsyncClient) -> None:
    assert await subjects(client, key="elsewhere") == []
    assert await subjects(client, key="county") == [WEST]
