"""Whether the parts that a brief prints add up to the totals that it prints."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from services.alerts.domain.briefs.facts import Facts, Group, Grouping, Label, Moved
from services.alerts.domain.briefs.printing import Printed, amount, percent, unit_of
from services.alerts.domain.briefs.writing.moves import measure_name

HUNDRED = Fraction(100)
MOST_APART = 1
"""Printed units by which a part's share may differ from the share that was stated for it."""


def reconciled(facts: Facts) -> tuple[Label, ...]:
    """What does not add up, each with the parts and the sum; nothing, as a rule.

    Every complete grouping that was added up: its amounts of this period and of a year earlier, and
    its shares. Groupings that the evaluator has found wrong itself are left out: it says so better.
    """
    told = {one.grouping for one in facts.situation.unreconciled}
    whole = [one for one in facts.situation.groupings if one.name not in told]
    return tuple(found for one in whole for found in _grouping(one))


def apart(parts: Sequence[Printed], whole: Printed) -> Printed | None:
    """The parts' sum less the whole, if it is more than parts × half a printed unit."""
    gap = sum(part.mantissa for part in parts) - whole.mantissa
    return Printed(gap, whole.decimals) if 2 * abs(gap) > len(parts) else None


def _grouping(one: Grouping) -> Iterator[Label]:
    # Stated figures have a last digit of their own, by which the evaluator has measured them.
    if one.complete and not one.printed_unit:
        yield from _amounts(one, now=True)
        yield from _amounts(one, now=False)
        yield from _shares(one)
    if not one.printed_unit:
        for part in one.parts:
            yield from _stated_share(one, part)


def _amounts(one: Grouping, *, now: bool) -> Iterator[Label]:
    when = Label("本期", "this period") if now else Label("上年同期", "the year before")
    whole = _printed(one.whole, now=now)
    parts = [_printed(part.moved, now=now) for part in one.parts]
    known = [part for part in parts if part is not None]
    if whole is None or not parts or len(known) < len(parts):
        return
    gap = apart(known, whole)
    if gap is not None:
        unit = unit_of(one.whole.now.unit).label
        total = Printed(whole.mantissa + gap.mantissa, whole.decimals)
        yield _said(one, when, total, whole, unit)


def _printed(moved: Moved, *, now: bool) -> Printed | None:
    found = moved.now if now else moved.earlier
    return None if found.value is None else amount(found.value, found.unit)


def _shares(one: Grouping) -> Iterator[Label]:
    shares = [None if part.share is None else percent(part.share) for part in one.parts]
    known = [share for share in shares if share is not None]
    whole = percent(HUNDRED)
    if not known or len(known) < len(shares):
        return
    gap = apart(known, whole)
    if gap is not None:
        total = Printed(whole.mantissa + gap.mantissa, whole.decimals)
        yield _said(one, Label("占比", "shares"), total, whole, Label("%", "%"))


def _said(one: Grouping, what: Label, total: Printed, whole: Printed, unit: Label) -> Label:
    name, parts = measure_name(one.measure), len(one.parts)
    return Label(
        f"“{one.label.zh}”{name.zh}{what.zh}：{parts}项之和{total}与合计{whole}{unit.zh}不符",
        f"“{one.label.en}”, {name.en}, {what.en}: the sum of {parts} parts, {total}, is not the"
        f" total, {whole} {unit.en}",
    )


def _stated_share(one: Grouping, part: Group) -> Iterator[Label]:
    if part.share is None or part.printed_share is None:
        return
    mine, stated = percent(part.share), percent(part.printed_share)
    if abs(mine.mantissa - stated.mantissa) > MOST_APART:
        name = part.name
        yield Label(
            f"“{one.label.zh}”中{name.zh}占比申报为{stated}%，按数量计算为{mine}%",
            f"“{one.label.en}”: the share of {name.en} is stated as {stated}%, and is {mine}% by"
            " amount",
        )
