"""The outlook of a period: where it will end, when its budget runs out, how sure that is.

Everything here is a float and an estimate. The part that has come is given by the books and only
repeated; nothing of an outlook ever goes into a book.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.forecast.backtest import Trial, trials
from services.evaluator.domain.forecast.history import F64, History, View, mean_known
from services.evaluator.domain.forecast.methods import YEARLY, Library, Name, all_paths
from services.evaluator.domain.forecast.selection import Choice, Pool, choose

LEAST_KNOWN = 28
MOST_AHEAD = 3
"""Without a year before, at most this many times as many days are forecast as are known."""
STALE_DAYS = 60
WINDOWS = (7, 28, 90)
LIKELY = 0.5
"""From this probability on a budget counts as one that will be exceeded."""
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why there is no forecast: a word for programs and a sentence for people."""

    code: str
    reason: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The value expected, and the interval in which four of five come to lie (10 % and 90 %)."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnRate:
    """Use a day over the last `days` days; None when none of them is known."""

    days: int
    known: int
    rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOut:
    """The day in which the budget is used up; None: not within the period.

    `early`, `expected`, `late` are reached with 90 %, 50 %, 10 % of the likely courses after them.
    """

    early: int | None
    expected: int | None
    late: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceeding:
    """Whether a budget will be exceeded: how probable it is, and how many days ahead.

    lead_days: from the cut to the expected day of running out; None when that is not expected.
    rate_left: what may be used a day for the rest of the period; negative when it is exceeded.
    """

    budget: float
    probability: float
    will_exceed: bool
    lead_days: int | None
    run_out: RunOut
    rate_left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A forecast of one period, seen when the day `cut` begins.

    so_far: what the books hold of the days before the cut (of `missing_days` of them too little is
    known). path: what each day from the cut on is expected to bring.
    """

    start: int
    cut: int
    end: int
    so_far: float
    missing_days: int
    rest: Range
    at_end: Range
    path: F64
    burn_rates: tuple[BurnRate, ...]
    choice: Choice
    own: tuple[Trial, ...]
    provisional_days: int
    exceeding: Exceeding | None = None

    @property
    def method(self) -> Name:
        """The method it was made with."""
        return self.choice.method


def refusal(view: View) -> Refused | None:
    """The reason why this cannot be forecast; None if it can."""
    known = view.history.known
    if view.cut >= view.end:
        return _refused("period-over", "期间已结束，无须预测", "the period is over")
    if view.cut < view.start:
        return _refused("period-not-begun", "期间尚未开始", "the period has not begun")
    if known < LEAST_KNOWN:
        return _refused(
            "history-too-short",
            f"历史数据太短：只有{known}天已知，至少需要{LEAST_KNOWN}天",
            f"history too short: {known} days are known, at least {LEAST_KNOWN} are needed",
        )
    last = view.history.first_day + int(np.flatnonzero(np.isfinite(view.history.values))[-1])
    if view.cut - last > STALE_DAYS:
        return _refused(
            "history-stale",
            f"最近{view.cut - last - 1}天没有数据",
            f"nothing is known of the last {view.cut - last - 1} days",
        )
    return None


def _too_far(view: View) -> Refused | None:
    days, known = view.end - view.cut, view.history.known
    if days <= MOST_AHEAD * known:
        return None
    return _refused(
        "history-too-short",
        f"没有上年同期数据，已知{known}天不足以预测剩余{days}天",
        f"history too short: without the year before, the {known} days known do not reach for the "
        f"{days} days left",
    )


def look_ahead(
    view: View, library: Library, peers: Pool, *, so_far: float, budget: float | None = None
) -> Outlook | Refused:
    """The outlook of the view's period. peers: trials of others, all from before the cut."""
    refused = refusal(view)
    if refused is not None:
        return refused
    paths = all_paths(view, library)
    if not YEARLY & set(paths):
        refused = _too_far(view)
        if refused is not None:
            return refused
    own = trials(view, library)
    choice = choose(paths, own, [own, *peers], view.end - view.cut)
    path = paths[choice.method]
    before = view.history.between(view.start, view.cut)
    rest = float(path.sum())
    ahead = likely_range(rest, choice.errors)
    return Outlook(
        start=view.start,
        cut=view.cut,
        end=view.end,
        so_far=so_far,
        missing_days=int((~np.isfinite(before)).sum()),
        rest=ahead,
        at_end=Range(
            low=so_far + ahead.low, middle=so_far + ahead.middle, high=so_far + ahead.high
        ),
        path=path,
        burn_rates=burn_rates(view.history, view.cut),
        choice=choice,
        own=own,
        provisional_days=_provisional(view),
        exceeding=None if budget is None else exceeding(path, choice.errors, so_far, budget, view),
    )


def burn_rates(
    history: History, cut: int, windows: Sequence[int] = WINDOWS
) -> tuple[BurnRate, ...]:
    """Use a day over several windows that end at the cut."""
    found = []
    for days in windows:
        values = history.between(cut - days, cut)
        known = int(np.isfinite(values).sum())
        found.append(BurnRate(days=days, known=known, rate=mean_known(values)))
    return tuple(found)


def exceeding(path: F64, errors: F64, so_far: float, budget: float, view: View) -> Exceeding:
    """How the budget stands against the likely courses of the path."""
    left, rest = budget - so_far, float(path.sum())
    probability = float((rest * np.exp(errors) > left).mean()) if left >= 0 else 1.0
    run_out = RunOut(
        early=_day_of(path, left, _quantile(errors, HIGH), view.cut),
        expected=_day_of(path, left, 0.0, view.cut),
        late=_day_of(path, left, _quantile(errors, LOW), view.cut),
    )
    expected = run_out.expected
    return Exceeding(
        budget=budget,
        probability=probability,
        will_exceed=probability >= LIKELY,
        lead_days=None if expected is None else max(0, expected - view.cut),
        run_out=run_out,
        rate_left=left / (view.end - view.cut),
    )


def likely_range(rest: float, errors: F64) -> Range:
    """What is said of the rest, with the interval that its likely errors make of it."""
    low, high = _quantile(errors, LOW), _quantile(errors, HIGH)
    # An interval always holds the value that is said.
    return Range(
        low=rest * float(np.exp(min(low, 0.0))),
        middle=rest,
        high=rest * float(np.exp(max(high, 0.0))),
    )


def _quantile(errors: F64, share: float) -> float:
    return float(np.quantile(errors, share))


def _day_of(path: F64, left: float, error: float, cut: int) -> int | None:
    """The day in which the path, that much larger or smaller, passes what is left."""
    if left < 0:
        return cut
    beyond = np.cumsum(path) * np.exp(error) > left
    return cut + int(beyond.argmax()) if beyond.any() else None


def _provisional(view: View) -> int:
    since = view.calendar.provisional_from
    return 0 if since is None else max(0, view.end - max(since, view.cut))


def _refused(code: str, zh: str, en: str) -> Refused:
    return Refused(code=code, reason=Label(zh, en))
