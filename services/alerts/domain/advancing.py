"""How judgements, and time, bring a warning up to date and add to its history.

A judgement carries the whole surviving sequence of level changes. What is new at its end becomes
entries of the history; where it contradicts what was known before, one entry says so (`corrected`).
Entries are only ever added.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

from services.alerts.domain.condition import AT_ONCE, ConditionPolicy, Held, hold
from services.alerts.domain.handling import UNHANDLED, By, Handling, Holding, Stage
from services.alerts.domain.warning import (
    BUDGET_KINDS,
    Assessment,
    Change,
    Entry,
    Kind,
    Line,
    Note,
    Outcome,
    Reason,
    Warning,
)
from shared.model.instants import HOUR_US, to_us
from shared.model.level import Level


def advance(
    warning: Warning | None,
    assessment: Assessment,
    now: datetime,
    policy: ConditionPolicy = AT_ONCE,
) -> Outcome:
    """Bring a warning up to date with a judgement that is newer than the last one heard."""
    held = hold(assessment.sequence, policy, now)
    if warning is None and held.holding is Holding.INACTIVE:
        return Outcome(reason=Reason.NOTHING_TO_WARN, warning=None)
    told = tuple(_told(warning, held.sequence))
    current = _brought_up_to_date(warning, assessment, held, told, now)
    current, entries = _with_lines(current, told, assessment, now)
    return Outcome(reason=_reason(held, entries), warning=current, entries=entries)


def pass_time(warning: Warning, now: datetime, policy: ConditionPolicy = AT_ONCE) -> Outcome:
    """Bring a warning up to date with the time: its condition, then its acknowledgement."""
    outcome = advance(warning, _recalled(warning, now), now, policy)
    current, entries = outcome.warning or warning, outcome.entries
    expires_at = current.expires_at
    if expires_at is None or expires_at > now:
        return replace(outcome, warning=current)
    acknowledged = current.handling.acknowledged
    said = {"acknowledged_by": acknowledged.by if acknowledged else ""}
    current, note = noted(
        current,
        replace(current.handling, acknowledged=None),
        Kind.ACKNOWLEDGEMENT_EXPIRED,
        now,
        said,
    )
    return Outcome(reason=Reason.ADVANCED, warning=current, entries=(*entries, note))


def noted(
    warning: Warning,
    handling: Handling,
    kind: Kind,
    now: datetime,
    said: Mapping[str, object],
    by: By | None = None,
) -> tuple[Warning, Note]:
    """The warning with another handling, and the line that tells of it."""
    current = replace(warning, handling=handling, entries=warning.entries + 1, changed_at=now)
    note = Note(of=current, position=current.entries, kind=kind, noticed_at=now, by=by, said=said)
    return current, note


def _reason(held: Held, entries: tuple[Line, ...]) -> Reason:
    if entries:
        return Reason.ADVANCED
    return Reason.PENDING if held.holding is Holding.PENDING else Reason.UNCHANGED


def _recalled(warning: Warning, now: datetime) -> Assessment:
    """The judgement that the warning stands on, made again because time has passed."""
    return Assessment(
        id="",
        subject=warning.subject,
        subject_name=warning.subject_name,
        regions=warning.regions,
        about=warning.about,
        about_name=warning.about_name,
        rule=warning.rule,
        number=warning.number,
        commit=0,
        made_at=now,
        correlation_id="",
        cause="time",
        watermark=warning.watermark,
        sequence=warning.heard,
        facts=warning.facts,
        kind=warning.kind,
        measure=warning.measure,
        labels=warning.labels,
        named=warning.id,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of one change, or of changes that were not true: an entry without a place."""

    kind: Kind
    change: Change
    before: Level
    level: Level
    gone: tuple[Change, ...] = ()
    instead: tuple[Change, ...] = ()


def _told(warning: Warning | None, sequence: tuple[Change, ...]) -> Iterator[_Told]:
    known = warning.sequence if warning else ()
    same = _common(known, sequence)
    gone, fresh = known[same:], sequence[same:]
    level = warning.level if warning else Level.NONE
    is_first = warning is None or warning.entries == 0
    if warning and gone:
        instead = tuple(change for change in fresh if change.at_us < _first_unjudged_us(warning))
        fresh = fresh[len(instead) :]
        before, level = level, _level_after((*known[:same], *instead))
        first = min((gone[0], *instead[:1]), key=lambda change: change.at_us)
        yield _Told(Kind.CORRECTED, first, before, level, gone, instead)
        is_first = False
    for change in fresh:
        yield _Told(_kind(change.level, level, is_first=is_first), change, level, change.level)
        level, is_first = change.level, False


