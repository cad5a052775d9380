"""Operators' files of budgets, YAML and CSV, as rows that know their lines."""

import csv
import io
from collections.abc import Iterator
from pathlib import PurePath

import yaml

from services.evaluator.domain.budget_drafts import FIELDS
from services.evaluator.domain.budget_rows import Cell, Fault, Place, Row
from shared.kit.yaml_text import UnreadableError, compose, line_of

_MOST_ROWS = 100_000


def read_budgets(filename: str, text: str) -> tuple[list[Row], list[Fault]]:
    """Rows of a `.yaml`, `.yml` or `.csv` file; what cannot be read comes as faults."""
    readers = {".yaml": _yaml, ".yml": _yaml, ".csv": _csv}
    reader = readers.get(PurePath(filename).suffix.lower())
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        if reader is None:
            raise UnreadableError(1, "the name must end in .yaml, .yml or .csv")  # noqa: TRY301
        for item in reader(filename, text):
            if isinstance(item, Row):
                rows.append(item)
            else:
                faults.append(item)
            if len(rows) > _MOST_ROWS:
                raise UnreadableError(item.place.line, f"more than {_MOST_ROWS} budgets")  # noqa: TRY301
    except UnreadableError as error:
        place = Place(file=filename, line=error.line)
        faults.append(Fault(place=place, field=None, message=str(error)))
    return rows, faults


def _yaml(filename: str, text: str) -> Iterator[Row | Fault]:
    root = compose(text)
    if isinstance(root, yaml.MappingNode):
        named = {str(key.value): value for key, value in root.value}
        if set(named) != {"budgets"}:
            raise UnreadableError(line_of(root), "the file must hold one list, called budgets")
        root = named["budgets"]
    if root is None:
        return
    if not isinstance(root, yaml.SequenceNode):
        raise UnreadableError(line_of(root), "budgets must be a list, each item with a -")
    for node in root.value:
        place = Place(file=filename, line=line_of(node))
        if isinstance(node, yaml.MappingNode):
            cells: dict[str, Cell] = {}
            yield from _cells(filename, node, "", cells)
            yield Row(place=place, cells=cells)
        else:
            yield Fault(place=place, field=None, message="a budget must be a mapping")


def _cells(
    filename: str, node: yaml.MappingNode, prefix: str, cells: dict[str, Cell]
) -> Iterator[Fault]:
    """Gather the scalars and lists of scalars below a mapping; nested names get a dot."""
    for key, value in node.value:
        name, place = f"{prefix}{key.value}", Place(file=filename, line=line_of(value))
        if name in cells:
            yield Fault(place=place, field=name, message="stated twice")
        elif isinstance(value, yaml.MappingNode) and prefix.count(".") < 3:
            yield from _cells(filename, value, f"{name}.", cells)
        elif isinstance(value, yaml.ScalarNode):
            null = value.tag == "tag:yaml.org,2002:null"
            cells[name] = Cell(text="" if null else value.value, place=place)
        elif isinstance(value, yaml.SequenceNode) and all(
            isinstance(item, yaml.ScalarNode) for item in value.value
        ):
            cells[name] = Cell(text=" ".join(item.value for item in value.value), place=place)
        else:
            yield Fault(place=place, field=name, message="must be a value or a list of values")


def _csv(filename: str, text: str) -> Iterator[Row | Fault]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        if len(set(names)) != len(names) or not any(names):
            raise UnreadableError(1, "the first line must name the columns, each once")
        for name in names:
            if name not in FIELDS:
                message = f"there is no column {name!r}; known are {', '.join(FIELDS)}"
                yield Fault(place=Place(file=filename, line=1), field=name, message=message)
        start = reader.line_num + 1
        for values in reader:
            place = Place(file=filename, line=start)
            start = reader.line_num + 1
            if any(value.strip() for value in values):
                yield _csv_row(place, names, values)
    except csv.Error as error:
        raise UnreadableError(reader.line_num, f"not readable as CSV: {error}") from error


def _csv_row(place: Place, names: list[str], values: list[str]) -> Row | Fault:
    if len(names) != len(values):
        message = f"has {len(values)} cells, the first line names {len(names)}"
        return Fault(place=place, field=None, message=message)
    cells = {
        name: Cell(text=value, place=place)
        for name, value in zip(names, values, strict=True)
        if value.strip() and name in FIELDS
    }
    return Row(place=place, cells=cells)
