"""Who should have been heard by now and was not: points, or a whole owner at once.

Missing is never zero: nothing is put in place of what did not come, it is only told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.slices import OwnerSlice, PointRule
from services.evaluator.domain.watching.listening import Listening
from services.evaluator.domain.watching.policy import SilenceRow, SilenceTerms
from shared.model.instants import BEGINNING_US, DAY_US, HOUR_US
from shared.model.level import Level

I64: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

NEVER = BEGINNING_US
"""Stands for the newest reading of a point that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Points that are to report now, as columns.

    owner: index into `owners`. interval: microseconds. since: the instant from which the point
    was to report without a break, and was known to us.
    """

    owners: tuple[str, ...]
    codes: tuple[str, ...]
    number: I64
    owner: I64
    interval: I64
    since: I64

    def __len__(self) -> int:
        """How many points there are."""
        return len(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A point, or a whole owner (`point` empty), from which nothing comes.

    newest_us: the newest reading, None if there never was one. points: how many are silent; of: of
    how many. at_us: when the level's limit was passed. limit_us: for how long we had listened in
    vain by then. interval_us: the shortest one.
    """

    owner: str
    point: str
    level: Level
    newest_us: int | None
    at_us: int
    limit_us: int
    interval_us: int
    points: int
    of: int


def expected(slices: Iterable[OwnerSlice], recorded: Mapping[int, int], now_us: int) -> Expected:
    """Points valid now of owners that exist now. recorded: by number, when it became known."""
    owners: list[str] = []
    codes: list[str] = []
    rows: list[tuple[int, int, int, int]] = []
    for each in slices:
        if not _exists(each, now_us):
            continue
        mine = [found for point in each.points if (found := _due(point, now_us)) is not None]
        for point, interval, since in mine:
            known = max(since, recorded.get(point.number, since))
            rows.append((point.number, len(owners), interval, known))
            codes.append(point.code)
        if mine:
            owners.append(each.owner)
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    return Expected(
        owners=tuple(owners),
        codes=tuple(codes),
        number=columns[0],
        owner=columns[1],
        interval=columns[2],
        since=columns[3],
    )


def silent(
    points: Expected,
    newest: I64,
    heard: Listening,
    rows: Sequence[SilenceRow],
    terms: SilenceTerms,
    now_us: int,
) -> tuple[Silent, ...]:
    """Silent points by owner, one for all where nothing comes from the owner at all.

    newest: the newest reading of each point or NEVER. An owner is silent as a whole when each of
    its points is, but for those that need not have reported yet and have not since.
    """
    if not len(points):
        return ()
    never = newest == NEVER
    begins = np.maximum(np.minimum(newest, now_us), points.since)
    time = heard.heard(begins, now_us)
    level, limit = _levels(points, time, never, rows, terms)
    whole = _whole(points, level, time, begins, never, _mildest(points, rows))
    table = _Table(points, level, newest, now_us - (time - limit), limit)
    found = [
        table.one(index)
        for index in np.flatnonzero(level).tolist()
        if not whole[points.owner[index]]
    ]
    found += [table.all(owner) for owner in np.flatnonzero(whole).tolist()]
    return tuple(sorted(found, key=lambda one: (one.owner, one.point)))


def _levels(
    points: Expected, time: I64, never: Mask, rows: Sequence[SilenceRow], terms: SilenceTerms
) -> tuple[I64, I64]:
    """The level of each point, and the time after which it is at that level."""
    level, limit = np.zeros(len(points), np.int64), np.zeros(len(points), np.int64)
    more = np.where(never, terms.first_hours * HOUR_US, 0)
    for row in rows:
        rank = int(Level.of(row.level))
        least = np.maximum(points.interval * row.intervals, row.hours * HOUR_US) + more
        passed = (time > least) & (rank > level)
        level, limit = np.where(passed, rank, level), np.where(passed, least, limit)
    return level, limit


def _mildest(points: Expected, rows: Sequence[SilenceRow]) -> I64:
    """The shortest time that makes each point silent."""
    least = [np.maximum(points.interval * row.intervals, row.hours * HOUR_US) for row in rows]
    mildest: I64 = np.minimum.reduce(least) if least else np.zeros(len(points), np.int64)
    return mildest


def _whole(points: Expected, level: I64, time: I64, begins: I64, never: Mask, mildest: I64) -> Mask:
    """Owners of which nothing is heard."""
    count, is_silent = len(points.owners), level > 0
    last = np.full(count, NEVER)
    np.maximum.at(last, points.owner[is_silent], begins[is_silent])
    # Points that are half way to silence say nothing for the owner, as little as new ones and
    # those that are read rarely; but one that spoke after the silent ones fell silent does.
    waits = (points.interval > DAY_US) & (begins <= last[points.owner])
    waits |= never | (2 * time > mildest)
    speaks, quiet = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    speaks[points.owner[~is_silent & ~waits]] = True
    quiet[points.owner[is_silent]] = True
    whole: Mask = quiet & ~speaks
    return whole


class _Table:
    """What was found of each point, told as silences."""

    def __init__(self, points: Expected, level: I64, newest: I64, at: I64, limit: I64) -> None:
        self._points = points
        self._columns = (level, newest, at, limit, points.interval)
        # Points of one owner stand together.
        self._edges = np.searchsorted(points.owner, np.arange(len(points.owners) + 1))

    def one(self, index: int) -> Silent:
        """A point by itself."""
        owner = int(self._points.owner[index])
        of = int(self._edges[owner + 1] - self._edges[owner])
        return self._told(owner, slice(index, index + 1), self._points.codes[index], of)

    def all(self, owner: int) -> Silent:
        """All silent points of an owner; what it sent last was the newest of them all."""
        first, end = int(self._edges[owner]), int(self._edges[owner + 1])
        return self._told(owner, slice(first, end), "", end - first)

    def _told(self, owner: int, where: slice, code: str, of: int) -> Silent:
        level, newest, at, limit, interval = (column[where] for column in self._columns)
        quiet = np.flatnonzero(level > 0)
        # The mildest of an owner's points decides, and of several the one that passed last.
        decisive = quiet[np.lexsort((-at[quiet], level[quiet]))[0]]
        last = int(newest.max())
        return Silent(
            owner=self._points.owners[owner],
            point=code,
            level=Level(int(level[decisive])),
            newest_us=None if last == NEVER else last,
            at_us=int(at[decisive]),
            limit_us=int(limit[decisive]),
            interval_us=int(interval[quiet].min()),
            points=len(quiet),
            of=of,
        )


def _exists(each: OwnerSlice, now_us: int) -> bool:
    hour = now_us // HOUR_US
    return any(chain.first_hour <= hour < chain.end_hour for chain in each.chains)


def _due(point: PointRule, now_us: int) -> tuple[PointRule, int, int] | None:
    """The point with its interval now, and since when it has been valid without a break."""
    for place, segment in enumerate(point.segments):
        if segment.start <= now_us < segment.end:
            since = segment.start
            for before in reversed(point.segments[:place]):
                if before.end != since:
                    break
                since = before.start
            return point, segment.interval_us, since
    return None
