"""Readings come in, differences of hours go out: gather, calculate, apply, once and for all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.booking import Heads, Outcome, book, missing_history
from services.evaluator.domain.merging import latest_by_key
from services.evaluator.domain.posting import Posted, subject_hours
from services.evaluator.domain.rebooking import rebook
from services.evaluator.domain.rules import Rules
from services.evaluator.domain.totals import Frontier, Lane, Totals, in_parts, numbers_needed
from services.evaluator.handlers.memory import Memory, OwnerMemory
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.bookkeeper import Block, Commit, OwnerHeads, ReadingStore
from shared.model.instants import DAY_US
from shared.model.readings import I64, U32, Readings, empty, join

WEEK_US = 7 * DAY_US
_NO_POINT = np.empty(0, np.uint32)
_NOTHING = np.empty(0, np.intp)
Mask: TypeAlias = npt.NDArray[np.bool_]
Index: TypeAlias = npt.NDArray[np.intp]
_SLACK_US = 3 * 3_600_000_000
"""So far before the earliest late reading its neighbours are looked for at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Admitted readings of some partitions, in the order of the topic, and where they stood.

    positions: partition -> (offset expected, next offset).
    """

    readings: Readings
    positions: Mapping[int, tuple[int, int]]
    received_at_us: int
    correlation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a batch came to, for metrics and logs."""

    commit: int
    readings: int
    stored: int
    repeats: int
    conflicts: int
    late_points: int
    hours: int


