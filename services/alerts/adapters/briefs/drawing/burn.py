"""预算执行曲线: the running sum against the budget's line, with a fan of what may come."""

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from services.alerts.adapters.briefs.drawing import ends, raster
from services.alerts.adapters.briefs.drawing.months import Scale, Span, scale
from services.alerts.adapters.briefs.drawing.palette import ACTUAL, FAN, INK, LIMIT, MUTED, RULE
from services.alerts.adapters.briefs.drawing.paper import (
    ASCENT,
    POINT,
    WIDTH,
    Paper,
    clean,
    height_of,
    width_of,
)
from services.alerts.adapters.briefs.drawing.plot import (
    Curve,
    Plot,
    Point,
    curves,
    day_of,
    highest_of,
    known,
    printed,
    round_amounts,
)
from services.alerts.domain.briefs.document import Burn, Chart

_HEIGHT = 84.0
_TOP, _BOTTOM = 7.0, 11.5
_SIZE = 8.0
_NEAR_MM = 30.0
_HEADROOM = 1.06
_DASHED, _DOTTED, _MIXED = (5.0, 2.5), (1.4, 1.4), (8.0, 2.0, 1.5, 2.0)


def draw(chart: Chart) -> Paper:
    """The curves with their names at the right, days below, amounts at the left."""
    paper = Paper(_HEIGHT)
    burn = chart.burn
    if burn is None or not burn.days:
        return paper
    highest = highest_of(burn) * _HEADROOM
    amounts = round_amounts(highest)
    names = ends.names(burn)
    chinese = any(ord(sign) > 0x2E7F for word in burn.words for sign in word)
    days = scale(day_of(burn.days[0]), day_of(burn.days[-1]), is_chinese=chinese)
    plot = _plot(highest, amounts, names, days)
    _grid(paper, plot, amounts)
    _days(paper, plot, days)
    lines = _draw_curves(paper, plot, burn)
    ends.write(paper, plot, burn, names)
    rules = [((plot.left, plot.y(a)), (plot.right, plot.y(a))) for a in amounts]
    _name_actual(paper, plot, burn, [*lines, *rules])
    paper.text(0.0, _HEIGHT - 3.6, clean(chart.unit), size=7.5, colour=MUTED)
    return paper


def _plot(
    highest: float, amounts: Sequence[float], names: Sequence[ends.Name], days: Scale
) -> Plot:
    wide = max((name.width for name in names), default=0.0)
    return Plot(
        left=max(width_of(printed(amount), _SIZE) for amount in amounts) + 2.0,
        right=WIDTH - wide - (ends.BEND + 0.5 if wide else 3.0),
        bottom=_BOTTOM,
        top=_HEIGHT - _TOP,
        first=days.begin,
        last=days.end,
        highest=highest,
    )


def _grid(paper: Paper, plot: Plot, amounts: Sequence[float]) -> None:
    for amount in amounts:
        y = plot.y(amount)
        paper.rule(((plot.left, y), (plot.right, y)), RULE if amount else MUTED, 0.45)
        base = y - (ASCENT - 0.5) * _SIZE * POINT
        paper.text(plot.left - 1.5, base, printed(amount), size=_SIZE, align="right", colour=MUTED)


def _days(paper: Paper, plot: Plot, days: Scale) -> None:
    """Names in the middle of their spans, as many as have room; ticks where spans begin."""
    for row, spans in enumerate((days.small, days.large)):
        base = _BOTTOM - 3.9 - 3.8 * row
        for number, span in enumerate(spans):
            x = plot.x(span.begin)
            if row == 0 or number:
                paper.rule(((x, _BOTTOM), (x, _BOTTOM - 1.0 - 6.6 * row)), RULE, 0.45)
        for span in _spread(plot, spans):
            middle = plot.x((span.begin + span.end) / 2)
            paper.text(middle, base, span.name, size=_SIZE, align="center", colour=MUTED)


