"""Budgets ready to be judged under the catalogue and the factors in use."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from services.evaluator.domain.budget import STANDARD, Budget
from services.evaluator.domain.completeness import Scopes, Spans, point_set
from services.evaluator.domain.factors import FactorTable, Weights, weights_of
from services.evaluator.domain.judgement import Brief, brief_of
from services.evaluator.domain.subjects import regions_of
from services.evaluator.domain.watermark import PointSet
from services.evaluator.handlers.factor_shelf import FactorShelf
from services.evaluator.handlers.rulebook import Rulebook
from shared.model.catalogue import Attributes, Catalogue, EntityKind, Flow
from shared.model.instants import FOREVER_US
from shared.model.subject import Subject

FLOWS = tuple(flow.value for flow in Flow)
GRACE_US = STANDARD.grace_us
"""The grace of a subject's own watermark, which decides which hours are closed."""


class Briefs:
    """Compiles briefs when they are asked for and keeps them while the catalogue stays."""

    def __init__(self, rulebook: Rulebook, factors: FactorTable | FactorShelf) -> None:
        """Rulebook and shelf are kept up to date by others."""
        self._rulebook = rulebook
        self._shelf = FactorShelf.of(factors)
        self.factors = self._shelf.table
        self.scopes = Scopes()
        self.version = -1
        self._budgets: dict[str, Budget] = {}
        self._codes: defaultdict[str, list[str]] = defaultdict(list)
        self._subjects: dict[str, str] = {}
        self._briefs: dict[str, Brief] = {}
        self._points: dict[str, PointSet] = {}
        self._before: dict[str, Brief] = {}
        self._carriers: Mapping[str, Attributes] = {}
        self._tables: dict[tuple[str, ...], FactorTable] = {}

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue in use."""
        return self._rulebook.catalogue

    def learn(self, budgets: Iterable[Budget]) -> list[str]:
        """Take over new and changed budgets; their codes."""
        learned: list[str] = []
        for budget in budgets:
            if budget.code not in self._budgets:
                self._codes[str(budget.subject)].append(budget.code)
                self._subjects[budget.code] = str(budget.subject)
            self._budgets[budget.code] = budget
            self._briefs.pop(budget.code, None)
            learned.append(budget.code)
        return learned

    def renew(self) -> None:
        """Take over a newer catalogue and other factors; `drain` tells what they change."""
        if self._shelf.table is not self.factors:
            self._adopt(self._shelf.table)
        if self.version == self._rulebook.version:
            return
        self.version = self._rulebook.version
        self.scopes.update(self._rulebook.rules.owners)
        self._carriers = {
            carrier.code: carrier.latest() for carrier in self.catalogue.of_kind(EntityKind.CARRIER)
        }
        self._drop()

    def _adopt(self, factors: FactorTable) -> None:
        self.factors, self._tables = factors, {}
        self._drop()

    def _drop(self) -> None:
        self._before = {**self._briefs, **self._before}
        self._briefs, self._points = {}, {}

    def drain(self) -> list[str]:
        """The codes of briefs that catalogue or factors changed since this was last asked."""
        before, self._before = self._before, {}
        return [code for code, old in before.items() if self._is_new(old, self[code])]

    def of(self, budget: Budget) -> Brief:
        """The brief of any budget as it is given, learned before or not."""
        if self._budgets.get(budget.code) != budget:
            self.learn([budget])
        return self[budget.code]

    def __getitem__(self, code: str) -> Brief:
        """The brief of a budget that was learned."""
        brief = self._briefs.get(code)
        if brief is None:
            brief = self._briefs[code] = self.compile(self._budgets[code])
        return brief

    def of_subject(self, subject: str) -> Sequence[str]:
        """The codes of the subject's budgets."""
        return self._codes.get(subject, ())

    def subject_of(self, code: str) -> str:
        """The subject of a budget that was learned."""
        return self._subjects[code]

    def codes(self) -> Mapping[str, str]:
        """All codes with their subjects."""
        return self._subjects

    def points_of(self, subject: str) -> PointSet:
        """All counted points of the subject, whatever they measure."""
        points = self._points.get(subject)
        if points is None:
            points = self._points[subject] = point_set(self.scopes.spans(subject))
        return points

    def compile(self, budget: Budget) -> Brief:
        """A brief of any budget, learned or not."""
        weights = self.weights(budget)
        ever = self.scopes.spans(
            str(budget.subject), lambda carrier, flow: (carrier, flow) in weights
        )
        spans = ever.within(budget.period.first_hour, budget.period.end_hour)
        return brief_of(budget, weights, spans, _of(point_set(ever), spans))

    def weights(self, budget: Budget) -> Weights:
        """What counts in the budget's measure, and how much."""
        return weights_of(budget.measure, self._carriers, FLOWS, self.table_of(budget.subject))

    def table_of(self, subject: Subject) -> FactorTable:
        """The factors of the subject's place; the nation's for what has no single province."""
        regions = regions_of(self.catalogue, subject, FOREVER_US - 1)
        places = self.factors.places_of(regions)
        if places not in self._tables:
            self._tables[places] = self.factors.at(places)
        return self._tables[places]

    @staticmethod
    def _is_new(old: Brief, new: Brief) -> bool:
        return old.basis != new.basis or not old.points.same_as(new.points)


def _of(points: PointSet, spans: Spans) -> PointSet:
    """Those points that count at some time of the spans, with the ends of their whole lives."""
    chosen = np.isin(points.number, spans.point)
    return PointSet(
        number=points.number[chosen], interval=points.interval[chosen], end=points.end[chosen]
    )
