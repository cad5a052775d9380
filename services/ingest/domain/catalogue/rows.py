"""What an operator wrote: rows of cells with their places, and the faults found in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.model.catalogue import EntityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value as written; `text` is None where the file says null; `line` counts from 1."""

    text: str | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entity as a file states it, its cells by column name."""

    file: str
    line: int
    kind: EntityKind
    cells: Mapping[str, Cell] = field(default_factory=dict)

    def fault(self, message: str, column: str | None = None) -> "Fault":
        """A fault of this row, or of one of its cells."""
        cell = self.cells.get(column) if column else None
        line = cell.line if cell else self.line
        return Fault(file=self.file, line=line, column=column, message=message)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One mistake: where it is, what is wrong, and what would be right."""

    file: str
    line: int
    column: str | None
    message: str

    @property
    def sort_key(self) -> tuple[str, int, str, str]:
        """Order of a report: by file, line and column."""
        return self.file, self.line, self.column or "", self.message
