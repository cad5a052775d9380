"""Rules for the measures that briefs propose, from YAML: read, checked, and those shipped."""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from importlib import resources

import msgspec
import yaml

from services.alerts.domain.briefs.facts import Label, Proposal
from shared.kit import yaml_text

_BOUNDS = ("at_least", "at_most", "above", "below")


class BadMeasuresError(ValueError):
    """The file of measures cannot be used; the message says which measure and why."""


class _Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    figure: str
    zh: str
    en: str
    at_least: int | str | None = None
    at_most: int | str | None = None
    above: int | str | None = None
    below: int | str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    measures: tuple[_Measure, ...]


@lru_cache(maxsize=1)
def shipped() -> tuple[Proposal, ...]:
    """The rules that come with the service."""
    path = resources.files("services.alerts").joinpath("data/briefs/measures.yaml")
    return read(path.read_text(encoding="utf-8"))


def read(text: str) -> tuple[Proposal, ...]:
    """The rules in the text of a file, in its order; raises BadMeasuresError."""
    try:
        found = msgspec.convert(yaml_text.load(text), _File)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise BadMeasuresError(f"measures: {error}") from error
    codes = [one.code for one in found.measures]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise BadMeasuresError(f"measures: {', '.join(twice)} is there twice")
    return tuple(_proposal(one) for one in found.measures)


def _proposal(one: _Measure) -> Proposal:
    bounds = {name: _bound(one, name) for name in _BOUNDS}
    if all(bound is None for bound in bounds.values()):
        raise BadMeasuresError(f"measures: {one.code} has no bound: write {' or '.join(_BOUNDS)}")
    return Proposal(code=one.code, figure=one.figure, text=Label(one.zh, one.en), **bounds)


def _bound(one: _Measure, name: str) -> Fraction | None:
    value = getattr(one, name)
    if value is None:
        return None
    try:
        return Fraction(Decimal(str(value)))
    except (ArithmeticError, ValueError) as error:
        raise BadMeasuresError(f"measures: {one.code}: {name} {value!r} is no number") from error
