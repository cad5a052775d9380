"""The hourly look at briefs: what is due, what has waited, and whether what was published holds."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from services.alerts.domain.briefs.facts import Situation
from services.alerts.domain.briefs.flow import (
    Brief,
    Happened,
    Order,
    RefusedError,
    State,
    brief_id,
    ordered,
)
from services.alerts.domain.briefs.schedule import Due, Ended, due_within
from services.alerts.domain.briefs.settings import BriefSettings, Cadence, tier_of
from services.alerts.domain.selection import Sight
from services.alerts.domain.tick import Tick
from services.alerts.handlers.briefs.acts import BriefActs
from services.alerts.handlers.briefs.errata import Corrector
from services.alerts.handlers.briefs.parts import DEFAULT, BriefParts
from services.alerts.ports.briefs import AskedInVainError, BriefFilter, CannotPrintError

log = logging.getLogger(__name__)

RHYTHM = timedelta(hours=1)
WATCHED = timedelta(days=800)
"""For so long after it was published a brief is held against newer figures."""
_AT_ONCE = 50
_EVERYTHING = Sight(everything=True, subjects=(), regions=())
_STANDING = frozenset({State.WAITING, State.STOPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A region that may have a brief. completeness: of its data, per cent; None: not known."""

    code: str
    name: str
    level: str
    chain: tuple[str, ...]
    completeness: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Asks for briefs; `word` is said after something was asked for."""

    parts: BriefParts
    word: Callable[[], None]

    async def tick(self, tick: Tick) -> None:
        """Bears being told the same stretch twice; raises Unavailable."""
        given = await self._given()
        asked = await self._due(tick, given) + await self._again(tick.end, given)
        asked += await self._corrections(tick.end)
        asked += await self._approved(tick.end)
        if asked:
            self.word()

    async def _given(self) -> Mapping[str, str]:
        """The names of settings by the regions that they were given to.

        Where none were given to any, the default ones hold for the regions on top.
        """
        given = await self.parts.shelf.assignments()
        return given or dict.fromkeys(await self.parts.history.tops(), DEFAULT)

    async def _due(self, tick: Tick, given: Mapping[str, str]) -> int:
        """A region with settings is asked for, and all below it that has none of its own."""
        known, asked = self.parts.shelf.known(), 0
        for root, name in sorted(given.items()):
            settings = known.get(name)
            for due in _dues(settings, tick, self.parts) if settings else ():
                asked += await self._ask(root, settings or known[DEFAULT], due, given, tick.end)
        return asked

    async def _ask(
        self,
        root: str,
        settings: BriefSettings,
        due: Due,
        given: Mapping[str, str],
        now: datetime,
    ) -> int:
        try:
            situation = await self.parts.situations.of(
                root, due.period.text, commit=await self.parts.situations.newest()
            )
        except AskedInVainError as error:
            log.warning(
                "%s has no brief of %s: %s",
                root,
                due.period.text,
                error,
                extra={"action": "brief_in_vain"},
            )
            return 0 if due.asks else await self._in_vain(root, settings, due, now)
        spots = [
            spot
            for spot in spots_of(situation)
            if tier_of(spot.level) in settings.levels
            and next((code for code in spot.chain if code in given), None) == root
            and _has_come(spot, settings, due)
        ]
        keys = {brief_id(spot.code, due.period.text): spot for spot in spots}
        there = await self.parts.store.known(list(keys))
        renewed = 0 if due.asks else await self._renew(there, due.at)
        fresh = keys.keys() - there
        for key in sorted(fresh, key=lambda one: keys[one].code):
            await self._put(fresh_brief(keys[key], settings, due.period.text, due.period.kind, now))
        return len(fresh) + renewed

    async def _in_vain(self, root: str, settings: BriefSettings, due: Due, now: datetime) -> int:
        """The region's own brief is asked for all the same: it says what is wrong, and is retried.

        Once it has figures those below it are asked for.
        """
        chain = await self.parts.chain(root)
        spot = Spot(code=root, name=root, level="", chain=chain, completeness=None)
        if await self.parts.store.one(brief_id(root, due.period.text)) is not None:
            return 0
        await self._put(fresh_brief(spot, settings, due.period.text, due.period.kind, now))
        return 1

    async def _renew(self, there: Collection[UUID], since: datetime) -> int:
        """What somebody had made before it was due is made anew, with the same remarks."""
        asked = 0
        for key in sorted(there):
            found = await self.parts.store.one(key)
            made_at = found.brief.made_at if found else None
            if found and made_at and made_at < since and found.brief.order.commit is None:
                asked += await self._retry(found.brief, frozenset({*_STANDING, State.DRAFT}))
        return asked

    async def _put(self, brief: Brief) -> None:
        happened = ordered(None, brief, Order(), None)
        async with self.parts.store.work() as work:
            if await work.one(brief.id) is None:
                await work.write(self.parts.change(happened, queue=True))

    async def _again(self, now: datetime, given: Mapping[str, str]) -> int:
        """What waits or is stopped is tried again once the evaluator's commit has moved on.

        What waits for the output is looked at again all the same: its patience may have ended.
        """
        newest = await self.parts.situations.newest()
        asked = 0
        for brief in await self.parts.store.due(now, newest, limit=_AT_ONCE):
            if brief.commit is None and brief.editor is None and brief.region in given:
                asked += await self._below(brief, given, now)
            asked += await self._retry(brief)
        return asked

    async def _below(self, brief: Brief, given: Mapping[str, str], now: datetime) -> int:
        """The calendar asked for figures of the region in vain: so it did for all below it."""
        settings = self.parts.shelf.known().get(given[brief.region])
        if settings is None or brief.kind not in set(Cadence):
            return 0
        period = Ended(text=brief.period, kind=Cadence(brief.kind), last=brief.created_at.date())
        due = Due(period=period, at=brief.created_at, final=brief.created_at)
        return await self._ask(brief.region, settings, due, given, now)

    async def _retry(self, brief: Brief, states: frozenset[State] = _STANDING) -> int:
        async with self.parts.store.work() as work:
            known = await work.one(brief.id)
            if known is None or known.state not in states:
                return 0
            happened: Happened = ordered(known, known, known.order, None)
            await work.write(self.parts.change(happened, queue=True))
        return 1

    async def _approved(self, now: datetime) -> int:
        """What its approval should have published, had the service not died in between."""
        wanted, acts, done = BriefFilter(state=State.APPROVED), BriefActs(parts=self.parts), 0
        found = await self.parts.store.find(_EVERYTHING, wanted, limit=_AT_ONCE, below=None)
        for brief in (one.brief for one in found if one.brief.publish_on_approval):
            try:
                await acts.publish(brief.id, None, brief.approvals[-1].by, now, "")
                done += 1
            except (RefusedError, CannotPrintError) as error:
                why = {"action": "brief_not_published", "brief": str(brief.id)}
                log.warning("an approved brief is not published: %s", error, extra=why)
        return done

    async def _corrections(self, now: datetime) -> int:
        commit = await self.parts.situations.newest()
        return await Corrector(parts=self.parts).round(commit, now - WATCHED, now)


def _dues(settings: BriefSettings, tick: Tick, parts: BriefParts) -> tuple[Due, ...]:
    return due_within(settings, tick.begin, tick.end, parts.days)


def _has_come(spot: Spot, settings: BriefSettings, due: Due) -> bool:
    """Whether the data of a place are there, where that is asked for."""
    threshold = settings.trigger.coverage
    if not due.asks or threshold is None:
        return True
    return spot.completeness is not None and spot.completeness >= threshold


def spots_of(situation: Situation) -> Iterator[Spot]:
    """The region and all below it, once each."""
    own = (situation.region, *situation.parents)
    yield Spot(
        code=situation.region,
        name=situation.name,
        level=situation.level,
        chain=own,
        completeness=situation.data.completeness,
    )
    seen = {situation.region}
    parents = {one.code: one.parent for one in (*situation.places, *situation.counties)}
    for place in (*situation.places, *situation.counties):
        if place.code not in seen:
            seen.add(place.code)
            middle = [place.parent] if place.parent in parents else []
            yield Spot(
                code=place.code,
                name=place.name,
                level=place.level,
                chain=tuple(dict.fromkeys((place.code, *middle, *own))),
                completeness=place.completeness,
            )


def fresh_brief(
    spot: Spot, settings: BriefSettings, period: str, kind: str, now: datetime
) -> Brief:
    """A brief that nobody has asked for yet."""
    return Brief(
        id=brief_id(spot.code, period),
        region=spot.code,
        name=spot.name,
        regions=spot.chain,
        period=period,
        kind=kind,
        settings=settings.name,
        state=State.MAKING,
        created_at=now,
        languages=settings.languages,
        second_person=settings.second_person,
        publish_on_approval=settings.publish_on_approval,
        public=settings.public,
    )
