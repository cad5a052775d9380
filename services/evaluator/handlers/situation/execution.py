"""How budgets of enterprises are carried out when a period ends, as was known at a commit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from services.evaluator.domain.budget import Budget, Measure, MeasureKind
from services.evaluator.domain.carbon import CARBON_PARTS
from services.evaluator.domain.factors import FactorTable, Weight, table_of, weights_of
from services.evaluator.domain.situation.execution import Grader, Standing, known_at
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
    _plans: dict[tuple[Measure, Places, int], "tuple[_Counts, ...]"] = field(default_factory=dict)
    _tables: dict[Places, FactorTable] = field(default_factory=dict)
    _grader: Grader = field(default_factory=Grader)

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
                for counts in self._plan(firm, budget):
                    into.setdefault(counts.part, set()).add(firm.key)

    def standings(self, books: Books) -> list[Standing | None]:
        """The worst budget of each; None without one."""
        return [self._worst(firm, books) for firm in self.firms]

    def _worst(self, firm: Firm, books: Books) -> Standing | None:
        found: Standing | None = None
        for budget in self._of_firm.get(firm.key, ()):
            amounts = [
                counts.amount(books.get((firm.key, counts.part), ()))
                for counts in self._plan(firm, budget)
            ]
            quantity = amounts[0] if len(amounts) == 1 else sum(amounts, start=Fraction(0))
            one = self._grader.standing(budget, self.end_hour, quantity)
            if found is None or one.order > found.order:
                found = one
        return found

    def _plan(self, firm: Firm, budget: Budget) -> "tuple[_Counts, ...]":
        """What lanes count in the budget's hours up to the end, cut where that changes."""
        place = (budget.measure, firm.home.places, budget.period.first_hour)
        known = self._plans.get(place)
        if known is None:
            known = self._plans[place] = tuple(self._planned(firm, budget))
        return known

    def _planned(self, firm: Firm, budget: Budget) -> "Iterator[_Counts]":
        first, table = budget.period.first_hour, self._table(firm.home.places)
        weights = weights_of(budget.measure, self.world.carriers, FLOWS, table)
        inner = {
            hour
            for listed in weights.values()
            for weight in listed
            for hour in (weight.first_hour, weight.end_hour)
            if first < hour < self.end_hour
        }
        of_unit = CARBON_PARTS if budget.measure.kind is MeasureKind.CO2 else 1
        for low, high in pairwise([first, *sorted(inner), self.end_hour]):
            part = Period(first_hour=low, end_hour=high, zone_name=firm.home.zone)
            here = {
                lane: weight
                for lane, listed in weights.items()
                for weight in listed
                if weight.first_hour <= low and high <= weight.end_hour
            }
            yield _counts(part, here, of_unit)

    def _table(self, places: Places) -> FactorTable:
        known = self._tables.get(places)
        if known is None:
            known = self._tables[places] = table_of(self.world.records.factors, "", places)
        return known

    def _runs(self, budget: Budget) -> bool:
        return budget.period.first_hour < self.end_hour <= budget.period.end_hour


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """What one unit of a lane counts in a part of time, as whole numbers over `below`."""

    part: Period
    of_lane: Mapping[Lane, int]
    below: int

    def amount(self, rows: Sequence[BookSum]) -> Fraction:
        """In the budget's unit; a lane that does not count in its measure is passed over."""
        scale = max((row.lane.scale for row in rows), default=0)
        whole = 0
        for row in rows:
            lane = row.lane
            counts = self.of_lane.get((lane.carrier, lane.flow))
            if counts is not None:
                whole += counts * row.quantity * 10 ** (scale - lane.scale)
        return Fraction(whole, self.below * 10**scale)


def _counts(part: Period, weights: Mapping[Lane, Weight], of_unit: int) -> _Counts:
    scale = max((weight.scale for weight in weights.values()), default=0)
    return _Counts(
        part=part,
        of_lane={
            lane: weight.mantissa * 10 ** (scale - weight.scale) for lane, weight in weights.items()
        },
        below=10**scale * of_unit,
    )
