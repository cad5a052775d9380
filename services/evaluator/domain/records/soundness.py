"""Whether a rule set, indicator, limit, score sheet or score makes sense by itself."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from services.evaluator.domain.records.indicator import Indicator
from services.evaluator.domain.records.limit import Correction, Limit
from services.evaluator.domain.records.rule import Quantity, Relation, RuleSet
from services.evaluator.domain.records.score import Score
from services.evaluator.domain.records.sheet import Scoring, Sheet

Wrong = tuple[str, str]
"""Field and message."""

_REFERENCES = ("account", "measure", "statement", "level", "indicator", "constant")
_WORST = 4


def wrongs(body: object) -> Iterator[Wrong]:
    """Field and message of every mistake in a record of these kinds; nothing of other kinds."""
    match body:
        case RuleSet():
            yield from _of_rule(body)
        case Indicator():
            yield from _of_indicator(body)
        case Limit():
            yield from _of_limit(body)
        case Sheet():
            yield from _of_sheet(body)
        case Score():
            yield from _of_score(body)


def _of_rule(rule: RuleSet) -> Iterator[Wrong]:
    if not rule.grades:
        yield "grades", "a rule set needs at least one level"
    if rule.published and rule.grades and not any(grade.conditions for grade in rule.grades):
        yield "grades", "no level has a condition: say published: false, or give thresholds"
    for place, grade in enumerate(rule.grades):
        if not 0 <= grade.severity <= _WORST:
            yield f"grades.{place}.severity", f"must be from 0 (no warning) to {_WORST} (worst)"
        hides = not grade.conditions and not grade.quarters and place < len(rule.grades) - 1
        if hides and rule.published:
            yield f"grades.{place}", "has no condition, so that no later level is ever reached"
        for number, one in enumerate(grade.conditions):
            if one.quantity is Quantity.UTILISATION and one.threshold < 0:
                where = f"grades.{place}.conditions.{number}.threshold"
                yield where, "less than nothing cannot be used"
        yield from _quarters(f"grades.{place}.quarters", grade.quarters)
    yield from _quarters("quarters", rule.quarters)


def _quarters(field: str, quarters: Sequence[int]) -> Iterator[Wrong]:
    if not set(quarters) <= {1, 2, 3, 4}:
        yield field, "quarters are numbered 1 to 4"


def _of_indicator(indicator: Indicator) -> Iterator[Wrong]:
    if not indicator.numerator and not indicator.stated:
        yield "numerator", "an indicator has a numerator, or names what is stated"
    if indicator.denominator and not indicator.numerator:
        yield "denominator", "there is nothing to divide"
    named = [("stated", indicator.stated)] if indicator.stated else []
    named += [(f"numerator.{n}.ref", term.ref) for n, term in enumerate(indicator.numerator)]
    named += [(f"denominator.{n}.ref", term.ref) for n, term in enumerate(indicator.denominator)]
    for field, ref in named:
        kind, _, rest = ref.partition(":")
        if kind not in _REFERENCES or not rest:
            yield (
                field,
                f"{ref!r} is no reference: write one of {', '.join(_REFERENCES)}, a colon, a code",
            )
        if ref == f"indicator:{indicator.code}":
            yield field, "an indicator cannot be made from itself"


def _of_limit(limit: Limit) -> Iterator[Wrong]:
    if not 1 <= len(limit.grades) <= 3:
        yield "grades", "a limit has one to three grades; write null for one that is missing"
    levels = (*limit.grades, limit.benchmark, limit.baseline)
    if all(level is None for level in levels):
        yield "grades", "no grade has a limit, and there is no benchmark or baseline either"
    if limit.valid_to and limit.valid_to <= limit.valid_from:
        yield "valid_to", "is not after valid_from"
    for place, one in enumerate(limit.corrections):
        for field, message in _of_correction(one):
            yield f"corrections.{place}.{field}", message


def _of_correction(one: Correction) -> Iterator[Wrong]:
    if len(one.slopes) not in (1, len(one.grades)):
        yield "slopes", "give one slope for all of the correction's grades, or one for each"
    if not set(one.grades) <= {1, 2, 3}:
        yield "grades", "grades are numbered 1 to 3"
    if one.divisor == 0:
        yield "divisor", "must not be nought"
    if one.when is not None and one.when.relation not in set(Relation):
        yield "when.relation", f"must be one of {', '.join(Relation)}"


def _of_sheet(sheet: Sheet) -> Iterator[Wrong]:
    if not sheet.items:
        yield "items", "a sheet needs items"
    if not sheet.bands or min(band.at_least for band in sheet.bands) > 0:
        yield "bands", "the last result must begin at 0 per cent"
    if sum((item.points for item in sheet.items), Decimal(0)) <= 0:
        yield "items", "there are no points to be had"
    for place, item in enumerate(sheet.items):
        if item.points < 0:
            yield f"items.{place}.points", "must not be negative"
        if item.scoring is Scoring.STEPS and not item.steps:
            yield f"items.{place}.steps", "are missing"
    yield from _twice("items", [item.code for item in sheet.items])


def _of_score(score: Score) -> Iterator[Wrong]:
    for place, mark in enumerate(score.marks):
        if mark.points is not None and mark.points < 0:
            yield f"marks.{place}.points", "must not be negative"
    yield from _twice("marks", [mark.item for mark in score.marks])


def _twice(field: str, codes: Sequence[str]) -> Iterator[Wrong]:
    for place, code in enumerate(codes):
        if code in codes[:place]:
            yield f"{field}.{place}", f"{code} is there twice"
