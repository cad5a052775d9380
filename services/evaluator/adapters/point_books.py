"""Books of single points, computed from the stored readings by the same rules as all books."""

import numpy as np

from services.evaluator.adapters.reading_store import PostgresReadingStore
from services.evaluator.domain.booking import whole
from services.evaluator.domain.continuity import Finding
from services.evaluator.domain.merging import latest_by_key
from services.evaluator.domain.posting import point_hours, summed
from services.evaluator.domain.rules import Rules, build
from services.evaluator.domain.slices import OwnerSlice
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.point_books import FindingRow, PointHours
from shared.kit.postgres import Database
from shared.model.catalogue import EntityKind
from shared.model.instants import HOUR_US
from shared.model.readings import Readings

_WEEK_HOURS = 7 * 24
_MARGIN_WEEKS = 2
"""Neighbours of a range are looked for so many weeks around it before everything is read."""


class StoredPointBooks:
    """PointBooks on the tables of readings and findings."""

    def __init__(self, db: Database, store: PostgresReadingStore, rulebook: Rulebook) -> None:
        """The rulebook names the points and their rules."""
        self._db = db
        self._store = store
        self._rulebook = rulebook

    async def hours(
        self, code: str, first_hour: int, end_hour: int, as_of: int | None = None
    ) -> PointHours | None:
        """See PointBooks."""
        found = self._rules_of(code)
        if found is None:
            return None
        owner, rules, number = found
        rows = await self._rows(owner, number, first_hour, end_hour, as_of)
        booked = summed(point_hours(whole(rules, rows), rules))
        within = (booked.hour >= first_hour) & (booked.hour < end_hour)
        kept = booked.take(within)
        return PointHours(
            lane=rules.lanes[0],
            hour=kept.hour,
            quantity=kept.quantity,
            estimated=kept.estimated,
            known=kept.known,
        )

    def _rules_of(self, code: str) -> tuple[OwnerSlice, Rules, int] | None:
        point = self._rulebook.catalogue.get(EntityKind.POINT, code)
        if point is None:
            return None
        owner_key = str(point.records[0].attributes["owner"])
        entity = self._rulebook.catalogue.entities.get(owner_key)
        owner = self._rulebook.slice_of(entity.number) if entity else None
        if owner is None:
            return None
        mine = tuple(rule for rule in owner.points if rule.number == point.number)
        if not mine:
            return None
        alone = OwnerSlice(owner=owner.owner, number=owner.number, chains=(), points=mine)
        return owner, build([alone]), point.number

    async def _rows(
        self, owner: OwnerSlice, number: int, first_hour: int, end_hour: int, as_of: int | None
    ) -> Readings:
        first = first_hour // _WEEK_HOURS - _MARGIN_WEEKS
        last = end_hour // _WEEK_HOURS + _MARGIN_WEEKS
        near = _of(await self._store.rows_between(owner.number, first, last, as_of), number)
        if len(near) and near.at[0] < first_hour * HOUR_US and near.at[-1] >= end_hour * HOUR_US:
            return near
        return _of(await self._store.rows_between(owner.number, None, None, as_of), number)

    async def findings(
        self, codes: tuple[str, ...], *, standing: bool, limit: int
    ) -> tuple[FindingRow, ...]:
        """See PointBooks."""
        numbers = self._numbers(codes)
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_FINDINGS, numbers, standing, limit)
        names = {
            entity.number: entity.code
            for entity in self._rulebook.catalogue.of_kind(EntityKind.POINT)
        }
        return tuple(
            FindingRow(
                point=names.get(row["point"], str(row["point"])),
                kinds=tuple(
                    kind.name.lower() for kind in Finding if kind & row["kind"] and kind.name
                ),
                start_us=row["start_us"],
                end_us=row["end_us"],
                commit=row["commit_n"],
                ended_commit=row["ended_n"],
            )
            for row in rows
        )

    def _numbers(self, codes: tuple[str, ...]) -> list[int] | None:
        if not codes:
            return None
        points = (self._rulebook.catalogue.get(EntityKind.POINT, code) for code in codes)
        return [point.number for point in points if point is not None]


def _of(rows: Readings, number: int) -> Readings:
    return latest_by_key(rows.take(np.flatnonzero(rows.point == number)))


_FINDINGS = """
    select point, kind, start_us, end_us, commit_n, ended_n from evaluator.findings
    where ($1::int[] is null or point = any($1)) and (not $2 or ended_n is null)
    order by id desc limit $3
"""
