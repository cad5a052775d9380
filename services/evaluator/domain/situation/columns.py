"""Energy and CO2 of many enterprises at once: quantities times weights in whole columns.

A lane counts by the same rules as in an account (see `accounting.uses`): for its enterprise as
meters at the fence say, for a region as its books add up, so that columns and accounts agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from services.evaluator.domain.accounting import lines
from services.evaluator.domain.accounting.account import account
from services.evaluator.domain.accounting.bundle import Bundle, Metered
from services.evaluator.domain.budget import Series
from services.evaluator.domain.fences import ways_in, ways_out
from services.evaluator.domain.figures.figure import Label, constant
from services.evaluator.domain.recompute import Rows, amounts, scaled
from shared.model.catalogue import Flow

_ONE = Label("一个单位", "one unit")


class Signs(NamedTuple):
    """How often a flow's quantity counts as energy used, and as fuel burnt: -1, 0 or 1."""

    energy: int
    carbon: int


_IN, _NOTHING = Signs(1, 1), Signs(0, 0)
_OF_SUM = {
    Flow.IMPORT.value: _IN,
    Flow.EXPORT.value: Signs(-1, -1),
    Flow.CONVERSION_OUTPUT.value: Signs(-1, -1),
    Flow.FEEDSTOCK.value: Signs(0, -1),
}


@lru_cache(maxsize=256)
def signs_of(flows: frozenset[str]) -> Mapping[str, Signs]:
    """How an enterprise's lanes of one carrier count, given the flows that it has meters of."""
    enter, leave = ways_in(flows), ways_out(flows)
    found: dict[str, Signs] = {}
    for flow in sorted(flows):
        used = (flow in enter) - (flow in leave)
        found[flow] = Signs(used, used - (flow == Flow.FEEDSTOCK))
    return found


def signs_in_sum(flow: str, *, shifted: bool) -> Signs:
    """How a lane counts for a region. shifted: it is added by name as well; see `fences`."""
    plain = _OF_SUM.get(flow, _NOTHING)
    return Signs(plain.energy + 1, plain.carbon + 1) if shifted else plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What one canonical unit taken in counts; None where a factor is missing.

    emits: whether the carrier has CO2 at all.
    """

    energy: Fraction | None
    carbon: Fraction | None
    emits: bool


def unit_of(bundle: Bundle, carrier: str) -> Unit:
    """Asked of the account itself. bundle: an enterprise's, without any quantity."""
    unit = str(bundle.carriers[carrier].get("unit") or "")
    one = Metered(
        carrier=carrier,
        flow=Flow.IMPORT.value,
        quantity=constant(_ONE, 1, unit),
        period=bundle.period,
    )
    made = account(replace(bundle, metered=(one,)))
    return Unit(
        energy=made[lines.energy(Series.CALORIFIC)].value,
        carbon=made[lines.CO2].value,
        emits=any(name.startswith("co2.") and name.endswith(f".{carrier}") for name in made.lines),
    )


class Way(NamedTuple):
    """What a ledger needs to add a lane's quantity: which weight, and how often it counts."""

    weight: int
    energy: int
    carbon: int


@dataclass(slots=True)
class Ledger:
    """Rows in the making: whose they are (a number), what their unit counts, and how much."""

    _weights: dict[tuple[Unit, int], int] = field(default_factory=dict)
    _whose: list[int] = field(default_factory=list)
    _weight: list[int] = field(default_factory=list)
    _energy: list[int] = field(default_factory=list)
    _carbon: list[int] = field(default_factory=list)

    def way(self, unit: Unit, scale: int, signs: Signs) -> Way:
        """How quantities (mantissas) of a lane count, to be added as often as there are any."""
        return Way(self._number(unit, scale), signs.energy, signs.carbon)

    def silence(self, unit: Unit, signs: Signs) -> Way:
        """How a lane counts of which nothing was heard: what it comes to is unknown."""
        nought = Fraction(0)
        lost = Unit(
            energy=None if signs.energy else nought,
            carbon=None if signs.carbon and unit.emits else nought,
            emits=unit.emits,
        )
        return self.way(lost, 0, signs)

    def add(self, whose: int, way: Way, quantity: int) -> None:
        """A quantity of somebody's lane."""
        number, energy, carbon = way
        if energy or carbon:
            self._whose.append(whose)
            self._weight.append(number)
            self._energy.append(quantity * energy)
            self._carbon.append(quantity * carbon)

    def sums(
        self, count: int, silent: Fraction | None = None
    ) -> tuple[list[Fraction | None], list[Fraction | None]]:
        """Energy and CO2 of everybody from 0 to `count`; `silent` of whoever has no row.

        None where a factor or what passed a lane is not known.
        """
        whose, weight = np.array(self._whose, np.int64), np.array(self._weight, np.int64)
        energies = [_scaled(unit.energy, scale) for unit, scale in self._weights]
        carbons = [_scaled(unit.carbon, scale) for unit, scale in self._weights]
        found: list[list[Fraction | None]] = []
        for weights, quantity in ((energies, self._energy), (carbons, self._carbon)):
            rows = Rows(cell=whose, weight=weight, quantity=np.array(quantity, object))
            found.append(_spread(amounts_of(rows, weights), [silent] * count))
        return found[0], found[1]

    def _number(self, unit: Unit, scale: int) -> int:
        return self._weights.setdefault((unit, scale), len(self._weights))


def amounts_of(
    rows: Rows, weights: Sequence[Fraction | None]
) -> Sequence[tuple[int, Fraction | None]]:
    """Cells and their exact sums, each once, in ascending order."""
    if not len(rows):
        return ()
    made = amounts(rows, scaled(weights))
    whole, known = made.whole.tolist(), made.known.tolist()
    return [
        (cell, Fraction(one, made.denominator) if is_known else None)
        for cell, one, is_known in zip(made.cell.tolist(), whole, known, strict=True)
    ]


def _scaled(weight: Fraction | None, scale: int) -> Fraction | None:
    return None if weight is None else weight / 10**scale


def _spread(
    found: Sequence[tuple[int, Fraction | None]], values: list[Fraction | None]
) -> list[Fraction | None]:
    for whose, value in found:
        values[whose] = value
    return values
