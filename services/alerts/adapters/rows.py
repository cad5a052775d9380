"""Rows of PostgreSQL as records."""

from typing import Any

from asyncpg import Record

from services.alerts.adapters.documents import decode_facts, decode_sequence, told_of
from services.alerts.domain.delivery import Delivery, Endpoint
from services.alerts.domain.documents import type_of
from services.alerts.domain.warning import Warning
from services.alerts.ports.warnings import Listed, Logged, Written
from shared.model.level import Level

Row = Record


def warning(row: Row) -> Warning:
    """A warning from a row of `alerts.warnings`."""
    return Warning(
        id=row["id"],
        subject=row["subject"],
        subject_name=row["subject_name"],
        regions=tuple(row["regions"]),
        about=row["budget"],
        about_name=row["budget_name"],
        rule=row["rule"],
        level=Level(row["level"]),
        highest=Level(row["highest"]),
        sequence=decode_sequence(row["sequence"]),
        entries=row["entries"],
        opened_at=row["opened_at"],
        changed_at=row["changed_at"],
        watermark=row["watermark"],
        number=row["number"],
        facts=decode_facts(row["facts"]),
    )


def listed(row: Row) -> Listed:
    """A warning with the id of its newest entry."""
    return Listed(warning=warning(row), latest=row["latest"])


def written(row: Row) -> Written:
    """An entry from a row of `alerts.history`."""
    data: str = row["data"]
    return Written(
        id=row["id"],
        warning=row["warning"],
        type=type_of(row["kind"]),
        noticed_at=row["noticed_at"],
        told=told_of(data),
        data=data.encode(),
    )


def endpoint(row: Row) -> Endpoint:
    """An endpoint from a row of `alerts.endpoints`."""
    return Endpoint(
        id=row["id"],
        url=row["url"],
        description=row["description"],
        secret=row["secret"],
        created_at=row["created_at"],
        created_by=row["created_by"],
    )


def delivery(row: Row) -> Delivery:
    """A claimed delivery together with its entry."""
    return Delivery(
        endpoint=row["endpoint"],
        entry=row["entry"],
        warning=row["warning"],
        attempt=row["attempts"],
        type=type_of(row["kind"]),
        timestamp=row["noticed_at"],
        data=row["data"].encode(),
    )


def logged(row: Row) -> Logged:
    """A line of the delivery log."""
    return Logged(
        entry=row["entry"],
        warning=row["warning"],
        type=type_of(row["kind"]),
        attempts=row["attempts"],
        next_at=row["next_at"],
        last_at=row["last_at"],
        last_status=row["last_status"],
        last_detail=row["last_detail"],
    )


def columns(records: list[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Tuples turned into `width` columns, for `unnest`."""
    return [list(column) for column in zip(*records, strict=True)] or [[] for _ in range(width)]
