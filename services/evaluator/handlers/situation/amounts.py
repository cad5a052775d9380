"""Figures and movements as the contract has them: exact text, and why nothing is known."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from services.evaluator.domain.figures.figure import Figure, Label
from services.evaluator.domain.figures.rendering import exact
from services.evaluator.domain.situation.moving import Movement
from shared.contracts import situation as told

_FEW = 3
_CODES_ZH = re.compile(r"（序列 [^（）]*）")
_CODES_EN = re.compile(r" \(series [^()]*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How much is said beside a value: of the region itself all remarks, of others a few."""

    most: int | None = None

    def amount(self, figure: Figure) -> told.Amount:
        """The figure without what it was made of."""
        return told.Amount(
            unit=figure.unit,
            value=exact(figure.value),
            missing=labels(figure.missing[: self.most]) if figure.value is None else (),
            flags=labels(figure.flags[: self.most]),
        )

    def moved(self, movement: Movement) -> told.Moved:
        """The movement."""
        return told.Moved(
            now=self.amount(movement.now),
            earlier=self.amount(movement.earlier),
            change=exact(movement.change),
            change_before=exact(movement.change_before),
            trend=exact(movement.trend),
        )


ALL, FEW = Telling(), Telling(most=_FEW)


def label(said: Label) -> told.Label:
    """A label without the codes by which an operator finds a factor: briefs are sent to offices."""
    return told.Label(_CODES_ZH.sub("", said.zh), _CODES_EN.sub("", said.en))


def labels(said: Iterable[Label]) -> tuple[told.Label, ...]:
    """Several, each once."""
    return tuple(label(one) for one in dict.fromkeys(said))


def known(figure: Figure | None) -> Fraction | None:
    """The figure's value, where there is one."""
    return figure.value if figure is not None else None
