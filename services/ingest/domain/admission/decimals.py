"""Columns of decimal texts as whole numbers at declared decimals; never through a binary float."""

import re
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from services.ingest.domain.admission.swar import ZEROS, are_digits, first_place, number
from services.ingest.domain.admission.texts import I64, LAST, U8, U64, Bools, Texts
from shared.model import exact

_POWERS: I64 = np.array([10**k for k in range(19)], np.int64)
_MOST_DIGITS = 18
# So short that no exponent which passes the checks below is beyond what exact takes.
_LONGEST = 40
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_MINUS, _BYTE = np.uint64(ord("-")), np.uint64(0xFF)
_E8 = np.int64(10**8)


class Fault(IntEnum):
    """What is wrong with a text as a reading's value."""

    NONE = 0
    NOT_A_NUMBER = 1
    NEGATIVE = 2
    TOO_FINE = 3
    TOO_LARGE = 4


@dataclass(frozen=True, slots=True)
class Numbers:
    """Mantissas, 0 where there is a fault."""

    mantissa: I64
    fault: U8


def parse(texts: Texts, scale: I64) -> Numbers:
    """Read each text at its number of decimals (0 to 9)."""
    quick = _quick(texts, scale)
    left = np.flatnonzero(quick.fault == _UNREAD)
    for index in left:
        value, fault = parse_one(texts.text(int(index)) or "", int(scale[index]))
        quick.mantissa[index], quick.fault[index] = value, fault
    return quick


_UNREAD = 255


def parse_one(text: str, scale: int) -> tuple[int, Fault]:
    """One text, however it is written: the meaning that the quick way must agree with."""
    text = text.strip(" \t")
    if len(text) > _LONGEST or _PLAIN.fullmatch(text) is None:
        return 0, Fault.NOT_A_NUMBER
    value = exact.decimal(text)
    if value < 0:
        return 0, Fault.NEGATIVE
    if exact.decimals_of(value) > scale:
        return 0, Fault.TOO_FINE
    if value and value.adjusted() + scale >= _MOST_DIGITS:
        return 0, Fault.TOO_LARGE
    return (exact.mantissa(value, scale) if value else 0), Fault.NONE


def _quick(texts: Texts, scale: I64) -> Numbers:
    """Plain notation of up to 18 digits; the others are marked as unread."""
    minus = (texts.words() & _BYTE) == _MINUS
    signed = bool(minus.any())
    length = texts.length - minus if signed else texts.length
    end = texts.start + texts.length
    tail = _ending_at(texts, end, length)
    dot = first_place(tail, ".").astype(np.int64)
    decimals = np.maximum(7 - dot, 0)
    whole = length - (8 - dot)
    fraction = _kept(tail, decimals)
    units = _ending_at(texts, end - (8 - dot), whole)
    good = are_digits(fraction) & are_digits(units) & (whole >= 1) & (dot != 7)
    mantissa = number(units).astype(np.int64)
    if int(whole.max(initial=0)) > 8:
        good &= _add_upper(texts, end - (16 - dot), whole, mantissa)
    mantissa = mantissa * _POWERS[decimals] + number(fraction).astype(np.int64)
    good &= (whole + np.maximum(decimals, scale)) <= _MOST_DIGITS
    return _scaled(mantissa, decimals, scale, good, minus if signed else None)


def _ending_at(texts: Texts, end: I64, length: I64) -> U64:
    """The eight characters before `end`, those before the text's beginning turned into zeros."""
    words: U64 = texts.buffer.words[np.maximum(end - 8, 0)]
    return _kept(words, np.minimum(np.maximum(length, 0), 8))


def _kept(words: U64, last: I64) -> U64:
    kept = LAST[last]
    return (words & kept) | (ZEROS & ~kept)


def _add_upper(texts: Texts, end: I64, whole: I64, mantissa: I64) -> Bools:
    """Add the digits before the last eight of the whole part."""
    upper = _ending_at(texts, end, whole - 8)
    mantissa += np.where(whole <= _MOST_DIGITS - 2, number(upper).astype(np.int64), 0) * _E8
    good: Bools = are_digits(upper) & (whole <= _MOST_DIGITS - 2)
    return good


def _scaled(mantissa: I64, decimals: I64, scale: I64, good: Bools, minus: Bools | None) -> Numbers:
    fault = np.where(good, np.uint8(Fault.NONE), np.uint8(_UNREAD))
    missing = scale - decimals
    if (missing < 0).any():
        cut = _POWERS[np.minimum(np.maximum(-missing, 0), _MOST_DIGITS)]
        shorter = mantissa // cut
        fault[good & (shorter * cut != mantissa)] = Fault.TOO_FINE
        mantissa = shorter
    if missing.any():
        mantissa = mantissa * _POWERS[np.minimum(np.maximum(missing, 0), _MOST_DIGITS)]
    if minus is not None:
        # A negative value is that, however fine it is.
        fault[good & minus & ((mantissa != 0) | (fault == Fault.TOO_FINE))] = Fault.NEGATIVE
    if (fault != Fault.NONE).any():
        mantissa[fault != Fault.NONE] = 0
    return Numbers(mantissa, fault)


def whole_numbers(texts: Texts) -> npt.NDArray[np.int64]:
    """Column of whole numbers from 0; -1 for what is none."""
    numbers = parse(texts, np.zeros(len(texts), np.int64))
    return np.where(numbers.fault == Fault.NONE, numbers.mantissa, -1)
