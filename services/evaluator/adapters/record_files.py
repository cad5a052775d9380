"""Operators' files of records, YAML and CSV, as written values that know their lines.

A YAML file has one list for each kind of record, under the kind's name; a CSV file holds records of
one kind, its columns are fields, `yearly.2023` for a named value, `;` between the items of a list.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import PurePath

import yaml

from services.evaluator.domain.budget_rows import Fault, Place
from services.evaluator.domain.forms.written import Written
from shared.kit.yaml_text import UnreadableError, compose, line_of

_MOST_ROWS = 200_000
_MOST_REPEATS = 10_000
_DEPTH = 8

Lists = dict[str, list[Written]]
"""Kind of record -> what was written of it."""


def read_records(filename: str, text: str, csv_kind: str = "") -> tuple[Lists, list[Fault]]:
    """The lists of a `.yaml`, `.yml` or `.csv` file; what cannot be read comes as faults.

    csv_kind: the kind of record that a CSV file holds, empty when none is expected.
    """
    suffix = PurePath(filename).suffix.lower()
    faults: list[Fault] = []
    try:
        if suffix in (".yaml", ".yml"):
            return _yaml(filename, text, faults), faults
        if suffix == ".csv" and csv_kind:
            return {csv_kind: list(_csv(filename, text, faults))}, faults
        names = ".yaml, .yml or .csv" if csv_kind else ".yaml or .yml"
        raise UnreadableError(1, f"the name must end in {names}")  # noqa: TRY301
    except UnreadableError as error:
        place = Place(file=filename, line=error.line)
        return {}, [*faults, Fault(place=place, field=None, message=str(error))]


def _yaml(filename: str, text: str, faults: list[Fault]) -> Lists:
    root = compose(text)
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        message = "the file must name its lists, such as targets: or tasks:"
        raise UnreadableError(line_of(root), message)
    lists: Lists = {}
    reader = _YamlReader(filename, faults)
    for key, node in root.value:
        kind = str(key.value)
        if isinstance(node, yaml.SequenceNode):
            lists[kind] = [*lists.get(kind, ()), *(reader.value(one, 0) for one in node.value)]
        elif not _is_null(node):
            reader.fault(node, kind, "must be a list, each item with a -")
    return lists


class _YamlReader:
    """Turns nodes into written values, and counts those that stand in several places."""

    def __init__(self, filename: str, faults: list[Fault]) -> None:
        self._filename = filename
        self._faults = faults
        self._seen: set[int] = set()
        self._repeats = 0

    def value(self, node: yaml.Node, depth: int) -> Written:
        """What the node and all below it say."""
        if isinstance(node, yaml.CollectionNode):
            # Anchors that hold themselves, or one another many times over, would never end.
            self._repeats += id(node) in self._seen
            self._seen.add(id(node))
            if depth > _DEPTH or self._repeats > _MOST_REPEATS:
                raise UnreadableError(line_of(node), "is nested too deeply, or holds too much")
        place = Place(file=self._filename, line=line_of(node))
        if isinstance(node, yaml.MappingNode):
            return Written(value=self._named(node, depth), place=place)
        if isinstance(node, yaml.SequenceNode):
            items = tuple(self.value(one, depth + 1) for one in node.value)
            return Written(value=items, place=place)
        return Written(value=None if _is_null(node) else str(node.value), place=place)

    def fault(self, node: yaml.Node, field: str, message: str) -> None:
        """A mistake at the node's line."""
        place = Place(file=self._filename, line=line_of(node))
        self._faults.append(Fault(place=place, field=field, message=message))

    def _named(self, node: yaml.MappingNode, depth: int) -> dict[str, Written]:
        named: dict[str, Written] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in named:
                self.fault(key, name, "stated twice")
            named[name] = self.value(value, depth + 1)
        return named


def _is_null(node: yaml.Node) -> bool:
    return str(node.tag) == "tag:yaml.org,2002:null"


def _csv(filename: str, text: str, faults: list[Fault]) -> Iterator[Written]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        if len(set(names)) != len(names) or not all(names):
            raise UnreadableError(1, "the first line must name the columns, each once")
        start = reader.line_num + 1
        for count, values in enumerate(reader):
            place = Place(file=filename, line=start)
            start = reader.line_num + 1
            if count >= _MOST_ROWS:
                raise UnreadableError(place.line, f"more than {_MOST_ROWS} records")
            if not any(value.strip() for value in values):
                continue
            if len(values) != len(names):
                message = f"has {len(values)} cells, the first line names {len(names)}"
                faults.append(Fault(place=place, field=None, message=message))
                continue
            yield _nested(place, dict(zip(names, values, strict=True)))
    except csv.Error as error:
        raise UnreadableError(reader.line_num, f"not readable as CSV: {error}") from error


def _nested(place: Place, cells: Mapping[str, str]) -> Written:
    """One row; a column `yearly.2023` belongs to the field `yearly`. Empty cells say nothing."""
    named: dict[str, Written] = {}
    inner: dict[str, dict[str, Written]] = {}
    for name, text in cells.items():
        if not text.strip():
            continue
        outer, dot, rest = name.partition(".")
        cell = Written(value=text.strip(), place=place)
        if dot:
            inner.setdefault(outer, {})[rest] = cell
        else:
            named[name] = cell
    nested = {name: Written(value=values, place=place) for name, values in inner.items()}
    return Written(value={**named, **nested}, place=place)
