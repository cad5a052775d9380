"""Whether one target makes sense by itself."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.targets.exactly import added, day, shown
from services.evaluator.domain.targets.holders import holder_fault
from shared.model.catalogue import Catalogue

TOTALS = ("energy-total", "carbon-total")
INTENSITIES = ("energy-intensity", "carbon-intensity")
AMOUNTS = (Form.TOTAL, Form.INCREMENT)
_CODE = re.compile(r"[\w.\-]{1,64}")
_WHOLE = 100


def sound(target: Target, catalogue: Catalogue) -> Iterator[Wrong]:
    """Every fault of the target, looked at without any other."""
    found = (
        *_named(target, catalogue),
        *_years(target),
        *_values(target),
        *_further(target),
        *_spread(target),
        *_parts(target),
    )
    for field, message in found:
        yield Wrong(key=target.code, field=field, message=message)


def adds_up(target: Target) -> bool:
    """Whether parts of it add up to it: amounts do, rates and shares do not."""
    return target.form in AMOUNTS or (
        target.form is not Form.REDUCTION and target.unit != "%" and "/" not in target.unit
    )


Found = Iterator[tuple[str, str]]


def _named(target: Target, catalogue: Catalogue) -> Found:
    if not _CODE.fullmatch(target.code):
        yield "code", f"{target.code!r} is not a code: up to 64 letters, digits, dots, - or _"
    if not target.name.strip():
        yield "name", "is missing"
    if not target.unit.strip():
        yield "unit", "is missing: write % for shares and reductions"
    why = holder_fault(target.holder, catalogue)
    if why:
        yield "holder", why
    if target.measure in INTENSITIES and target.form in AMOUNTS:
        yield "form", f"{target.measure} has no amount to share out: write reduction or at-most"
    if target.elastic and target.measure not in TOTALS:
        yield "elastic", f"only a total can be elastic, {target.measure} is rigid"
    if target.parent == target.code:
        yield "parent", "a target cannot be a part of itself"


def _years(target: Target) -> Found:
    if not 1900 <= target.first_year <= target.last_year <= 2200:
        yield "last_year", f"{target.first_year} to {target.last_year} are not a plan's years"
        return
    if target.base_year is None and target.form in (Form.REDUCTION, Form.INCREMENT):
        yield "base_year", f"a {target.form} needs the year that it is compared with"
    if target.base_year is not None and target.base_year > target.last_year:
        yield "base_year", f"{target.base_year} comes after the last year {target.last_year}"
    for year in target.yearly:
        if not re.fullmatch(r"\d{4}", year) or not (
            target.first_year <= int(year) <= target.last_year
        ):
            yield (
                f"yearly.{year}",
                f"is not one of the years {target.first_year} to {target.last_year}",
            )
    if target.effective_from and day(target.effective_from) is None:
        yield "effective_from", f"{target.effective_from!r} is not a date such as 2026-07-01"
    if target.approved_on and day(target.approved_on) is None:
        yield "approved_on", f"{target.approved_on!r} is not a date such as 2026-07-01"


def _values(target: Target) -> Found:
    named = (("value", target.value), ("incentive", target.incentive))
    yearly = ((f"yearly.{year}", value) for year, value in target.yearly.items())
    for field, value in (*named, *yearly):
        why = _unfit(target, value) if value is not None else None
        if why:
            yield field, why
    last = target.yearly.get(str(target.last_year))
    if target.form is Form.TOTAL and last is not None and target.value not in (None, last):
        yield (
            f"yearly.{target.last_year}",
            f"{shown(last)} is not the value {shown(target.value or Decimal(0))} of the last year",
        )


def _unfit(target: Target, value: Decimal) -> str | None:
    if target.form is Form.REDUCTION:
        if target.unit != "%":
            return "a reduction is in per cent: its unit is %"
        return None if -_WHOLE < value < _WHOLE else f"{shown(value)} is not between -100 and 100 %"
    if target.form is Form.TOTAL and value < 0:
        return f"{shown(value)} is below zero"
    return None


def _further(target: Target) -> Found:
    """An incentive target asks for more than the basic one."""
    if target.incentive is None:
        return
    if target.value is None:
        yield "incentive", "there is no basic value that it goes beyond"
        return
    more = target.incentive - target.value
    upwards = target.form in (Form.REDUCTION, Form.AT_LEAST)
    if (more if upwards else -more) < 0:
        yield (
            "incentive",
            f"{shown(target.incentive)} asks for less than the basic {shown(target.value)}",
        )


def _spread(target: Target) -> Found:
    if not target.shares:
        return
    if len(target.shares) not in (4, 12):
        yield "shares", f"{len(target.shares)} shares: give 12 for the months or 4 for the quarters"
    if any(share < 0 for share in target.shares):
        yield "shares", "a share is below zero"
    total = added(target.shares)
    if total != _WHOLE:
        yield "shares", f"the shares add up to {shown(total)} %, not to 100"


def _parts(target: Target) -> Found:
    kept = (
        ("reserve", target.reserve),
        ("unmonitored", target.unmonitored),
        *((f"undivided.{cut}", value) for cut, value in target.undivided.items()),
    )
    for field, value in kept:
        if value < 0:
            yield field, f"{shown(value)} is below zero"
        if value and not adds_up(target):
            yield field, f"a {target.form} in {target.unit} is not shared out: leave this out"
    if target.weight is not None and not 0 <= target.weight <= _WHOLE:
        yield "weight", f"{shown(target.weight)} is no share of the whole's GDP in per cent"


def first_day(target: Target) -> date:
    """The day whose catalogue says who lies below whom."""
    return day(target.effective_from) or date(target.first_year, 1, 1)
