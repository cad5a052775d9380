"""What publications, corrections and month rows promise, on PostgreSQL."""

import pytest

from services.evaluator.adapters.publications_store import PostgresPublications
from services.evaluator.adapters.register_store import PostgresRegister
from services.evaluator.adapters.statement_subjects import PostgresStatementSubjects
from services.evaluator.ports.publications import FigureChange, PublicationDraft
from shared.kit.postgres import Database
from tests.contract.test_evaluator_register import gdp

pytestmark = pytest.mark.real

FIGURE = "region:15/energy-total/2025"


def draft(figure: str = FIGURE, value: str | None = "1.5") -> PublicationDraft:
    return PublicationDraft(
        subject=figure.split("/", maxsplit=1)[0],
        figure=figure,
        options={"basis": "net"},
        period="2025",
        as_of=7,
        value=value,
        level="red",
        body={"label": {"zh": "能耗", "en": "energy"}},
    )


def change(publication: int | None = None, new: str = "2", cause: str = "factors") -> FigureChange:
    return FigureChange(
        commit=9,
        subject="region:15",
        figure=FIGURE,
        period="2025",
        old="1.5",
        new=new,
        old_as_of=7,
        cause=cause,
        detail={} if publication is None else {"publication": publication, "new_level": "green"},
    )


@pytest.fixture
def publications(database: Database) -> PostgresPublications:
    return PostgresPublications(database)


async def test_publications_come_back_as_they_were(publications: PostgresPublications) -> None:
    made = await publications.publish([draft(), draft("region:16/x/2025", None)], "office")
    assert [one.draft.value for one in made] == ["1.5", None]
    found = await publications.published()
    assert list(found) == [made[1], made[0]]
    assert await publications.published(subject="region:15") == (made[0],)
    assert await publications.published(below=made[1].id) == (made[0],)
    assert await publications.get(made[0].id) == made[0]
    assert await publications.get(999) is None
    assert (made[0].draft, made[0].by) == (draft(), "office")


async def test_corrections_are_copied_in_and_paged(publications: PostgresPublications) -> None:
    assert await publications.correct([]) == 0
    (made,) = await publications.publish([draft()], "office")
    count = await publications.correct([change(), change(made.id, "3", "statements")])
    assert count == 2
    newest, oldest = await publications.corrections(subject="region:15")
    assert (newest.change.new, oldest.change.new) == ("3", "2")
    assert await publications.corrections(cause="factors") == (oldest,)
    assert await publications.corrections(figure=FIGURE, below=newest.id) == (oldest,)
    last = await publications.last_of([FIGURE, "other"])
    assert last == {made.id: change(made.id, "3", "statements")}


async def test_news_name_books_and_kinds_of_records(
    publications: PostgresPublications, database: Database
) -> None:
    register = PostgresRegister(database)
    taken = await register.put([gdp("5")], "office")
    async with database.transaction() as tx:
        await tx.raw.execute(
            "insert into evaluator.month_log values "
            "($1, 'enterprise:E', 'coal', 'import', 2, 24300, 1, 0, 0, '')",
            taken.commit,
        )
    news = await publications.news(taken.commit - 1, taken.commit)
    assert news.books == {"enterprise:E"}
    assert news.records == {"statements"}
    later = await publications.news(taken.commit, taken.commit + 9)
    assert not later.books | later.records


async def test_who_stated_what(database: Database) -> None:
    taken = await PostgresRegister(database).put([gdp("5"), gdp("6", region="16")], "office")
    subjects = PostgresStatementSubjects(database)
    assert await subjects.stating(["gdp"], taken.commit) == {"region:15", "region:16"}
    assert await subjects.stating(["gdp"], taken.commit - 1) == frozenset()
    assert await subjects.stating(["product"], taken.commit) == frozenset()


async def test_months_come_in_blocks_of_whole_subjects(
    publications: PostgresPublications, database: Database
) -> None:
    rows = [
        (f"enterprise:E{nr:04d}", "coal", "import", 2, 2025 * 12 + month, nr * 10**20 + month)
        for nr in range(2100)
        for month in (0, 11, 12)
    ]
    async with database.transaction() as tx:
        await tx.raw.executemany(
            "insert into evaluator.months values ($1, $2, $3, $4, $5, $6::text::numeric, 0, 1)",
            [(*row[:5], str(row[5])) for row in rows],
        )
    blocks = [block async for block in publications.all_months(2025)]
    assert len(blocks) == 7
    found = [
        (one, month, quantity)
        for block in blocks
        for one, month, quantity in zip(block.subjects, block.months, block.quantities, strict=True)
    ]
    assert found == [(row[0], row[4], row[5]) for row in rows if row[4] < 2026 * 12]
    assert not set(blocks[0].subjects) & set(blocks[1].subjects)
