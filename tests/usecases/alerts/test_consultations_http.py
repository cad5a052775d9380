"""Consultations over HTTP: recorded, followed to the end, and refused where they make no sense."""

import httpx
import pytest

from shared.model.condition import ConditionKind
from tests.unit.alerts.ladder.builders import warning
from tests.usecases.alerts.ladder_parts import LadderService

RED = warning(("red", "2026Q1"), kind=ConditionKind.INTENSITY)


@pytest.fixture
async def service() -> LadderService:
    new = LadderService()
    await new.happen(RED)
    return new


async def post(
    client: httpx.AsyncClient, path: str, body: object, status: int = 200
) -> dict[str, object]:
    answer = await client.post(path, json=body)
    assert answer.status_code == status, answer.text
    document: dict[str, object] = answer.json()
    return document


BODY: dict[str, object] = {
    "title": "二季度会商",
    "region": "150200",
    "measure": "energy",
    "held_on": "2026-05-11",
    "participants": ["发改委", "生态环境局"],
    "decisions": ["压减负荷"],
    "tasks": [
        {"title": "报方案", "assignee": "工信局", "days": 5},
        {"title": "现场核查", "due": "2026-05-13"},
    ],
}


class TestConsultations:
    async def test_are_recorded_and_their_tasks_followed(self, service: LadderService) -> None:
        async with service.client("city") as client:
            kept = await post(client, "/v1/consultations", BODY, 201)
            tasks = kept["tasks"]
            assert isinstance(tasks, list)
            assert [task["due"] for task in tasks] == ["2026-05-18", "2026-05-13"]
            before = len(service.store.told)
            for _ in range(9):
                await service.wait(days=1)
            told = [one for one in service.store.told[before:] if "consultation" in one]
            assert told.count("consultation.task_overdue") == 2
            assert "consultation.task_reminded" in told
            path = f"/v1/consultations/{kept['id']}"
            await post(client, f"{path}/tasks/1", {"state": "done", "note": "已报"})
            await post(client, f"{path}/tasks/1", {"state": "done"}, 409)
            await post(client, f"{path}/tasks/2", {"state": "dropped"})
            whole = (await client.get(path)).json()
            listed = (await client.get("/v1/consultations?state=done&region=150000")).json()
        assert whole["state"] == "done"
        assert whole["history"][0]["type"] == "consultation.recorded"
        assert [item["id"] for item in listed["items"]] == [kept["id"]]

    @pytest.mark.parametrize(
        ("name", "change", "status"),
        [
            ("elsewhere", {}, 404),
            ("carbon", {}, 404),
            ("reader", {}, 403),
            ("city", {"tasks": [{"title": "x"}]}, 422),
            ("city", {"held_at": "2026-05-11T09:00:00"}, 422),
            ("city", {"held_at": "0001-01-01T00:00:00+08:00"}, 422),
            ("city", {"held_on": "9999-12-31"}, 422),
            ("city", {"tasks": [{"title": "x", "due": "9999-12-31"}]}, 422),
            ("city", {"tasks": [{"title": "x", "due": "0001-01-01"}]}, 422),
            ("city", {"tasks": [{"title": "x", "due": "2001-12-31"}]}, 422),
            ("city", {"tasks": [{"title": "x", "due": "2002-01-01"}]}, 201),
            ("city", {"tasks": [{"title": "x", "due": "2199-12-31"}]}, 201),
            ("city", {"warnings": ["00000000-0000-0000-0000-000000000000"]}, 422),
            ("city", {"steps": ["00000000-0000-0000-0000-000000000000"]}, 422),
            ("city", {"what": 1}, 422),
        ],
    )
    async def test_are_refused_where_they_make_no_sense(
        self, service: LadderService, name: str, change: dict[str, object], status: int
    ) -> None:
        async with service.client(name) as client:
            await post(client, "/v1/consultations", {**BODY, **change}, status)

    async def test_of_another_region_are_not_there(self, service: LadderService) -> None:
        async with service.client("city") as client:
            kept = await post(client, "/v1/consultations", BODY, 201)
        for name in ("elsewhere", "carbon"):
            async with service.client(name) as client:
                path = f"/v1/consultations/{kept['id']}"
                assert (await client.get(path)).status_code == 404
                assert (await client.get("/v1/consultations")).json()["items"] == []
                await post(client, f"{path}/tasks/1", {"state": "done"}, 404)
