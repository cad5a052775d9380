"""A budget's forecast as the page shows it: where it ends, when it runs out, and the fan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.console.entrypoints.chart import Point
from services.console.entrypoints.figures import number
from services.console.entrypoints.lights import text_of
from shared.model.period import Period, between

Document = Mapping[str, Any]
Fan = Sequence[tuple[float, float, float]]

_LIKELY, _UNLIKELY = 0.5, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What is drawn of a forecast: the expected course and the interval around it."""

    course: Sequence[Point] = ()
    fan: Fan = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The forecast in words and figures; `refused`: why there is none."""

    unit: str
    refused: str = ""
    expected: str | None = None
    low: str | None = None
    high: str | None = None
    probability: str | None = None
    level: str = "green"
    run_out: str | None = None
    run_out_early: str | None = None
    run_out_late: str | None = None
    lead_days: int | None = None
    rate_left: str | None = None
    method: str = ""
    error: str | None = None
    rates: tuple[tuple[int, str | None], ...] = ()
    notes: tuple[str, ...] = ()
    cut: str = ""


def outlook_of(found: Document | None, language: str) -> Outlook | None:
    """The forecast as the evaluator answers it; None where there was no answer."""
    if not found:
        return None
    unit, cut = str(found.get("unit") or ""), str(found.get("cut") or "")
    if found.get("refusal"):
        return Outlook(unit=unit, cut=cut, refused=text_of(found["refusal"]["reason"], language))
    at_end: Document = found.get("at_end") or {}
    exceeding: Document = found.get("exceeding") or {}
    probability = exceeding.get("probability")
    return Outlook(
        unit=unit,
        cut=cut,
        expected=at_end.get("expected"),
        low=at_end.get("low"),
        high=at_end.get("high"),
        probability=None if probability is None else f"{float(probability) * 100:.0f}",
        level=_level(probability),
        run_out=exceeding.get("run_out"),
        run_out_early=exceeding.get("run_out_early"),
        run_out_late=exceeding.get("run_out_late"),
        lead_days=exceeding.get("lead_days"),
        rate_left=exceeding.get("rate_left"),
        method=text_of(found.get("method_label"), language) or str(found.get("method") or ""),
        error=_error(found.get("scores") or ()),
        rates=tuple((int(one["days"]), one.get("rate")) for one in found.get("burn_rates") or ()),
        notes=tuple(text_of(note, language) for note in found.get("notes") or ()),
    )


def _level(probability: float | None) -> str:
    if probability is None:
        return "unrated"
    if probability >= _LIKELY:
        return "red"
    return "yellow" if probability >= _UNLIKELY else "green"


def _error(scores: Sequence[Document]) -> str | None:
    """The measured error of the method that was chosen, in per cent of the rest."""
    chosen = next((one for one in scores if one.get("chosen")), None)
    score = chosen.get("score_percent") if chosen else None
    return None if score is None else f"{float(score):.1f}"


def ahead_of(found: Document | None, period: Period) -> Ahead:
    """The course and fan of a forecast, placed in the period from 0 to 1."""
    chart: Document = (found or {}).get("chart") or {}
    course: list[Point] = []
    fan: list[tuple[float, float, float]] = []
    last: Point | None = None
    columns = [chart.get(name) or () for name in ("days", "actual", "low", "expected", "high")]
    for day, *sums in zip(*columns, strict=True):
        actual, low, expected, high = (number(text) for text in sums)
        x = _end_of(str(day), period)
        if expected is None or low is None or high is None:
            last = (x, float(actual)) if actual is not None else last
            continue
        if not course and last is not None:
            course.append(last)
            fan.append((last[0], last[1], last[1]))
        course.append((x, float(expected)))
        fan.append((x, float(low), float(high)))
    return Ahead(course=course, fan=fan)


def _end_of(day: str, period: Period) -> float:
    """Where the day ends, as a share of the period."""
    first = date.fromisoformat(day)
    end = between(first, first + timedelta(days=1), period.zone_name).end_hour
    return min(max((end - period.first_hour) / period.hours, 0.0), 1.0)
