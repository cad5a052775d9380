"""How good forecasts are, measured on three years of a university's meters; no system is needed.

Every cut sees only the days before it: methods, their choice, the peers' errors and the width of
intervals all come from earlier cuts of days that were known by then.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from deploy.bench.forecast_data import Case, calendar, cases, read_meters
from services.evaluator.adapters.forecasting.weeks import library
from services.evaluator.domain.forecast.backtest import Trial, off, percent_off, trials
from services.evaluator.domain.forecast.history import view_of
from services.evaluator.domain.forecast.methods import REFERENCES, Name, all_paths
from services.evaluator.domain.forecast.outlook import likely_range
from services.evaluator.domain.forecast.selection import choose

AT_LEAST_BELOW = {"electricity": 0.9, "gas": 1.0}
"""The error must not be above this share of the best reference's."""
COVERAGE = (0.7, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A case's earlier trials, what every method says of the rest in sum, and what came."""

    carrier: str
    year: int
    month: int
    days: int
    trials: tuple[Trial, ...]
    said: Mapping[Name, float]
    came: float

    @property
    def round(self) -> tuple[str, int, int]:
        """Cases of the same cut and carrier are one another's peers."""
        return self.carrier, self.year, self.month


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one case turned out, per cent of what came. `width`: of the interval."""

    carrier: str
    year: int
    month: int
    method: Name
    percent: float
    references: Mapping[Name, float]
    every: Mapping[Name, float]
    inside: bool
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A carrier (and year, if one is given): medians of per cent off, coverage, median width."""

    carrier: str
    year: int | None
    cases: int
    meters: int
    percent: float
    methods: Mapping[Name, float]
    coverage: float
    width: float
    chosen: Mapping[Name, int]

    @property
    def best_reference(self) -> Name:
        """The reference that came nearest."""
        return min(REFERENCES, key=self.methods.__getitem__)

    @property
    def share(self) -> float:
        """Our error by the best reference's."""
        return self.percent / self.methods[self.best_reference]

    @property
    def reached(self) -> bool:
        """Whether the goals are reached."""
        low, high = COVERAGE
        return self.share <= AT_LEAST_BELOW[self.carrier] and low <= self.coverage <= high


def run(name: str, workers: int, say: Callable[[str], None]) -> list[Result]:
    """Try all cases under a calendar with so many processes."""
    listed = [(case, name) for case in cases(read_meters())]
    say(f"{len(listed)} rests to forecast; calendar {name}; {workers} processes")
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        tried = list(pool.map(_tried, listed, chunksize=8))
    rounds: defaultdict[tuple[str, int, int], list[Tried]] = defaultdict(list)
    for one in tried:
        rounds[one.round].append(one)
    return [result for peers in rounds.values() for result in _results(peers)]


def _tried(work: tuple[Case, str]) -> Tried:
    case, name = work
    view = view_of(case.meter.history, calendar(name), start=case.start, cut=case.cut, end=case.end)
    known = np.isfinite(case.came)
    paths = all_paths(view, library())
    return Tried(
        carrier=case.meter.carrier,
        year=case.year,
        month=case.month,
        days=case.end - case.cut,
        trials=trials(view, library()),
        said={method: float(path[known].sum()) for method, path in paths.items()},
        came=float(case.came[known].sum()),
    )


def _results(peers: Sequence[Tried]) -> Iterable[Result]:
    pool = [one.trials for one in peers]
    for one in peers:
        choice = choose(one.said, one.trials, pool, one.days)
        ahead = likely_range(one.said[choice.method], choice.errors)
        every = {method: _percent(one.came, said) for method, said in one.said.items()}
        yield Result(
            carrier=one.carrier,
            year=one.year,
            month=one.month,
            method=choice.method,
            percent=every[choice.method],
            references={method: every[method] for method in REFERENCES},
            every=every,
            inside=ahead.low <= one.came <= ahead.high,
            width=(ahead.high - ahead.low) / one.came * 100,
        )


def _percent(came: float, said: float) -> float:
    error = off(np.array([came]), np.array([said]))
    return float("nan") if error is None else percent_off(error)


def summaries(results: Sequence[Result]) -> list[Summary]:
    """Each carrier in all and by year."""
    carriers = sorted({one.carrier for one in results})
    years = (None, *sorted({one.year for one in results}))
    return [
        _summary(carrier, year, [r for r in results if _within(r, carrier, year)])
        for carrier in carriers
        for year in years
    ]


def _within(result: Result, carrier: str, year: int | None) -> bool:
    return result.carrier == carrier and year in (None, result.year)


def _summary(carrier: str, year: int | None, results: Sequence[Result]) -> Summary:
    methods = {method for one in results for method in one.every}
    chosen = [one.method for one in results]
    return Summary(
        carrier=carrier,
        year=year,
        cases=len(results),
        meters=max(_meters(results).values()),
        percent=_median(one.percent for one in results),
        methods={
            method: _median(one.every[method] for one in results if method in one.every)
            for method in sorted(methods)
        },
        coverage=sum(one.inside for one in results) / len(results),
        width=_median(one.width for one in results),
        chosen={method: chosen.count(method) for method in sorted(set(chosen))},
    )


def _meters(results: Sequence[Result]) -> Mapping[tuple[int, int], int]:
    rounds = [(one.year, one.month) for one in results]
    return {one: rounds.count(one) for one in rounds}


def _median(values: Iterable[float]) -> float:
    return float(np.median(list(values)))
