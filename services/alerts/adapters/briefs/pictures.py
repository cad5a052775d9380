"""The pictures of a brief: each chart as SVG or PNG, the same bytes wherever it is drawn."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from matplotlib.figure import Figure

from services.alerts.adapters.briefs.drawing import bars, burn, maps
from services.alerts.adapters.briefs.drawing.paper import Paper, same_anywhere, to_png, to_svg
from services.alerts.domain.briefs.document import Chart, ChartKind

Form: TypeAlias = Literal["svg", "png"]

_DRAWN: Mapping[ChartKind, Callable[[Chart], Paper]] = {
    ChartKind.MAP: maps.draw,
    ChartKind.BARS: bars.draw,
    ChartKind.PULL: bars.draw,
    ChartKind.SHARES: bars.draw,
    ChartKind.BURN: burn.draw,
}


def draw(chart: Chart, form: Form) -> bytes:
    """The chart, 156 mm wide: SVG with its text as text, or PNG of 220 dots an inch.

    Caption, notes and the words for those who do not see it are the renderers' to place. Raises
    AssetMissing where fonts or maps are not installed.
    """
    with same_anywhere():
        figure = _DRAWN[chart.kind](chart).figure
        return to_svg(figure) if form == "svg" else to_png(figure)


def drawn(chart: Chart) -> Figure:
    """The chart before it becomes bytes, for those who measure it."""
    with same_anywhere():
        return _DRAWN[chart.kind](chart).figure
