"""Findings and corrections as of a commit, and books of a population, on PostgreSQL."""

import pytest

from services.evaluator.adapters.data_quality import PostgresDataQuality
from services.evaluator.adapters.publications_store import PostgresPublications
from services.evaluator.ports.data_quality import Findings
from services.evaluator.ports.publications import FigureChange
from shared.kit.postgres import Database

pytestmark = pytest.mark.real


def change(subject: str, commit: int) -> FigureChange:
    return FigureChange(
        commit=commit,
        subject=subject,
        figure=f"{subject}/energy-total/2025",
        period="2025",
        old="1",
        new=f"{commit}",
        old_as_of=1,
        cause="factors",
    )


async def test_findings_stand_until_a_commit_ends_them(database: Database) -> None:
    rows = [
        (1, 1, 0, 100, 5, None),
        (1, 1, 200, 300, 5, 9),
        (1, 4, 250, 260, 7, None),
        (2, 1, 90, 110, 5, 6),
        (3, 2, 100, 200, 5, None),
    ]
    async with database.transaction() as tx:
        await tx.raw.executemany(
            "insert into evaluator.findings (point, kind, start_us, end_us, commit_n, ended_n) "
            "values ($1, $2, $3, $4, $5, $6)",
            rows,
        )
    quality = PostgresDataQuality(database)

    async def found(first: int, end: int, as_of: int) -> list[tuple[int, int, int]]:
        listed = await quality.standing(first, end, as_of)
        assert all(isinstance(one, Findings) for one in listed)
        return [(one.point, one.kind, one.count) for one in listed]

    assert await found(0, 1000, 4) == []
    assert await found(0, 1000, 5) == [(1, 1, 2), (2, 1, 1), (3, 2, 1)]
    assert await found(0, 1000, 8) == [(1, 1, 2), (1, 4, 1), (3, 2, 1)]
    assert await found(0, 1000, 9) == [(1, 1, 1), (1, 4, 1), (3, 2, 1)]
    assert await found(100, 200, 9) == [(3, 2, 1)]
    assert await found(200, 255, 9) == [(1, 4, 1)]


async def test_corrections_of_subjects_after_a_commit(database: Database) -> None:
    subjects = ("region:15", "enterprise:A", "region:16")
    changes = [change(subject, commit) for commit in (3, 4, 5) for subject in subjects]
    await PostgresPublications(database).correct(changes)
    quality = PostgresDataQuality(database)
    count, found = await quality.corrected({"region:15", "enterprise:A"}, 3, 5, 3)
    assert count == 4
    assert [(one.change.subject, one.change.commit) for one in found] == [
        ("region:15", 4),
        ("enterprise:A", 4),
        ("region:15", 5),
    ]
    assert await quality.corrected({"region:17"}, 0, 9, 3) == (0, [])
