"""What the stores of the ladder promise: the same suite in memory and on PostgreSQL."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.alerts.adapters.desk import PostgresDesk
from services.alerts.adapters.ladder_shelf import PostgresShelf
from services.alerts.adapters.ladder_store import PostgresLadder
from services.alerts.domain.hearing import Heard
from services.alerts.domain.ladder.consultations import Consultation, Task
from services.alerts.domain.ladder.gates import Decision
from services.alerts.domain.ladder.hours import OfficeDay
from services.alerts.domain.ladder.words import GateState, StepKind, StepState
from services.alerts.domain.selection import Sight
from services.alerts.domain.tick import Tick
from services.alerts.domain.warning import Warning
from services.alerts.handlers.ladder import LadderDesk
from services.alerts.handlers.ladder_acts import LadderActs
from services.alerts.ports.ladder import Confirmation, Figure, LadderShelf, LadderStore, StepFilter
from shared.kit.errors import Fenced
from shared.kit.postgres import Database
from shared.kit.workdays import after
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level
from tests.unit.alerts.ladder.builders import CITY_CHAIN, LADDER, MONDAY, short, warning
from tests.usecases.alerts.ladder_memory import MemoryLadder

ALL = Sight(everything=True, subjects=(), regions=())
BY = {"name": "王五", "key_id": "k1", "role": "regulator"}
SHOWN = Confirmation(
    monitored=None, confirmed=Figure(value="12.1", unit="%", period="2026Q1", source="/v1/x")
)
RED = warning(("red", "2026Q1"), kind=ConditionKind.INTENSITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Both ports, and how a warning comes about."""

    ladder: LadderStore
    shelf: LadderShelf
    happen: Callable[[Warning], Awaitable[None]]

    @property
    def desk(self) -> LadderDesk:
        return LadderDesk(store=self.ladder, shelf=self.shelf, days=after)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        memory = MemoryLadder()

        async def in_memory(one: Warning) -> None:
            memory.happen(one)

        return Stores(ladder=memory, shelf=memory, happen=in_memory)
    db: Database = request.getfixturevalue("database")
    return Stores(ladder=PostgresLadder(db), shelf=PostgresShelf(db), happen=_in_postgres(db))


def _in_postgres(db: Database) -> Callable[[Warning], Awaitable[None]]:
    async def happen(one: Warning) -> None:
        heard = Heard(numbers={}, warnings=(one,), entries=(), reasons=())
        async with PostgresDesk(db).work() as work:
            await work.write(heard)
        async with db.transaction() as tx:
            await tx.raw.execute(
                "INSERT INTO alerts.history (id, warning, position, kind, noticed_at, data, hash) "
                "SELECT nextval('alerts.entry_ids'), $1, coalesce(max(position), 0) + 1, 'raised', "
                "now(), '{}', '' FROM alerts.history WHERE warning = $1",
                one.id,
            )

    return happen


def day(on: str, *, closed: bool = False) -> OfficeDay:
    """That day while the office is open, or after."""
    return OfficeDay(on=date.fromisoformat(on), closed=closed)


def morning(of_may: int) -> Tick:
    """A look at nine in the morning."""
    end = MONDAY.replace(day=of_may)
    return Tick(name="deadlines", begin=end - timedelta(minutes=1), end=end)


async def prepared(stores: Stores, one: Warning = RED) -> LadderActs:
    """The short ladder holds, and the warning has been reviewed."""
    await stores.shelf.put(short(), LADDER, "op", MONDAY)
    await stores.shelf.assign("150000", "short", "op", MONDAY)
    await stores.happen(one)
    assert await stores.desk.follow(MONDAY) > 0
    return LadderActs(desk=stores.desk)


