"""Colours of levels behind words: pale grounds with dark ink, readable in print and on screens."""

from typing import NamedTuple

from services.alerts.domain.briefs.document import Colour


class Shade(NamedTuple):
    """Ground and ink as six hexadecimal digits; their contrast is 7 : 1 or more."""

    ground: str
    ink: str


SHADES: dict[Colour, Shade] = {
    Colour.GREEN: Shade("D5EFDB", "0B4A22"),
    Colour.YELLOW: Shade("FFF2B3", "574200"),
    Colour.ORANGE: Shade("FFDDBF", "6B2A00"),
    Colour.RED: Shade("FFD3D1", "7A0C0C"),
    Colour.GREY: Shade("E9ECEF", "3A4047"),
}
