"""Forecasts as the routes show them: numbers to six digits, for no forecast is finer."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.forecast.accuracy import Record, Turned
from services.evaluator.domain.forecast.history import F64
from services.evaluator.domain.forecast.methods import YEARLY
from services.evaluator.domain.forecast.outlook import BurnRate, Exceeding, Outlook, Range, Refused
from services.evaluator.domain.forecast.selection import Score
from services.evaluator.domain.forecast.words import LABELS, NOTES
from services.evaluator.entrypoints.forecast_shapes import (
    BurnRateView,
    ChartView,
    ExceedingView,
    ForecastView,
    LabelView,
    PastView,
    RangeView,
    RecordView,
    RefusalView,
    ScoreView,
)
from services.evaluator.handlers.forecast_days import date_of
from services.evaluator.handlers.forecaster import Answer
from shared.model.instants import iso

_DIGITS = 6
_SHOWN_RECORDS = 20
_PERCENT_DECIMALS = 2


def view_of(answer: Answer, subject_name: str) -> ForecastView:
    """The whole answer."""
    wanted, outlook = answer.wanted, answer.outlook
    base = ForecastView(
        subject=str(wanted.subject),
        subject_name=subject_name,
        measure=wanted.measure,
        budget=wanted.budget.code if wanted.budget else None,
        unit=wanted.unit,
        period=wanted.period_text,
        zone=wanted.period.zone_name,
        start=_date(wanted.start),
        cut=_date(answer.cut),
        end=_date(wanted.end),
        made_at=iso(answer.made_at_us),
        state="refused",
        record=_record(answer.record),
    )
    if isinstance(outlook, Refused):
        refusal = RefusalView(code=outlook.code, reason=_label(outlook.reason))
        return base.model_copy(update={"refusal": refusal})
    return base.model_copy(update=_shown(answer, outlook))


def _shown(answer: Answer, outlook: Outlook) -> dict[str, object]:
    exceeding = outlook.exceeding
    return {
        "state": "forecast",
        "method": outlook.method.value,
        "method_label": _label(LABELS[outlook.method]),
        "so_far": number(outlook.so_far),
        "rest": _range(outlook.rest),
        "at_end": _range(outlook.at_end),
        "days_left": outlook.end - outlook.cut,
        "missing_days": outlook.missing_days,
        "burn_rates": [_burn_rate(one) for one in outlook.burn_rates],
        "exceeding": None if exceeding is None else _exceeding(exceeding),
        "scores": [
            _score(one, chosen=one.method is outlook.method) for one in outlook.choice.scores
        ],
        "peers": answer.peers,
        "notes": [_label(NOTES[name]) for name in _notes(outlook)],
        "chart": _chart(answer, outlook),
    }


def number(value: float) -> str:
    """The value to six significant digits, without an exponent."""
    if value == 0 or not np.isfinite(value):
        return "0"
    text = np.format_float_positional(
        value, precision=_DIGITS, unique=False, fractional=False, trim="-"
    )
    return str(text)


def _notes(outlook: Outlook) -> Iterator[str]:
    yield "estimate"
    if not outlook.choice.measured:
        yield "rule-of-thumb"
    if outlook.provisional_days:
        yield "provisional-calendar"
    if outlook.missing_days:
        yield "missing-days"
    if not YEARLY & {score.method for score in outlook.choice.scores}:
        yield "no-year-before"


def _chart(answer: Answer, outlook: Outlook) -> ChartView:
    seen = np.cumsum(answer.booked)
    ahead = np.cumsum(outlook.path)
    blank: list[str | None] = [None] * len(seen)
    rest = outlook.rest
    whole = rest.middle if rest.middle > 0 else 1.0
    return ChartView(
        days=[_date(day) for day in range(outlook.start, outlook.end)],
        actual=[*_numbers(seen), *([None] * len(ahead))],
        low=[*blank, *_numbers(outlook.so_far + ahead * (rest.low / whole))],
        expected=[*blank, *_numbers(outlook.so_far + ahead)],
        high=[*blank, *_numbers(outlook.so_far + ahead * (rest.high / whole))],
        line=None if answer.line is None else list(_numbers(answer.line)),
    )


def _numbers(values: F64) -> Iterable[str]:
    return (number(float(value)) for value in values)


def _exceeding(one: Exceeding) -> ExceedingView:
    return ExceedingView(
        budget=number(one.budget),
        probability=round(one.probability, 3),
        will_exceed=one.will_exceed,
        lead_days=one.lead_days,
        run_out_early=_day(one.run_out.early),
        run_out=_day(one.run_out.expected),
        run_out_late=_day(one.run_out.late),
        rate_left=number(one.rate_left),
    )


def _burn_rate(one: BurnRate) -> BurnRateView:
    rate = None if one.rate is None else number(one.rate)
    return BurnRateView(days=one.days, known_days=one.known, rate=rate)


def _score(one: Score, *, chosen: bool) -> ScoreView:
    return ScoreView(
        method=one.method.value,
        label=_label(LABELS[one.method]),
        own_percent=_percent(one.own),
        trials=one.trials,
        peers_percent=_percent(one.peers),
        score_percent=_percent(one.score),
        chosen=chosen,
    )


def _record(record: Record) -> RecordView:
    return RecordView(
        count=record.count,
        median_percent=_percent(record.median_off),
        inside_share=record.inside,
        items=[_past(one) for one in _latest(record.items)],
    )


def _latest(items: Sequence[Turned]) -> Sequence[Turned]:
    return items[:_SHOWN_RECORDS]


def _past(one: Turned) -> PastView:
    return PastView(
        period=one.said.period,
        cut=_date(one.said.cut),
        method=one.said.method,
        said=_range(one.said.at_end),
        came=number(one.came),
        percent_of_rest=_percent(one.percent_of_rest),
        inside=one.inside,
    )


def _range(one: Range) -> RangeView:
    return RangeView(low=number(one.low), expected=number(one.middle), high=number(one.high))


def _percent(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(value, _PERCENT_DECIMALS)


def _label(label: Label) -> LabelView:
    return LabelView(zh=label.zh, en=label.en)


def _day(day: int | None) -> str | None:
    return None if day is None else _date(day)


def _date(day: int) -> str:
    return date_of(day).isoformat()
