"""Levels over time from spells that overlap: at every instant the worst of those that last."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.model.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A level from an instant on; until_us: the first instant after it, None while it lasts.

    of: what it is a spell of, where there are several.
    """

    since_us: int
    until_us: int | None
    level: Level
    of: str = ""


def levels(spells: Iterable[Spell]) -> tuple[tuple[int, Level], ...]:
    """The instants at which the worst level changes, with the level from then on."""
    found: list[tuple[int, Level]] = []
    for at, lasting in edges(spells):
        level = max((one.level for one in lasting), default=Level.NONE)
        if level is not (found[-1][1] if found else Level.NONE):
            found.append((at, level))
    return tuple(found)


def edges(spells: Iterable[Spell]) -> tuple[tuple[int, tuple[Spell, ...]], ...]:
    """The instants at which a spell begins or ends, with those that last from then on."""
    real = [one for one in spells if one.until_us is None or one.since_us < one.until_us]
    at = {one.since_us for one in real} | {one.until_us for one in real if one.until_us}
    return tuple((each, tuple(one for one in real if _holds(one, each))) for each in sorted(at))


def _holds(one: Spell, at: int) -> bool:
    return one.since_us <= at and (one.until_us is None or at < one.until_us)
