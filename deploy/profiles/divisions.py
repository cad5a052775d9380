"""The divisions of the five places with their codes (GB/T 2260), from a table beside this file."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "divisions.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """One division; parent is empty for a province. level: province, prefecture or county."""

    code: str
    name: str
    parent: str
    level: str


@cache
def divisions() -> dict[str, Division]:
    """All divisions by code."""
    with _TABLE.open(encoding="utf-8", newline="") as table:
        return {row["code"]: Division(**row) for row in csv.DictReader(table)}


def below(code: str, level: str = "") -> tuple[Division, ...]:
    """The division, those above it and all below it, from the top; only of one level if named.

    Of a level only what lies in the division itself is given.
    """
    known = divisions()
    inner = [one for one in known.values() if code in above(one.code)]
    if level:
        return tuple(one for one in inner if one.level == level)
    upper = [known[outer] for outer in reversed(above(code)[1:])]
    return (*upper, *sorted(inner, key=lambda one: (len(above(one.code)), one.code)))


def above(code: str) -> list[str]:
    """The division and all above it, nearest first."""
    chain = [code]
    while parent := divisions()[chain[-1]].parent:
        chain.append(parent)
    return chain
