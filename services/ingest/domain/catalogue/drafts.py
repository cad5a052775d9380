"""Rows read cell by cell: attributes of the right types, with defaults, not yet compared."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from services.ingest.domain.catalogue.rows import Fault, Row
from services.ingest.domain.catalogue.schema import SCHEMAS, Column
from services.ingest.domain.catalogue.values import Value
from shared.model.catalogue import EntityKind
from shared.model.instants import BEGINNING_US, FOREVER_US, to_us
from shared.model.period import zone

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One row, its cells read; `stated` names the attributes that the row itself gives."""

    row: Row
    kind: EntityKind
    code: str
    attributes: Mapping[str, Value]
    stated: frozenset[str]

    @property
    def key(self) -> str:
        """`kind:code`."""
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """All rows that could be read, the faults of the others, and whom those spoke of."""

    drafts: tuple[Draft, ...]
    faults: tuple[Fault, ...]
    unreadable: frozenset[str]


def draft(rows: Iterable[Row]) -> Drafted:
    """Read every cell of every row; a row with a fault gives no draft."""
    drafts: list[Draft] = []
    faults: list[Fault] = []
    unreadable: set[str] = set()
    for row in rows:
        found: list[Fault] = []
        result = _draft_of(row, found)
        if result is None or found:
            faults += found
            unreadable.add(result.key if result else _guess(row))
        else:
            drafts.append(result)
    return Drafted(drafts=tuple(drafts), faults=tuple(faults), unreadable=frozenset(unreadable))


def _guess(row: Row) -> str:
    cell = row.cells.get("code")
    return f"{row.kind}:{cell.text if cell else None}"


def _draft_of(row: Row, faults: list[Fault]) -> Draft | None:
    schema = SCHEMAS[row.kind]
    faults += [
        row.fault(f"there is no column {name!r}; known are {', '.join(sorted(schema.known))}", name)
        for name in row.cells
        if name not in schema.known
    ]
    code = _code_of(row, faults)
    stated: set[str] = set()
    read = [(c, _value(row, c, faults, stated)) for c in schema.columns]
    attributes = {c.name: value for c, value in read if not (c.sparse and value == c.default)}
    for name in ("valid_from", "valid_to"):
        if (written := _text(row, name)) is not None and not is_instant(written):
            faults.append(row.fault(_NO_INSTANT.format(written=written), name))
    if code is None:
        return None
    return Draft(row=row, kind=row.kind, code=code, attributes=attributes, stated=frozenset(stated))


_NO_INSTANT = (
    "{written!r} is neither a date such as 2026-01-01 nor an instant with its zone such as "
    "2026-01-01T08:00:00+08:00"
)


def _code_of(row: Row, faults: list[Fault]) -> str | None:
    written = _text(row, "code")
    if written is None and row.kind is EntityKind.MEMBER:
        tag, enterprise = _text(row, "tag"), _text(row, "enterprise")
        # The missing part is a fault of its own column already.
        return f"{tag}/{enterprise}" if tag and enterprise else None
    if written is None:
        faults.append(row.fault(f"a {row.kind} needs a code", "code"))
        return None
    try:
        return str(SCHEMAS[row.kind].code(written))
    except ValueError as error:
        faults.append(row.fault(str(error), "code"))
        return None


def _value(row: Row, column: Column, faults: list[Fault], stated: set[str]) -> Value:
    written = _text(row, column.name)
    if written is None and row.kind is EntityKind.MEMBER:
        written = _part_of_code(row, column.name)
    if written is None:
        if column.required:
            faults.append(row.fault(f"a {row.kind} needs {column.name}", column.name))
        return column.default
    stated.add(column.name)
    try:
        return column.parse(written)
    except ValueError as error:
        faults.append(row.fault(str(error), column.name))
        return None


def _part_of_code(row: Row, name: str) -> str | None:
    code = _text(row, "code")
    tag, _, enterprise = (code or "").partition("/")
    return (tag if name == "tag" else enterprise) or None


def _text(row: Row, name: str) -> str | None:
    cell = row.cells.get(name)
    if cell is None or cell.text is None:
        return None
    return cell.text.strip() or None


def is_instant(written: str) -> bool:
    """Whether the text is a date or an instant with a zone, and exists in the calendar."""
    if not _DAY.fullmatch(written) and not _INSTANT.fullmatch(written):
        return False
    try:
        datetime.fromisoformat(written.upper())
    except ValueError:
        return False
    return True


def instant_us(written: str, zone_name: str) -> int:
    """The instant in microseconds; a date is its midnight in the zone."""
    if _DAY.fullmatch(written):
        midnight = datetime.combine(date.fromisoformat(written), time(), tzinfo=zone(zone_name))
        return min(max(to_us(midnight), BEGINNING_US), FOREVER_US)
    return to_us(datetime.fromisoformat(written.upper()))


def validity_text(row: Row) -> tuple[str | None, str | None]:
    """What the row writes as its first instant and its end."""
    return _text(row, "valid_from"), _text(row, "valid_to")
