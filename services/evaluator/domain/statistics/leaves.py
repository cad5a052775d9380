"""Leaves of what is on record: a value, and the address whose answer contains it."""

from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.figures.figure import Figure, Label, LeafKind, Source, leaf

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def record_source(
    kind: LeafKind, collection: str, key: str, commit: int | None, pointer: str
) -> Source:
    """Where a record of `collection` (`statements`, `rules` …) has the value at `pointer`.

    commit: the one that made this version; None for the newest. pointer: below the record's body.
    """
    as_of = f"&as_of=commit:{commit}" if commit is not None else ""
    href = f"/v1/{collection}?key={quoted(key)}{as_of}"
    return Source(kind=kind, href=href, pointer=f"/items/0/body{pointer}")


def quoted(text: str) -> str:
    """The text as a parameter of an address: all but letters, digits and `-._~` in per cent."""
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in text.encode("utf-8"))


def read(label: Label, value: Decimal, unit: str, source: Source) -> Figure:
    """A leaf of a decimal."""
    return leaf(label, Fraction(value), unit, source)
