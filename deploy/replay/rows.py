"""Rows of tables read as readings: text in, text out, no number ever rounded."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import NamedTuple

from deploy.replay import times
from deploy.replay.mapping import Mapping, MappingError, Series
from deploy.replay.register import Change, RunningRegister
from deploy.replay.sources import Source, names_in
from shared.model.exact import decimal

_HOLE = re.compile(r"\{([A-Za-z_][^{}]*)\}")
_EXACT = Context(prec=60)

Cells = Sequence[str]


class Reading(NamedTuple):
    """One reading as it will be sent; a tuple because there are millions."""

    point: str
    at_us: int
    value: str
    unit: str
    quality: str
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A row that gives no reading: where it stands and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A series with its columns found in one table."""

    series: Series
    value: int
    point: Callable[[Cells], str]
    more: tuple[Callable[[Cells], str], ...]


class Reader:
    """Reads tables one after another; registers run on from one table into the next."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._instant = times.reader(mapping.time)
        self._registers: dict[str, RunningRegister] = {}

    @property
    def changes(self) -> tuple[Change, ...]:
        """The meter changes that registers made so far."""
        return tuple(one for register in self._registers.values() for one in register.changes)

    def read(self, source: Source) -> Iterator[Reading | Unreadable]:
        """Every reading of a table, in the order of the rows.

        Raises MappingError when the table has not the columns that the mapping names.
        """
        lines = csv.reader(source.lines, delimiter=self._mapping.csv.delimiter)
        try:
            names = self._names(lines, source)
            time, columns = self._columns(names, source)
            for cells in lines:
                if cells:
                    yield from self._row(cells, time, columns, f"{source.path}:{lines.line_num}")
        except (csv.Error, UnicodeDecodeError) as error:
            raise MappingError(f"{source.path}:{lines.line_num}: {error}") from error

    def _names(self, lines: Iterator[list[str]], source: Source) -> list[str]:
        for _ in range(self._mapping.csv.skip_lines):
            next(lines, None)
        if not self._mapping.csv.header:
            return []
        names = next(lines, None)
        if names is None:
            raise MappingError(f"{source.path} is empty")
        return [name.strip() for name in names]

    def _columns(self, names: list[str], source: Source) -> tuple[int, tuple[_Column, ...]]:
        mapping = self._mapping
        known = dict(mapping.constants)
        if mapping.path is not None:
            known |= names_in(mapping.path, source.path)
        columns = tuple(
            _Column(
                series=one,
                value=place(one.columns, names, source.path),
                point=template(one.point, names, known, source.path),
                more=tuple(
                    template(text, names, known, source.path)
                    for text in (one.unit, one.quality, one.revision)
                ),
            )
            for one in mapping.series
        )
        return place((mapping.time.column,), names, source.path), columns

    def _row(
        self, cells: Cells, time: int, columns: tuple[_Column, ...], where: str
    ) -> Iterator[Reading | Unreadable]:
        try:
            at_us = self._instant(cells[time])
        except (ValueError, IndexError) as error:
            yield Unreadable(place=where, reason=str(error))
            return
        for column in columns:
            try:
                yield from self._readings(cells, at_us, column)
            except (ValueError, IndexError) as error:
                yield Unreadable(place=where, reason=str(error))

    def _readings(self, cells: Cells, at_us: int, column: _Column) -> Iterator[Reading]:
        series = column.series
        text = cells[column.value].strip()
        if text in series.skip:
            return
        if series.decimal_comma:
            text = text.replace(",", ".")
        point = column.point(cells)
        unit, quality, revision = (fill(cells) for fill in column.more)
        if series.register_ is not None:
            register = self._register(point, series)
            quantity = _EXACT.multiply(decimal(text), series.factor)
            for instant, shown in register.feed(at_us, quantity):
                yield Reading(point, instant, shown, unit, quality, revision)
            return
        if series.scale != "1":
            text = scaled(text, series.factor)
        yield Reading(point, at_us, text, unit, quality, revision)

    def _register(self, point: str, series: Series) -> RunningRegister:
        found = self._registers.get(point)
        if found is None:
            assert series.register_ is not None
            found = RunningRegister(spec=series.register_, point=point)
            self._registers[point] = found
        return found


def scaled(text: str, factor: Decimal) -> str:
    """The text's decimal times the factor, exactly, in plain notation."""
    return format(_EXACT.multiply(decimal(text), factor), "f")


def place(wanted: Sequence[str], names: Sequence[str], path: str) -> int:
    """Where the first of the wanted columns stands, from 0; digits name a place from 1."""
    for name in wanted:
        if name in names:
            return names.index(name)
        if name.isdigit() and int(name) > 0:
            return int(name) - 1
    raise MappingError(
        f"{path} has no column {' or '.join(map(repr, wanted))}; it has {', '.join(names)}"
    )


def template(
    text: str, names: Sequence[str], known: dict[str, str], path: str
) -> Callable[[Cells], str]:
    """A function from a row to the text with its {names} filled in.

    Raises MappingError for a name that is neither a column nor known beforehand.
    """
    settled = _HOLE.sub(lambda hole: known.get(hole[1], hole[0]), text)
    parts = _HOLE.split(settled)
    if len(parts) == 1:
        return lambda _cells: settled
    for name in parts[1::2]:
        if name not in names:
            raise MappingError(
                f"{path}: {{{name}}} in {text!r} is no column, no name of the path and no constant"
            )
    fixed = parts[0::2]
    places = [names.index(name) for name in parts[1::2]]

    def fill(cells: Cells) -> str:
        filled = fixed[0]
        for index, rest in zip(places, fixed[1:], strict=True):
            filled += cells[index].strip() + rest
        return filled

    return fill
