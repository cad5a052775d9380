"""The topics of judgements: bytes become records, a batch becomes one call of the desk."""

import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.alerts.domain.hearing import Heard
from services.alerts.domain.warning import Assessment, Entry
from services.alerts.handlers.desk import WarningDesk
from services.alerts.ports.warnings import Desk
from shared.contracts.errors import UnreadableError
from shared.kit.clock import Clock
from shared.kit.kafka.records import Batch, Record
from shared.kit.metrics import counter, gauge, histogram

log = logging.getLogger(__name__)

_HEARD = counter("qingyu_alerts_assessments_total", "judgements heard, by outcome", ("outcome",))
_ENTRIES = counter("qingyu_alerts_entries_total", "entries added to histories", ("kind", "level"))
_COMMIT = histogram("qingyu_alerts_commit_seconds", "from a batch's arrival to its commit")
_SIZE = histogram(
    "qingyu_alerts_batch_assessments",
    "judgements in a batch",
    buckets=(1, 3, 10, 30, 100, 300, 1000),
)
_NOTICE = histogram(
    "qingyu_alerts_notice_seconds", "from judgements of one moment to their warnings"
)
_NEWEST = gauge(
    "qingyu_alerts_newest_assessment_timestamp_seconds", "when the newest judgement was made"
)

# Beyond this many entries a batch is told in one line of the log.
_TOLD_SINGLY = 50


class Aside(Protocol):
    """Where unreadable messages go."""

    async def put(self, record: Record, reason: str) -> None:
        """Keep the message with the reason."""


class Judgements:
    """The kit's BatchHandler for a topic of judgements."""

    def __init__(
        self,
        topic: str,
        read: Callable[[bytes], Assessment],
        desk: WarningDesk,
        positions: Desk,
        aside: Aside,
        clock: Clock,
        word: Callable[[], None],
    ) -> None:
        """`read` raises UnreadableError; `word` is said when entries were added."""
        self.topic = topic
        self._read_one = read
        self._desk = desk
        self._positions = positions
        self._aside = aside
        self._clock = clock
        self._word = word
        self._next: dict[int, int] = {}
        self._put_aside: set[tuple[int, int]] = set()

    async def assigned(self, partitions: frozenset[int]) -> Mapping[int, int]:
        """The stored positions; nothing else is kept in memory."""
        self._next = dict(await self._positions.positions(self.topic, partitions))
        return self._next

    async def revoked(self, partitions: frozenset[int]) -> None:
        """Nothing to let go of."""

    async def idle(self) -> None:
        """Nothing to do."""

    async def handle(self, records: Batch) -> None:
        """One transaction: warnings, histories, deliveries and positions."""
        started = time.perf_counter()
        assessments = [made async for made in self._read(records)]
        moves = {p: (self._next.get(p, 0), batch[-1].offset + 1) for p, batch in records.items()}
        now = self._clock()
        heard = await self._desk.hear(self.topic, assessments, moves, now)
        self._next.update({partition: following for partition, (_, following) in moves.items()})
        self._put_aside.clear()
        _COMMIT.observe(time.perf_counter() - started)
        if heard.entries:
            self._word()
        _measure(assessments, heard, self._clock())
        _tell(heard)

    async def _read(self, records: Batch) -> AsyncIterator[Assessment]:
        for batch in records.values():
            for record in batch:
                try:
                    yield self._read_one(record.value or b"")
                except UnreadableError as error:
                    await self._set_aside(record, str(error))

    async def _set_aside(self, record: Record, reason: str) -> None:
        # A batch that is handed over again has had its unreadable messages put aside already.
        place = (record.partition, record.offset)
        if place not in self._put_aside:
            await self._aside.put(record, reason)
            self._put_aside.add(place)


def _measure(assessments: Sequence[Assessment], heard: Heard, now: datetime) -> None:
    _SIZE.observe(len(assessments))
    for reason, number in Counter(heard.reasons).items():
        _HEARD.labels(reason.value).inc(number)
    for (kind, level), number in Counter((e.kind, e.level) for e in heard.entries).items():
        _ENTRIES.labels(kind.value, level.word).inc(number)
    # Judgements that were made together have waited for as long: they count as one.
    for made_at in {one.assessment.made_at for one in heard.entries if isinstance(one, Entry)}:
        _NOTICE.observe(max((now - made_at).total_seconds(), 0.0))
    if assessments:
        _NEWEST.set(max(made.made_at for made in assessments).timestamp())


def _tell(heard: Heard) -> None:
    if len(heard.entries) > _TOLD_SINGLY:
        count = len(heard.entries)
        log.info("%d entries added", count, extra={"action": "warnings", "entries": count})
        return
    for entry in heard.entries:
        of = entry.assessment if isinstance(entry, Entry) else entry.of
        log.info(
            "%s: %s of %s by %s",
            entry.kind,
            entry.level.word,
            of.subject,
            of.rule,
            extra={
                "action": "warning",
                "warning": str(entry.warning),
                "position": entry.position,
                "correlation_id": of.correlation_id if isinstance(of, Assessment) else "",
            },
        )
