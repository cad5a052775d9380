"""Several copies of the evaluator look after what was published, and correct it once."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from services.evaluator.adapters.publications_store import PostgresPublications
from services.evaluator.domain.figures.names import Options, parse_figure
from services.evaluator.handlers.publishing import Publisher
from services.evaluator.ports.publications import News
from shared.kit.postgres import Database
from tests.usecases.evaluator.publications import MemoryPublications
from tests.usecases.evaluator.reckoning import MILL, PROVINCE, Province

pytestmark = pytest.mark.real

FIGURE = f"{PROVINCE}/energy-intensity/2024"
LOCK = "published figures"


class Publications(PostgresPublications):
    """Publications on PostgreSQL; what is new is what the small province in memory says."""

    def __init__(self, db: Database, place: Province) -> None:
        super().__init__(db)
        self._place = MemoryPublications(place.books, place.memory)

    async def news(self, after: int, upto: int) -> News:
        """See Publications."""
        return await self._place.news(after, upto)


@pytest.fixture
async def other(database_url: str) -> AsyncGenerator[Database]:
    db = await Database.open(database_url, application="another copy", pool_size=2)
    yield db
    await db.close()


async def once(db: Database, publisher: Publisher) -> int:
    """One round of a copy; it is left out where the other is at it. How many corrections."""
    async with db.alone(LOCK) as mine:
        return await publisher.review() if mine else 0


async def test_two_reviewers_write_one_correction(database: Database, other: Database) -> None:
    place = Province()
    await place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
    place.use(MILL, "electricity", "import", "2024-01", "1000")
    place.use(MILL, "natural-gas", "import", "2024-01", "0")
    copies = [(db, Publisher(place.reckoner, Publications(db, place))) for db in (database, other)]
    store = copies[0][1].publications
    await copies[0][1].publish([parse_figure(FIGURE, Options())], "office")
    for _, publisher in copies:
        assert await publisher.review() == 0
    for amount in ("2", "4"):
        await place.state(PROVINCE, "gdp", "2024", amount, "亿元", basis="2020")
        made = await asyncio.gather(*(once(db, publisher) for db, publisher in copies))
        later = [await once(db, publisher) for db, publisher in reversed(copies)]
        assert (sum(made), later) == (1, [0, 0])
    found = await store.corrections(figure=FIGURE)
    assert [(one.change.old, one.change.new) for one in found] == [
        ("0.000006145", "0.0000030725"),
        ("0.00001229", "0.000006145"),
    ]


async def test_only_one_is_alone_and_the_next_one_after_it(
    database: Database, other: Database
) -> None:
    async with database.alone(LOCK) as mine, other.alone(LOCK) as theirs:
        assert (mine, theirs) == (True, False)
        async with other.alone("something else") as free:
            assert free
    async with other.alone(LOCK) as theirs:
        assert theirs


async def test_a_failure_gives_the_lock_back(database: Database, other: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.alone(LOCK):
            raise ZeroDivisionError
    async with other.alone(LOCK) as theirs:
        assert theirs
