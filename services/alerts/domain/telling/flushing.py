"""Looking at one group that is due: whom to tell what, what to remember, when to look again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.alerts.domain.telling.contacts import (
    Contact,
    Manners,
    Pace,
    digest_at,
    is_too_much,
    may_hear_of,
    pace_of,
)
from services.alerts.domain.telling.deciding import (
    Decision,
    Last,
    Policy,
    Reason,
    Standing,
    needs_notice,
    told_of,
    without,
)
from services.alerts.domain.telling.ends import ending_of
from services.alerts.domain.telling.items import Item
from services.alerts.domain.telling.notice import Ended, Muted, Notice, make_notice, worst_of
from services.alerts.domain.telling.routes import Group, Route
from shared.model.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An item of a group; `holds` says whether it still belongs to what is told as standing."""

    item: Item
    holds: bool
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All there is to know of a group that is due. `muted`: why an item is suppressed."""

    group: Group
    route: Route
    members: tuple[Member, ...]
    last: Mapping[str, Last]
    contacts: tuple[Contact, ...]
    muted: Mapping[UUID, str]
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided for one contact. `held_until`: the digest that the notice goes into."""

    contact: Contact
    decision: Decision
    last: Last | None
    notice: Notice | None = None
    held_until: datetime | None = None
    muted: tuple[Muted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flushed:
    """What follows for a group; `over`: members that need not be kept."""

    group: Group
    verdicts: tuple[Verdict, ...]
    over: frozenset[UUID]
    due_at: datetime | None


def flush(
    gathered: Gathered, manners: Manners, recent: Mapping[str, int], now: datetime
) -> Flushed:
    """Decide for every contact that the route reaches; `recent`: notices in its period so far."""
    verdicts = tuple(
        _verdict(gathered, contact, manners, recent.get(contact.name, 0), now)
        for contact in gathered.contacts
    )
    over = frozenset() if gathered.quiet else _over(gathered)
    return Flushed(
        group=gathered.group,
        verdicts=verdicts,
        over=over,
        due_at=_due(gathered, verdicts, over, now),
    )


def _over(gathered: Gathered) -> frozenset[UUID]:
    # What is muted is never forgotten: it is kept until it may be told.
    return frozenset(
        member.item.id
        for member in gathered.members
        if (not member.holds or member.item.event) and member.item.id not in gathered.muted
    )


def _verdict(
    gathered: Gathered, contact: Contact, manners: Manners, recent: int, now: datetime
) -> Verdict:
    last = gathered.last.get(contact.name)
    heard = _heard(gathered.members, contact, last)
    muted = tuple(
        Muted(item=member.item, why=gathered.muted[member.item.id])
        for member in heard
        if member.item.id in gathered.muted
    )
    standing = _standing(heard, gathered.muted, last)
    if gathered.quiet:
        quiet = Decision(told=False, reason=Reason.QUIET)
        return Verdict(contact=contact, decision=quiet, last=last, muted=muted)
    policy = Policy(repeat=gathered.route.timing.repeat, resolved=contact.resolved)
    decision = needs_notice(last, standing, now, policy)
    if not decision.told:
        # Resolved without a word (the contact does not want it): forget that it was told.
        kept = without(last, standing.ended) if last else None
        return Verdict(contact=contact, decision=decision, last=kept, muted=muted)
    notice = _notice(gathered, contact, decision, heard, muted, now)
    worst = worst_of(m.level for m in heard if m.item.id in decision.because)
    return Verdict(
        contact=contact,
        decision=decision,
        last=told_of(last, standing, now),
        notice=notice,
        held_until=_held_until(contact, manners, recent, worst, now),
        muted=muted,
    )


def _heard(members: Sequence[Member], contact: Contact, last: Last | None) -> tuple[Member, ...]:
    """The members as the contact sees them: what fell below its level has ended for it.

    Without reminders that the contact hears of in another group, as an office of another name.
    """
    known = last.firing if last else {}
    visible = [
        m
        for m in members
        if _visible(contact, m.item) and not any(map(contact.answers_to, m.item.told_by))
    ]
    low = {m.item.id for m in visible if m.level < contact.min_level and not m.item.event}
    return tuple(
        replace(member, holds=False) if member.item.id in low else member
        for member in visible
        if member.item.id not in low or member.item.id in known
    )


def _visible(contact: Contact, item: Item) -> bool:
    return may_hear_of(contact, item.subject, item.regions, item.measure)


def _standing(heard: Sequence[Member], muted: Mapping[UUID, str], last: Last | None) -> Standing:
    clear = [member for member in heard if member.item.id not in muted]
    known = last.firing if last else {}
    return Standing(
        firing={m.item.id: m.level for m in clear if m.holds},
        ended={
            m.item.id: ending_of(m.item, known.get(m.item.id, Level.NONE)).how
            for m in clear
            if not m.holds
        },
        attended=frozenset(m.item.id for m in clear if m.holds and m.item.attended),
        muted=frozenset(m.item.id for m in heard if m.item.id in muted),
        passing=frozenset(m.item.id for m in clear if m.item.event),
        periods={m.item.id: m.item.period for m in clear if m.holds and m.item.period},
    )


def _notice(
    gathered: Gathered,
    contact: Contact,
    decision: Decision,
    heard: Sequence[Member],
    muted: Sequence[Muted],
    now: datetime,
) -> Notice:
    clear = [member for member in heard if member.item.id not in gathered.muted]
    last = gathered.last.get(contact.name)
    known = last.firing if last else {}
    ended = [
        Ended(item=m.item, ending=ending_of(m.item, known[m.item.id]))
        for m in clear
        if not m.holds and m.item.id in known
    ]
    items = [member.item for member in clear if member.holds]
    return make_notice(contact, gathered.group, decision.reason, items, ended, muted, now)


def _held_until(
    contact: Contact, manners: Manners, recent: int, worst: Level, now: datetime
) -> datetime | None:
    pace = pace_of(contact, manners, worst)
    if pace is not Pace.AT_ONCE:
        return digest_at(pace, now)
    return digest_at(Pace.HOURLY, now) if is_too_much(contact, manners, recent, worst) else None


def _due(
    gathered: Gathered, verdicts: Sequence[Verdict], over: frozenset[UUID], now: datetime
) -> datetime | None:
    timing = gathered.route.timing
    left = [member for member in gathered.members if member.item.id not in over]
    if not left:
        return None
    soon = now + timing.interval
    if gathered.quiet or any(member.item.id in gathered.muted for member in left):
        return soon
    repeats = [verdict.last.at + timing.repeat for verdict in verdicts if verdict.last]
    return max(min(repeats, default=now + timing.repeat), soon)
