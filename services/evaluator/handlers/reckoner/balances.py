"""The stock balance of an enterprise's fuels, put together from statements of any periods."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from services.evaluator.domain.accounting.bundle import Lot, Term
from services.evaluator.domain.accounting.methods import stretches
from services.evaluator.domain.figures.figure import Figure, Label, LeafKind, absent, leaf
from services.evaluator.domain.records.method import Method
from services.evaluator.domain.statistics.leaves import record_source
from services.evaluator.domain.statistics.statement_book import (
    StatementBook,
    StatementLine,
    nothing_of,
    statement_leaf,
)
from shared.model.period import Period, reporting_period

_MEASURED: Mapping[str, tuple[Label, str]] = {
    "ncv": (Label("实测低位发热量", "measured calorific value"), "kJ/kg"),
    "moisture": (Label("全水分", "moisture"), "%"),
    "carbon": (Label("实测含碳量", "measured carbon content"), "tC/GJ"),
}
"""Further numbers of a lot in the statement's detail; `ncv_unit` and so on name other units."""

_Stated = Mapping[Term, Sequence[Period]]


def lots_of(
    book: StatementBook, subject: str, period: Period, methods: Sequence[Method] = ()
) -> tuple[Lot, ...]:
    """The stock balance of each carrier, one for each stretch of the period with one method."""
    carriers = {carrier for term in Term for carrier in book.qualifiers(subject, term.value)}
    return tuple(
        replace(lot, period=part)
        for carrier in sorted(carriers)
        for part in stretches(methods, carrier, period)
        for lot in _balance(book, subject, carrier, part)
    )


def _balance(book: StatementBook, subject: str, carrier: str, period: Period) -> Iterator[Lot]:
    """Nothing where nothing is stated of any part of the period.

    Stocks are those at the period's ends, purchases and sales are added up without a hole; what is
    stated of another part of the period alone is missing, never left out.
    """
    stated = {term: _stated(book, subject, term, carrier, period.zone_name) for term in Term}
    if any(_overlaps(one, period) for spans in stated.values() for one in spans):
        for term in Term:
            yield from _lots(book, subject, term, carrier, period, stated)


def _stated(
    book: StatementBook, subject: str, term: Term, carrier: str, zone: str
) -> Sequence[Period]:
    """For which hours the term is stated, the longest of those that begin together first."""
    texts = book.periods(subject, term.value, carrier)
    found = {reporting_period(text, zone) for text in texts}
    return sorted(found, key=lambda one: (one.first_hour, -one.end_hour))


def _overlaps(one: Period, period: Period) -> bool:
    return one.first_hour < period.end_hour and period.first_hour < one.end_hour


def _lots(
    book: StatementBook,
    subject: str,
    term: Term,
    carrier: str,
    period: Period,
    stated: _Stated,
) -> Iterator[Lot]:
    if term in {Term.OPENING, Term.CLOSING}:
        of, at = _standing(term, period, stated)
        spans: Sequence[Period] = [at] if at else []
    else:
        of, spans = term, _tiles(period, stated[term])
    for span in spans:
        lines = book.lots(subject, of.value, carrier, span)
        for line in lines:
            yield _lot(carrier, term, line)
        if not lines:
            yield Lot(carrier=carrier, term=term, quantity=nothing_of(term.value, carrier))


def _standing(term: Term, period: Period, stated: _Stated) -> tuple[Term, Period | None]:
    """Whose statement says what lay there at the period's beginning or end.

    What was left when one period ended is what the next one begins with.
    """
    is_opening = term is Term.OPENING
    hour = period.first_hour if is_opening else period.end_hour
    begins = [one for one in stated[Term.OPENING] if one.first_hour == hour]
    ends = [one for one in stated[Term.CLOSING] if one.end_hour == hour]
    ways = [(Term.OPENING, begins), (Term.CLOSING, ends)]
    for of, found in ways if is_opening else reversed(ways):
        if found:
            return of, period if period in found else found[0]
    return term, None


def _tiles(period: Period, stated: Sequence[Period]) -> Sequence[Period]:
    """Stated periods that fill the period one after the other, and the holes between them.

    None at all where nothing of the period is stated: nothing was bought or sold.
    """
    if not any(_overlaps(one, period) for one in stated):
        return []
    found: list[Period] = []
    at = period.first_hour
    for one in stated:
        if at <= one.first_hour and one.end_hour <= period.end_hour:
            found += [_span(period, at, one.first_hour)] if at < one.first_hour else []
            found.append(one)
            at = one.end_hour
    return [*found, _span(period, at, period.end_hour)] if at < period.end_hour else found


def _span(period: Period, first: int, end: int) -> Period:
    return Period(first_hour=first, end_hour=end, zone_name=period.zone_name)


def _lot(carrier: str, term: Term, line: StatementLine) -> Lot:
    return Lot(
        carrier=carrier,
        term=term,
        quantity=statement_leaf(line),
        ncv=_measured("ncv", line),
        moisture=_measured("moisture", line),
        carbon=_measured("carbon", line),
    )


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
