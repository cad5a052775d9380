"""Rows of PostgreSQL as records."""

from collections.abc import Sequence
from typing import Any

from asyncpg import Record

from services.alerts.adapters.documents import (
    decode_facts,
    decode_handling,
    decode_labels,
    decode_sequence,
    encode_facts,
    encode_handling,
    encode_labels,
    encode_sequence,
    says,
    told_of,
)
from services.alerts.domain.delivery import Delivery, Endpoint
from services.alerts.domain.documents import type_of
from services.alerts.domain.handling import UNHANDLED, Holding
from services.alerts.domain.warning import Facts, Warning
from services.alerts.ports.journal import About
from services.alerts.ports.warnings import (
    Attachment,
    Group,
    Groups,
    Happened,
    Listed,
    Logged,
    Written,
)
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level

Row = Record


COLUMNS = (
    ("id", "uuid"),
    ("subject", "text"),
    ("subject_name", "text"),
    ("regions", "text"),
    ("region", "text"),
    ("about", "text"),
    ("about_name", "text"),
    ("rule", "text"),
    ("kind", "text"),
    ("measure", "text"),
    ("level", "smallint"),
    ("highest", "smallint"),
    ("sequence", "text"),
    ("heard", "text"),
    ("holding", "text"),
    ("entries", "int"),
    ("opened_at", "timestamptz"),
    ("changed_at", "timestamptz"),
    ("watermark", "timestamptz"),
    ("number", "bigint"),
    ("facts", "text"),
    ("due_at", "timestamptz"),
    ("wakes_at", "timestamptz"),
    ("handling", "text"),
    ("stage", "text"),
    ("assignee", "text"),
    ("state", "text"),
    ("labels", "text"),
)
"""The columns of `alerts.warnings` as they are written, but for `latest`, and their types."""

NAMES = (*(name for name, _ in COLUMNS), "latest")
"""The same, and `latest`."""
_REGIONS = NAMES.index("regions")

OUTLINE = ", ".join(name for name, _ in COLUMNS if name not in ("facts", "heard"))
"""What followers of the journal read: all but the evidence, which is most of a row."""

_KEPT = ("id", "subject", "about", "rule", "kind")
"""What never changes in a warning."""


def _write_warnings() -> str:
    names = [name for name, _ in COLUMNS]
    arrays = [f"${i}::{kind}[]" for i, (_, kind) in enumerate(COLUMNS, 1)]
    values = [f"string_to_array({n}, ',')" if n == "regions" else n for n in names]
    updates = [f"{name} = excluded.{name}" for name in names if name not in _KEPT]
    # What has no entry yet has a place of its own below all that have.
    return f"""
        INSERT INTO alerts.warnings AS w ({", ".join(names)}, latest)
        SELECT {", ".join(values)}, coalesce(latest, -nextval('alerts.untold'))
        FROM unnest({", ".join(arrays)}, ${len(arrays) + 1}::bigint[])
            AS new ({", ".join(names)}, latest)
        ON CONFLICT (id) DO UPDATE SET {", ".join(updates)},
            latest = greatest(w.latest, excluded.latest)
    """


WRITE_WARNINGS = _write_warnings()
"""Takes an array a column of COLUMNS, and one of the newest entries' ids (null: no new one)."""


def warning(row: Row) -> Warning:
    """A warning from a row of `alerts.warnings`."""
    return _warning(row, decode_facts(row["facts"]), row["heard"])


def outline(row: Row) -> Warning:
    """A warning from the columns OUTLINE: without facts, judged as told."""
    return _warning(row, {}, "")


def _warning(row: Row, facts: Facts, heard: str) -> Warning:
    sequence = decode_sequence(row["sequence"])
    return Warning(
        id=row["id"],
        subject=row["subject"],
        subject_name=row["subject_name"],
        regions=tuple(row["regions"]),
        about=row["about"],
        about_name=row["about_name"],
        rule=row["rule"],
        level=Level(row["level"]),
        highest=Level(row["highest"]),
        sequence=sequence,
        entries=row["entries"],
        opened_at=row["opened_at"],
        changed_at=row["changed_at"],
        watermark=row["watermark"],
        number=row["number"],
        facts=facts,
        kind=ConditionKind(row["kind"]),
        measure=Measure(row["measure"]),
        heard=decode_sequence(heard) if heard else sequence,
        condition=Holding(row["holding"]),
        due_at=row["due_at"],
        handling=decode_handling(row["handling"]) if row["handling"] else UNHANDLED,
        labels=decode_labels(row["labels"]) if row["labels"] else {},
    )


