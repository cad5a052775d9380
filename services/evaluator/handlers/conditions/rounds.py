"""Rounds over all sources of conditions: who is due is looked at, what changed is told."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.evaluator.domain.conditions.seen import Change, Series, Sight, Told
from services.evaluator.domain.conditions.telling import compare
from services.evaluator.handlers.conditions.source import Due, Look, Source
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.world import World
from services.evaluator.ports.conditions import (
    Announcement,
    ConditionMeter,
    ConditionNews,
    Conditions,
    Reached,
)
from services.evaluator.ports.judge import ConflictError
from shared.model.instants import HOUR_US, from_us

log = logging.getLogger(__name__)

AT_ONCE = 30
"""Subjects that are looked at and told of together: what a round holds in memory, and what the
collector of cycles has to look through while everything waits."""
_MOST_FAULTS = 20
_NOTED_EVERY = 10_000
"""Commits without anything due before it is written down how far a source has come."""


class LookError(Exception):
    """A source could not look at whom it should."""


@dataclass(slots=True)
class ConditionRounds:
    """Looks and tells; one copy of the service at a time should, more only do it in vain.

    away: what is raised when something that everybody needs cannot be reached (Unavailable).
    """

    gatherer: Gatherer
    store: Conditions
    sources: Sequence[Source]
    now_us: Callable[[], int]
    away: type[Exception]
    meter: ConditionMeter
    _idle: dict[str, Reached] = field(default_factory=dict)
    _counted: bool = False

    async def round(self) -> int:
        """Ask every source once; how much was told. Raises Unavailable: nothing is lost by that."""
        await self.store.send_leftovers()
        stored = await self.store.reached()
        look = Look(world=await self.gatherer.open(None, present=True), now_us=self.now_us())
        told = 0
        for source in self.sources:
            told += await self._asked(source, stored.get(source.name), look)
        if told or not self._counted:
            await self._count()
        return told

    async def _asked(self, source: Source, stored: Reached | None, look: Look) -> int:
        """The source's part of the round; its own faults are its own."""
        try:
            with self.meter.round_of(source.name):
                return await _Visit(self, source, stored, look).made()
        except self.away:
            raise
        except ConflictError as error:
            log.warning("%s: %s", source.name, error, extra={"action": "conditions_put_off"})
        except Exception:
            log.exception("%s could not look", source.name, extra={"action": "conditions_failed"})
        return 0

    def come(self, source: str, stored: Reached | None) -> Reached | None:
        """How far the source has come, written down or not."""
        idle = self._idle.get(source)
        if idle is None or stored is None or idle.commit < stored.commit:
            return stored
        return idle

    async def advance(
        self, source: str, stored: Reached | None, now: Reached, *, write: bool
    ) -> None:
        """Remember how far it came; without anything looked at only now and then on disk."""
        behind = stored is None or now.commit - stored.commit >= _NOTED_EVERY
        if write or behind or (stored is not None and stored.mark != now.mark):
            await self.store.advance(source, now)
        self._idle[source] = now

    async def _count(self) -> None:
        self.meter.series(await self.store.counts())
        self._counted = True


