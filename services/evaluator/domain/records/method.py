"""A method on record: by which of several ways a carrier of a subject is counted."""

from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """Where a fuel's quantity comes from."""

    METERED = "metered"
    """Points of measurement (计量)."""
    STOCK = "stock"
    """Opening stock + purchases − sales − closing stock (盘存)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """From one day to another, the carrier of the subject counts by this basis.

    carrier: a code, or empty for every fuel that has both. edition: suffix of the fuel factors'
    series that the subject's CO2 is counted by (`power-2022`), empty for the usual ones. gwp: the
    series of warming potentials, empty for the usual one. valid_from, valid_to: ISO dates, the
    second not included, empty for without end.

    stack: with a name, the record is no basis but pairs two points of the subject at that stack:
    concentration (mass of CO2 in a volume of gas, `mg/m3`) and flow (gas, `m3`).
    """

    subject: str
    carrier: str = ""
    basis: Basis = Basis.METERED
    edition: str = ""
    gwp: str = ""
    stack: str = ""
    concentration: str = ""
    flow: str = ""
    valid_from: str = ""
    valid_to: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """What makes it the same method: a later one with this key replaces it."""
        stack = (f"stack:{self.stack}",) if self.stack else ()
        return "/".join((self.subject, self.carrier, self.valid_from, *stack))