def fields(warning: Warning) -> tuple[object, ...]:
    """A warning as a row: its values in the order of COLUMNS."""
    heard = "" if warning.heard == warning.sequence else encode_sequence(warning.heard)
    handling = warning.handling
    is_handled = handling is not UNHANDLED and handling != UNHANDLED
    return (
        warning.id,
        warning.subject,
        warning.subject_name,
        ",".join(warning.regions),
        warning.regions[0] if warning.regions else "",
        warning.about,
        warning.about_name,
        warning.rule,
        warning.kind,
        warning.measure,
        warning.level,
        warning.highest,
        encode_sequence(warning.sequence),
        heard,
        warning.condition,
        warning.entries,
        warning.opened_at,
        warning.changed_at,
        warning.watermark,
        warning.number,
        encode_facts(warning.facts),
        warning.due_at,
        warning.wakes_at,
        encode_handling(handling) if is_handled else "",
        handling.stage,
        handling.assignee,
        warning.state,
        encode_labels(warning.labels) if warning.labels else "",
    )


def copied(warning: Warning, latest: int) -> tuple[object, ...]:
    """A new warning as COPY takes it: its values in the order of NAMES."""
    found = fields(warning)
    return (*found[:_REGIONS], warning.regions, *found[_REGIONS + 1 :], latest)


def listed(row: Row) -> Listed:
    """A warning with the id of its newest entry."""
    return Listed(warning=warning(row), latest=row["latest"])


def happened(row: Row) -> Happened:
    """What a follower needs of a row of `alerts.history`."""
    return Happened(
        id=row["id"],
        warning=row["warning"],
        type=type_of(row["kind"], row["about"]),
        noticed_at=row["noticed_at"],
        data=row["data"].encode(),
    )


def written(row: Row) -> Written:
    """An entry from a row of `alerts.history`."""
    data: str = row["data"]
    return Written(
        id=row["id"],
        warning=row["warning"],
        type=type_of(row["kind"], row["about"]),
        noticed_at=row["noticed_at"],
        told=told_of(data),
        data=data.encode(),
        about=About(row["about"]),
        position=row["position"],
        hash=row["hash"],
        is_whole=says(
            data, About(row["about"]), row["warning"], row["position"], row["noticed_at"]
        ),
    )


def groups(found: Sequence[Row]) -> Groups:
    """Groups from rows of key, a number a level, newest entry, and how many there are in all."""
    return Groups(
        items=tuple(map(_group, found)),
        groups=found[0]["groups"] if found else 0,
        warnings=int(found[0]["warnings"]) if found else 0,
    )


def _group(row: Row) -> Group:
    counts = {level: row[f"n{level:d}"] for level in Level}
    return Group(
        key=row["key"],
        counts={level: number for level, number in counts.items() if number},
        newest=row["newest"],
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
        type=type_of(row["kind"], row["about"]),
        timestamp=row["noticed_at"],
        data=row["data"].encode(),
    )


def logged(row: Row) -> Logged:
    """A line of the delivery log."""
    return Logged(
        entry=row["entry"],
        warning=row["warning"],
        type=type_of(row["kind"], row["about"]),
        attempts=row["attempts"],
        next_at=row["next_at"],
        last_at=row["last_at"],
        last_status=row["last_status"],
        last_detail=row["last_detail"],
    )


def attachment(row: Row) -> Attachment:
    """A file from a row of `alerts.attached`."""
    return Attachment(
        sha256=row["sha256"].hex(),
        name=row["name"],
        content_type=row["content_type"],
        size=row["size"],
        at=row["at"],
        by=row["by_name"],
    )


def columns(records: list[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Tuples turned into `width` columns, for `unnest`."""
    return [list(column) for column in zip(*records, strict=True)] or [[] for _ in range(width)]
