"""The measured CO2 of an enterprise: what meters of its mass booked, and its stacks."""

from dataclasses import replace
from fractions import Fraction

from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    LeafKind,
    Source,
    absent,
    constant,
    leaf,
    less,
    times,
    total,
)
from services.evaluator.handlers.reckoner.leaves import Shelf, amount, book_href, book_leaf, grouped
from services.evaluator.handlers.reckoner.stacks import (
    MEASURED,
    incomplete,
    names_of,
    read_all,
    stack_figure,
)
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.ports.book_sums import BookSum
from shared.model.catalogue import Flow
from shared.model.instants import HOUR_US
from shared.model.period import Period
from shared.model.subject import SubjectKind

CARRIER = "co2"
"""The carrier, of kind pollutant and in a unit of mass, whose points measure CO2 itself."""
_FLOWS = (Flow.IMPORT.value, Flow.EXPORT.value)
"""A point of a pollutant goes one way: either word of the catalogue will do."""
_NOTHING = Label("没有有效的烟气监测小时", "no valid hour of stack measurement")
_UNREAD = Label("未读取烟气小时数据", "hours of stacks are not read for this")


def measured_of(world: World, who: Who, period: Period) -> Figure | None:
    """Tonnes of CO2 as measured; None where nothing is there to measure it.

    What is known is summed up, and what lacks is remarked; missing when nothing is known.
    """
    if who.subject.kind is not SubjectKind.ENTERPRISE:
        return None
    stacks = names_of(world, who)
    if not read_all(world, who, period):
        return absent(MEASURED, "tCO2", _UNREAD)
    lanes = [flow for carrier, flow in sorted(who.lanes(period)) if carrier == CARRIER]
    parts = [_metered(world, who, flow, period) for flow in lanes if flow in _FLOWS]
    parts += [stack_figure(world, who, name, period) for name in stacks]
    if not parts:
        return None
    known = [part for part in parts if part.value is not None]
    if not known:
        return absent(MEASURED, "tCO2", *dict.fromkeys(r for part in parts for r in part.missing))
    found = known[0] if len(known) == 1 else total(MEASURED, "tCO2", known)
    lacking = tuple(
        Label(f"{part.label.zh}:{reason.zh}", f"{part.label.en}: {reason.en}")
        for part in parts
        for reason in part.missing
    )
    return replace(found, label=MEASURED, flags=tuple(dict.fromkeys((*found.flags, *lacking))))


def _metered(world: World, who: Who, flow: str, period: Period) -> Figure:
    """The mass that points of CO2 booked, without what was estimated of it."""
    shelf = Shelf(subject=who.key, period=period, as_of=world.as_of, carriers=world.carriers)
    label = shelf.label(CARRIER, flow)
    found = [
        (part, rows)
        for part in world.parts(who, period)
        if (rows := grouped(world.sums(who.key, part)).get((CARRIER, flow)))
    ]
    known = sum(row.known for _, rows in found for row in rows)
    size = world.records.factors.conventions.size(shelf.unit(CARRIER), "t")
    if size is None:
        reason = Label(
            "单位不是质量单位", f"{shelf.unit(CARRIER) or 'its unit'} is no unit of mass"
        )
        return absent(label, "tCO2", reason)
    if known == 0:
        return absent(label, "tCO2", _NOTHING)
    read = [_read(replace(shelf, period=part), flow, rows) for part, rows in found]
    step = constant(Label("单位换算", "change of units"), size, "", f"{shelf.unit(CARRIER)} → t")
    mass = times(label, "tCO2", total(label, shelf.unit(CARRIER), read), step)
    share = Fraction(known, max(known, _expected(who, flow, period)))
    return replace(mass, flags=() if share == 1 else (incomplete(share),))


def _read(shelf: Shelf, flow: str, rows: list[BookSum]) -> Figure:
    booked = book_leaf(shelf, CARRIER, flow, rows)
    estimated = amount(rows, "estimated")
    if not estimated:
        return booked
    source = Source(
        kind=LeafKind.BOOK,
        href=book_href(shelf, CARRIER, flow),
        pointer="/items/0/total/estimated",
    )
    label = Label("其中估算，不计", "estimated, which is no measurement")
    return less(booked.label, booked.unit, booked, leaf(label, estimated, booked.unit, source))


def _expected(who: Who, flow: str, period: Period) -> int:
    """Microseconds of point-time in which the subject's counted points of CO2 should be heard."""
    first, end = period.first_hour * HOUR_US, period.end_hour * HOUR_US
    return sum(
        max(0, min(end, segment.end) - max(first, segment.start))
        for point in (who.own.points if who.own else ())
        if (point.carrier, point.flow) == (CARRIER, flow)
        for segment in point.segments
        if segment.counted
    )
