"""Months that columns cannot compute: by the accounts themselves, one by one.

Whoever counts by statements too, and months within which a factor changes.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from fractions import Fraction
from typing import Any

from services.evaluator.domain.budget import Series
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.names import FigureId, Options
from services.evaluator.domain.unit_weights import CALORIFIC, CARBON, EQUIVALENT
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.reckoner.world import World

_SUBJECTS_AT_ONCE = 20
_NAMES = {
    CALORIFIC: (names.ENERGY_TOTAL, Series.CALORIFIC),
    EQUIVALENT: (names.ENERGY_TOTAL, Series.EQUIVALENT),
    CARBON: (names.CARBON_TOTAL, Series.CALORIFIC),
}

Place = tuple[str, int]
"""A subject and a month of the year, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A month of a subject in one measure, by the factors of then and of now."""

    subject: str
    nth: int
    measure: str
    old: Fraction | None
    new: Fraction | None


def with_factors_of(old: World, new: World) -> World:
    """What the newer world knows, with the older one's factors; nothing of anybody read yet."""
    records = replace(new.records, factors=old.records.factors)
    return World(**{**_given(new), "records": records})


def _given(world: World) -> dict[str, Any]:
    """What a world was made from, without what has been read or worked out since."""
    return {
        one.name: getattr(world, one.name)
        for one in fields(World)
        if one.default is MISSING and one.default_factory is MISSING
    }


async def by_accounts(
    gatherer: Gatherer,
    worlds: tuple[World, World],
    places: Collection[Place],
    year: int,
    tell: Callable[[int], None],
) -> list[Pair]:
    """The places' measures in both worlds. tell: how many subjects are done. Raises Unavailable."""
    months: dict[str, list[int]] = {}
    for subject, nth in sorted(places):
        months.setdefault(subject, []).append(nth)
    subjects = [key for key in months if worlds[1].who(key) is not None]
    found: list[Pair] = []
    for first in range(0, len(subjects), _SUBJECTS_AT_ONCE):
        listed = subjects[first : first + _SUBJECTS_AT_ONCE]
        asks = [(key, _text(year, nth)) for key in listed for nth in months[key]]
        both = [emptied(world) for world in worlds]
        for world in both:
            await gatherer.add(world, asks)
        measures = [Measures(world) for world in both]
        for nr, key in enumerate(listed, first + 1):
            found += await asyncio.to_thread(_pairs, measures, key, months[key], year)
            tell(nr)
    return found


def emptied(world: World) -> World:
    """The world without anybody's books, so that memory is that of a few subjects at a time."""
    return World(**_given(world))


def _pairs(
    measures: Sequence[Measures], subject: str, months: Sequence[int], year: int
) -> list[Pair]:
    return [
        Pair(
            subject=subject,
            nth=nth,
            measure=measure,
            old=_value(measures[0], subject, measure, _text(year, nth)),
            new=_value(measures[1], subject, measure, _text(year, nth)),
        )
        for nth in months
        for measure in _NAMES
    ]


def _value(measures: Measures, subject: str, measure: str, text: str) -> Fraction | None:
    who = measures.world.who(subject)
    if who is None:
        return None
    word, series = _NAMES[measure]
    options = Options(series=series, as_of=measures.world.as_of)
    name = FigureId(subject=who.subject, measure=word, period=text, options=options)
    return measures.total(who, name).value


def _text(year: int, nth: int) -> str:
    return f"{year:04d}-{nth + 1:02d}"
