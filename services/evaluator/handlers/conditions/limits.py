"""Products that take more energy for each unit than they may (单位产品能耗限额)."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from services.evaluator.domain.conditions.links import figure_links
from services.evaluator.domain.conditions.policy import Cadence, Policy
from services.evaluator.domain.conditions.ready import ended, ready
from services.evaluator.domain.conditions.seen import Looked, Seen, Series, Sight
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.figures.names import FigureId
from services.evaluator.domain.figures.rendering import for_people
from services.evaluator.domain.limits.grading import GradeState, LimitResult, Standing
from services.evaluator.handlers.conditions.source import NOBODY, Due, Look
from services.evaluator.handlers.conditions.target_facts import said, shown
from services.evaluator.handlers.conditions.target_periods import years_in
from services.evaluator.handlers.reckoner.assessing import Graded, products_of
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.reckoner.world import Who
from services.evaluator.ports.conditions import ConditionNews
from services.evaluator.ports.register import RecordKind
from services.evaluator.ports.statement_subjects import StatementSubjects
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import HOUR_US
from shared.model.level import Level

RULE = "limit"
_ITEMS = ("unit-energy", "product")
_FOR_EVERYBODY = (RecordKind.LIMIT, RecordKind.FACTOR)
_ONE_BY_ONE = (RecordKind.STATEMENT, RecordKind.METHOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSource:
    """Grades every product that somebody states, up to the newest year that they state it of."""

    gatherer: Gatherer
    stating: StatementSubjects
    policy: Policy
    name: str = "limits"
    kinds: Collection[ConditionKind] = (ConditionKind.LIMIT,)

    async def due(self, look: Look, news: ConditionNews, mark: str) -> Due:
        """Everybody when a period has ended or a limit is another, else who stated or used more."""
        # A region's periods end by its own zone.
        newest = [ready(self.policy.cadence[RULE], day)[-1] for day in look.days()]
        mark_now = ",".join(newest)
        if mark_now != mark or any(kind in _FOR_EVERYBODY for kind, _ in news.records):
            return Due(subjects=None, mark=mark_now)
        changed = news.books | news.of(*_ONE_BY_ONE)
        known = await self.subjects(look) if changed else NOBODY
        return Due(subjects=changed & frozenset(known), mark=mark_now)

    async def subjects(self, look: Look) -> Collection[str]:
        """Everybody who states products."""
        return await self.stating.stating(_ITEMS, look.commit)

    async def look(self, look: Look, subjects: Sequence[str]) -> Sequence[Sight]:
        """A condition for each product and enterprise."""
        world, cadence = look.world, self.policy.cadence[RULE]
        people = [who for key in subjects if (who := world.who(key)) is not None]
        newest = ready(cadence, look.today())[-1]
        await self.gatherer.add(world, [(who.key, newest) for who in people])
        asked = [(who, text) for who in people for text in _texts(look, who, cadence)]
        await self.gatherer.add(world, [(who.key, text) for who, text in asked])
        return await asyncio.to_thread(self._sights, Measures(look.world), asked)

    def _sights(self, measures: Measures, asked: Sequence[tuple[Who, str]]) -> list[Sight]:
        looked: dict[Series, Looked] = {}
        seen: list[Sight] = []
        for who, text in asked:
            at_us = measures.world.period(who, text).end_hour * HOUR_US
            for one in products_of(measures, who, text):
                series = _series(one)
                looked.setdefault(series, Looked(series=series, since_us=at_us))
                if one.result.state is not GradeState.NOT_GRADED:
                    seen.append(self._seen(one, text, at_us))
        return [*looked.values(), *seen]

    def _seen(self, one: Graded, text: str, at_us: int) -> Seen:
        result, series = one.result, _series(one)
        bound = _bound(one)
        return Seen(
            kind=series.kind,
            subject=series.subject,
            about=series.about,
            rule=series.rule,
            about_name=one.limit.product,
            measure=Measure.ENERGY,
            level=self._level(result),
            at_us=at_us,
            period=text,
            value=shown(result.value) or "",
            limit=shown(bound) or "",
            ratio_percent=_ratio(result.value, bound),
            unit=one.limit.unit,
            facts=_facts(one, text),
        )

    def _level(self, result: LimitResult) -> Level:
        words = [GradeState.FAILED.value if result.grade is None else f"grade-{result.grade}"]
        if result.standing is Standing.BELOW:
            words.append(Standing.BELOW.value)
        return max(self.policy.limit.get(word, Level.NONE) for word in words)


def _texts(look: Look, who: Who, cadence: Cadence) -> tuple[str, ...]:
    """The newest periods up to the last year that anything is stated of, the oldest first."""
    today = look.today(who.zone)
    stated = (entry.body for entry in look.world.statements.get(who.key, ()))
    years = [
        year
        for one in stated
        if one.item in _ITEMS and one.value is not None
        for year in years_in(look.world, who, one.period)
    ]
    last = min(max(years, default=today.year), today.year)
    found = ended(cadence.every, last - cadence.look_back, last, today)
    return found[cadence.look_back - 1 :: -1]


def _series(one: Graded) -> Series:
    return Series(kind=ConditionKind.LIMIT, subject=one.who.key, about=one.limit.code, rule=RULE)


def _bound(one: Graded) -> Figure:
    """The limit that is missed: the next better one than the grade reached; else the first."""
    limits = one.result.limits
    worse = [grade for grade in limits if one.result.grade is None or grade < one.result.grade]
    return limits[max(worse)] if worse else limits[min(limits)]


def _ratio(value: Figure, bound: Figure) -> str:
    if value.value is None or not bound.value:
        return ""
    return for_people(100 * value.value / bound.value, "%") or ""


def _facts(one: Graded, text: str) -> dict[str, Any]:
    result, limit = one.result, one.limit
    name = FigureId(subject=one.who.subject, measure=f"limit:{limit.code}", period=text)
    return {
        "label": {"zh": limit.product, "en": limit.product_en},
        "period": text,
        "standard": limit.standard,
        "state": result.state.value,
        "grade": result.grade,
        "standing": result.standing.value,
        "shown": {
            "value": shown(result.value),
            "unit": limit.unit,
            "limits": {str(grade): shown(bound) for grade, bound in result.limits.items()},
            "margins": {str(grade): shown(margin) for grade, margin in result.margins.items()},
        },
        "applied": list(result.applied),
        "remarks": said(result.remarks),
        "reasons": said(result.reasons),
        **figure_links(name),
    }
