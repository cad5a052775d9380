"""Sees from whom nothing comes: metering points, or a whole owner at once (无数据).

Our own faults are nobody's silence: while no readings come in from anybody nothing is judged, time
in which none came is not counted, and owners whose messages still wait to be read are left alone.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from services.evaluator.domain.conditions.seen import Facts, Seen
from services.evaluator.domain.watching.listening import Listening, listening
from services.evaluator.domain.watching.policy import WatchPolicy
from services.evaluator.domain.watching.returning import Returning, returning
from services.evaluator.domain.watching.silence import (
    I64,
    NEVER,
    Expected,
    Silent,
    expected,
    silent,
)
from services.evaluator.handlers.conditions.source import NOBODY, Due, Look
from services.evaluator.ports.conditions import ConditionNews
from services.evaluator.ports.intake import Ends, Intake, Newest
from shared.model.catalogue import EntityKind
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import HOUR_US, SECOND_US, iso

RULE = "no-data"
EVERY_US = 60 * SECOND_US
"""Between two judgements."""
_MINUTE_US = 60 * SECOND_US

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One judgement of everybody.

    waiting: partitions whose messages are not all read. alone: owners that are just coming back.
    """

    silent: Mapping[str, tuple[Silent, ...]]
    waiting: frozenset[int]
    alone: frozenset[str]


