"""CO2 measured at stacks: meters of its mass, and hours of concentration × flow.

A stack is a method on record that pairs two points. Its mass in an hour is concentration × flow,
and only hours count that both points know wholly from readings: others are gaps, not noughts. A
calendar month is made of its hours; a longer time is made of months, each a figure of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from urllib.parse import quote, urlencode

from services.evaluator.domain.accounting.stack import (
    MG_A_TONNE,
    NORMAL,
    Measurement,
    Stack,
    measured,
    of_stack,
    stack_source,
)
from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    LeafKind,
    Source,
    absent,
    constant,
    leaf,
    times,
    total,
)
from services.evaluator.domain.figures.rendering import for_people
from services.evaluator.domain.records.method import Method
from services.evaluator.domain.slices import PointRule
from services.evaluator.handlers.reckoner.world import Who, World, overlap
from services.evaluator.ports.point_books import PointHours
from shared.model.instants import FOREVER_US, HOUR_US, from_us, hour_iso
from shared.model.period import Period, hour_of_day, zone
from shared.model.subject import SubjectKind

MEASURED = Label("烟气实测二氧化碳排放", "CO2 measured at the stack")
_CONCENTRATION, _FLOW = Label("浓度", "concentration"), Label("烟气流量", "flow")
_MASS = Label("小时排放量", "mass of the hour")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hours:
    """The booked hours of a point over a period, and where they can be read."""

    code: str
    rule: PointRule
    unit: str
    period: Period
    href: str
    booked: PointHours
    places: Mapping[int, int]

    def valid(self, hour: int) -> Fraction | None:
        """What the hour has, None unless all of it is known from readings."""
        at = self.places.get(hour)
        if at is None or self.booked.known[at] != HOUR_US or self.booked.estimated[at]:
            return None
        return Fraction(int(self.booked.quantity[at]), 10**self.booked.lane.scale)

    def share(self, hour: int) -> Fraction:
        """The part of an hour that one reading stands for."""
        at = hour * HOUR_US
        lengths = (s.interval_us for s in self.rule.segments if s.start <= at < s.end)
        return Fraction(next(lengths, HOUR_US), HOUR_US)

    def leaf(self, hour: int, label: Label) -> Figure:
        """The hour's quantity in the answer of the point's books by hour."""
        name = hour_iso(hour)
        pointer = f"/items/0/hours/{hour - self.period.first_hour}/quantity"
        source = Source(kind=LeafKind.BOOK, href=self.href, pointer=pointer)
        said = Label(f"{self.code} {name} {label.zh}", f"{self.code} {name} {label.en}")
        return leaf(said, self.valid(hour), self.unit, source)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """The two points of a stack during `[first_hour, end_hour)`.

    size: tonnes in one product; None where the units make no mass.
    """

    concentration: _Hours
    flow: _Hours
    size: Fraction | None
    first_hour: int
    end_hour: int


def names_of(world: World, who: Who) -> tuple[str, ...]:
    """The stacks of an enterprise."""
    return tuple(sorted({method.stack for method in _methods(world, who)}))


def points_of(world: World, who: Who, period: Period) -> tuple[str, ...]:
    """Codes of the points at the subject's stacks in the period."""
    found = (
        code
        for method in _methods(world, who)
        if overlap(period, *_held(method, who)) is not None
        for code in (method.concentration, method.flow)
    )
    return tuple(dict.fromkeys(found))


def stack_figure(world: World, who: Who, name: str, period: Period) -> Figure:
    """Tonnes of CO2 of one stack: hours of a month, months of anything longer."""
    if name not in names_of(world, who):
        reason = Label(f"没有烟囱{name}", f"there is no stack {name} on record")
        return absent(MEASURED, "tCO2", reason)
    pairs = _pairs(world, who, name, period)
    wrong = next((pair for pair in pairs if pair.size is None), None)
    if wrong is not None:
        units = f"{wrong.concentration.unit} × {wrong.flow.unit}"
        reason = Label(f"{units}不构成质量", f"{units} makes no mass")
        return absent(MEASURED, "tCO2", reason)
    parts = period.months()
    if len(parts) == 1:
        return _by_hours(pairs, period)
    made = [(_measurement(pairs, part), part) for part in parts]
    known = [
        measured(one, stack_source(_href(world, who, name, part), "/value", one))
        for one, part in made
        if one.valid
    ]
    return _flagged([one for one, _ in made], total(MEASURED, "tCO2", known), period)


