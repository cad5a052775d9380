"""An emission inventory (温室气体清单) of a region and year: how far it is, and its totals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Stage(StrEnum):
    """How far an inventory has come."""

    PLANNED = "planned"
    COMPILING = "compiling"
    COMPILED = "compiled"
    REVIEWED = "reviewed"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The inventory of a holder for a year.

    holder: `region:…`. method: the guide it follows. gwp: which assessment report's potentials.
    gases: gas -> tonnes of that gas. sectors: sector -> tCO2e. total: all of it, tCO2e; sinks:
    what sinks took up, tCO2e, never taken off the total. documents: links. on: ISO date.
    """

    holder: str
    year: int
    stage: Stage = Stage.PLANNED
    method: str = ""
    gwp: str = ""
    gases: Mapping[str, Decimal] = field(default_factory=dict)
    sectors: Mapping[str, Decimal] = field(default_factory=dict)
    total: Decimal | None = None
    sinks: Decimal | None = None
    documents: tuple[str, ...] = ()
    compiled_by: str = ""
    on: str = ""
    source: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """Holder and year: a later one with this key is its next version."""
        return f"{self.holder}/{self.year}"
