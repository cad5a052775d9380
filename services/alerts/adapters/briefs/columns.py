"""How wide the columns of a table are and in which size it is set, so that nothing is cut."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.alerts.adapters.briefs.advances import Faces
from services.alerts.domain.briefs.document import Cell, Column, Table

UPRIGHT = 156 * 72 / 25.4
LYING = 225 * 72 / 25.4
"""The width of the text, in points, on pages that stand and pages that lie."""

_INSET = 4.0
_ROOM = 2 * _INSET + 1.5
"""Points that a column takes beside its words."""
_LONG = 40
"""Tables of more rows are set small, so that more can be seen at once."""
_FAIR, _LIKED, _HEADED = 8, 14, 6
"""Ems: words need not have more room than this."""
_UNIT = re.compile("(?=（)")
"""Where a head is broken: `占比变化` above `（百分点）`."""
_UNBROKEN = re.compile(r"[^\s\u200b\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")
_SMALLEST = 7.0

_Trial = tuple[float, str]
_LIKED_USUALLY: tuple[_Trial, ...] = ((12, "liked"), (11, "liked"), (10.5, "liked"))
_LIKED_OF_MANY: tuple[_Trial, ...] = ((10, "liked"), (9, "liked"), (8.5, "liked"))
_USUAL = (*_LIKED_USUALLY, (10.5, "headed"), (10.5, "fair"))
_MANY = (*_LIKED_OF_MANY, (9, "headed"), (9, "fair"))
_LEAST: tuple[_Trial, ...] = ((10.5, "least"), (9, "least"), (8, "least"))
_TIGHT = ((9, "headed"), (9, "fair"), (8, "fair"), *_LEAST)


class Plan(NamedTuple):
    """How a table is set. size: of its type; widths: in points; apart: words may be broken."""

    size: float
    widths: tuple[float, ...]
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """Widths of a column in ems: without which words are cut; fair; with which no line breaks.

    headed: fair, and heads are only broken before their units.
    """

    least: float
    fair: float
    headed: float
    liked: float


def planned(table: Table, faces: Faces, *, lies: bool) -> Plan:
    """A plan for a page that stands or lies; the last resort breaks words rather than cut them."""
    room = LYING if lies else UPRIGHT
    return _fitting(table, faces, room, (*_trials(table), *_TIGHT)) or _squeezed(table, room)


def is_wide(table: Table, faces: Faces, *, at_any_rate: bool = False) -> bool:
    """Whether a page that stands is too narrow; at any rate: even for the smallest type."""
    trials = (*_trials(table), *_TIGHT) if at_any_rate else _trials(table)
    return _fitting(table, faces, UPRIGHT, trials) is None


def heads(table: Table, plan: Plan, faces: Faces) -> tuple[str, ...]:
    """The labels of columns; where one has no room in a line, its unit stands in another."""
    return tuple(
        _head(column.label, (width - _ROOM) / plan.size, faces)
        for column, width in zip(table.columns, plan.widths, strict=True)
    )


def _head(label: str, room: float, faces: Faces) -> str:
    has_room = _in_lines(label, faces) <= room < faces.bold.ems(label)
    return "\n".join(_UNIT.split(label)) if has_room else label


def _in_lines(label: str, faces: Faces) -> float:
    """A bracket at the beginning of a line loses its empty half."""
    return max(faces.bold.ems(part) - part.startswith("（") / 2 for part in _UNIT.split(label))


def _trials(table: Table) -> tuple[_Trial, ...]:
    return _MANY if len(table.rows) > _LONG else _USUAL


def _fitting(table: Table, faces: Faces, room: float, trials: Sequence[_Trial]) -> Plan | None:
    wishes = tuple(_wish(table, at, faces) for at in range(len(table.columns)))
    for size, kind in trials:
        least = [_ROOM + size * getattr(wish, kind) for wish in wishes]
        if sum(least) <= room:
            return Plan(size, _divided(least, table.columns, room))
    return None


def _squeezed(table: Table, room: float) -> Plan:
    return Plan(_SMALLEST, _divided([0.0] * len(table.columns), table.columns, room), apart=True)


def _divided(least: Sequence[float], columns: Sequence[Column], room: float) -> tuple[float, ...]:
    """After the shares, none below its least: what these take too much, the others give."""
    shares = [max(1, column.share) for column in columns]
    widths = [
        max(low, room * share / sum(shares)) for low, share in zip(least, shares, strict=True)
    ]
    over = sum(widths) - room
    spare = [width - low for width, low in zip(widths, least, strict=True)]
    whole = sum(spare) or 1.0
    given = (width - over * one / whole for width, one in zip(widths, spare, strict=True))
    return tuple(round(one, 3) for one in given)


def _wish(table: Table, at: int, faces: Faces) -> _Wish:
    column = table.columns[at]
    cells = {row[at] for row in table.rows}
    pieces = max((_longest(cell, column, faces) for cell in cells), default=0.0)
    whole = max((_ems(cell, cell.text, faces) for cell in cells), default=0.0)
    head = max(map(faces.bold.ems, _pieces(column.label)), default=0.0)
    least = max(pieces, head)
    fair = max(least, min(whole, _FAIR))
    return _Wish(
        least=least,
        fair=fair,
        headed=max(fair, min(_in_lines(column.label, faces), _HEADED)),
        liked=max(least, min(max(whole, faces.bold.ems(column.label)), _LIKED)),
    )


def _longest(cell: Cell, column: Column, faces: Faces) -> float:
    """The widest of what must stay together: a number as a whole, else words."""
    pieces = (cell.text,) if column.is_number else _pieces(cell.text)
    return max((_ems(cell, piece, faces) for piece in pieces), default=0.0)


def _pieces(text: str) -> tuple[str, ...]:
    return (*_UNBROKEN.findall(text), text[:2])


def _ems(cell: Cell, text: str, faces: Faces) -> float:
    return (faces.plain if cell.colour is None else faces.bold).ems(text)
