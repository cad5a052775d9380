"""Titles in lines of about the same length that do not break a name or a period in two."""

import re

from services.alerts.adapters.briefs.measure import width

_AFTER = re.compile(
    r"(?<=[省市盟州旗县区年月日])(?![年月日前第上下一—0-9])|(?<=区)(?=[0-9])|(?<=季度)|(?<=半年)|(?=[和与及暨])|(?<=的)"
)
_LETTERS = re.compile(r"[0-9A-Za-z.,—–\-]")
_BEFORE_NONE = frozenset("，。、；：）》」』”’！？%％")
_AFTER_NONE = frozenset("（《「『“‘")


def balanced(title: str, room: float) -> tuple[str, ...]:
    """The lines of a title, none wider than `room` (in Chinese characters) where that is possible.

    Line ends in the title itself stand as they are.
    """
    return tuple(line for given in title.splitlines() for line in _balanced(given.strip(), room))


def _balanced(text: str, room: float) -> tuple[str, ...]:
    whole = width(text)
    if whole <= room:
        return (text,) if text else ()
    lines = -int(-whole // room)
    aim = whole / lines
    at = min(_places(text), key=lambda place: _cost(text, place, aim, room), default=None)
    if at is None:
        return (text,)
    return text[:at].rstrip(), *_balanced(text[at:].strip(), room)


def _places(text: str) -> tuple[int, ...]:
    """Where a line may end: at blanks where there are any, else between Chinese characters."""
    if blanks := tuple(found.end() for found in re.finditer(r"\s+", text)):
        return blanks
    return tuple(at for at in range(1, len(text)) if _may_end(text[at - 1], text[at]))


def _may_end(last: str, first: str) -> bool:
    if _LETTERS.match(last) and _LETTERS.match(first):
        return False
    return first not in _BEFORE_NONE and last not in _AFTER_NONE


def _cost(text: str, place: int, aim: float, room: float) -> float:
    """How far from the aimed length; breaking a sense costs as much as four characters."""
    length = width(text[:place].rstrip())
    sense = 0.0 if text[place - 1].isspace() or _AFTER.match(text, place) else 4.0
    return abs(length - aim) + sense + (100.0 if length > room else 0.0)
