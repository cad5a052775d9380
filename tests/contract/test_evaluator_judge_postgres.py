"""The steel half-year through the judge on PostgreSQL, backwards and with restarts on the way."""

import random
from collections.abc import Mapping

import pytest

from services.evaluator.adapters.budgets_store import PostgresBudgetStore
from services.evaluator.adapters.judge_reader import PostgresBooksReader
from services.evaluator.adapters.judge_store import PostgresJudgeStore
from services.evaluator.domain.accounts import Step
from services.evaluator.domain.budget import Series
from services.evaluator.domain.budget_rows import Cell, Place, Row
from services.evaluator.handlers.judge import Arrived, Judge
from services.evaluator.handlers.judge_books import Library, Query
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.rulebook import Rulebook
from shared.contracts.assessments import decode
from shared.contracts.topics import ASSESSMENTS, BUDGETS
from shared.kit.kafka.memory import MemoryBroker
from shared.kit.outbox import Outbox
from shared.kit.postgres import Database
from shared.model.catalogue import EntityKind
from shared.model.instants import HOUR_US
from tests.unit.evaluator.test_judging import steel_hours
from tests.usecases.evaluator.api import MemoryPoints
from tests.usecases.evaluator.catalogues import changed, county, meter
from tests.usecases.evaluator.court import NO_FACTORS, NOW_US, totals

pytestmark = pytest.mark.real

WORKS, COUNTY = "enterprise:E0", "region:150203"
MONTHS = ["126238.29", "91497.34", "80230.41", "78769.80", "79059.28", "65404.64"]
PARTITION = frozenset({0})


class Bench:
    """Judges that come and go over one database."""

    def __init__(self, db: Database) -> None:
        self.broker = MemoryBroker({ASSESSMENTS.name: ASSESSMENTS.partitions, BUDGETS.name: 1})
        outbox = Outbox(db, "evaluator", self.broker.producer())
        self.store = PostgresJudgeStore(db, outbox)
        self.budgets = PostgresBudgetStore(db, outbox)
        self.reader = PostgresBooksReader(db)
        self.rulebook = Rulebook()
        known = county([meter(1, WORKS)], ["E0"])
        places = list(known.of_kind(EntityKind.REGION))
        korea = [changed(place, 1, place.records[0].valid_from, zone="+09:00") for place in places]
        self.rulebook.update(known.with_entities(1, korea))
        self.next = 0

    async def judge(self) -> Judge:
        judge = Judge(
            self.store,
            self.budgets,
            Briefs(self.rulebook, NO_FACTORS),
            partition_of=lambda _: 0,
            now_us=lambda: NOW_US,
            most_bytes=1,
        )
        self.next = (await judge.open(PARTITION))[0]
        await judge.refresh()
        while await judge.catch_up({0: self.next}):
            pass
        return judge

    async def budget(self, subject: str) -> None:
        desk = BudgetDesk(self.budgets, self.rulebook, NO_FACTORS)
        cells = {
            "code": subject.replace(":", "-"),
            "subject": subject,
            "carrier": "electricity",
            "period": "2018H1",
            "total": "500000",
        }
        written = {name: Cell(text=text, place=Place()) for name, text in cells.items()}
        planned = await desk.take([Row(place=Place(), cells=written)])
        assert not planned.faults

    async def months(self, subject: str) -> list[str]:
        briefs = Briefs(self.rulebook, NO_FACTORS)
        library = Library(self.reader, MemoryPoints(), self.rulebook, briefs)
        holder = library.holder(subject)
        assert holder is not None
        query = Query(
            carrier="electricity",
            flow="import",
            first_hour=None,
            end_hour=None,
            step=Step.MONTH,
            series=Series.CALORIFIC,
        )
        (book,) = (await library.read(holder, query)).books
        return [entry.quantity for entry in book.entries]

    def told(self) -> Mapping[tuple[str, str], list[tuple[str, str]]]:
        """The last sequence heard of each subject and rule."""
        logs = [self.broker.log(ASSESSMENTS.name, p) for p in range(ASSESSMENTS.partitions)]
        heard = [decode(record.value or b"") for log in logs for record in log]
        heard.sort(key=lambda made: made.number)
        return {(a.subject, a.rule): [(t.hour, t.level) for t in a.sequence] for a in heard}


@pytest.mark.parametrize("seed", [None, 1])
async def test_the_known_hours_come_out(database: Database, seed: int | None) -> None:
    bench = Bench(database)
    await bench.budget(WORKS)
    hours = sorted(steel_hours().items())
    weeks = [hours[i : i + 168] for i in range(0, len(hours), 168)][::-1]
    if seed is not None:
        random.Random(seed).shuffle(weeks)
    end = (hours[-1][0] + 1) * HOUR_US
    judge = await bench.judge()
    for number, week in enumerate(weeks, 1):
        rows = [(who, hour, amount) for who in (WORKS, COUNTY) for hour, amount in week]
        message = totals(number, rows, {1: end})
        arrived = {0: Arrived(expected=bench.next, next=bench.next + 1, messages=(message,))}
        await judge.take(arrived)
        bench.next += 1
        if number % 7 == 0:
            judge = await bench.judge()
    await bench.budget(COUNTY)
    await bench.judge()
    assert await bench.months(WORKS) == MONTHS
    assert await bench.months(COUNTY) == MONTHS
    told = bench.told()
    for subject in (WORKS, COUNTY):
        assert told[subject, "used"] == [
            ("2018-05-09T23:00:00Z", "notice"),
            ("2018-05-30T01:00:00Z", "yellow"),
            ("2018-06-09T07:00:00Z", "orange"),
            ("2018-06-20T10:00:00Z", "red"),
        ]
        assert told[subject, "pace"][0] == ("2018-01-15T16:00:00Z", "red")
