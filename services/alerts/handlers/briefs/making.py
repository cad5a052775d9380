"""Making a brief: gather as of one commit and one entry, write, check, print, keep.

Whoever makes one holds a claim that ends by itself: a copy that dies in the middle of it leaves
nothing behind, and another one makes the brief again.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from services.alerts.domain.briefs import flow
from services.alerts.domain.briefs.desking import Stretch, desk_of
from services.alerts.domain.briefs.facts import Facts, Label, Situation
from services.alerts.domain.briefs.flow import Brief, Outcome
from services.alerts.domain.briefs.schedule import midnight, opening, waits_until
from services.alerts.domain.briefs.settings import BriefSettings, Gdp
from services.alerts.handlers.briefs.errata import errata_of
from services.alerts.handlers.briefs.parts import GDP, BriefParts, editions, in_order
from services.alerts.handlers.briefs.printing import printed, title_of
from services.alerts.ports.briefs import (
    AskedInVainError,
    CannotPrintError,
    Claimed,
    ClaimLostError,
    Progress,
    Revision,
)

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""How long a claim is held without a sign of life."""
AGAIN = timedelta(hours=6)
"""When a waiting or stopped brief is looked at again."""
_AWAY = timedelta(seconds=20)
_MOST_ATTEMPTS = 3
STEPS = {"figures": 0, "desk": 30, "writing": 40, "printing": 50, "keeping": 95}
"""What is done one after the other, and how much of a hundred is done before it."""
_WHOLE = 100
Made = tuple[Outcome, Revision | None]


