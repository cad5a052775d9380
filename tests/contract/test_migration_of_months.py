"""A database with books and readings gets its sums of months when it is brought up to date."""

import asyncio

import numpy as np
import pytest

from deploy.migrations.run import upgrade
from services.evaluator.adapters.book_sums import PostgresBookSums
from services.evaluator.domain.books import FIGURES, HOURS
from services.evaluator.ports.book_sums import HistoryError
from shared.contracts.readings import encode_columns
from shared.kit.postgres import Database
from shared.model.instants import HOUR_US
from shared.model.period import reporting_period
from tests.unit.evaluator.build import batch

pytestmark = pytest.mark.real

DAYS = range(20_087, 20_150)
"""From the last day of 2024 into March 2025."""


def body(day: int) -> bytes:
    rows = np.random.default_rng(day).integers(-(2**61), 2**61, (HOURS, FIGURES))
    return rows.astype("<i8").tobytes()


async def test_what_was_there_is_added_up(empty_database_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_database_url, "0004_alerts")
    db = await Database.open(empty_database_url, application="test")
    year = reporting_period("2025", "+08:00")
    rows = batch([(1, year.first_hour * HOUR_US + i, 0, 1) for i in (-1, 0, 1)])
    async with db.transaction() as tx:
        await tx.raw.executemany(
            "insert into evaluator.books values ($1, 'heat', 'import', 2, $2, $3)",
            [(subject, day, body(day)) for subject in ("region:15", "tag:T") for day in DAYS],
        )
        await tx.raw.execute(
            "insert into evaluator.reading_blocks values (1, 1, 1, $1, $2)",
            len(rows),
            encode_columns(rows),
        )
        await tx.raw.execute("insert into evaluator.commits (n, kind) values (41, 'totals')")
    await asyncio.to_thread(upgrade, empty_database_url)
    sums = PostgresBookSums(db)
    whole = np.concatenate([np.frombuffer(body(day), "<i8").reshape(-1, FIGURES) for day in DAYS])
    expected = whole[year.first_hour - DAYS[0] * HOURS :].astype(object).sum(axis=0).tolist()
    found = await sums.sums(["region:15", "tag:T"], [year])
    for subject in ("region:15", "tag:T"):
        (one,) = found[subject, 0]
        assert [one.quantity, one.estimated, one.known] == expected
    assert await sums.reading_counts([1], year) == {1: 2}
    with pytest.raises(HistoryError, match="begins with commit 41"):
        await sums.sums(["region:15"], [year], 40)
    await db.close()
