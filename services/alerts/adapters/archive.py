"""Reading warnings and their histories from PostgreSQL."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from services.alerts.adapters import rows
from services.alerts.domain.handling import State
from services.alerts.domain.selection import Selection, Sight
from services.alerts.ports.warnings import By, Groups, Listed, Page, Written
from shared.kit.postgres import Database
from shared.model.condition import Measure
from shared.model.level import Level

_NEWEST = "SELECT coalesce(max(id), 0) FROM alerts.history"
_POINTED_AT = """
    SELECT greatest(0, (SELECT max(latest) FROM alerts.warnings),
        (SELECT max(next_offset) FROM alerts.positions WHERE topic LIKE 'journal:%'))
"""
_ONE = "SELECT * FROM alerts.warnings WHERE id = $1"
_HISTORY = "SELECT * FROM alerts.history WHERE warning = $1 ORDER BY position"
_HASH = "SELECT hash FROM alerts.history WHERE id <= $1 ORDER BY id DESC LIMIT 1"
_AFTER = "SELECT * FROM alerts.history WHERE id > $1 ORDER BY id LIMIT $2"

_COUNTS = ", ".join(f"count(*) FILTER (WHERE level = {level:d}) AS n{level:d}" for level in Level)
# Counts are kept while warnings come and go: a few thousand rows, however many are open.
_KEPT_COUNTS = ", ".join(
    f"coalesce(sum(number) FILTER (WHERE level = {level:d}), 0) AS n{level:d}" for level in Level
)
_KEPT_GROUPS = f"""
    SELECT key::text AS key, {", ".join(f"n{level:d}" for level in Level)}, groups, warnings, (
        SELECT latest FROM alerts.warnings WHERE {{by}} = key AND {{where}}
        ORDER BY latest DESC LIMIT 1) AS newest
    FROM (
        SELECT {{by}} AS key, {_KEPT_COUNTS}, max(level) AS worst, sum(number) AS number,
            count(*) OVER () AS groups, sum(sum(number)) OVER () AS warnings
        FROM alerts.open_counts WHERE {{counted}} GROUP BY 1
        ORDER BY worst DESC, number DESC, {{by}}::text LIMIT {{limit}} OFFSET {{skip}}) AS counted
    ORDER BY worst DESC, number DESC, key::text
"""
_KEPT_LEVELS = "SELECT level, sum(number) FROM alerts.open_counts WHERE {where} GROUP BY level"
_LEVELS = "SELECT level, count(*) FROM alerts.warnings WHERE {where} GROUP BY level"
_GROUPS = f"""
    SELECT {{by}}::text AS key, {_COUNTS}, max(latest) AS newest,
        count(*) OVER () AS groups, sum(count(*)) OVER () AS warnings
    FROM alerts.warnings WHERE {{where}} GROUP BY 1
    ORDER BY max(level) DESC, count(*) DESC, 1 LIMIT {{limit}} OFFSET {{skip}}
