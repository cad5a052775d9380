"""Budgets judged twice over the books as they are: by the rule in force, and by another."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.evaluator.domain.accounts import hours_of
from services.evaluator.domain.books import I64, day_of
from services.evaluator.domain.budget import Budget
from services.evaluator.domain.judgement import Brief, Judged, Step, advanced
from services.evaluator.domain.totals import Lane
from services.evaluator.domain.trials.comparing import Course, Difference, course, differences
from services.evaluator.domain.trials.rule import RuleKind, TrialRule, policy_of
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.trials.asked import Asked, TooMuchError
from services.evaluator.ports.judge import BooksReader
from shared.model.instants import HOUR_US
from shared.model.period import Period

MOST_HOURS = 20_000_000
"""Hours of books that one answer may read: about two thousand years of one carrier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetTrial:
    """A budget by both rules: all steps of the time asked for, and what differs.

    to_hour: judged is everything before it, as far as the books are complete.
    """

    budget: Budget
    to_hour: int
    in_force: tuple[Step, ...]
    tried: tuple[Step, ...]
    courses: tuple[Course, Course]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetTrials:
    """A page: so many budgets are chosen in all; unjudged: whose books nobody has judged yet."""

    total: int
    made: tuple[BudgetTrial, ...]
    unjudged: tuple[str, ...]
    next: str


class BudgetTrialDesk:
    """Tries rules on budgets."""

    def __init__(self, desk: BudgetDesk, briefs: Briefs, reader: BooksReader) -> None:
        """`briefs`: not the judge's own; this object renews them."""
        self._desk, self._briefs, self._reader = desk, briefs, reader

    async def tried(
        self, rule: TrialRule, asked: Asked, may_see: Callable[[Budget], bool]
    ) -> BudgetTrials:
        """A page of budgets by their codes. Raises TooMuchError, Unavailable."""
        known = await self._desk.budgets()
        chosen = sorted(code for code, one in known.items() if _is_asked(one, asked, may_see))
        page = [code for code in chosen if code > asked.after][: asked.limit]
        judged = await self._reader.judged(page)
        lanes = await self._reader.lanes(sorted({str(known[code].subject) for code in page}))
        self._briefs.renew()
        briefs = {code: self._briefs.of(known[code]) for code in page if code in judged}
        _check(briefs, judged, lanes)
        made = [
            await self._one(rule, asked, brief, judged[code], lanes)
            for code, brief in briefs.items()
        ]
        return BudgetTrials(
            total=len(chosen),
            made=tuple(made),
            unjudged=tuple(code for code in page if code not in judged),
            next=page[-1] if page and page[-1] != chosen[-1] else "",
        )

    async def _one(
        self,
        rule: TrialRule,
        asked: Asked,
        brief: Brief,
        judged: Judged,
        lanes: Mapping[str, Sequence[Lane]],
    ) -> BudgetTrial:
        subject = str(brief.budget.subject)
        mine = [lane for lane in lanes.get(subject, ()) if brief.counts(lane)]
        period = brief.budget.period
        days = await self._reader.days(
            subject, mine, day_of(period.first_hour), -(-judged.to_hour // 24)
        )
        rows: dict[Lane, list[tuple[int, bytes]]] = {lane: [] for lane in mine}
        for lane, day, body in days:
            rows[lane].append((day, body))
        other = replace(brief.budget, policy=policy_of(rule, brief.budget.policy))
        tried = self._briefs.compile(other)
        return await asyncio.to_thread(_judged_twice, rule, asked, brief, tried, judged, rows)


def _judged_twice(
    rule: TrialRule,
    asked: Asked,
    brief: Brief,
    tried: Brief,
    judged: Judged,
    rows: Mapping[Lane, Sequence[tuple[int, bytes]]],
) -> BudgetTrial:
    """Pure arithmetic on what was read; the rule in force is applied anew to the same hours."""
    first, end = brief.begins, judged.to_hour
    books: dict[Lane, I64] = {}
    if end > first:
        span = Period(first_hour=first, end_hour=end, zone_name=brief.budget.period.zone_name)
        books = {lane: hours_of(listed, span) for lane, listed in rows.items()}

    def hours(lane: Lane, low: int, high: int) -> I64:
        return books[lane][low - first : high - first]

    def steps(one: Brief) -> tuple[Step, ...]:
        after = advanced(one, one.nothing_yet(), end * HOUR_US, list(books), hours)
        return after.used if rule.kind is RuleKind.USED else after.pace

    low, high = max(asked.first_hour, first), min(asked.end_hour, end)
    both = steps(brief), steps(tried)
    courses = _course(both[0], low, high), _course(both[1], low, high)
    return BudgetTrial(
        budget=brief.budget,
        to_hour=end,
        in_force=_within(both[0], low, high),
        tried=_within(both[1], low, high),
        courses=courses,
        differences=differences(*courses),
    )


def _course(steps: Sequence[Step], first: int, end: int) -> Course:
    return course(((step.hour, step.level) for step in steps), first, end)


def _within(steps: Sequence[Step], first: int, end: int) -> tuple[Step, ...]:
    """The steps of the time, and the last one before it, whose level stands at its beginning."""
    before = [step for step in steps if step.hour <= first][-1:]
    return (*before, *(step for step in steps if first < step.hour < end))


def _is_asked(one: Budget, asked: Asked, may_see: Callable[[Budget], bool]) -> bool:
    named = asked.budget in ("", one.code) and asked.subject in ("", str(one.subject))
    during = one.period.first_hour < asked.end_hour and asked.first_hour < one.period.end_hour
    return named and during and may_see(one)


def _check(
    briefs: Mapping[str, Brief],
    judged: Mapping[str, Judged],
    lanes: Mapping[str, Sequence[Lane]],
) -> None:
    """Refuse what would take too long before anything is read."""
    hours = 0
    for code, brief in briefs.items():
        counted = sum(map(brief.counts, lanes.get(str(brief.budget.subject), ())))
        hours += max(0, judged[code].to_hour - brief.begins) * max(1, counted)
    if hours > MOST_HOURS:
        raise TooMuchError(
            f"{len(briefs)} budgets with {hours} hours of books are more than {MOST_HOURS} hours "
            "for one answer: ask for fewer at once (limit), one region, subject or budget"
        )
