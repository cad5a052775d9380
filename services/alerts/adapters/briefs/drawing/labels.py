"""Where the labels of a map stand: inside their region, else beside it with a line to it."""

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.alerts.adapters.briefs.drawing import raster
from services.alerts.adapters.briefs.drawing.paper import height_of, width_of
from services.alerts.adapters.briefs.drawing.raster import STEP, Cells, Sums
from services.alerts.adapters.briefs.drawing.wording import wrapped

_SIZES = (8.5, 7.5, 6.5)
_MOST_LINES = 3
_AROUND_X, _AROUND_Y = 1.0, 0.6
_ROOMS = (1.8, 1.35, 1.0)
"""How much more room than needed is looked for first."""
_OVER_LAND_MM = 60.0
"""What a label with a line costs on land, in millimetres of distance from its own."""
_MOSTLY = 0.65
"""How much of a label is on its region where it reaches over the edge."""
_FARTHEST_MM = 45.0
_FEW_LEADERS, _MOST_LEADERS = 4, 8
"""More lines than that are a thicket: tiles say it better."""
_TRIES = 250
_OPEN_MM = 2.0
_LONG_MM = 17.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A region to be labelled: name, a value below it, the cells of its land, a point in it."""

    name: str
    value: str
    land: Cells
    point: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Lines of text around a centre (mm); leader: from the text to the region.

    is_over_edge: borders run behind it.
    """

    lines: tuple[str, ...]
    size: float
    centre: tuple[float, float]
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None
    is_over_edge: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    lines: tuple[str, ...]
    size: float
    width: float
    height: float

    @property
    def box(self) -> tuple[float, float]:
        """Width and height in millimetres, with air around the letters."""
        return self.width, self.height


def placed(wanted: Sequence[Wanted], free: Cells) -> tuple[Label, ...] | None:
    """A label for each region, in their order, none over another; None where one has no room.

    free: the cells of the paper that labels may take.
    """
    taken = ~free
    found: dict[int, Label] = {}
    for way in (_inside, _mostly_inside):
        for number, region in enumerate(wanted):
            blocked = _without_points(taken, wanted, {*found, number})
            label = None if number in found else way(region, blocked)
            if label:
                found[number] = label
                _take(taken, label)
    rest = [number for number in range(len(wanted)) if number not in found]
    if len(rest) > _MOST_LEADERS:
        return None
    led = [labels for o in _orders(wanted, rest) if (labels := _led(wanted, o, taken)) is not None]
    if not led:
        return None
    shortest: dict[int, Label] = min(led, key=_length)
    found.update(shortest)
    return tuple(found[number] for number in range(len(wanted)))


def _orders(wanted: Sequence[Wanted], rest: Sequence[int]) -> list[list[int]]:
    """Who chooses first decides what the others have left: some orders to choose from."""
    points = [wanted[number].point for number in range(len(wanted))]
    crowding = {number: sum(math.dist(points[number], p) for p in points) for number in rest}
    inner = sorted(rest, key=lambda number: (crowding[number], number))
    if len(rest) > _FEW_LEADERS:
        return [inner]
    across = sorted(rest, key=lambda number: (points[number][0], number))
    upwards = sorted(rest, key=lambda number: (points[number][1], number))
    orders = (inner, inner[::-1], across, across[::-1], upwards, upwards[::-1])
    return [list(order) for order in dict.fromkeys(tuple(order) for order in orders)]


def _led(wanted: Sequence[Wanted], order: Sequence[int], before: Cells) -> dict[int, Label] | None:
    """Labels with lines for these regions, in this order; None where one has no room."""
    taken = before.copy()
    land = Sums(np.logical_or.reduce([region.land for region in wanted]))
    found: dict[int, Label] = {}
    for place, number in enumerate(order):
        others = set(range(len(wanted))) - set(order[place + 1 :])
        label = _beside(wanted[number], _without_points(taken, wanted, others), land)
        if label is None:
            return None
        found[number] = label
        _take(taken, label)
    return found


def _length(found: Mapping[int, Label]) -> float:
    """Of all lines together, in millimetres."""
    return round(sum(math.dist(*label.leader) for label in found.values() if label.leader), 6)


def _without_points(taken: Cells, wanted: Sequence[Wanted], but: Set[int]) -> Cells:
    """Neither label nor line over a point that the line of another may have to reach."""
    blocked = taken.copy()
    for number, region in enumerate(wanted):
        if number not in but:
            x, y = region.point
            raster.mark_box(blocked, x - _OPEN_MM / 2, y - _OPEN_MM / 2, _OPEN_MM, _OPEN_MM)
    return blocked


def _forms(region: Wanted) -> Iterator[_Form]:
    for size in _SIZES:
        yield from _forms_of(region, size)


def _forms_of(region: Wanted, size: float) -> Iterator[_Form]:
    """On one line; a long name in more, a very short one with its letters upon one another."""
    whole = _form(region, 1, size)
    if whole:
        yield whole
    long = width_of(region.name, size) > _LONG_MM
    for count in range(2, _MOST_LINES + 1):
        upright = count == len(region.name) and not region.value
        form = _form(region, count, size) if long or upright else None
        if form:
            yield form