class TestFollowing:
    async def test_proposes_and_closes_and_reads_each_entry_once(self, stores: Stores) -> None:
        await prepared(stores)
        found = await stores.ladder.find(ALL, StepFilter(), limit=10, offset=0)
        assert {step.code for step in found} == {"circular", "gate"}
        (standing,) = await stores.ladder.standing(["150200"])
        assert (standing.state, standing.warning) == (GateState.RESTRICTED, RED.id)
        assert await stores.desk.follow(MONDAY) <= 0  # its own lines
        assert await stores.desk.follow(MONDAY) == -1

    async def test_is_fenced(self, stores: Stores) -> None:
        await prepared(stores)
        with pytest.raises(Fenced):
            async with stores.ladder.work() as work:
                await work.move(0, 1)

    async def test_keeps_steps_as_they_are(self, stores: Stores) -> None:
        acts = await prepared(stores)
        (before, *_) = await stores.ladder.find(
            ALL, StepFilter(kind=StepKind.CIRCULAR), limit=10, offset=0
        )
        issued = await acts.issue(before.id, document="文1号", shown=SHOWN, by=BY, now=MONDAY)
        assert await stores.ladder.one(before.id) == issued
        assert (issued.due, issued.issued_by) == (date(2026, 5, 14), "王五")
        history = await stores.ladder.history(before.id)
        assert [b'"type":"step.proposed"' in data for _, data in history] == [True, False]


class TestFinding:
    @pytest.mark.parametrize(
        ("wanted", "count"),
        [
            (StepFilter(), 2),
            (StepFilter(warning=RED.id), 2),
            (StepFilter(warning=uuid4()), 0),
            (StepFilter(region="150000"), 2),
            (StepFilter(region="150100"), 0),
            (StepFilter(kind=StepKind.GATE), 1),
            (StepFilter(state=StepState.ISSUED), 0),
            (StepFilter(live=True), 2),
            (StepFilter(live=False), 0),
            (StepFilter(due_before=date(2030, 1, 1)), 0),
        ],
    )
    async def test_keeps_to_filters(self, stores: Stores, wanted: StepFilter, count: int) -> None:
        await prepared(stores)
        assert len(await stores.ladder.find(ALL, wanted, limit=10, offset=0)) == count
        assert len(await stores.ladder.find(ALL, wanted, limit=1, offset=1)) == max(0, count - 1)

    @pytest.mark.parametrize(
        ("sight", "count"),
        [
            (Sight(everything=False, subjects=(), regions=("150200",)), 2),
            (Sight(everything=False, subjects=("region:150200",), regions=()), 2),
            (Sight(everything=False, subjects=(), regions=("150100",)), 0),
            (
                Sight(everything=True, subjects=(), regions=(), measures=(Measure.CARBON,)),
                0,
            ),
        ],
    )
    async def test_shows_only_what_may_be_seen(
        self, stores: Stores, sight: Sight, count: int
    ) -> None:
        await prepared(stores)
        assert len(await stores.ladder.find(sight, StepFilter(), limit=10, offset=0)) == count

    async def test_knows_warnings_and_chains(self, stores: Stores) -> None:
        await prepared(stores)
        assert await stores.ladder.known_chain("150200") == CITY_CHAIN
        assert await stores.ladder.known_chain("630000") == ()
        found = await stores.ladder.warning(RED.id)
        assert found is not None
        assert found.level is Level.RED


