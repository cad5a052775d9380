"""The journal as briefs read it: entries about a region up to an id, whatever came later."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from services.alerts.domain.briefs.desking import Entry
from shared.kit.postgres import Database
from shared.model.level import Level

_AT_ONCE = 1_000
_NEWEST = "SELECT coalesce(max(id), 0) FROM alerts.history"
# Rows say only whose entries are worth reading; what was so at the time stands in the entries.
_ENTRIES = """
    WITH own AS (
        SELECT id FROM alerts.warnings WHERE regions @> ARRAY[$1::text]
        UNION SELECT warning FROM alerts.former_regions WHERE region = $1
        UNION SELECT id FROM alerts.steps WHERE regions @> ARRAY[$1::text]
        UNION SELECT id FROM alerts.consultations WHERE regions @> ARRAY[$1::text]
    )
    SELECT h.id, h.about, h.warning, h.kind, h.noticed_at, h.data
    FROM own JOIN alerts.history AS h ON h.warning = own.id
    WHERE h.id <= $2 AND h.about IN ('warning', 'step', 'consultation')
    UNION ALL
    SELECT id, about, warning, kind, noticed_at, data FROM alerts.history
    WHERE about = 'gate' AND id <= $2
    ORDER BY id
"""
_CHAIN = """
    SELECT regions FROM alerts.warnings WHERE regions @> ARRAY[$1::text]
    ORDER BY array_position(regions, $1::text), latest DESC LIMIT 1
"""
_TOPS = """
    SELECT DISTINCT regions[cardinality(regions)] AS region FROM alerts.open_counts
    WHERE cardinality(regions) > 0 ORDER BY region
"""


class _Holding(msgspec.Struct, frozen=True):
    """A restriction or decision: which kinds of projects it is about."""

    projects: tuple[str, ...] = ()


class _Task(msgspec.Struct, frozen=True):
    number: int = 0


class _Head(msgspec.Struct, frozen=True):
    """What briefs read of any entry."""

    at: str = ""
    subject: str = ""
    subject_name: str = ""
    regions: tuple[str, ...] = ()
    measure: str = ""
    kind: str = ""
    level: str = "none"
    level_before: str = "none"
    about_name: str = ""


class _More(msgspec.Struct, frozen=True):
    """What they read of one about a step, gate or consultation besides."""

    warning: str | None = None
    step: str = ""
    title: str = ""
    title_en: str = ""
    state: str = ""
    issued_at: str | None = None
    why: str = ""
    restriction: _Holding | None = None
    decision: _Holding | None = None
    task: _Task | None = None


_HEAD = msgspec.json.Decoder(_Head)
_MORE = msgspec.json.Decoder(_More)
_NOTHING = _More()


class PostgresDeskHistory:
    """The port DeskHistory."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def newest(self) -> int:
        """From the end of the primary key."""
        async with self._db.reading() as tx:
            found: int = await tx.raw.fetchval(_NEWEST)
        return found

    async def entries(self, region: str, upto: int) -> Sequence[Entry]:
        """Read in pieces: documents are long, what is kept of them is short."""
        async with self._db.reading() as tx:
            rows = tx.raw.cursor(_ENTRIES, region, upto, prefetch=_AT_ONCE)
            return [_entry(row) async for row in rows]

    async def chain(self, region: str) -> tuple[str, ...]:
        """As the warning tells them that is nearest to the region."""
        async with self._db.reading() as tx:
            regions = await tx.raw.fetchval(_CHAIN, region)
        return tuple(regions[regions.index(region) :]) if regions else ()

    async def tops(self) -> Sequence[str]:
        """From the counts of open warnings, past and present."""
        async with self._db.reading() as tx:
            return [row["region"] for row in await tx.raw.fetch(_TOPS)]


def _entry(row: Any) -> Entry:
    data: str = row["data"]
    head = _HEAD.decode(data)
    more = _NOTHING if row["about"] == "warning" else _MORE.decode(data)
    holding = more.restriction or more.decision
    return Entry(
        id=row["id"],
        about=row["about"],
        key=row["warning"],
        kind=row["kind"],
        at=datetime.fromisoformat(head.at).astimezone(UTC) if head.at else row["noticed_at"],
        subject=head.subject,
        subject_name=head.subject_name,
        regions=head.regions,
        measure=head.measure,
        condition=head.kind,
        level=Level.of(head.level),
        level_before=Level.of(head.level_before),
        about_name=head.about_name,
        warning=UUID(more.warning) if more.warning else None,
        step=more.step,
        title=more.title,
        title_en=more.title_en,
        state=more.state,
        issued=more.issued_at is not None,
        projects=holding.projects if holding else (),
        why=more.why,
        task=more.task.number if more.task else 0,
    )
