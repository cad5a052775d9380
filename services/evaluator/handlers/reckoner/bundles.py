"""From a world to what an account is made from: quantities cut where factors change, stocks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from services.evaluator.domain.accounting.bundle import (
    Account,
    Adjustment,
    Bundle,
    Kind,
    Lot,
    Metered,
    Term,
)
from services.evaluator.domain.figures.figure import Figure, Label, LeafKind, absent, leaf
from services.evaluator.domain.outlets import Doubled
from services.evaluator.domain.statistics.leaves import record_source
from services.evaluator.domain.statistics.statement_book import (
    StatementBook,
    StatementLine,
    statement_leaf,
)
from services.evaluator.handlers.reckoner.leaves import Shelf, book_leaf, grouped
from services.evaluator.handlers.reckoner.measuring import measured_of
from services.evaluator.handlers.reckoner.world import Who, World, overlap
from shared.model.catalogue import Flow
from shared.model.period import Period, reporting_period
from shared.model.subject import SubjectKind

_MEASURED: Mapping[str, tuple[Label, str]] = {
    "ncv": (Label("实测低位发热量", "measured calorific value"), "kJ/kg"),
    "moisture": (Label("全水分", "moisture"), "%"),
    "carbon": (Label("实测含碳量", "measured carbon content"), "tC/GJ"),
}
"""Further numbers of a lot in the statement's detail; `ncv_unit` and so on name other units."""

_UNKNOWN_QUANTITY = Label("没有读数", "no readings")


class StatedOf:
    """Statements of one subject and period, as accounts ask for them."""

    def __init__(self, book: StatementBook, subject: str, period: Period) -> None:
        self._book, self._subject, self._period = book, subject, period

    def qualifiers(self, item: str) -> Sequence[str]:
        """The qualifiers under which the item was stated for any part of the period.

        A period of which only a part is stated is unknown, not the sum of what is stated.
        """
        known = self._book.qualifiers(self._subject, item)
        return [one for one in known if self._touches(item, one)]

    def find(self, item: str, qualifier: str = "") -> Figure:
        """The statement's figure over the period; a missing one if there is none."""
        return self._book.find(self._subject, item, self._period, qualifier)

    def _touches(self, item: str, qualifier: str) -> bool:
        zone = self._period.zone_name
        stated = (
            reporting_period(text, zone)
            for text in self._book.periods(self._subject, item, qualifier)
        )
        first, end = self._period.first_hour, self._period.end_hour
        return any(one.first_hour < end and first < one.end_hour for one in stated)


def bundle_of(
    world: World,
    who: Who,
    period: Period,
    *,
    members: tuple[Account, ...] = (),
    exclusions: tuple[str, ...] | None = None,
    saving: Figure | None = None,
) -> Bundle:
    """All that the account of a subject and period is made from.

    members: accounts of those that count for it with more than meters. saving: what caps green
    certificates.
    """
    boundary: tuple[Metered, ...] = ()
    if who.subject.kind is SubjectKind.REGION:
        meters = world.who(f"{SubjectKind.BOUNDARY}:{who.subject.code}")
        boundary = metered(world, meters, who, period) if meters else ()
    return Bundle(
        subject=who.key,
        kind=Kind.AGGREGATE if who.is_sum else Kind.ENTERPRISE,
        period=period,
        places=who.places,
        carriers=world.carriers,
        factors=world.records.factors,
        metered=metered(world, who, who, period),
        lots=() if who.is_sum else tuple(lots_of(world, who.key, period)),
        methods=tuple(
            entry.body
            for entry in world.records.methods
            if entry.subject == who.key and not entry.body.stack
        ),
        stated=StatedOf(world.statement_book, who.key, period),
        adjustments=tuple(_given_twice(world, who, period)),
        boundary=boundary,
        measured=measured_of(world, who, period),
        saving=saving,
        members=members,
        exclusions=exclusions,
    )