class Bookkeeper:
    """Keeps readings and turns them into differences; one at a time for its partitions."""

    def __init__(
        self,
        store: ReadingStore,
        rulebook: Rulebook,
        *,
        partition_of_owner: Callable[[str], int],
        partition_of: Callable[[str], int],
        memory: Memory | None = None,
    ) -> None:
        """`partition_of_owner`: partition of readings; `partition_of`: subject -> of totals."""
        self.partition_of_owner = partition_of_owner
        self._store = store
        self._rulebook = rulebook
        self._partition_of = partition_of
        self._memory = memory or Memory()

    def forget_everything(self) -> None:
        """Drop what is at hand: partitions have come or gone, or a commit's fate is unknown."""
        self._memory.clear()

    async def record(self, batch: Batch) -> Recorded:
        """Book a batch in one commit. Every point of it is in the rulebook.

        Raises Fenced, Unavailable (as the store does) or TooLargeError; nothing is written then
        as far as this process knows, and nothing stays at hand.
        """
        rules = self._rulebook.rules
        owners = np.unique(rules.owner[batch.readings.point]).tolist()
        numbers = [rules.owners[owner].number for owner in owners]
        try:
            await self._at_hand(numbers)
            held, late = await self._held(batch.readings, rules, numbers)
            outcome = book(rules, held, batch.readings)
            heads = self._new_heads(outcome.heads, rules, numbers)
            number, commit = await self._commit(batch, outcome, heads, rules)
        except BaseException:
            self._memory.forget(numbers)
            raise
        self._remember(commit, rules)
        return Recorded(
            commit=number,
            readings=len(batch.readings),
            stored=len(outcome.stored),
            repeats=outcome.repeats,
            conflicts=outcome.conflicts,
            late_points=late,
            hours=len(outcome.hours),
        )

    async def stale_owners(self, partitions: Sequence[int]) -> list[int]:
        """Owners of these partitions whose rules are not those they were booked by."""
        return sorted(self._rulebook.stale(await self._store.owners(partitions)))

    async def rebook(self, owner: int, batch: Batch) -> bool:
        """Book all of an owner's readings anew under the newest rules; False if nothing changes.

        `batch` has no readings: it names the owner's partition, whose position stays.
        """
        known = await self._store.heads([owner])
        stale = self._rulebook.stale({o: h.catalogue_version for o, h in known.items()})
        new = self._rulebook.slice_of(owner)
        if owner not in stale or new is None:
            return False
        rows = latest_by_key(await self._store.rows(owner, None))
        change = rebook(stale[owner], new, rows)
        heads = replace(known[owner], catalogue_version=self._rulebook.version)
        self._memory.forget([owner])
        numbers = numbers_needed(len(change.posted.hours))
        await self._store.commit(
            Commit(
                numbers=numbers,
                positions=batch.positions,
                blocks=(),
                heads={owner: heads},
                partition_of={owner: self.partition_of_owner(new.owner)},
                opened=change.opened,
                closed=change.closed,
                totals=self._totals(
                    numbers, batch, change.posted, change.lanes, {owner: change.frontier}
                ),
            )
        )
        return True

    async def _at_hand(self, owners: Sequence[int]) -> None:
        missing = self._memory.missing(owners)
        if missing:
            self._memory.learn(await self._store.heads(missing), missing)
        versions = {o: self._memory[o].catalogue_version for o in owners}
        stale = self._rulebook.stale({o: v for o, v in versions.items() if v >= 0})
        if stale:
            raise StaleRulesError(sorted(stale))

    async def _held(self, new: Readings, rules: Rules, owners: Sequence[int]) -> tuple[Heads, int]:
        """The rows that the batch must be held against, and how many points needed older ones."""
        touched = _marked(rules, new.point)
        held = _chosen(_joined([self._memory[o].heads for o in owners]), touched)
        lacking = missing_history(held, new)
        if not lacking:
            return held, 0
        points = np.array(sorted(lacking), np.uint32)
        parts = [_chosen(held, ~_marked(rules, points))]
        of = np.array([rules.owners[o].number for o in rules.owner[points].tolist()])
        for owner in np.unique(of).tolist():
            mine = points[of == owner]
            parts.append(await self._windows(owner, mine, new.take(np.isin(new.point, mine))))
        return _joined(parts), len(lacking)

    async def _windows(self, owner: int, points: U32, new: Readings) -> Heads:
        """The owner's rows that reach back far enough, from as little as will do."""
        memory = self._memory[owner]
        earliest = int(new.at.min())
        for since in (earliest - _SLACK_US, earliest - WEEK_US):
            if memory.reaches(since):
                window = Heads(rows=memory.window(points, since), older=points)
                if not missing_history(window, new):
                    return window
        return await self._stored_windows(owner, memory, points, new)

    async def _stored_windows(
        self,
        owner: int,
        memory: OwnerMemory,
        points: U32,
        new: Readings,
    ) -> Heads:
        week = int(new.at.min()) // WEEK_US - 1
        if not memory.reaches(week * WEEK_US):
            before = memory.size
            memory.fill(await self._store.rows(owner, week), week * WEEK_US - 1)
            self._memory.grown(memory.size - before)
        window = Heads(rows=memory.window(points, week * WEEK_US), older=points)
        if not missing_history(window, new):
            return window
        rows = await self._store.rows(owner, None)
        mine = rows.take(np.isin(rows.point, points))
        return Heads(rows=latest_by_key(mine), older=np.empty(0, np.uint32))

    def _new_heads(
        self, changed: Heads, rules: Rules, owners: Sequence[int]
    ) -> dict[int, OwnerHeads]:
        untouched = ~_marked(rules, changed.rows.point)
        rows = _cut(_owner_numbers(rules, changed.rows.point))
        older = _cut(_owner_numbers(rules, changed.older))
        version = self._rulebook.version
        found: dict[int, OwnerHeads] = {}
        for owner in owners:
            mine = Heads(
                rows=changed.rows.take(rows.get(owner, _NOTHING)),
                older=changed.older[older.get(owner, _NOTHING)],
            )
            rest = _chosen(self._memory[owner].heads, untouched)
            heads = _joined([rest, mine]) if len(rest.rows) or len(rest.older) else mine
            found[owner] = OwnerHeads(heads=heads, catalogue_version=version)
        return found

    async def _commit(
        self, batch: Batch, outcome: Outcome, heads: Mapping[int, OwnerHeads], rules: Rules
    ) -> tuple[int, Commit]:
        posted = subject_hours(outcome.hours, rules.owners)
        numbers = numbers_needed(len(posted.hours))
        frontiers = _by_owner(outcome.frontier, rules)
        commit = Commit(
            numbers=numbers,
            positions=batch.positions,
            blocks=_blocks(outcome.stored, rules),
            heads=heads,
            partition_of={owner: self.partition_of_number(owner) for owner in heads},
            opened=outcome.opened,
            closed=outcome.closed,
            totals=self._totals(numbers, batch, posted, rules.lanes, frontiers),
        )
        return await self._store.commit(commit), commit

    def partition_of_number(self, owner: int) -> int:
        """The partition of readings of an owner by catalogue number."""
        known = self._rulebook.slice_of(owner)
        return self.partition_of_owner(known.owner) if known else 0

    def _totals(
        self,
        number: int,
        batch: Batch,
        posted: Posted,
        lanes: tuple[Lane, ...],
        frontiers: Mapping[int, Frontier],
    ) -> dict[int, tuple[Totals, ...]]:
        """A message, or several, for each partition with a subject of an owner that was touched."""
        index = {subject: i for i, subject in enumerate(posted.subjects)}
        wanted: dict[int, dict[str, None]] = {}
        points: dict[int, list[Frontier]] = {}
        for owner, frontier in frontiers.items():
            partitions = set()
            for subject in self._subjects(owner):
                partition = self._partition_of(subject)
                wanted.setdefault(partition, {})[subject] = None
                partitions.add(partition)
            for partition in partitions:
                points.setdefault(partition, []).append(frontier)
        for subject in posted.subjects:
            wanted.setdefault(self._partition_of(subject), {})[subject] = None
        return {
            partition: in_parts(
                self._message(number, batch, lanes, subjects, posted, index),
                _one_frontier(points.get(partition, [])),
            )
            for partition, subjects in wanted.items()
        }

    def _message(
        self,
        number: int,
        batch: Batch,
        lanes: tuple[Lane, ...],
        subjects: Iterable[str],
        posted: Posted,
        index: Mapping[str, int],
    ) -> Totals:
        names, changes = posted.of(sorted(index[s] for s in subjects if s in index))
        return Totals(
            commit=number,
            sources=tuple(sorted(batch.positions)),
            catalogue_version=self._rulebook.version,
            received_at_us=batch.received_at_us,
            correlation_id=batch.correlation_id,
            subjects=names + tuple(s for s in subjects if s not in index),
            lanes=lanes,
            changes=changes,
            frontier=_one_frontier([]),
        )

    def _subjects(self, owner: int) -> list[str]:
        known = self._rulebook.slice_of(owner)
        chains = known.chains if known else ()
        return list(dict.fromkeys(subject for chain in chains for subject in chain.subjects))

    def _remember(self, commit: Commit, rules: Rules) -> None:
        stored: dict[int, list[Readings]] = {}
        for block in commit.blocks:
            stored.setdefault(block.owner, []).append(block.rows)
        counts = {s.number: len(s.points) for s in rules.owners if s.number in commit.heads}
        for owner, heads in commit.heads.items():
            rows = join(stored.get(owner, [empty()]))
            self._memory.remember(owner, heads, rows, counts.get(owner, 1))


