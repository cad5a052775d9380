"""What the judge's stores promise, in memory and on PostgreSQL alike."""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import cast

import numpy as np
import pytest

from services.evaluator.adapters.budgets_codec import decode as decode_budget
from services.evaluator.adapters.budgets_store import PostgresBudgetStore
from services.evaluator.adapters.judge_reader import PostgresBooksReader
from services.evaluator.adapters.judge_store import LANES_FROM, PostgresJudgeStore
from services.evaluator.domain.books import Correction, Series
from services.evaluator.domain.budget import (
    STANDARD,
    Budget,
    Measure,
    MeasureKind,
    Phasing,
    PhasingKind,
)
from services.evaluator.domain.budget import Series as Factors
from services.evaluator.domain.judgement import Judged, Part, Step
from services.evaluator.domain.totals import Lane
from services.evaluator.ports.judge import (
    FRONTIER_BLOCK,
    BooksReader,
    BudgetStore,
    ConflictError,
    JudgeCommit,
    JudgeStore,
)
from shared.contracts.assessments import AssessmentMade, BudgetBody, Evidence, decode
from shared.contracts.topics import ASSESSMENTS, BUDGETS
from shared.kit.errors import Fenced
from shared.kit.kafka.memory import MemoryBroker
from shared.kit.outbox import Outbox
from shared.kit.postgres import Database
from shared.model.level import Level
from tests.unit.evaluator.budgets import budget, version
from tests.usecases.evaluator.judge_stores import MemoryBudgetStore, MemoryJudgeStore

LANE = Lane(carrier="electricity", flow="import", scale=2)
POWER = Series("enterprise:E0", LANE)
FINER = Series("enterprise:E0", replace(LANE, scale=3))
OTHER = Series("region:15", LANE)
BODY = bytes(range(64)) * 9


@dataclass
class Stores:
    """A set of stores that belong together, and what they have sent."""

    judge: JudgeStore
    budgets: BudgetStore
    reader: BooksReader
    broker: MemoryBroker | None

    def sent(self) -> list[AssessmentMade]:
        if self.broker is None:
            return cast("MemoryJudgeStore", self.judge).sent
        logs = [self.broker.log(ASSESSMENTS.name, p) for p in range(ASSESSMENTS.partitions)]
        return [decode(record.value or b"") for log in logs for record in log]

    def published(self) -> list[Budget]:
        if self.broker is None:
            return cast("MemoryBudgetStore", self.budgets).published
        return [decode_budget(r.value or b"") for r in self.broker.log(BUDGETS.name, 0)]


@pytest.fixture
def in_memory() -> Stores:
    memory = MemoryJudgeStore()
    return Stores(memory, MemoryBudgetStore(), memory, None)


@pytest.fixture
async def on_postgres(database: Database) -> Stores:
    broker = MemoryBroker({ASSESSMENTS.name: ASSESSMENTS.partitions, BUDGETS.name: 1})
    outbox = Outbox(database, "evaluator", broker.producer())
    return Stores(
        PostgresJudgeStore(database, outbox),
        PostgresBudgetStore(database, outbox),
        PostgresBooksReader(database),
        broker,
    )


@pytest.fixture(params=["in_memory", pytest.param("on_postgres", marks=pytest.mark.real)])
def stores(request: pytest.FixtureRequest) -> Stores:
    found: Stores = request.getfixturevalue(request.param)
    return found


def made(**changes: object) -> JudgeCommit:
    """A commit of nothing but what is given."""
    nothing = JudgeCommit(
        kind="totals",
        positions={0: (0, 1)},
        rows={},
        seen={},
        frontier={},
        corrections=(),
        judged={},
        numbers={},
        assessments={},
    )
    return replace(nothing, **changes)  # type: ignore[arg-type]


class TestPositions:
    async def test_begin_with_nothing(self, stores: Stores) -> None:
        opened = await stores.judge.open(frozenset({0, 3}))
        assert set(opened) == {0, 3}
        assert (opened[3].position, opened[3].seen, opened[3].frontier) == (0, {}, {})

    async def test_move_on_only_from_where_they_are(self, stores: Stores) -> None:
        await stores.judge.commit(made(positions={0: (0, 5), 1: (0, 2)}))
        with pytest.raises(Fenced):
            await stores.judge.commit(
                made(positions={0: (5, 6), 1: (1, 3)}, rows={(POWER, 7): BODY})
            )
        assert await stores.judge.rows([(POWER, 7)]) == {}
        await stores.judge.commit(made(positions={0: (5, 5), 1: (2, 2)}))
        opened = await stores.judge.open(frozenset({0, 1}))
        assert {p: state.position for p, state in opened.items()} == {0: 5, 1: 2}


