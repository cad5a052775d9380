"""How far a measure has moved: since the base year, in the current period, and by how much."""

from collections.abc import Iterator

from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    Op,
    absent,
    less,
    over,
    times,
    total,
)
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.statistics.growth import HUNDRED, change_of, ratio_of

_SINCE_BASE = Label("相对基年之比", "ratio to the base year")
_IN_PERIOD = Label("与上年同期之比", "ratio to the same period of last year")
_INCREMENT = Label("相对基年的增量", "increment since the base year")
_IN_YEAR = Label("同比增量", "increment on the same period of last year")
_LEAP = Label("至本年", "up to this year")
_NO_BASE = Label("缺少基年数据", "no data for the base year")


def start_of(target: Target) -> int:
    """The first year that counts: the one after the base year."""
    return target.starts


def current_ratio(target: Target, position: Position) -> Figure:
    """The current period against the same period of the year before (1 for no change)."""
    stated = known(position.current_change)
    if stated is None and position.elapsed == 1:
        stated = known(position.changes.get(position.year))
    if stated is not None:
        return ratio_of(stated)
    now, before = position.current, known(position.before)
    if before is None and position.elapsed == 1:
        before = _level(target, position, position.year - 1)
    if known(now) is not None and before is not None and now is not None:
        return compared(_IN_PERIOD, now, before)
    reasons = why(position.current_change, now, position.before)
    return absent(_IN_PERIOD, "", *(reasons or (no_data(position.year, "同期数据"),)))


def current_change(target: Target, position: Position) -> Figure:
    """The current period against the same period of the year before, in per cent."""
    label = Label("同比变化率", "change on the same period of last year")
    return change_of(label, current_ratio(target, position))


def since_base(target: Target, position: Position) -> Figure:
    """Π(1+r) of all years since the base year; the current one counts with its period so far.

    Stated changes are taken before amounts; amounts may leap over years without any, also from the
    last one known to a whole current year that nothing else tells the change of.
    """
    factors: list[Figure] = []
    pending: list[int] = []
    anchor, upto = _level(target, position, start_of(target) - 1), 0
    for year in range(start_of(target), position.year):
        stated, level = known(position.changes.get(year)), _level(target, position, year)
        if stated is not None and not pending:
            factors.append(ratio_of(stated))
        elif level is not None and anchor is not None:
            leap = compared(Label(f"至{year}年", f"up to {year}"), level, anchor)
            factors, pending = [*factors[:upto], leap], []
        else:
            pending.append(year)
            continue
        if level is not None:
            anchor, upto = level, len(factors)
    last, now = current_ratio(target, position), known(position.current)
    lacks = bool(pending) or last.value is None
    if lacks and position.elapsed == 1 and now is not None and anchor is not None:
        factors, pending = factors[:upto], []
        last = compared(_LEAP, now, anchor)
    if pending:
        return _unknown_years(position, pending)
    return times(_SINCE_BASE, "", *factors, last) if factors else last


def increment(target: Target, position: Position) -> Figure:
    """The amount by which the measure has grown since the base year, in its unit.

    Whole years since the base, and the current period against the same one of the year before.
    """
    base = known(position.base)
    now, before = known(position.current), known(position.before)
    if base is None:
        return absent(_INCREMENT, target.unit, *(why(position.base) or (_NO_BASE,)))
    if now is not None and position.elapsed == 1:
        return less(_INCREMENT, target.unit, now, base)
    last = _level(target, position, position.year - 1)
    if now is not None and before is not None and last is not None:
        whole = less(_INCREMENT, target.unit, last, base)
        return total(_INCREMENT, target.unit, (whole, less(_IN_YEAR, target.unit, now, before)))
    grown = change_of(_SINCE_BASE, since_base(target, position))
    return times(_INCREMENT, target.unit, base, over(_SINCE_BASE, "", grown, HUNDRED))


def growth_in_year(target: Target, position: Position) -> Figure:
    """The amount by which the current period exceeds the same one of the year before."""
    now, before = position.current, known(position.before)
    if before is None and position.elapsed == 1:
        before = _level(target, position, position.year - 1)
    if known(now) is None or now is None or before is None:
        reasons = why(now, position.before) or (no_data(position.year, "同期数据"),)
        return absent(_IN_YEAR, target.unit, *reasons)
    return less(_IN_YEAR, target.unit, now, before)


def compared(label: Label, now: Figure, before: Figure) -> Figure:
    """One against the other; missing where they are per GDP at prices of different years."""
    prices = (set(_prices(now)), set(_prices(before)))
    if all(prices) and prices[0] != prices[1]:
        mine, theirs = (", ".join(sorted(one)) for one in prices)
        reason = Label(
            f"缺少同一不变价的数据：一为{mine}年价格，一为{theirs}年价格",
            f"GDP at constant prices of one year missing: one is at prices of {mine}, "
            f"the other at prices of {theirs}",
        )
        return absent(label, "", reason)
    return over(label, "", now, before)


def _prices(figure: Figure, *, below: bool = False) -> Iterator[str]:
    """Years of the constant prices of everything that a figure is divided by."""
    if figure.source is not None and below:
        yield from filter(None, (figure.source.notes.get("basis"),))
    if figure.op is Op.QUOTIENT:
        yield from _prices(figure.operands[0], below=below)
        yield from _prices(figure.operands[1], below=True)
    elif figure.op is Op.PRODUCT or below:
        for part in figure.operands:
            yield from _prices(part, below=below)


def known(figure: Figure | None) -> Figure | None:
    """The figure if it has a value."""
    return figure if figure is not None and figure.value is not None else None


def why(*figures: Figure | None) -> tuple[Label, ...]:
    """Why figures have no value, each reason once."""
    return tuple(dict.fromkeys(reason for figure in figures if figure for reason in figure.missing))


def no_data(year: int, zh: str = "数据") -> Label:
    """The reason when nobody gave anything."""
    return Label(f"缺少{year}年{zh}", f"no data for {year}")


def _level(target: Target, position: Position, year: int) -> Figure | None:
    if year == start_of(target) - 1 and known(position.base) is not None:
        return position.base
    return known(position.values.get(year))


def _unknown_years(position: Position, years: list[int]) -> Figure:
    told = [source.get(year) for year in years for source in (position.values, position.changes)]
    reasons = why(*told, position.base) or tuple(no_data(year) for year in years)
    return absent(_SINCE_BASE, "", *reasons)
