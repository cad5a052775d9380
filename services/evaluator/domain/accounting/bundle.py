"""What an account is made from: metered quantities, stocks, statements, factors and methods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from services.evaluator.domain.factor_book import FactorBook
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.records.method import Method
from shared.model.catalogue import Attributes
from shared.model.period import Period


class Kind(StrEnum):
    """Whose account it is."""

    ENTERPRISE = "enterprise"
    AGGREGATE = "aggregate"
    """A region or tag: the linear sum of its enterprises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """A lane's quantity in the carrier's canonical unit over `period`.

    A lane with points but without a quantity yet is given with a figure of nought or a missing one;
    a lane without points is not given at all. Several of one lane must not overlap in time.
    """

    carrier: str
    flow: str
    quantity: Figure
    period: Period


class Term(StrEnum):
    """The terms of a stock balance; the values are items of statements."""

    OPENING = "opening-stock"
    PURCHASE = "purchase"
    SALE = "sale"
    CLOSING = "closing-stock"

    @property
    def sign(self) -> int:
        """Whether it adds to what was used."""
        return 1 if self in {Term.OPENING, Term.PURCHASE} else -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One term of a fuel's stock balance, or one lot of it.

    quantity: in the carrier's unit or one that it can be turned into. ncv: measured, in kJ/kg,
    MJ/kg, GJ/t or the like. moisture: per cent; where given, the quantity is wet and the NCV dry.
    carbon: measured carbon content in tC/GJ. period: of which balance it is a term, where methods
    cut the bundle's period; None for the whole.
    """

    carrier: str
    term: Term
    quantity: Figure
    ncv: Figure | None = None
    moisture: Figure | None = None
    carbon: Figure | None = None
    period: Period | None = None


class Stated(Protocol):
    """Statements of the bundle's subject and period."""

    def qualifiers(self, item: str) -> Sequence[str]:
        """The qualifiers under which the item was stated; `""` among them if without one."""

    def find(self, item: str, qualifier: str = "") -> Figure:
        """The statement's figure in its own unit; a missing one if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """Statements as a mapping of (item, qualifier) to figures; satisfies Stated."""

    figures: Mapping[tuple[str, str], Figure] = field(default_factory=dict)

    def qualifiers(self, item: str) -> Sequence[str]:
        """The qualifiers under which the item was stated."""
        return [qualifier for of, qualifier in self.figures if of == item]

    def find(self, item: str, qualifier: str = "") -> Figure:
        """The statement's figure; raises KeyError for one that was not stated."""
        return self.figures[item, qualifier]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What an aggregate must add to its linear sum of a carrier, in its canonical unit.

    For enterprises with points of both export and conversion output of a carrier: their conversion
    output, given back. For those with none at the fence: what conversion took in, and feedstock.
    (What is counted by stock comes with the members' accounts.)
    """

    carrier: str
    quantity: Figure
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Lines by name; see `accounting.lines` for the names."""

    subject: str
    period: Period
    lines: Mapping[str, Figure]

    def __getitem__(self, name: str) -> Figure:
        """A line that is there."""
        return self.lines[name]

    def get(self, name: str) -> Figure | None:
        """A line, None if the account has none of the name."""
        return self.lines.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """All that one account is made from.

    places: where its factors are looked up, `FactorBook.places(regions)`. carriers: attributes of
    the catalogue's carriers. boundary: net-inflow meters of the region, flows import and export.
    measured: tonnes of CO2 from stack measurements. saving: the saving that the target needs, in
    tce, for the cap of green certificates. exclusions: what the target lets be deducted; None for
    the usual ones of each measure. members: of a region or tag, accounts of those enterprises that
    count for more than their meters (stocks, processes, other gases, stated deductions). placed: of
    a tag across provinces, by carrier the CO2 of its members' power and heat, each at its place.
    """

    subject: str
    kind: Kind
    period: Period
    places: tuple[str, ...]
    carriers: Mapping[str, Attributes]
    factors: FactorBook
    metered: tuple[Metered, ...] = ()
    lots: tuple[Lot, ...] = ()
    methods: tuple[Method, ...] = ()
    stated: Stated = field(default_factory=Statements)
    adjustments: tuple[Adjustment, ...] = ()
    boundary: tuple[Metered, ...] = ()
    measured: Figure | None = None
    saving: Figure | None = None
    exclusions: tuple[str, ...] | None = None
    members: tuple[Account, ...] = ()
    placed: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)
