"""What one unit of a lane adds to each measure: taken from the account itself, so that both agree.

An account adds up what meters say; so what a lane counts is the difference that one unit of it
makes. Whole columns can then be multiplied without an account for each subject.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from services.evaluator.domain.accounting import lines
from services.evaluator.domain.accounting.account import account
from services.evaluator.domain.accounting.bundle import Account, Bundle, Metered
from services.evaluator.domain.budget import Series
from services.evaluator.domain.figures.figure import Label, constant
from shared.model.catalogue import Flow

CALORIFIC, EQUIVALENT, CARBON = "energy.calorific", "energy.equivalent", "co2"
MEASURED: Mapping[str, str] = {
    CALORIFIC: lines.energy(Series.CALORIFIC),
    EQUIVALENT: lines.energy(Series.EQUIVALENT),
    CARBON: lines.CO2,
}
"""Measures whose months are computed anew, and their lines."""

_ONE = Label("一个单位", "one unit")

Weights = Mapping[str, Fraction | None]
"""By measure; None where a factor is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Asks what lanes count for subjects of one kind, at one place, in one month.

    bundle: without any quantity.
    """

    bundle: Bundle

    def weights(self, carrier: str, flow: str) -> Weights:
        """What one canonical unit of the lane adds to each measure."""
        base = self._account((carrier, Flow.IMPORT.value))
        if flow == Flow.IMPORT:
            return {name: base.lines[line].value for name, line in MEASURED.items()}
        both = self._account((carrier, Flow.IMPORT.value), (carrier, flow))
        return {
            name: _less(both.lines[line].value, base.lines[line].value)
            for name, line in MEASURED.items()
        }

    def _account(self, *lanes: tuple[str, str]) -> Account:
        attributes = self.bundle.carriers
        metered = tuple(
            Metered(
                carrier=carrier,
                flow=flow,
                quantity=constant(_ONE, 1, str(attributes[carrier].get("unit") or "")),
                period=self.bundle.period,
            )
            for carrier, flow in lanes
        )
        return account(replace(self.bundle, metered=metered))


def _less(first: Fraction | None, second: Fraction | None) -> Fraction | None:
    return None if first is None or second is None else first - second
