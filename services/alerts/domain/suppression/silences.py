"""Silences: who wants not to be told of what, from when until when, and why.

One that would hide many warnings, or a red one of a league or above, hides nothing until a second
person has approved it. That is asked when it is made, when it is changed, and every minute after.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.alerts.domain.matchers import Matchers, Operator, all_match
from services.alerts.domain.suppression.shown import Shown, may_silence
from shared.model.access import Principal


class State(StrEnum):
    """Where a silence stands; worked out from its record and the time."""

    PENDING_APPROVAL = "pending_approval"
    """It hides nothing until a second person approves it."""
    PENDING = "pending"
    """It has not begun."""
    ACTIVE = "active"
    EXPIRED = "expired"


class Happened(StrEnum):
    """What the journal says of silences."""

    CREATED = "created"
    PENDING = "pending"
    """It hides too much: a second person is asked."""
    APPROVED = "approved"
    EDITED = "edited"
    EXPIRED = "expired"
    REMINDED = "reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The policy of silences: how much one person may hide, how long, and who is reminded when."""

    most: int = 50
    longest: timedelta = timedelta(days=30)
    unapproved: timedelta = timedelta(days=7)
    """A silence that nobody approves for so long ends by itself."""
    before_end: timedelta = timedelta(hours=24)
    every: timedelta = timedelta(days=7)
    keep: timedelta = timedelta(days=30)
    """How long lists show what has expired; by its id it can always be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The second person."""

    by: Principal
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a silence would hide: how many warnings, how many of them grave, seen at `at`."""

    count: int
    grave: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One silence; `author` is what a program wrote as its maker, `owner` whose key it was.

    `wide`: a second person must approve it. `ended_at`: when somebody, or the time, ended it.
    `entries`: how many lines the journal has of it; two who change it at once differ in it.
    `flaw`: why it can never hide anything (only through Alertmanager's API); `as_sent`: its
    matchers as name, operator and value where they cannot be matchers.
    """

    id: UUID
    matchers: Matchers
    owner: Principal
    reason: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    updated_at: datetime
    reach: Reach
    author: str = ""
    wide: bool = False
    approval: Approval | None = None
    ended_at: datetime | None = None
    reminded_at: datetime | None = None
    entries: int = 0
    replaces: UUID | None = None
    flaw: str = ""
    as_sent: tuple[tuple[str, str, str], ...] = ()

    def state(self, now: datetime) -> State:
        """Where it stands at the instant."""
        if self.ended_at is not None or now >= self.ends_at or self.flaw:
            return State.EXPIRED
        if self.wide and self.approval is None:
            return State.PENDING_APPROVAL
        return State.PENDING if now < self.starts_at else State.ACTIVE

    def concerns(self, shown: Shown) -> bool:
        """Whether it speaks of the warning at all; its owner must be allowed to act on that."""
        if self.flaw:
            return False
        return all_match(self.matchers, shown.labels) and may_silence(self.owner, shown)

    def hides(self, shown: Shown, now: datetime) -> bool:
        """Whether it hides the warning now; grave ones only with a second person's approval."""
        return (
            self.state(now) is State.ACTIVE
            and (self.approval is not None or not shown.is_grave)
            and self.concerns(shown)
        )

    def room(self, guard: Guard) -> int | None:
        """How many more warnings it may hide than when it was last looked at; None: any number."""
        return None if self.approval else max(0, guard.most - self.reach.count)


def reached_by(silence: Silence, opened: Iterable[Shown]) -> tuple[Shown, ...]:
    """The open warnings that the silence speaks of, whether it has begun or not."""
    return tuple(shown for shown in opened if silence.concerns(shown))


