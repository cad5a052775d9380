"""An import as a whole: all faults of all files, or all changes; never some of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.ingest.domain.catalogue import rules
from services.ingest.domain.catalogue.drafts import Draft, Drafted
from services.ingest.domain.catalogue.point_rules import counted_twice
from services.ingest.domain.catalogue.references import referred
from services.ingest.domain.catalogue.rows import Fault, Row
from services.ingest.domain.catalogue.statements import Reader
from services.ingest.domain.catalogue.timelines import (
    Statement,
    Timeline,
    apply,
    records_between,
)
from services.ingest.domain.catalogue.view import View
from shared.model.catalogue import Attributes, Catalogue, EntityKind, Record
from shared.model.instants import BEGINNING_US, FOREVER_US, iso

_MOST_NOTES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New records of one entity; `number` is None for an entity that is new itself."""

    kind: EntityKind
    code: str
    number: int | None
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import would do to version `base`: either faults or changes."""

    base: int
    faults: tuple[Fault, ...] = ()
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    draft: Draft
    statement: Statement


def plan(
    catalogue: Catalogue, drafted: Drafted, faults: Sequence[Fault], *, recorded_at: int
) -> Plan:
    """Compare the drafts with the catalogue; `faults` are those found while reading the files."""
    found = [*faults, *drafted.faults]
    stated = _stated(catalogue, drafted, found)
    changed = _changed(catalogue, stated, found)
    view = View(catalogue, changed, drafted.unreadable)
    places = _Places(stated)
    _check(catalogue, view, places, found)
    rows = len(drafted.drafts)
    if found:
        unique = sorted(set(found), key=lambda fault: fault.sort_key)
        return Plan(base=catalogue.version, faults=tuple(unique), rows=rows)
    changes = _changes(catalogue, changed, recorded_at)
    notes = tuple(_notes(view, changes))
    return Plan(base=catalogue.version, changes=changes, notes=notes[:_MOST_NOTES], rows=rows)


def _stated(
    catalogue: Catalogue, drafted: Drafted, faults: list[Fault]
) -> Mapping[str, list[_Stated]]:
    reader = Reader(catalogue, drafted.drafts)
    by_key: dict[str, list[_Stated]] = {}
    for draft in drafted.drafts:
        statement = reader.statement(draft)
        if statement.end is not None and statement.end <= statement.start:
            message = f"ends {iso(statement.end)}, not after its beginning {iso(statement.start)}"
            faults.append(draft.row.fault(message, "valid_to"))
            continue
        by_key.setdefault(draft.key, []).append(_Stated(draft=draft, statement=statement))
    return by_key


def _changed(
    catalogue: Catalogue, stated: Mapping[str, list[_Stated]], faults: list[Fault]
) -> dict[str, Timeline]:
    changed: dict[str, Timeline] = {}
    for key, rows in stated.items():
        parts = _in_order(rows, faults)
        old = catalogue.entities.get(key)
        known = old.latest() if old else parts[0].statement.attributes
        if _breaks_fixed(known, parts, faults):
            continue
        before = old.timeline() if old else ()
        after = apply(before, [part.statement for part in parts])
        if after != before:
            changed[key] = after
    return changed


def _in_order(parts: list[_Stated], faults: list[Fault]) -> list[_Stated]:
    """By time; a row that says the same again is left out, one that contradicts is a fault."""
    kept: list[_Stated] = []
    for part in sorted(parts, key=lambda p: p.statement.start):
        before = kept[-1] if kept else None
        if before and before.statement == part.statement:
            continue
        if before and _overlap(before.statement, part.statement):
            row = before.draft.row
            faults.append(
                part.draft.row.fault(
                    f"{part.draft.key} is stated for the same time in {row.file} line {row.line}"
                )
            )
            continue
        kept.append(part)
    return kept


def _overlap(before: Statement, after: Statement) -> bool:
    return before.start == after.start or (before.end is not None and before.end > after.start)


def _breaks_fixed(known: Attributes, parts: list[_Stated], faults: list[Fault]) -> bool:
    """Whether a row changes what is fixed; then nothing else is said of the entity."""
    found = [
        part.draft.row.fault(message, column)
        for part in parts
        for column, message in rules.fixed_mistakes(
            part.draft.kind, known, part.statement.attributes
        )
    ]
    faults += found
    return bool(found)


class _Places:
    """Which row to blame for a segment."""

    def __init__(self, stated: Mapping[str, list[_Stated]]) -> None:
        self._stated = stated

    def of(self, key: str, start: int) -> Row | None:
        """The entity's row that begins at `start`, else its last one before, else its first."""
        parts = self._stated.get(key)
        if not parts:
            return None
        before = [part for part in parts if part.statement.start <= start]
        best = max(before, key=lambda p: p.statement.start) if before else parts[0]
        return best.draft.row


