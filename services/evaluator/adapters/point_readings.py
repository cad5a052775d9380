"""Readings of single points, read from the blocks in which they are kept."""

import numpy as np

from services.evaluator.adapters.reading_store import PostgresReadingStore
from services.evaluator.domain.merging import that_count
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.point_readings import PointReadings
from shared.model.catalogue import EntityKind
from shared.model.instants import HOUR_US

_WEEK_US = 7 * 24 * HOUR_US


class StoredReadings:
    """ReadingsOfPoints on the blocks of readings."""

    def __init__(self, store: PostgresReadingStore, rulebook: Rulebook) -> None:
        """The rulebook names the points and their owners."""
        self._store = store
        self._rulebook = rulebook

    async def readings(
        self,
        code: str,
        first_us: int,
        end_us: int,
        *,
        as_of: int | None = None,
        every: bool = False,
    ) -> PointReadings | None:
        """See ReadingsOfPoints."""
        catalogue = self._rulebook.catalogue
        point = catalogue.get(EntityKind.POINT, code)
        owner = catalogue.entities.get(str(point.records[0].attributes["owner"])) if point else None
        if point is None or owner is None:
            return None
        found = await self._store.rows_between(
            owner.number, first_us // _WEEK_US, (end_us - 1) // _WEEK_US, as_of
        )
        inside = (found.point == point.number) & (found.at >= first_us) & (found.at < end_us)
        rows = found.take(np.flatnonzero(inside))
        rows = rows if every else that_count(rows)
        decimals = int(point.records[0].attributes.get("decimals") or 0)
        return PointReadings(decimals=decimals, rows=rows.take(np.argsort(rows.at, kind="stable")))
