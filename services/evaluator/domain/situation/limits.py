"""What limits a total in a year: a target of it, or what an intensity target leaves for the GDP."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.figures.figure import Figure, Label
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.statistics.growth import root
from services.evaluator.domain.statistics.items import usual_unit
from services.evaluator.domain.targets.phasing import MONTHS, share_by
from services.evaluator.domain.targets.required import Versioned, of_year

_DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """An amount that a year must not exceed. shares: per cent of its months, empty for even."""

    name: Label
    value: Fraction
    shares: tuple[Decimal, ...] = field(default=())

    def line_at(self, day: date) -> Fraction:
        """What is due by the end of the day."""
        low, high = share_by(self.shares, day.month - 1), share_by(self.shares, day.month)
        first = day.replace(day=1)
        after = date(day.year + day.month // MONTHS, day.month % MONTHS + 1, 1)
        part = Fraction((day - first).days + 1, (after - first).days)
        return self.value * (low + (high - low) * part)


def of_total(target: Target, version: int, year: int, base: Figure, unit: str) -> Limit | None:
    """What a target of the total itself allows in the year; None where it says nothing of it."""
    if target.exclusions:
        return None
    found = of_year(Versioned(target=target, version=version), year, base).value
    if target.form is Form.INCREMENT:
        found = _grown(target, year, base)
    if found is None or target.form not in (Form.TOTAL, Form.INCREMENT):
        return None
    value = _in_unit(found, target.unit, unit)
    return None if value is None else Limit(name=_name(target), value=value, shares=target.shares)


def of_intensity(target: Target, year: int, before: Figure, base: Figure, gdp: Figure) -> Limit:
    """I₀ × (1−T)^(k/n) × GDP, or last year's × (1−t) × GDP where the year has its own target.

    before, base: the intensity of last year and of the base year. Raises ValueError for a target
    that is none, or where something is not known.
    """
    if target.form is not Form.REDUCTION or target.exclusions or target.value is None:
        raise ValueError(f"{target.code} is no reduction of a gross intensity")
    single = target.yearly.get(str(year))
    if single is not None:
        value = before.known * (1 - Fraction(single) / 100) * gdp.known
    else:
        passed, kept = year - target.starts + 1, 1 - Fraction(target.value) / 100
        left = Fraction(root(kept**passed, target.span, _DIGITS))
        value = base.known * left * gdp.known
    own = _name(target)
    name = Label(f"按{own.zh}和地区生产总值增速推算", f"by {own.en} and the growth of GDP so far")
    return Limit(name=name, value=value)


def _grown(target: Target, year: int, base: Figure) -> Fraction | None:
    """The base year's amount with the part of the increment that is due by the year."""
    if base.value is None or target.value is None:
        return None
    passed = max(0, year - target.starts + 1)
    unit, size = usual_unit(base.unit)
    theirs, wanted = usual_unit(target.unit)
    if unit != theirs:
        return None
    return base.value * size / wanted + Fraction(target.value) * passed / target.span


def _in_unit(value: Fraction, unit: str, wanted: str) -> Fraction | None:
    (mine, size), (theirs, other) = usual_unit(unit), usual_unit(wanted)
    return value * size / other if mine == theirs else None


def _name(target: Target) -> Label:
    return Label(target.name, target.name_en or target.code)