def read_all(world: World, who: Who, period: Period) -> bool:
    """Whether the hours of all stacks were read for the period."""
    return all((code, period) in world.hours for code in points_of(world, who, period))


def _by_hours(pairs: Sequence[_Pair], period: Period) -> Figure:
    masses = [
        times(MEASURED, "tCO2", _hour_of(pair, hour), _size(pair))
        for pair in pairs
        for hour in range(pair.first_hour, pair.end_hour)
        if pair.concentration.valid(hour) is not None and pair.flow.valid(hour) is not None
    ]
    found = _measurement(pairs, period)
    return _flagged([found], total(MEASURED, "tCO2", masses), period)


def _hour_of(pair: _Pair, hour: int) -> Figure:
    """Mean concentration of the hour × flow of the hour."""
    parts = [pair.concentration.leaf(hour, _CONCENTRATION), pair.flow.leaf(hour, _FLOW)]
    share = pair.concentration.share(hour)
    if share != 1:
        text = "interval of a reading ÷ hour: the sum of its readings becomes their mean"
        parts.append(constant(Label("读数间隔占比", "interval of a reading"), share, "h", text))
    return times(_MASS, "", *parts)


def _size(pair: _Pair) -> Figure:
    text = f"{pair.concentration.unit} × {pair.flow.unit} → t"
    return constant(Label("单位换算", "change of units"), pair.size or 0, "", text)


def _measurement(pairs: Sequence[_Pair], period: Period) -> Measurement:
    """The hours of the period as the account of stacks counts them, in mg/m³ and m³."""
    rows = [
        (hour, concentration * pair.concentration.share(hour) * (pair.size or 0) * MG_A_TONNE, flow)
        for pair in pairs
        if (shared := overlap(period, pair.first_hour, pair.end_hour)) is not None
        for hour in range(shared.first_hour, shared.end_hour)
        if (concentration := pair.concentration.valid(hour)) is not None
        and (flow := pair.flow.valid(hour)) is not None
    ]
    stack = Stack(
        hour=tuple(hour for hour, _, _ in rows),
        concentration=tuple(concentration for _, concentration, _ in rows),
        flow=tuple(flow for _, _, flow in rows),
        flag=(NORMAL,) * len(rows),
    )
    return of_stack(stack, period)


def _flagged(found: Sequence[Measurement], figure: Figure, period: Period) -> Figure:
    """The figure with its gaps and completeness over the whole period, not those of its parts."""
    whole = Measurement(
        tonnes=sum((one.tonnes for one in found), start=Fraction(0)),
        valid=sum(one.valid for one in found),
        hours=period.hours,
        gaps={"": sum(one.gaps.get("", 0) for one in found)},
    )
    if whole.valid == 0:
        return measured(whole, stack_source("", "", whole))
    if whole.valid == whole.hours:
        return replace(figure, flags=())
    said = measured(whole, stack_source("", "", whole)).flags
    return replace(figure, flags=(incomplete(whole.completeness), *said))


def incomplete(share: Fraction) -> Label:
    """What to remark on a measurement that has gaps."""
    percent = for_people(100 * share, "%")
    return Label(
        f"烟气监测完整率{percent}%，缺测不补零",
        f"stack measurement is {percent} % complete; its gaps are no noughts",
    )


