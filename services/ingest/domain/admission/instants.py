"""Columns of RFC 3339 texts as microseconds since 1970 UTC."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.ingest.domain.admission.swar import are_digits, pairs, word
from services.ingest.domain.admission.texts import I64, U8, U64, Bools, Texts
from shared.model.instants import SECOND_US, to_us

_FORM = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]{1,30}))?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_LONGEST = 64
_Rows: TypeAlias = slice | npt.NDArray[np.intp]
_Ending: TypeAlias = tuple[I64 | int, Bools, "Form"]
_Reader: TypeAlias = Callable[[Texts, U64, _Rows], _Ending]


class Form(IntEnum):
    """How a text states its instant."""

    ZONED = 0
    LOCAL = 1
    """Without a zone: the microseconds are those of the clock on the wall."""
    BAD = 2


@dataclass(frozen=True, slots=True)
class Instants:
    """Microseconds, 0 for a bad text."""

    us: I64
    form: U8


def _calendar() -> tuple[I64, I64]:
    """Days since 1970 at which each month from year 0 on begins, and how many it has."""
    months = np.arange("0000-01", "10000-02", dtype="datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    return first[:-1], np.diff(first)


_FIRST_DAY, _DAYS = _calendar()
_BYTE = np.uint64(0xFF)
# Flips the separators of the form into zeros, so that only digits must be left.
_YEAR_MONTH = word("0000-00-") ^ word("00000000")
_DAY_TIME = word("00T00:00") ^ word("00000000")
_SECONDS = word(":00\0\0\0\0\0") ^ word("000\0\0\0\0\0")
_THREE = np.uint64(0xFFFFFF)
_PAD_THREE = word("\0\0\x0000000")
_ZULU = np.uint64(ord("Z"))
_NO_FRACTION = np.uint64(24)


def parse(texts: Texts) -> Instants:
    """Read each text."""
    result, left = _quick(texts)
    if left is not None:
        seen: dict[str, tuple[int, Form]] = {}
        for index in np.flatnonzero(left):
            text = texts.text(int(index)) or ""
            if text not in seen:
                seen[text] = parse_one(text)
            result.us[index], result.form[index] = seen[text]
    return result


def parse_one(text: str) -> tuple[int, Form]:
    """One text, however it is written: the meaning that the quick way must agree with."""
    form = _FORM.fullmatch(text) if len(text) <= _LONGEST else None
    if form is None:
        return 0, Form.BAD
    fraction = form[7] or ""
    if fraction[6:].strip("0"):
        return 0, Form.BAD
    try:
        wall = datetime(*(int(form[i]) for i in range(1, 7)), tzinfo=UTC)  # type: ignore[misc, arg-type]  # six numbers
        shift = _shift(form[8])
    except ValueError:
        return 0, Form.BAD
    us = to_us(wall) + int(fraction[:6].ljust(6, "0"))
    if shift is None:
        return us, Form.LOCAL
    return us - shift, Form.ZONED


def _shift(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone in "Zz":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(zone)
    shift = timedelta(hours=hours, minutes=minutes) // timedelta(microseconds=1)
    return -shift if zone[0] == "-" else shift


def _quick(texts: Texts) -> tuple[Instants, Bools | None]:
    """`YYYY-MM-DDTHH:MM:SS` with nothing, `Z`, `.mmmZ` or `+HH:MM` after it; and what is left."""
    tail = texts.words(16)
    us, good = _wall(texts, tail)
    form = np.zeros(len(texts), np.uint8)
    known = np.zeros(len(texts), np.bool_)
    for rows, reader in _by_ending(texts.length - 19):
        shift, fits, kind = reader(texts, tail, rows)
        us[rows] += shift
        known[rows] = fits
        form[rows] = kind
    good &= known
    if good.all():
        return Instants(us, form), None
    us[~good], form[~good] = 0, Form.BAD
    return Instants(us, form), ~good


def _by_ending(rest: I64) -> Iterator[tuple[_Rows, _Reader]]:
    if len(rest) and (rest == rest[0]).all():
        if int(rest[0]) in _ENDINGS:
            yield slice(None), _ENDINGS[int(rest[0])]
        return
    for length, reader in _ENDINGS.items():
        rows = np.flatnonzero(rest == length)
        if len(rows):
            yield rows, reader


def _wall(texts: Texts, tail: U64) -> tuple[I64, Bools]:
    year_month, day_time = texts.words() ^ _YEAR_MONTH, texts.words(8) ^ _DAY_TIME
    seconds = ((tail ^ _SECONDS) & _THREE) | _PAD_THREE
    good = are_digits(year_month) & are_digits(day_time) & are_digits(seconds)
    good &= ((year_month & _IS_DASH) | (day_time & _IS_TIME) | (seconds & _IS_COLON)) == 0
    a, b, c = pairs(year_month), pairs(day_time), pairs(seconds)
    month_number = _byte(a, 0) * 1200 + _byte(a, 2) * 12 + _byte(a, 5) - 1
    month = _byte(a, 5)
    good &= (month >= 1) & (month <= 12)
    month_number[~good] = 0
    day, hour, minute, second = _byte(b, 0), _byte(b, 3), _byte(b, 6), _byte(c, 1)
    good &= (day >= 1) & (day <= _DAYS[month_number]) & (month_number >= 12)
    good &= (hour <= 23) & (minute <= 59) & (second <= 59)
    days = _FIRST_DAY[month_number] + day - 1
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * SECOND_US, good


# In a separator's place only zero may be left after the flip: its low four bits show another.
_IS_DASH = word("\0\0\0\0\x0f\0\0\x0f")
_IS_TIME = word("\0\0\x0f\0\0\x0f\0\0")
_IS_COLON = word("\x0f\0\0\0\0\0\0\0")


def _byte(words: U64, place: int) -> I64:
    return words.view(np.uint8)[place::8].astype(np.int64)


def _local(_texts: Texts, tail: U64, rows: _Rows) -> _Ending:
    return 0, np.ones(len(tail[rows]), np.bool_), Form.LOCAL


def _zulu(_texts: Texts, tail: U64, rows: _Rows) -> _Ending:
    return 0, ((tail[rows] >> _NO_FRACTION) & _BYTE) == _ZULU, Form.ZONED


_MILLIS = word("\0\0\0.000Z") ^ word("\0\0\x0000000")
_IS_MILLIS = word("\0\0\0\x0f\0\0\0\x0f")


def _millis(_texts: Texts, tail: U64, rows: _Rows) -> _Ending:
    digits = ((tail[rows] ^ _MILLIS) & ~_THREE) | word("000\0\0\0\0\0")
    fits = are_digits(digits) & ((digits & _IS_MILLIS) == 0)
    both = pairs(digits)
    shift = (_byte(both, 3) * 100 + _byte(both, 5)) * 1000
    return shift, fits, Form.ZONED


_OFFSET = word("+00:00\0\0") ^ word("000000\0\0")
_SIX = np.uint64(0xFFFFFFFFFFFF)
_PAD_SIX = word("\0\0\0\0\0\x0000")
_IS_OFFSET = word("\x0f\0\0\x0f\0\0\0\0")
_PLUS_OR_MINUS = np.uint64(ord("+") ^ ord("-"))
_IS_MINUS = np.uint64(ord("-"))


def _offset(texts: Texts, _tail: U64, rows: _Rows) -> _Ending:
    written = texts.buffer.words[texts.start[rows] + 19]
    minus = (written & _BYTE) == _IS_MINUS
    written = written ^ np.where(minus, _PLUS_OR_MINUS, np.uint64(0))
    digits = ((written ^ _OFFSET) & _SIX) | _PAD_SIX
    both = pairs(digits)
    hours, minutes = _byte(both, 1), _byte(both, 4)
    fits = are_digits(digits) & ((digits & _IS_OFFSET) == 0) & (hours <= 23) & (minutes <= 59)
    shift = (hours * 60 + minutes) * (60 * SECOND_US)
    return np.where(minus, shift, -shift), fits, Form.ZONED


_ENDINGS: dict[int, _Reader] = {0: _local, 1: _zulu, 5: _millis, 6: _offset}