class Index:
    """Silences found by one label that must be equal, so that few are tried for each warning."""

    def __init__(self, silences: Iterable[Silence]) -> None:
        self._anywhere: list[Silence] = []
        self._by_label: dict[tuple[str, str], list[Silence]] = {}
        for silence in silences:
            self._put(silence)

    def candidates(self, shown: Shown) -> list[Silence]:
        """All silences that may speak of the warning, and perhaps others."""
        found = [*self._anywhere]
        for item in shown.labels.items():
            found.extend(self._by_label.get(item, ()))
        return found

    def _put(self, silence: Silence) -> None:
        equal = [
            (matcher.name, matcher.value)
            for matcher in silence.matchers
            if matcher.operator is Operator.EQUAL and matcher.value
        ]
        # Levels and measures tell few warnings apart.
        best = min(equal, key=lambda item: item[0] in ("level", "measure"), default=None)
        home = self._anywhere if best is None else self._by_label.setdefault(best, [])
        home.append(silence)


def reaches_of(
    silences: Iterable[Silence], opened: Iterable[Shown], now: datetime
) -> Mapping[UUID, Reach]:
    """What each of the silences speaks of, in one pass over the open warnings."""
    kept = tuple(silences)
    index = Index(kept)
    reached: dict[UUID, list[Shown]] = {one.id: [] for one in kept}
    for shown in opened:
        for silence in index.candidates(shown):
            if silence.concerns(shown):
                reached[silence.id].append(shown)
    return {key: measured(found, now) for key, found in reached.items()}


def measured(reached: Iterable[Shown], now: datetime) -> Reach:
    """Their number, and how many of them are grave."""
    found = tuple(reached)
    return Reach(count=len(found), grave=sum(shown.is_grave for shown in found), at=now)


def too_wide(reach: Reach, guard: Guard) -> bool:
    """Whether one person must not hide as much alone."""
    return reach.count > guard.most or reach.grave > 0


def judged(silence: Silence, reach: Reach, guard: Guard) -> Silence:
    """The silence after a look at what it hides: wide once is wide until it is changed."""
    return replace(silence, reach=reach, wide=silence.wide or too_wide(reach, guard))


def narrows(before: Silence, after: Silence) -> bool:
    """Whether a change only hides less: the same matchers and owner, and no longer time."""
    return (
        before.matchers == after.matchers
        and before.owner.key_id == after.owner.key_id
        and after.starts_at >= before.starts_at
        and after.ends_at <= before.ends_at
    )


def edited(before: Silence, after: Silence, reach: Reach, guard: Guard) -> Silence:
    """The changed silence: an approval stays with what only hides less, all else is asked anew."""
    if narrows(before, after):
        kept = replace(after, approval=before.approval, wide=before.wide)
    else:
        kept = replace(after, approval=None, wide=False)
    return judged(replace(kept, entries=before.entries), reach, guard)


def is_second(silence: Silence, person: Principal) -> bool:
    """Whether the person is somebody else than the silence's owner: another key, another name."""
    return person.key_id != silence.owner.key_id and person.name != silence.owner.name


class Reminder(StrEnum):
    """Why the owner of a silence is reminded of it."""

    ENDS_SOON = "ends_soon"
    WEEKLY = "weekly"


def reminder_in(silence: Silence, begin: datetime, end: datetime, guard: Guard) -> Reminder | None:
    """The reminder due in [begin, end), if any and if it was not sent yet."""
    if silence.state(end) in (State.EXPIRED, State.PENDING):
        return None
    since = (
        max(begin, silence.reminded_at + timedelta(microseconds=1))
        if (silence.reminded_at)
        else begin
    )
    soon = silence.ends_at - guard.before_end
    if since <= soon < end and soon > silence.starts_at:
        return Reminder.ENDS_SOON
    weeks = (end - silence.starts_at) // guard.every
    due = silence.starts_at + weeks * guard.every
    if weeks >= 1 and since <= due < end:
        return Reminder.WEEKLY
    return None


def gives_up_in(silence: Silence, now: datetime, guard: Guard) -> bool:
    """Whether it has waited too long for a second person."""
    waits = silence.state(now) is State.PENDING_APPROVAL
    return waits and now - silence.updated_at >= guard.unapproved
