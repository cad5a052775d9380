"""What the ports of telling in memory keep, as tables would."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.alerts.domain.telling.deciding import Last
from services.alerts.domain.telling.items import Item
from services.alerts.domain.telling.notice import Document
from services.alerts.domain.telling.routes import Group
from services.alerts.domain.telling.sending import State
from services.alerts.ports.telling import (
    Attempt,
    Letter,
    Noted,
    Wanted,
)
from shared.model.level import Level


@dataclass(slots=True)
class GroupRow:
    """A group as it is kept."""

    group: Group
    every: timedelta
    due_at: datetime | None
    flushed_at: datetime | None = None


@dataclass(slots=True)
class MemberRow:
    """A member as it is kept."""

    holds: bool
    level: Level
    event: Item | None


@dataclass(slots=True)
class Tables:
    """Everything that PostgreSQL would hold."""

    positions: dict[str, int] = field(default_factory=dict)
    groups: dict[UUID, GroupRow] = field(default_factory=dict)
    members: dict[tuple[UUID, UUID], MemberRow] = field(default_factory=dict)
    told: dict[tuple[UUID, str], Last] = field(default_factory=dict)
    held: list[tuple[str, datetime, Document]] = field(default_factory=list)
    lately: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    notices: list["NoticeRow"] = field(default_factory=list)
    resting: dict[tuple[str, str], datetime] = field(default_factory=dict)
    attempts: list[tuple[int, Attempt]] = field(default_factory=list)


@dataclass(slots=True)
class NoticeRow:
    """A notice at an address as it is kept."""

    letter: Letter
    number: int
    next_at: datetime | None
    state: State = State.WAITING
    attempts: int = 0
    claimed_by: int | None = None
    unsure: bool = False
    first_at: datetime | None = None
    last_at: datetime | None = None
    last_status: int | None = None
    last_detail: str = ""


def soon(row: GroupRow, now: datetime) -> None:
    """The group is looked at as soon as its interval allows."""
    if row.flushed_at is None:
        row.due_at = row.due_at or now
        return
    soon = max(now, row.flushed_at + row.every)
    row.due_at = min(row.due_at, soon) if row.due_at else soon


def put(tables: Tables, letters: Sequence[Letter]) -> tuple[int, ...]:
    """Notices at addresses, numbered."""
    first = len(tables.notices) + 1
    rows = [
        NoticeRow(letter=letter, number=first + n, next_at=letter.notice.at)
        for n, letter in enumerate(letters)
    ]
    tables.notices.extend(rows)
    return tuple(row.number for row in rows)


def is_wanted(row: NoticeRow, wanted: Wanted) -> bool:
    """Whether the filters let it through."""
    notice = row.letter.notice
    return (
        (wanted.warning is None or wanted.warning in notice.warnings)
        and wanted.recipient in (None, notice.recipient)
        and wanted.channel in (None, row.letter.channel)
        and wanted.state in (None, row.state)
    )


def noted(row: NoticeRow) -> Noted:
    """As the log shows it."""
    notice = row.letter.notice
    return Noted(
        number=row.number,
        notice=notice.id,
        recipient=notice.recipient,
        address=row.letter.address,
        channel=row.letter.channel,
        reason=notice.reason,
        level=notice.level,
        state=row.state,
        created_at=notice.at,
        attempts=row.attempts,
        next_at=row.next_at,
        last_at=row.last_at,
        last_status=row.last_status,
        last_detail=row.last_detail,
        document=notice.document,
        rendered=row.letter.rendered,
    )
