"""A situation as of a commit on PostgreSQL: the same bytes, whatever came later, in any zone."""

import os
import time
from collections.abc import Iterator

import pytest

from services.evaluator.adapters.book_sums import PostgresBookSums
from services.evaluator.adapters.commit_times import PostgresCommitTimes
from services.evaluator.adapters.holidays import chinese_calendar
from services.evaluator.adapters.judge_reader import PostgresBooksReader
from services.evaluator.adapters.judge_store import PostgresJudgeStore
from services.evaluator.adapters.register_store import PostgresRegister
from services.evaluator.adapters.shipped import WithShipped
from services.evaluator.adapters.stated_parts_file import load_words
from services.evaluator.adapters.statement_subjects import PostgresStatementSubjects
from services.evaluator.domain.books import Series
from services.evaluator.domain.totals import Lane
from services.evaluator.handlers.reckoner.archive import Archive
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.handlers.situation.ground import Parts
from services.evaluator.handlers.situation.situation import Asked, Situations
from services.evaluator.handlers.target_book import TargetBook
from shared.contracts.situation import decode, encode
from shared.contracts.topics import ASSESSMENTS
from shared.kit.kafka.memory import MemoryBroker
from shared.kit.outbox import Outbox
from shared.kit.postgres import Database
from shared.model.instants import HOUR_US
from shared.model.period import reporting_period
from tests.contract.test_evaluator_book_sums import Site
from tests.contract.test_evaluator_register import gdp, target
from tests.usecases.evaluator.reckoning import PACKAGE, RECORDS, ZONE, catalogue
from tests.usecases.evaluator.situations import Granted, no_data, no_tasks, nobody

pytestmark = pytest.mark.real

POWER = Lane(carrier="electricity", flow="import", scale=2)
PROVINCE = Series("region:150000", POWER)
"""Of the mill, whose point counts in the county, the city and the province."""


@pytest.fixture
async def books(database: Database) -> Site:
    broker = MemoryBroker({ASSESSMENTS.name: ASSESSMENTS.partitions})
    outbox = Outbox(database, "evaluator", broker.producer())
    return Site(database, PostgresJudgeStore(database, outbox))


@pytest.fixture
def somewhere_else() -> Iterator[None]:
    """Another zone of the machine for a while."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/New_York"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def situations(db: Database) -> Situations:
    """Over a small province; enterprises, tasks and data are left out."""
    rulebook = Rulebook()
    rulebook.update(catalogue())
    register, times = WithShipped(PostgresRegister(db), RECORDS), PostgresCommitTimes(db)
    gatherer = Gatherer(
        Archive(
            register=register,
            conventions=PACKAGE.conventions,
            target_book=TargetBook(register),
        ),
        PostgresBookSums(db),
        rulebook,
        PostgresStatementSubjects(db),
        None,
        times,
    )
    return Situations(
        gatherer=gatherer,
        reckoner=Reckoner(gatherer, PostgresBookSums(db)),
        instants=times,
        reader=PostgresBooksReader(db),
        budgets=Granted(),
        calendars=chinese_calendar,
        words=load_words(),
        parts=Parts(population=nobody, tasks=no_tasks, data=no_data),
    )


async def told(db: Database, as_of: int | None) -> bytes:
    """As it is answered by a service that has just started."""
    asked = Asked(region="150000", period="2025Q3", as_of=as_of, since=None, sees=lambda *_: True)
    return encode(await situations(db).of(asked))


async def test_a_commit_is_told_in_the_same_bytes_for_ever(
    books: Site, database: Database, request: pytest.FixtureRequest
) -> None:
    register = PostgresRegister(database)
    days = reporting_period("2025Q3", ZONE)
    hours = range(days.first_hour, days.end_hour, 24)
    await books.post(*((PROVINCE, hour, 12_000 + hour % 700, 0, HOUR_US) for hour in hours))
    await register.put([target("T", "region:150000", "13")], "office")
    commit = (await register.put([gdp("100", "2025Q3", "150000")], "office")).commit
    first = await told(database, None)
    assert decode(first).commit == commit
    assert decode(first).measures[1].moved.now.value is not None
    await books.post((PROVINCE, days.first_hour + 5, 99, 0, 0))
    await register.put([gdp("200", "2025Q3", "150000")], "office")
    await register.put([target("T", "region:150000", "14")], "office")
    request.getfixturevalue("somewhere_else")
    assert await told(database, commit) == first
    assert await told(database, None) != first
