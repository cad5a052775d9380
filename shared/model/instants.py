"""Instants as whole microseconds since 1970-01-01T00:00Z, and hours as whole numbers of them."""

from datetime import UTC, datetime, timedelta

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
DAY_US = 24 * HOUR_US
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

BEGINNING_US = -62_135_596_800 * SECOND_US
"""0001-01-01T00:00Z: 'valid since ever'."""
FOREVER_US = 253_402_300_799 * SECOND_US
"""9999-12-31T23:59:59Z: 'valid until further notice'."""


def to_us(instant: datetime) -> int:
    """Microseconds of an aware datetime; raises ValueError for one without a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return (instant - EPOCH) // _MICROSECOND


def from_us(us: int) -> datetime:
    """The aware UTC datetime of `us` microseconds."""
    return EPOCH + timedelta(microseconds=us)


def iso(us: int) -> str:
    """RFC 3339 in UTC with the letter Z, without a fraction when it is zero."""
    return from_us(us).isoformat().replace("+00:00", "Z")


def hour_of(us: int) -> int:
    """The number of the UTC hour that holds the instant (hours since 1970)."""
    return us // HOUR_US


def hour_iso(hour: int) -> str:
    """RFC 3339 of the beginning of the UTC hour `hour`."""
    return iso(hour * HOUR_US)
