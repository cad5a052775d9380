"""Reading the cells of a budget: each function takes a text, or raises ValueError saying why."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from services.evaluator.domain.budget import (
    FROM_THE_BEGINNING,
    STANDARD,
    Carbon,
    Phasing,
    PhasingKind,
    Policy,
    Series,
    Thresholds,
)
from shared.model.catalogue import Flow
from shared.model.exact import NotExactError, decimal, decimals_of
from shared.model.instants import HOUR_US, to_us
from shared.model.level import Level
from shared.model.period import Period, hour_of_day

LEVELS = tuple(level.word for level in Level if level is not Level.NONE)
POLICY_FIELDS = (
    "policy.name",
    *(f"policy.used.{word}" for word in LEVELS),
    "policy.used_clear_line_percent",
    *(f"policy.pace.{word}" for word in LEVELS),
    "policy.pace_fall_points",
    "policy.pace_from",
    "policy.grace_hours",
)

_CODE = re.compile(r"[\w.\-]{1,64}")
_MOST_DIGITS = 24
_MOST_DECIMALS = 9


def code(text: str) -> str:
    """A budget's code."""
    if not _CODE.fullmatch(text):
        raise ValueError(f"{text!r} is not a code: up to 64 letters, digits, dots, - or _")
    return text


def name(text: str) -> str:
    """One line of text."""
    if len(text) > 200 or not text.isprintable():
        raise ValueError("must be one printable line of at most 200 characters")
    return text


def amount(text: str) -> Decimal:
    """A decimal of a sensible size."""
    value = decimal(text)
    digits = len(value.as_tuple().digits)
    if digits > _MOST_DIGITS or abs(value.adjusted()) > _MOST_DIGITS:
        raise NotExactError(f"{text} has more than {_MOST_DIGITS} digits")
    if decimals_of(value) > _MOST_DECIMALS:
        raise NotExactError(f"{text} has more than {_MOST_DECIMALS} decimals")
    return value


def positive(text: str) -> Decimal:
    """A decimal above zero."""
    value = amount(text)
    if value <= 0:
        raise ValueError(f"{text} is not above zero")
    return value


def percent(text: str) -> Decimal:
    """A decimal from 0 to 1000."""
    value = amount(text)
    if not 0 <= value <= 1000:
        raise ValueError(f"{text} is not between 0 and 1000 per cent")
    return value


def flows(text: str) -> tuple[str, ...]:
    """Flows that are added, or with a minus sign taken off; each at most once."""
    words = tuple(text.split())
    known = [flow.value for flow in Flow]
    for word in words:
        if word.removeprefix("-") not in known:
            raise ValueError(
                f"{word!r} is no flow: write {', '.join(known)}, with a minus sign to take it off"
            )
    if len({word.removeprefix("-") for word in words}) != len(words):
        raise ValueError("a flow stands here twice")
    return words


def series(text: str) -> Series:
    """The series of factors."""
    try:
        return Series(text)
    except ValueError:
        raise ValueError(f"{text!r} is no series: write {' or '.join(Series)}") from None


def carbon(text: str) -> Carbon:
    """Which CO2."""
    try:
        return Carbon(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is no CO2 budget: write {' or '.join(Carbon)} (direct is of fuels alone)"
        ) from None


def months(text: str) -> Phasing:
    """Shares of the calendar months, in per cent."""
    shares = tuple(percent(word) for word in text.split())
    return Phasing(kind=PhasingKind.MONTHS, shares=shares)


def phasing(text: str) -> Phasing:
    """`linear`, or `months` and the shares."""
    kind, _, rest = text.partition(" ")
    if kind == PhasingKind.MONTHS:
        return months(rest)
    if text != PhasingKind.LINEAR:
        raise ValueError(f"{text!r} is neither linear nor months with a share for each")
    return Phasing()


def effective_from(text: str, period: Period) -> int:
    """The hour of a date in the period's zone, or of an instant on a whole hour."""
    hour = hour_named(text, period.zone_name)
    if hour >= period.end_hour:
        raise ValueError(f"{text} lies after the end of the period")
    return hour if hour > period.first_hour else FROM_THE_BEGINNING


def hour_named(text: str, zone_name: str) -> int:
    """The UTC hour of a date in a zone, or of an instant that says its own."""
    try:
        if len(text) == 10:
            return hour_of_day(date.fromisoformat(text), zone_name)
        hour, rest = divmod(to_us(datetime.fromisoformat(text)), HOUR_US)
    except ValueError:
        hour, rest = 0, 1
    if rest:
        raise ValueError(
            f"{text!r} is neither a date such as 2026-07-01 nor a whole hour with its zone such "
            "as 2026-07-01T08:00:00+08:00"
        )
    return hour


def policy(cells: Mapping[str, str]) -> Policy:
    """A policy from the cells `policy` and `policy.…`; what is not said is as in the standard.

    Raises PolicyError.
    """
    plain = cells.get("policy")
    if plain is not None and plain != STANDARD.name:
        raise PolicyError(
            "policy",
            f"there is no policy {plain!r}: write {STANDARD.name}, or give its numbers "
            f"({', '.join(POLICY_FIELDS)})",
        )
    given = {field: text for field, text in cells.items() if field in POLICY_FIELDS}
    if not given:
        return STANDARD
    return Policy(
        name=given.get("policy.name", "own"),
        used=_thresholds(given, "policy.used.", STANDARD.used),
        used_clear_line_percent=_decimal(
            given, "policy.used_clear_line_percent", STANDARD.used_clear_line_percent
        ),
        pace=_thresholds(given, "policy.pace.", STANDARD.pace),
        pace_fall_points=_decimal(given, "policy.pace_fall_points", STANDARD.pace_fall_points),
        pace_from=_share(given, "policy.pace_from", STANDARD.pace_from),
        grace_us=_hours(given, "policy.grace_hours", STANDARD.grace_us),
    )


class PolicyError(ValueError):
    """A number of a policy is wrong; `field` names its cell."""

    def __init__(self, field: str, message: str) -> None:
        """`field`: as in POLICY_FIELDS."""
        super().__init__(message)
        self.field = field


def _thresholds(given: Mapping[str, str], prefix: str, standard: Thresholds) -> Thresholds:
    found = tuple(
        (Level.of(word), _decimal(given, prefix + word, Decimal(0)))
        for word in LEVELS
        if prefix + word in given
    )
    if not found:
        return standard
    if any(a >= b for (_, a), (_, b) in pairwise(found)):
        last = prefix + found[-1][0].word
        raise PolicyError(last, "a higher level must have a higher threshold")
    return found


def _decimal(given: Mapping[str, str], field: str, standard: Decimal) -> Decimal:
    if field not in given:
        return standard
    try:
        return percent(given[field])
    except ValueError as error:
        raise PolicyError(field, str(error)) from error


def _share(given: Mapping[str, str], field: str, standard: Fraction) -> Fraction:
    try:
        share = Fraction(given[field]) if field in given else standard
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 1:
        raise PolicyError(field, f"{given[field]!r} is no share of the period such as 1/12")
    return share


def _hours(given: Mapping[str, str], field: str, standard: int) -> int:
    if field not in given:
        return standard
    us = Fraction(_decimal(given, field, Decimal(0))) * HOUR_US
    if us.denominator != 1:
        raise PolicyError(field, f"{given[field]} hours are no whole number of microseconds")
    return int(us)
