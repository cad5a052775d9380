"""The door of totals: what waits, what is put aside, what is taken once."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from services.evaluator.adapters.totals_codec import decode, encode
from services.evaluator.domain.totals import Changes, Totals
from services.evaluator.entrypoints.totals_consumer import TotalsConsumer, check
from shared.contracts.errors import UnreadableError
from shared.contracts.readings import partition_of
from shared.contracts.topics import DEAD_LETTERS, TOTALS
from shared.kit.errors import Unavailable
from shared.kit.kafka.dead_letters import DeadLetterLimit, DeadLetters
from shared.kit.kafka.memory import MemoryBroker
from shared.kit.kafka.producer import Message
from shared.kit.kafka.records import Record
from shared.model.catalogue import Catalogue
from tests.unit.evaluator.budgets import budget, version
from tests.usecases.evaluator.catalogues import county, meter
from tests.usecases.evaluator.court import Court, totals
from tests.usecases.evaluator.judge_stores import MemoryBudgetStore, MemoryJudgeStore

E0 = "enterprise:E0"
PARTITIONS = 4
HERE = partition_of(E0, PARTITIONS)
HOUR = 420_000


def catalogue() -> Catalogue:
    return county([meter(1, E0)], ["E0"])


class Door:
    """A consumer over stores and a broker in memory."""

    def __init__(self) -> None:
        self.broker = MemoryBroker({TOTALS.name: PARTITIONS, DEAD_LETTERS.name: 1})
        self.court = Court(
            MemoryJudgeStore(), MemoryBudgetStore(), catalogue(), partitions=PARTITIONS
        )
        self.court.judge._partition_of = lambda subject: partition_of(subject, PARTITIONS)
        letters = DeadLetters(
            self.broker.producer(), DEAD_LETTERS.name, limit=DeadLetterLimit(most=3)
        )
        self.consumer = TotalsConsumer(
            self.court.judge,
            self.court.store,
            self.court.rulebook,
            letters,
            decode=decode,
            partitions=PARTITIONS,
            patience_s=0.0,
        )

    async def open(self) -> None:
        await self.consumer.assigned(frozenset(range(PARTITIONS)))

    def quantity(self) -> int:
        return self.court.store.hours(E0).get(("electricity", HOUR), (0,))[0]


def record(offset: int, value: bytes, partition: int = HERE) -> Record:
    return Record(TOTALS.name, partition, offset, None, value, (), 0)


def message(commit: int, version: int = 1) -> bytes:
    return encode(totals(commit, [(E0, HOUR, 5)], catalogue_version=version))


@pytest.fixture
async def door() -> Door:
    made = Door()
    await made.open()
    return made


async def test_a_batch_moves_its_positions(door: Door) -> None:
    await door.consumer.handle({HERE: [record(0, message(1)), record(1, message(2))]})
    assert door.court.store.next[HERE] == 2
    assert door.quantity() == 10


async def test_a_batch_handed_over_again_is_taken_once(door: Door) -> None:
    batch = {HERE: [record(0, message(1))]}
    await door.consumer.handle(batch)
    await door.consumer.handle(batch)
    assert door.quantity() == 5


async def test_a_message_of_a_newer_catalogue_waits(door: Door) -> None:
    batch = {HERE: [record(0, message(1)), record(1, message(2, version=2))]}
    with pytest.raises(Unavailable, match="catalogue version 2"):
        await door.consumer.handle(batch)
    assert (door.quantity(), door.court.store.next) == (0, {})
    door.court.rulebook.update(catalogue().with_entities(2, []))
    await door.consumer.handle(batch)
    assert door.quantity() == 10


async def test_unreadable_messages_are_put_aside_once(door: Door) -> None:
    batch = {
        HERE: [
            record(0, b"nonsense"),
            record(1, message(1)),
            record(2, encode(totals(2, [("tag:elsewhere", HOUR, 5)]))),
        ]
    }
    door.court.store.fails = True
    with pytest.raises(Unavailable):
        await door.consumer.handle(batch)
    door.court.store.fails = False
    await door.consumer.handle(batch)
    assert len(door.broker.log(DEAD_LETTERS.name, 0)) == 2
    assert (door.quantity(), door.court.store.next[HERE]) == (5, 3)


async def test_budgets_that_come_later_are_judged_when_it_is_quiet(door: Door) -> None:
    await door.consumer.handle({HERE: [record(0, message(1))]})
    for number in range(45):
        door.court.budgets.put(budget(version(5), code=f"B{number}", period="2017"))
    door.consumer._refreshed = float("-inf")
    await door.consumer.idle()
    # The subject of these budgets is enterprise:E, which has no books: all are judged to nothing.
    assert len(door.court.store.judgements) == 45
    assert door.court.judge.due == 0


async def test_a_loop_of_the_broker_carries_it(door: Door) -> None:
    stopping = asyncio.Event()
    loop = door.broker.consumer_loop(TOTALS.name, "judge", door.consumer)
    running = asyncio.create_task(loop.run(stopping))
    producer = door.broker.producer()
    await producer.send([Message(TOTALS.name, message(n), partition=HERE) for n in range(1, 6)])
    async with asyncio.timeout(10):
        await door.court.store.reached(HERE, 5)
    stopping.set()
    await running
    assert door.court.store.next[HERE] == 5


def broken(**columns: object) -> Totals:
    whole = totals(1, [(E0, HOUR, 5), (E0, HOUR + 1, 5)])
    return replace(whole, changes=replace(whole.changes, **columns))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (replace(totals(1, [(E0, HOUR, 5)]), sources=()), "no partition"),
        (broken(subject=np.array([0, 1], np.uint32)), "does not have"),
        (broken(lane=np.array([0, 9], np.uint32)), "does not have"),
        (broken(hour=np.array([HOUR, HOUR])), "twice"),
        (broken(hour=np.array([HOUR, 2**40])), "9999"),
    ],
)
def test_messages_that_would_harm_the_books_are_refused(wrong: Totals, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        check(wrong, HERE, PARTITIONS)


def test_a_message_without_hours_is_fine() -> None:
    quiet = totals(1, [], {1: 5}, quiet=[E0])
    assert isinstance(quiet.changes, Changes)
    check(quiet, HERE, PARTITIONS)