class TestTime:
    async def test_what_is_due_is_found_and_told_once(self, stores: Stores) -> None:
        await prepared(stores)
        async with stores.ladder.work() as work:
            assert await work.watched(day("2026-05-13", closed=True), limit=10) == set()
            assert await work.watched(day("2026-05-14"), limit=10) == {RED.id}

    async def test_a_deadline_is_over_when_the_office_closes_on_its_last_day(
        self, stores: Stores
    ) -> None:
        acts = await prepared(stores)
        key = {s.code: s.id for s in await stores.ladder.find(ALL, StepFilter(), limit=9, offset=0)}
        issued = {
            code: await acts.issue(one, document="文1号", shown=SHOWN, by=BY, now=MONDAY)
            for code, one in key.items()
        }
        assert issued["circular"].due == date(2026, 5, 14)
        for tick in (morning(12), morning(14)):
            await stores.desk.deadlines(tick)
        async with stores.ladder.work() as work:
            assert await work.watched(day("2026-05-14"), limit=10) == set()
            assert await work.watched(day("2026-05-14", closed=True), limit=10) == {RED.id}
            assert await work.watched(day("2026-05-15"), limit=10) == {RED.id}

    async def test_consultations_wait_for_their_tasks(self, stores: Stores) -> None:
        acts = await prepared(stores)
        one = await acts.record(consultation(), BY)
        assert await stores.ladder.consultation(one.id) == one
        async with stores.ladder.work() as work:
            assert await work.waiting_consultations(date(2026, 5, 17), limit=9) == []
            assert await work.waiting_consultations(date(2026, 5, 18), limit=9) == [one]
        done = await acts.settle(one.id, 1, dropped=False, note="已办", by=BY, now=MONDAY)
        assert not done.is_open
        assert done.entries == 2
        found = await stores.ladder.consultations(ALL, region="150000", is_open=False, limit=5)
        assert found == [done]


class TestGates:
    async def test_a_decision_opens_and_is_kept(self, stores: Stores) -> None:
        acts = await prepared(stores)
        decision = Decision(
            id=uuid4(),
            region="150200",
            state=GateState.OPEN,
            reason="整改完成",
            document="文〔2026〕9号",
            warnings=(RED.id,),
            projects=(),
            by="王五",
            at=MONDAY + timedelta(days=1),
        )
        await acts.decide(decision, CITY_CHAIN, BY)
        assert await stores.ladder.standing(None) == []
        assert await stores.ladder.decisions("150200") == [decision]
        async with stores.ladder.work() as work:
            assert await work.gate_entries("150200") == 2


class TestAnotherLadder:
    async def test_holds_for_what_is_open_already(self, stores: Stores) -> None:
        await prepared(stores)
        await stores.shelf.assign("150200", "baotou-sinks", "op", MONDAY + timedelta(1))
        await stores.desk.follow(MONDAY)
        found = await stores.ladder.find(ALL, StepFilter(warning=RED.id), limit=9, offset=0)
        assert {step.state for step in found if step.ladder == "short"} == {StepState.LAPSED}
        await stores.shelf.assign("150200", "inner-mongolia-14fyp", "op", MONDAY)
        await stores.desk.follow(MONDAY)
        found = await stores.ladder.find(ALL, StepFilter(live=True), limit=9, offset=0)
        assert {step.ladder for step in found} == {"inner-mongolia-14fyp"}
        assert len(found) == 5


class TestTheShelf:
    async def test_versions_count_and_what_comes_with_the_service_is_there(
        self, stores: Stores
    ) -> None:
        assert "qinghai-peak" in await stores.shelf.ladders()
        changed = LADDER.replace("试用文件", "另一文件")
        assert await stores.shelf.put(short(), LADDER, "op", MONDAY) == 1
        assert await stores.shelf.put(short(), changed, "op", MONDAY) == 2
        found = (await stores.shelf.ladders())["short"]
        assert (found.version, found.text, found.ladder.source) == (2, changed, "另一文件")

    async def test_assignments_are_replaced(self, stores: Stores) -> None:
        await stores.shelf.assign("150000", "short", "op", MONDAY)
        await stores.shelf.assign("150000", "default", "op", MONDAY)
        assert await stores.shelf.assignments() == {"150000": "default"}


def consultation() -> Consultation:
    return Consultation(
        id=uuid4(),
        title="二季度会商",
        held_at=MONDAY,
        region="150200",
        regions=CITY_CHAIN,
        measure=Measure.ENERGY,
        participants=("发改委", "生态环境局"),
        decisions=("压减负荷",),
        tasks=(Task(number=1, title="报方案", assignee="工信局", due=date(2026, 5, 20)),),
        warnings=(RED.id,),
        recorded_at=MONDAY,
        recorded_by="王五",
    )
