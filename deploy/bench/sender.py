"""A process of its own that sends the bench's readings; told what by stdin, reports to a file.

`python -m deploy.bench.sender` reads an Order as JSON and writes a Report as JSON, so that the
sender's work is on nobody else's account.
"""

import asyncio
import sys
import time
from array import array
from pathlib import Path
from typing import Protocol

import msgspec
import uvloop

from deploy.bench.bodies import Disturbed, Steady
from deploy.bench.lean import Answer, Connection
from deploy.bench.workload import ENTERPRISES, POINTS, Names

_BUSY = (429, 503)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to send: `starts` is the next quarter of each enterprise.

    `quarters` in each request (times 50 points), `rate` in readings a second (0: as many as are
    taken), `disturbed`: a tenth is repeated, late or revised.
    """

    url: str
    key: str
    run: int
    starts: list[int]
    quarters: int
    connections: int
    seconds: float
    rate: float = 0.0
    disturbed: bool = False


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent: `starts` is the next quarter of each enterprise afterwards.

    begun and ended: the steady clock of the machine, seconds. answers: for every acknowledged
    request its enterprise, its last quarter, and when it was sent and answered, as columns.
    """

    readings: int
    requests: int
    refused: int
    retries: int
    bytes: int
    begun: float
    ended: float
    cpu_s: float
    starts: list[int]
    enterprises: list[int]
    quarters: list[int]
    sent: list[float]
    answered: list[float]
    problem: str = ""


class Maker(Protocol):
    """Makes one enterprise's requests, one after another."""

    next: int

    def make(self) -> tuple[bytes, int]:
        """A body, and the last quarter in it."""


class _Log:
    """What happened, in columns."""

    def __init__(self) -> None:
        self.enterprises = array("q")
        self.quarters = array("q")
        self.sent = array("d")
        self.answered = array("d")
        self.readings = self.refused = self.retries = self.bytes = 0
        self.problem = ""


class _Run:
    """One order being carried out."""

    def __init__(self, order: Order) -> None:
        names = Names(order.run)
        self._order = order
        self._log = _Log()
        self._size = order.quarters * POINTS
        self.makers: list[Maker] = [
            Disturbed(names, number, start)
            if order.disturbed
            else Steady(names, number, order.quarters, start)
            for number, start in enumerate(order.starts)
        ]

    async def go(self) -> Report:
        order = self._order
        opening = (Connection.open(order.url, order.key) for _ in range(order.connections))
        connections = await asyncio.gather(*opening)
        cpu = time.process_time()
        begun = time.monotonic()
        await asyncio.gather(
            *(self._work(number, one, begun) for number, one in enumerate(connections))
        )
        ended = time.monotonic()
        cpu = time.process_time() - cpu
        for one in connections:
            one.close()
        return self._report(begun, ended, cpu)

    async def _work(self, number: int, connection: Connection, begun: float) -> None:
        """A connection serves every so-manieth enterprise, so that each one's order is kept."""
        order = self._order
        mine = range(number, ENTERPRISES, order.connections)
        pause = order.connections * self._size / order.rate if order.rate else 0.0
        due, end = begun + pause * number / order.connections, begun + order.seconds
        while not self._log.problem:
            for enterprise in mine:
                if (due if pause else time.monotonic()) >= end:
                    return
                if pause:
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
                    due += pause
                await self._send(connection, enterprise)

    async def _send(self, connection: Connection, enterprise: int) -> None:
        body, last = self.makers[enterprise].make()
        sent = time.monotonic()
        answer = await connection.post(body)
        while answer.status in _BUSY:
            self._log.retries += 1
            await asyncio.sleep(answer.retry_after_s or 0.1)
            answer = await connection.post(body)
        if answer.status == 202:
            self._note(enterprise, last, sent, answer, len(body))
        else:
            self._log.problem = f"{answer.status} {answer.body[:500].decode(errors='replace')}"

    def _note(self, enterprise: int, last: int, sent: float, answer: Answer, size: int) -> None:
        log = self._log
        log.answered.append(time.monotonic())
        log.sent.append(sent)
        log.enterprises.append(enterprise)
        log.quarters.append(last)
        log.readings += self._size
        log.bytes += size
        if not answer.body.startswith(b'{"accepted":%d,' % self._size):
            log.refused += 1
            log.problem = answer.body[:500].decode(errors="replace")

    def _report(self, begun: float, ended: float, cpu: float) -> Report:
        log = self._log
        return Report(
            readings=log.readings,
            requests=len(log.sent),
            refused=log.refused,
            retries=log.retries,
            bytes=log.bytes,
            begun=begun,
            ended=ended,
            cpu_s=cpu,
            starts=[maker.next for maker in self.makers],
            enterprises=log.enterprises.tolist(),
            quarters=log.quarters.tolist(),
            sent=log.sent.tolist(),
            answered=log.answered.tolist(),
            problem=log.problem,
        )


async def carry_out(order: Order) -> Report:
    """Send what was ordered."""
    return await _Run(order).go()


def main() -> None:
    """Read an order, carry it out, report to the file that the first argument names."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    report = uvloop.run(carry_out(order))
    Path(sys.argv[1]).write_bytes(msgspec.json.encode(report))


if __name__ == "__main__":
    main()
