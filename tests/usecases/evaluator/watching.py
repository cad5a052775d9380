"""How readings come in, as a test says: who was heard when, what waits, what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from services.evaluator.domain.watching.quality import Tally
from services.evaluator.ports.intake import Newest
from services.evaluator.ports.outlooks import Limit, Standing
from shared.kit.errors import Unavailable


@dataclass(slots=True)
class MemoryIntake:
    """The Intake in memory. Readings of points go through `hear`, as commits would.

    fails: everything raises.
    """

    last: dict[int, int] = field(default_factory=dict)
    commits: list[int] = field(default_factory=list)
    read_to: dict[int, int] = field(default_factory=dict)
    found: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    fails: bool = False

    def hear(self, at_us: int, *points: int, read_at_us: int | None = None) -> None:
        """A reading of each point of the instant, booked then or later."""
        self.commits.append(at_us if read_at_us is None else read_at_us)
        for point in points:
            self.last[point] = max(at_us, self.last.get(point, at_us))

    def find(self, point: int, kind: int, start_us: int, end_us: int) -> None:
        """A finding that stands."""
        self.found.append((point, kind, start_us, end_us))

    async def newest(self) -> Newest:
        """See Intake."""
        self._reach()
        points = sorted(self.last)
        return Newest(
            point=np.array(points, np.int64),
            at=np.array([self.last[point] for point in points], np.int64),
            hidden=np.array(sorted(self.hidden), np.int64),
        )

    async def arrivals(self, since_us: int, until_us: int, step_us: int) -> Sequence[int]:
        """See Intake."""
        self._reach()
        steps = {
            since_us + (at - since_us) // step_us * step_us
            for at in self.commits
            if since_us <= at < until_us
        }
        return sorted(steps)

    async def positions(self) -> Mapping[int, int]:
        """See Intake."""
        self._reach()
        return dict(self.read_to)

    async def findings(self, since_us: int) -> Sequence[Tally]:
        """See Intake."""
        self._reach()
        sums: dict[tuple[int, int], tuple[int, int]] = {}
        for point, kind, start, end in self.found:
            if end >= since_us:
                count, time = sums.get((point, kind), (0, 0))
                sums[point, kind] = (count + 1, time + end - max(start, since_us))
        return [
            Tally(point=point, kind=kind, count=count, time_us=time)
            for (point, kind), (count, time) in sorted(sums.items())
        ]

    def _reach(self) -> None:
        if self.fails:
            raise Unavailable("PostgreSQL is away")


@dataclass(slots=True)
class MemoryEnds:
    """The Ends in memory; fails: Kafka is away."""

    at: dict[int, int] = field(default_factory=dict)
    fails: bool = False

    async def ends(self) -> Mapping[int, int] | None:
        """See Ends."""
        return None if self.fails else dict(self.at)


class MemoryOutlooks:
    """The Outlooks in memory."""

    def __init__(self) -> None:
        self.kept: dict[Limit, Standing] = {}

    async def keep(self, standing: Standing) -> None:
        """See Outlooks."""
        before = self.kept.get(standing.limit)
        since = before.since_us if before and before.exceeds else standing.made_at_us
        self.kept[standing.limit] = replace(standing, since_us=since if standing.exceeds else None)

    async def looked(self, day: date) -> frozenset[Limit]:
        """See Outlooks."""
        return frozenset(limit for limit, one in self.kept.items() if one.looked_on >= day)

    async def exceeding(self) -> Sequence[Standing]:
        """See Outlooks."""
        return [one for one in self.kept.values() if one.exceeds]
