"""Server-sent events: nothing is lost, whenever a listener comes back."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from services.alerts.handlers.feed import Feed
from tests.unit.alerts.builders import assessment
from tests.usecases.alerts.memory import MemoryStore
from tests.usecases.alerts.parts import OPERATOR, READER, Service, key_record, serving

PATIENCE_S = 30


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a browser sees it."""

    id: str
    name: str
    data: str


async def events(response: httpx.Response) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield Event(fields["id"], fields["event"], fields["data"])
            fields = {}


@asynccontextmanager
async def listening(
    address: str, query: str = "", headers: dict[str, str] | None = None
) -> AsyncGenerator[AsyncIterator[Event]]:
    """An open stream."""
    async with (
        asyncio.timeout(PATIENCE_S),
        httpx.AsyncClient(base_url=address, timeout=PATIENCE_S) as client,
        client.stream(
            "GET", f"/v1/warnings/stream{query}", headers={**OPERATOR, **(headers or {})}
        ) as response,
    ):
        yield events(response)


async def first(
    address: str, number: int, query: str = "", headers: dict[str, str] | None = None
) -> list[Event]:
    """So many events, `ready` included."""
    async with listening(address, query, headers) as stream:
        return [await anext(stream) for _ in range(number)]


async def happen(service: Service, *numbers: int) -> None:
    for number in numbers:
        await service.hear(assessment((1, "notice"), budget=f"B{number}", number=number))


@pytest.fixture
def service() -> Service:
    return Service()


class TestAListener:
    async def test_hears_what_happens_from_now_on(self, service: Service) -> None:
        await happen(service, 1)
        async with serving(service.app) as address:
            async with listening(address) as stream:
                ready = await anext(stream)
                await happen(service, 2)
                event = await anext(stream)
            service.feed.close()
        assert (ready.name, ready.id) == ("ready", "1")
        assert (event.name, event.id) == ("warning.raised", "2")
        data = json.loads(event.data)
        assert (data["id"], data["budget"]["code"]) == (2, "B2")

    async def test_is_told_no_more_once_its_key_is_revoked(self, service: Service) -> None:
        async with serving(service.app) as address:
            async with listening(address) as stream:
                await anext(stream)
                service.door.learn(key_record("operator-key", "operator", [], revoked_at=1))
                await happen(service, 1)
                heard = [event.name async for event in stream]
            service.feed.close()
        assert heard == []

    async def test_comes_back_and_has_missed_nothing(self, service: Service) -> None:
        await happen(service, *range(1, 31))
        async with serving(service.app) as address:
            found = await first(address, 29, headers={"Last-Event-ID": "2"})
            service.feed.close()
        assert [event.id for event in found] == [str(n) for n in range(2, 31)]

    async def test_may_name_the_place_in_the_address(self, service: Service) -> None:
        await happen(service, 1, 2, 3)
        async with serving(service.app) as address:
            found = await first(address, 2, "?after=2")
            service.feed.close()
        assert [event.id for event in found] == ["2", "3"]

    async def test_from_another_installation_begins_at_the_end(self, service: Service) -> None:
        await happen(service, 1)
        async with serving(service.app) as address:
            (ready,) = await first(address, 1, headers={"Last-Event-ID": "999999"})
            service.feed.close()
        assert ready.id == "1"

    async def test_hears_only_what_it_may_see_and_asked_for(self, service: Service) -> None:
        city = ("150200", "150000")
        await service.hear(
            assessment((1, "red")),
            assessment((1, "red"), subject="enterprise:X", regions=city, budget="B1"),
            assessment((1, "red"), subject="enterprise:X", regions=city, budget="B2", number=2),
        )
        async with serving(service.app) as address:
            seen = await first(address, 2, "?after=0&budget=B2", headers=READER)
            service.feed.close()
        assert [event.id for event in seen] == ["0", "3"]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("type=warning.raised", ["1", "2"]),
            ("type=warning.acknowledged", ["3"]),
            ("type=warning.resolved&type=warning.acknowledged", ["3"]),
            ("type=warning", ["1", "2", "3"]),
            ("type=warning&kind=used&measure=data&about=B1", ["1", "3"]),
        ],
    )
    async def test_hears_only_the_types_asked_for(
        self, service: Service, query: str, expected: list[str]
    ) -> None:
        await happen(service, 1, 2)
        async with service.client() as client:
            key = assessment(budget="B1").key
            await client.post(f"/v1/warnings/{key}/acknowledge", json={})
        await service.feed.catch_up()
        async with serving(service.app) as address:
            seen = await first(address, 1 + len(expected), f"?after=0&{query}")
            service.feed.close()
        assert [event.id for event in seen[1:]] == expected

    async def test_is_let_go_when_the_service_stops(self, service: Service) -> None:
        async with serving(service.app) as address, listening(address) as stream:
            assert (await anext(stream)).name == "ready"
            service.feed.close()
            assert [event async for event in stream] == []


class TestTheFeed:
    async def test_reads_from_the_archive_what_is_no_longer_in_memory(self) -> None:
        service = Service()
        await happen(service, *range(1, 41))
        seen = []
        async for written in service.feed.follow(0):
            seen.append(written.id)
            if len(seen) == 40:
                break
        assert seen == list(range(1, 41))

    async def test_begins_behind_what_is_there(self) -> None:
        service = Service()
        await happen(service, 1, 2)
        feed = Feed(service.store)
        await feed.start()
        assert feed.newest == 2
        assert await feed.catch_up() == 0

    async def test_ends_all_followers_when_it_is_closed(self) -> None:
        feed = Feed(MemoryStore())

        async def follow() -> list[int]:
            return [written.id async for written in feed.follow(0)]

        following = asyncio.create_task(follow())
        await asyncio.sleep(0)
        feed.close()
        assert await following == []
