"""Old and new readings of many points laid into one order, and which of them count.

A reading is known by point, instant and revision. The highest revision counts; a withdrawn one
counts not at all; of two values for the same three the later one in the topic wins. A meter-change
record takes the place of an ordinary reading at its instant.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.totals import Cause
from shared.model.readings import CHANGE, Mark, Readings, join

I64: TypeAlias = npt.NDArray[np.int64]
U8: TypeAlias = npt.NDArray[np.uint8]
Mask: TypeAlias = npt.NDArray[np.bool_]
Index: TypeAlias = npt.NDArray[np.intp]

_UNUSABLE = int(Mark.NULL | Mark.BAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Rows in the order of point, instant, kind (change end, change start, reading), revision.

    fresh: rows that the batch adds (repeats are left out). before, after: rows that count without
    and with the batch. cause: why a fresh row changes something, 0 for old rows. conflict: fresh
    rows that contradict the row before them. repeats: how many rows said nothing new.
    """

    rows: Readings
    fresh: Mask
    before: Mask
    after: Mask
    cause: U8
    conflict: Mask
    repeats: int

    def changed(self) -> Mask:
        """Rows that count only before or only after."""
        return self.before ^ self.after


def merge(old: Readings, new: Readings) -> Merged:
    """Merge a batch (in the order of the topic) into what is held (each key once, any order)."""
    rows, fresh = _sorted(old, new)
    same_key = same(rows.point, rows.at, kind_of(rows), rows.revision)
    same_content = same(rows.value, rows.flags)
    repeat = fresh & same_key & same_content
    conflict = fresh & same_key & ~same_content
    if repeat.any():
        kept = ~repeat
        rows, fresh, conflict = rows.take(kept), fresh[kept], conflict[kept]
    return Merged(
        rows=rows,
        fresh=fresh,
        before=counting(rows, ~fresh),
        after=counting(rows, np.ones(len(rows), np.bool_)),
        cause=_causes(rows, fresh, conflict),
        conflict=conflict,
        repeats=int(repeat.sum()),
    )


def latest_by_key(rows: Readings) -> Readings:
    """Each key once, with the content that came last in the given order; sorted."""
    rows, _ = _sorted(rows, rows.take(slice(0, 0)))
    return rows.take(~followed(same(rows.point, rows.at, kind_of(rows), rows.revision)))


def that_count(rows: Readings) -> Readings:
    """Of rows in the order of their arrival those that count, sorted."""
    latest = latest_by_key(rows)
    return latest.take(counting(latest, np.ones(len(latest), np.bool_)))


def _sorted(old: Readings, new: Readings) -> tuple[Readings, Mask]:
    rows = join([old, new])
    keys: list[npt.NDArray[np.generic]] = [rows.at, rows.point]
    if rows.revision.any() or (rows.flags & int(CHANGE)).any():
        keys = [rows.revision, kind_of(rows), *keys]
    # lexsort is stable: rows of one key stay in the order of the topic.
    order = np.lexsort(keys)
    fresh: Mask = order >= len(old)
    return rows.take(order), fresh


def kind_of(rows: Readings) -> U8:
    kind = np.full(len(rows), 2, np.uint8)
    kind[(rows.flags & int(Mark.CHANGE_END)) > 0] = 0
    kind[(rows.flags & int(Mark.CHANGE_START)) > 0] = 1
    return kind


def same(*columns: npt.NDArray[np.generic]) -> Mask:
    """Whether a row equals the row before it in all the columns."""
    alike = np.ones(len(columns[0]), np.bool_)
    alike[:1] = False
    for column in columns:
        alike[1:] &= column[1:] == column[:-1]
    return alike


def followed(alike: Mask) -> Mask:
    """Whether the next row is the same: a row that is not followed is the last of its group."""
    behind = np.zeros(len(alike), np.bool_)
    behind[:-1] = alike[1:]
    return behind


def counting(rows: Readings, among: Mask) -> Mask:
    """Among the chosen rows, those that count: last of their instant and kind, and usable."""
    index = np.flatnonzero(among)
    chosen = rows.take(index)
    kind = kind_of(chosen)
    last = ~followed(same(chosen.point, chosen.at, kind))
    counts = last & ((chosen.flags & _UNUSABLE) == 0)
    if (kind < 2).any():
        instant = np.cumsum(~same(chosen.point, chosen.at))
        replaced = np.isin(instant, instant[counts & (kind < 2)])
        counts &= ~(replaced & (kind == 2))
    mask = np.zeros(len(rows), np.bool_)
    mask[index] = counts
    return mask


def _causes(rows: Readings, fresh: Mask, conflict: Mask) -> U8:
    cause = np.zeros(len(rows), np.uint8)
    cause[fresh] = int(Cause.NEW)
    cause[fresh & (rows.at <= _newest_before(rows, fresh))] = int(Cause.LATE)
    cause[fresh & (rows.revision > 0)] = int(Cause.REVISED)
    cause[conflict] = int(Cause.CONFLICT)
    cause[fresh & ((rows.flags & int(Mark.NULL)) > 0)] = int(Cause.WITHDRAWN)
    return cause


def _newest_before(rows: Readings, fresh: Mask) -> I64:
    """For each row the newest instant that was held of its point, or the smallest integer."""
    group = np.cumsum(~same(rows.point)) - 1
    newest = np.full(int(group[-1]) + 1 if len(group) else 0, np.iinfo(np.int64).min)
    # Rows are in time order, so the last held row of a group is its newest.
    held = np.flatnonzero(~fresh)
    newest[group[held]] = rows.at[held]
    spread: I64 = newest[group]
    return spread
