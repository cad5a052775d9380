"""Continuing a series of weeks with statsmodels: imports take a second and 120 MiB."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from services.evaluator.domain.forecast.history import F64
from services.evaluator.domain.forecast.methods import Library

_MOST_STEPS = 30


def library() -> Library:
    """The methods of statsmodels."""
    return Library(reverting=reverting, smoothed=smoothed)


def reverting(weeks: F64, ahead: int) -> F64:
    """A first-order autoregression around zero, by maximum likelihood; gaps are let be.

    How fast it returns is the series' own: a lasting difference fades slowly, noise at once.
    """
    from statsmodels.tsa.statespace.sarimax import SARIMAX  # noqa: PLC0415  (heavy: see above)

    with _quiet():
        try:
            fitted = SARIMAX(weeks, order=(1, 0, 0)).fit(disp=0, maxiter=_MOST_STEPS)
            path = np.asarray(fitted.forecast(ahead), np.float64)
        except (ValueError, np.linalg.LinAlgError):
            return np.zeros(ahead)
    return path if np.isfinite(path).all() else np.zeros(ahead)


def smoothed(weeks: F64, ahead: int) -> F64:
    """Simple exponential smoothing with its best-fitting factor; gaps take the value before."""
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing  # noqa: PLC0415

    whole = _carried(weeks)
    with _quiet():
        fitted = SimpleExpSmoothing(whole, initialization_method="estimated").fit()
        path = np.asarray(fitted.forecast(ahead), np.float64)
    return path if np.isfinite(path).all() else np.full(ahead, whole[-1])


def _carried(weeks: F64) -> F64:
    known = np.flatnonzero(np.isfinite(weeks))
    whole = weeks[known[0] :]
    last = np.maximum.accumulate(np.where(np.isfinite(whole), np.arange(len(whole)), 0))
    carried: F64 = whole[last]
    return carried


@contextmanager
def _quiet() -> Iterator[None]:
    # It warns of starting values and of fits that stopped early, which the backtest judges anyway.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
