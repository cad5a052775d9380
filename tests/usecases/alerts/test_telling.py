"""Who is told what, when: reminders, quiet times, levels that fall, and the loops around it."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.alerts.domain.telling.contacts import Pace, digest_at
from services.alerts.domain.telling.deciding import Reason
from services.alerts.domain.telling.items import item_of
from services.alerts.domain.telling.phonebook import Phonebook
from services.alerts.domain.telling.sending import Patience, Result, Said
from services.alerts.entrypoints.telling import Postmen, Tellers
from services.alerts.ports.telling import Wanted
from services.alerts.ports.warnings import Written
from shared.model.level import Level
from tests.unit.alerts.builders import NOON, assessment
from tests.usecases.alerts.telling_parts import ROUTES, InMemory, Office, contact

QUIET: Mapping[str, Any] = {
    **ROUTES,
    "routes": [{"receiver": "duty", "matchers": ["rule=used"], "mute_time_intervals": ["nights"]}],
}


def entry(office: Office, stores: InMemory, kind: str, document: bytes) -> None:
    """Something is added to the journal."""
    history = stores.memory.store.state.history
    told = history[-1].told if history else None
    if told is None:
        raise ValueError("begin with a warning")
    last = history[-1]
    history.append(
        Written(
            **{
                **{name: getattr(last, name) for name in last.__dataclass_fields__},
                "id": last.id + 1,
                "warning": uuid4(),
                "type": kind,
                "noticed_at": office.clock(),
                "data": document,
            }
        )
    )


class TestReminders:
    async def test_are_told_once_and_are_over(self) -> None:
        stores = InMemory()
        office = Office(stores)
        await office.know(contact())
        await office.hear(assessment((1, "yellow")))
        await office.forward(minutes=1)
        entry(
            office,
            stores,
            "step.overdue",
            b'{"type":"step.overdue","subject":"region:150600","subject_name":"X","regions":'
            b'["150600","150000"],"measure":"energy","level":"orange","rule":"","about":""}',
        )
        await office.follow()
        await office.forward(hours=3)
        reasons = [reason for _, reason, _ in await office.told()]
        assert reasons == [Reason.FIRST, Reason.FIRST]
        found = await office.stores.log.find(Wanted(), limit=1)
        (item,) = found[0].document["firing"]
        assert (item["event"], item["labels"]["prefecture"]) == ("step.overdue", "150600")


class TestQuietTimes:
    async def test_hold_back_and_then_tell(self) -> None:
        office = Office(InMemory(QUIET))
        await office.know(contact())
        office.hush.names = frozenset({"nights"})
        await office.hear(assessment((1, "yellow")))
        await office.forward(hours=1)
        assert await office.told() == []
        office.hush.names = frozenset()
        await office.forward(minutes=5)
        assert await office.told() == [("duty", Reason.FIRST, Level.YELLOW)]


class TestLevels:
    async def test_that_fall_below_what_a_contact_hears_of_end_for_it(self) -> None:
        office = Office(InMemory())
        await office.know(contact(min_level=Level.ORANGE))
        await office.hear(assessment((1, "red")))
        await office.forward(minutes=1)
        await office.hear(assessment((1, "red"), (2, "yellow"), number=2))
        await office.forward(minutes=10)
        reasons = [reason for _, reason, _ in await office.told()]
        assert reasons == [Reason.FIRST, Reason.LOWERED]
        await office.hear(assessment((1, "red"), (2, "yellow"), (3, "none"), number=3))
        await office.forward(minutes=10)
        assert len(await office.told()) == 2


def test_digests_come_at_the_full_hour_or_at_nine_in_beijing() -> None:
    at = NOON.replace(minute=20)
    assert digest_at(Pace.HOURLY, at) == NOON.replace(hour=13)
    assert digest_at(Pace.DAILY, at) == NOON.replace(hour=1) + timedelta(days=1)
    assert digest_at(Pace.DAILY, NOON.replace(hour=0, minute=59)) == NOON.replace(hour=1)


async def test_the_phonebook_finds_those_whom_it_concerns() -> None:
    north = contact("north", offices=("duty",), scope=("region:150600",))
    book = Phonebook([north, replace(north, name="south", scope=frozenset({"region:150200"}))])
    stores = InMemory()
    office = Office(stores)
    await office.hear(assessment((1, "red"), subject="enterprise:X", regions=("150600",)))
    (warning,) = stores.memory.store.state.warnings.values()
    assert [one.name for one in book.reached("duty", [item_of(warning)])] == ["north"]
    assert book.reached("other", [item_of(warning)]) == ()


class Alive:
    """Always there."""

    number: int | None = 1


async def sent(office: Office, number: int) -> None:
    """Let the others work until so many were sent."""
    for _ in range(10_000_000):
        if len(office.way.sent) >= number:
            return
        await asyncio.sleep(0)


async def test_the_loops_tell_and_deliver_by_themselves() -> None:
    stores = InMemory()
    office = Office(stores)
    await office.know(contact())
    await office.hear(assessment((1, "red")))
    office.clock.now += timedelta(minutes=1)
    office.way.says = [Said(result=Result.REFUSED, status=503, detail="not now")]

    @asynccontextmanager
    async def alone() -> AsyncGenerator[bool]:
        yield True

    postmen = Postmen(
        lambda channel: office.postman_of(channel, Patience()),
        stores.outbox,
        Alive(),
        office.clock,
    )
    tellers = Tellers(office.follower, office.teller, alone, office.clock, postmen.word)
    stopping = asyncio.Event()
    running = [
        asyncio.create_task(work(stopping))
        for work in (tellers.follow, tellers.tell, postmen.run, postmen.count)
    ]
    async with asyncio.timeout(30):
        await sent(office, 1)
        office.clock.now += timedelta(minutes=1)
        postmen.word()
        await sent(office, 2)
    stopping.set()
    tellers.word()
    await asyncio.gather(*running)
    assert (await stores.outbox.waiting())[0] == 0
