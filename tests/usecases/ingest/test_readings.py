"""Readings over HTTP: verdicts, refusals, grouping, and what happens while Kafka is away."""

import asyncio
import gzip
import json
from typing import Any

import pytest

from services.ingest.adapters.secret_keys import id_of
from shared.model.readings import Mark
from tests.usecases.ingest.memory import MemoryCatalogue
from tests.usecases.ingest.parts import ENTERPRISE, House, house

GOOD = {"point": "m1", "at": "2026-03-01T08:00:00Z", "value": "1.25"}


async def send(here: House, rows: Any, key: str | None = None, **more: Any) -> Any:
    arguments = {"key": key} if key else {}
    return await here.call("POST", "/v1/readings", json=rows, **arguments, **more)


class TestVerdicts:
    async def test_what_is_good_is_taken(self) -> None:
        async with house() as here:
            answer = await send(here, [GOOD, {**GOOD, "at": "2026-03-01T08:15:00Z"}])
            assert answer.status_code == 202
            body = answer.json()
            assert (body["accepted"], body["refused"], body["items"]) == (2, 0, [])
            assert body["catalogue_version"] == 1
            assert answer.headers["x-request-id"] == body["correlation_id"]
            ((bundle,), version, correlation_id) = here.log.batches[0]
            assert bundle.readings.value.tolist() == [125, 125]
            assert (version, correlation_id) == (1, body["correlation_id"])

    async def test_refusals_come_in_the_order_sent(self) -> None:
        async with house() as here:
            rows = [{**GOOD, "value": "x"}, GOOD, {**GOOD, "point": "m9"}]
            body = (await send(here, rows)).json()
            assert (body["accepted"], body["refused"]) == (1, 2)
            told = [(item["index"], item["reason"]) for item in body["items"]]
            assert told == [(0, "not-a-number"), (2, "unknown-point")]
            assert here.log.rows() == 1

    async def test_a_sender_sends_for_its_own(self) -> None:
        async with house() as here:
            key = await here.key("sender", f"enterprise:{ENTERPRISE}")
            body = (await send(here, [GOOD, {**GOOD, "point": "m2"}], key)).json()
            assert [item["reason"] for item in body["items"]] == ["not-yours"]

    async def test_a_correlation_id_travels_with_a_lone_request(self) -> None:
        async with house() as here:
            answer = await send(here, [GOOD], headers={"X-Request-Id": "from-the-sender"})
            assert answer.json()["correlation_id"] == "from-the-sender"
            assert here.log.batches[0][2] == "from-the-sender"

    async def test_meter_changes_are_two_rows(self) -> None:
        async with house() as here:
            change = {"point": "m1", "at": "2026-03-01T08:00:00Z", "old_end": "9", "new_start": 0}
            answer = await here.call("POST", "/v1/meter-changes", json=[change])
            assert answer.json()["accepted"] == 1
            readings = here.log.batches[0][0][0].readings
            assert readings.flags.tolist() == [Mark.CHANGE_END, Mark.CHANGE_START]
            assert readings.value.tolist() == [900, 0]

    async def test_nothing_is_no_trouble(self) -> None:
        async with house() as here:
            body = (await send(here, [])).json()
            assert (body["accepted"], here.log.batches) == (0, [])


class TestGrouping:
    async def test_requests_that_come_together_are_written_together(self) -> None:
        async with house() as here:
            keys = [await here.key("sender", f"enterprise:{ENTERPRISE}") for _ in range(2)]
            rows = [[{**GOOD, "value": str(number)}] for number in range(8)]
            rows[5] = [{**GOOD, "point": "m2"}]
            answers = await asyncio.gather(
                *(send(here, r, keys[place % 2]) for place, r in enumerate(rows)),
                here.call("POST", "/v1/readings", content=b"nonsense"),
            )
            assert [answer.status_code for answer in answers] == [202] * 8 + [400]
            assert [answer.json().get("accepted") for answer in answers[:8]] == [
                0 if place == 5 else 1 for place in range(8)
            ]
            assert here.log.rows() == 7
            assert len(here.log.batches) < 7


class TestRefusedRequests:
    @pytest.mark.parametrize(
        ("key", "status"), [("", 401), ("qy_wrong", 401), ("reader", 403), ("revoked", 401)]
    )
    async def test_only_senders_and_operators_send(self, key: str, status: int) -> None:
        async with house() as here:
            if key == "reader":
                key = await here.key("reader", "region:150000")
            if key == "revoked":
                key = await here.key("sender", "*")
                await here.call("DELETE", f"/v1/keys/{id_of(key)}")
            answer = await here.call("POST", "/v1/readings", key=key, json=[GOOD])
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
            assert here.log.batches == []

    async def test_unknown_formats_and_packings(self) -> None:
        async with house() as here:
            for headers in ({"Content-Type": "text/html"}, {"Content-Encoding": "br"}):
                answer = await send(here, [GOOD], headers=headers)
                assert answer.status_code == 415

    async def test_too_large_and_bombs(self) -> None:
        async with house(body_bytes=2_000_000) as here:
            bomb = gzip.compress(bytes(1_900_000))
            packed = await here.call(
                "POST", "/v1/readings", content=bomb, headers={"Content-Encoding": "gzip"}
            )
            plain = await here.call("POST", "/v1/readings", content=b" " * 2_000_001)
            assert (packed.status_code, plain.status_code) == (413, 413)

    async def test_too_many(self) -> None:
        async with house(most_items=3) as here:
            answer = await send(here, [GOOD] * 4)
            assert answer.status_code == 400
            assert "at most 3" in answer.json()["detail"]

    async def test_what_waits_is_bounded(self) -> None:
        async with house(waiting_bytes=1024 * 1024) as here:
            large = [{**GOOD, "note": "x" * 3_000_000}]
            answers = await asyncio.gather(*(send(here, large) for _ in range(4)))
            statuses = {answer.status_code for answer in answers}
            assert statuses == {202, 503}


class TestKafkaAway:
    async def test_the_whole_request_is_refused_and_can_be_repeated(self) -> None:
        async with house() as here:
            here.log.available = False
            answer = await send(here, [GOOD, {**GOOD, "value": "x"}])
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "1"
            assert "items" not in answer.json()
            here.log.available = True
            assert (await send(here, [GOOD])).json()["accepted"] == 1

    async def test_what_is_refused_altogether_needs_no_kafka(self) -> None:
        async with house() as here:
            here.log.available = False
            answer = await send(here, [{**GOOD, "value": "x"}])
            assert answer.status_code == 202


class TestOtherCopies:
    async def test_what_another_copy_imported_is_known_at_once(self) -> None:
        store = MemoryCatalogue()
        async with house(store=store) as here, house(store=store) as other:
            text = (
                "points: [{code: m3, owner: 'region:150000', carrier: electricity, "
                "kind: register, decimals: 0, interval_s: 60}]"
            )
            await other.import_text(text)
            body = (await send(here, [{**GOOD, "point": "m3", "value": 1}])).json()
            assert (body["accepted"], body["catalogue_version"]) == (1, 2)


class TestDescription:
    async def test_the_routes_are_described(self) -> None:
        async with house() as here:
            document = (await here.http.get("/openapi/ingest.json")).json()
            assert {"/v1/readings", "/v1/meter-changes", "/v1/keys"} <= set(document["paths"])
            text = json.dumps(document)
            assert "null-without-revision" in text
