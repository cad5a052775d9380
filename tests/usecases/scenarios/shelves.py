"""Books and records of a scenario by one count of commits, and the catalogue of its place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from services.evaluator.domain.books import FIGURES, I64
from services.evaluator.domain.totals import Lane
from services.evaluator.ports.book_sums import BookSum
from services.evaluator.ports.judge import JudgeCommit
from services.evaluator.ports.register import Draft, Taken
from shared.model.catalogue import Catalogue, Entity, EntityKind
from shared.model.period import Period
from tests.usecases.evaluator.catalogues import entity, meter
from tests.usecases.evaluator.reckoning import MemoryBooks
from tests.usecases.evaluator.register_pages import MemoryPages
from tests.usecases.scenarios.script import Place

_CARRIERS: Mapping[str, Mapping[str, str]] = {
    "electricity": {"unit": "kWh", "units": "MWh=1000", "name": "电力"},
    "raw-coal": {"unit": "kg", "units": "t=1000", "name": "原煤"},
    "natural-gas": {"unit": "m3", "name": "天然气"},
    "coke": {"unit": "kg", "units": "t=1000", "name": "焦炭"},
}
_NONE = (0, 0, 0)


class OneCount:
    """Commits of books and of records are counted together."""

    number = 0


class Register(MemoryPages):
    """The register in memory by the scenario's clock and the common count."""

    def __init__(self, count: OneCount, now_us: Callable[[], int]) -> None:
        super().__init__()
        self._count = count
        self._now_us = now_us

    async def put(
        self, drafts: Sequence[Draft], by: str, *, based_on: Mapping[str, int] | None = None
    ) -> Taken:
        """See Register."""
        self.at_us = self._now_us()
        taken = await super().put(drafts, by, based_on=based_on)
        self._count.number = max(self._count.number, taken.commit)
        return taken

    async def commit_at(self, instant_us: int | None) -> int:
        """See Register: the newest commit may be one of books."""
        if instant_us is None:
            return self._count.number
        return await super().commit_at(instant_us)

    def _last(self) -> int:
        return self._count.number


class Books(MemoryBooks):
    """Books in memory whose sums are those of what was committed."""

    def __init__(self, count: OneCount) -> None:
        super().__init__()
        self._count = count
        self._posted: dict[str, list[tuple[int, Lane, I64]]] = {}

    async def commit(self, commit: JudgeCommit) -> int:
        """See JudgeStore."""
        self.number = self._count.number
        self._count.number = await super().commit(commit)
        for change in commit.months:
            rows = np.frombuffer(change.hours, "<i8").reshape(-1, 1 + FIGURES)
            series = change.series
            self._posted.setdefault(series.subject, []).append((self.number, series.lane, rows))
            # News are told by subject and month: one row of each is enough.
            self.put_rows.append((self.number, series.subject, series.lane, int(rows[0, 0]), _NONE))
        return self.number

    async def sums(
        self, subjects: Sequence[str], periods: Sequence[Period], as_of: int | None = None
    ) -> Mapping[tuple[str, int], Sequence[BookSum]]:
        """See BookSums."""
        found: dict[tuple[str, int], dict[Lane, I64]] = {}
        for subject in set(subjects) & self._posted.keys():
            for commit, lane, rows in self._posted[subject]:
                if as_of is not None and commit > as_of:
                    continue
                for nr, period in enumerate(periods):
                    mine = (rows[:, 0] >= period.first_hour) & (rows[:, 0] < period.end_hour)
                    if mine.any():
                        lanes = found.setdefault((subject, nr), {})
                        nought = np.zeros(FIGURES, np.int64)
                        lanes[lane] = lanes.get(lane, nought) + rows[mine, 1:].sum(axis=0)
        return {
            place: [_book_sum(lane, sums) for lane, sums in sorted(lanes.items())]
            for place, lanes in found.items()
        }

    async def lanes(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Lane]]:
        """As the judge's books hold them."""
        return await super(MemoryBooks, self).lanes(subjects)

    async def days(
        self,
        subject: str,
        lanes: Sequence[Lane],
        first_day: int,
        end_day: int,
        as_of: int | None = None,
    ) -> Sequence[tuple[Lane, int, bytes]]:
        """As the judge's books hold them."""
        return await super(MemoryBooks, self).days(subject, lanes, first_day, end_day, as_of)


def _book_sum(lane: Lane, sums: I64) -> BookSum:
    quantity, estimated, known = sums.tolist()
    return BookSum(lane=lane, quantity=quantity, estimated=estimated, known=known)


def catalogue_of(place: Place, since_us: int) -> Catalogue:
    """What ingest would publish of the place, whose points are there since an instant."""
    carriers = [
        entity(EntityKind.CARRIER, code, 800 + nr, {"kind": "energy", **attributes})
        for nr, (code, attributes) in enumerate(_CARRIERS.items())
    ]
    regions = [
        entity(
            EntityKind.REGION, code, 1_000 + nr, {"parent": one.within or None, "name": one.name}
        )
        for nr, (code, one) in enumerate(place.regions.items())
    ]
    enterprises = [
        entity(EntityKind.ENTERPRISE, code, 2_000 + nr, {"region": one.within, "name": one.name})
        for nr, (code, one) in enumerate(place.enterprises.items())
    ]
    points = [_point(nr, code, place, since_us) for nr, code in enumerate(place.points, 1)]
    return Catalogue().with_entities(1, [*carriers, *regions, *enterprises, *points])


def _point(number: int, code: str, place: Place, since_us: int) -> Entity:
    point = place.points[code]
    unit = _CARRIERS[point.carrier]["unit"]
    more = {"max_rate": point.max_per_hour} if point.max_per_hour else {}
    made = meter(
        number,
        point.of,
        carrier=point.carrier,
        flow=point.flow,
        unit=unit,
        kind="interval",
        interval_s=3600,
        stamp="end",
        **more,
    )
    (always,) = made.records
    record = replace(always, valid_from=since_us, recorded_at=since_us)
    return Entity(kind=made.kind, code=code, number=number, records=(record,))
