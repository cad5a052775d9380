"""How large a table is set, and whether it needs pages that lie on their sides."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.alerts.adapters.briefs.measure import width
from services.alerts.domain.briefs.document import Column, Table

TABLE_SIZES = (24, 21, 18)
"""Half points: tables are set in the largest size that their columns have room for."""

_ROOM = {False: 442.0, True: 637.0}
"""Points between the margins, by whether the page lies on its side."""
_MARGINS = 7.0
"""Points that a cell's own margins and lines take."""
_TRIES = ((False, 0), (False, 1), (False, 2), (True, 1), (True, 2))
_LINES = 3
"""Words may be broken over so many lines before a column counts as too narrow."""


class Layout(NamedTuple):
    """Whether a table needs pages that lie on their sides, and its text's half points."""

    wide: bool
    half_points: int


def layout(table: Table) -> Layout:
    """The largest text at which every number stays on one line, upright if possible."""
    needs = tuple(_needs(table))
    parts = shares(table.columns)
    for wide, place in _TRIES:
        points = TABLE_SIZES[place] / 2
        room = [share * _ROOM[wide] - _MARGINS for share in parts]
        if all(need * points <= got for need, got in zip(needs, room, strict=True)):
            return Layout(wide, TABLE_SIZES[place])
    return Layout(sum(needs) * TABLE_SIZES[-1] / 2 > _ROOM[False], TABLE_SIZES[-1])


def _needs(table: Table) -> Iterator[float]:
    """By column, the characters that must fit into one line."""
    for place, column in enumerate(table.columns):
        cells = [width(row[place].text) for row in table.rows]
        longest = max(cells, default=0.0)
        head = width(column.label) / _LINES
        yield max(head, longest if column.is_number else longest / _LINES, 2.0)


def shares(columns: Sequence[Column]) -> list[float]:
    """By column, its part of the table's width."""
    whole = sum(column.share for column in columns)
    return [column.share / whole for column in columns]
