"""Any readable body of readings as columns, one body at a time: complete, not the fastest."""

import csv
import io
from collections.abc import Sequence

import msgspec

from services.ingest.adapters.bodies.literals import NULL, literal
from services.ingest.adapters.bodies.rows import Rows
from services.ingest.ports import Body, Format, UnreadableBody

_COLUMNS = frozenset({"point", "at", "value", "unit", "quality", "revision"})
_NEEDED = ("point", "at", "value")


class _Reading(msgspec.Struct):
    point: str
    at: str
    value: msgspec.Raw
    unit: str | None = None
    quality: str | None = None
    revision: msgspec.Raw = NULL


class _Document(msgspec.Struct):
    """An object: `readings`, or the three columns."""

    readings: list[_Reading] | None = None
    points: list[str] | None = None
    at: list[str] | None = None
    values: list[list[msgspec.Raw]] | None = None


class _Texts(msgspec.Struct):
    """The same for columns whose values are all strings or null."""

    readings: msgspec.UnsetType = msgspec.UNSET
    points: list[str] | None = None
    at: list[str] | None = None
    values: list[list[str | None]] | None = None


_LINES = msgspec.json.Decoder(_Reading)
_LIST = msgspec.json.Decoder(list[_Reading])
_TEXTS = msgspec.json.Decoder(_Texts)
_DOCUMENT = msgspec.json.Decoder(_Document)


def read(body: Body) -> Rows:
    """The body's readings; raises UnreadableBody with what is wrong and where."""
    if body.format is Format.CSV:
        return _csv(body.data)
    try:
        if body.format is Format.NDJSON:
            return _objects(_LINES.decode_lines(body.data))
        if body.data.lstrip()[:1] == b"{":
            return _document(body.data)
        return _objects(_LIST.decode(body.data))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableBody(f"not readable as {body.format.value}: {error}") from error


def _objects(readings: Sequence[_Reading]) -> Rows:
    return Rows(
        point=[reading.point for reading in readings],
        at=[reading.at for reading in readings],
        value=[literal(reading.value) for reading in readings],
        unit=[reading.unit for reading in readings],
        quality=[reading.quality for reading in readings],
        revision=[literal(reading.revision) for reading in readings],
    )


def _document(data: bytes) -> Rows:
    try:
        # Values that are all strings, the usual case, need not be looked at one by one.
        document = _TEXTS.decode(data)
    except msgspec.ValidationError:
        raw = _DOCUMENT.decode(data)
        if raw.readings is not None:
            return _objects(raw.readings)
        document = _Texts(points=raw.points, at=raw.at)
        if raw.values is not None:
            document.values = [[literal(value) for value in row] for row in raw.values]
    return _from_columns(document)


def _from_columns(document: _Texts) -> Rows:
    points, at, values = document.points, document.at, document.values
    if points is None or at is None or values is None:
        raise UnreadableBody(
            "the object must hold `readings`, a list of objects, or the three columns `points`, "
            "`at` and `values`"
        )
    if len(values) != len(points) or any(len(row) != len(at) for row in values):
        raise UnreadableBody(
            f"`values` must hold a list for each of the {len(points)} points, each with a value "
            f"for each of the {len(at)} instants"
        )
    value = [cell for row in values for cell in row]
    rows = Rows(point=[point for point in points for _ in at], at=at * len(points), value=value)
    return _without_nulls(rows) if None in value else rows


def _without_nulls(rows: Rows) -> Rows:
    """In columns a null is a reading that was not taken."""
    kept = [index for index, value in enumerate(rows.value) if value is not None]
    return Rows(
        point=[rows.point[index] for index in kept],
        at=[rows.at[index] for index in kept],
        value=[rows.value[index] for index in kept],
    )


def _csv(data: bytes) -> Rows:
    try:
        text = data.decode("utf-8-sig")
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableBody(f"not readable as CSV in UTF-8: {error}") from error
    names = [name.strip() for name in lines[0]] if lines else []
    check_header(names)
    for number, line in enumerate(lines[1:], 1):
        if len(line) != len(names):
            raise UnreadableBody(
                f"row {number} has {len(line)} cells, but the first line names {len(names)}"
            )
    columns: dict[str, list[str | None]] = {
        name: [line[place].strip() or None for line in lines[1:]]
        for place, name in enumerate(names)
    }
    return Rows(
        point=[value or "" for value in columns["point"]],
        at=[value or "" for value in columns["at"]],
        value=columns["value"],
        unit=columns.get("unit"),
        quality=columns.get("quality"),
        revision=columns.get("revision"),
    )


def check_header(names: Sequence[str]) -> None:
    """Raise UnreadableBody unless the columns of a CSV are those that readings have."""
    if len(set(names)) != len(names) or not _COLUMNS.issuperset(names):
        raise UnreadableBody(
            "the first line must name the columns, each once: point, at, value and, if needed, "
            f"unit, quality, revision; it is {','.join(names)[:200]!r}"
        )
    if missing := [name for name in _NEEDED if name not in names]:
        raise UnreadableBody(f"the first line names no column {missing[0]!r}")
