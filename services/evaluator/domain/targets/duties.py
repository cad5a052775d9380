"""Rigid intensity, elastic total: which intensity decides whether a total is tested at all."""

from services.evaluator.domain.records.target import Target

_PAIRS = {"energy-total": "energy-intensity", "carbon-total": "carbon-intensity"}


def intensity_of(total: Target) -> str | None:
    """The measure whose incentive target exempts a total from its test; None for other targets."""
    return _PAIRS.get(total.measure)
