"""Which method a subject is forecast with, and how far off it may be: by measured errors alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from services.evaluator.domain.forecast.backtest import Trial, percent_off
from services.evaluator.domain.forecast.history import F64
from services.evaluator.domain.forecast.methods import Name

PEERS_COUNT_AS = 52
"""The peers' errors weigh as much as so many trials of the subject's own."""
MUST_BEAT = 0.8
"""Another method takes the blend's place when its error is below this share of the blend's."""
LEAST_ERRORS = 12
"""With fewer errors than this the blend stays, and the interval is a rule of thumb."""
RULE_OF_THUMB: F64 = np.linspace(-0.35, 0.35, 15)
_FAR = 5.0
_MEAN_TO_MEDIAN = 1.4
_AHEAD_SHARE = 0.5

Pool = Sequence[Sequence[Trial]]
"""The trials of the subject and its peers, one sequence each; only from before the cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a method did: medians of per cent off. `own` is None without trials of its own.

    peers: of the subject's trials and its peers' together.
    """

    method: Name
    own: float | None
    trials: int
    peers: float | None
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The method chosen, all scores with the best first, and its likely errors.

    errors: a sample of log(what will come / what is said), sorted. measured: the sample is of
    errors that were made; else it is the rule of thumb.
    """

    method: Name
    scores: tuple[Score, ...]
    errors: F64
    measured: bool


def choose(names: Iterable[Name], own: Sequence[Trial], pool: Pool, days: int) -> Choice:
    """The choice among the methods that can be used now, `days` ahead."""
    usable = set(names)
    yearly = Name.LIKE_DAYS in usable
    own = like(own, yearly=yearly)
    pool = [like(one, yearly=yearly) for one in pool]
    peers = _errors(trial for one in pool for trial in one)
    mine = _errors(own)
    scores = sorted(
        (_score(name, mine.get(name, ()), peers.get(name, ())) for name in usable),
        key=lambda score: (score.score, score.method),
    )
    enough = sum(len(one) for one in pool) >= LEAST_ERRORS
    method = _best(scores) if enough else _unmeasured(usable)
    errors = likely_errors(method, own, pool, days)
    return Choice(
        method=method,
        scores=tuple(scores),
        errors=RULE_OF_THUMB if errors is None else errors,
        measured=errors is not None,
    )


def like(tried: Sequence[Trial], *, yearly: bool) -> list[Trial]:
    """Those trials in which as much was known as now: methods are compared on the same trials."""
    return [trial for trial in tried if trial.yearly == yearly]


def _errors(tried: Iterable[Trial]) -> dict[Name, list[float]]:
    found: dict[Name, list[float]] = {}
    for trial in tried:
        for name, error in trial.errors.items():
            found.setdefault(name, []).append(error)
    return found


def _score(name: Name, own: Sequence[float], peers: Sequence[float]) -> Score:
    mine, theirs = _median_off(own), _median_off(peers)
    parts = [(mine, len(own)), (theirs, PEERS_COUNT_AS)]
    weighed = [(value, weight) for value, weight in parts if value is not None]
    weight = sum(weight for _, weight in weighed)
    score = sum(value * weight for value, weight in weighed) / weight if weight else float("inf")
    return Score(method=name, own=mine, trials=len(own), peers=theirs, score=score)


def _median_off(errors: Sequence[float]) -> float | None:
    return float(np.median([percent_off(error) for error in errors])) if errors else None


def _best(scores: Sequence[Score]) -> Name:
    """The blend, unless something is much better."""
    best, blend = scores[0], next((s for s in scores if s.method is Name.BLEND), None)
    if blend is None or best.score < MUST_BEAT * blend.score:
        return best.method
    return Name.BLEND


def _unmeasured(usable: set[Name]) -> Name:
    """With hardly any trial nothing is known to be better than the blend."""
    return Name.BLEND if Name.BLEND in usable else min(usable)


def likely_errors(method: Name, own: Sequence[Trial], pool: Pool, days: int) -> F64 | None:
    """Errors of the method on like trials, from the peers' scales brought to the subject's own.

    Trials that looked less than half as far ahead are left out where enough others remain. None
    when there are too few of any.
    """
    made = [e for one in pool for e in _of(method, one)]
    if len(made) < LEAST_ERRORS:
        return None
    usual = float(np.median(np.abs(made))) or 1e-6
    scaled = [
        (error / _scale(_of(method, one), usual), trial.days)
        for one in pool
        for trial in one
        if (error := trial.errors.get(method)) is not None
    ]
    far = [error for error, ahead in scaled if ahead >= _AHEAD_SHARE * days]
    chosen = far if len(far) >= LEAST_ERRORS else [error for error, _ in scaled]
    return np.sort(np.array(chosen)) * _scale(_of(method, own), usual)


def _of(method: Name, tried: Sequence[Trial]) -> list[float]:
    return [trial.errors[method] for trial in tried if method in trial.errors]


def _scale(errors: Sequence[float], usual: float) -> float:
    """How large a subject's errors are, drawn to the usual size as long as there are few."""
    own = sum(min(abs(error), _FAR * usual) for error in errors) / _MEAN_TO_MEDIAN
    return (own + PEERS_COUNT_AS * usual) / (len(errors) + PEERS_COUNT_AS)
