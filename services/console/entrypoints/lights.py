"""Levels as lights: colour, the name that the rule gives it, what changed, why not rated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.console.entrypoints.explaining import Line, line_of

Document = Mapping[str, Any]

COLOURS = ("red", "orange", "yellow", "blue", "green")
UNRATED, EXEMPT = "unrated", "exempt"
_CHANGES = ("better", "worse", "same", "new", "lost")
_FACTS = (
    *("target_name", "target_code", "target_version", "binding", "rule", "rule_version", "scope"),
    *("threshold", "actual", "goal", "progress", "required", "margin"),
)
_PERCENT = frozenset({"progress", "required"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """A level as it is shown. `text`: the rule's own name for it, empty for the usual one."""

    word: str
    text: str
    change: str
    reasons: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    steps: tuple[Line, ...]
    checks: tuple["Check", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A comparison that was made: left, how, right, and whether it holds."""

    left: Line
    relation: str
    right: Line
    holds: bool


def light_of(level: Document | None, language: str) -> Light | None:
    """The level of a figure, as the evaluator gives it; None for a figure that has none."""
    if not level:
        return None
    return Light(
        word=word_of(level),
        text=text_of(level.get("label"), language),
        change=change_of(level.get("change")),
        reasons=tuple(text_of(reason, language) for reason in level.get("reasons") or ()),
        facts=_facts(level, language),
        steps=tuple(line_of(step, language) for step in level.get("steps") or ()),
        checks=tuple(_check(one, language) for one in level.get("checks") or ()),
    )


def _check(check: Document, language: str) -> Check:
    return Check(
        left=line_of(check["left"], language),
        relation=str(check["relation"]),
        right=line_of(check["right"], language),
        holds=bool(check["holds"]),
    )


def word_of(level: Document) -> str:
    """The colour if there is one, else why there is none: exempt or not rated."""
    colour = str(level.get("colour") or "")
    if colour in COLOURS:
        return colour
    return EXEMPT if level.get("state") == EXEMPT or colour == EXEMPT else UNRATED


def change_of(word: Any) -> str:
    """The change since the last period, empty for none."""
    return str(word) if word in _CHANGES else ""


def text_of(label: Any, language: str) -> str:
    """A label in the language; one that is plain text stands for itself."""
    if isinstance(label, Mapping):
        return str(label.get(language) or label.get("zh") or "")
    return str(label or "")


def tally(words: Iterable[str]) -> dict[str, int]:
    """How many there are of each word."""
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found


def _facts(level: Document, language: str) -> tuple[tuple[str, str], ...]:
    known = {**level, "target_code": level.get("target")}
    said: Sequence[tuple[str, Any]] = [(name, known.get(name)) for name in _FACTS]
    return tuple(
        (name, f"{text_of(value, language)}{' %' if name in _PERCENT else ''}")
        for name, value in said
        if value
    )
