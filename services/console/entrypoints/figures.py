"""Figures and instants as people read them; decimals stay text, rounded only where it says so."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from shared.model.period import UnknownZoneError, zone

DASH = "–"


def grouped(text: str | None) -> str:
    """`-1234567.80` as `-1,234,567.80`; a dash for nothing."""
    if not text:
        return DASH
    sign = "-" if text.startswith("-") else ""
    whole, point, decimals = text.removeprefix("-").partition(".")
    if not whole.isdecimal():
        return text
    return f"{sign}{int(whole):,}{point}{decimals}"


def shifted(text: str | None, places: int = 2) -> str | None:
    """A plain decimal times 10**places, as text: `0.9987` becomes `99.87`."""
    if text is None:
        return None
    try:
        value = Decimal(text).scaleb(places)
    except InvalidOperation:
        return None
    return f"{value:f}"


def rounded(text: str | None, decimals: int = 1) -> str:
    """The decimal with so many decimals, half away from zero; a dash for nothing."""
    value = number(text)
    if value is None:
        return DASH
    return f"{value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def share(text: str | None) -> str:
    """A share from 0 to 1 as a percentage: 100 % only when nothing is missing."""
    value = number(text)
    if value is None:
        return DASH
    percent = (value * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if percent == 100 and value < 1:
        percent = Decimal("99.9")
    return "100" if percent == 100 else f"{percent:f}"


def number(text: str | None) -> Decimal | None:
    """The decimal, or None for no decimal."""
    if text is None:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def ratio(part: str | None, whole: str | None) -> str | None:
    """`part` of `whole` in per cent with one decimal, or None."""
    above, below = number(part), number(whole)
    if above is None or not below:
        return None
    return f"{(above * 100 / below).quantize(Decimal('0.1'), ROUND_HALF_UP):f}"


def local(instant: str | None, zone_name: str | None, pattern: str = "%Y-%m-%d %H:%M") -> str:
    """An RFC 3339 instant on the clock of the zone; a dash for nothing."""
    if not instant:
        return DASH
    try:
        moment = datetime.fromisoformat(instant)
        return moment.astimezone(zone(zone_name or "Asia/Shanghai")).strftime(pattern)
    except (ValueError, UnknownZoneError):
        return instant


def day(text: str | None) -> str:
    """A date as it is, an instant as its day in China; a dash for nothing."""
    return text if text and len(text) <= len("2026-05-01") else local(text, None, "%Y-%m-%d")


def offset(instant: str | None, zone_name: str | None) -> str:
    """The zone's distance from UTC at that instant, as in `UTC+8`."""
    text = local(instant, zone_name, "%z")
    if len(text) != 5:
        return ""
    hours = int(text[:3])
    return f"UTC{hours:+d}" if hours else "UTC"
