"""The account of one subject and period: energy, exclusions, carbon, other gases."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from services.evaluator.domain.accounting.bundle import Account, Bundle
from services.evaluator.domain.factor_book import FactorBook
from services.evaluator.domain.figures.figure import Figure
from shared.model.period import Period


def account(bundle: Bundle) -> Account:
    """Every line that the bundle allows; what something is missing for says so."""
    lines: dict[str, Figure] = {}
    return Account(subject=bundle.subject, period=bundle.period, lines=lines)


def cuts(
    factors: FactorBook, carriers: Iterable[str], places: Sequence[str], period: Period
) -> tuple[Period, ...]:
    """The parts of the period in which no factor of these carriers changes.

    Metered quantities have to be given for each part: one that spans several cannot be counted.
    """
    wanted = frozenset(carriers)
    inner = {
        edge
        for line in factors.lines
        if line.record.item in wanted and line.record.place in {*places, ""}
        for edge in line.hours()
        if period.first_hour < edge < period.end_hour
    }
    edges = sorted({period.first_hour, *inner, period.end_hour})
    return tuple(
        Period(first_hour=a, end_hour=b, zone_name=period.zone_name) for a, b in pairwise(edges)
    )
