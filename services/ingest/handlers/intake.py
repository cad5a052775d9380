"""A request of readings: decoded, judged and written together with those that came meanwhile.

While the log acknowledges a batch, requests gather; the next batch is all of them in one pass of
columns and one message a partition. A lone request waits for nobody.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.ingest.domain.admission.admission import Reason
from services.ingest.domain.admission.points import PointTable
from services.ingest.handlers.judging import Judge, Judged
from services.ingest.handlers.shelf import Shelf
from services.ingest.ports import Body, Decode, ReadingLog
from shared.model.access import Principal
from shared.model.instants import DAY_US

log = logging.getLogger(__name__)


class Busy(Exception):  # noqa: N818 - an instruction: come back later
    """More is waiting than may wait; nothing was taken."""


class NotReady(Exception):  # noqa: N818 - an instruction: come back later
    """The catalogue has not been read yet; nothing was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakePolicy:
    """How requests are put together, and how far from our clock a reading may be.

    A batch takes requests of up to `most_bytes`; `in_flight` batches may await their
    acknowledgement. While at least one does, smaller batches than `full_bytes` wait `pause_s`
    for company. Requests of `waiting_bytes` may wait in all.
    """

    most_bytes: int = 2 * 1024 * 1024
    full_bytes: int = 128 * 1024
    in_flight: int = 4
    pause_s: float = 0.002
    waiting_bytes: int = 64 * 1024 * 1024
    future_us: int = 300 * 1_000_000
    past_us: int = 20 * 366 * DAY_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one request; `refused` has a dictionary for each item, in the order sent."""

    accepted: int
    refused: tuple[dict[str, str | int], ...]
    catalogue_version: int
    correlation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDone:
    """What the metrics are told of a batch that was written."""

    requests: int
    rows: int
    bytes: int
    reasons: dict[str, int]
    judged_s: float
    written_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The clock, a timer in seconds, a maker of ids, and who is told of written batches."""

    clock_us: Callable[[], int]
    timer: Callable[[], float]
    new_id: Callable[[], str]
    on_batch: Callable[[BatchDone], None]


@dataclass(slots=True, kw_only=True, eq=False)
class Request:
    """One request on its way; `correlation_id` is empty if its sender chose none."""

    body: Body
    principal: Principal
    correlation_id: str
    received_at_us: int
    done: asyncio.Future[Outcome]


