"""红黄绿地图: the parts of a region in the colours of their levels, with names and values."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outer

from services.alerts.adapters.briefs.drawing import islands, labels, legend, raster, tiles
from services.alerts.adapters.briefs.drawing.palette import BLANK, MUTED, PAPER, tone
from services.alerts.adapters.briefs.drawing.paper import (
    WIDTH,
    Paper,
    clean,
    filled,
    height_of,
    width_of,
)
from services.alerts.adapters.briefs.drawing.projection import Frame, Place, laid_out, shape_of
from services.alerts.adapters.briefs.outlines import COUNTRY, parts_of
from services.alerts.domain.briefs.document import Chart, Colour, Mark

_TALLEST, _LOWEST = 112.0, 62.0
_EDGE = 2.0
_SIDE = 10.0
"""Left and right of the map, for labels that have no room inside."""
_BORDER = "#7C8792"


def draw(chart: Chart) -> Paper:
    """The map; tiles where no outline is known, or where labels would not fit."""
    outlines = parts_of(chart.region)
    known = {outline.code for outline in outlines if outline.code}
    on_map = tuple(mark for mark in chart.marks if mark.code in known)
    if not on_map or 2 * len(on_map) < len(chart.marks):
        return _tiles(chart)
    beside = tuple(mark for mark in chart.marks if mark.code not in known)
    foot = legend.height(chart.legend, WIDTH) + _EDGE
    strip = tiles.height(beside, WIDTH, _across(beside))
    room = WIDTH - 2 * _SIDE
    tall = min(_TALLEST, max(_LOWEST, room * shape_of(outlines))) + 2 * _EDGE
    bottom = foot + (strip + _EDGE if strip else 0.0)
    frame = Frame(left=_SIDE, bottom=bottom + _EDGE, width=room, height=tall - 2 * _EDGE)
    paper = Paper(bottom + tall)
    places = laid_out(outlines, frame)
    found = _labelled(_wanted(paper, on_map, places), _free(paper, chart.region, frame))
    if found is None:
        return _tiles(chart)
    _land(paper, on_map, places)
    _write(paper, on_map, found)
    if chart.region == COUNTRY:
        islands.draw(paper, frame)
    tiles.draw(paper, beside, 0.0, foot + strip, WIDTH, _across(beside))
    legend.draw(paper, chart.legend, 0.0, 0.0, WIDTH)
    return paper


def _across(beside: Sequence[Mark]) -> int:
    return min(6, max(4, len(beside)))


def _tiles(chart: Chart) -> Paper:
    foot = legend.height(chart.legend, WIDTH) + _EDGE
    paper = Paper(max(12.0, foot + tiles.height(chart.marks, WIDTH) + 1.0))
    tiles.draw(paper, chart.marks, 0.2, paper.height - 0.5, WIDTH - 0.4)
    legend.draw(paper, chart.legend, 0.0, 0.0, WIDTH)
    return paper


def _labelled(
    wanted: Sequence[labels.Wanted], free: raster.Cells
) -> tuple[labels.Label, ...] | None:
    """Names with values; where there are too many for that, names alone; None if even so."""
    bare = [replace(region, value="") for region in wanted]
    return labels.placed(wanted, free) or labels.placed(bare, free)


def _free(paper: Paper, region: str, frame: Frame) -> raster.Cells:
    """What labels may take: all above the map's foot, but for the inset."""
    free = raster.empty(paper.width, paper.height)
    bottom = frame.bottom - _EDGE
    raster.mark_box(free, 0.5, bottom + 0.5, paper.width - 1.0, paper.height - bottom - 1.0)
    if region == COUNTRY:
        inset = raster.empty(paper.width, paper.height)
        raster.mark_box(inset, *islands.room(frame))
        free &= ~inset
    return free


def _wanted(
    paper: Paper, marks: Sequence[Mark], places: Sequence[Place]
) -> tuple[labels.Wanted, ...]:
    blank = raster.empty(paper.width, paper.height)
    rings = {place.code: place.rings for place in places}
    wanted = []
    for mark in marks:
        land = raster.covered(rings[mark.code], blank)
        point = raster.heart(land) or _middle(rings[mark.code][0])
        name, value = clean(mark.label), clean(mark.text)
        wanted.append(labels.Wanted(name=name, value=value, land=land, point=point))
    return tuple(wanted)


def _middle(ring: Any) -> tuple[float, float]:
    x, y = ring.mean(axis=0)
    return float(x), float(y)


def _land(paper: Paper, marks: Sequence[Mark], places: Sequence[Place]) -> None:
    colours = {mark.code: tone(mark.colour or Colour.GREY) for mark in marks}
    for place in places:
        how = filled(colours.get(place.code, BLANK))
        path = Outer.make_compound_path(*(Outer(ring, closed=True) for ring in place.rings))
        edge = {"edgecolor": _BORDER, "linewidth": 0.5, "joinstyle": "round"}
        paper.shape(PathPatch(path, **{**how, **edge}, zorder=2))


def _write(paper: Paper, marks: Sequence[Mark], found: Sequence[labels.Label]) -> None:
    for mark, label in zip(marks, found, strict=True):
        x, y = label.centre
        if label.leader:
            paper.rule(label.leader, MUTED, 0.5)
            paper.dot(label.leader[1], MUTED)
        if label.is_over_edge or (tone(mark.colour or Colour.GREY).pattern and not label.leader):
            wide = max(width_of(line, label.size) for line in label.lines) + 1.0
            high = height_of(len(label.lines), label.size) + 0.2
            paper.plate(x - wide / 2, y - high / 2, wide, high, PAPER)
        paper.lines(x, y, label.lines, size=label.size, align="center")
