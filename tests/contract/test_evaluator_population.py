"""Enterprises and the state of the data on PostgreSQL: as of a commit, whatever came later."""

import pytest

from services.evaluator.adapters.book_sums import PostgresBookSums
from services.evaluator.adapters.commit_times import PostgresCommitTimes
from services.evaluator.adapters.data_quality import PostgresDataQuality
from services.evaluator.adapters.industries_file import load_industries
from services.evaluator.adapters.register_store import PostgresRegister
from services.evaluator.adapters.shipped import WithShipped
from services.evaluator.adapters.statement_subjects import PostgresStatementSubjects
from services.evaluator.domain.books import Series
from services.evaluator.domain.figures.names import Options, parse_figure
from services.evaluator.domain.figures.rendering import exact
from services.evaluator.domain.situation.spans import spanned
from services.evaluator.domain.totals import Lane
from services.evaluator.handlers.reckoner.archive import Archive
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.handlers.situation.data_state import DataStates
from services.evaluator.handlers.situation.ground import Ground, Population
from services.evaluator.handlers.situation.users import People
from services.evaluator.handlers.target_book import TargetBook
from shared.contracts.situation import DataState
from shared.kit.postgres import Database
from shared.model.instants import HOUR_US
from shared.model.period import reporting_period
from tests.contract.test_evaluator_book_sums import Site, site
from tests.usecases.evaluator.reckoning import MILL, PACKAGE, PROVINCE, RECORDS, ZONE
from tests.usecases.evaluator.situation.crowd import NoBudgets, crowd

__all__ = ["site"]

pytestmark = pytest.mark.real

POWER = Lane(carrier="electricity", flow="import", scale=2)
GAS = Lane(carrier="natural-gas", flow="import", scale=1)
OF_MILL, OF_PROVINCE = Series(MILL, POWER), Series(PROVINCE, POWER)
ALL = (OF_MILL, OF_PROVINCE, Series(MILL, GAS), Series(PROVINCE, GAS))


async def ground_of(db: Database, as_of: int) -> Ground:
    """The ground of the province as of a commit, for a service that has just started."""
    rulebook = Rulebook()
    rulebook.update(crowd())
    register = WithShipped(PostgresRegister(db), RECORDS)
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
        PostgresCommitTimes(db),
    )
    world = await gatherer.open(as_of, present=True)
    who = world.who(PROVINCE)
    assert who is not None
    return Ground(
        world=world,
        who=who,
        span=spanned("2025Q3", who.zone),
        at_us=reporting_period("2026", ZONE).first_hour * HOUR_US,
        since=None,
        gatherer=gatherer,
        reckoner=Reckoner(gatherer, PostgresBookSums(db)),
        measures=Measures(world),
        sees=lambda *_: True,
    )


async def told(db: Database, as_of: int) -> tuple[Population, DataState]:
    ground = await ground_of(db, as_of)
    people = await People(NoBudgets(), load_industries())(ground)
    return people, await DataStates(PostgresDataQuality(db))(ground)


async def energy_of(db: Database, key: str, as_of: int) -> str | None:
    """As `/v1/figures` has it."""
    ground = await ground_of(db, as_of)
    name = parse_figure(f"{key}/energy-total/2025Q3", Options(as_of=as_of))
    (made,) = await ground.reckoner.figures([name])
    return exact(made.figure.value)


async def test_rows_and_parts_are_those_of_their_commit(site: Site, database: Database) -> None:
    period = reporting_period("2025Q3", ZONE)
    first = [
        (one, hour, 12_000 + hour % 700, hour % 100, HOUR_US)
        for hour in range(period.first_hour, period.end_hour, 24)
        for one in ALL
    ]
    commit = await site.post(*first)
    before = await told(database, commit)
    people, data = before
    at = people.users.code.index("MILL")
    assert people.users.energy[at] == await energy_of(database, MILL, commit)
    assert people.users.energy[at] == people.groupings[0].whole.now.value
    assert (data.reporting, data.enterprises) == (1, 4)
    assert data.estimated is not None
    at_hour = period.first_hour + 5
    newest = await site.post(*((one, at_hour, 99, 0, 0) for one in (OF_MILL, OF_PROVINCE)))
    assert await told(database, commit) == before
    now, _ = await told(database, newest)
    assert now.users.energy[at] == await energy_of(database, MILL, newest)
    assert now.users.energy[at] != people.users.energy[at]
