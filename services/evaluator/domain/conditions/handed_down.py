"""How far what was handed down goes beyond what its parent holds: of targets, and of budgets."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.budget import Budget
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.targets.exactly import added
from services.evaluator.domain.targets.sound import adds_up
from services.evaluator.domain.targets.tree import Division, Weights, sums
from shared.model.instants import HOUR_US
from shared.model.subject import SubjectKind

_HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """Parts come to `held` (with what stays undivided) where the parent has `limit`.

    percent: how far beyond, or how far short where more is better, of the parent. year: the single
    year that is meant, empty for the target's last.
    """

    held: Fraction
    limit: Fraction
    percent: Fraction
    year: str = ""


def excess(division: Division, year: int, gdp: Weights | None = None) -> Excess | None:
    """By how much the parts break the whole, worst of the target itself and of the year's value.

    None while they do not, or nobody can say.
    """
    found = [one for one in (_whole(division, gdp), _yearly(division, str(year))) if one]
    return max(found, key=lambda one: (one.percent, one.year == ""), default=None)


def _whole(division: Division, gdp: Weights | None) -> Excess | None:
    parent, made = division.parent, sums(division, gdp)
    if made.held is None or parent.value is None:
        return None
    if made.open and parent.form in (Form.REDUCTION, Form.AT_LEAST):
        return None
    return _compared(parent, made.held + made.undivided, parent.value)


def _yearly(division: Division, year: str) -> Excess | None:
    """The year's values of the parts, where all of them have one."""
    parent = division.parent
    most = parent.yearly.get(year)
    values = [part.yearly[year] for part in division.parts if year in part.yearly]
    if most is None or len(values) < len(division.parts) or not adds_up(parent):
        return None
    found = _compared(parent, added(values), most)
    return None if found is None else _in(found, year)


def _in(found: Excess, year: str) -> Excess:
    return Excess(held=found.held, limit=found.limit, percent=found.percent, year=year)


def _compared(parent: Target, held: Fraction, limit: Decimal) -> Excess | None:
    more_is_better = parent.form in (Form.REDUCTION, Form.AT_LEAST)
    beyond = Fraction(limit) - held if more_is_better else held - Fraction(limit)
    if beyond <= 0:
        return None
    percent = _HUNDRED if limit == 0 else _HUNDRED * beyond / abs(Fraction(limit))
    return Excess(held=held, limit=Fraction(limit), percent=percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A region's budget, and those of the next holders below it with the same measure and period.

    limit, held: the totals of parent and children in effect in the hour that was asked about.
    since_us: since when these are in effect and known.
    """

    parent: Budget
    children: tuple[Budget, ...]
    limit: Fraction
    held: Fraction
    since_us: int

    @property
    def excess(self) -> Excess | None:
        """How far the children's totals go beyond the parent's."""
        if self.held <= self.limit:
            return None
        percent = _HUNDRED * (self.held - self.limit) / self.limit if self.limit else _HUNDRED
        return Excess(held=self.held, limit=self.limit, percent=percent)


def families(
    budgets: Iterable[Budget], regions_of: Callable[[Budget], Sequence[str]], hour: int
) -> tuple[Family, ...]:
    """Budgets whose period is not over, by their parents.

    regions_of: codes of the region that a budget's subject lies in (or is) and of those above. Of
    several budgets of one subject for the same measure and period the largest counts.
    """
    found: list[Family] = []
    for alike in _alike(budgets, hour).values():
        below: defaultdict[str, list[Budget]] = defaultdict(list)
        for key, budget in alike.items():
            above = (f"{SubjectKind.REGION}:{code}" for code in regions_of(budget))
            parent = next((one for one in above if one != key and one in alike), None)
            if parent is not None:
                below[parent].append(budget)
        found += [_family(alike[key], parts, hour) for key, parts in sorted(below.items())]
    return tuple(found)


def _alike(budgets: Iterable[Budget], hour: int) -> Mapping[object, dict[str, Budget]]:
    groups: defaultdict[object, dict[str, Budget]] = defaultdict(dict)
    for one in sorted(budgets, key=lambda one: (_total(one, hour), one.code)):
        if one.period.end_hour > hour and one.subject.kind is not SubjectKind.TAG:
            groups[one.measure, one.unit, one.period][str(one.subject)] = one
    return groups


def _family(parent: Budget, children: Sequence[Budget], hour: int) -> Family:
    return Family(
        parent=parent,
        children=tuple(sorted(children, key=lambda one: one.code)),
        limit=_total(parent, hour),
        held=sum((_total(child, hour) for child in children), Fraction(0)),
        since_us=max(_since(one, hour) for one in (parent, *children)),
    )


def _since(budget: Budget, hour: int) -> int:
    version = budget.version_at(hour)
    return max(version.recorded_at_us, version.effective_from_hour * HOUR_US)


def _total(budget: Budget, hour: int) -> Fraction:
    return Fraction(budget.version_at(hour).total)