@dataclass(slots=True)
class SilenceSource:
    """The Source of silence. partition_of: the partition of readings of an owner."""

    intake: Intake
    ends: Ends
    policy: WatchPolicy
    partition_of: Callable[[str], int]
    name: str = "no-data"
    kinds: Collection[ConditionKind] = (ConditionKind.NO_DATA,)
    _judged_us: int | None = None
    _heard: Heard | None = None
    _mark: str = ""
    _told: set[str] = field(default_factory=set)
    _ends: Mapping[int, int] | None = None
    _is_deaf: bool = False
    _returning: Returning | None = None
    _points: tuple[tuple[int, int], Expected] | None = None

    async def due(self, look: Look, news: ConditionNews, mark: str) -> Due:
        """Silent owners and those that were; everybody at first, or after another copy's turn."""
        del news
        if self._judged_us is not None and 0 <= look.now_us - self._judged_us < EVERY_US:
            return Due(subjects=NOBODY, mark=mark)
        self._judged_us, self._heard = look.now_us, await self._judge(look)
        if self._heard is None:
            return Due(subjects=NOBODY, mark=mark)
        if not self._mark or mark != self._mark:
            # Of whom another copy has told is not known here: all are looked at once more.
            self._mark = f"since {iso(look.now_us)}"
            self._told = {each.owner for each in look.world.slices.values()}
        wanted = self._told | self._heard.silent.keys()
        # Of very many owners it takes a while to see in which partitions they are.
        due = await asyncio.to_thread(lambda: frozenset(filter(self._may_be_told, wanted)))
        return Due(subjects=due, mark=self._mark)

    async def subjects(self, look: Look) -> Collection[str]:
        """Whoever has points."""
        del look
        return self._heard.silent.keys() if self._heard else ()

    async def look(self, look: Look, subjects: Sequence[str]) -> Sequence[Seen]:
        """One condition a silent owner, or one a silent point of an owner that is heard."""
        heard = self._heard
        if heard is None:
            return ()
        read = [subject for subject in subjects if self._may_be_told(subject)]
        found = [one for subject in read for one in heard.silent.get(subject, ())]
        self._told -= set(read)
        self._told |= {one.owner for one in found}
        return [self._seen(one, look) for one in found]

    def _may_be_told(self, owner: str) -> bool:
        """Whether all that came from the owner up to the last look has been read.

        And all its points have had their turn, if it is just coming back.
        """
        heard = self._heard
        if heard is None or owner in heard.alone:
            return False
        return self.partition_of(owner) not in heard.waiting

    async def _judge(self, look: Look) -> Heard | None:
        """Who is silent; None when nobody could be heard just now."""
        waiting = await self._waiting()
        if waiting is None:
            return None
        terms, now = self.policy.silence_terms, look.now_us
        step = max(terms.outage_minutes * _MINUTE_US // 3, _MINUTE_US)
        since = now - terms.look_back_hours * HOUR_US
        arrivals = await self.intake.arrivals(since, now, step)
        heard = listening(arrivals, step, terms.outage_minutes * _MINUTE_US, since, now)
        is_deaf = heard.quiet_since() != now
        if is_deaf is not self._is_deaf:
            self._is_deaf = is_deaf
            said = "no readings come in: silence is not judged" if is_deaf else "readings come in"
            log.warning(said, extra={"action": "silence_judged_or_not"})
        if is_deaf:
            return None
        newest = await self.intake.newest()
        found = await asyncio.to_thread(self._silent, look, newest, heard)
        self._returning = returning(self._returning, found, now)
        return Heard(silent=found, waiting=waiting, alone=self._returning.alone(found, now, terms))

    async def _waiting(self) -> frozenset[int] | None:
        """Partitions not read up to where they ended at the last look; None if nobody knows."""
        positions, ends = await self.intake.positions(), await self.ends.ends()
        if ends is None:
            return None
        before, self._ends = self._ends or ends, ends
        return frozenset(p for p, end in before.items() if end > positions.get(p, 0))

    def _silent(
        self, look: Look, newest: Newest, heard: Listening
    ) -> Mapping[str, tuple[Silent, ...]]:
        policy, points = self.policy, self._expected(look)
        at = _newest_of(points, newest, look.now_us)
        found: dict[str, list[Silent]] = {}
        for one in silent(points, at, heard, policy.silence, policy.silence_terms, look.now_us):
            found.setdefault(one.owner, []).append(one)
        return {owner: tuple(listed) for owner, listed in found.items()}

    def _expected(self, look: Look) -> Expected:
        """Who is to report; worked out anew once an hour, and for another catalogue."""
        catalogue = look.world.catalogue
        place = (catalogue.version, look.now_us // HOUR_US)
        if self._points is None or self._points[0] != place:
            recorded = {
                point.number: point.records[0].recorded_at
                for point in catalogue.of_kind(EntityKind.POINT)
            }
            points = expected(look.world.slices.values(), recorded, look.now_us)
            self._points = (place, points)
        return self._points[1]

    def _seen(self, one: Silent, look: Look) -> Seen:
        point = look.world.catalogue.get(EntityKind.POINT, one.point) if one.point else None
        name = str(point.latest().get("name") or one.point) if point else "全部计量点"
        return Seen(
            kind=ConditionKind.NO_DATA,
            subject=one.owner,
            about=one.point,
            about_name=name,
            rule=RULE,
            measure=Measure.DATA,
            level=one.level,
            at_us=one.at_us,
            limit=str(one.limit_us // HOUR_US),
            unit="h",
            facts=_facts(one, self.policy.version),
        )


def _newest_of(points: Expected, newest: Newest, now_us: int) -> I64:
    """The newest reading of each expected point; of one that hides behind bad values: now."""
    at = np.full(len(points), NEVER)
    if len(newest.point):
        place = np.minimum(np.searchsorted(newest.point, points.number), len(newest.point) - 1)
        known = newest.point[place] == points.number
        at[known] = newest.at[place[known]]
    at[np.isin(points.number, newest.hidden)] = now_us
    return at


def _facts(one: Silent, version: str) -> Facts:
    subject = f"point:{one.point}" if one.point else one.owner
    return {
        "newest_reading": iso(one.newest_us) if one.newest_us is not None else None,
        "never_reported": one.newest_us is None,
        "points_silent": one.points,
        "points": one.of,
        "interval_s": one.interval_us // SECOND_US,
        "listened_hours": one.limit_us // HOUR_US,
        "policy": version,
        "figure": f"/v1/findings?subject={subject}",
    }
