"""Levels over time from spells that overlap: at every instant the worst of those that last."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.model.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A level from an instant on; until_us: the first instant after it, None while it lasts."""

    since_us: int
    until_us: int | None
    level: Level


def levels(spells: Iterable[Spell]) -> tuple[tuple[int, Level], ...]:
    """The instants at which the worst level changes, with the level from then on."""
    lasting = [one for one in spells if one.until_us is None or one.since_us < one.until_us]
    edges = {one.since_us for one in lasting} | {one.until_us for one in lasting if one.until_us}
    found: list[tuple[int, Level]] = []
    for at in sorted(edges):
        level = max((one.level for one in lasting if _holds(one, at)), default=Level.NONE)
        if level is not (found[-1][1] if found else Level.NONE):
            found.append((at, level))
    return tuple(found)


def _holds(one: Spell, at: int) -> bool:
    return one.since_us <= at and (one.until_us is None or at < one.until_us)
