"""Other copies of this service import catalogues and make keys too: look for it, all the time."""

import asyncio
import logging

from services.ingest.entrypoints import numbers
from services.ingest.handlers.keys import KeyDesk
from services.ingest.handlers.shelf import Shelf
from shared.kit.backoff import Backoff, pause
from shared.kit.condition import Condition
from shared.kit.errors import Unavailable

log = logging.getLogger(__name__)


class Follower:
    """Keeps the shelf and the keys at what PostgreSQL holds."""

    def __init__(self, shelf: Shelf, keys: KeyDesk, every_s: float) -> None:
        self._shelf = shelf
        self._keys = keys
        self._every_s = every_s
        self._condition = Condition("postgresql for catalogue and keys")

    @property
    def problem(self) -> str | None:
        """Why the newest state may not be known, or None."""
        return self._condition.problem

    async def run(self, stopping: asyncio.Event) -> None:
        """Look again and again until stopping; what is known stays while PostgreSQL is away."""
        delays = Backoff().delays()
        while not stopping.is_set():
            try:
                await self.look()
            except Unavailable as error:
                self._condition.down(str(error))
                await pause(next(delays), stopping)
                continue
            self._condition.up()
            delays = Backoff().delays()
            await pause(self._every_s, stopping)

    async def look(self) -> None:
        """Catch up once; raises Unavailable."""
        known = self._shelf.catalogue.version
        await self._keys.refresh()
        await self._shelf.refresh()
        table = self._shelf.points
        numbers.catalogue_known(self._shelf.catalogue.version, len(table.codes) if table else 0)
        if self._shelf.catalogue.version != known:
            log.info(
                "catalogue version %d",
                self._shelf.catalogue.version,
                extra={"action": "catalogue_read", "version": self._shelf.catalogue.version},
            )
