"""The rest of a year from its own days alone, by plain methods: the same for ever as of a commit.

Forecasts that people ask for go by a library and by the errors of peers, which both change. What a
brief says must not: here only the days as of its commit count, and the errors of earlier cuts.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.forecast.history import F64, View
from services.evaluator.domain.forecast.methods import Library
from services.evaluator.domain.forecast.outlook import (
    Outlook,
    Refused,
    likely_range,
    look_ahead,
)
from services.evaluator.domain.situation.outlook import Rest

_ALPHAS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_STEADIEST = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """rest: as shares of what the days before the cut came to. errors: of log(came / said).

    course: the part of the rest (0 to 1) that has come by the end of each day from the cut on.
    """

    rest: Rest
    course: F64
    errors: F64

    def probability(self, allowed: Fraction) -> Fraction:
        """How probable it is that the rest comes to more than `allowed` (a share too)."""
        if allowed < 0:
            return Fraction(1)
        more = float(self.rest.expected) * np.exp(self.errors) > float(allowed)
        return Fraction(int(more.sum()), len(self.errors))


def ahead(view: View, so_far: float) -> Ahead | Refused:
    """The rest of the view's period, against what its days before the cut came to."""
    found = look_ahead(view, Library(reverting=reverting, smoothed=smoothed), (), so_far=so_far)
    if isinstance(found, Refused) or so_far <= 0:
        return found if isinstance(found, Refused) else _nothing()
    return _made(found)


def _made(found: Outlook) -> Ahead:
    """Rounded to parts in a billion, so that the last bit of a float never shows."""
    errors, sums = found.choice.errors, np.cumsum(found.path)
    whole = likely_range(float(sums[-1]), errors)
    return Ahead(
        rest=Rest(
            low=_part(whole.low / found.so_far),
            expected=_part(whole.middle / found.so_far),
            high=_part(whole.high / found.so_far),
        ),
        course=sums / sums[-1] if sums[-1] > 0 else np.ones(len(sums)),
        errors=errors,
    )


def reverting(weeks: F64, steps: int) -> F64:
    """A first-order autoregression around zero by least squares over the pairs that are known."""
    before, after = weeks[:-1], weeks[1:]
    both = np.isfinite(before) & np.isfinite(after)
    below = float((before[both] ** 2).sum())
    share = float((before[both] * after[both]).sum()) / below if below > 0 else 0.0
    known = np.flatnonzero(np.isfinite(weeks))
    since = len(weeks) - 1 - int(known[-1])
    powers = np.arange(1, steps + 1) + since
    path: F64 = weeks[known[-1]] * min(max(share, 0.0), _STEADIEST) ** powers
    return path


def smoothed(weeks: F64, steps: int) -> F64:
    """Simple exponential smoothing by the factor that fits best; weeks that lack are passed."""
    values = weeks[np.isfinite(weeks)]
    fits = [_level(values, alpha) for alpha in _ALPHAS]
    _, level = min(fits)
    return np.full(steps, level)


def _level(values: F64, alpha: float) -> tuple[float, float]:
    """The squared errors on the way, and the level at the end."""
    level, errors = float(values[0]), 0.0
    for value in values[1:].tolist():
        errors += (value - level) ** 2
        level += alpha * (value - level)
    return errors, level


def _part(value: float) -> Fraction:
    return Fraction(round(value * 1_000_000_000), 1_000_000_000)


def _nothing() -> Refused:
    return Refused(code="nothing-used", reason=Label("截至目前没有用量", "nothing was used so far"))
