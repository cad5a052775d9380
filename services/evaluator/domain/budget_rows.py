"""Budgets as people write them: rows of cells that know their places, and the faults in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where something stands: a line (from 1) of a file, or a pointer (RFC 6901) into a body."""

    file: str = ""
    line: int = 0
    pointer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value as written; lists are joined by spaces."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One budget, or one version of it, its cells by name; `policy.used.red` for nested ones."""

    place: Place
    cells: Mapping[str, Cell] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """What the cell says, None if it is missing or empty."""
        cell = self.cells.get(name)
        return cell.text.strip() or None if cell else None

    def fault(self, message: str, name: str | None = None) -> "Fault":
        """A fault of this row, or of one of its cells."""
        cell = self.cells.get(name) if name else None
        return Fault(place=cell.place if cell else self.place, field=name, message=message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake: where it is, what is wrong, and what would be right."""

    place: Place
    field: str | None
    message: str
