"""Targets that are behind: the traffic light of totals and intensities, indicators missed."""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.evaluator.domain.barometer.rating import RatingState
from services.evaluator.domain.conditions.policy import Policy
from services.evaluator.domain.conditions.ready import month_ended, ready
from services.evaluator.domain.conditions.seen import Looked, Seen, Series, Sight
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.names import Options
from services.evaluator.domain.figures.periods import years_of
from services.evaluator.domain.figures.rendering import for_people
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.handlers.conditions.source import NOBODY, ZONE, Due, Look
from services.evaluator.handlers.conditions.target_facts import facts_of, shown
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.reckoner.ratings import Judged, Ratings, asks_of, code_of
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.handlers.target_book import standing
from services.evaluator.ports.conditions import ConditionNews
from services.evaluator.ports.register import Entry, RecordKind
from shared.model.catalogue import EntityKind
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import HOUR_US
from shared.model.level import Level
from shared.model.subject import SubjectKind

_KINDS = {
    names.ENERGY_TOTAL: ConditionKind.BAROMETER,
    names.CARBON_TOTAL: ConditionKind.BAROMETER,
    names.ENERGY_INTENSITY: ConditionKind.INTENSITY,
    names.CARBON_INTENSITY: ConditionKind.INTENSITY,
}
_MEASURES = {
    names.ENERGY_TOTAL: Measure.ENERGY,
    names.ENERGY_INTENSITY: Measure.ENERGY,
    names.CARBON_TOTAL: Measure.CARBON,
    names.CARBON_INTENSITY: Measure.CARBON,
}
_FOR_EVERYBODY = (RecordKind.RULE, RecordKind.FACTOR, RecordKind.INDICATOR)
_OF_MEMBERS = (RecordKind.STATEMENT, RecordKind.METHOD)
_USED_UP = frozenset({Form.TOTAL, Form.INCREMENT, Form.AT_MOST})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Period:
    """A target's version in force at the end of a period that has ended."""

    who: Who
    now: Target
    entry: Entry
    text: str
    at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSource:
    """Rates every target in force for the newest periods that have ended."""

    gatherer: Gatherer
    policy: Policy
    name: str = "targets"
    kinds: Collection[ConditionKind] = (*dict.fromkeys(_KINDS.values()), ConditionKind.INDICATOR)

    async def due(self, look: Look, news: ConditionNews, mark: str) -> Due:
        """Everybody when a month has ended, else whose books, records or versions have changed."""
        ended, today = months_ended(look), look.today().isoformat()
        before, _, last = mark.partition(";")
        now = f"{ended};{today}"
        if ended != before or any(kind in _FOR_EVERYBODY for kind, _ in news.records):
            return Due(subjects=None, mark=now)
        begun = _begun(look.world, last, today) if last != today else NOBODY
        return Due(subjects=begun | touched(look.world, news), mark=now)

    async def subjects(self, look: Look) -> Collection[str]:
        """All holders of targets."""
        return look.world.targets_by_holder

    async def look(self, look: Look, subjects: Sequence[str]) -> Sequence[Sight]:
        """The levels of their targets; one that cannot be rated keeps what it was before."""
        periods = [one for key in subjects for one in _periods(look, key, self.policy)]
        world = look.world
        await self.gatherer.add(
            world, [ask for one in periods for ask in asks_of(world, one.who, one.entry, one.text)]
        )
        # Hundreds of ratings take a second or two: everything else goes on meanwhile.
        return await asyncio.to_thread(self._sights, world, periods)

    def _sights(self, world: World, periods: Sequence[_Period]) -> list[Sight]:
        ratings, options = Ratings(Measures(world)), Options(as_of=world.as_of)
        looked: dict[Series, Looked] = {}
        rated: dict[Series, list[tuple[_Period, Judged]]] = {}
        for one in periods:
            series = _series(one)
            looked.setdefault(series, Looked(series=series, since_us=one.at_us))
            judged = ratings.judged(one.who, one.entry, one.text, options)
            if judged.rating.state is not RatingState.NOT_RATED:
                rated.setdefault(series, []).append((one, judged))
        seen = [
            self._seen(ratings, series, one, judged, is_last=nth == len(found))
            for series, found in rated.items()
            for nth, (one, judged) in enumerate(found, 1)
        ]
        return [*looked.values(), *seen]

    def _seen(
        self, ratings: Ratings, series: Series, one: _Period, judged: Judged, *, is_last: bool
    ) -> Seen:
        rating, target = judged.rating, judged.target
        return Seen(
            kind=series.kind,
            subject=series.subject,
            about=series.about,
            rule=series.rule,
            about_name=target.name,
            measure=measure_of(self.policy, target),
            level=self._level(judged),
            at_us=one.at_us,
            period=one.text,
            value=shown(rating.actual) or "",
            limit=shown(rating.goal) or "",
            ratio_percent=_ratio(judged),
            unit=rating.actual.unit if rating.actual else target.unit,
            facts=facts_of(ratings, one.who, judged, one.text) if is_last else {},
        )

    def _level(self, judged: Judged) -> Level:
        """Exempt ones are judged, and no warning."""
        rating, target = judged.rating, judged.target
        if rating.reached is None:
            return Level.NONE
        level = self.policy.level(rating.rule, rating.reached.severity)
        is_indicator = target.measure not in _KINDS
        return self.policy.missing(target.binding, level) if is_indicator else level


