"""The catalogue and what admission needs of it, as this copy of the service knows them now."""

import asyncio
from collections.abc import Callable

from services.ingest.domain.admission.points import PointTable, compile_points
from services.ingest.ports import CatalogueStore
from shared.model.catalogue import Catalogue


class Shelf:
    """A cache: everything on it can be read again from the store."""

    def __init__(self, store: CatalogueStore, partition_of: Callable[[str], int]) -> None:
        self._store = store
        self._partition_of = partition_of
        self._refreshing = asyncio.Lock()
        self.catalogue = Catalogue()
        self.points: PointTable | None = None

    @property
    def problem(self) -> str | None:
        """Why nothing can be admitted, or None."""
        return None if self.points is not None else "the catalogue has not been read yet"

    async def refresh(self) -> None:
        """Catch up with the store, if it is ahead; raises ConnectionError when it is away."""
        async with self._refreshing:
            if self.points is not None and await self._store.version() == self.catalogue.version:
                return
            catalogue = await self._store.newer(self.catalogue)
            points = await asyncio.to_thread(compile_points, catalogue, self._partition_of)
            self.catalogue, self.points = catalogue, points
