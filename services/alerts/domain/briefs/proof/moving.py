"""How amounts moved, as the facts have it: the meanings that direction words should have."""

from decimal import Decimal

from services.alerts.domain.briefs.facts import Moved
from services.alerts.domain.briefs.proof import numerals
from services.alerts.domain.briefs.proof.slots import Value
from services.alerts.domain.briefs.proof.view import View

_SMALL, _MARKED, _SHARP = Decimal(1), Decimal(5), Decimal(10)


def move(view: View, change: Decimal, measure: str, *, sized: bool = False) -> Value:
    """What a change in per cent is called."""
    if change == 0:
        return ("flat",)
    verb = "fall"
    if change > 0:
        verb = "rise" if measure.endswith("intensity") and view.zh else "grow"
    size = _size(abs(change)) if sized else ""
    return (f"{verb} {size}".strip(), numerals.plain(abs(change)))


def _size(change: Decimal) -> str:
    if change < _SMALL:
        return "small"
    if change >= _SHARP:
        return "sharp"
    return "marked" if change >= _MARKED else ""


def year(view: View, one: Moved | None, measure: str, *, sized: bool = False) -> Value:
    """The change against the year before, or that nobody knows it."""
    if one is None or one.change is None:
        return ("unknown",)
    return move(view, numerals.points(one.change), measure, sized=sized)


def trend(one: Moved) -> Value | None:
    """How the change itself changed since the period before."""
    if one.change is None or one.trend is None:
        return None
    now, gap = numerals.points(one.change), numerals.points(one.trend)
    size = numerals.plain(abs(gap))
    before = None if one.change_before is None else numerals.points(one.change_before)
    if not now or not before:
        return _plain(gap, size)
    if (now > 0) != (before > 0):
        return ("to a rise" if now > 0 else "to a fall", size)
    way = "rise" if now > 0 else "fall"
    if gap == 0:
        return (f"{way} same",)
    return (f"{way} {'wider' if (gap > 0) == (now > 0) else 'narrower'}", size)


def _plain(gap: Decimal, size: str) -> Value:
    if gap == 0:
        return ("same",)
    return ("higher" if gap > 0 else "lower", size)


def signed(value: Decimal, up: str, down: str, none: str) -> tuple[str, ...]:
    """One of three words by the sign, with the size of the number."""
    if value == 0:
        return (none,)
    return (up if value > 0 else down, numerals.plain(abs(value)))
