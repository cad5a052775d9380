"""An amount beside that of a year before: its change, and whether the change slowed or turned."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from services.evaluator.domain.barometer.changes import compared
from services.evaluator.domain.figures.figure import Figure, Label
from services.evaluator.domain.statistics.growth import (
    before_from_growth,
    change_of,
    intensity_change,
)

DERIVED = Label("由公布增速推算", "worked out from the growth that was published")
_CHANGE = Label("同比变化率", "change on the same period of last year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """change, change_before in per cent: of the period, and of the one reported before it."""

    now: Figure
    earlier: Figure
    change: Fraction | None = None
    change_before: Fraction | None = None

    @property
    def trend(self) -> Fraction | None:
        """How many percentage points the change lies above the one before."""
        if self.change is None or self.change_before is None:
            return None
        return self.change - self.change_before

    def after(self, before: "Movement | None") -> "Movement":
        """The same with the change of the period reported before."""
        return replace(self, change_before=before.change if before else None)


def moved(now: Figure, earlier: Figure, growth: Figure | None = None) -> Movement:
    """The change between two amounts, exact; `growth` (per cent, as published) where one lacks.

    The amount a year earlier is then worked out from it, and says so.
    """
    counted = change_of(_CHANGE, compared(_CHANGE, now, earlier)).value
    stated = growth.value if growth is not None else None
    if counted is not None or growth is None or stated is None:
        return Movement(now=now, earlier=earlier, change=counted)
    if earlier.value is None and now.value is not None and stated != -100:
        found = before_from_growth(earlier.label, now, growth)
        earlier = replace(found, flags=(*found.flags, DERIVED))
    return Movement(now=now, earlier=earlier, change=stated)


def intensity_growth(amount: Movement, output: Movement) -> Figure | None:
    """(1+g of the amount)/(1+g of GDP) − 1; None where one of them is not known."""
    if amount.change is None or output.change is None:
        return None
    return intensity_change(_CHANGE, _rate(amount), _rate(output))


def bases_of(figure: Figure) -> frozenset[str]:
    """The years of the constant prices that the figure is at."""
    return frozenset(_bases(figure))


def _bases(figure: Figure) -> Iterator[str]:
    if figure.source is not None and figure.source.notes.get("basis"):
        yield figure.source.notes["basis"]
    for part in figure.operands:
        yield from _bases(part)


def _rate(movement: Movement) -> Figure:
    return Figure(label=_CHANGE, unit="%", value=movement.change)