def _common(known: tuple[Change, ...], new: tuple[Change, ...]) -> int:
    if not known:
        return 0
    # Figures of an hour that still has the same level are refreshed without a word.
    pairs = zip(known, new, strict=False)
    return sum(1 for _ in takewhile(lambda p: _point(p[0]) == _point(p[1]), pairs))


def _point(change: Change) -> tuple[int, Level, str]:
    return change.at_us, change.level, change.period


def _first_unjudged_us(warning: Warning) -> int:
    watermark_us = to_us(warning.watermark)
    # Budgets are judged by whole hours: the one that the watermark lies in is still open.
    return watermark_us - watermark_us % HOUR_US if warning.kind in BUDGET_KINDS else watermark_us


def _level_after(sequence: tuple[Change, ...]) -> Level:
    return sequence[-1].level if sequence else Level.NONE


def _entry(of: Warning, told: _Told, assessment: Assessment, position: int, now: datetime) -> Entry:
    return Entry(
        warning=of.id,
        position=position,
        kind=told.kind,
        hour=told.change.hour,
        into_us=told.change.into_us,
        noticed_at=now,
        before=told.before,
        level=told.level,
        figures=None if told.kind is Kind.CORRECTED else told.change,
        gone=told.gone,
        instead=told.instead,
        assessment=assessment,
    )


def _kind(level: Level, before: Level, *, is_first: bool) -> Kind:
    if before is Level.NONE:
        return Kind.RAISED if is_first else Kind.REOPENED
    if level is Level.NONE:
        return Kind.RESOLVED
    if level is before:
        return Kind.RENEWED
    return Kind.RAISED_LEVEL if level > before else Kind.LOWERED


def _brought_up_to_date(
    warning: Warning | None,
    assessment: Assessment,
    held: Held,
    told: tuple[_Told, ...],
    now: datetime,
) -> Warning:
    level = _level_after(held.sequence)
    was_told = warning is not None and warning.entries > 0
    highest = max((one.level for one in told), default=level)
    return Warning(
        id=assessment.key,
        subject=assessment.subject,
        subject_name=assessment.subject_name,
        regions=assessment.regions,
        about=assessment.about,
        about_name=assessment.about_name,
        rule=assessment.rule,
        level=level,
        highest=max(highest, level, warning.highest if warning else level),
        sequence=held.sequence,
        entries=(warning.entries if warning else 0) + len(told),
        opened_at=warning.opened_at if warning and was_told else now,
        changed_at=now if told or warning is None else warning.changed_at,
        watermark=assessment.watermark,
        number=assessment.number,
        facts=assessment.facts,
        kind=assessment.kind,
        measure=assessment.measure,
        heard=assessment.sequence,
        condition=held.holding,
        due_at=held.due_at,
        handling=warning.handling if warning else UNHANDLED,
        labels=assessment.labels,
    )


def _with_lines(
    current: Warning, told: tuple[_Told, ...], assessment: Assessment, now: datetime
) -> tuple[Warning, tuple[Line, ...]]:
    """The entries in their places, and what they mean for what people had done between them."""
    position = current.entries - len(told)
    if current.handling is UNHANDLED or current.handling == UNHANDLED:
        numbered = enumerate(told, position + 1)
        return current, tuple([_entry(current, one, assessment, n, now) for n, one in numbered])
    lines: list[Line] = []
    passing = replace(current, entries=position)
    for one in told:
        passing = replace(passing, level=one.level, entries=passing.entries + 1)
        lines.append(_entry(current, one, assessment, passing.entries, now))
        for kind, handling in _consequences(passing.handling, one):
            if kind is None:
                passing = replace(passing, handling=handling)
                continue
            passing, note = noted(passing, handling, kind, now, {"cause": one.kind.value})
            lines.append(note)
    return replace(passing, level=current.level), tuple(lines)


def _consequences(handling: Handling, told: _Told) -> Iterator[tuple[Kind | None, Handling]]:
    """What a told change does to people's side; without a kind it goes without saying."""
    if told.level is Level.NONE:
        return
    if told.before is Level.NONE:
        # Another stretch: what was done about the one before is history; who answers stays.
        yield None, Handling(assignee=handling.assignee)
        return
    rose = told.level > told.before
    if handling.closed and (rose or told.kind is Kind.RENEWED):
        yield Kind.REOPENED, Handling(assignee=handling.assignee)
    elif rose and handling.stage is not Stage.RAISED:
        # What was seen and answered was the lower level.
        yield Kind.ACKNOWLEDGEMENT_VOIDED, Handling(assignee=handling.assignee)
