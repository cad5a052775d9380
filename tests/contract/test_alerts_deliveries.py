"""What the log of deliveries promises: the same suite in memory and on PostgreSQL."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.alerts.domain.delivery import (
    Answer,
    Decision,
    Delivery,
    Endpoint,
    Result,
)
from services.alerts.handlers.desk import WarningDesk
from services.alerts.ports.warnings import Settled
from tests.contract.alerts_stores import InMemory, InPostgres, Store
from tests.unit.alerts.builders import NOON, assessment

LEASE = timedelta(seconds=60)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        return InMemory()
    return InPostgres(request.getfixturevalue("database"))


def endpoint(url: str = "http://127.0.0.1:1/hook") -> Endpoint:
    return Endpoint(
        id=uuid4(), url=url, description="", secret="whsec_AAAA", created_at=NOON, created_by="op"
    )


async def added(store: Store) -> UUID:
    new = endpoint()
    await store.endpoints.add(new)
    return new.id


async def happen(store: Store, budget: str, *changes: tuple[int, str], number: int) -> None:
    made = assessment(*changes, budget=budget, number=number)
    await WarningDesk(desk=store.desk).hear("assessments.v1", [made], {}, NOON)


async def claim(
    store: Store, key: UUID, *, at: datetime = NOON, limit: int = 10
) -> tuple[Delivery, ...]:
    return await store.deliveries.claim(key, at, limit=limit, lease=LEASE)


def acknowledged(delivery: Delivery) -> Settled:
    return Settled(
        delivery=delivery,
        answer=Answer(status=200, detail=""),
        decision=Decision(result=Result.ACKNOWLEDGED, next_at=None),
    )


def refused(delivery: Delivery, again: datetime) -> Settled:
    return Settled(
        delivery=delivery,
        answer=Answer(status=500, detail="no"),
        decision=Decision(result=Result.REFUSED, next_at=again),
    )


class TestADelivery:
    async def test_is_due_at_every_endpoint_that_was_there(self, store: Store) -> None:
        early = await added(store)
        await happen(store, "B1", (1, "notice"), number=1)
        late = await added(store)
        assert [delivery.entry for delivery in await claim(store, early)] == [1]
        assert await claim(store, late) == ()

    async def test_carries_its_entry(self, store: Store) -> None:
        key = await added(store)
        await happen(store, "B1", (1, "notice"), number=1)
        (delivery,) = await claim(store, key)
        (written,) = await store.archive.after(0, limit=10)
        assert (delivery.type, delivery.timestamp) == ("warning.raised", NOON)
        assert (delivery.data, delivery.attempt) == (written.data, 1)

    async def test_is_given_to_one_claimer_until_the_lease_has_run_out(self, store: Store) -> None:
        key = await added(store)
        await happen(store, "B1", (1, "notice"), number=1)
        await claim(store, key)
        assert await claim(store, key, at=NOON + LEASE / 2) == ()
        (again,) = await claim(store, key, at=NOON + LEASE)
        assert again.attempt == 2

    async def test_is_over_once_acknowledged(self, store: Store) -> None:
        key = await added(store)
        await happen(store, "B1", (1, "notice"), number=1)
        (delivery,) = await claim(store, key)
        await store.deliveries.settle([acknowledged(delivery)], NOON)
        assert await claim(store, key, at=NOON + 2 * LEASE) == ()
        assert await store.deliveries.next_due(key) is None
        assert await store.deliveries.waiting() == {}

    async def test_is_due_again_when_it_was_refused(self, store: Store) -> None:
        key = await added(store)
        await happen(store, "B1", (1, "notice"), number=1)
        (delivery,) = await claim(store, key)
        again = NOON + timedelta(seconds=2)
        await store.deliveries.settle([refused(delivery, again)], NOON)
        assert await store.deliveries.next_due(key) == again
        assert await claim(store, key, at=again - timedelta(microseconds=1)) == ()
        assert len(await claim(store, key, at=again)) == 1

    async def test_is_not_settled_by_one_whose_lease_ran_out(self, store: Store) -> None:
        key = await added(store)
        await happen(store, "B1", (1, "notice"), number=1)
        (late,) = await claim(store, key)
        (current,) = await claim(store, key, at=NOON + LEASE)
        await store.deliveries.settle([refused(late, NOON)], NOON)
        assert await claim(store, key, at=NOON + LEASE) == ()
        await store.deliveries.settle([acknowledged(current)], NOON)
        await store.deliveries.settle([refused(current, NOON)], NOON)
        assert await store.deliveries.next_due(key) is None


class TestTheOrder:
    async def test_is_kept_within_a_warning(self, store: Store) -> None:
        key = await added(store)
        await happen(store, "B1", (1, "notice"), (2, "yellow"), number=1)
        await happen(store, "B2", (1, "red"), number=2)
        first = await claim(store, key)
        assert [delivery.entry for delivery in first] == [1, 3]
        await store.deliveries.settle(
            [refused(first[0], NOON + LEASE), acknowledged(first[1])], NOON
        )
        assert await claim(store, key) == ()
        (again,) = await claim(store, key, at=NOON + LEASE)
        assert again.entry == 1
        await store.deliveries.settle([acknowledged(again)], NOON + LEASE)
        (second,) = await claim(store, key, at=NOON + LEASE)
        assert second.entry == 2

    async def test_of_endpoints_does_not_matter(self, store: Store) -> None:
        keys = [await added(store), await added(store)]
        await happen(store, "B1", (1, "notice"), (2, "yellow"), number=1)
        (stuck,) = await claim(store, keys[0])
        (quick,) = await claim(store, keys[1])
        await store.deliveries.settle([refused(stuck, NOON + LEASE), acknowledged(quick)], NOON)
        assert [delivery.entry for delivery in await claim(store, keys[1])] == [2]

    async def test_is_shared_by_claimers_without_overlap(self, store: Store) -> None:
        key = await added(store)
        for n in range(1, 21):
            await happen(store, f"B{n}", (1, "notice"), number=n)
        shares = await asyncio.gather(*(claim(store, key, limit=5) for _ in range(3)))
        entries = [delivery.entry for share in shares for delivery in share]
        assert len(entries) == len(set(entries))
        rest = await claim(store, key, limit=50)
        assert sorted(entries + [delivery.entry for delivery in rest]) == list(range(1, 21))


class TestAnEndpoint:
    async def test_that_was_removed_gets_nothing_more(self, store: Store) -> None:
        key = await added(store)
        await happen(store, "B1", (1, "notice"), number=1)
        assert await store.deliveries.waiting() == {key: 1}
        assert await store.endpoints.remove(key, NOON)
        assert await claim(store, key) == ()
        await happen(store, "B1", (1, "red"), number=2)
        assert await claim(store, key) == ()
        assert await store.endpoints.all() == ()

    async def test_that_is_not_there_cannot_be_removed(self, store: Store) -> None:
        assert not await store.endpoints.remove(uuid4(), NOON)

    async def test_is_listed_as_it_was_added(self, store: Store) -> None:
        new = endpoint()
        await store.endpoints.add(new)
        assert await store.endpoints.all() == (new,)


class TestTheLog:
    async def test_shows_the_newest_first_with_the_last_answer(self, store: Store) -> None:
        key = await added(store)
        await happen(store, "B1", (1, "notice"), number=1)
        await happen(store, "B2", (1, "notice"), number=2)
        await happen(store, "B3", (1, "notice"), number=3)
        one, two, _ = await claim(store, key)
        await store.deliveries.settle([acknowledged(one), refused(two, NOON + LEASE)], NOON)
        log = await store.deliveries.log(key, waiting=None, limit=10, below=None)
        assert [(line.entry, line.last_status, line.attempts) for line in log] == [
            (3, None, 1),
            (2, 500, 1),
            (1, 200, 1),
        ]
        waiting = await store.deliveries.log(key, waiting=True, limit=10, below=None)
        assert [line.entry for line in waiting] == [3, 2]
        (last,) = await store.deliveries.log(key, waiting=False, limit=10, below=2)
        assert (last.entry, last.next_at) == (1, None)
