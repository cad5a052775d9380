"""What the store of readings promises, of the one in memory and the one on PostgreSQL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from services.evaluator.adapters.book_sums import PostgresBookSums
from services.evaluator.adapters.point_readings import StoredReadings
from services.evaluator.adapters.reading_store import PostgresReadingStore
from services.evaluator.adapters.totals_codec import decode, encode
from services.evaluator.domain.booking import Heads, Noticed
from services.evaluator.domain.totals import Changes, Frontier, Lane, Totals
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.bookkeeper import Block, Commit, OwnerHeads, ReadingStore
from shared.contracts.errors import UnreadableError
from shared.kit.errors import Fenced
from shared.kit.kafka.producer import Message
from shared.kit.outbox import Outbox
from shared.kit.postgres import Database
from shared.model.instants import BEGINNING_US, FOREVER_US, HOUR_US
from shared.model.period import reporting_period
from shared.model.readings import Readings
from tests.unit.evaluator.build import batch
from tests.usecases.evaluator.catalogues import county, meter
from tests.usecases.evaluator.reading_store import MemoryReadingStore

WEEK_US = 7 * 24 * 3_600_000_000


class Post:
    """Takes messages as Kafka would."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def send(self, messages: Sequence[Message]) -> None:
        self.sent.extend(messages)


@dataclass(frozen=True)
class Store:
    port: ReadingStore
    totals: Callable[[], list[tuple[int | None, Totals]]]


@pytest.fixture
def memory() -> Store:
    store = MemoryReadingStore()
    return Store(store, lambda: list(store.sent))


@pytest.fixture
async def postgres(database: Database) -> Store:
    post = Post()
    store = PostgresReadingStore(database, Outbox(database, "evaluator", post))
    return Store(
        store, lambda: [(m.partition, decode(m.value)) for m in post.sent if m.value is not None]
    )


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(request.param)
    return found


def nothing() -> Noticed:
    whole = np.empty(0, np.int64)
    return Noticed(point=np.empty(0, np.uint32), kind=np.empty(0, np.uint8), start=whole, end=whole)


def totals(commit: int) -> Totals:
    return Totals(
        commit=commit,
        sources=(3,),
        catalogue_version=7,
        received_at_us=5,
        correlation_id="abc",
        subjects=("enterprise:E0", "region:150000"),
        lanes=(Lane(carrier="electricity", flow="import", scale=2),),
        changes=Changes(
            subject=np.array([0, 1], np.uint32),
            lane=np.zeros(2, np.uint32),
            hour=np.array([492328, 492328]),
            quantity=np.array([7500, -7500]),
            estimated=np.array([0, 1]),
            known=np.array([3_600_000_000, 0]),
            cause=np.array([1, 4], np.uint8),
        ),
        frontier=Frontier(point=np.array([1], np.uint32), booked_end=np.array([WEEK_US])),
    )


