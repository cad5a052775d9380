"""The desk of silences: previews, makes, changes, approves and ends them, and looks after them."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.alerts.domain.matchers import Matchers
from services.alerts.domain.suppression.shown import Shown, sees
from services.alerts.domain.suppression.silences import (
    Approval,
    Guard,
    Happened,
    Reach,
    Silence,
    State,
    edited,
    gives_up_in,
    is_second,
    judged,
    measured,
    reached_by,
    reaches_of,
    reminder_in,
    too_wide,
)
from services.alerts.domain.suppression.viewing import (
    Preview,
    may_handle,
    may_make,
    oversees,
    preview_of,
    silence_document,
)
from services.alerts.domain.tick import Tick
from services.alerts.ports.suppression import Line, Opened, OvertakenError, Silences, Written
from shared.model.access import Act, Principal, may_act

_FIRST_PAGE = 20


class RefusedError(Exception):
    """What was asked for cannot be done; `kind` is a fixed word, the text says what to do."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


class NotAllowedError(RefusedError):
    """The caller may not do this."""


class UnknownError(RefusedError):
    """There is no such silence that the caller may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A silence as somebody wishes it."""

    matchers: Matchers
    reason: str
    starts_at: datetime
    ends_at: datetime
    author: str = ""
    flaw: str = ""
    as_sent: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceDesk:
    """Gather, calculate, apply; every change is a line of the journal in the same transaction."""

    silences: Silences
    opened: Opened
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    guard: Guard = field(default_factory=Guard)

    async def preview(self, caller: Principal, matchers: Matchers) -> Preview:
        """What a silence of the caller's with these matchers would hide now."""
        _demand_maker(caller)
        now = self.clock()
        silence = self._new(caller, _trial(matchers, now), now)
        reached = await self._reached(silence)
        return preview_of(reached, measured(reached, now), limit=_FIRST_PAGE)

    async def create(self, caller: Principal, wanted: Wanted) -> Silence:
        """Make a silence; one that hides too much waits for a second person."""
        _demand_maker(caller)
        now = self.clock()
        made = self._new(caller, wanted, now)
        made = judged(made, await self._reach(made, now), self.guard)
        written = self._told(made, (Happened.CREATED, *_asks(made, now)), caller, now)
        await self.silences.write([written])
        return _after(written)

    async def edit(self, caller: Principal, key: UUID, wanted: Wanted) -> Silence:
        """Change a silence; with other matchers, or once it has ended, it becomes another one.

        What hides more than before needs its second person anew. The changed silence is the
        caller's: it hides only what the caller may act upon.
        """
        before = await self._handled(caller, key)
        now = self.clock()
        if before.state(now) is State.EXPIRED or before.matchers != wanted.matchers:
            return await self._replace(caller, before, wanted, now)
        if before.starts_at <= now:
            wanted = replace(wanted, starts_at=before.starts_at)
        after = replace(
            before,
            owner=caller,
            author=wanted.author,
            reason=wanted.reason,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            flaw=wanted.flaw,
            as_sent=wanted.as_sent,
            updated_at=now,
        )
        after = edited(before, after, await self._reach(after, now), self.guard)
        written = self._told(after, (Happened.EDITED, *_asks(after, now)), caller, now)
        await self.silences.write([written])
        return _after(written)

    async def approve(self, caller: Principal, key: UUID, comment: str) -> Silence:
        """Be the second person; who approves must be allowed to act on all that it hides."""
        silence = await self._handled(caller, key)
        now = self.clock()
        if silence.state(now) is not State.PENDING_APPROVAL:
            raise RefusedError(
                "nothing-to-approve", f"The silence {key} is {silence.state(now)}: nobody is asked."
            )
        if not is_second(silence, caller):
            raise NotAllowedError(
                "second-person",
                f"{caller.name!r} made or last changed this silence: it hides "
                f"{silence.reach.count} warnings, so a second person must approve it.",
            )
        reached = await self._reached(silence)
        _demand_reach(caller, reached)
        approved = replace(
            silence,
            approval=Approval(by=caller, at=now, comment=comment),
            reach=measured(reached, now),
            updated_at=now,
        )
        written = self._told(approved, (Happened.APPROVED,), caller, now, comment=comment)
        await self.silences.write([written])
        return _after(written)

    async def expire(self, caller: Principal, key: UUID) -> Silence:
        """End a silence now; one that has ended stays as it is."""
        silence = await self._handled(caller, key)
        now = self.clock()
        if silence.ended_at is not None:
            return silence
        written = self._told(_ended(silence, now), (Happened.EXPIRED,), caller, now)
        await self.silences.write([written])
        return _after(written)

    async def one(self, caller: Principal, key: UUID) -> Silence:
        """A silence that the caller may see."""
        found = await self.silences.one(key)
        if found is None or not oversees(caller, found):
            raise UnknownError(
                "no-such-silence",
                f"There is no silence {key} that this key may see; GET /v1/silences lists those "
                "there are.",
            )
        return found

    async def listed(self, caller: Principal) -> tuple[Silence, ...]:
        """Silences that the caller may see, newest first; long expired ones are left out."""
        found = await self.silences.since(self.clock() - self.guard.keep)
        return tuple(one for one in found if oversees(caller, one))

    async def pass_time(self, tick: Tick) -> None:
        """Look at every live silence: end it, ask for a second person, remind its owner."""
        live = await self.silences.live()
        if not live:
            return
        opened = await self.opened.all()
        reaches = await asyncio.to_thread(reaches_of, live, opened, tick.end)
        looked = [self._looked_at(one, reaches[one.id], tick) for one in live]
        # Whoever changed one meanwhile has judged it as well; the next look is soon.
        with suppress(OvertakenError):
            await self.silences.write([change for change in looked if not change.lines])
        for change in looked:
            if change.lines:
                with suppress(OvertakenError):
                    await self.silences.write([change])

    def _looked_at(self, silence: Silence, reach: Reach, tick: Tick) -> Written:
        now = tick.end
        if now >= silence.ends_at or silence.flaw or gives_up_in(silence, now, self.guard):
            why = "unapproved" if now < silence.ends_at and not silence.flaw else "ended"
            return self._told(_ended(silence, now), (Happened.EXPIRED,), None, now, why=why)
        was = silence.state(now)
        looked = judged(silence, reach, self.guard)
        if looked.state(now) is State.PENDING_APPROVAL and was is not State.PENDING_APPROVAL:
            looked = replace(looked, updated_at=now)
            return self._told(looked, (Happened.PENDING,), None, now)
        if reminder := reminder_in(looked, tick.begin, now, self.guard):
            looked = replace(looked, reminded_at=now)
            return self._told(looked, (Happened.REMINDED,), None, now, why=reminder.value)
        return Written(silence=looked)

    async def _replace(
        self, caller: Principal, before: Silence, wanted: Wanted, now: datetime
    ) -> Silence:
        made = replace(self._new(caller, wanted, now), replaces=before.id)
        made = judged(made, await self._reach(made, now), self.guard)
        written = self._told(made, (Happened.CREATED, *_asks(made, now)), caller, now)
        changes = [written]
        if before.ended_at is None:
            ended = _ended(before, now)
            more = str(made.id)
            changes.append(self._told(ended, (Happened.EXPIRED,), caller, now, replaced_by=more))
        await self.silences.write(changes)
        return _after(written)

    async def _handled(self, caller: Principal, key: UUID) -> Silence:
        silence = await self.one(caller, key)
        if not may_handle(caller, silence):
            raise NotAllowedError(
                "may-not-silence", f"A {caller.role}'s key cannot change the silence {key}."
            )
        return silence

    async def _reach(self, silence: Silence, now: datetime) -> Reach:
        return measured(await self._reached(silence), now)

    async def _reached(self, silence: Silence) -> tuple[Shown, ...]:
        near = await self.opened.near(silence.matchers)
        return await asyncio.to_thread(reached_by, silence, near)

    def _new(self, caller: Principal, wanted: Wanted, now: datetime) -> Silence:
        return Silence(
            id=self.new_id(),
            matchers=wanted.matchers,
            owner=caller,
            author=wanted.author,
            reason=wanted.reason,
            starts_at=max(wanted.starts_at, now) if not wanted.flaw else wanted.starts_at,
            ends_at=wanted.ends_at,
            created_at=now,
            updated_at=now,
            reach=Reach(count=0, grave=0, at=now),
            flaw=wanted.flaw,
            as_sent=wanted.as_sent,
        )

    def _told(
        self,
        silence: Silence,
        kinds: tuple[Happened, ...],
        by: Principal | None,
        now: datetime,
        **more: object,
    ) -> Written:
        lines = tuple(
            Line(kind=kind, at=now, document=silence_document(silence, kind, by, now, more))
            for kind in kinds
        )
        return Written(silence=silence, lines=lines)


