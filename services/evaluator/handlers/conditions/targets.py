"""Targets that are behind: the traffic light of totals and intensities, indicators missed."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from services.evaluator.domain.barometer.rating import RatingState
from services.evaluator.domain.conditions.policy import Policy
from services.evaluator.domain.conditions.ready import ready
from services.evaluator.domain.conditions.seen import Looked, Seen, Series, Sight
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.names import Options
from services.evaluator.domain.figures.rendering import for_people
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.targets.lifecycle import begins
from services.evaluator.handlers.conditions.source import NOBODY, Due, Look, hour_of, hour_text
from services.evaluator.handlers.conditions.target_facts import facts_of, shown
from services.evaluator.handlers.conditions.target_periods import (
    Data,
    Hunt,
    Piece,
    Rated,
    end_us,
    first_pieces,
    hunts,
    next_pieces,
)
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.reckoner.ratings import Judged, Ratings, code_of
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.ports.conditions import ConditionNews
from services.evaluator.ports.register import Entry, RecordKind
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
class TargetSource:
    """Rates every target in force for the newest periods that can be rated, however old.

    Statistics come late, and a place may begin with the data of years ago: what they say stands
    until a newer period is rated.
    """

    gatherer: Gatherer
    policy: Policy
    name: str = "targets"
    kinds: Collection[ConditionKind] = (*dict.fromkeys(_KINDS.values()), ConditionKind.INDICATOR)

    async def due(self, look: Look, news: ConditionNews, mark: str) -> Due:
        """Everybody for new rules or factors, else whom the news or the time since may concern."""
        if any(kind in _FOR_EVERYBODY for kind, _ in news.records):
            return Due(subjects=None, mark=hour_text(look.now_us))
        last = hour_of(mark)
        passed = NOBODY if last == look.now_us // HOUR_US else self._passed(look, last)
        return Due(subjects=passed | touched(look.world, news), mark=hour_text(look.now_us))

    def _passed(self, look: Look, last: int) -> frozenset[str]:
        """Holders of targets of which a period has ended or a version begun since the hour."""
        before = Look(world=look.world, now_us=last * HOUR_US)
        return frozenset(
            key
            for key, targets in look.world.targets_by_holder.items()
            if (who := look.world.who(key)) is not None
            and any(
                self._has_passed(entries, who, before.today(who.zone), look.today(who.zone))
                for entries in targets
            )
        )

    def _has_passed(self, entries: tuple[Entry, ...], who: Who, last: date, today: date) -> bool:
        if last == today:
            return False
        newest: Target = entries[-1].body
        cadence = self.policy.cadence_of(newest, who.subject.kind)
        is_new = ready(cadence, last) != ready(cadence, today)
        return is_new or any(last < begins(entry.body) <= today for entry in entries)

    async def subjects(self, look: Look) -> Collection[str]:
        """All holders of targets."""
        return look.world.targets_by_holder

    async def look(self, look: Look, subjects: Sequence[str]) -> Sequence[Sight]:
        """The levels of their targets; one that cannot be rated keeps what it was before."""
        # Hundreds of ratings take a second or two: everything else goes on meanwhile.
        world = look.world
        found = await asyncio.to_thread(_hunts, look, subjects, self.policy)
        pieces, asks = await asyncio.to_thread(first_pieces, world, found)
        data = Data(world)
        while pieces:
            await self.gatherer.add(world, asks)
            await asyncio.to_thread(_rate, world, pieces)
            pieces, asks = await asyncio.to_thread(next_pieces, world, found, data)
        return await asyncio.to_thread(self._sights, world, found)

    def _sights(self, world: World, found: list[Hunt]) -> list[Sight]:
        """Takes the hunts away: to forget all that was worked out at once would stop everything."""
        sights: list[Sight] = []
        while found:
            hunt = found.pop()
            series, since_us = _series(hunt), hunt.since_us(world)
            if since_us is not None:
                sights.append(Looked(series=series, since_us=since_us))
            rated = hunt.rated
            sights += [self._seen(hunt.who, series, one, is_last=one is rated[-1]) for one in rated]
        return sights

    def _seen(self, who: Who, series: Series, one: Rated, *, is_last: bool) -> Seen:
        judged = one.judged
        rating, target, level = judged.rating, judged.target, self._level(judged)
        both = level is not Level.NONE
        facts = facts_of(one.by, who, judged, one.text, both=both) if is_last else {}
        return Seen(
            kind=series.kind,
            subject=series.subject,
            about=series.about,
            rule=series.rule,
            about_name=target.name,
            measure=measure_of(self.policy, target),
            level=level,
            at_us=one.at_us,
            period=one.text,
            value=shown(rating.actual) or "",
            limit=shown(rating.goal) or "",
            ratio_percent=_ratio(judged),
            unit=rating.actual.unit if rating.actual else target.unit,
            facts=facts,
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


def _hunts(look: Look, subjects: Sequence[str], policy: Policy) -> list[Hunt]:
    return [hunt for key in subjects for hunt in hunts(look, key, policy)]


def _rate(world: World, pieces: Sequence[Piece]) -> None:
    """Rate periods whose data are in the world, and note what came of it."""
    ratings, options = Ratings(Measures(world)), Options(as_of=world.as_of)
    for hunt, places in pieces:
        for place in places:
            text, entry = hunt.texts[place], hunt.versions[place]
            judged = ratings.judged(hunt.who, entry, text, options)
            is_rated = judged.rating.state is not RatingState.NOT_RATED
            hunt.search.note(place, is_rated=is_rated)
            if is_rated:
                at_us = end_us(world, hunt.who, text)
                hunt.found[place] = Rated(text=text, at_us=at_us, judged=judged, by=ratings)


def _series(one: Hunt) -> Series:
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