def metered(world: World, who: Who, cutter: Who, period: Period) -> tuple[Metered, ...]:
    """Quantities by lane, cut where factors of `cutter` change.

    Whoever has meters of its own is unknown, not nought, in a lane of which nothing was heard.
    """
    found: list[Metered] = []
    for part in world.parts(cutter, period):
        shelf = shelf_of(world, who.key, part)
        rows = grouped(world.sums(who.key, part))
        for carrier, flow in sorted({*rows, *who.lanes(part)}):
            listed = rows.get((carrier, flow))
            if listed is None:
                quantity = _unheard(shelf, carrier, flow)
            else:
                quantity = book_leaf(shelf, carrier, flow, listed)
            found.append(Metered(carrier=carrier, flow=flow, quantity=quantity, period=part))
    return tuple(found)


def shelf_of(world: World, subject: str, period: Period) -> Shelf:
    """Where the books of a subject and time are read."""
    return Shelf(subject=subject, period=period, as_of=world.as_of, carriers=world.carriers)


def lots_of(world: World, subject: str, period: Period) -> Iterator[Lot]:
    """The stock balance: stated for the period itself, else put together from shorter ones."""
    book = world.statement_book
    carriers = {carrier for term in Term for carrier in book.qualifiers(subject, term.value)}
    for carrier in sorted(carriers):
        for term in Term:
            for line in _lines(book, subject, term, carrier, period):
                yield _lot(carrier, term, line)


def _lines(
    book: StatementBook, subject: str, term: Term, carrier: str, period: Period
) -> Sequence[StatementLine]:
    exact = book.lots(subject, term.value, carrier, period)
    if exact:
        return exact
    months = period.months()
    match term:
        case Term.OPENING:
            return book.lots(subject, term.value, carrier, months[0])
        case Term.CLOSING:
            return book.lots(subject, term.value, carrier, months[-1])
        case _:
            return [
                line for month in months for line in book.lots(subject, term.value, carrier, month)
            ]


def _lot(carrier: str, term: Term, line: StatementLine) -> Lot:
    details = {name: _measured(name, line) for name in _MEASURED}
    return Lot(carrier=carrier, term=term, quantity=statement_leaf(line), **details)


def _measured(name: str, line: StatementLine) -> Figure | None:
    written = line.statement.detail.get(name)
    if not written:
        return None
    label, unit = _MEASURED[name]
    source = record_source(
        LeafKind.STATEMENT, "statements", line.statement.key, line.commit, f"/detail/{name}"
    )
    unit = line.statement.detail.get(f"{name}_unit") or unit
    try:
        return leaf(label, Fraction(Decimal(written)), unit, source)
    except InvalidOperation:
        return absent(label, unit, Label(f"{written}不是数", f"{written!r} is not a number"))


def _given_twice(world: World, who: Who, period: Period) -> Iterator[Adjustment]:
    """Conversion output that also left through an export meter, given back to the sum."""
    for doubled in who.doubled:
        for part in world.parts(who, period):
            shared = overlap(part, doubled.first_hour, doubled.end_hour)
            rows = grouped(world.sums(doubled.enterprise, shared)) if shared else {}
            listed = rows.get((doubled.carrier, Flow.CONVERSION_OUTPUT.value))
            if shared is not None and listed:
                shelf = shelf_of(world, doubled.enterprise, shared)
                quantity = book_leaf(shelf, doubled.carrier, Flow.CONVERSION_OUTPUT, listed)
                named = replace(quantity, label=_named(world, doubled, quantity.label))
                yield Adjustment(carrier=doubled.carrier, quantity=named, period=shared)


def _named(world: World, doubled: Doubled, label: Label) -> Label:
    """Whose conversion output it is, and why it is given back."""
    who = world.who(doubled.enterprise)
    name = who.name if who else doubled.enterprise
    return Label(
        f"{name}{label.zh}(已计入外供)", f"{name}: {label.en}, already metered on its way out"
    )


def _unheard(shelf: Shelf, carrier: str, flow: str) -> Figure:
    label = shelf.label(carrier, flow)
    reason = Label(f"{label.zh}{_UNKNOWN_QUANTITY.zh}", f"{_UNKNOWN_QUANTITY.en} of {label.en}")
    return absent(label, shelf.unit(carrier), reason)
