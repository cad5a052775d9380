"""What people do about warnings, over HTTP."""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from services.alerts.domain.condition import ConditionPolicy, Policies
from services.alerts.domain.tick import Tick
from services.alerts.domain.warning import warning_id
from services.alerts.entrypoints.acts import LARGEST_FILE
from shared.model.condition import ConditionKind, Measure
from tests.unit.alerts.builders import assessment
from tests.usecases.alerts.parts import CARBON, OPERATOR, READER, REGULATOR, SENDER, Service

KEY = warning_id("enterprise:X", "B1", "used")
PLACE = f"/v1/warnings/{KEY}"
PDF = {"content-type": "application/pdf"}


@pytest.fixture
async def service() -> Service:
    new = Service()
    await new.hear(
        assessment(
            (1, "orange"),
            subject="enterprise:X",
            regions=("150200", "150000"),
            measure=Measure.ENERGY,
        )
    )
    return new


async def post(
    service: Service, verb: str, body: object, headers: dict[str, str] = REGULATOR
) -> httpx.Response:
    async with service.client() as client:
        return await client.post(f"{PLACE}/{verb}", json=body, headers=headers)


async def get(service: Service, path: str, headers: dict[str, str] = OPERATOR) -> Any:
    async with service.client() as client:
        answer = await client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def let_time_pass(service: Service) -> None:
    """A tick up to now."""
    (job,) = service.life.jobs
    await job.work(Tick(name=job.name, begin=service.clock.now - job.every, end=service.clock.now))


class TestActs:
    async def test_follow_a_warning_to_its_end(self, service: Service) -> None:
        steps = (
            ("acknowledge", {"comment": "看到了"}, SENDER, "acknowledged"),
            ("assign", {"assignee": "regulator-key"}, REGULATOR, "acknowledged"),
            ("respond", {"text": "stopped", "measures": ["boiler 2 off"]}, SENDER, "responded"),
            ("return", {"comment": "since when?"}, REGULATOR, "returned"),
            ("respond", {"text": "since Monday"}, SENDER, "responded"),
            ("close", {"reason": "handled"}, REGULATOR, "closed"),
            ("reopen", {"comment": "it is back"}, REGULATOR, "responded"),
            ("comment", {"comment": "watched"}, OPERATOR, "responded"),
        )
        for verb, body, who, stage in steps:
            answer = await post(service, verb, body, who)
            assert answer.status_code == 200, answer.text
            assert answer.json()["warning"]["stage"] == stage
        found = await get(service, f"{PLACE}/history")
        assert [entry["type"].partition(".")[2] for entry in found["items"]] == [
            "raised",
            "acknowledged",
            "assigned",
            "responded",
            "returned",
            "responded",
            "closed",
            "reopened",
            "commented",
        ]
        assert found["items"][1]["by"] == {
            "name": "sender-key",
            "key_id": "sender-key",
            "role": "sender",
        }
        assert found["items"][3]["measures"] == ["boiler 2 off"]

    @pytest.mark.parametrize(
        ("verb", "body", "who", "status", "kind"),
        [
            ("close", {"reason": "handled"}, SENDER, 403, "not-allowed"),
            ("comment", {"comment": "x"}, READER, 403, "not-allowed"),
            ("comment", {"comment": "x"}, CARBON, 404, "no-such-warning"),
            ("reopen", {}, REGULATOR, 409, "not-closed"),
            ("return", {"comment": "x"}, REGULATOR, 409, "no-response"),
            ("comment", {"comment": " "}, REGULATOR, 422, "empty"),
            ("close", {"reason": "tired"}, REGULATOR, 422, "invalid-request"),
            ("respond", {"text": "x", "attachments": ["ab"]}, SENDER, 422, "no-file"),
            ("acknowledge", {"entries": 7}, REGULATOR, 412, "changed"),
        ],
    )
    async def test_refuse_with_a_reason(
        self,
        service: Service,
        verb: str,
        body: dict[str, object],
        who: dict[str, str],
        status: int,
        kind: str,
    ) -> None:
        answer = await post(service, verb, body, who)
        assert (answer.status_code, answer.json()["type"]) == (status, kind)
        assert (await get(service, PLACE))["entries"] == 1

    async def test_keep_to_what_was_seen(self, service: Service) -> None:
        async with service.client() as client:
            etag = (await client.get(PLACE)).headers["etag"]
            first, second = [
                await client.post(
                    f"{PLACE}/comment", json={"comment": "x"}, headers={"If-Match": etag}
                )
                for _ in range(2)
            ]
        assert (etag, first.status_code, second.status_code) == ('"1"', 200, 412)
        assert first.headers["etag"] == '"2"'

    async def test_say_what_each_may_do(self, service: Service) -> None:
        assert (await get(service, PLACE, SENDER))["may"] == ["acknowledge", "comment", "respond"]
        assert "close" in (await get(service, PLACE, REGULATOR))["may"]
        assert (await get(service, PLACE, READER))["may"] == []

    async def test_without_a_response_expire(self, service: Service) -> None:
        await post(service, "acknowledge", {})
        service.clock.forward(hours=24)
        await let_time_pass(service)
        found = await get(service, PLACE)
        assert (found["stage"], found["history"][-1]["type"]) == (
            "raised",
            "warning.acknowledgement_expired",
        )


