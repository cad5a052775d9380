"""Two courses of levels over the same time, compared: gained, lost, earlier, later, the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from shared.model.level import Level

Turn: TypeAlias = tuple[int, Level]
"""The instant (any whole number that grows with time) from which on the level is this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The levels over `[first, end)`: the one at the beginning, and the turns after it in order."""

    first: int
    end: int
    begins: Level
    turns: tuple[Turn, ...]

    def reached(self, level: Level) -> int | None:
        """The first instant at which the level or a worse one stands; None if it never does."""
        if self.begins >= level:
            return self.first
        return next((at for at, after in self.turns if after >= level), None)

    @property
    def rises(self) -> int:
        """How often a level rises: so many warnings are raised or raised in level."""
        before, count = self.begins, 0
        for _, after in self.turns:
            count += after > before
            before = after
        return count

    @property
    def worst(self) -> Level:
        """The worst level of all."""
        return max((level for _, level in self.turns), default=self.begins)


class Moved(StrEnum):
    """What the rule tried does otherwise."""

    GAINED = "gained"
    """It reaches a level that the rule in force does not."""
    LOST = "lost"
    """It does not reach a level that the rule in force reaches."""
    EARLIER = "earlier"
    LATER = "later"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """When each rule first reaches a level; None: never."""

    level: Level
    moved: Moved
    tried: int | None
    in_force: int | None


def course(turns: Iterable[Turn], first: int, end: int) -> Course:
    """The part of a course that lies in `[first, end)`; before its first turn there is no level."""
    begins = Level.NONE
    kept: list[Turn] = []
    for at, level in turns:
        if at <= first:
            begins = level
        elif at < end:
            kept.append((at, level))
    return Course(first=first, end=end, begins=begins, turns=tuple(kept))


def differences(in_force: Course, tried: Course) -> tuple[Difference, ...]:
    """For every level that either reaches, by when each first does; the mildest first."""
    found = (_difference(level, in_force, tried) for level in Level if level is not Level.NONE)
    return tuple(one for one in found if one is not None)


def counts(found: Iterable[Sequence[Difference]]) -> dict[Moved, int]:
    """How many levels of how many courses moved how."""
    counted = dict.fromkeys(Moved, 0)
    for listed in found:
        for one in listed:
            counted[one.moved] += 1
    return counted


def _difference(level: Level, in_force: Course, tried: Course) -> Difference | None:
    now, then = in_force.reached(level), tried.reached(level)
    if now is None and then is None:
        return None
    return Difference(level=level, moved=_moved(now, then), tried=then, in_force=now)


def _moved(now: int | None, then: int | None) -> Moved:
    if now is None:
        return Moved.GAINED
    if then is None:
        return Moved.LOST
    if then == now:
        return Moved.SAME
    return Moved.EARLIER if then < now else Moved.LATER
