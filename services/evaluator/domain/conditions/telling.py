"""Compares what is seen with what was told: which series change, why, and to which sequence."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from services.evaluator.domain.conditions.seen import (
    Change,
    Looked,
    Reason,
    Seen,
    Series,
    Sight,
    Step,
    Told,
)
from shared.model.level import Level

MOST_STEPS = 200
"""Of a longer sequence the oldest steps are forgotten."""


def compare(
    known: Mapping[Series, Told], sights: Iterable[Sight], now_us: int, commit: int, cause: str = ""
) -> tuple[Change, ...]:
    """What is to be told, in the order of the series.

    known: what was told of all series that were looked at; of which nothing is seen any more has
    ended now. Looking twice at the same changes nothing, and for sources that tell periods neither
    does it matter how often was looked while what they saw came to be.
    """
    grouped: defaultdict[Series, list[Sight]] = defaultdict(list)
    for one in sights:
        grouped[one.series].append(one)
    found = []
    for series in sorted({*known, *grouped}):
        change = _change(known.get(series), grouped.get(series, ()), now_us, series)
        if change is not None:
            stamped = replace(change.told, watermark_us=now_us, commit=commit, cause=cause)
            found.append(replace(change, told=stamped))
    return tuple(found)


def sequence(before: Sequence[Step], sights: Iterable[Sight]) -> tuple[Step, ...]:
    """The steps that survive what is seen now, which replaces all from its first instant on."""
    listed = list(sights)
    if not listed:
        return tuple(before)
    first = min(one.since_us if isinstance(one, Looked) else one.at_us for one in listed)
    steps = [_step(one) for one in listed if isinstance(one, Seen)]
    return canonical([*(step for step in before if step.at_us < first), *steps])


def canonical(steps: Iterable[Step]) -> tuple[Step, ...]:
    """In the order of time, without those that say nothing new.

    Of two at the same instant the worse stands. No warning after no warning is no step; a level
    that goes on in the same period keeps its instant and takes the newest numbers.
    """
    found: list[Step] = []
    for step in sorted(_at_once(steps), key=lambda one: one.at_us):
        last = found[-1] if found else None
        if step.level is Level.NONE and (last is None or last.level is Level.NONE):
            continue
        if last is not None and (last.level, last.period) == (step.level, step.period):
            found[-1] = replace(step, at_us=last.at_us)
            continue
        found.append(step)
    return tuple(found[-MOST_STEPS:])


def _at_once(steps: Iterable[Step]) -> Iterable[Step]:
    at: dict[int, Step] = {}
    for step in steps:
        other = at.get(step.at_us)
        at[step.at_us] = step if other is None else max(other, step, key=_weight)
    return at.values()


def _weight(step: Step) -> tuple[int, str, str, str]:
    return step.level, step.period, step.value, step.limit


def _step(one: Seen) -> Step:
    return Step(
        at_us=one.at_us,
        level=one.level,
        period=one.period,
        value=one.value,
        limit=one.limit,
        ratio_percent=one.ratio_percent,
        unit=one.unit,
    )


def _change(
    before: Told | None, sights: Sequence[Sight], now_us: int, series: Series
) -> Change | None:
    now = _told(before, sights, series) if sights else _ended(before, now_us)
    reason = _reason(before, now) if now is not None else None
    if now is None or reason is None:
        return None
    number = 1 if before is None else before.number + 1
    return Change(told=replace(now, number=number), reason=reason, before=before)


def _ended(before: Told | None, now_us: int) -> Told | None:
    """Nothing is seen any more of what stood."""
    if before is None or before.level is Level.NONE:
        return None
    # Clocks of two copies may differ a little: an end never comes before what it ends.
    at = max(now_us, before.steps[-1].at_us + 1)
    return replace(before, steps=canonical([*before.steps, Step(at_us=at, level=Level.NONE)]))


def _told(before: Told | None, sights: Sequence[Sight], series: Series) -> Told | None:
    steps = sequence(before.steps if before else (), sights)
    seen = [one for one in sights if isinstance(one, Seen)]
    if not seen:
        return replace(before, steps=steps) if before else None
    last = max(seen, key=lambda one: (one.at_us, _weight(_step(one))))
    return Told(
        series=series,
        about_name=last.about_name,
        measure=last.measure,
        number=0,
        steps=steps,
        facts=last.facts,
        watermark_us=0,
    )


def _reason(before: Told | None, now: Told) -> Reason | None:
    if before is None:
        return Reason.NEW if now.steps else None
    if before.level != now.level:
        return _moved(before.level, now.level)
    if before.steps != now.steps:
        later = _last_us(now) > _last_us(before)
        return Reason.RENEWED if later and now.level is not Level.NONE else Reason.CORRECTED
    if now.level is Level.NONE or _shown(before) == _shown(now):
        return None
    return Reason.DETAILED


def _last_us(one: Told) -> int:
    """When the last step was; before everything without any (what stood was a mistake)."""
    return one.steps[-1].at_us if one.steps else -1


def _moved(before: Level, now: Level) -> Reason:
    if now is Level.NONE:
        return Reason.CLEARED
    return Reason.RAISED if now > before else Reason.LOWERED


def _shown(told: Told) -> tuple[object, ...]:
    return told.about_name, told.measure, told.facts
