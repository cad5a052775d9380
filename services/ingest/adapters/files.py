"""Operators' files, YAML and CSV, as rows that know their lines."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Protocol

import yaml

from services.ingest.domain.catalogue.rows import Cell, Fault, Row
from services.ingest.domain.catalogue.schema import ENTITY, SCHEMAS, kind_named
from services.ingest.ports import File, ReadRows
from shared.kit.yaml_text import UnreadableError, compose, line_of
from shared.model.catalogue import EntityKind

_KINDS = ", ".join(schema.plural for schema in SCHEMAS.values())
_WORDS = re.compile(r"[A-Za-z]+")
_MOST_COLUMNS = 60


class _Reader(Protocol):
    line_num: int

    def __next__(self) -> list[str]: ...


def read_file(file: File) -> ReadRows:
    """Rows of a `.yaml`, `.yml` or `.csv` file; what cannot be read comes as faults."""
    suffix = PurePath(file.name).suffix.lower()
    readers = {".yaml": _yaml, ".yml": _yaml, ".csv": _csv}
    reader = readers.get(suffix)
    if reader is None:
        return ReadRows(faults=(_fault(file, 1, "the name must end in .yaml, .yml or .csv"),))
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        for item in reader(file):
            if isinstance(item, Row):
                rows.append(item)
            else:
                faults.append(item)
    except UnreadableError as error:
        faults.append(_fault(file, error.line, str(error)))
    return ReadRows(rows=tuple(rows), faults=tuple(faults))


def _fault(file: File, line: int, message: str, column: str | None = None) -> Fault:
    return Fault(file=file.name, line=line, column=column, message=message)


def _yaml(file: File) -> Iterator[Row | Fault]:
    root = compose(file.text)
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        message = f"the file must be a mapping of {_KINDS} to lists"
        raise UnreadableError(line_of(root), message)
    for key, value in root.value:
        kind = kind_named(str(key.value))
        if kind is None:
            yield _fault(file, line_of(key), f"{key.value!r} is none of {_KINDS}")
        elif not isinstance(value, yaml.SequenceNode):
            yield _fault(file, line_of(value), f"{key.value} must be a list, each item with a -")
        else:
            for node in value.value:
                yield from _yaml_row(file, kind, node)


def _yaml_row(file: File, kind: EntityKind, node: yaml.Node) -> Iterator[Row | Fault]:
    if not isinstance(node, yaml.MappingNode):
        yield _fault(file, line_of(node), f"a {kind} must be a mapping such as {{code: …}}")
        return
    cells: dict[str, Cell] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in cells:
            yield _fault(file, line_of(key), "stated twice", name)
        elif not isinstance(value, yaml.ScalarNode):
            yield _fault(file, line_of(value), "must be a single value", name)
        else:
            null = value.tag == "tag:yaml.org,2002:null"
            cells[name] = Cell(text=None if null else value.value, line=line_of(value))
    yield Row(file=file.name, line=line_of(node), kind=kind, cells=cells)


def _csv(file: File) -> Iterator[Row | Fault]:
    reader = csv.reader(io.StringIO(file.text.removeprefix("\ufeff"), newline=""), strict=True)
    lines = _csv_lines(reader)
    start, header = next(lines, (1, []))
    names = [name.strip() for name in header]
    kind = _kind_of_name(file.name)
    if not any(names):
        raise UnreadableError(start, "the first line must name the columns")
    if len(set(names)) != len(names) or len(names) > _MOST_COLUMNS:
        raise UnreadableError(start, "a column is named twice, or there are too many")
    if kind is None and ENTITY not in names:
        raise UnreadableError(
            start,
            f"which kind? Name the file after one of {_KINDS} (such as points.csv), or add a "
            f"column {ENTITY}",
        )
    if kind is not None and ENTITY not in names:
        yield from _unknown_columns(file, kind, start, names)
    for line, values in lines:
        yield from _csv_row(file, line, kind, names, values)


def _unknown_columns(
    file: File, kind: EntityKind, line: int, names: Iterable[str]
) -> Iterator[Fault]:
    known = SCHEMAS[kind].known
    for name in names:
        if name not in known:
            message = f"there is no column {name!r}; known are {', '.join(sorted(known))}"
            yield _fault(file, line, message, name)


def _csv_lines(reader: "_Reader") -> Iterator[tuple[int, list[str]]]:
    """Rows with the line in which each begins; a quoted cell may run over several lines."""
    start = 1
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableError(reader.line_num, f"not readable as CSV: {error}") from error
        if any(value.strip() for value in values):
            yield start, values
        start = reader.line_num + 1


def _csv_row(
    file: File, line: int, kind: EntityKind | None, names: list[str], values: list[str]
) -> Iterator[Row | Fault]:
    if len(values) != len(names):
        yield _fault(file, line, f"has {len(values)} cells, the first line names {len(names)}")
        return
    cells = {
        name: Cell(text=value, line=line)
        for name, value in zip(names, values, strict=True)
        if value.strip()
    }
    entity = cells.pop(ENTITY, None)
    if entity is not None and entity.text:
        kind = kind_named(entity.text)
    if kind is None:
        yield _fault(file, line, f"must be one of {_KINDS}", ENTITY)
        return
    known = SCHEMAS[kind].known
    # A column that only other rows of the file need is named in the first line's report, if at all.
    kept = {name: cell for name, cell in cells.items() if entity is not None or name in known}
    yield Row(file=file.name, line=line, kind=kind, cells=kept)


def _kind_of_name(name: str) -> EntityKind | None:
    """`points.csv`, `steel-points.csv` and `points_2026.csv` hold points."""
    for word in reversed(_WORDS.findall(PurePath(name).stem)):
        if (kind := kind_named(word)) is not None:
            return kind
    return None
