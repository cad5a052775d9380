"""How readings come in: the fake and PostgreSQL tell the same; Kafka tells its ends."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from services.evaluator.adapters.intake import PostgresIntake
from services.evaluator.adapters.reading_store import PostgresReadingStore
from services.evaluator.domain.booking import Heads, Noticed
from services.evaluator.domain.continuity import Finding
from services.evaluator.domain.watching.quality import Tally
from services.evaluator.ports.bookkeeper import Block, Commit, OwnerHeads
from services.evaluator.ports.intake import Intake
from shared.kit.clock import now_us
from shared.kit.errors import Unavailable
from shared.kit.kafka.admin import TopicSpec, ensure_topics
from shared.kit.kafka.ends import end_offsets
from shared.kit.kafka.producer import Message, Producer
from shared.kit.outbox import Outbox
from shared.kit.postgres import Database
from shared.model.instants import HOUR_US
from tests.unit.evaluator.build import batch
from tests.usecases.evaluator.watching import MemoryIntake

WEEK_US = 7 * 24 * HOUR_US
Found = tuple[int, int, int, int]
"""Point, kind, start and end."""
Record = Callable[[int, Sequence[tuple[int, int]], Sequence[Found], Sequence[int]], Awaitable[None]]
"""Owner, newest rows (point, at), findings, points with older rows only."""

# The readings' own topic has the partitions that other tests give it.
_TOPIC = "intake.v1"


class Nobody:
    """Takes messages and forgets them."""

    async def send(self, messages: Sequence[Message]) -> None:
        """See Post."""


@dataclass(slots=True)
class Desk:
    """The port, and how a test writes what it reads."""

    port: Intake
    record: Record


@dataclass(slots=True)
class Writer:
    """Commits as the bookkeeper makes them."""

    store: PostgresReadingStore
    offset: int = 0

    async def record(
        self,
        owner: int,
        rows: Sequence[tuple[int, int]],
        found: Sequence[Found],
        hidden: Sequence[int],
    ) -> None:
        """One batch of one owner."""
        readings = batch([(point, at, 0, 1) for point, at in rows])
        blocks = [Block(owner=owner, week=0, rows=readings)] if rows else []
        await self.store.commit(
            Commit(
                numbers=1,
                positions={3: (self.offset, self.offset + 1)},
                blocks=blocks,
                heads={
                    owner: OwnerHeads(
                        heads=Heads(rows=readings, older=np.array(hidden, np.uint32)),
                        catalogue_version=1,
                    )
                },
                partition_of={owner: 3},
                opened=_noticed(found),
                closed=_noticed(()),
                totals={},
            )
        )
        self.offset += 1


def _noticed(found: Sequence[Found]) -> Noticed:
    columns = np.array(found, np.int64).reshape(-1, 4).T
    return Noticed(
        point=columns[0].astype(np.uint32),
        kind=columns[1].astype(np.uint8),
        start=columns[2],
        end=columns[3],
    )


@pytest.fixture
def memory() -> Desk:
    intake = MemoryIntake()

    async def record(
        owner: int,
        rows: Sequence[tuple[int, int]],
        found: Sequence[Found],
        hidden: Sequence[int],
    ) -> None:
        assert owner
        for point, at in rows:
            intake.hear(at, point, read_at_us=now_us())
        for one in found:
            intake.find(*one)
        intake.hidden |= set(hidden) - set(intake.last)
        intake.read_to[3] = intake.read_to.get(3, 0) + 1

    return Desk(intake, record)


@pytest.fixture
async def postgres(database: Database) -> Desk:
    writer = Writer(PostgresReadingStore(database, Outbox(database, "evaluator", Nobody())))
    return Desk(PostgresIntake(database), writer.record)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def desk(request: pytest.FixtureRequest) -> Desk:
    found: Desk = request.getfixturevalue(request.param)
    return found


async def test_the_newest_reading_of_every_point_of_every_owner(desk: Desk) -> None:
    await desk.record(900, [(1, WEEK_US), (1, WEEK_US + 5), (2, WEEK_US)], (), ())
    await desk.record(901, [(7, 3 * WEEK_US)], (), (8, 7))
    newest = await desk.port.newest()
    assert dict(zip(newest.point.tolist(), newest.at.tolist(), strict=True)) == {
        1: WEEK_US + 5,
        2: WEEK_US,
        7: 3 * WEEK_US,
    }
    assert newest.hidden.tolist() == [8]


async def test_nothing_yet(desk: Desk) -> None:
    newest = await desk.port.newest()
    assert (len(newest.point), len(newest.hidden)) == (0, 0)
    assert await desk.port.positions() == {}
    assert list(await desk.port.findings(0)) == []
    now = now_us()
    assert list(await desk.port.arrivals(now - 10 * HOUR_US, now, HOUR_US)) == []


async def test_steps_in_which_readings_were_booked(desk: Desk) -> None:
    await desk.record(900, [(1, WEEK_US)], (), ())
    now = now_us()
    since = now - 10 * HOUR_US
    assert list(await desk.port.arrivals(since, now + HOUR_US, HOUR_US)) in (
        [since + 9 * HOUR_US],
        [since + 10 * HOUR_US],
    )
    assert list(await desk.port.arrivals(since, now - HOUR_US, HOUR_US)) == []


async def test_how_far_the_topic_was_read(desk: Desk) -> None:
    await desk.record(900, [(1, WEEK_US)], (), ())
    await desk.record(900, [(1, WEEK_US + 1)], (), ())
    assert await desk.port.positions() == {3: 2}


async def test_findings_by_point_and_kind_cut_to_the_time_asked_for(desk: Desk) -> None:
    gap, both = int(Finding.GAP), int(Finding.GAP | Finding.RESET)
    await desk.record(
        900,
        [(1, WEEK_US)],
        [(1, gap, 0, 10), (1, gap, 20, 30), (2, gap, 5, 6), (1, both, 22, 25)],
        (),
    )
    found = sorted(await desk.port.findings(8), key=lambda one: (one.point, one.kind))
    assert found == [
        Tally(point=1, kind=gap, count=2, time_us=12),
        Tally(point=1, kind=both, count=1, time_us=3),
    ]


@pytest.mark.real
async def test_findings_that_ended_do_not_count_nor_commits_of_rules(database: Database) -> None:
    writer = Writer(PostgresReadingStore(database, Outbox(database, "evaluator", Nobody())))
    intake = PostgresIntake(database)
    await writer.record(900, (), [(1, 1, 0, 10)], ())
    now = now_us()
    assert list(await intake.arrivals(now - HOUR_US, now + HOUR_US, HOUR_US)) == []
    await database_end(database)
    assert list(await intake.findings(0)) == []


async def database_end(database: Database) -> None:
    """End all findings."""
    async with database.transaction() as tx:
        await tx.raw.execute("update evaluator.findings set ended_n = 1")


@pytest.mark.real
async def test_kafka_tells_how_far_a_topic_goes(kafka_bootstrap: str) -> None:
    spec = TopicSpec(name=_TOPIC, partitions=3, configs={})
    await ensure_topics(kafka_bootstrap, [spec], 1)
    producer = Producer(kafka_bootstrap, "test")
    await producer.start()
    await producer.send([Message(_TOPIC, b"x", partition=1)] * 4)
    await producer.stop()
    assert await end_offsets(kafka_bootstrap, _TOPIC, 3) == {0: 0, 1: 4, 2: 0}


async def test_kafka_that_is_away_is_not_available() -> None:
    with pytest.raises(Unavailable):
        await end_offsets("127.0.0.1:9", _TOPIC, 3)