def measure_of(policy: Policy, target: Target) -> Measure:
    """Whose concern a target is: indicators by their words."""
    known = _MEASURES.get(target.measure)
    return known or policy.indicators.of((target.measure, target.name, target.name_en))


def months_ended(look: Look) -> str:
    """The last month that has ended, in each zone in which periods end."""
    regions = look.world.catalogue.of_kind(EntityKind.REGION)
    zones = {str(region.latest().get("zone") or ZONE) for region in regions} | {ZONE}
    return ",".join(f"{name}={month_ended(look.today(name))}" for name in sorted(zones))


def _begun(world: World, last: str, today: str) -> frozenset[str]:
    """Holders of targets of which a version has begun since the last day."""
    return frozenset(
        entry.body.holder
        for entries in world.records.targets.values()
        for entry in entries
        if last < entry.body.effective_from <= today
    )


def touched(world: World, news: ConditionNews) -> frozenset[str]:
    """Holders of targets whom the news may concern.

    Those whose books changed, of whom something is on record, and above whoever counts for more
    than meters by statements or methods of its own.
    """
    records = frozenset(subject for _, subject in news.records)
    mine = {_owner(subject) for subject in (*news.books, *records)}
    members = news.of(*_OF_MEMBERS)
    if not mine:
        return NOBODY
    return frozenset(
        holder
        for holder in world.targets_by_holder
        if holder in mine
        or (members and any(key in members for key, *_ in world.beyond.get(holder, ())))
    )


def _owner(subject: str) -> str:
    """A region for its boundary, whose meters are a book of their own."""
    kind, _, code = subject.partition(":")
    return f"{SubjectKind.REGION}:{code}" if kind == SubjectKind.BOUNDARY else subject


def _periods(look: Look, key: str, policy: Policy) -> Iterator[_Period]:
    who = look.world.who(key)
    if who is None:
        return
    today = look.today(who.zone)
    for entries in look.world.targets_by_holder.get(key, ()):
        now = standing(entries, today)
        if now is None:
            continue
        for text in ready(policy.cadence_of(now.body, who.subject.kind), today):
            entry = standing(entries, look.world.last_day(who, text))
            years = years_of(text)
            if entry is None or years is None:
                continue
            if entry.body.first_year <= years[1] <= entry.body.last_year:
                at_us = look.world.period(who, text).end_hour * HOUR_US
                yield _Period(who=who, now=now.body, entry=entry, text=text, at_us=at_us)


def _series(one: _Period) -> Series:
    return Series(
        kind=_KINDS.get(one.now.measure, ConditionKind.INDICATOR),
        subject=one.who.key,
        about=one.now.code,
        rule=code_of(one.now, Options()),
    )


def _ratio(judged: Judged) -> str:
    """How much of an amount that is allowed is used up; empty for anything else."""
    actual, goal = judged.rating.actual, judged.rating.goal
    if judged.target.form not in _USED_UP or actual is None or goal is None:
        return ""
    if actual.value is None or goal.value is None or goal.value <= 0 or actual.unit != goal.unit:
        return ""
    return for_people(Fraction(100) * actual.value / goal.value, "%") or ""