@dataclass(slots=True, kw_only=True)
class _Claim:
    """A claim that is being worked on: every step says so."""

    parts: BriefParts
    claimed: Claimed
    clock: Callable[[], datetime]
    saying: asyncio.Task[None] | None = None

    async def say(self, step: str) -> None:
        """Raises ClaimLostError when another copy makes it by now."""
        if self.saying is not None:
            await asyncio.wait([self.saying])
        await self._tell(Progress(step=step, done=STEPS[step], whole=_WHOLE))

    def printed(self, _name: str, done: int, whole: int) -> None:
        """So many forms are printed; told unless that before is still being told."""
        if self.saying is None or self.saying.done():
            begin, end = STEPS["printing"], STEPS["keeping"]
            so_far = begin + (end - begin) * done // max(whole, 1)
            progress = Progress(step="printing", done=so_far, whole=_WHOLE)
            self.saying = asyncio.create_task(self._quietly(progress))

    async def _quietly(self, progress: Progress) -> None:
        # Whoever lost the claim, or the database, hears of it at the next step.
        with suppress(ClaimLostError, ConnectionError):
            await self._tell(progress)

    async def _tell(self, progress: Progress) -> None:
        until = self.clock() + LEASE
        await self.parts.store.progress(self.claimed.brief.id, self.claimed.token, progress, until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Makes briefs that somebody, or the calendar, has asked for."""

    parts: BriefParts
    clock: Callable[[], datetime]

    async def round(self) -> Brief | None:
        """Make the brief that has waited longest; it as it is then, None without any."""
        now = self.clock()
        claimed = await self.parts.store.claim(now, now + LEASE, uuid4())
        if claimed is None:
            return None
        return await self._made(claimed)

    async def _made(self, claimed: Claimed) -> Brief:
        brief = claimed.brief
        claim = _Claim(parts=self.parts, claimed=claimed, clock=self.clock)
        try:
            if claimed.attempt > _MOST_ATTEMPTS:
                return await self._failed(claimed, _GIVEN_UP)
            outcome, revision = await self._make(brief, claim)
            await claim.say("keeping")
        except (AskedInVainError, CannotPrintError) as error:
            return await self._failed(claimed, error.label)
        except ConnectionError as error:
            log.info("brief %s is put off: %s", brief.id, error, extra={"action": "brief_put_off"})
            await self._put_off(claimed, "away", _AWAY, is_attempt=False)
            return brief
        except ClaimLostError:
            raise
        except Exception:
            log.exception("brief %s could not be made", brief.id, extra={"action": "brief_failed"})
            await self._put_off(claimed, "failed", _AWAY * claimed.attempt)
            return brief
        happened = flow.came_out(brief, outcome, self.clock())
        return await self._write(happened, claimed.token, revision)

    async def _make(self, brief: Brief, claim: _Claim) -> Made:
        if brief.corrects is not None:
            return await errata_of(self.parts, brief, claim)
        return await self._brief(brief, claim)

    async def _brief(self, brief: Brief, claim: _Claim) -> Made:
        parts = self.parts
        settings = await parts.settings_for(brief)
        await claim.say("figures")
        parts.press.get_ready()
        facts = await gathered(parts, brief, settings)
        outcome = _outcome(brief, settings, facts)
        waiting = _waits(parts, settings, facts.situation, self.clock())
        if waiting is not None:
            return replace(outcome, waiting_for=(GDP,), try_at=waiting), None
        await claim.say("desk")
        facts = await parts.sealed(await with_desk(parts, facts, outcome.journal))
        await claim.say("writing")
        written = await parts.scribe.write(facts, outcome.languages, editions(settings))
        found = (*_unreconciled(facts.situation), *written.findings)
        outcome = replace(outcome, title=title_of(written.pages, brief), digest=facts.digest)
        if found:
            return replace(outcome, findings=found, try_at=self.clock() + AGAIN), None
        await claim.say("printing")
        revision = await printed(parts, facts, written.pages, claim.printed)
        return replace(outcome, files=tuple(file for file, _ in revision.files)), revision

    async def _failed(self, claimed: Claimed, why: Label) -> Brief:
        now = self.clock()
        happened = flow.failed(claimed.brief, why, now, now + AGAIN)
        return await self._write(happened, claimed.token, None)

    async def _write(
        self, happened: flow.Happened, token: UUID, revision: Revision | None
    ) -> Brief:
        change = self.parts.change(happened, revision=revision, token=token)
        async with self.parts.store.work() as work:
            await work.one(change.brief.id)
            await work.write(change)
        return change.brief

    async def _put_off(
        self, claimed: Claimed, step: str, length: timedelta, *, is_attempt: bool = True
    ) -> None:
        progress = Progress(step=step, done=0, whole=_WHOLE)
        at = self.clock() + length
        await self.parts.store.put_off(
            claimed.brief.id, claimed.token, progress, at, is_attempt=is_attempt
        )


_GIVEN_UP = Label(
    "多次尝试均未完成，详见服务日志；排除原因后请重新生成",
    "several attempts have failed, see the service's log; make it again once the cause is gone",
)


async def gathered(parts: BriefParts, brief: Brief, settings: BriefSettings) -> Facts:
    """The figures, as of one commit and since the brief before; the desk only by its entry."""
    commit, journal = brief.order.commit, brief.order.journal
    commit = await parts.situations.newest() if commit is None else commit
    journal = await parts.history.newest() if journal is None else journal
    before = await parts.store.before(brief.region, brief.period, journal)
    situation = await parts.situations.of(
        brief.region, brief.period, commit=commit, since=before.commit if before else None
    )
    return Facts(
        situation=situation,
        desk=desk_of((), brief.region, stretch_of(situation), journal, {}),
        before=before,
        settings=settings.writing,
        preliminary=situation.awaits_output,
        remarks=brief.remarks,
    )


async def with_desk(parts: BriefParts, facts: Facts, journal: int) -> Facts:
    """The facts with those of the warning desk as of the entry."""
    situation = facts.situation
    entries = await parts.history.entries(situation.region, journal)
    places = (*situation.places, *situation.counties)
    names = {situation.region: situation.name, **{one.code: one.name for one in places}}
    stretch = stretch_of(situation)
    # Tens of thousands of warnings take half a second: beside the loop.
    desk = await asyncio.to_thread(desk_of, entries, situation.region, stretch, journal, names)
    return replace(facts, desk=desk)


def stretch_of(situation: Situation) -> Stretch:
    """The period as instants."""
    span = situation.span
    last = date.fromisoformat(span.last) + timedelta(days=1)
    return Stretch(
        begin=midnight(date.fromisoformat(span.first), span.zone),
        end=midnight(last, span.zone),
        zone=span.zone,
    )


def _waits(
    parts: BriefParts, settings: BriefSettings, situation: Situation, now: datetime
) -> datetime | None:
    """When to look again whether the output is out; None when it is, or was waited for enough."""
    if not situation.awaits_output or settings.gdp is not Gdp.WAIT:
        return None
    due, _ = parts.days(date.fromisoformat(situation.span.last), settings.trigger.after)
    until = waits_until(settings, due, parts.days)
    if now >= until:
        return None
    return min(until, max(now + AGAIN, opening(due, settings.zone)))


def _unreconciled(situation: Situation) -> tuple[Label, ...]:
    return tuple(
        Label(f"{one.label.zh}：{one.what.zh}", f"{one.label.en}: {one.what.en}")
        for one in situation.unreconciled
    )


def _outcome(brief: Brief, settings: BriefSettings, facts: Facts) -> Outcome:
    situation = facts.situation
    chain = tuple(dict.fromkeys((situation.region, *situation.parents)))
    return Outcome(
        name=situation.name,
        regions=chain,
        title=brief.title,
        languages=in_order(brief.order.words or settings.languages),
        commit=situation.commit,
        journal=facts.desk.journal,
        preliminary=facts.preliminary,
        second_person=settings.second_person,
        publish_on_approval=settings.publish_on_approval,
        public=settings.public,
    )
