"""A score on record: the marks and evidence that people gave one holder on a score sheet."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Points given to one item, with what was looked at; `points` None: nobody has yet.

    completion: stated completion of a target item in per cent, where no figure is to be used.
    """

    item: str
    points: Decimal | None = None
    completion: Decimal | None = None
    evidence: tuple[str, ...] = ()
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All marks of a holder (`kind:code`) for a period (`2025`, `2021-2025`) on a sheet."""

    sheet: str
    holder: str
    period: str
    marks: tuple[Mark, ...] = ()
    note: str = ""

    @property
    def key(self) -> str:
        """What makes it the same score: a later one with this key revises it."""
        return "/".join((self.sheet, self.holder, self.period))