def commit(rows: Readings, *, expected: int = 0, version: int = 1) -> Commit:
    heads = OwnerHeads(
        heads=Heads(rows=rows, older=np.array([4], np.uint32)), catalogue_version=version
    )
    return Commit(
        numbers=1,
        positions={3: (expected, expected + 1)},
        blocks=[Block(owner=900, week=int(rows.at[0]) // WEEK_US, rows=rows)],
        heads={900: heads},
        partition_of={900: 3},
        opened=nothing(),
        closed=nothing(),
        totals={5: [totals(1)]},
    )


def as_rows(readings: Readings) -> list[tuple[int, int, int, int, int]]:
    columns = (
        readings.point,
        readings.at,
        readings.value,
        readings.revision,
        readings.flags,
    )
    return list(zip(*(column.tolist() for column in columns), strict=True))


async def test_numbers_grow_and_the_totals_have_them(store: Store) -> None:
    rows = batch([(1, WEEK_US, 0, 1)])
    first = await store.port.commit(commit(rows))
    second = await store.port.commit(replace(commit(rows, expected=1), numbers=3))
    third = await store.port.commit(commit(rows, expected=2))
    assert first < second - 2 < second < third
    # The one message of the second commit is numbered 1 of 3.
    assert [sent.commit for _, sent in store.totals()] == [first, second - 2, third]


async def test_what_was_committed_is_there(store: Store) -> None:
    rows = batch([(1, WEEK_US + 5, 0, 100), (2, WEEK_US + 6, 1, None)])
    await store.port.commit(commit(rows))
    heads = (await store.port.heads([900, 901]))[900]
    assert as_rows(heads.heads.rows) == as_rows(rows)
    assert heads.heads.older.tolist() == [4]
    assert heads.catalogue_version == 1
    assert as_rows(await store.port.rows(900, None)) == as_rows(rows)
    assert await store.port.owners([3]) == {900: 1}
    assert await store.port.owners([2]) == {}


async def test_rows_come_in_the_order_of_commits_from_the_week_on(store: Store) -> None:
    early, late = batch([(1, 2 * WEEK_US, 0, 1)]), batch([(1, 9 * WEEK_US, 0, 2)])
    again = batch([(1, 9 * WEEK_US, 0, 3)])
    await store.port.commit(commit(late))
    await store.port.commit(commit(early, expected=1))
    await store.port.commit(commit(again, expected=2, version=8))
    assert (await store.port.rows(900, None)).value.tolist() == [2, 1, 3]
    assert (await store.port.rows(900, 9)).value.tolist() == [2, 3]
    assert (await store.port.heads([900]))[900].catalogue_version == 8


async def test_an_overtaken_commit_leaves_nothing(store: Store) -> None:
    rows = batch([(1, WEEK_US, 0, 1)])
    await store.port.commit(commit(rows))
    with pytest.raises(Fenced):
        await store.port.commit(commit(batch([(1, WEEK_US, 0, 2)])))
    assert (await store.port.rows(900, None)).value.tolist() == [1]
    assert len(store.totals()) == 1


async def test_totals_are_sent_to_their_partition(store: Store) -> None:
    await store.port.commit(commit(batch([(1, WEEK_US, 0, 1)])))
    ((partition, sent),) = store.totals()
    assert partition == 5
    assert encode(sent) == encode(totals(1))


@pytest.mark.real
async def test_findings_stand_until_they_are_closed(database: Database) -> None:
    store = PostgresReadingStore(database, Outbox(database, "evaluator", Post()))
    rows = batch([(1, WEEK_US, 0, 1)])
    found = Noticed(
        point=np.array([1], np.uint32),
        kind=np.array([1], np.uint8),
        start=np.array([WEEK_US]),
        end=np.array([WEEK_US + 9]),
    )
    first, second = commit(rows), commit(rows, expected=1)
    await store.commit(replace(first, opened=found))
    await store.commit(replace(second, closed=found))
    async with database.reading() as tx:
        rows_found = await tx.raw.fetch("select commit_n, ended_n from evaluator.findings")
    assert [tuple(row) for row in rows_found] == [(1, 2)]


@pytest.mark.parametrize("value", [b"", b"QYT1", b"QYT1\x05\x00\x00\x00{}", encode(totals(1))[:-1]])
def test_unreadable_totals_say_why(value: bytes) -> None:
    with pytest.raises(UnreadableError):
        decode(value)


@pytest.mark.real
async def test_readings_are_counted_by_point_and_month(database: Database) -> None:
    store = PostgresReadingStore(database, Outbox(database, "evaluator", Post()))
    year = reporting_period("2025", "+08:00")
    first, end = year.first_hour * HOUR_US, year.end_hour * HOUR_US
    rows = batch([(1, first - 1, 0, 1), (1, first, 0, 1), (2, first, 0, 1), (2, end, 0, 1)])
    await store.commit(commit(rows))
    await store.commit(commit(batch([(1, end - 1, 0, 2)]), expected=1))
    sums = PostgresBookSums(database)
    assert await sums.reading_counts([1, 2, 3], year) == {1: 2, 2: 1}
    await store.tidy()
    assert await sums.reading_counts([1, 2, 3], year) == {1: 2, 2: 1}
    await store.commit(commit(batch([(1, end - 2, 0, 2), (4, end, 0, 1)]), expected=2))
    assert await sums.reading_counts([1, 2, 3], year) == {1: 3, 2: 1}
    await store.tidy()
    await store.tidy()
    assert await sums.reading_counts([1, 2, 3], year) == {1: 3, 2: 1}
    assert await sums.reading_counts([2], reporting_period("2024/2027", "+08:00")) == {2: 2}
    assert await sums.reading_counts([2], reporting_period("2025", "UTC")) is None


@pytest.mark.real
async def test_readings_of_a_point_are_told_as_of_a_commit(database: Database) -> None:
    store = PostgresReadingStore(database, Outbox(database, "evaluator", Post()))
    rulebook = Rulebook()
    rulebook.update(county([meter(1, "enterprise:E0"), meter(2, "enterprise:E0")], ["E0"]))
    source = StoredReadings(store, rulebook)
    rows = batch([(1, WEEK_US + 5, 0, 100), (2, WEEK_US + 5, 0, 7), (1, 3 * WEEK_US, 0, 9)])
    first = await store.commit(commit(rows))
    await store.commit(commit(batch([(1, WEEK_US + 5, 1, 101)]), expected=1))

    async def values(first_us: int, end_us: int, **more: Any) -> list[int]:
        found = await source.readings("M1", first_us, end_us, **more)
        assert found is not None
        assert found.decimals == 2
        return [int(value) for value in found.rows.value]

    assert await values(BEGINNING_US, FOREVER_US) == [101, 9]
    assert await values(BEGINNING_US, FOREVER_US, as_of=first) == [100, 9]
    assert await values(BEGINNING_US, FOREVER_US, every=True) == [100, 101, 9]
    assert await values(WEEK_US + 6, 3 * WEEK_US) == []
    assert await source.readings("M9", 0, 1) is None