class Intake:
    """Takes requests from the doors; `run` works them off."""

    def __init__(
        self,
        *,
        decode: Decode,
        shelf: Shelf,
        log: ReadingLog,
        around: Surroundings,
        policy: IntakePolicy,
    ) -> None:
        self._decode = decode
        self._shelf = shelf
        self._log = log
        self._around = around
        self._policy = policy
        self._judging = Judge()
        self._waiting: deque[Request] = deque()
        self._waiting_bytes = 0
        self._arrived = asyncio.Event()
        self._writing: set[asyncio.Task[None]] = set()

    def submit(self, body: Body, principal: Principal, correlation_id: str) -> Request:
        """Queue a request; await its `done`.

        Raises Busy or NotReady. `done` raises UnreadableBody for a body that is not readable, and
        ConnectionError when the log did not confirm: then all of it may be sent again.
        """
        if self._shelf.points is None:
            raise NotReady
        if self._waiting_bytes > self._policy.waiting_bytes:
            raise Busy
        done = asyncio.get_running_loop().create_future()
        request = Request(
            body=body,
            principal=principal,
            correlation_id=correlation_id,
            received_at_us=self._around.clock_us(),
            done=done,
        )
        self._waiting.append(request)
        self._waiting_bytes += len(body.data)
        self._arrived.set()
        return request

    async def run(self, stopping: asyncio.Event) -> None:
        """Work requests off until stopping, then those that are left."""
        stop = asyncio.create_task(stopping.wait())
        try:
            while self._waiting or not stopping.is_set():
                if not self._waiting:
                    await self._next_arrival(stop)
                    continue
                await self._company()
                self._start(self._take())
            if self._writing:
                await asyncio.wait(self._writing)
        finally:
            stop.cancel()

    async def _next_arrival(self, stop: "asyncio.Task[bool]") -> None:
        self._arrived.clear()
        arrival = asyncio.create_task(self._arrived.wait())
        await asyncio.wait({arrival, stop}, return_when=asyncio.FIRST_COMPLETED)
        arrival.cancel()

    async def _company(self) -> None:
        """Let requests gather while batches are on their way; at once when none is."""
        # Whatever the sockets hold already is let in first.
        await asyncio.sleep(0)
        policy = self._policy
        if self._writing and self._waiting_bytes < policy.full_bytes:
            await asyncio.sleep(policy.pause_s)
        while len(self._writing) >= policy.in_flight:
            await asyncio.wait(self._writing, return_when=asyncio.FIRST_COMPLETED)

    def _take(self) -> list[Request]:
        taken: list[Request] = []
        size = 0
        while self._waiting and (not taken or size < self._policy.most_bytes):
            request = self._waiting.popleft()
            size += len(request.body.data)
            taken.append(request)
        self._waiting_bytes -= size
        return taken

    def _start(self, requests: list[Request]) -> None:
        task = asyncio.create_task(self._process(requests))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _process(self, requests: list[Request]) -> None:
        try:
            await self._judge_and_write(requests)
        except ConnectionError as error:
            _fail(requests, error)
        except Exception as error:
            log.exception("a batch failed", extra={"action": "batch_failed"})
            if len(requests) == 1:
                _fail(requests, error)
                return
            # One bad request must not take the others with it.
            for request in requests:
                await self._process([request])

    async def _judge_and_write(self, requests: list[Request]) -> None:
        table = self._shelf.points
        if table is None:
            raise NotReady
        started = self._around.timer()
        judged = self._judge(requests, table)
        if Reason.UNKNOWN_POINT in judged.reasons and await self._shelf.catch_up():
            # Another copy of the service has just imported what this one did not know.
            table = self._shelf.points or table
            judged = self._judge(requests, table)
        written = self._around.timer()
        batch_id = self._batch_id(requests)
        if judged.bundles:
            await self._log.append(
                judged.bundles,
                catalogue_version=table.version,
                received_at_us=min(request.received_at_us for request in requests),
                correlation_id=batch_id,
            )
        log.debug(
            "batch written",
            extra={"action": "written", "batch_id": batch_id, "requests": len(requests)},
        )
        self._answer(requests, judged, table, batch_id)
        self._around.on_batch(
            BatchDone(
                requests=len(requests),
                rows=sum(judged.reasons.values()),
                bytes=sum(len(request.body.data) for request in requests),
                reasons=judged.reasons,
                judged_s=written - started,
                written_s=self._around.timer() - written,
            )
        )

    def _judge(self, requests: Sequence[Request], table: PointTable) -> Judged:
        decoded = self._decode([request.body for request in requests])
        principals = [request.principal for request in requests]
        now_us = self._around.clock_us()
        window_us = (now_us - self._policy.past_us, now_us + self._policy.future_us)
        return self._judging.judge(decoded, principals, table, window_us)

    def _batch_id(self, requests: Sequence[Request]) -> str:
        """The id that goes with the readings: a lone request's own, else a new one."""
        chosen = [request.correlation_id for request in requests if request.correlation_id]
        if len(requests) == 1 and chosen:
            return chosen[0][:32]
        batch_id = self._around.new_id()
        if chosen:
            log.info(
                "requests written together",
                extra={"action": "grouped", "batch_id": batch_id, "correlation_ids": chosen},
            )
        return batch_id

    def _answer(
        self, requests: Sequence[Request], judged: Judged, table: PointTable, batch_id: str
    ) -> None:
        for place, request in enumerate(requests):
            if request.done.done():
                continue
            if place in judged.unreadable:
                request.done.set_exception(judged.unreadable[place])
                continue
            request.done.set_result(
                Outcome(
                    accepted=judged.accepted[place],
                    refused=tuple(judged.refused.get(place, ())),
                    catalogue_version=table.version,
                    correlation_id=request.correlation_id or batch_id,
                )
            )


def _fail(requests: Sequence[Request], error: Exception) -> None:
    for request in requests:
        if not request.done.done():
            request.done.set_exception(error)
