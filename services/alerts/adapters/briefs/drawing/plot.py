"""A curve's place on the paper: days to the right, amounts upwards from nought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from matplotlib.ticker import MaxNLocator

from services.alerts.domain.briefs.document import Burn

Point = tuple[float, float]
Curve = tuple[Point, ...]

_BEYOND = 1e18
_SMALLEST = 1e-9
_TICKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A rectangle in millimetres; first and last: ordinals of days; highest: the top's amount."""

    left: float
    right: float
    bottom: float
    top: float
    first: int
    last: int
    highest: float

    def x(self, day: float) -> float:
        """Where a day begins."""
        return self.left + (day - self.first) / (self.last - self.first) * (self.right - self.left)

    def y(self, amount: float) -> float:
        """How high an amount is; below nought there is nothing."""
        return self.bottom + max(0.0, amount) / self.highest * (self.top - self.bottom)


def day_of(text: str) -> date:
    """The day of an ISO date."""
    return date.fromisoformat(text[:10])


def known(value: float | None) -> bool:
    """Whether a value can be drawn."""
    return value is not None and abs(value) < _BEYOND


def curves(plot: Plot, burn: Burn, values: Sequence[float | None]) -> tuple[Curve, ...]:
    """The pieces of a curve: points at the ends of days, broken where nothing is known."""
    pairs = list(zip(burn.days, values, strict=False))
    pieces = (list(piece) for is_known, piece in groupby(pairs, lambda p: known(p[1])) if is_known)
    return tuple(
        tuple((plot.x(day_of(day).toordinal() + 1), plot.y(v or 0.0)) for day, v in piece)
        for piece in pieces
    )


def highest_of(burn: Burn) -> float:
    """The largest amount that is drawn."""
    series = (burn.actual, burn.low, burn.expected, burn.high, burn.line, (burn.limit,))
    values = [v for part in series for v in part if v is not None and known(v)]
    highest = max([*values, 0.0])
    return highest if highest > _SMALLEST else 1.0


def round_amounts(highest: float) -> tuple[float, ...]:
    """A few round amounts from nought up to the highest."""
    found = MaxNLocator(nbins=_TICKS, steps=[1, 2, 2.5, 5, 10]).tick_values(0, highest)
    return tuple(float(tick) for tick in found if 0 <= tick <= highest)


def printed(amount: float) -> str:
    """A round amount as it is printed: 12,500 or 0.25."""
    text = f"{amount:,.9f}".rstrip("0").rstrip(".")
    return text or "0"
