"""How judgements, and time, bring a warning up to date and add to its history.

A judgement carries the whole surviving sequence of level changes. What is new at its end becomes
entries of the history; where it contradicts what was known before, one entry says so (`corrected`).
Entries are only ever added.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from services.alerts.domain.condition import AT_ONCE, ConditionPolicy, Held, hold
from services.alerts.domain.handling import By, Handling, Holding
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
    told = tuple(_entries(warning, assessment, held.sequence, now))
    current = _brought_up_to_date(warning, assessment, held, told, now)
    current, entries = _with_notes(current, told, now)
    return Outcome(reason=_reason(held, entries), warning=current, entries=entries)


def pass_time(warning: Warning, now: datetime, policy: ConditionPolicy = AT_ONCE) -> Outcome:
    """Bring a warning up to date with the time: its condition, then its acknowledgement."""
    outcome = advance(warning, _recalled(warning, now), now, policy)
    current, entries = outcome.warning or warning, outcome.entries
    expires_at = current.handling.expires_at
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


def _entries(
    warning: Warning | None, assessment: Assessment, sequence: tuple[Change, ...], now: datetime
) -> Iterator[Entry]:
    known = warning.sequence if warning else ()
    same = _common(known, sequence)
    gone, fresh = known[same:], sequence[same:]
    level = warning.level if warning else Level.NONE
    is_first = warning is None or warning.entries == 0
    base = _blank(assessment, now)
    if warning and gone:
        instead = tuple(change for change in fresh if change.at_us < _first_unjudged_us(warning))
        fresh = fresh[len(instead) :]
        entry = _correction(base, gone, instead, _level_after((*known[:same], *instead)))
        yield replace(entry, before=level)
        level, is_first = entry.level, False
    for change in fresh:
        yield _told(base, change, level, is_first=is_first)
        level, is_first = change.level, False


def _common(known: tuple[Change, ...], new: tuple[Change, ...]) -> int:
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


def _blank(assessment: Assessment, now: datetime) -> Entry:
    return Entry(
        warning=assessment.key,
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
    first = min((gone[0], *instead[:1]), key=lambda change: change.at_us)
    return replace(
        base, hour=first.hour, into_us=first.into_us, level=level, gone=gone, instead=instead
    )


def _told(base: Entry, change: Change, before: Level, *, is_first: bool) -> Entry:
    return replace(
        base,
        kind=_kind(change.level, before, is_first=is_first),
        hour=change.hour,
        into_us=change.into_us,
        before=before,
        level=change.level,
        figures=change,
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
    told: tuple[Entry, ...],
    now: datetime,
) -> Warning:
    level = _level_after(held.sequence)
    reached = [level, *(entry.level for entry in told)]
    noticed_at = told[-1].noticed_at if told else now
    was_told = warning is not None and warning.entries > 0
    return Warning(
        id=assessment.key,
        subject=assessment.subject,
        subject_name=assessment.subject_name,
        regions=assessment.regions,
        about=assessment.about,
        about_name=assessment.about_name,
        rule=assessment.rule,
        level=level,
        highest=max(reached + ([warning.highest] if warning else [])),
        sequence=held.sequence,
        entries=warning.entries if warning else 0,
        opened_at=warning.opened_at if warning and was_told else noticed_at,
        changed_at=noticed_at if told or warning is None else warning.changed_at,
        watermark=assessment.watermark,
        number=assessment.number,
        facts=assessment.facts,
        kind=assessment.kind,
        measure=assessment.measure,
        heard=assessment.sequence,
        condition=held.holding,
        due_at=held.due_at,
        handling=warning.handling if warning else Handling(),
        labels=assessment.labels,
    )


def _with_notes(
    current: Warning, told: tuple[Entry, ...], now: datetime
) -> tuple[Warning, tuple[Line, ...]]:
    """The entries numbered on, and between them what they mean for what people had done."""
    lines: list[Line] = []
    final = current.level
    for entry in told:
        current = replace(current, level=entry.level, entries=current.entries + 1)
        lines.append(replace(entry, position=current.entries))
        for kind, handling in _consequences(current.handling, entry):
            if kind is None:
                current = replace(current, handling=handling)
                continue
            current, note = noted(current, handling, kind, now, {"cause": entry.kind.value})
            lines.append(note)
    return replace(current, level=final), tuple(lines)


def _consequences(handling: Handling, entry: Entry) -> Iterator[tuple[Kind | None, Handling]]:
    """What a told change does to people's side; without a kind it goes without saying."""
    if entry.level is Level.NONE:
        return
    if entry.before is Level.NONE:
        # Another stretch: what was done about the one before is history; who answers stays.
        yield None, Handling(assignee=handling.assignee)
        return
    rose = entry.level > entry.before
    if handling.closed and (rose or entry.kind is Kind.RENEWED):
        handling = Handling(assignee=handling.assignee)
        yield Kind.REOPENED, handling
    elif handling.acknowledged and rose:
        yield Kind.ACKNOWLEDGEMENT_VOIDED, replace(handling, acknowledged=None)
