"""What the bookkeeper keeps at hand of each owner; a cache that PostgreSQL can always rebuild."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.booking import Heads
from services.evaluator.domain.merging import latest_by_key
from services.evaluator.ports.bookkeeper import OwnerHeads
from shared.model.readings import U32, Readings, empty, join

_ALL = np.iinfo(np.int64).min
_NONE = np.iinfo(np.int64).max


class OwnerMemory:
    """Heads and the rows that came lately, whole for instants after `floor`."""

    def __init__(self, known: OwnerHeads | None) -> None:
        """Begin with what is stored; an owner without heads has no history at all."""
        self.heads = known.heads if known else Heads(rows=empty(), older=np.empty(0, np.uint32))
        self.catalogue_version = known.catalogue_version if known else -1
        self._recent: deque[Readings] = deque()
        self._floor = _ALL if known is None else _NONE
        self.size = 0

    def fill(self, rows: Readings, floor: int | None) -> None:
        """Replace what came lately by stored rows, whole after `floor` (None: all there are)."""
        self._recent = deque([rows])
        self._floor = _ALL if floor is None else floor
        self.size = len(rows)

    def remember(self, rows: Readings, limit: int) -> None:
        """Add committed rows; the earliest to come are forgotten above `limit` rows."""
        self._recent.append(rows)
        self.size += len(rows)
        while self.size > limit and len(self._recent) > 1:
            gone = self._recent.popleft()
            self.size -= len(gone)
            # A batch of nothing but repeats leaves nothing to remember.
            if len(gone):
                self._floor = max(self._floor, int(gone.at.max()))

    def reaches(self, instant: int) -> bool:
        """Whether all rows from the instant on are at hand."""
        return self._floor < instant

    def window(self, points: U32, since: int) -> Readings:
        """All rows of the points (sorted) from `since` on, each key once."""
        since = max(since, self._floor if self._floor == _ALL else self._floor + 1)
        parts = [part.take(self._chosen(part, points, since)) for part in self._recent]
        return latest_by_key(join(parts))

    @staticmethod
    def _chosen(part: Readings, points: U32, since: int) -> npt.NDArray[np.intp]:
        late_enough = np.flatnonzero(part.at >= since)
        return late_enough[np.isin(part.point[late_enough], points)]

    @property
    def whole(self) -> bool:
        """Whether every row the owner ever had is at hand."""
        return self._floor == _ALL


class Memory:
    """Owners at hand, the longest unused forgotten first."""

    def __init__(self, *, rows_per_point: int = 256, rows: int = 3_000_000) -> None:
        """Keep about so many rows a point, and so many rows in all (25 bytes each)."""
        self._rows_per_point = rows_per_point
        self._rows = rows
        self._owners: OrderedDict[int, OwnerMemory] = OrderedDict()
        self._size = 0

    def missing(self, owners: Iterable[int]) -> list[int]:
        """Those owners that are not at hand."""
        return [owner for owner in owners if owner not in self._owners]

    def learn(self, stored: Mapping[int, OwnerHeads], owners: Iterable[int]) -> None:
        """Take over stored heads; an owner without any is new."""
        for owner in owners:
            self._owners[owner] = OwnerMemory(stored.get(owner))

    def __getitem__(self, owner: int) -> OwnerMemory:
        """The owner's memory; it counts as used."""
        self._owners.move_to_end(owner)
        return self._owners[owner]

    def remember(self, owner: int, heads: OwnerHeads, rows: Readings, points: int) -> None:
        """Take over what was committed for an owner with so many points."""
        memory = self._owners[owner]
        memory.heads, memory.catalogue_version = heads.heads, heads.catalogue_version
        self._size -= memory.size
        memory.remember(rows, self._rows_per_point * max(points, 1))
        self._size += memory.size
        while self._size > self._rows and len(self._owners) > 1:
            self.forget([next(iter(self._owners))])

    def grown(self, difference: int) -> None:
        """Account for rows that were filled in from the store."""
        self._size += difference

    def forget(self, owners: Iterable[int]) -> None:
        """Drop owners: after a failed commit, or when their partition has moved."""
        for owner in owners:
            gone = self._owners.pop(owner, None)
            if gone is not None:
                self._size -= gone.size

    def clear(self) -> None:
        """Drop everything."""
        self._owners.clear()
        self._size = 0
