"""How large a table is set, and whether it needs pages that lie on their sides."""

import re
from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

from services.alerts.adapters.briefs.measure import width
from services.alerts.domain.briefs.document import Column, Table

TABLE_SIZES = (24, 21, 18)
"""Half points: tables are set in the largest size that their columns have room for."""

_ROOM = {False: 442.0, True: 637.0}
"""Points between the margins, by whether the page lies on its side."""
_MARGINS = 7.0
"""Points that a cell's own margins and lines take."""
_TRIES = ((False, 0, 0.8), (False, 1, 0.9), (False, 2, 1.0), (True, 1, 0.9), (True, 2, 1.0))
"""Sideways or not, which size, and how much of the width may be needed: large text wants room."""
_LINES, _HEAD_LINES = 2, 3
"""Over so many lines words may go before a column counts as too narrow."""
_BOLD = 1.15
"""Heads are wider than plain words."""
_WORDS = re.compile(r"[!-,.-~]+")
"""What may not be broken; a hyphen may."""


class Layout(NamedTuple):
    """Whether a table needs pages that lie on their sides, its text's half points, its columns.

    parts: of the table's width, by column.
    """

    wide: bool
    half_points: int
    parts: tuple[float, ...]


def layout(table: Table) -> Layout:
    """The largest text at which every number stays on one line, upright if possible.

    Columns have the widths that they ask for, and more where their words need it.
    """
    needs = tuple(_needs(table))
    shares = _shares(table.columns)
    for wide, place, part in _TRIES:
        least = [_least(need, wide, TABLE_SIZES[place]) for need in needs]
        if sum(least) <= part:
            return Layout(wide, TABLE_SIZES[place], _widened(shares, least))
    return Layout(True, TABLE_SIZES[-1], shares)


def _least(need: float, wide: bool, half_points: int) -> float:
    return (need * half_points / 2 + _MARGINS) / _ROOM[wide]


def _widened(shares: Sequence[float], least: Sequence[float]) -> tuple[float, ...]:
    """Columns that are too narrow get what they need, the others share what is left."""
    tight = {
        place for place, (has, need) in enumerate(zip(shares, least, strict=True)) if has < need
    }
    while True:
        free = 1 - sum(least[place] for place in tight)
        loose = sum(share for place, share in enumerate(shares) if place not in tight)
        parts = tuple(
            least[place] if place in tight else share * free / loose
            for place, share in enumerate(shares)
        )
        more = {place for place, part in enumerate(parts) if part < least[place]} - tight
        if not more:
            return parts
        tight |= more


def _needs(table: Table) -> Iterator[float]:
    """By column, the characters that must fit into one line."""
    for place, column in enumerate(table.columns):
        texts = {row[place].text for row in table.rows}
        longest = max(map(width, texts), default=0.0)
        longest = longest if column.is_number else ceil(longest / _LINES)
        words = max(map(_word, texts), default=0.0)
        head = max(ceil(width(column.label) / _HEAD_LINES), _word(column.label) * _BOLD)
        yield max(head, words, longest, 2.0)


def _word(text: str) -> float:
    """The longest word that cannot be broken; Chinese can be between any two characters."""
    return max(map(width, _WORDS.findall(text)), default=0.0)


def _shares(columns: Sequence[Column]) -> tuple[float, ...]:
    whole = sum(column.share for column in columns)
    return tuple(column.share / whole for column in columns)
