"""The intensity target that caps green certificates: which one, and its value as a leaf."""

from collections.abc import Iterator
from fractions import Fraction

from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure, Label, LeafKind, Source, absent, leaf
from services.evaluator.domain.figures.periods import years_of
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.statistics.leaves import quoted
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.handlers.target_book import standing
from services.evaluator.ports.register import Entry


def intensity_target(world: World, who: Who, text: str) -> Entry | None:
    """The subject's reduction of energy intensity on a base year in force in the period.

    Of several the one with the longest span: certificates are capped by that of the five years.
    """
    years = years_of(text)
    if years is None:
        return None
    day = world.last_day(who, text)
    versions = world.targets_by_holder.get(who.key, ())
    found = [entry for one in versions if (entry := standing(one, day)) and _caps(entry, years[1])]
    return max(found, key=_span, default=None)


def cap_asks(world: World, who: Who, text: str) -> Iterator[tuple[str, str]]:
    """Subjects and periods that the cap of the subject's certificates in the period needs."""
    entry = intensity_target(world, who, text)
    if entry is not None:
        yield who.key, str(entry.body.base_year)


def target_leaf(entry: Entry) -> Figure:
    """The value of the target, read from its record; missing while it is not handed down."""
    target: Target = entry.body
    label = Label(f"{target.name}目标值", f"target {target.name_en or target.code}")
    if target.value is None:
        reason = Label("目标尚未下达", "the target is not handed down yet")
        return absent(label, target.unit, reason)
    source = Source(
        kind=LeafKind.TARGET,
        href=f"/v1/targets/{quoted(target.code)}?version={entry.version}",
        pointer="/value",
        version=str(entry.version),
        text=target.plan,
        confidence=target.confidence,
    )
    return leaf(label, Fraction(target.value), target.unit, source)


def _caps(entry: Entry, year: int) -> bool:
    target: Target = entry.body
    is_one = target.measure == names.ENERGY_INTENSITY and target.form is Form.REDUCTION
    return is_one and target.base_year is not None and target.first_year <= year <= target.last_year


def _span(entry: Entry) -> tuple[int, str]:
    target: Target = entry.body
    return target.last_year - target.first_year, target.code