def _check(catalogue: Catalogue, view: View, places: _Places, faults: list[Fault]) -> None:
    for key in view.changed:
        kind, _, code = key.partition(":")
        for segment, (column, message) in rules.mistakes(EntityKind(kind), code, view):
            row = places.of(key, segment.start)
            if row is not None:
                faults.append(row.fault(message, column))
    for key, blamed in _dependants(catalogue, view):
        kind, _, code = key.partition(":")
        for segment, (_, message) in rules.mistakes(EntityKind(kind), code, view):
            row = places.of(blamed, segment.start)
            if row is not None:
                faults.append(row.fault(f"would break {kind} {code}: {message}"))


def _dependants(catalogue: Catalogue, view: View) -> Iterator[tuple[str, str]]:
    """Entities that the import leaves alone but that refer to one which it changes."""
    older = {key for key in view.changed if key in catalogue.entities}
    if not older:
        return
    for key, entity in catalogue.entities.items():
        if key in view.changed:
            continue
        for kind, code in referred(entity.kind, entity.latest()) if entity.records else ():
            if f"{kind}:{code}" in older:
                yield key, f"{kind}:{code}"
                break


def _changes(
    catalogue: Catalogue, changed: Mapping[str, Timeline], recorded_at: int
) -> tuple[Change, ...]:
    changes: list[Change] = []
    for key, after in changed.items():
        old = catalogue.entities.get(key)
        kind, _, code = key.partition(":")
        records = records_between(
            old.timeline() if old else (),
            after,
            version=catalogue.version + 1,
            recorded_at=recorded_at,
        )
        number = old.number if old else None
        changes.append(Change(kind=EntityKind(kind), code=code, number=number, records=records))
    return tuple(changes)


def _notes(view: View, changes: tuple[Change, ...]) -> Iterator[str]:
    for change in changes:
        if change.kind is not EntityKind.POINT:
            continue
        for segment in view.timeline(change.kind, change.code):
            if note := counted_twice(change.code, segment, view):
                yield note


def describe(catalogue: Catalogue, change: Change) -> str:
    """One line on a change, for the report."""
    old = catalogue.get(change.kind, change.code)
    if old is None:
        return f"new {change.kind} {change.code}{_since(change.records[0].valid_from)}"
    record = change.records[0]
    if record.valid_from == record.valid_to:
        return f"{change.kind} {change.code} ends at {iso(record.valid_from)}"
    before = old.at(record.valid_from) or {}
    names = [n for n, value in record.attributes.items() if before.get(n) != value]
    what = ", ".join(f"{n}: {before.get(n)} -> {record.attributes[n]}" for n in names)
    end = "" if record.valid_to == FOREVER_US else f" until {iso(record.valid_to)}"
    return f"{change.kind} {change.code}{_since(record.valid_from)}{end}: {what or 'validity'}"


def _since(start: int) -> str:
    return "" if start == BEGINNING_US else f" from {iso(start)}"