class StaleRulesError(Exception):
    """Owners were booked under rules that a newer catalogue has changed: rebook them first."""

    def __init__(self, owners: Sequence[int]) -> None:
        """`owners`: their catalogue numbers."""
        super().__init__(f"{len(owners)} owners must be rebooked first")
        self.owners = tuple(owners)


def _owner_numbers(rules: Rules, points: U32) -> I64:
    numbers: I64 = np.array([owner.number for owner in rules.owners] or [0], np.int64)
    of: I64 = numbers[rules.owner[points]]
    return of


def _blocks(stored: Readings, rules: Rules) -> list[Block]:
    """The rows cut by owner and week, each part in the order of arrival as far as it matters."""
    if not len(stored):
        return []
    owner = _owner_numbers(rules, stored.point)
    week = stored.at // WEEK_US
    order = np.lexsort((week, owner))
    stored, owner, week = stored.take(order), owner[order], week[order]
    cut = np.flatnonzero((np.diff(owner) != 0) | (np.diff(week) != 0)) + 1
    edges = [0, *cut.tolist(), len(stored)]
    return [
        Block(owner=int(owner[a]), week=int(week[a]), rows=stored.take(slice(a, b)))
        for a, b in pairwise(edges)
    ]


def _by_owner(frontier: Frontier, rules: Rules) -> dict[int, Frontier]:
    return {
        number: Frontier(point=frontier.point[index], booked_end=frontier.booked_end[index])
        for number, index in _cut(_owner_numbers(rules, frontier.point)).items()
    }


def _cut(numbers: I64) -> dict[int, Index]:
    """Where each number stands, in the order of the rows."""
    if not len(numbers):
        return {}
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    edges = [0, *(np.flatnonzero(np.diff(ordered)) + 1).tolist(), len(ordered)]
    return {int(ordered[a]): order[a:b] for a, b in pairwise(edges)}


def _one_frontier(parts: Sequence[Frontier]) -> Frontier:
    if not parts:
        return Frontier(point=np.empty(0, np.uint32), booked_end=np.empty(0, np.int64))
    return Frontier(
        point=np.concatenate([part.point for part in parts]),
        booked_end=np.concatenate([part.booked_end for part in parts]),
    )


def _chosen(heads: Heads, mask: Mask) -> Heads:
    """The part of the heads whose points are marked; `mask` is indexed by point number."""
    return Heads(rows=heads.rows.take(mask[heads.rows.point]), older=heads.older[mask[heads.older]])


def _marked(rules: Rules, points: U32) -> Mask:
    """A mask by point number; looking up in it beats searching in a list of points."""
    mask = np.zeros(len(rules.owner), np.bool_)
    mask[points] = True
    return mask


def _joined(parts: Sequence[Heads]) -> Heads:
    return Heads(
        rows=join([part.rows for part in parts]),
        older=np.sort(np.concatenate([_NO_POINT, *(part.older for part in parts)])),
    )
