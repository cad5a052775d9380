"""By what conditions become levels, how often they are rated, and whose concern they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from services.evaluator.domain.records.target import Binding, Target
from shared.model.condition import Measure
from shared.model.level import Level
from shared.model.subject import SubjectKind

ANY = "*"


class Every(StrEnum):
    """How often something is rated."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months each period adds."""
        return {"month": 1, "quarter": 3, "half-year": 6, "year": 12}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """The newest `look_back` periods, up to the newest that can be rated, are looked at."""

    every: Every
    look_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerns:
    """Words by which something is of a measure; those in the names of several: of `data`."""

    words: tuple[tuple[Measure, tuple[str, ...]], ...]
    otherwise: Measure

    def of(self, texts: Iterable[str]) -> Measure:
        """Whose concern it is what is named like that."""
        named = "\n".join(texts).lower()
        found = [
            measure for measure, words in self.words if any(word.lower() in named for word in words)
        ]
        if len(found) > 1:
            return Measure.DATA
        return found[0] if found else self.otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """See `data/conditions/policy.yaml`, which says the same in its comments.

    levels: rule set (or `*`) -> severity -> level. cadence: by the kind of the holder, and `limit`.
    limit: `failed`, `below-baseline`, `grade-1` … -> level. children: per cent above the parent ->
    level. task_days: days after the deadline -> level, both in growing order.
    """

    levels: Mapping[str, Mapping[int, Level]]
    missed: Mapping[Binding, Level]
    cadence: Mapping[str, Cadence]
    limit: Mapping[str, Level]
    children: tuple[tuple[Decimal, Level], ...]
    task_days: tuple[tuple[int, Level], ...]
    milestone: Level
    indicators: Concerns
    tasks: Concerns

    def level(self, rule: str, severity: int) -> Level:
        """The level of a warning for a severity in a rule set."""
        usual = self.levels[ANY]
        return self.levels.get(rule, usual).get(severity, usual[severity])

    def missing(self, binding: Binding, level: Level) -> Level:
        """The level of an indicator that is missed, at most what its binding allows."""
        return min(level, self.missed[binding])

    def cadence_of(self, target: Target, kind: SubjectKind) -> Cadence:
        """How often a target is rated: by its phasing, else as its holder's usually are."""
        usual = self.cadence[kind.value if kind.value in self.cadence else SubjectKind.REGION.value]
        by_shares = {12: Every.MONTH, 4: Every.QUARTER}.get(len(target.shares), usual.every)
        look_back = usual.look_back * max(1, usual.every.months // by_shares.months)
        return Cadence(every=by_shares, look_back=look_back)

    def excess(self, percent: Fraction) -> Level:
        """The level for parts that exceed their whole by so many per cent."""
        passed = [level for least, level in self.children if percent > 0 and percent >= least]
        return passed[-1] if passed else Level.NONE
