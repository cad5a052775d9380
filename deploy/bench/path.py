"""The phases of the bench, one after another on one system, each measured until all is booked."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import msgspec

from deploy.bench import machine, stage
from deploy.bench.figures import Event, Spread, delays, per_million, spread
from deploy.bench.limits import KafkaLimit, RowsLimit, kafka_limit, rows_limit
from deploy.bench.listen import Listener
from deploy.bench.sender import Order, Report
from deploy.bench.workload import ENTERPRISES, POINTS, QUARTERS_A_DAY, Names, next_midnight
from deploy.demo.site import Site, SiteError
from shared.contracts.topics import READINGS

_DRAIN_S = 300.0
_LOOK_S = 0.1
_LAST_EVENTS_S = 3.0
_LIMIT_S = 10.0
_MESSAGE = 20_000
SENDER = "sender"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One kind of load. `rate`: readings a second, 0 for as many as are taken."""

    name: str
    title: str
    quarters: int
    connections: int
    rate: float = 0.0
    disturbed: bool = False
    warned: bool = False


PHASES = (
    Phase(name="bulk", title="requests of 1,000", quarters=20, connections=8),
    Phase(name="live", title="live requests of 50", quarters=1, connections=100),
    Phase(
        name="warn",
        title="20,000/s with budgets",
        quarters=1,
        connections=100,
        rate=20_000,
        warned=True,
    ),
    Phase(
        name="disturbed",
        title="10 % repeated, late, revised",
        quarters=20,
        connections=8,
        disturbed=True,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one phase came to. Rates are readings a second; CPU is seconds per million readings.

    committed_s: from the first request until the books held everything. warnings: from the answer
    to the arrival of the warning; `unexplained` events had no cause in this phase. message_bytes:
    of ingest's messages, on average.
    """

    phase: str
    title: str
    readings: int
    requests: int
    accepted_s: float
    committed_s: float
    answer: Spread | None
    cpu: dict[str, float]
    bytes_a_reading: float
    retries: int
    sent: str
    booked: str
    warnings: Spread | None = None
    unexplained: int = 0
    message_bytes: int = 0

    @property
    def accepted_rate(self) -> float:
        """Acknowledged."""
        return self.readings / self.accepted_s if self.accepted_s else 0.0

    @property
    def committed_rate(self) -> float:
        """In the books."""
        return self.readings / self.committed_s if self.committed_s else 0.0

    @property
    def exact(self) -> bool:
        """Whether the sum read back equals the sum sent."""
        return Decimal(self.sent) == Decimal(self.booked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A whole bench; memory is PSS in bytes by part."""

    phases: tuple[Measured, ...]
    rows: RowsLimit | None
    kafka: KafkaLimit | None
    idle: dict[str, int]
    after: dict[str, int]


@dataclass(slots=True, kw_only=True)
class Bench:
    """One run on one system; `say` is told what happens."""

    site: Site
    names: Names
    seconds: float
    say: Callable[[str], None]
    first: int = 0
    nexts: list[int] = field(default_factory=lambda: [0] * ENTERPRISES)

    def run(self, phases: Sequence[Phase], *, limits: bool = True) -> Outcome:
        """All phases, then the machine's limits. Raises SiteError, or RuntimeError of a sender."""
        idle = memory(self.site)
        self.say("catalogue: 100 enterprises, 5,000 points")
        stage.set_up(self.site, self.names)
        measured = tuple(asyncio.run(self._phase(phase)) for phase in phases)
        after = memory(self.site)
        rows = kafka = None
        if limits:
            seconds = min(self.seconds, _LIMIT_S)
            self.say("PostgreSQL: readings as rows")
            rows = asyncio.run(rows_limit(self.site.state.database_url, seconds))
            self.say("Kafka: there and back")
            size = next((one.message_bytes for one in measured if one.message_bytes), _MESSAGE)
            kafka = asyncio.run(kafka_limit(self.site.state.kafka, seconds, size))
        return Outcome(phases=measured, rows=rows, kafka=kafka, idle=idle, after=after)

    async def _phase(self, phase: Phase) -> Measured:
        self.say(f"{phase.name}: {phase.title}, {self.seconds:.0f} s")
        if phase.warned:
            self._prepare_warnings()
        codes = stage.enterprises(self.names)
        subjects = {f"enterprise:{code}": number for number, code in enumerate(codes)}
        listener = Listener(self.site.url("alerts"), self.site.key, subjects)
        await listener.ready()
        before, counted = machine.costs(self.site.state), self.site.sent("ingest", READINGS.name)
        report = await _send(self._order(phase))
        self.nexts = list(report.starts)
        booked, drained = await self._drained()
        after = machine.costs(self.site.state)
        if phase.warned:
            await asyncio.sleep(_LAST_EVENTS_S)
        await listener.close()
        cpu = {**machine.cpu_between(before, after), SENDER: report.cpu_s}
        found = self._measured(phase, report, cpu, booked, drained)
        found = replace(found, message_bytes=self._message_bytes(counted))
        return _with_warnings(found, report, listener.events) if phase.warned else found

    def _prepare_warnings(self) -> None:
        """The next midnight and the days that the load will pass, each with its budgets."""
        midnight = next_midnight(max(self.nexts))
        self.nexts = [midnight] * ENTERPRISES
        quarters = self.seconds * 20_000 / (ENTERPRISES * POINTS)
        days = int(quarters // QUARTERS_A_DAY) + 1
        self.site.post("evaluator", "/v1/budgets", stage.budgets(self.names, midnight, days))

    def _order(self, phase: Phase) -> Order:
        return Order(
            url=f"{self.site.url('ingest')}/v1/readings",
            key=self.site.key,
            run=self.names.run,
            starts=self.nexts,
            quarters=phase.quarters,
            connections=phase.connections,
            seconds=self.seconds,
            rate=phase.rate,
            disturbed=phase.disturbed,
        )

    async def _drained(self) -> tuple[Decimal, float]:
        """What the books say once they hold everything (or stop moving), and when that was."""
        wanted = stage.expected([self.first] * ENTERPRISES, self.nexts)
        deadline = time.monotonic() + _DRAIN_S
        while True:
            found = await asyncio.to_thread(stage.booked, self.site, self.names)
            now = time.monotonic()
            if found == wanted or now > deadline:
                return found, now
            await asyncio.sleep(_LOOK_S)

    def _message_bytes(self, before: tuple[float, float]) -> int:
        messages, size = self.site.sent("ingest", READINGS.name)
        return round((size - before[1]) / max(1.0, messages - before[0]))

    def _measured(
        self, phase: Phase, report: Report, cpu: dict[str, float], booked: Decimal, drained: float
    ) -> Measured:
        sent = stage.expected([self.first] * ENTERPRISES, self.nexts)
        waits = [end - begin for begin, end in zip(report.sent, report.answered, strict=True)]
        return Measured(
            phase=phase.name,
            title=phase.title,
            readings=report.readings,
            requests=report.requests,
            accepted_s=report.ended - report.begun,
            committed_s=drained - report.begun,
            answer=spread(waits),
            cpu=per_million(cpu, report.readings),
            bytes_a_reading=report.bytes / report.readings if report.readings else 0.0,
            retries=report.retries,
            sent=str(sent),
            booked=str(booked),
        )


def _with_warnings(found: Measured, report: Report, events: Sequence[Event]) -> Measured:
    waits, strangers = delays(report, events)
    return replace(found, warnings=spread(waits), unexplained=strangers)


async def _send(order: Order) -> Report:
    """Let a process of its own carry out the order."""
    # The report of a long run is megabytes: through a file, for a pipe was seen to lose its end.
    with tempfile.TemporaryDirectory(prefix="qingyu-bench-") as folder:
        path = Path(folder) / "report.json"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "deploy.bench.sender", str(path), stdin=asyncio.subprocess.PIPE
        )
        await process.communicate(msgspec.json.encode(order))
        if process.returncode:
            raise SiteError(f"the sender ended with exit code {process.returncode}")
        report = msgspec.json.decode(path.read_bytes(), type=Report)
    if report.problem:
        raise SiteError(f"the sender was not taken seriously: {report.problem}")
    return report


def memory(site: Site) -> dict[str, int]:
    """PSS of every part, bytes."""
    return {name: cost.pss for name, cost in machine.costs(site.state).items()}