def needs_second(preview: Preview, guard: Guard) -> bool:
    """Whether a silence that reaches this needs a second person."""
    return too_wide(preview.reach, guard)


def _asks(silence: Silence, now: datetime) -> tuple[Happened, ...]:
    return (Happened.PENDING,) if silence.state(now) is State.PENDING_APPROVAL else ()


def _ended(silence: Silence, now: datetime) -> Silence:
    return replace(silence, ended_at=min(now, max(silence.ends_at, silence.created_at)))


def _after(written: Written) -> Silence:
    return replace(written.silence, entries=written.silence.entries + len(written.lines))


def _demand_maker(caller: Principal) -> None:
    if not may_make(caller):
        raise NotAllowedError(
            "may-not-silence",
            f"A {caller.role}'s key cannot make silences: an operator or a regulator does it.",
        )


def _demand_reach(caller: Principal, reached: Collection[Shown]) -> None:
    beyond = [
        shown
        for shown in reached
        if not may_act(caller, Act.APPROVE, shown.subject, shown.regions, shown.measure)
    ]
    if beyond:
        known = sum(sees(caller, shown) for shown in beyond)
        raise NotAllowedError(
            "beyond-your-reach",
            f"The silence hides {len(beyond)} warnings that {caller.name!r} may not act upon "
            f"({known} of them seen by this key): somebody who may must approve it.",
        )


def _trial(matchers: Matchers, now: datetime) -> Wanted:
    return Wanted(matchers=matchers, reason="", starts_at=now, ends_at=now + timedelta(hours=1))