class TestAttachments:
    async def test_are_named_by_a_response_and_covered_by_its_entry(self, service: Service) -> None:
        digest = sha256(b"%PDF").hexdigest()
        async with service.client() as client:
            sent = await client.post(
                f"{PLACE}/attachments?name=整改报告.pdf", content=b"%PDF", headers={**PDF, **SENDER}
            )
            assert (sent.status_code, sent.json()["sha256"]) == (201, digest)
            back = await client.get(f"{PLACE}/attachments/{digest}", headers=REGULATOR)
        assert (back.content, back.headers["content-type"]) == (b"%PDF", "application/pdf")
        assert back.headers["content-disposition"].startswith("attachment")
        answer = await post(service, "respond", {"text": "x", "attachments": [digest]}, SENDER)
        (file,) = answer.json()["entry"]["attachments"]
        assert (file["sha256"], file["name"], file["size"]) == (digest, "整改报告.pdf", 4)
        assert [one["sha256"] for one in (await get(service, f"{PLACE}/attachments"))["items"]] == [
            digest
        ]

    @pytest.mark.parametrize(
        ("content", "headers", "status"),
        [
            (b"x" * (LARGEST_FILE + 1), {**PDF, **SENDER}, 413),
            (b"<script>", {"content-type": "text/html", **SENDER}, 415),
            (b"", {**PDF, **SENDER}, 422),
            (b"x", {**PDF, **READER}, 403),
            (b"x", {**PDF, **CARBON}, 404),
        ],
    )
    async def test_are_refused(
        self, service: Service, content: bytes, headers: dict[str, str], status: int
    ) -> None:
        async with service.client() as client:
            answer = await client.post(
                f"{PLACE}/attachments?name=x", content=content, headers=headers
            )
        assert answer.status_code == status

    async def test_of_what_may_not_be_seen_are_not_there(self, service: Service) -> None:
        async with service.client() as client:
            for path in ("/attachments", f"/attachments/{'0' * 64}", "/history", ""):
                assert (await client.get(PLACE + path, headers=CARBON)).status_code == 404


class TestPendingWarnings:
    async def test_are_listed_only_when_asked_for_and_raised_by_time(self) -> None:
        slow = ConditionPolicy(hold=timedelta(hours=3))
        service = Service(policies=Policies(kinds={ConditionKind.NO_DATA: slow}))
        await service.hear(assessment((-1, "red"), kind=ConditionKind.NO_DATA))
        assert (await get(service, "/v1/warnings"))["items"] == []
        (waiting,) = (await get(service, "/v1/warnings?state=pending"))["items"]
        assert (waiting["state"], waiting["entries"]) == ("pending", 0)
        service.clock.forward(hours=2)
        (job,) = service.life.jobs
        await job.work(
            Tick(name="time", begin=service.clock.now - job.every, end=service.clock.now)
        )
        (raised,) = (await get(service, "/v1/warnings?kind=no-data"))["items"]
        assert (raised["state"], raised["level"]) == ("open", "red")


class TestGroups:
    @pytest.fixture
    async def filled(self, service: Service) -> Service:
        for n in range(3):
            made = assessment(
                (1, "notice"),
                subject=f"enterprise:{n}",
                regions=("150300", "150000"),
                measure=Measure.CARBON,
            )
            await service.hear(made)
        return service

    async def test_count_by_region_the_worst_first(self, filled: Service) -> None:
        found = await get(filled, "/v1/warnings/groups?by=region")
        assert [(one["key"], one["worst"], one["total"]) for one in found["items"]] == [
            ("150200", "orange", 1),
            ("150300", "notice", 3),
        ]
        assert (found["groups"], found["warnings"], found["next"]) == (2, 4, None)
        assert found["items"][0]["filter"] == {"region": "150200"}

    @pytest.mark.parametrize("by", ["region", "measure", "kind", "level", "subject"])
    async def test_have_filters_that_list_them(self, filled: Service, by: str) -> None:
        for group in (await get(filled, f"/v1/warnings/groups?by={by}"))["items"]:
            query = httpx.QueryParams({**group["filter"], "state": "open"})
            listed = (await get(filled, f"/v1/warnings?{query}"))["items"]
            # A level lists what is at least as bad.
            assert len(listed) >= group["total"]

    async def test_show_only_what_may_be_seen(self, filled: Service) -> None:
        found = await get(filled, "/v1/warnings/groups?by=measure", CARBON)
        assert [one["key"] for one in found["items"]] == ["carbon"]

    async def test_come_in_pages(self, filled: Service) -> None:
        first = await get(filled, "/v1/warnings/groups?by=subject&limit=3")
        assert (len(first["items"]), first["next"], first["groups"]) == (3, 3, 4)
        rest = await get(filled, "/v1/warnings/groups?by=subject&limit=3&after=3")
        assert (len(rest["items"]), rest["next"]) == (1, None)


class TestTheJournal:
    async def test_is_whole(self, service: Service) -> None:
        await post(service, "comment", {"comment": "x"})
        head = await get(service, "/v1/journal/head")
        async with service.client() as client:
            checked = (await client.post("/v1/journal/check", json={})).json()
        assert checked == {
            "checked": 2,
            "upto": 2,
            "hash": head["hash"],
            "broken": None,
            "more": False,
            "cut": None,
        }

    async def test_can_be_checked_by_whoever_reads_it(self, service: Service) -> None:
        async with service.client() as client:
            text = (await client.get("/v1/journal")).text
        page = json.loads(text)
        (item,) = page["items"]
        data = text.partition('"data":')[2].partition("}],")[0]
        covered = bytes.fromhex(page["before"]) + item["id"].to_bytes(8, "big") + data.encode()
        assert sha256(covered).hexdigest() == item["hash"]

    async def test_shows_only_what_may_be_seen(self, service: Service) -> None:
        assert (await get(service, "/v1/journal", CARBON))["items"] == []
        assert len((await get(service, "/v1/journal", REGULATOR))["items"]) == 1

    async def test_is_checked_by_operators_only(self, service: Service) -> None:
        async with service.client() as client:
            answer = await client.post("/v1/journal/check", json={}, headers=REGULATOR)
        assert answer.status_code == 403
