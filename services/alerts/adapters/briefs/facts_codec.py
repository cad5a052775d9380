"""Facts of a brief as JSON: read from the evaluator's answer, kept, and hashed."""

import hashlib
from dataclasses import replace
from fractions import Fraction
from typing import Any

import msgspec

from services.alerts.domain.briefs.facts import Facts, Situation
from shared.model.exact import terminating

_SCALES = 10


class BadFactsError(ValueError):
    """The bytes are not the facts of a brief; the message says at which place."""


def situation_of(value: bytes) -> Situation:
    """The evaluator's answer as exact records, unknown fields ignored; raises BadFactsError."""
    try:
        return _SITUATION.decode(value)
    except (msgspec.MsgspecError, ValueError, ZeroDivisionError) as error:
        raise BadFactsError(f"not a situation: {error}") from error


def facts_of(value: bytes) -> Facts:
    """Facts as they were encoded; raises BadFactsError."""
    try:
        return _FACTS.decode(value)
    except (msgspec.MsgspecError, ValueError, ZeroDivisionError) as error:
        raise BadFactsError(f"not the facts of a brief: {error}") from error


def encode(facts: Facts | Situation) -> bytes:
    """Canonical JSON: the same bytes for the same facts everywhere."""
    return _ENCODER.encode(facts)


def sealed(facts: Facts) -> Facts:
    """The facts with the digest of all else in them but number, date and remarks.

    So a draft has the digest that the published brief has, whatever a person adds to it.
    """
    bare = replace(facts, digest="", number="", date="", remarks={})
    return replace(facts, digest=hashlib.sha256(encode(bare)).hexdigest())


def exact_text(value: Fraction) -> str:
    """The value as a decimal, or as `n/d` where the decimal would have no end."""
    decimal = terminating(value)
    return f"{value.numerator}/{value.denominator}" if decimal is None else f"{decimal:f}"


def _read(kind: type, value: Any) -> Any:
    """Numbers come as texts; most are decimals, which are read faster without a pattern."""
    if kind is not Fraction or not isinstance(value, str):
        raise ValueError(f"{value!r} is not the text of a number")
    whole, point, decimals = value.partition(".")
    if point and decimals.isdecimal() and whole.lstrip("-").isdecimal():
        return Fraction(int(whole + decimals), int(_SCALES ** len(decimals)))
    return Fraction(value)


def _write(value: Any) -> str:
    if not isinstance(value, Fraction):
        raise TypeError(f"a {type(value).__name__} has no place in the facts of a brief")
    return exact_text(value)


_SITUATION = msgspec.json.Decoder(Situation, dec_hook=_read)
_FACTS = msgspec.json.Decoder(Facts, dec_hook=_read)
_ENCODER = msgspec.json.Encoder(enc_hook=_write, order="deterministic")
