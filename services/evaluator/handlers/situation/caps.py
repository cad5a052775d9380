"""What limits a region's totals in a year: its targets, what they leave for its GDP, its budget."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.budget import Budget, PhasingKind
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure, Label, constant, times
from services.evaluator.domain.figures.names import FigureId, Options, Scope
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.situation.execution import known_at
from services.evaluator.domain.situation.limits import Limit, of_intensity, of_total
from services.evaluator.domain.statistics.growth import ratio_of
from services.evaluator.handlers.forecast_days import UNITS, measure_key
from services.evaluator.handlers.reckoner import ratings as rating
from services.evaluator.handlers.reckoner.measures import USUAL, Measures, Terms
from services.evaluator.handlers.reckoner.ratings import Ratings
from services.evaluator.handlers.reckoner.world import Who
from services.evaluator.handlers.situation.measured import GDP, Movements
from services.evaluator.handlers.situation.windows import Window
from services.evaluator.ports.register import Entry

_INTENSITIES = {
    names.ENERGY_TOTAL: names.ENERGY_INTENSITY,
    names.CARBON_TOTAL: names.CARBON_INTENSITY,
}
_GDP = Label("按累计增速推算的地区生产总值", "GDP if it grows as it did so far")


@dataclass(slots=True)
class Caps:
    """The limits of one region in one year, each found once. budgets: as of the commit."""

    measures: Measures
    who: Who
    window: Window
    budgets: Sequence[Budget] = ()
    _found: dict[tuple[str, Scope], Limit | None] = field(default_factory=dict)

    def limit(self, measure: str, scope: Scope) -> Limit | None:
        """A target of the total; else the region's own budget; else what its intensity leaves."""
        place = (measure, scope)
        if place not in self._found:
            self._found[place] = (
                self._of_targets(measure, scope)
                or self._of_budgets(measure, scope)
                or self._of_intensity(measure, scope)
            )
        return self._found[place]

    def _of_targets(self, measure: str, scope: Scope) -> Limit | None:
        year = self.window.year
        for entry in self._entries(measure, scope):
            base = self._figure(measure, scope, str(entry.body.base_year or year - 1))
            limit = of_total(entry.body, entry.version, year, base, UNITS[measure])
            if limit is not None:
                return limit
        return None

    def _of_budgets(self, measure: str, scope: Scope) -> Limit | None:
        """Budgets are held against what is monitored."""
        period = self.measures.world.period(self.who, str(self.window.year))
        for one in self.budgets if scope is Scope.MONITORED else ():
            is_it = one.subject == self.who.subject and measure_key(one.measure) == measure
            if is_it and (one.period.first_hour, one.period.end_hour) == (
                period.first_hour,
                period.end_hour,
            ):
                return _of(one)
        return None

    def _of_intensity(self, measure: str, scope: Scope) -> Limit | None:
        year, intensity = self.window.year, _INTENSITIES[measure]
        for entry in self._entries(intensity, scope):
            target: Target = entry.body
            prices = str(target.base_year or "")
            before, base = (
                self._figure(intensity, scope, one, Terms(prices=prices))
                for one in (str(year - 1), prices or str(year - 1))
            )
            try:
                return of_intensity(target, year, before, base, self._gdp(prices))
            except ValueError:
                continue
        return None

    def _entries(self, measure: str, scope: Scope) -> Iterable[Entry]:
        """Targets of the measure in force in the year that are told of in the scope."""
        ratings, text = Ratings(self.measures), self.window.upto
        if rating.within(text) is None:
            text = self.window.last
        for entry in rating.targets_of(self.measures.world, self.who, str(self.window.year)):
            if entry.body.measure == measure:
                asked = ratings.scope(self.who, entry.body, text, Options())
                if asked is scope:
                    yield entry

    def _gdp(self, prices: str) -> Figure:
        """Last year's GDP with the growth of this year so far."""
        movements = Movements(measures=self.measures, who=self.who)
        growth = movements.of(GDP, Scope.WHOLE, self.window.upto).change
        last = self.measures.stated(self.who, GDP, self.window.last, prices)
        if growth is None:
            return replace(last, value=None, missing=(_GDP,))
        return times(_GDP, last.unit, last, ratio_of(constant(_GDP, growth, "%")))

    def _figure(self, measure: str, scope: Scope, text: str, terms: Terms = USUAL) -> Figure:
        name = FigureId(
            subject=self.who.subject, measure=measure, period=text, options=Options(scope=scope)
        )
        return self.measures.figure(self.who, name, terms)


def standing(budgets: Mapping[str, Budget], commit: int) -> tuple[Budget, ...]:
    """The budgets as they were known at the commit, in the order of their codes."""
    known = (known_at(budget, commit) for _, budget in sorted(budgets.items()))
    return tuple(one for one in known if one is not None)


def _of(budget: Budget) -> Limit:
    version = budget.version_at(budget.period.end_hour - 1)
    is_even = version.phasing.kind is PhasingKind.LINEAR
    shares: tuple[Decimal, ...] = () if is_even else version.phasing.shares
    name = Label(budget.name or budget.code, budget.name or budget.code)
    return Limit(name=name, value=Fraction(version.total), shares=shares)
