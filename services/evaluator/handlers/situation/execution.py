"""How budgets of enterprises are carried out when a period ends, as was known at a commit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from services.evaluator.domain.budget import Budget, Measure, MeasureKind
from services.evaluator.domain.carbon import CARBON_PARTS
from services.evaluator.domain.factors import FactorTable, Weights, table_of, weights_of
from services.evaluator.domain.situation.execution import Standing, known_at, standing
from services.evaluator.handlers.judge_briefs import FLOWS
from services.evaluator.handlers.reckoner.world import World
from services.evaluator.handlers.situation.firms import Firm
from services.evaluator.handlers.situation.tallies import Books, Wanted
from services.evaluator.ports.book_sums import BookSum
from shared.model.period import Period

Places = tuple[str, ...]
Lane = tuple[str, str]


class Budgets(Protocol):
    """All budgets by code."""

    async def budgets(self) -> Mapping[str, Budget]:
        """As they are now, with all their versions. Raises Unavailable."""


@dataclass(slots=True)
class Execution:
    """The budgets of `firms` that run in the last hour before `end_hour`.

    First `wanted` says whose books are needed, then `standings` judges.
    """

    world: World
    firms: Sequence[Firm]
    budgets: Mapping[str, Budget]
    end_hour: int
    _of_firm: dict[str, list[Budget]] = field(init=False)
    _weights: dict[tuple[Measure, Places], Weights] = field(default_factory=dict)
    _counts: dict[tuple[Measure, Places, Period], Mapping[Lane, Fraction]] = field(
        default_factory=dict
    )
    _parts: dict[tuple[Measure, Places, Period], tuple[Period, ...]] = field(default_factory=dict)
    _tables: dict[Places, FactorTable] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find everybody's budgets."""
        keys = {firm.key for firm in self.firms}
        self._of_firm = {}
        for code in sorted(self.budgets):
            budget = known_at(self.budgets[code], self.world.as_of)
            subject = str(self.budgets[code].subject)
            if budget is not None and subject in keys and self._runs(budget):
                self._of_firm.setdefault(subject, []).append(budget)

    def wanted(self, into: Wanted) -> None:
        """Add whose books over which hours are needed."""
        for firm in self.firms:
            for budget in self._of_firm.get(firm.key, ()):
                for part in self._stretches(firm, budget):
                    into.setdefault(part, set()).add(firm.key)

    def standings(self, books: Books) -> list[Standing | None]:
        """The worst budget of each; None without one."""
        return [max(self._all(firm, books), key=_order, default=None) for firm in self.firms]

    def _all(self, firm: Firm, books: Books) -> Iterator[Standing]:
        for budget in self._of_firm.get(firm.key, ()):
            quantity = sum(
                (
                    self._amount(firm, budget, part, books.get((firm.key, part), ()))
                    for part in self._stretches(firm, budget)
                ),
                start=Fraction(0),
            )
            yield standing(budget, self.end_hour, quantity)

    def _amount(
        self, firm: Firm, budget: Budget, part: Period, rows: Sequence[BookSum]
    ) -> Fraction:
        """In the budget's unit; a lane that does not count in its measure is passed over."""
        counts = self._counts_of(firm, budget, part)
        return sum(
            (
                counts[row.lane.carrier, row.lane.flow] * row.quantity / 10**row.lane.scale
                for row in rows
                if (row.lane.carrier, row.lane.flow) in counts
            ),
            start=Fraction(0),
        )

    def _counts_of(self, firm: Firm, budget: Budget, part: Period) -> Mapping[Lane, Fraction]:
        """What one unit of each lane counts in a part without a change."""
        place = (budget.measure, firm.home.places, part)
        known = self._counts.get(place)
        if known is None:
            of_unit = CARBON_PARTS if budget.measure.kind is MeasureKind.CO2 else 1
            known = self._counts[place] = {
                lane: Fraction(weight.mantissa, 10**weight.scale * of_unit)
                for lane, weights in self._weights_of(firm, budget).items()
                for weight in weights
                if weight.first_hour <= part.first_hour and part.end_hour <= weight.end_hour
            }
        return known

    def _stretches(self, firm: Firm, budget: Budget) -> tuple[Period, ...]:
        """The budget's hours up to the end, cut where what something counts changes."""
        first, zone = budget.period.first_hour, firm.home.zone
        whole = Period(first_hour=first, end_hour=self.end_hour, zone_name=zone)
        place = (budget.measure, firm.home.places, whole)
        known = self._parts.get(place)
        if known is None:
            inner = {
                hour
                for weights in self._weights_of(firm, budget).values()
                for weight in weights
                for hour in (weight.first_hour, weight.end_hour)
                if first < hour < self.end_hour
            }
            ends = [first, *sorted(inner), self.end_hour]
            known = self._parts[place] = tuple(
                Period(first_hour=low, end_hour=high, zone_name=zone)
                for low, high in pairwise(ends)
            )
        return known

    def _weights_of(self, firm: Firm, budget: Budget) -> Weights:
        place = (budget.measure, firm.home.places)
        known = self._weights.get(place)
        if known is None:
            table = self._table(firm.home.places)
            known = weights_of(budget.measure, self.world.carriers, FLOWS, table)
            self._weights[place] = known
        return known

    def _table(self, places: Places) -> FactorTable:
        known = self._tables.get(places)
        if known is None:
            known = self._tables[places] = table_of(self.world.records.factors, "", places)
        return known

    def _runs(self, budget: Budget) -> bool:
        return budget.period.first_hour < self.end_hour <= budget.period.end_hour


def _order(one: Standing) -> tuple[int, Fraction, str]:
    return one.order