class TestBooks:
    async def test_give_back_the_days_that_were_written(self, stores: Stores) -> None:
        rows = {(POWER, 7): BODY, (POWER, -3): BODY[::-1], (FINER, 7): BODY, (OTHER, 7): BODY}
        await stores.judge.commit(made(rows=rows))
        await stores.judge.commit(made(positions={0: (1, 2)}, rows={(POWER, 7): BODY[::-1]}))
        wanted = [*rows, (POWER, 8), (OTHER, 9)]
        assert await stores.judge.rows(wanted) == {**rows, (POWER, 7): BODY[::-1]}

    async def test_know_their_lanes(self, stores: Stores) -> None:
        await stores.judge.commit(made(rows={(POWER, 1): BODY, (FINER, 2): BODY}))
        found = await stores.judge.lanes(["enterprise:E0", "region:15"])
        assert {s: sorted(lanes) for s, lanes in found.items()} == {
            "enterprise:E0": [POWER.lane, FINER.lane]
        }
        assert await stores.reader.lanes(["enterprise:E0"]) == {
            "enterprise:E0": [POWER.lane, FINER.lane]
        }

    async def test_are_read_by_days_and_lanes(self, stores: Stores) -> None:
        days = {(POWER, day): BODY for day in range(5)} | {(FINER, 3): BODY, (OTHER, 3): BODY}
        await stores.judge.commit(made(rows=days))
        found = await stores.reader.days("enterprise:E0", [LANE], 1, 4)
        assert [(lane, day) for lane, day, _ in found] == [(LANE, day) for day in (1, 2, 3)]
        assert found[0][2] == BODY
        assert await stores.reader.days("enterprise:E0", [], 1, 4) == []
        assert await stores.reader.extent("enterprise:E0") == (0, 5)
        assert await stores.reader.extent("nobody") is None


class TestProgress:
    async def test_is_kept_by_partition(self, stores: Stores) -> None:
        ends = np.arange(FRONTIER_BLOCK, dtype=np.int64)
        seen = {(0, 2): 7, (0, 3): 7, (1, 2): 5}
        await stores.judge.commit(made(seen=seen, frontier={(0, 4): ends, (1, 4): -ends}))
        await stores.judge.commit(made(positions={0: (1, 2)}, seen={(0, 2): 9}))
        opened = await stores.judge.open(frozenset({0, 1}))
        assert (opened[0].seen, opened[1].seen) == ({2: 9, 3: 7}, {2: 5})
        assert np.array_equal(opened[0].frontier[4], ends)
        assert np.array_equal(opened[1].frontier[4], -ends)


def correction(commit: int, *hours: int, series: Series = POWER) -> Correction:
    old = tuple(tuple(n * k for k in hours) for n in (1, 0, 9))
    new = tuple(tuple(n * k + 1 for k in hours) for n in (1, 0, 9))
    return Correction(
        source_commit=commit, series=series, hour=hours, old=old, new=new, cause=(2,) * len(hours)
    )


class TestCorrections:
    async def test_are_found_by_subject_and_hours_newest_first(self, stores: Stores) -> None:
        kept = [correction(3, 10, 12), correction(3, 10, series=OTHER), correction(4, 11, 90)]
        number = await stores.judge.commit(made(corrections=kept))
        find = stores.reader.corrections
        found = await find("enterprise:E0", 0, 100, limit=10, below=None)
        assert [one.correction for _, one in found] == [kept[2], kept[0]]
        assert {one.commit for _, one in found} == {number}
        for first, end, count in ((13, 90, 1), (12, 13, 2), (0, 10, 0), (91, 99, 0)):
            page = await find("enterprise:E0", first, end, limit=10, below=None)
            assert len(page) == count, (first, end)
        page = await find("enterprise:E0", 0, 100, limit=1, below=found[0][0])
        assert [one.correction for _, one in page] == [kept[0]]


