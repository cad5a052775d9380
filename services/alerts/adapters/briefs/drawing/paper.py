"""A sheet that is drawn on in millimetres, and becomes SVG or PNG with the same bytes anywhere."""

import io
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Patch, Rectangle
from matplotlib.textpath import text_to_path

from services.alerts.adapters.briefs import assets
from services.alerts.adapters.briefs.drawing.palette import INK, PAPER, Tone

WIDTH = 156.0
"""Millimetres: the width of a page's text."""

PNG_DPI = 220
POINT = 25.4 / 72
"""Millimetres of a point."""

ASCENT, DESCENT = 0.88, 0.22
"""Of a line of text, in its size: what Chinese characters and low letters take."""

_FAMILY = "Noto Sans SC"
_FALLBACKS = "'Noto Sans SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "qingyu",
    "text.hinting": "none",
    "axes.formatter.use_locale": False,
    "text.usetex": False,
    "path.simplify": False,
}
_ALONE = Lock()
_NUMBERED = re.compile(rb'<g id="[\w.]+_\d+">')
_UNTURNED = re.compile(rb' transform="rotate\(-0 [^)]*\)"')
_FINE = re.compile(rb"(?<=\.\d\d)\d+(?=[ \n\"])")
"""What follows a hundredth of a point: nobody sees it, and a map has thousands of numbers."""
_PROLOGUE = re.compile(rb"\A.*?(?=<svg)", re.DOTALL)
_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


@lru_cache(maxsize=64)
def font(size: float, bold: bool = False) -> FontProperties:
    """The charts' font at a size in points."""
    file = assets.font(f"NotoSansSC_{'700Bold' if bold else '400Regular'}.ttf")
    weight = 700 if bold else 400
    return FontProperties(family=_FAMILY, weight=weight, size=size, fname=str(file))


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of text is, in millimetres."""
    if not text:
        return 0.0
    points, _, _ = text_to_path.get_text_width_height_descent(text, font(size, bold), False)
    return float(points) * POINT


def height_of(lines: int, size: float) -> float:
    """How high so many lines of text are, in millimetres."""
    return ((lines - 1) * pitch(size) + (ASCENT + DESCENT) * size * POINT) if lines else 0.0


def pitch(size: float) -> float:
    """From one baseline to the next, in millimetres."""
    return 1.22 * size * POINT


def clean(text: str) -> str:
    """A label on one line, without characters that are no letters of any font."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


class Paper:
    """A white sheet; x and y in millimetres from its lower left corner."""

    def __init__(self, height: float, width: float = WIDTH) -> None:
        self.width = width
        self.height = height
        self.figure = Figure(figsize=(width / 25.4, height / 25.4), dpi=PNG_DPI, facecolor=PAPER)
        FigureCanvasAgg(self.figure)
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(0, height)

    def scaled(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Axes of their own in a rectangle of the sheet."""
        w, h = self.width, self.height
        return self.figure.add_axes((left / w, bottom / h, width / w, height / h))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        align: str = "left",
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """One line whose baseline is at y."""
        how: dict[str, Any] = {"ha": align, "va": "baseline", "color": colour, "zorder": 9}
        self.axes.text(x, y, text, fontproperties=font(size, bold), parse_math=False, **how)

    def lines(
        self,
        x: float,
        middle: float,
        lines: Sequence[str],
        *,
        size: float,
        align: str = "left",
        colour: str = INK,
    ) -> None:
        """Lines of text, their block centred on a height."""
        top = middle + height_of(len(lines), size) / 2
        for number, line in enumerate(lines):
            y = top - ASCENT * size * POINT - number * pitch(size)
            self.text(x, y, line, size=size, align=align, colour=colour)

    def box(self, x: float, y: float, width: float, height: float, tone: Tone, **how: Any) -> None:
        """A filled rectangle from its lower left corner."""
        rectangle = Rectangle((x, y), width, height, **{"zorder": 2, **filled(tone), **how})
        self.shape(rectangle)

    def plate(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A pale ground behind words that stand on a pattern."""
        style = "round,pad=0,rounding_size=0.8"
        how: dict[str, Any] = {"facecolor": colour, "alpha": 0.86, "linewidth": 0, "zorder": 7}
        self.shape(FancyBboxPatch((x, y), width, height, boxstyle=style, **how))

    def dot(self, centre: tuple[float, float], colour: str, radius: float = 0.55) -> None:
        """A small disc."""
        self.shape(Circle(centre, radius, facecolor=colour, linewidth=0, zorder=5))

    def shape(self, patch: Patch) -> None:
        """Any other shape."""
        # Not add_patch: it would ask each of a map's thousands of points for the axes' limits.
        self.axes.add_artist(patch)

    def rule(self, points: Iterable[tuple[float, float]], colour: str, width: float = 0.5) -> None:
        """A thin line through points."""
        xs, ys = zip(*points, strict=True)
        line = Line2D(xs, ys, color=colour, linewidth=width, solid_capstyle="butt", zorder=3)
        self.axes.add_artist(line)


def filled(tone: Tone) -> dict[str, Any]:
    """matplotlib's words for a tone."""
    pattern = {"hatch": tone.pattern, "hatchcolor": tone.line, "hatch_linewidth": 0.45}
    return {"facecolor": tone.fill, "linewidth": 0, **(pattern if tone.pattern else {})}


def same_anywhere() -> "_Settings":
    """While drawing: matplotlib's own settings and ours, not those of a user or a folder."""
    return _Settings()


class _Settings:
    """One at a time, since matplotlib's settings belong to the process."""

    def __enter__(self) -> None:
        _ALONE.acquire()
        self._context = mpl.rc_context()
        self._context.__enter__()
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)

    def __exit__(self, *error: object) -> None:
        self._context.__exit__(None, None, None)
        _ALONE.release()


def to_png(figure: Figure) -> bytes:
    """The sheet as dots."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return file.getvalue()


def to_svg(figure: Figure) -> bytes:
    """The sheet as shapes and text, to stand alone or in a page beside others like it."""
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata=_METADATA)
    plain = _NUMBERED.sub(b"<g>", _PROLOGUE.sub(b"", file.getvalue()))
    plain = _FINE.sub(b"", _UNTURNED.sub(b"", plain))
    return plain.replace(f"'{_FAMILY}'".encode(), _FALLBACKS.encode())
