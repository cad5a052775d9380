"""Adding up the parts of a whole, exactly."""

from dataclasses import replace
from fractions import Fraction

from services.alerts.domain.briefs.facts import Group, Grouping, Label, Moved


def added(one: Grouping, parts: tuple[Group, ...], name: Label, code: str = "") -> Group:
    """Some parts as one; a figure is unknown where it is unknown of any of them."""
    now = _sum([part.moved.now.value for part in parts])
    then = _sum([part.moved.earlier.value for part in parts])
    whole, before = one.whole.now.value, one.whole.earlier.value
    share = _per_cent(now, whole)
    earlier = _per_cent(then, before)
    counts = [part.count for part in parts]
    known = [count for count in counts if count is not None]
    change = _per_cent(now, then)
    return Group(
        code=code or one.name,
        name=name,
        moved=Moved(
            now=replace(one.whole.now, value=now, missing=()),
            earlier=replace(one.whole.earlier, value=then, missing=()),
            change=None if change is None else change - 100,
        ),
        share=share,
        share_change=None if share is None or earlier is None else share - earlier,
        pull=None if now is None or then is None else _per_cent(now - then, before),
        count=sum(known) if known and len(known) == len(counts) else None,
    )


def _sum(values: list[Fraction | None]) -> Fraction | None:
    total = Fraction(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total if values else None


def _per_cent(part: Fraction | None, whole: Fraction | None) -> Fraction | None:
    return None if part is None or not whole else part / whole * 100
