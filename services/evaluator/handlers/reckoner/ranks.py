"""The order of peers by how far they are ahead of their targets, measure by measure."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from services.evaluator.domain.barometer.rating import Rating
from services.evaluator.domain.figures.figure import Figure, Label, absent, constant
from services.evaluator.domain.limits.ranking import ranking
from services.evaluator.domain.statistics.growth import progress_less_required
from services.evaluator.handlers.reckoner.reckoner import Row

_AHEAD = Label("领先进度", "ahead")
_DIGITS = 12


def ranks_of(rows: Sequence[Row]) -> dict[tuple[str, str], int]:
    """Place of each subject and target among all rows, 1 for the best; missing ones have none."""
    peers: dict[str, dict[str, Figure]] = {}
    codes: dict[tuple[str, str], str] = {}
    for row in rows:
        for judged, _ in row.judged:
            measure = judged.target.measure
            peers.setdefault(measure, {})[row.who.key] = ahead(judged.rating)
            codes[measure, row.who.key] = judged.target.code
    return {
        (rank.peer, codes[measure, rank.peer]): rank.place
        for measure, figures in peers.items()
        for rank in ranking(figures, lower_is_better=False)
        if rank.place is not None
    }


def ahead(rating: Rating) -> Figure:
    """How much better than asked: points of progress, else the margin as a share of the goal.

    Points are taken with far more decimals than are shown, so that only equal ones share a place.
    """
    points, goal = rating.margin_points, rating.goal
    if points is not None and points.value is not None and goal is not None:
        ratio, _, due = points.operands
        exact = progress_less_required(_AHEAD, ratio, goal, due, digits=_DIGITS)
        return constant(_AHEAD, Fraction(exact.value or points.value), "pp")
    margin = rating.margin
    if margin is None or margin.value is None or goal is None or not goal.value:
        return absent(_AHEAD, "pp", *rating.reasons)
    return replace(constant(_AHEAD, 100 * margin.value / abs(goal.value), "pp"), flags=margin.flags)