def judged(**changes: object) -> Judged:
    step = Step(hour=9, level=Level.RED, quantity="1.00", line="0.5", used_percent="100.0000")
    part = Part(lane=LANE, since=-(2**40), quantity=10**30, estimated=-1, known=2**70)
    whole = Judged(
        basis="b", to_hour=10, watermark_us=5, used=(step,), parts=(part,), catalogue_version=3
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def told(number: int, subject: str = "enterprise:E") -> AssessmentMade:
    return AssessmentMade(
        id=f"{subject}/{number}",
        subject=subject,
        subject_name="",
        regions=[],
        number=number,
        commit=0,
        made_at="2026-01-01T00:00:00Z",
        correlation_id="",
        cause="readings",
        rule="used",
        thresholds={},
        budget=BudgetBody("B1", "", 1, "1", "kWh", "2018H1", "+09:00", "linear"),
        level="red",
        watermark="2026-01-01T00:00:00Z",
        sequence=[],
        evidence=Evidence("1", "0", "kWh", "1", "1", None, None, "1", 1, 1, 1),
    )


class TestJudgements:
    async def test_are_kept_by_budget_to_the_last_digit(self, stores: Stores) -> None:
        await stores.budgets.add([budget(version(5, number=1))], 0)
        await stores.judge.commit(made(judged={"B1": judged(first_over=4)}))
        assert await stores.judge.judged(["B1", "B2"]) == {"B1": judged(first_over=4)}
        await stores.judge.commit(made(positions={0: (1, 2)}, judged={"B1": judged(used=())}))
        assert await stores.reader.judged(["B1"]) == {"B1": judged(used=())}

    async def test_are_told_in_order_with_their_commit(self, stores: Stores) -> None:
        number = await stores.judge.commit(
            made(
                numbers={"enterprise:E": 2},
                assessments={0: [told(1), told(2)], 4: [told(1, "region:15")]},
            )
        )
        sent = stores.sent()
        assert [a.number for a in sent if a.subject == "enterprise:E"] == [1, 2]
        assert {a.commit for a in sent} == {number}
        assert await stores.judge.numbers(["enterprise:E", "region:15"]) == {"enterprise:E": 2}


class TestBudgets:
    async def test_are_kept_with_all_that_they_say(self, stores: Stores) -> None:
        rich = budget(
            version("5.10", phasing=Phasing(kind=PhasingKind.MONTHS, shares=(Decimal(50),) * 2)),
            period="2026-01-01/2026-03-01",
            zone="Asia/Shanghai",
            policy=replace(STANDARD, name="strict", pace_from=Fraction(1, 7)),
            measure=Measure(
                kind=MeasureKind.TCE, series=Factors.EQUIVALENT, flows=("import", "-export")
            ),
        )
        rich = replace(rich, versions=tuple(replace(v, recorded_commit=0) for v in rich.versions))
        (added,) = await stores.budgets.add([rich], 0)
        assert added.versions[0].recorded_commit > 0
        assert added.versions[0].recorded_at_us > 0
        assert await stores.budgets.get(["B1", "nothing"]) == {"B1": added}
        same = tuple(replace(v, recorded_commit=0, recorded_at_us=0) for v in added.versions)
        assert replace(added, versions=same) == rich
        assert stores.published() == [added]

    async def test_grow_by_versions(self, stores: Stores) -> None:
        def new(total: int, number: int) -> Budget:
            fresh = version(total, number=number, effective=number)
            return budget(replace(fresh, recorded_commit=0))

        first = new(5, 1)
        both = replace(first, versions=(*first.versions, *new(6, 2).versions))
        added = await stores.budgets.add([first, both], 0)
        revision, found = await stores.budgets.changed_since(0)
        assert list(found) == [added[-1]]
        assert all(v.recorded_commit for v in added[-1].versions)
        later = new(7, 3).versions
        await stores.budgets.add(
            [replace(added[-1], versions=(*added[-1].versions, *later))], revision
        )
        newest, found = await stores.budgets.changed_since(revision)
        assert newest > revision
        assert [v.total for v in found[0].versions] == [5, 6, 7]
        assert await stores.budgets.changed_since(newest) == (newest, [])
        assert await stores.budgets.revision() == newest

    async def test_refuse_whoever_looked_too_early(self, stores: Stores) -> None:
        await stores.budgets.add([budget(version(5))], 0)
        with pytest.raises(ConflictError):
            await stores.budgets.add([budget(version(6), code="B2")], 0)
        assert await stores.budgets.get(["B2"]) == {}


@pytest.mark.real
async def test_what_was_not_sent_is_sent_by_the_next_holder(database: Database) -> None:
    broker = MemoryBroker({ASSESSMENTS.name: ASSESSMENTS.partitions})
    outbox = Outbox(database, "evaluator", broker.producer())
    store = PostgresJudgeStore(database, outbox)
    await outbox.stop()
    broker.available = False
    await store.commit(made(assessments={4: [told(1)]}))
    broker.available = True
    other = PostgresJudgeStore(database, Outbox(database, "evaluator", broker.producer()))
    await other.publish_leftovers(frozenset({1, 2}))
    logs = [broker.log(ASSESSMENTS.name, p) for p in range(ASSESSMENTS.partitions)]
    assert not any(logs)
    await other.publish_leftovers(frozenset({4}))
    assert sum(map(len, logs)) == 1
    assert LANES_FROM > 256