def _pairs(world: World, who: Who, name: str, period: Period) -> list[_Pair]:
    """Pairs of the stack within the period, as far as their points have books."""
    found: list[_Pair] = []
    for method in _methods(world, who):
        shared = overlap(period, *_held(method, who)) if method.stack == name else None
        if shared is None:
            continue
        concentration = _hours(world, who, method.concentration, period)
        flow = _hours(world, who, method.flow, period)
        if concentration is None or flow is None:
            continue
        found.append(
            _Pair(
                concentration=concentration,
                flow=flow,
                size=_tonnes(world, concentration.unit, flow.unit),
                first_hour=shared.first_hour,
                end_hour=shared.end_hour,
            )
        )
    return _apart(found)


def _apart(pairs: Sequence[_Pair]) -> list[_Pair]:
    """Each pair until the next one begins: an hour is never counted twice."""
    ordered = sorted(pairs, key=lambda pair: pair.first_hour)
    ends = [*(pair.first_hour for pair in ordered[1:]), FOREVER_US // HOUR_US]
    cut = (
        replace(pair, end_hour=min(pair.end_hour, end))
        for pair, end in zip(ordered, ends, strict=True)
    )
    return [pair for pair in cut if pair.first_hour < pair.end_hour]


def _hours(world: World, who: Who, code: str, period: Period) -> _Hours | None:
    """None for a point that the subject does not have, or without books."""
    rules = who.own.points if who.own else ()
    rule = next((one for one in rules if one.code == code), None)
    booked = world.hours.get((code, period))
    if rule is None or booked is None:
        return None
    return _Hours(
        code=code,
        rule=rule,
        unit=str(world.carriers.get(rule.carrier, {}).get("unit") or ""),
        period=period,
        href=_hours_href(world, rule, period),
        booked=booked,
        places={hour: at for at, hour in enumerate(booked.hour.tolist())},
    )


def _tonnes(world: World, concentration: str, flow: str) -> Fraction | None:
    """Tonnes in one unit of concentration × one of flow; None if they make no mass."""
    sizes = world.records.factors.conventions
    mass, _, volume = concentration.partition("/")
    tonnes, share = sizes.size(mass, "t"), sizes.size(flow, volume)
    return tonnes * share if volume and tonnes is not None and share is not None else None


def _methods(world: World, who: Who) -> Iterator[Method]:
    if who.subject.kind is SubjectKind.ENTERPRISE:
        for entry in world.records.methods:
            method: Method = entry.body
            if method.stack and method.subject == who.key:
                yield method


def _held(method: Method, who: Who) -> tuple[int, int]:
    """The hours in which the record holds."""
    first, end = (
        hour_of_day(date.fromisoformat(day), who.zone) if day else None
        for day in (method.valid_from, method.valid_to)
    )
    return (
        -(FOREVER_US // HOUR_US) if first is None else first,
        FOREVER_US // HOUR_US if end is None else end,
    )


def _hours_href(world: World, rule: PointRule, period: Period) -> str:
    query = {
        "carrier": rule.carrier,
        "flow": rule.flow,
        "from": hour_iso(period.first_hour),
        "to": hour_iso(period.end_hour),
        "step": "hour",
        "as_of": f"commit:{world.as_of}",
    }
    return f"/v1/books/point:{quote(rule.code)}?{urlencode(query, safe=':')}"


def _href(world: World, who: Who, name: str, period: Period) -> str:
    """The figure of this stack alone over a month, or the part of one that is asked for."""
    figure = f"{who.key}/stack:{name}/{_text(period)}"
    return f"/v1/figures/{quote(figure, safe=':/')}?as_of=commit:{world.as_of}"


def _text(period: Period) -> str:
    """`2026-05` of a whole calendar month, else its first day and the day after its last."""
    tz = zone(period.zone_name)
    first, end = (
        from_us(hour * HOUR_US).astimezone(tz).date()
        for hour in (period.first_hour, period.end_hour)
    )
    is_month = first.day == end.day == 1
    return f"{first:%Y-%m}" if is_month else f"{first}/{end}"
