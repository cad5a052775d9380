"""Industries as a brief names them: divisions of GB/T 4754, and sectors made of their sections."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.evaluator.domain.figures.figure import Label

_CODE = re.compile(r"(?P<section>[A-T]?)(?P<division>\d{2})\d{0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section (门类): its letter, its name, and its two-digit divisions."""

    letter: str
    label: Label
    divisions: Mapping[str, Label]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """Some sections together; without any, whatever no other sector has."""

    code: str
    label: Label
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Industries:
    """All of them. six: divisions of the six energy-hungry industries, called `six_label`."""

    sections: tuple[Section, ...]
    sectors: tuple[Sector, ...]
    six: tuple[str, ...]
    six_label: Label

    @property
    def divisions(self) -> Mapping[str, Label]:
        """All divisions by their two digits, in order."""
        return {code: label for one in self.sections for code, label in one.divisions.items()}

    def sector_of(self, division: str) -> str:
        """The sector's code; of an unknown division that of the last sector."""
        letter = next((one.letter for one in self.sections if division in one.divisions), "")
        found = (one.code for one in self.sectors if letter in one.sections)
        return next(found, self.sectors[-1].code)


def division_of(industry: str) -> str:
    """The two digits of `31`, `3120` or `C3120`; empty for anything else."""
    found = _CODE.fullmatch(industry)
    return found["division"] if found else ""
