"""One warning: what is known of it, and how a judgement adds to its history.

A judgement carries the whole surviving sequence of level changes. What is new at its end becomes
entries of the history; where it contradicts what was known before, one entry says so (`corrected`).
Entries are only ever added.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from uuid import NAMESPACE_URL, UUID, uuid5

from services.alerts.domain.handling import UNHANDLED, Handling, Holding
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import hour_of, to_us
from shared.model.level import Level

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:qingyu:warning")

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


class Reason(StrEnum):
    """Why a judgement did or did not add to a history."""

    OUTDATED = "outdated"
    """Its number is not above the newest that was heard of the subject."""
    NOTHING_TO_WARN = "nothing_to_warn"
    UNCHANGED = "unchanged"
    ADVANCED = "advanced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From the UTC hour `hour` on the level is `level`; figures at that hour's end, as written.

    `period` is what the level judges where one series judges one period after another.
    """

    hour: int
    level: Level
    quantity: str
    line: str
    used_percent: str
    period: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A judgement of one subject by a rule, of what it is `about` (a budget, target, task).

    `regions` nearest first.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:
    """What is known of a warning now; `entries` is the length of its history.

    `heard` is the sequence as it was judged; `sequence` is what is left of it after hold and
    keep-active times, and what people are told of. `due_at`: when time alone changes the state.
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
        return self.level > Level.NONE and self.handling.closed is None

    @property
    def period(self) -> str:
        """The period that the present level judges; empty where a series has but one."""
        return self.sequence[-1].period if self.sequence else ""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a judgement made of a warning: it as it is now (if there is one), and new entries."""

    reason: Reason
    warning: Warning | None
    entries: tuple[Entry, ...] = ()


def warning_id(subject: str, about: str, rule: str) -> UUID:
    """The same for ever for the same three."""
    return uuid5(_NAMESPACE, "\n".join((subject, about, rule)))


def advance(warning: Warning | None, assessment: Assessment, now: datetime) -> Outcome:
    """Bring a warning up to date with a judgement that is newer than the last one heard."""
    sequence = surviving(assessment.sequence)
    if warning is None and not sequence:
        return Outcome(reason=Reason.NOTHING_TO_WARN, warning=None)
    entries = tuple(_entries(warning, assessment, sequence, now))
    return Outcome(
        reason=Reason.ADVANCED if entries else Reason.UNCHANGED,
        warning=_brought_up_to_date(warning, assessment, sequence, entries),
        entries=entries,
    )


def surviving(sequence: tuple[Change, ...]) -> tuple[Change, ...]:
    """The sequence without members that change nothing."""
    kept: list[Change] = []
    for change in sequence:
        if change.level is not (kept[-1].level if kept else Level.NONE):
            kept.append(change)
    return tuple(kept)


def _entries(
    warning: Warning | None, assessment: Assessment, sequence: tuple[Change, ...], now: datetime
) -> Iterator[Entry]:
    known = warning.sequence if warning else ()
    same = _common(known, sequence)
    gone, fresh = known[same:], sequence[same:]
    level = warning.level if warning else Level.NONE
    position = warning.entries if warning else 0
    base = _blank(assessment, now)
    if warning and gone:
        instead = tuple(change for change in fresh if change.hour < _first_unjudged(warning))
        fresh = fresh[len(instead) :]
        entry = _correction(base, gone, instead, _level_after((*known[:same], *instead)))
        position += 1
        yield replace(entry, position=position, before=level)
        level = entry.level
    for change in fresh:
        position += 1
        yield _told(base, change, position, level)
        level = change.level


def _common(known: tuple[Change, ...], new: tuple[Change, ...]) -> int:
    # Figures of an hour that still has the same level are refreshed without a word.
    pairs = zip(known, new, strict=False)
    return sum(1 for _ in takewhile(lambda p: _point(p[0]) == _point(p[1]), pairs))


def _point(change: Change) -> tuple[int, Level]:
    return change.hour, change.level


def _first_unjudged(warning: Warning) -> int:
    return hour_of(to_us(warning.watermark))


def _level_after(sequence: tuple[Change, ...]) -> Level:
    return sequence[-1].level if sequence else Level.NONE


def _blank(assessment: Assessment, now: datetime) -> Entry:
    return Entry(
        warning=warning_id(assessment.subject, assessment.about, assessment.rule),
        position=0,
        kind=Kind.CORRECTED,
        hour=0,
        noticed_at=now,
        before=Level.NONE,
        level=Level.NONE,
        figures=None,
        gone=(),
        instead=(),
        assessment=assessment,
    )


def _correction(
    base: Entry, gone: tuple[Change, ...], instead: tuple[Change, ...], level: Level
) -> Entry:
    hour = min(change.hour for change in (gone[0], *instead[:1]))
    return replace(base, hour=hour, level=level, gone=gone, instead=instead)


def _told(base: Entry, change: Change, position: int, before: Level) -> Entry:
    return replace(
        base,
        position=position,
        kind=_kind(change.level, before, first=position == 1),
        hour=change.hour,
        before=before,
        level=change.level,
        figures=change,
    )


def _kind(level: Level, before: Level, *, first: bool) -> Kind:
    if before is Level.NONE:
        return Kind.RAISED if first else Kind.REOPENED
    if level is Level.NONE:
        return Kind.RESOLVED
    return Kind.RAISED_LEVEL if level > before else Kind.LOWERED


def _brought_up_to_date(
    warning: Warning | None,
    assessment: Assessment,
    sequence: tuple[Change, ...],
    entries: tuple[Entry, ...],
) -> Warning:
    level = _level_after(sequence)
    reached = [level, *(entry.level for entry in entries)]
    return Warning(
        id=warning_id(assessment.subject, assessment.about, assessment.rule),
        subject=assessment.subject,
        subject_name=assessment.subject_name,
        regions=assessment.regions,
        about=assessment.about,
        about_name=assessment.about_name,
        rule=assessment.rule,
        level=level,
        highest=max(reached + ([warning.highest] if warning else [])),
        sequence=sequence,
        entries=(warning.entries if warning else 0) + len(entries),
        opened_at=warning.opened_at if warning else entries[0].noticed_at,
        changed_at=entries[-1].noticed_at if entries or warning is None else warning.changed_at,
        watermark=assessment.watermark,
        number=assessment.number,
        facts=assessment.facts,
    )
