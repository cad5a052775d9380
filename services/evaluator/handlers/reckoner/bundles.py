"""From a world to what an account is made from: quantities cut where factors change, stocks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from services.evaluator.domain.accounting.bundle import (
    Account,
    Adjustment,
    Bundle,
    Kind,
    Metered,
)
from services.evaluator.domain.accounting.conversion import co2
from services.evaluator.domain.accounting.emissions import LINE_OF
from services.evaluator.domain.accounting.uses import usages
from services.evaluator.domain.fences import Shift
from services.evaluator.domain.figures.figure import Figure, Label, absent, constant
from services.evaluator.domain.statistics.statement_book import (
    StatementBook,
)
from services.evaluator.handlers.reckoner.balances import lots_of
from services.evaluator.handlers.reckoner.leaves import Shelf, book_leaf, grouped
from services.evaluator.handlers.reckoner.measuring import measured_of
from services.evaluator.handlers.reckoner.world import Who, World, overlap
from shared.model.catalogue import Flow
from shared.model.period import Period, reporting_period
from shared.model.subject import SubjectKind

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
    methods = tuple(
        entry.body
        for entry in world.records.methods
        if entry.subject == who.key and not entry.body.stack
    )
    return Bundle(
        subject=who.key,
        kind=Kind.AGGREGATE if who.is_sum else Kind.ENTERPRISE,
        period=period,
        places=who.places,
        carriers=world.carriers,
        factors=world.records.factors,
        metered=metered(world, who, who, period),
        lots=() if who.is_sum else lots_of(world.statement_book, who.key, period, methods),
        methods=methods,
        stated=StatedOf(world.statement_book, who.key, period),
        adjustments=tuple(shifted(world, who, period)),
        boundary=boundary,
        measured=measured_of(world, who, period),
        saving=saving,
        members=members,
        placed=placed_of(world, who, period),
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


def placed_of(world: World, who: Who, period: Period) -> Mapping[str, tuple[Figure, ...]]:
    """CO2 of power and heat of a tag across provinces: each member's by the factor of its place.

    Lanes of which nothing was heard count nothing, as in all sums.
    """
    found: dict[str, list[Figure]] = {}
    for member, shared in world.scattered(who, period):
        meters = Bundle(
            subject=member.key,
            kind=Kind.ENTERPRISE,
            period=shared,
            places=member.places,
            carriers=world.carriers,
            factors=world.records.factors,
            metered=tuple(_heard(world, member, shared)),
        )
        for usage in usages(meters):
            carbon = co2(meters, usage) if usage.is_metered else None
            if carbon is not None:
                label = Label(
                    f"{member.name}{carbon.label.zh}", f"{member.name}: {carbon.label.en}"
                )
                found.setdefault(usage.carrier, []).append(replace(carbon, label=label))
    return {carrier: tuple(figures) for carrier, figures in found.items()}


def _heard(world: World, who: Who, period: Period) -> Iterator[Metered]:
    """What meters of power and heat say; nought where they say nothing."""
    for one in metered(world, who, who, period):
        if world.records.factors.conventions.nature(one.carrier).group in LINE_OF:
            known = one.quantity
            if known.value is None:
                known = constant(known.label, 0, known.unit, "not heard of")
            yield replace(one, quantity=known)


def shelf_of(world: World, subject: str, period: Period) -> Shelf:
    """Where the books of a subject and time are read."""
    return Shelf(subject=subject, period=period, as_of=world.as_of, carriers=world.carriers)


def shifted(world: World, who: Who, period: Period) -> Iterator[Adjustment]:
    """What enterprises of the sum count otherwise than it does, added to it by name."""
    parts = world.parts(who, period) if who.shifts else ()
    for shift in who.shifts:
        for part in parts:
            shared = overlap(part, shift.first_hour, shift.end_hour)
            rows = grouped(world.sums(shift.enterprise, shared)) if shared else {}
            listed = rows.get((shift.carrier, shift.flow))
            if shared is not None and listed:
                shelf = shelf_of(world, shift.enterprise, shared)
                quantity = book_leaf(shelf, shift.carrier, shift.flow, listed)
                named = replace(quantity, label=_named(world, shift, quantity.label))
                yield Adjustment(carrier=shift.carrier, quantity=named, period=shared)


def _named(world: World, shift: Shift, label: Label) -> Label:
    """Whose meters they are, and why they are added."""
    who = world.who(shift.enterprise)
    name = who.name if who else shift.enterprise
    if shift.flow == Flow.CONVERSION_OUTPUT:
        why = Label("已计入外供", "already metered on its way out")
    else:
        why = Label("没有购入计量点", "no point of what comes in")
    return Label(f"{name}{label.zh}({why.zh})", f"{name}: {label.en}, {why.en}")


def _unheard(shelf: Shelf, carrier: str, flow: str) -> Figure:
    label = shelf.label(carrier, flow)
    reason = Label(f"{label.zh}{_UNKNOWN_QUANTITY.zh}", f"{_UNKNOWN_QUANTITY.en} of {label.en}")
    return absent(label, shelf.unit(carrier), reason)