@dataclass(slots=True)
class _Visit:
    """One source in one round."""

    rounds: ConditionRounds
    source: Source
    stored: Reached | None
    look: Look
    failed: int = 0

    async def made(self) -> int:
        """Look at whom is due and tell of it; how much was told."""
        come = self.rounds.come(self.source.name, self.stored)
        news = await self._news(come)
        due = await self.source.due(self.look, news, come.mark if come else "")
        wanted = await self._wanted(come, due)
        cause = _cause(come, due, news)
        told = 0
        for first in range(0, len(wanted), AT_ONCE):
            told += await self._chunk(wanted[first : first + AT_ONCE], cause)
        if wanted and self.failed == len(wanted):
            raise LookError(f"nobody of {len(wanted)} could be looked at")
        now = Reached(commit=self.look.commit, mark=due.mark)
        await self.rounds.advance(self.source.name, self.stored, now, write=bool(wanted))
        return told

    async def _news(self, come: Reached | None) -> ConditionNews:
        if come is None or come.commit >= self.look.commit:
            return ConditionNews()
        month = _month(self.look.now_us)
        return await self.rounds.store.news(come.commit, self.look.commit, month)

    async def _wanted(self, come: Reached | None, due: Due) -> list[str]:
        if come is not None and due.subjects is not None:
            return sorted(due.subjects)
        standing = await self.rounds.store.standing(self.source.kinds)
        return sorted({*await self.source.subjects(self.look), *standing})

    async def _chunk(self, subjects: Sequence[str], cause: str) -> int:
        seen, looked = await self._seen(subjects)
        _check(self.source, seen, looked)
        store, look = self.rounds.store, self.look
        known = await store.told(self.source.kinds, looked)
        # Comparing hundreds of series takes a while: everything else goes on meanwhile.
        made = await asyncio.to_thread(_made, look, known, seen, cause)
        await store.tell(made)
        for one in made:
            self.rounds.meter.told(one.change)
        return len(made)

    async def _seen(self, subjects: Sequence[str]) -> tuple[list[Sight], list[str]]:
        """What is seen, and of whom; whoever cannot be looked at is found by halving."""
        try:
            fresh = replace(self.look, world=_unread(self.look.world))
            return list(await self.source.look(fresh, subjects)), list(subjects)
        except self.rounds.away:
            raise
        except Exception:
            text, some = "%s could not look at %s", ", ".join(subjects[:3])
            log.warning(text, self.source.name, some, exc_info=True, extra={"action": "unseen"})
        if len(subjects) == 1:
            self._note_fault()
            return [], []
        middle = len(subjects) // 2
        seen, looked = await self._seen(subjects[:middle])
        more, further = await self._seen(subjects[middle:])
        return seen + more, looked + further

    def _note_fault(self) -> None:
        self.failed += 1
        self.rounds.meter.failed(self.source.name)
        if self.failed > _MOST_FAULTS:
            raise LookError(f"more than {_MOST_FAULTS} could not be looked at")


def _check(source: Source, seen: Collection[Sight], looked: Collection[str]) -> None:
    """A source keeps to its kinds and to whom it was asked about."""
    subjects = set(looked)
    for series in {one.series for one in seen}:
        if series.kind not in source.kinds or series.subject not in subjects:
            raise LookError(f"{source.name} was not asked about {series}")


def _unread(world: World) -> World:
    """The world without what was read of anybody: no chunk holds the books of those before it."""
    return replace(world, statements={}, books={}, hours={}, _book=None)


def _made(
    look: Look, known: Mapping[Series, Told], seen: Sequence[Sight], cause: str
) -> list[Announcement]:
    changes = compare(known, seen, look.now_us, look.commit, cause)
    return [_announced(look.world, change, look.now_us) for change in changes]


def _announced(world: World, change: Change, now_us: int) -> Announcement:
    subject = change.told.series.subject
    who = world.who(subject)
    regions = (who.regions or world.commons.get(subject, ())) if who else ()
    name = who.name if who else subject.partition(":")[2]
    return Announcement(change=change, subject_name=name, regions=regions, made_at_us=now_us)


def _month(now_us: int) -> int:
    """The month that has not ended yet (year × 12 + month − 1, at UTC+8)."""
    day = from_us(now_us + 8 * HOUR_US)
    return day.year * 12 + day.month - 1


def _cause(come: Reached | None, due: Due, news: ConditionNews) -> str:
    """Why it was looked: for the first time, because time passed, or because of what is new."""
    if come is None:
        return "first-look"
    new = {kind.value for kind, _ in news.records} | ({"readings"} if news.books else set())
    if due.subjects is None and due.mark != come.mark:
        return "time"
    return "+".join(sorted(new)) or "time"
