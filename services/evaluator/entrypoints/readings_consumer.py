"""The door of `readings.v1`: decode, wait for the catalogue, put unreadable messages aside."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence

import numpy as np

from services.evaluator.domain.columns import TooLargeError
from services.evaluator.handlers.bookkeeper import Batch, Bookkeeper, Recorded, StaleRulesError
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.bookkeeper import Inbox
from shared.contracts.errors import UnreadableError
from shared.contracts.readings import ReadingsAdmitted, decode
from shared.kit.clock import now_us
from shared.kit.kafka.dead_letters import DeadLetters
from shared.kit.kafka.errors import Unavailable
from shared.kit.kafka.records import Record
from shared.kit.metrics import counter, gauge, histogram
from shared.model.readings import empty, join

log = logging.getLogger(__name__)

_COUNTED = counter("qingyu_evaluator_readings_total", "readings by what became of them", ("fate",))
_COMMITS = counter("qingyu_evaluator_commits_total", "commits of readings or rules", ("kind",))
_SECONDS = histogram("qingyu_evaluator_commit_seconds", "from a batch at hand to its commit")
_DELAY = histogram("qingyu_evaluator_booked_after_seconds", "from the request to the commit")
_SIZES = histogram(
    "qingyu_evaluator_batch_readings",
    "readings in a batch",
    buckets=(1, 10, 100, 1_000, 10_000, 100_000, 1_000_000),
)
_LATE_POINTS = counter("qingyu_evaluator_late_points_total", "points that needed older readings")
_FRESHNESS = gauge("qingyu_evaluator_newest_reading_seconds", "newest instant booked, Unix time")


class ReadingsConsumer:
    """Hands admitted readings to the bookkeeper (a BatchHandler of the consumer loop)."""

    def __init__(
        self,
        bookkeeper: Bookkeeper,
        inbox: Inbox,
        rulebook: Rulebook,
        dead_letters: DeadLetters,
    ) -> None:
        """The rulebook is kept up to date by whoever follows the catalogue."""
        self._bookkeeper = bookkeeper
        self._inbox = inbox
        self._rulebook = rulebook
        self._dead_letters = dead_letters
        self._next: dict[int, int] = {}
        self._swept = -1
        self._put_aside: set[tuple[int, int]] = set()

    async def assigned(self, partitions: frozenset[int]) -> Mapping[int, int]:
        """Send what an earlier holder left, forget what is at hand, go on at stored positions."""
        self._bookkeeper.forget_everything()
        await self._inbox.publish_leftovers(partitions)
        self._next = dict(await self._inbox.positions(partitions))
        self._swept = -1
        return self._next

    async def revoked(self, partitions: frozenset[int]) -> None:  # noqa: ARG002 - all are ours
        """Forget what is at hand: it may be stale when the partitions come back."""
        self._bookkeeper.forget_everything()
        self._next = {}

    async def handle(self, records: Mapping[int, Sequence[Record]]) -> None:
        """Book all messages in one commit."""
        started = time.perf_counter()
        messages = await self._readable(records)
        await self._sweep()
        batch = self._batch(records, messages)
        try:
            recorded = await self._bookkeeper.record(batch)
        except StaleRulesError as stale:
            await self._rebook(stale.owners)
            recorded = await self._bookkeeper.record(batch)
        except TooLargeError:
            log.exception("a sum is beyond 64 bits", extra={"action": "too_large"})
            raise
        self._next |= {p: after for p, (_, after) in batch.positions.items()}
        self._put_aside.clear()
        _measure(recorded, batch, time.perf_counter() - started)

    async def idle(self) -> None:
        """Nothing arrives: bring owners up to a newer catalogue, clear the outbox."""
        await self._sweep()
        await self._inbox.tidy()

    async def _readable(self, records: Mapping[int, Sequence[Record]]) -> list[ReadingsAdmitted]:
        found: list[ReadingsAdmitted] = []
        for partition, arrived in records.items():
            for record in arrived:
                try:
                    message = decode(record.value or b"")
                    await self._wait_for_catalogue(message.catalogue_version)
                    self._check(message, partition)
                except UnreadableError as error:
                    await self._set_aside(record, str(error))
                    continue
                found.append(message)
        return found

    async def _set_aside(self, record: Record, reason: str) -> None:
        # A batch that is handed over again has had its unreadable messages put aside already.
        place = (record.partition, record.offset)
        if place not in self._put_aside:
            await self._dead_letters.put(record, reason)
            self._put_aside.add(place)

    async def _wait_for_catalogue(self, version: int) -> None:
        # A message cannot be judged by a catalogue older than the one that admitted it.
        for _ in range(40):
            if self._rulebook.version >= version:
                return
            await asyncio.sleep(0.05)
        raise Unavailable(
            f"waiting for catalogue version {version}, at hand is {self._rulebook.version}"
        )

    def _check(self, message: ReadingsAdmitted, partition: int) -> None:
        rules = self._rulebook.rules
        points = message.readings.point
        if not rules.known(points).all():
            raise UnreadableError("names a point that the catalogue does not have")
        owners = np.unique(rules.owner[points]).tolist()
        for owner in owners:
            if self._bookkeeper.partition_of_owner(rules.owners[owner].owner) != partition:
                raise UnreadableError(
                    f"holds readings of {rules.owners[owner].owner}, which belong to another "
                    f"partition than {partition}"
                )

    def _batch(
        self, records: Mapping[int, Sequence[Record]], messages: Sequence[ReadingsAdmitted]
    ) -> Batch:
        return Batch(
            readings=join([message.readings for message in messages]),
            positions={
                partition: (self._next[partition], arrived[-1].offset + 1)
                for partition, arrived in records.items()
                if arrived
            },
            received_at_us=min((m.received_at_us for m in messages), default=now_us()),
            correlation_id=messages[0].correlation_id if messages else "",
        )

    async def _sweep(self) -> None:
        """After a change of the catalogue, rebook the owners whose rules it changed."""
        if self._swept == self._rulebook.version:
            return
        version = self._rulebook.version
        await self._rebook(await self._bookkeeper.stale_owners(sorted(self._next)))
        self._swept = version

    async def _rebook(self, owners: Sequence[int]) -> None:
        for owner in owners:
            partition = self._bookkeeper.partition_of_number(owner)
            if partition not in self._next:
                continue
            here = self._next[partition]
            batch = Batch(
                readings=empty(),
                positions={partition: (here, here)},
                received_at_us=now_us(),
                correlation_id="",
            )
            if await self._bookkeeper.rebook(owner, batch):
                _COMMITS.labels("rules").inc()
                log.info(
                    "owner %d booked anew under catalogue version %d",
                    owner,
                    self._rulebook.version,
                    extra={"action": "rebooked", "owner": owner},
                )


def _measure(recorded: Recorded, batch: Batch, seconds: float) -> None:
    _COMMITS.labels("readings").inc()
    _COUNTED.labels("stored").inc(recorded.stored)
    _COUNTED.labels("repeated").inc(recorded.repeats)
    _COUNTED.labels("conflicting").inc(recorded.conflicts)
    _LATE_POINTS.inc(recorded.late_points)
    _SECONDS.observe(seconds)
    _SIZES.observe(recorded.readings)
    _DELAY.observe(max(0.0, (now_us() - batch.received_at_us) / 1e6))
    if len(batch.readings):
        _FRESHNESS.set(int(batch.readings.at.max()) / 1e6)
    log.debug(
        "booked %d readings in commit %d",
        recorded.readings,
        recorded.commit,
        extra={
            "action": "booked",
            "commit": recorded.commit,
            "correlation_id": batch.correlation_id,
        },
    )
