"""The door of `totals.v1`: decode, wait for the catalogue, put unreadable messages aside."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from services.evaluator.domain.columns import TooLargeError
from services.evaluator.domain.totals import Totals
from services.evaluator.handlers.judge import Arrived, Judge, Outcome
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.judge import TotalsInbox
from shared.contracts.errors import UnreadableError
from shared.contracts.readings import partition_of
from shared.kit.clock import now_us
from shared.kit.kafka.dead_letters import DeadLetters
from shared.kit.kafka.errors import Unavailable
from shared.kit.kafka.records import Record
from shared.kit.metrics import counter, gauge, histogram
from shared.model.instants import BEGINNING_US, FOREVER_US, HOUR_US

log = logging.getLogger(__name__)

_MESSAGES = counter("qingyu_evaluator_totals_total", "messages of totals, by fate", ("fate",))
_COMMITS = counter("qingyu_evaluator_judge_commits_total", "commits of the judge", ("kind",))
_SECONDS = histogram("qingyu_evaluator_judge_seconds", "from a batch at hand to its commit")
_DELAY = histogram("qingyu_evaluator_judged_after_seconds", "from the request to the judgement")
_DAYS = counter("qingyu_evaluator_book_rows_total", "rows of books written, one a day")
_CORRECTIONS = counter("qingyu_evaluator_corrections_total", "corrections of closed hours")
_JUDGED = counter("qingyu_evaluator_budgets_judged_total", "judgements of budgets written")
_ASSESSMENTS = counter("qingyu_evaluator_assessments_total", "changed sequences told to alerts")
_DUE = gauge("qingyu_evaluator_budgets_due", "budgets that wait to be judged anew")

REFRESH_S = 1.0
_WAIT_S = 0.05


class TotalsConsumer:
    """Hands differences of hours to the judge (a BatchHandler of the consumer loop)."""

    def __init__(
        self,
        judge: Judge,
        inbox: TotalsInbox,
        rulebook: Rulebook,
        dead_letters: DeadLetters,
        *,
        decode: Callable[[bytes], Totals],
        partitions: int,
        patience_s: float = 2.0,
    ) -> None:
        """`decode` raises UnreadableError; `partitions`: of the topic.

        `patience_s`: how long a message waits here for its catalogue, before the loop backs off.

        The rulebook is kept up to date by whoever follows the catalogue.
        """
        self._judge = judge
        self._inbox = inbox
        self._rulebook = rulebook
        self._dead_letters = dead_letters
        self._decode = decode
        self._partitions = partitions
        self._patience_s = patience_s
        self._waits = round(patience_s / _WAIT_S) + 1
        self._next: dict[int, int] = {}
        self._refreshed = float("-inf")
        self._put_aside: set[tuple[int, int]] = set()

    async def assigned(self, partitions: frozenset[int]) -> Mapping[int, int]:
        """Send what an earlier holder left, then go on at the stored positions."""
        await self._inbox.publish_leftovers(partitions)
        self._next = dict(await self._judge.open(partitions))
        self._refreshed = float("-inf")
        return self._next

    async def revoked(self, partitions: frozenset[int]) -> None:  # noqa: ARG002 - all are ours
        """Forget what is at hand: it may be stale when the partitions come back."""
        self._judge.close()
        self._next = {}

    async def handle(self, records: Mapping[int, Sequence[Record]]) -> None:
        """Book and judge all messages in one commit, then some budgets that are due."""
        started = time.perf_counter()
        await self._wait_for_catalogue(self._judge.needs_version)
        await self._refresh()
        arrived = {p: await self._arrived(p, batch) for p, batch in records.items() if batch}
        try:
            outcome = await self._judge.take(arrived)
        except TooLargeError:
            log.exception("a book is beyond 64 bits", extra={"action": "too_large"})
            raise
        self._next |= {p: one.next for p, one in arrived.items()}
        self._put_aside.clear()
        _measure("totals", outcome, time.perf_counter() - started)
        for one in arrived.values():
            for message in one.messages:
                _DELAY.observe(max(0.0, (now_us() - message.received_at_us) / 1e6))
        await self._catch_up()

    async def idle(self) -> None:
        """Nothing arrives: take over changed budgets and catalogue, judge all that is due."""
        if self._rulebook.version >= self._judge.needs_version:
            await self._refresh()
            more = True
            while more:
                more = await self._catch_up()
        await self._inbox.tidy()

    async def _refresh(self) -> None:
        if time.monotonic() - self._refreshed >= REFRESH_S:
            await self._judge.refresh()
            self._refreshed = time.monotonic()
        _DUE.set(self._judge.due)

    async def _catch_up(self) -> bool:
        """Judge some budgets anew; False when none is due."""
        started = time.perf_counter()
        outcome = await self._judge.catch_up(self._next)
        _DUE.set(self._judge.due)
        if outcome is None:
            return False
        _measure("judgements", outcome, time.perf_counter() - started)
        return True

    async def _arrived(self, partition: int, batch: Sequence[Record]) -> Arrived:
        messages: list[Totals] = []
        for record in batch:
            try:
                message = self._decode(record.value or b"")
                check(message, partition, self._partitions)
            except UnreadableError as error:
                await self._set_aside(record, str(error))
                continue
            await self._wait_for_catalogue(message.catalogue_version)
            messages.append(message)
        return Arrived(
            expected=self._next[partition], next=batch[-1].offset + 1, messages=tuple(messages)
        )

    async def _set_aside(self, record: Record, reason: str) -> None:
        # A batch that is handed over again has had its unreadable messages put aside already.
        place = (record.partition, record.offset)
        if place not in self._put_aside:
            await self._dead_letters.put(record, reason)
            self._put_aside.add(place)

    async def _wait_for_catalogue(self, version: int) -> None:
        # Differences cannot be judged by a catalogue older than the one that made them.
        for _ in range(self._waits):
            if self._rulebook.version >= version:
                return
            await asyncio.sleep(min(_WAIT_S, self._patience_s))
        raise Unavailable(
            f"waiting for catalogue version {version}, at hand is {self._rulebook.version}"
        )


def check(message: Totals, partition: int, partitions: int) -> None:
    """Raises UnreadableError for a message that would harm the books."""
    changes = message.changes
    if not message.sources:
        raise UnreadableError("names no partition of readings")
    for subject in message.subjects:
        if partition_of(subject, partitions) != partition:
            raise UnreadableError(f"holds {subject}, which belongs to another partition")
    if not len(changes):
        return
    if changes.subject.max() >= len(message.subjects) or changes.lane.max() >= len(message.lanes):
        raise UnreadableError("a row names a subject or lane that the head does not have")
    if changes.hour.min() < BEGINNING_US // HOUR_US or changes.hour.max() > FOREVER_US // HOUR_US:
        raise UnreadableError("an hour is beyond the years 1 to 9999")
    _check_once(message)


def _check_once(message: Totals) -> None:
    changes = message.changes
    order = np.lexsort((changes.hour, changes.lane, changes.subject))
    columns = (changes.subject[order], changes.lane[order], changes.hour[order])
    same = np.logical_and.reduce([column[1:] == column[:-1] for column in columns])
    if same.any():
        raise UnreadableError("an hour of a subject and lane is named twice")


def _measure(kind: str, outcome: Outcome, seconds: float) -> None:
    _COMMITS.labels(kind).inc()
    _MESSAGES.labels("booked").inc(outcome.messages - outcome.repeats)
    _MESSAGES.labels("repeated").inc(outcome.repeats)
    _DAYS.inc(outcome.days)
    _CORRECTIONS.inc(outcome.corrections)
    _JUDGED.inc(outcome.judged)
    _ASSESSMENTS.inc(outcome.assessments)
    _SECONDS.observe(seconds)
    if outcome.assessments:
        log.info(
            "%d sequences of levels changed in commit %d",
            outcome.assessments,
            outcome.commit,
            extra={"action": "assessed", "commit": outcome.commit},
        )
