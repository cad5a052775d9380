"""Colours of charts: calm, told apart by the colour-blind, and by patterns in grey prints."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.alerts.domain.briefs.document import Colour

INK = "#1F2933"
MUTED = "#5A6672"
RULE = "#C5CCD3"
TRACK = "#EEF1F4"
PAPER = "#FFFFFF"

ACTUAL = "#1F5F8B"
FAN = "#C9DDEB"
FAN_INK = "#4F86A8"
LIMIT = "#A8322D"
PLAIN = "#6C93B0"
UP = "#C98A4B"
DOWN = "#5B8FA8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """How a level is filled: its colour, and a pattern in another that shows without colour."""

    fill: str
    pattern: str = ""
    line: str = INK


LEVELS: Mapping[Colour, Tone] = {
    Colour.GREEN: Tone(fill="#8CC3AE", line="#4F9079"),
    Colour.YELLOW: Tone(fill="#F5E19A", pattern="..", line="#B7963A"),
    Colour.ORANGE: Tone(fill="#E9A35F", pattern="///", line="#B4691F"),
    Colour.RED: Tone(fill="#C4534C", pattern="xxx", line="#9A2F2A"),
    Colour.GREY: Tone(fill="#E4E7EA", line="#9AA5AF"),
}
BLANK = Tone(fill="#F7F8F9")
"""Land that nothing is said about."""


def tone(colour: Colour | None, otherwise: str = PLAIN) -> Tone:
    """How something of that level is filled; otherwise: the colour where there is no level."""
    return LEVELS[colour] if colour else Tone(fill=otherwise)
