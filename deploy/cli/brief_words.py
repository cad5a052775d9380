"""What periods, states and colours of situation briefs (形势分析) are called on a terminal."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Document = Mapping[str, Any]

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
STATES = {
    "making": "cyan",
    "waiting": "yellow",
    "stopped": "bold red",
    "draft": "cyan",
    "approved": "green",
    "published": "bold green",
}
COLOURS = {
    "green": "green",
    "yellow": "yellow",
    "orange": "dark_orange",
    "red": "bold red",
    "grey": "dim",
}
_FORM = re.compile(
    r"(?P<year>\d{4})(?:Q(?P<quarter>[1-4])(?P<single>s?)|M(?P<month>\d{1,2})|H(?P<half>[12])"
    r"|-(?P<alone>\d{2}))?"
)
_SPAN = re.compile(r"(?P<first>\d{4})-(?P<last>\d{4})")


def period_in_words(text: str) -> str:
    """`2026Q3` as `January to September 2026, added up`; empty for what is no period."""
    span = _SPAN.fullmatch(text)
    if span:
        return f"the years {span['first']} to {span['last']} of the plan"
    found = _FORM.fullmatch(text)
    if found is None:
        return ""
    first, last, alone = _months(found)
    if not 1 <= first <= last <= len(MONTHS):
        return ""
    if first == last:
        said = f"{MONTHS[last - 1]} {found['year']}"
    else:
        said = f"{MONTHS[first - 1]} to {MONTHS[last - 1]} {found['year']}"
    return f"{said}, {'alone' if alone else 'added up'}"


def _months(found: re.Match[str]) -> tuple[int, int, bool]:
    """The first and last month, and whether what came before in the year is left out."""
    if found["quarter"]:
        quarter, alone = int(found["quarter"]), bool(found["single"])
        return (3 * quarter - 2 if alone else 1), 3 * quarter, alone
    if found["half"]:
        half = int(found["half"])
        return 6 * half - 5, 6 * half, half > 1
    if found["alone"]:
        return int(found["alone"]), int(found["alone"]), True
    return 1, int(found["month"] or len(MONTHS)), False


def said(label: object, lang: str = "en") -> str:
    """A label of two languages in one of them; a text as it is; empty for nothing."""
    if isinstance(label, Mapping):
        return str(label.get(lang) or label.get("zh") or "")
    return str(label or "")


def rounded(text: object) -> str:
    """A figure of the facts (`50.85`, or `n/d`) with one decimal, halves away from nought."""
    value = Fraction(str(text))
    tenths = (abs(value) * 10 + Fraction(1, 2)).__floor__()
    return f"{'-' if value < 0 and tenths else ''}{tenths // 10}.{tenths % 10}"


def state_of(brief: Document) -> str:
    """The brief's state in its colour."""
    word = str(brief["state"])
    return f"[{STATES.get(word, 'white')}]{word}[/]"


def size_of(count: int) -> str:
    """So many bytes as people say it: `812 B`, `46.0 KB`, `1.3 MB`."""
    for unit, length in (("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= length:
            return f"{count / length:.1f} {unit}"
    return f"{count} B"
