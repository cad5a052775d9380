"""The alerts service on a real PostgreSQL and a real port, with a clock that can be set on."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx

from services.alerts.adapters.archive import PostgresArchive
from services.alerts.adapters.delivery_log import PostgresDeliveryLog, PostgresEndpoints
from services.alerts.adapters.desk import PostgresDesk
from services.alerts.adapters.policy import load
from services.alerts.app import Parts, courier, http_app
from services.alerts.domain.matchers import parse_matchers
from services.alerts.domain.tick import Tick
from services.alerts.domain.warning import Assessment
from services.alerts.entrypoints.couriers import Couriers
from services.alerts.entrypoints.door import new_door
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.feed import Feed
from services.alerts.handlers.silences import SilenceDesk, Wanted
from services.alerts.settings import AlertsSettings
from services.alerts.wiring import Ground, life, silences
from shared.kit.clock import now
from shared.kit.kafka.producer import Producer
from shared.kit.postgres import Database
from shared.model.access import Principal
from tests.usecases.alerts.parts import key_record, serving

_KEYS: tuple[tuple[str, str, list[str], tuple[str, ...]], ...] = (
    ("operator-key", "operator", [], ()),
    ("second-key", "operator", [], ()),
    ("region-key", "regulator", ["region:150000"], ("energy",)),
    ("league-key", "regulator", ["region:152200"], ("energy",)),
    ("carbon-key", "regulator", ["region:150000"], ("carbon",)),
    ("qinghai-key", "regulator", ["region:630000"], ("energy", "carbon")),
    ("reader-key", "reader", ["region:150000"], ()),
    ("sender-key", "sender", ["enterprise:X"], ()),
)


class Site:
    """The service; `forward` sets its clock on."""

    def __init__(self, db: Database, client: httpx.AsyncClient) -> None:
        self.db = db
        self._ahead = timedelta()
        settings = AlertsSettings()
        archive, log, endpoints = (
            PostgresArchive(db),
            PostgresDeliveryLog(db),
            PostgresEndpoints(db),
        )
        self.ground = Ground(
            db=db,
            settings=settings,
            producer=Producer("127.0.0.1:1", "test"),
            client=client,
            archive=archive,
            word=lambda: None,
            policy=load(None),
            clock=self.clock,
        )
        self.arm = silences.arm(self.ground)
        keeper = self.arm.state["silences"]
        assert isinstance(keeper, SilenceDesk)
        self.keeper = keeper
        self.parts = Parts(
            archive=archive,
            endpoints=endpoints,
            deliveries=log,
            feed=Feed(archive),
            door=new_door(),
            couriers=Couriers(endpoints, log, courier(settings, log, client), self.clock),
            arms=(life.arm(self.ground), self.arm),
            clock=self.clock,
        )
        for name, role, scope, measures in _KEYS:
            self.parts.door.learn(key_record(name, role, scope, measures=measures))
        self.parts.door.caught_up()
        self._offset = 0

    def clock(self) -> datetime:
        """Its time: that of the programs that are run against it, until it is told to go on."""
        return now() + self._ahead

    def forward(self, length: timedelta) -> None:
        """Move on by that much."""
        self._ahead += length

    def tick(self) -> Tick:
        """The minute that has just passed."""
        return Tick(name="test", begin=self.clock() - timedelta(minutes=1), end=self.clock())

    def principal(self, key: str) -> Principal:
        """Who holds the key."""
        return self.parts.door.admit(key)

    async def silence(self, key: str, matchers: str, hours: float = 2.0) -> str:
        """Make a silence with the key; its id."""
        wanted = Wanted(
            matchers=parse_matchers(matchers),
            reason="test",
            starts_at=self.clock(),
            ends_at=self.clock() + timedelta(hours=hours),
        )
        made = await self.keeper.create(self.principal(key), wanted)
        return str(made.id)

    async def approve(self, silence: str, key: str) -> None:
        """Be the second person."""
        await self.keeper.approve(self.principal(key), UUID(silence), "")

    async def hear(self, made: Sequence[Assessment]) -> None:
        """As the consumer does."""
        self._offset += 1
        moves = {0: (self._offset - 1, self._offset)}
        await WarningDesk(desk=PostgresDesk(self.db)).hear("test", made, moves, self.clock())


@asynccontextmanager
async def site_on(db: Database) -> AsyncGenerator[tuple[Site, str]]:
    """The service on a port of its own; the site and its address."""

    async def ready() -> dict[str, str | None]:
        return {}

    async with httpx.AsyncClient() as client:
        site = Site(db, client)
        async with serving(http_app(site.parts, ready)) as address:
            yield site, address


async def run(*command: str, stdin: str = "", cwd: Path | None = None) -> tuple[int, str]:
    """A program's exit code, and what it said."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=cwd,
    )
    said, _ = await process.communicate(stdin.encode())
    return process.returncode or 0, said.decode()
