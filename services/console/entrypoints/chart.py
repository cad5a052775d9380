"""A plain line chart as numbers for SVG: what was used against the budget's line, what comes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A point of interest on the curve: where a level began."""

    x: float
    y: float
    level: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One step of the strip below the chart."""

    x: float
    width: float
    state: str
    estimated: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The drawing's size and the room around the plot, in its own units."""

    width: float
    height: float
    left: float = 64
    right: float = 16
    top: float = 12
    bottom: float = 46

    @property
    def plot_width(self) -> float:
        """Units between the left and the right edge of the plot."""
        return self.width - self.left - self.right

    @property
    def plot_height(self) -> float:
        """Units between the top and the base of the plot."""
        return self.height - self.top - self.bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What is drawn: x as a share of the period from 0 to 1, y in the unit of the budget."""

    used: Sequence[Point]
    line: Sequence[Point]
    total: float | None
    cells: Sequence[tuple[float, float, str, bool, str]]
    """From x to x, state, whether estimated, and what to say of it."""
    marks: Sequence[tuple[float, str, str]]
    """x, level, and what to say of it."""
    months: Sequence[tuple[float, str]]
    ahead: Sequence[Point] = ()
    """What is expected, from where the use ends."""
    fan: Sequence[tuple[float, float, float]] = ()
    """x, and between which two heights it is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Everything the template needs."""

    frame: Frame
    used: str
    area: str
    line: str
    total_y: float | None
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    cells: tuple[Cell, ...]
    ahead: str = ""
    fan: str = ""


def draw(series: Series, frame: Frame) -> Drawing:
    """Place a series in a frame."""
    curves = (*series.used, *series.line, *series.ahead)
    highest = [high for _, _, high in series.fan]
    tallest = max([y for _, y in curves] + highest + [series.total or 0.0] + [1e-9])
    step = nice_step(tallest / 4)
    top = step * (int(tallest / step) + 1)
    base = frame.height - frame.bottom

    def place(point: Point) -> Point:
        return (
            frame.left + point[0] * frame.plot_width,
            base - point[1] / top * frame.plot_height,
        )

    used = [place(point) for point in series.used]
    ends = f"M{used[0][0]:.1f},{base:.1f}L" if used else ""
    area = f"{ends}{_path(used)}L{used[-1][0]:.1f},{base:.1f}Z" if used else ""
    return Drawing(
        frame=frame,
        used=f"M{_path(used)}" if used else "",
        area=area,
        line=f"M{_path([place(point) for point in series.line])}" if series.line else "",
        total_y=None if series.total is None else place((0, series.total))[1],
        x_ticks=_x_ticks(series, frame),
        y_ticks=tuple(
            Tick(at=place((0, n * step))[1], text=shortened(n * step))
            for n in range(int(top / step + 0.5) + 1)
        ),
        marks=_marks(series, place),
        cells=_cells(series, frame),
        ahead=f"M{_path([place(point) for point in series.ahead])}" if series.ahead else "",
        fan=_fan(series, place),
    )


def nice_step(rough: float) -> float:
    """1, 2 or 5 times a power of ten, at least `rough`."""
    power = 1.0
    while power * 10 <= rough:
        power *= 10
    while power > rough:
        power /= 10
    return next(power * n for n in (1, 2, 5, 10) if power * n >= rough)


def shortened(value: float) -> str:
    """A tick's figure: 1,500,000 as 1.5M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def _fan(series: Series, place: Callable[[Point], Point]) -> str:
    """The band: along its upper edge, and back along its lower."""
    if not series.fan:
        return ""
    upper = [place((x, high)) for x, _, high in series.fan]
    lower = [place((x, low)) for x, low, _ in reversed(series.fan)]
    return f"M{_path([*upper, *lower])}Z"


def _path(points: Sequence[Point]) -> str:
    return "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _x_ticks(series: Series, frame: Frame) -> tuple[Tick, ...]:
    # On a narrow drawing only every other or third month has room for its name.
    room = max(1, int(frame.plot_width / 44))
    every = -(-len(series.months) // room) if series.months else 1
    return tuple(
        Tick(at=frame.left + x * frame.plot_width, text=text if n % every == 0 else "")
        for n, (x, text) in enumerate(series.months)
    )


def _marks(series: Series, place: Callable[[Point], Point]) -> tuple[Mark, ...]:
    marks = []
    for x, level, text in series.marks:
        across, up = place((x, _height(series.used, x)))
        marks.append(Mark(x=across, y=up, level=level, text=text))
    return tuple(marks)


def _height(points: Sequence[Point], x: float) -> float:
    below = (0.0, 0.0)
    for point in points:
        if point[0] >= x:
            span = point[0] - below[0]
            part = (x - below[0]) / span if span else 1.0
            return below[1] + (point[1] - below[1]) * part
        below = point
    return below[1]


def _cells(series: Series, frame: Frame) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            x=frame.left + first * frame.plot_width,
            width=max((end - first) * frame.plot_width, 0.5),
            state=state,
            estimated=estimated,
            text=text,
        )
        for first, end, state, estimated, text in series.cells
    )