def _form(region: Wanted, count: int, size: float) -> _Form | None:
    name = wrapped(region.name, count, size) if region.name else ()
    if name is None:
        return None
    lines = (*name, region.value) if region.value else name
    return _Form(
        lines=lines,
        size=size,
        width=max((width_of(line, size) for line in lines), default=0.0) + 2 * _AROUND_X,
        height=height_of(len(lines), size) + 2 * _AROUND_Y,
    )


def _inside(region: Wanted, taken: Cells) -> Label | None:
    barred = Sums(taken | ~region.land)
    for form in _forms(region):
        for room in _ROOMS:
            if centre := _middle_spot(barred, form.width * room, form.height * room):
                return Label(lines=form.lines, size=form.size, centre=centre)
    return None


def _mostly_inside(region: Wanted, taken: Cells) -> Label | None:
    """Over the region's edge by a little: better than a line, where the ground behind is pale."""
    land, blocked = Sums(region.land), Sums(taken)
    for form in _forms(region):
        if form.size == _SIZES[0]:
            continue
        own = np.where(blocked.counts(*form.box) == 0, land.counts(*form.box), 0)
        if own.size and own.max() >= _MOSTLY * raster.cells_of(*form.box):
            row, column = np.unravel_index(int(np.argmax(own)), own.shape)
            centre = _centre(int(row), int(column), *form.box)
            return Label(lines=form.lines, size=form.size, centre=centre, is_over_edge=True)
    return None


def _middle_spot(barred: Sums, width: float, height: float) -> tuple[float, float] | None:
    """The centre of a box that touches nothing barred: of all such, the one in their midst."""
    rows, columns = np.nonzero(barred.counts(width, height) == 0)
    if not len(rows):
        return None
    nearest = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
    return _centre(int(rows[nearest]), int(columns[nearest]), width, height)


def _centre(row: int, column: int, width: float, height: float) -> tuple[float, float]:
    x, y = raster.middle(width, height)
    return column * STEP + x, row * STEP + y


def _beside(region: Wanted, taken: Cells, land: Sums) -> Label | None:
    blocked = Sums(taken)
    for size in _SIZES[1:]:
        forms = [form for form in _forms_of(region, size) if len(form.lines) != len(region.name)]
        found = [_at_nearest(region, form, taken, blocked, land) for form in forms]
        labels = [label for label in found if label]
        if labels:
            return min(labels, key=lambda label: _length({0: label}))
    return None


def _at_nearest(
    region: Wanted, form: _Form, taken: Cells, blocked: Sums, land: Sums
) -> Label | None:
    rows, columns = np.nonzero(blocked.counts(*form.box) == 0)
    if not len(rows):
        return None
    x, y = _centre(0, 0, *form.box)
    away_x = np.abs(columns * STEP + x - region.point[0]) - form.width / 2
    away_y = np.abs(rows * STEP + y - region.point[1]) - form.height / 2
    away = np.hypot(np.maximum(away_x, 0), np.maximum(away_y, 0))
    over = land.counts(*form.box)[rows, columns]
    cost = away + _OVER_LAND_MM * over / raster.cells_of(*form.box)
    for choice in _cheapest(np.where(away > _FARTHEST_MM, np.inf, cost)):
        centre = _centre(int(rows[choice]), int(columns[choice]), *form.box)
        leader = _leader(form, centre, region.point)
        if not taken[raster.along(*leader)].any():
            on_land = bool(over[choice])
            return Label(
                lines=form.lines, size=form.size, centre=centre, leader=leader, is_over_edge=on_land
            )
    return None


def _cheapest(cost: NDArray[np.float64]) -> list[int]:
    """Spots by their cost, the same order everywhere: the best, and a sample of the others."""
    order = np.argsort(np.round(cost, 6), kind="stable")
    usable = order[np.isfinite(cost[order])]
    others = usable[_TRIES :: max(1, len(usable) // _TRIES)]
    return [int(spot) for spot in np.concatenate((usable[:_TRIES], others))]


def _leader(
    form: _Form, centre: tuple[float, float], point: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """From the edge of the text towards the region's point."""
    half_x, half_y = form.width / 2 - _AROUND_X / 2, form.height / 2 - _AROUND_Y / 2
    run_x, run_y = point[0] - centre[0], point[1] - centre[1]
    part = min(half_x / max(abs(run_x), 1e-9), half_y / max(abs(run_y), 1e-9), 1.0)
    return (centre[0] + run_x * part, centre[1] + run_y * part), point


def _take(taken: Cells, label: Label) -> None:
    width = max((width_of(line, label.size) for line in label.lines), default=0.0) + _AROUND_X
    height = height_of(len(label.lines), label.size) + _AROUND_Y
    x, y = label.centre
    raster.mark_box(taken, x - width / 2, y - height / 2, width, height)
    if label.leader:
        raster.mark_line(taken, *label.leader)
