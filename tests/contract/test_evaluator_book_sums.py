"""Sums of books, now and as of every earlier commit, against adding up every difference."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from services.evaluator.adapters.book_sums import PostgresBookSums
from services.evaluator.adapters.judge_reader import PostgresBooksReader
from services.evaluator.adapters.judge_store import PostgresJudgeStore
from services.evaluator.domain.books import FIGURES, HOURS, Books, Series, figures
from services.evaluator.domain.month_sums import Posted, first_hour_of, month_changes
from services.evaluator.domain.totals import Lane
from services.evaluator.ports.book_sums import HistoryError
from services.evaluator.ports.judge import JudgeCommit
from shared.contracts.topics import ASSESSMENTS
from shared.kit.kafka.memory import MemoryBroker
from shared.kit.outbox import Outbox
from shared.kit.postgres import Database
from shared.model.period import Period, reporting_period
from tests.usecases.evaluator.sums import MemoryBookSums

pytestmark = pytest.mark.real

LANE = Lane(carrier="electricity", flow="import", scale=2)
SERIES = [
    Series(subject, lane)
    for subject in ("enterprise:E0", "enterprise:E1", "region:15")
    for lane in (LANE, replace(LANE, scale=3), replace(LANE, carrier="heat", flow="export"))
]
SUBJECTS = ["enterprise:E0", "enterprise:E1", "region:15", "region:99"]
MONTH = 2025 * 12
FIRST = first_hour_of(MONTH)


@dataclass
class Site:
    """Books in PostgreSQL, and beside them every difference in a list."""

    db: Database
    store: PostgresJudgeStore
    told: MemoryBookSums = field(default_factory=MemoryBookSums)
    books: Books = field(default_factory=Books)
    position: int = 0

    @property
    def sums(self) -> PostgresBookSums:
        return PostgresBookSums(self.db)

    async def post(self, *rows: tuple[Series, int, int, int, int]) -> int:
        """Commit differences of hours as the judge does; the number of the commit."""
        merged: dict[tuple[Series, int], list[int]] = {}
        for one, at, *added in rows:
            known = merged.setdefault((one, at), [0, 0, 0])
            merged[one, at] = [a + b for a, b in zip(known, added, strict=True)]
        series = list(dict.fromkeys(one for one, _ in merged))
        of = np.array([series.index(one) for one, _ in merged], np.intp)
        hour = np.array([hour for _, hour in merged], np.int64)
        amounts = np.array(list(merged.values()), np.int64).reshape(-1, FIGURES)
        numbers = np.array([self.books.number(one) for one in series], np.int64)
        keys = Books.keys(numbers[of], hour // HOURS)
        self.books.learn({}, keys.tolist())
        self.books.add(keys, hour % HOURS, amounts)
        places = [self.books.place(key) for key in keys.tolist()]
        number = await self.store.commit(
            JudgeCommit(
                kind="totals",
                positions={0: (self.position, self.position + 1)},
                rows=dict(zip(places, self.books.bodies(keys), strict=True)),
                seen={},
                frontier={},
                corrections=(),
                judged={},
                numbers={},
                assessments={},
                months=month_changes([Posted(series, of, hour, amounts)]),
            )
        )
        self.position += 1
        for (one, at), added in merged.items():
            self.told.add(number, one, at, *added)
        return number


@pytest.fixture
def site(database: Database) -> Site:
    broker = MemoryBroker({ASSESSMENTS.name: ASSESSMENTS.partitions})
    return Site(
        database, PostgresJudgeStore(database, Outbox(database, "evaluator", broker.producer()))
    )


def random_rows(rng: np.random.Generator, largest: int) -> list[tuple[Series, int, int, int, int]]:
    count = int(rng.integers(1, 40))
    return [
        (
            SERIES[int(rng.integers(len(SERIES)))],
            FIRST + int(rng.integers(-48, 130 * 24)),
            int(rng.integers(-largest, largest)),
            int(rng.integers(-largest, largest)),
            int(rng.integers(largest)),
        )
        for _ in range(count)
    ]


PERIODS = [
    reporting_period(text, zone)
    for text in (
        "2025",
        "2025Q1",
        "2025-02",
        "2025M3",
        "2025-01-10/2025-03-05",
        "2025-02-03/2025-02-04",
    )
    for zone in ("Asia/Shanghai", "+09:00", "Europe/Berlin")
]


@pytest.mark.parametrize("seed", range(4))
async def test_every_commit_can_be_told_in_any_order(site: Site, seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Near the largest that an hour holds, sums go beyond 64 bits.
    largest = 10**6 if seed % 2 else 2**57
    commits = [await site.post(*random_rows(rng, largest)) for _ in range(8)]
    hours = FIRST + rng.integers(-60, 140 * 24, (6, 2))
    odd = [
        Period(first_hour=int(min(pair)), end_hour=int(max(pair)) + 1, zone_name="UTC")
        for pair in hours
    ]
    periods = [*PERIODS, *odd]
    for as_of in [None, *rng.permutation(commits).tolist(), 0]:
        expected = await site.told.sums(SUBJECTS, periods, as_of)
        assert await site.sums.sums(SUBJECTS, periods, as_of) == expected, as_of
        monthly = await site.told.monthly(SUBJECTS, MONTH - 1, 6, as_of)
        assert await site.sums.monthly(SUBJECTS, MONTH - 1, 6, as_of) == monthly, as_of


async def test_a_lane_that_came_to_nothing_is_left_out(site: Site) -> None:
    first = await site.post((SERIES[0], FIRST, 5, 1, 2))
    await site.post((SERIES[0], FIRST, -5, -1, -2))
    year = [reporting_period("2025", "+08:00")]
    assert await site.sums.sums(["enterprise:E0"] * 2, year) == {}
    (found,) = (await site.sums.sums(["enterprise:E0"] * 2, year, first))["enterprise:E0", 0]
    assert (found.quantity, found.estimated, found.known) == (5, 1, 2)


async def test_what_was_before_the_history_is_refused(site: Site, database: Database) -> None:
    number = await site.post((SERIES[0], FIRST, 5, 1, 2))
    async with database.transaction() as tx:
        await tx.raw.execute("update evaluator.history_begins set commit_n = $1", number)
    year = [reporting_period("2025", "+08:00")]
    assert len(await site.sums.sums(["enterprise:E0"], year, number)) == 1
    with pytest.raises(HistoryError, match=f"begins with commit {number}"):
        await site.sums.sums(["enterprise:E0"], year, number - 1)


async def test_days_are_told_as_of_every_commit(site: Site) -> None:
    rng = np.random.default_rng(7)
    commits = [await site.post(*random_rows(rng, 10**6)) for _ in range(5)]
    reader, first_day = PostgresBooksReader(site.db), FIRST // HOURS - 3
    lanes = [series.lane for series in SERIES[:3]]
    for as_of in [0, *commits]:
        days = await reader.days("enterprise:E0", lanes, first_day, first_day + 140, as_of)
        sums = {
            lane: sum(figures(body).sum(axis=0) for one, _, body in days if one == lane)
            for lane in lanes
        }
        period = Period(
            first_hour=first_day * HOURS, end_hour=(first_day + 140) * HOURS, zone_name="UTC"
        )
        told = (await site.told.sums(["enterprise:E0"], [period], as_of)).get(("enterprise:E0", 0))
        expected = {s.lane: (s.quantity, s.estimated, s.known) for s in told or ()}
        found = {lane: tuple(int(n) for n in one) for lane, one in sums.items() if np.any(one)}
        assert found == expected, as_of
