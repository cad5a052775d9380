"""The catalogue and what admission needs of it, as this copy of the service knows them now."""

import asyncio
from collections.abc import Callable

from services.ingest.domain.admission.points import PointTable, compile_points
from services.ingest.ports import CatalogueStore
from shared.model.catalogue import Catalogue

_OFTEN_ENOUGH_S = 0.1
_PATIENCE_S = 1.0


class Shelf:
    """A cache: everything on it can be read again from the store."""

    def __init__(
        self,
        store: CatalogueStore,
        partition_of: Callable[[str], int],
        timer: Callable[[], float],
    ) -> None:
        self._store = store
        self._partition_of = partition_of
        self._timer = timer
        self._looked_at = 0.0
        self._refreshing = asyncio.Lock()
        self.catalogue = Catalogue()
        self.points: PointTable | None = None

    @property
    def problem(self) -> str | None:
        """Why nothing can be admitted, or None."""
        return None if self.points is not None else "the catalogue has not been read yet"

    async def catch_up(self) -> bool:
        """Look whether the store is ahead, unless that was done just now; True if it was."""
        if self._timer() - self._looked_at < _OFTEN_ENOUGH_S:
            return False
        known = self.catalogue.version
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self.refresh()
        except (ConnectionError, TimeoutError):
            # What is known must do; the follower says what is wrong with the store.
            return False
        return self.catalogue.version != known

    async def refresh(self) -> None:
        """Catch up with the store, if it is ahead; raises ConnectionError when it is away."""
        async with self._refreshing:
            self._looked_at = self._timer()
            if self.points is not None and await self._store.version() == self.catalogue.version:
                return
            catalogue = await self._store.newer(self.catalogue)
            points = await asyncio.to_thread(compile_points, catalogue, self._partition_of)
            self.catalogue, self.points = catalogue, points
