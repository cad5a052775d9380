"""Telling on any store, with a clock that stands still and ways that remember."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import msgspec

from services.alerts.adapters.templates import Templates
from services.alerts.domain.suppression.explaining import By, Suppression
from services.alerts.domain.telling.contacts import (
    Address,
    ChannelKind,
    Contact,
    Language,
    Manners,
    Pace,
    Throttle,
)
from services.alerts.domain.telling.deciding import Reason
from services.alerts.domain.telling.reading import events_matcher
from services.alerts.domain.telling.sending import Patience, Result, Said, Sending
from services.alerts.domain.warning import Assessment, Warning
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.placing import Follower
from services.alerts.handlers.postman import Postman
from services.alerts.handlers.telling import Teller
from services.alerts.ports.telling import Directory, NoticeLog, Outbox, Telling, Wanted
from services.alerts.ports.warnings import Desk
from shared.contracts.topics import ASSESSMENTS
from shared.model.access import Role
from shared.model.condition import DUAL, Measure
from shared.model.level import Level
from tests.unit.alerts.builders import NOON
from tests.usecases.alerts.memory import MemoryStore
from tests.usecases.alerts.telling_memory import MemoryDirectory, MemoryTelling

ROUTES: Mapping[str, Any] = {
    "receiver": "duty",
    "group_by": ["subject"],
    "group_wait": "30s",
    "group_interval": "5m",
    "repeat_interval": "4h",
}
MANNERS = Manners(throttle=Throttle(most=1_000, per=timedelta(hours=1)), paces={})


class Clock:
    """Stands still until told to go on."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Hushed:
    """The port Hush as a test sets it."""

    names: frozenset[str] = frozenset()
    until: datetime | None = None
    asked: list[datetime] = field(default_factory=list)

    async def of(self, warnings: Iterable[Warning], now: datetime) -> Mapping[UUID, Suppression]:
        """All of them before `until`."""
        quiet = self.until is not None and now < self.until
        return {warning.id: SILENCE for warning in warnings} if quiet else {}

    async def quiet(self, now: datetime) -> frozenset[str]:
        """Always the same."""
        self.asked.append(now)
        return self.names


SILENCE = Suppression(by=By.SILENCE, id="s1", owner="王科长", reason="检修", until=None)


@dataclass
class RecordingWay:
    """The port Way: remembers what was sent and says what it was told to, in turn, then yes."""

    says: list[Said] = field(default_factory=list)
    sent: list[Sending] = field(default_factory=list)

    async def send(self, sending: Sending, _now: datetime, /) -> Said:
        self.sent.append(sending)
        return self.says.pop(0) if self.says else Said(result=Result.DELIVERED, status=200)


class Stores(Protocol):
    """All ports of telling on one store."""

    @property
    def desk(self) -> Desk: ...
    @property
    def telling(self) -> Telling: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def log(self) -> NoticeLog: ...


class InMemory:
    """The fakes."""

    def __init__(self, routes: Mapping[str, Any] = ROUTES) -> None:
        store = MemoryStore()
        directory = MemoryDirectory(routes)
        telling = directory.telling = MemoryTelling(store, directory)
        self.memory = telling
        self.desk: Desk = store
        self.telling: Telling = telling
        self.directory: Directory = directory
        self.outbox: Outbox = telling
        self.log: NoticeLog = telling


class Office:
    """Everything that tells, driven by hand."""

    def __init__(self, stores: Stores, manners: Manners = MANNERS) -> None:
        self.stores = stores
        self.clock = Clock()
        self.hush = Hushed()
        self.way = RecordingWay()
        self.teller = Teller(
            telling=stores.telling,
            directory=stores.directory,
            hush=self.hush,
            renderer=Templates("https://qingyu.example"),
            manners=manners,
        )
        self.follower = Follower(
            telling=stores.telling,
            directory=stores.directory,
            read=msgspec.json.Decoder(dict[str, Any]).decode,
            reminders=events_matcher(["step.*", "warning.returned"]),
            batch=100,
        )
        self.postman = self.postman_of(ChannelKind.WEBHOOK)

    def postman_of(self, channel: ChannelKind, patience: Patience | None = None) -> Postman:
        """A postman with no luck involved."""
        return Postman(
            channel,
            self.stores.outbox,
            self.way,
            patience or Patience(),
            self.clock,
            lambda: 0.0,
            at_once=100,
        )

    async def know(self, *contacts: Contact) -> None:
        """Contacts become known."""
        for contact in contacts:
            await self.stores.directory.keep(contact, "test", self.clock())

    async def hear(self, *made: Assessment) -> None:
        """Judgements come, and the journal is followed to its end."""
        await WarningDesk(desk=self.stores.desk).hear(ASSESSMENTS.name, made, {}, self.clock())
        await self.follow()

    async def follow(self) -> None:
        """To the end of the journal."""
        while await self.follower.round(self.clock()):
            pass

    async def forward(self, **length: float) -> None:
        """Time passes; what became due is looked at, also in between."""
        end = self.clock.now + timedelta(**length)
        while (due := await self.stores.telling.next_due()) is not None and due <= end:
            self.clock.now = max(self.clock.now, due)
            await self.teller.digests(self.clock())
            if not (await self.teller.round(self.clock())).groups and due == self.clock.now:
                break
        self.clock.now = end

    async def told(self, recipient: str | None = None) -> list[tuple[str, Reason, Level]]:
        """Who was told why, oldest first."""
        found = await self.stores.log.find(Wanted(recipient=recipient), limit=500, after=0)
        return [(one.recipient, one.reason, one.level) for one in found]

    async def post(self) -> None:
        """The postman takes everything that is due."""
        await self.postman.round(1)
        while self.postman.under_way:
            await self.postman.some_answer(5)
            await self.postman.round(1)


def contact(
    name: str = "duty",
    *,
    offices: tuple[str, ...] = (),
    scope: tuple[str, ...] = ("*",),
    channel: ChannelKind = ChannelKind.WEBHOOK,
    target: str = "https://example.org/hook",
    secret: str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    language: Language = Language.ZH,
    measures: frozenset[Measure] = DUAL,
    min_level: Level = Level.NOTICE,
    role: Role = Role.REGULATOR,
    paces: Mapping[Level, Pace] | None = None,
    throttle: Throttle | None = None,
) -> Contact:
    """Somebody who hears everything unless said otherwise."""
    return Contact(
        name=name,
        title=f"{name} 值班室",
        language=language,
        offices=offices,
        addresses=(Address(key=channel.value, channel=channel, target=target, secret=secret),),
        role=role,
        scope=frozenset(scope),
        measures=measures,
        min_level=min_level,
        paces=paces or {},
        throttle=throttle,
    )
