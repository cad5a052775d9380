"""Corrected figures in words: `region:150000/energy-total/2026H1` is of whom, of when, of what."""

from collections.abc import Mapping
from fractions import Fraction

from services.alerts.domain.briefs.facts import Correction, Label
from services.alerts.domain.briefs.periods import day_name, period_name
from services.alerts.domain.briefs.printing import MISSING, amount, both, unit_of
from services.alerts.domain.briefs.writing.choosing import place_names
from services.alerts.domain.briefs.writing.pen import Pen
from services.alerts.domain.briefs.writing.words import MEASURES

_UNITS: Mapping[str, str] = {
    "carbon-total": "tCO2",
    "carbon-intensity": "tCO2/万元",
    "energy-total": "tce",
    "energy-intensity": "tce/万元",
}
_PARTS = 3


def corrected_labels(pen: Pen, one: Correction) -> tuple[Label, ...]:
    """A correction's cells in words and printed numbers; as on record where it has no words."""
    parts = one.figure.split("/", _PARTS - 1)
    cause, at = both(one.cause) if one.cause else MISSING, day_name(one.at)
    if len(parts) != _PARTS or parts[1] not in _UNITS:
        return (both(one.figure), _said(one.old), _said(one.new), cause, at)
    subject, measure, period = parts
    kind, _, code = subject.partition(":")
    unit, firm = _UNITS[measure], kind != "region"
    name, when, what = _names(pen).get(code, code), period_name(period), MEASURES[measure]
    of = unit_of(unit, enterprise=firm).label
    figure = Label(
        f"{name}{when.zh}{what.zh}（{of.zh}）", f"{name}, {when.en}, {what.en} ({of.en})"
    )
    old, new = (_printed(value, unit, firm=firm) for value in (one.old, one.new))
    return (figure, old, new, cause, at)


def _names(pen: Pen) -> Mapping[str, str]:
    users = pen.situation.users
    return {**dict(zip(users.code, users.name, strict=True)), **place_names(pen.situation)}


def _said(value: str | None) -> Label:
    return MISSING if value is None else both(value)


def _printed(value: str | None, unit: str, *, firm: bool) -> Label:
    """As it is printed; what is no number as it is on record."""
    try:
        return both(str(amount(Fraction(value or ""), unit, enterprise=firm)))
    except ValueError:
        return _said(value)
