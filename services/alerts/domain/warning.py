"""One warning: what is known of it, the judgements it comes from, and the lines of its history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from services.alerts.domain.condition import Change as Change
from services.alerts.domain.handling import UNHANDLED, By, Handling, Holding, State
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:qingyu:warning")

BUDGET_KINDS = (ConditionKind.USED, ConditionKind.PACE)
"""Judged by the hour, one number a subject; the others have one number a series."""

Facts = Mapping[str, object]
"""Figures, budget and thresholds as the judgement gave them; alerts never computes with them."""


class Kind(StrEnum):
    """What an entry of a warning's history says."""

    RAISED = "raised"
    RAISED_LEVEL = "raised_level"
    LOWERED = "lowered"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CORRECTED = "corrected"
    """Later readings changed what had been said of earlier hours."""
    RENEWED = "renewed"
    """The level is the same in a new period."""
    ACKNOWLEDGED = "acknowledged"
    ACKNOWLEDGEMENT_EXPIRED = "acknowledgement_expired"
    """No response followed in time."""
    ACKNOWLEDGEMENT_VOIDED = "acknowledgement_voided"
    """The level rose: what was acknowledged was less."""
    COMMENTED = "commented"
    ASSIGNED = "assigned"
    RESPONDED = "responded"
    RETURNED = "returned"
    CLOSED = "closed"


class Reason(StrEnum):
    """Why a judgement did or did not add to a history."""

    OUTDATED = "outdated"
    """Its number is not above the newest that was heard of the series."""
    NOTHING_TO_WARN = "nothing_to_warn"
    PENDING = "pending"
    """It holds, but not for long enough to tell anybody."""
    UNCHANGED = "unchanged"
    ADVANCED = "advanced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A judgement of one subject by a rule, of what it is `about` (a budget, target, task).

    `regions` nearest first. `labels`: those of an alert of somebody else's. `named`: the id of its
    warning, where that does not follow from the rest.
    """

    id: str
    subject: str
    subject_name: str
    regions: tuple[str, ...]
    about: str
    about_name: str
    rule: str
    number: int
    commit: int
    made_at: datetime
    correlation_id: str
    cause: str
    watermark: datetime
    sequence: tuple[Change, ...]
    facts: Facts
    kind: ConditionKind = ConditionKind.USED
    measure: Measure = Measure.DATA
    labels: Mapping[str, str] = field(default_factory=dict)
    named: UUID | None = None

    @property
    def series(self) -> str:
        """What its number counts: the subject's judgements, or those of one series."""
        if self.kind in BUDGET_KINDS:
            return self.subject
        return "|".join((self.kind.value, self.subject, self.about, self.rule))

    @property
    def key(self) -> UUID:
        """The id of the warning it speaks of."""
        return self.named or warning_id(self.subject, self.about, self.rule, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:
    """What is known of a warning now; `entries` is the length of its history.

    `heard` is the sequence as it was judged; `sequence` is what is left of it after hold and
    keep-active times, and what people are told of. `due_at`: when time alone changes the condition.
    `labels`: those of an alert of somebody else's.
    """

    id: UUID
    subject: str
    subject_name: str
    regions: tuple[str, ...]
    about: str
    about_name: str
    rule: str
    level: Level
    highest: Level
    sequence: tuple[Change, ...]
    entries: int
    opened_at: datetime
    changed_at: datetime
    watermark: datetime
    number: int
    facts: Facts
    kind: ConditionKind = ConditionKind.USED
    measure: Measure = Measure.DATA
    heard: tuple[Change, ...] = ()
    condition: Holding = Holding.ACTIVE
    due_at: datetime | None = None
    handling: Handling = UNHANDLED
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether the condition still holds and nobody has closed the warning."""
        return self.state is State.OPEN

    @property
    def state(self) -> State:
        """What the warning is to whoever lists it."""
        if self.level > Level.NONE:
            return State.CLOSED if self.handling.closed else State.OPEN
        if self.condition is Holding.PENDING:
            return State.PENDING
        return State.RESOLVED if self.entries else State.INACTIVE

    @property
    def period(self) -> str:
        """The period that the present level judges; empty where a series has but one."""
        return self.sequence[-1].period if self.sequence else ""

    @property
    def expires_at(self) -> datetime | None:
        """When its acknowledgement expires; what the figures have resolved waits for no answer."""
        return self.handling.expires_at if self.level > Level.NONE else None

    @property
    def wakes_at(self) -> datetime | None:
        """When time alone changes anything: the condition, or an acknowledgement that expires."""
        times = [at for at in (self.due_at, self.expires_at) if at]
        return min(times, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a history: what happened in which hour, and when it was noticed.

    `figures` of the change it tells of; `gone` and `instead` only for `corrected`: the changes that
    are no longer true and those that stand in their place.
    """

    warning: UUID
    position: int
    kind: Kind
    hour: int
    noticed_at: datetime
    before: Level
    level: Level
    figures: Change | None
    gone: tuple[Change, ...]
    instead: tuple[Change, ...]
    assessment: Assessment
    into_us: int = 0

    @property
    def period(self) -> str:
        """The period that the told level judges."""
        return self.figures.period if self.figures else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One line of a history that people, or time, add: the judgement behind it is what it was.

    `of` is the warning with the line added; `by` is None where nobody did it; `said` is what goes
    with it (comment, reason, text, attachments), ready to be written as JSON.
    """

    of: Warning
    position: int
    kind: Kind
    noticed_at: datetime
    by: By | None = None
    said: Mapping[str, object] = field(default_factory=dict)

    @property
    def warning(self) -> UUID:
        """The id of the warning."""
        return self.of.id

    @property
    def level(self) -> Level:
        """The level did not change."""
        return self.of.level

    @property
    def before(self) -> Level:
        """The level did not change."""
        return self.of.level

    @property
    def period(self) -> str:
        """The period that the present level judges."""
        return self.of.period


Line = Entry | Note
"""A line of a history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a judgement made of a warning: it as it is now (if there is one), and new entries."""

    reason: Reason
    warning: Warning | None
    entries: tuple[Line, ...] = ()


@lru_cache(maxsize=10_000)
def warning_id(
    subject: str, about: str, rule: str, kind: ConditionKind = ConditionKind.USED
) -> UUID:
    """The same for ever for the same four; the rules of budgets (used, pace) are told by `rule`."""
    names = (subject, about, rule)
    return uuid5(_NAMESPACE, "\n".join(names if kind in BUDGET_KINDS else (kind.value, *names)))