"""


class _Conditions:
    """Collects conditions with their parameters numbered."""

    def __init__(self) -> None:
        self.parameters: list[object] = []
        self._conditions: list[str] = ["true"]

    def add(self, condition: str, *parameters: object) -> None:
        """`condition` has a `{}` for the number of each parameter."""
        first = len(self.parameters) + 1
        self._conditions.append(condition.format(*range(first, first + len(parameters))))
        self.parameters.extend(parameters)

    def __str__(self) -> str:
        return " AND ".join(self._conditions)


def _conditions(sight: Sight, selection: Selection, below: int | None) -> _Conditions:
    where = _within("subject", sight, selection)
    where.add(*_of_state(selection.state))
    if selection.since is not None:
        where.add("changed_at >= ${}", selection.since)
    for column in ("subject", "rule", "about", "assignee"):
        if (value := getattr(selection, column)) is not None:
            where.add(column + " = ${}", value)
    if selection.stage is not None:
        where.add(f"stage = '{selection.stage.value}'")
    if below is not None:
        where.add("latest < ${}", below)
    return where


def _counted(sight: Sight, selection: Selection) -> _Conditions | None:
    """The same conditions on the kept counts, where these tell apart all that is asked for.

    Their parameters are those of `_conditions`.
    """
    # Nothing else may have been asked for than what the counts have.
    asked = Selection(
        state=State.OPEN,
        region=selection.region,
        level=selection.level,
        kind=selection.kind,
        measure=selection.measure,
    )
    if selection != asked:
        return None
    are_regions = all(subject.startswith(_REGION) for subject in sight.subjects)
    if not (sight.everything or are_regions):
        return None
    where = _within("holder", sight, selection)
    where.add("number > 0")
    return where


def _within(holder: str, sight: Sight, selection: Selection) -> _Conditions:
    """What warnings and their counts both can tell; `holder` is the column with the subject."""
    where = _Conditions()
    if not sight.everything:
        where.add(
            f"({holder} = ANY(${{}}::text[]) OR regions && ${{}}::text[])",
            list(sight.subjects),
            list(sight.regions),
        )
    if len(sight.measures) < len(Measure):
        where.add("measure = ANY(${}::text[])", list(sight.measures))
    if selection.region is not None:
        where.add("regions @> ${}::text[]", [selection.region])
    if selection.level is not None:
        where.add("level >= ${}", int(selection.level))
    for column, word in (("kind", selection.kind), ("measure", selection.measure)):
        if word is not None:
            # Written out, so that each word has a plan of its own: some are rare.
            where.add(f"{column} = '{word.value}'")
    return where


def _of_state(state: State | None) -> tuple[str, ...]:
    """Open and closed ones as the partial index of those above none has them."""
    if state is None:
        return ("latest > 0",)
    return (f"level > 0 AND state = '{state}'" if state in _STANDING else f"state = '{state}'",)


_STANDING = (State.OPEN, State.CLOSED)
_REGION = "region:"


class PostgresArchive:
    """The port Archive on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(
        self, sight: Sight, selection: Selection, *, limit: int, below: int | None
    ) -> Page:
        """List and newest entry are of one moment, so that a stream can go on from there."""
        where = _conditions(sight, selection, below)
        query = (
            f"SELECT * FROM alerts.warnings WHERE {where} ORDER BY latest DESC LIMIT {limit + 1}"
        )
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(query, *where.parameters)
            newest: int = await tx.raw.fetchval(_NEWEST)
        return Page(
            items=tuple(rows.listed(row) for row in found[:limit]),
            more=len(found) > limit,
            newest=newest,
        )

    async def warning(self, key: UUID) -> Listed | None:
        """By primary key."""
        async with self._db.reading() as tx:
            row = await tx.raw.fetchrow(_ONE, key)
        return rows.listed(row) if row else None

    async def groups(
        self, sight: Sight, selection: Selection, by: By, *, limit: int, skip: int = 0
    ) -> Groups:
        """From the counts that are kept; one statement over an index where these do not do."""
        selection = replace(selection, state=selection.state or State.OPEN)
        where = _conditions(sight, selection, None)
        counted = None if by is By.SUBJECT else _counted(sight, selection)
        query = (_GROUPS if counted is None else _KEPT_GROUPS).format(
            by=by.value, where=where, counted=counted, limit=limit, skip=skip
        )
        async with self._db.reading() as tx:
            return rows.groups(await tx.raw.fetch(query, *where.parameters))

    async def hash_of(self, entry: int) -> bytes | None:
        """From the primary key."""
        async with self._db.reading() as tx:
            found: bytes | None = await tx.raw.fetchval(_HASH, entry)
        return found

    async def history(self, key: UUID) -> tuple[Written, ...]:
        """In the order in which it was written."""
        async with self._db.reading() as tx:
            return tuple(rows.written(row) for row in await tx.raw.fetch(_HISTORY, key))

    async def after(self, entry: int, *, limit: int) -> tuple[Written, ...]:
        """Ids grow in the order of commits, so nothing can appear below what was read."""
        async with self._db.reading() as tx:
            return tuple(rows.written(row) for row in await tx.raw.fetch(_AFTER, entry, limit))

    async def newest(self) -> int:
        """From the primary key's end."""
        async with self._db.reading() as tx:
            newest: int = await tx.raw.fetchval(_NEWEST)
        return newest

    async def pointed_at(self) -> int:
        """From the warnings, and from how far the journal's followers have read."""
        async with self._db.reading() as tx:
            found: int = await tx.raw.fetchval(_POINTED_AT)
        return found

    async def count(self, sight: Sight, selection: Selection) -> Mapping[Level, int]:
        """Levels without any are 0."""
        selection = replace(selection, state=State.OPEN)
        counted = _counted(sight, selection)
        where = counted or _conditions(sight, selection, None)
        query = (_LEVELS if counted is None else _KEPT_LEVELS).format(where=where)
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(query, *where.parameters)
        counts = {Level(row[0]): row[1] for row in found}
        return {level: counts.get(level, 0) for level in Level if level > Level.NONE}
