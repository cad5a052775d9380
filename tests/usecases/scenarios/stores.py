"""The stores of alerts in memory over one journal, as PostgreSQL has one."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import msgspec

from services.alerts.adapters.documents import told_of
from services.alerts.domain.chain import BEGINNING, link
from services.alerts.domain.telling.notice import Document
from services.alerts.domain.warning import Warning
from services.alerts.ports.journal import About
from services.alerts.ports.suppression import Written as Change
from services.alerts.ports.warnings import Written
from shared.kit.clock import Clock
from tests.usecases.alerts.ladder_memory import MemoryLadder, MemoryLadderWork
from tests.usecases.alerts.memory import MemoryStore, MemoryWork
from tests.usecases.alerts.suppression import MemoryOpened, MemorySilences
from tests.usecases.alerts.telling_memory import MemoryDirectory, MemoryTelling, MemoryTellingWork


class Store(MemoryStore):
    """Warnings and the journal; nothing fails here, so nothing is ever undone."""

    @asynccontextmanager
    async def work(self) -> AsyncIterator[MemoryWork]:
        """On the state itself."""
        yield MemoryWork(self.state)

    def append(self, about: About, key: UUID, kind: str, at: datetime, data: str) -> None:
        """An entry of something else than a warning."""
        history = self.state.history
        number = len(history) + 1
        before = history[-1].hash if history else BEGINNING
        history.append(
            Written(
                id=number,
                about=about,
                position=1 + sum(one.warning == key for one in history),
                hash=link(before, number, data),
                warning=key,
                type=f"{about}.{kind}",
                noticed_at=at,
                told=told_of(data),
                data=data.encode(),
            )
        )


class Ladder(MemoryLadder):
    """The ladder's stores; its journal is that of the warnings."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__()
        self._store, self._clock = store, clock
        self.state.warnings = store.state.warnings

    @asynccontextmanager
    async def work(self) -> AsyncIterator[MemoryLadderWork]:
        """What was written meanwhile is read, what is written here is there for all."""
        journal, history = self.state.journal, self._store.state.history
        for one in history[len(journal) :]:
            kind = one.type.partition(".")[2]
            journal.append((one.about, one.warning, kind, one.data.decode()))
        yield MemoryLadderWork(self.state)
        for about, key, kind, data in journal[len(history) :]:
            self._store.append(about, key, kind, self._clock(), data)


class Silences(MemorySilences):
    """Silences that write into the journal."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    async def write(self, changes: Sequence[Change]) -> None:
        """See Silences."""
        await super().write(changes)
        for change in changes:
            for line in change.lines:
                text = msgspec.json.encode(line.document).decode()
                key = change.silence.id
                self._store.append(About.SILENCE, key, line.kind.value, line.at, text)


class Opened(MemoryOpened):
    """The open ones among the warnings that there are."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def warnings(self) -> list[Warning]:  # type: ignore[override]
        """All there are."""
        return list(self._store.state.warnings.values())


class Telling(MemoryTelling):
    """Groups and notices; nothing is ever undone."""

    def __init__(self, store: Store, directory: MemoryDirectory) -> None:
        super().__init__(store, directory)
        directory.telling = self

    @asynccontextmanager
    async def work(self) -> AsyncIterator[MemoryTellingWork]:
        """On the tables themselves."""
        yield MemoryTellingWork(self.tables, self.store)


class Directory(MemoryDirectory):
    """Contacts and the policy's routes."""

    def __init__(self, routes: Document) -> None:
        super().__init__(routes)
