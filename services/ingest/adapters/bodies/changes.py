"""Meter changes: each becomes two rows, the old register's end and the new one's start."""

import csv
import io
from collections.abc import Sequence

import msgspec
import numpy as np

from services.ingest.adapters.bodies.literals import NULL, literal
from services.ingest.adapters.bodies.rows import Rows
from services.ingest.domain.admission.texts import U8
from services.ingest.ports import Body, Format, UnreadableBody
from shared.model.readings import Mark

_COLUMNS = ("point", "at", "old_end", "new_start", "revision", "withdraw")


class _Change(msgspec.Struct):
    point: str
    at: str
    old_end: msgspec.Raw = NULL
    new_start: msgspec.Raw = NULL
    revision: int | None = None
    withdraw: bool = False


class _Plain(msgspec.Struct):
    """A change with its values as texts."""

    point: str
    at: str
    old_end: str | None
    new_start: str | None
    revision: str | None
    withdraw: bool


_LINES = msgspec.json.Decoder(_Change)
_LIST = msgspec.json.Decoder(list[_Change])


def read(body: Body) -> Rows:
    """The body's meter changes; raises UnreadableBody with what is wrong and where."""
    if body.format is Format.CSV:
        return _rows(_csv(body.data))
    try:
        if body.format is Format.NDJSON:
            changes = _LINES.decode_lines(body.data)
        else:
            changes = _LIST.decode(body.data)
        return _rows([_plain(change) for change in changes])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableBody(f"not readable as {body.format.value}: {error}") from error


def _plain(change: _Change) -> _Plain:
    return _Plain(
        point=change.point,
        at=change.at,
        old_end=literal(change.old_end),
        new_start=literal(change.new_start),
        revision=None if change.revision is None else str(change.revision),
        withdraw=change.withdraw,
    )


def _csv(data: bytes) -> list[_Plain]:
    try:
        text = data.decode("utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(text, newline=""), strict=True, restkey="more"))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableBody(f"not readable as CSV in UTF-8: {error}") from error
    changes: list[_Plain] = []
    for number, line in enumerate(lines, 1):
        if not set(line) <= set(_COLUMNS) or not {"point", "at"} <= set(line):
            raise UnreadableBody(f"row {number}: the columns must be of {', '.join(_COLUMNS)}")
        cells = {name: (line.get(name) or "").strip() for name in _COLUMNS}
        changes.append(
            _Plain(
                point=cells["point"],
                at=cells["at"],
                old_end=cells["old_end"] or None,
                new_start=cells["new_start"] or None,
                revision=cells["revision"] or None,
                withdraw=cells["withdraw"].lower() in {"true", "yes", "1"},
            )
        )
    return changes


def _rows(changes: Sequence[_Plain]) -> Rows:
    values = [
        None if change.withdraw else value
        for change in changes
        for value in (change.old_end, change.new_start)
    ]
    return Rows(
        point=[change.point for change in changes for _ in range(2)],
        at=[change.at for change in changes for _ in range(2)],
        value=values,
        revision=[change.revision for change in changes for _ in range(2)],
        marks=_marks(changes, values),
        rows_per_item=2,
    )


def _marks(changes: Sequence[_Plain], values: Sequence[str | None]) -> U8:
    marks = np.tile(np.array([Mark.CHANGE_END, Mark.CHANGE_START], np.uint8), len(changes))
    withdrawn = np.repeat(np.array([c.withdraw for c in changes], np.bool_), 2)
    unstated = np.array([value is None for value in values], np.bool_) & ~withdrawn
    marks[withdrawn] |= np.uint8(Mark.NULL)
    marks[unstated] |= np.uint8(Mark.UNSTATED)
    return marks
