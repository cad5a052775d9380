"""Targets rated twice over the quarters of a time: by the rule set in force, and by another."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.evaluator.domain.figures.names import Options
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.trials.comparing import Course, Difference, course, differences
from services.evaluator.handlers.reckoner import ratings as rated
from services.evaluator.handlers.reckoner.ratings import Judged
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.handlers.trials.asked import Asked, TooMuchError
from shared.model.instants import HOUR_US, from_us
from shared.model.level import Level
from shared.model.period import hour_of_day, zone

MOST_QUARTERS = 24
_AT_ONCE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A target by both rule sets at a period's end; None: not rated, and why not."""

    period: str
    end_hour: int
    in_force: Level | None
    tried: Level | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTrial:
    """A target by both rule sets over all periods; a period without a level is passed over."""

    who: Who
    target: Target
    rules: tuple[str, str]
    rated: tuple[Rated, ...]
    courses: tuple[Course, Course]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTrials:
    """A page of holders: `total` of them are chosen in all."""

    as_of: int
    total: int
    made: tuple[TargetTrial, ...]
    next: str


class UnknownRuleError(ValueError):
    """There is no such rule set; the text names those there are."""


class TargetTrialDesk:
    """Tries rule sets on targets."""

    def __init__(self, reckoner: Reckoner) -> None:
        """It reads as all figures are read."""
        self._reckoner = reckoner

    async def tried(self, code: str, asked: Asked, may_see: Callable[[str], bool]) -> TargetTrials:
        """A page of holders. Raises UnknownRuleError, TooMuchError, Unavailable."""
        world = await self._reckoner.open(None)
        _check_rule(world, code)
        holders = sorted(
            key
            for key in world.targets_by_holder
            if asked.subject in ("", key) and world.who(key) is not None and may_see(key)
        )
        page = [key for key in holders if key > asked.after][: asked.limit]
        people = [who for key in page if (who := world.who(key)) is not None]
        found: dict[tuple[str, str], list[_Line]] = {}
        for text in sorted({text for who in people for text, _ in quarters(asked, who.zone)}):
            for line in await self._rated(world, people, text, code, asked):
                found.setdefault((line.who.key, line.target.code), []).append(line)
        return TargetTrials(
            as_of=world.as_of,
            total=len(holders),
            made=tuple(_trial(found[place], asked) for place in sorted(found)),
            next=page[-1] if page and page[-1] != holders[-1] else "",
        )

    async def _rated(
        self, world: World, people: Sequence[Who], text: str, code: str, asked: Asked
    ) -> list["_Line"]:
        """All targets of these people in force at the end of one quarter, some at a time."""
        wanted = [(who, entry) for who in people for entry in rated.targets_of(world, who, text)]
        usual = Options(as_of=world.as_of)
        found: list[_Line] = []
        for first in range(0, len(wanted), _AT_ONCE):
            part = wanted[first : first + _AT_ONCE]
            now = await self._reckoner.rate(part, world, text, usual)
            then = await self._reckoner.rate(part, world, text, replace(usual, rule=code))
            for (who, _), a, b in zip(part, now, then, strict=True):
                end = dict(quarters(asked, who.zone)).get(text)
                if end is not None:
                    found.append(_line(who, a, b, text, end))
            # Whoever waits meanwhile comes first.
            await asyncio.sleep(0)
        return found


@dataclass(frozen=True, slots=True)
class _Line:
    """One target at the end of one quarter."""

    who: Who
    target: Target
    rules: tuple[str, str]
    rated: Rated


def _line(who: Who, now: Judged, then: Judged, text: str, end_hour: int) -> _Line:
    both = _both(now, then, text, end_hour)
    return _Line(who, now.target, (now.rating.rule, then.rating.rule), both)


def quarters(asked: Asked, zone_name: str) -> tuple[tuple[str, int], ...]:
    """Cumulative quarters that end within the time, with the hours at which they end.

    Raises TooMuchError for too many.
    """
    first, last = (
        from_us(hour * HOUR_US).astimezone(zone(zone_name)).date()
        for hour in (asked.first_hour, asked.end_hour)
    )
    found: list[tuple[str, int]] = []
    for year in range(first.year - 1, last.year + 1):
        for nth in range(1, 5):
            end = date(year + nth // 4, nth * 3 % 12 + 1, 1)
            hour = hour_of_day(end, zone_name)
            if asked.first_hour < hour <= asked.end_hour:
                found.append((f"{year:04d}Q{nth}", hour))
    if len(found) > MOST_QUARTERS:
        raise TooMuchError(
            f"{len(found)} quarters are more than {MOST_QUARTERS}: ask for a shorter time"
        )
    return tuple(found)


def _check_rule(world: World, code: str) -> None:
    known = sorted(entry.key for entry in world.records.rules)
    if code not in known:
        raise UnknownRuleError(f"there is no rule set {code!r}; known are {', '.join(known)}")


def _both(now: Judged, then: Judged, text: str, end_hour: int) -> Rated:
    reasons = (*now.rating.reasons, *then.rating.reasons)
    return Rated(
        period=text,
        end_hour=end_hour,
        in_force=_level(now),
        tried=_level(then),
        reasons=tuple(dict.fromkeys(reason.en for reason in reasons)),
    )


def _level(judged: Judged) -> Level | None:
    """Severities of rule sets are levels: 0 none to 4 red."""
    reached = judged.rating.reached
    return Level(reached.severity) if reached else None


def _trial(listed: Sequence[_Line], asked: Asked) -> TargetTrial:
    last, found = listed[-1], tuple(one.rated for one in listed)
    courses = (
        _course({one.end_hour: one.in_force for one in found}, asked),
        _course({one.end_hour: one.tried for one in found}, asked),
    )
    return TargetTrial(
        who=last.who,
        target=last.target,
        rules=last.rules,
        rated=found,
        courses=courses,
        differences=differences(*courses),
    )


def _course(levels: Mapping[int, Level | None], asked: Asked) -> Course:
    """Levels as they were at the ends of periods; the last of them ends just with the time."""
    turns = [(hour, level) for hour, level in sorted(levels.items()) if level is not None]
    return course(turns, asked.first_hour, asked.end_hour + 1)