def _spread(plot: Plot, spans: Sequence[Span]) -> Iterable[Span]:
    """Each, or each second, third … so that names do not touch; none that does not fit."""
    for every in range(1, len(spans) + 1):
        chosen = spans[::every]
        edges = [
            (middle - width_of(span.name, _SIZE) / 2, middle + width_of(span.name, _SIZE) / 2)
            for span in chosen
            for middle in (plot.x((span.begin + span.end) / 2),)
        ]
        if all(end + 1.0 <= begin for (_, end), (begin, _) in itertools.pairwise(edges)):
            return [
                span
                for span, (begin, end) in zip(chosen, edges, strict=True)
                if begin >= 0 and end <= WIDTH
            ]
    return ()


def _draw_curves(paper: Paper, plot: Plot, burn: Burn) -> tuple[Curve, ...]:
    """All curves; what they are, for labels that keep off them."""
    low, high = (curves(plot, burn, values) for values in (burn.low, burn.high))
    for below, above in zip(low, high, strict=False):
        paper.shape(Polygon([*below, *above[::-1]], facecolor=FAN, linewidth=0, zorder=2))
    line = curves(plot, burn, burn.line)
    expected = curves(plot, burn, burn.expected)
    actual = curves(plot, burn, burn.actual)
    limit: tuple[Curve, ...] = ()
    if burn.limit is not None and known(burn.limit):
        y = plot.y(burn.limit)
        limit = (((plot.left, y), (plot.right, y)),)
    _stroke(paper, line, MUTED, 1.0, _DASHED)
    _stroke(paper, limit, LIMIT, 1.0, _MIXED)
    _stroke(paper, expected, ACTUAL, 1.3, _DOTTED)
    _stroke(paper, actual, ACTUAL, 2.0, ())
    return (*low, *high, *line, *limit, *expected, *actual)


def _stroke(
    paper: Paper, pieces: Sequence[Curve], colour: str, width: float, dashes: tuple[float, ...]
) -> None:
    for piece in pieces:
        if len(piece) == 1:
            paper.dot(piece[0], colour)
            continue
        xs, ys = zip(*piece, strict=True)
        line = Line2D(xs, ys, color=colour, linewidth=width, zorder=4, solid_capstyle="round")
        if dashes:
            line.set_dashes(dashes)
        paper.axes.add_artist(line)


def _name_actual(paper: Paper, plot: Plot, burn: Burn, lines: Sequence[Curve]) -> None:
    """What has been stands beside its last point, where no curve runs."""
    pieces = curves(plot, burn, burn.actual)
    word = clean(burn.words[0])
    if not pieces or not word or pieces[-1][-1][0] >= plot.right - 0.5:
        return
    x, y = pieces[-1][-1]
    paper.dot((x, y), ACTUAL, 0.8)
    wide, tall = width_of(word, _SIZE), height_of(1, _SIZE)
    if spot := _free_spot(plot, lines, (x, y), (wide + 1.6, tall + 0.8)):
        paper.lines(spot[0], spot[1], (word,), size=_SIZE, align="center", colour=INK)


def _free_spot(
    plot: Plot, lines: Sequence[Curve], near: Point, size: tuple[float, float]
) -> Point | None:
    """The middle of a box without curves in it, as near to a point as may be."""
    taken = raster.empty(WIDTH, _HEIGHT)
    taken[:] = True
    inner = np.s_[
        math.ceil(plot.bottom / raster.STEP) : int(plot.top / raster.STEP),
        math.ceil(plot.left / raster.STEP) : int(plot.right / raster.STEP),
    ]
    taken[inner] = False
    for line in lines:
        for begin, end in itertools.pairwise(line):
            raster.mark_line(taken, begin, end)
    rows, columns = np.nonzero(raster.Sums(taken).counts(*size) == 0)
    if not len(rows):
        return None
    centres = np.column_stack((columns, rows)) * raster.STEP + np.array(raster.middle(*size))
    away = np.round(np.hypot(*(centres - near).T), 6)
    # To the left of the end and above it reads best where two are equally near.
    best = int(np.lexsort((centres[:, 0], -centres[:, 1], away))[0])
    return (float(centres[best][0]), float(centres[best][1])) if away[best] < _NEAR_MM else None
