"""From the bytes of the topic to warnings, and what happens to bytes that are none."""

import json
from collections.abc import Sequence

import msgspec
import pytest

from services.alerts.domain.warning import warning_id
from services.alerts.entrypoints.consumer import Judgements
from services.alerts.entrypoints.reading import (
    assessment_of,
    condition_of,
    measure_of,
    read_assessment,
    read_condition,
)
from services.alerts.handlers.desk import WarningDesk
from shared.contracts.assessments import (
    AssessmentMade,
    BudgetBody,
    Evidence,
    Transition,
    encode,
)
from shared.contracts.conditions import ConditionMade, Step
from shared.contracts.conditions import encode as encode_condition
from shared.contracts.errors import UnreadableError
from shared.kit.errors import Fenced
from shared.kit.kafka.records import Record
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level
from tests.unit.alerts.builders import NOON
from tests.usecases.alerts.memory import MemoryStore

KEY = warning_id("region:150000", "B1", "used")


def made(number: int = 1, *levels: str, subject: str = "region:150000") -> AssessmentMade:
    """A message with a change an hour."""
    return AssessmentMade(
        id=f"a{number}",
        subject=subject,
        subject_name="内蒙古自治区",
        regions=[],
        number=number,
        commit=9,
        made_at="2026-05-01T12:00:00Z",
        correlation_id="c1",
        cause="readings",
        rule="used",
        thresholds={"notice": "80"},
        budget=BudgetBody("B1", "电", 1, "500000", "kWh", "2026", "Asia/Shanghai", "linear"),
        level=levels[-1] if levels else "none",
        watermark="2026-05-01T12:00:00+00:00",
        sequence=[
            Transition(f"2026-05-01T{hour:02}:00:00Z", level, "1", "2", "80.0")
            for hour, level in enumerate(levels)
        ],
        evidence=Evidence("1", "0", "kWh", "2", "80.0", None, None, "1", 5, 10, 3),
    )


def record(offset: int, value: bytes | None, partition: int = 0) -> Record:
    return Record("assessments.v1", partition, offset, b"region:150000", value, (), 0)


class Aside:
    """Remembers what was put aside."""

    def __init__(self) -> None:
        self.put_aside: list[tuple[int, str]] = []

    async def put(self, record: Record, reason: str) -> None:
        self.put_aside.append((record.offset, reason))


class Consumer:
    """The consumer on a store in memory."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.aside = Aside()
        self.words = 0
        self.handler = Judgements(
            "assessments.v1",
            read_assessment,
            WarningDesk(desk=self.store),
            self.store,
            self.aside,
            lambda: NOON,
            self._word,
        )

    def _word(self) -> None:
        self.words += 1

    async def handle(self, *batch: Record) -> None:
        partitions: dict[int, list[Record]] = {}
        for one in batch:
            partitions.setdefault(one.partition, []).append(one)
        await self.handler.handle(partitions)


@pytest.fixture
async def consumer() -> Consumer:
    new = Consumer()
    assert await new.handler.assigned(frozenset({0, 1})) == {0: 0, 1: 0}
    return new


class TestABatch:
    async def test_becomes_warnings_and_positions(self, consumer: Consumer) -> None:
        await consumer.handle(
            record(4, encode(made(1, "notice"))), record(5, encode(made(2, "notice", "red")))
        )
        found = await consumer.store.warning(KEY)
        assert found is not None
        assert (found.warning.level, found.warning.entries) == (Level.RED, 2)
        assert await consumer.handler.assigned(frozenset({0})) == {0: 6}
        assert consumer.words == 1

    async def test_goes_on_from_the_position_after_the_last(self, consumer: Consumer) -> None:
        await consumer.handle(record(0, encode(made(1, "notice"))))
        await consumer.handle(record(1, encode(made(2, "notice", "red"))))
        assert dict(await consumer.store.positions("assessments.v1", {0})) == {0: 2}

    async def test_heard_twice_counts_once(self, consumer: Consumer) -> None:
        await consumer.handle(record(0, encode(made(1, "notice"))))
        await consumer.handle(record(1, encode(made(1, "notice"))))
        assert len(await consumer.store.history(KEY)) == 1

    async def test_of_another_s_partition_changes_nothing(self, consumer: Consumer) -> None:
        other = Judgements(
            "assessments.v1",
            read_assessment,
            WarningDesk(desk=consumer.store),
            consumer.store,
            consumer.aside,
            lambda: NOON,
            lambda: None,
        )
        await other.assigned(frozenset({0}))
        await consumer.handle(record(0, encode(made(1, "notice"))))
        with pytest.raises(Fenced):
            await other.handle({0: [record(0, encode(made(1, "notice", "red")))]})
        assert len(await consumer.store.history(KEY)) == 1

    async def test_puts_unreadable_messages_aside_and_goes_on(self, consumer: Consumer) -> None:
        await consumer.handle(
            record(0, b"{"), record(1, None), record(2, encode(made(1, "notice")))
        )
        assert [offset for offset, _ in consumer.aside.put_aside] == [0, 1]
        assert len(await consumer.store.history(KEY)) == 1

    async def test_handed_over_again_puts_aside_only_once(self, consumer: Consumer) -> None:
        batch: Sequence[Record] = (record(0, b"{"),)
        consumer.store.state.positions["assessments.v1", 0] = 7
        for _ in range(2):
            with pytest.raises(Fenced):
                await consumer.handle(*batch)
        assert len(consumer.aside.put_aside) == 1


def condition(number: int = 1, *steps: Step, kind: str = "barometer") -> ConditionMade:
    """A message of another kind of condition."""
    return ConditionMade(
        id=f"c{number}",
        kind=kind,
        subject="region:150000",
        subject_name="内蒙古自治区",
        regions=[],
        measure="carbon",
        about="T1",
        about_name="碳排放总量目标",
        rule="barometer",
        number=number,
        commit=1,
        made_at="2026-05-01T12:00:00Z",
        cause="figures",
        watermark="2026-05-01T12:00:00Z",
        sequence=list(steps),
        facts={"figure": "/v1/figures/x", "zone": "Asia/Shanghai"},
    )


class TestAConditionOfAnotherKind:
    FIRST = Step("2026-04-01T00:00:07Z", "red", "2026Q1", "12", "10", "120", "tCO2")

    @pytest.fixture
    def consumer(self) -> Consumer:
        new = Consumer()
        new.handler = Judgements(
            "conditions.v1",
            read_condition,
            WarningDesk(desk=new.store),
            new.store,
            new.aside,
            lambda: NOON,
            lambda: None,
        )
        return new

    async def test_becomes_a_warning_of_its_kind_and_measure(self, consumer: Consumer) -> None:
        await consumer.handle(record(0, encode_condition(condition(1, self.FIRST))))
        key = warning_id("region:150000", "T1", "barometer", ConditionKind.BAROMETER)
        found = await consumer.store.warning(key)
        assert found is not None
        warning = found.warning
        assert (warning.kind, warning.measure) == (ConditionKind.BAROMETER, Measure.CARBON)
        assert (warning.regions, warning.period) == (("150000",), "2026Q1")
        (entry,) = await consumer.store.history(key)
        told = json.loads(entry.data)
        assert (told["at"], told["period"]) == ("2026-04-01T00:00:07Z", "2026Q1")
        assert told["facts"] == {"figure": "/v1/figures/x", "zone": "Asia/Shanghai"}

    async def test_in_a_new_period_is_renewed(self, consumer: Consumer) -> None:
        second = Step("2026-07-01T00:00:00Z", "red", "2026Q2", "13", "10", "130", "tCO2")
        await consumer.handle(record(0, encode_condition(condition(1, self.FIRST))))
        await consumer.handle(record(1, encode_condition(condition(2, self.FIRST, second))))
        await consumer.handle(record(2, encode_condition(condition(2, self.FIRST, second))))
        key = condition_of(condition()).key
        types = [written.type for written in await consumer.store.history(key)]
        assert types == ["warning.raised", "warning.renewed"]

    @pytest.mark.parametrize("kind", ["used", "external", "weather"])
    async def test_of_a_kind_that_does_not_come_this_way_is_put_aside(
        self, consumer: Consumer, kind: str
    ) -> None:
        await consumer.handle(record(0, encode_condition(condition(1, self.FIRST, kind=kind))))
        assert [offset for offset, _ in consumer.aside.put_aside] == [0]


@pytest.mark.parametrize(
    ("unit", "measure"),
    [("tCO2", Measure.CARBON), ("kgCO2e", Measure.CARBON), ("tce", Measure.ENERGY)],
)
def test_a_budget_s_unit_says_whose_concern_it_is(unit: str, measure: Measure) -> None:
    assert measure_of(unit) is measure


class TestAMessage:
    def test_of_a_region_lies_in_that_region(self) -> None:
        assert assessment_of(made()).regions == ("150000",)
        assert assessment_of(made(subject="boundary:150200")).regions == ("150200",)
        assert assessment_of(made(subject="enterprise:X")).regions == ()

    @pytest.mark.parametrize(
        "field",
        [
            {"watermark": "yesterday"},
            {"made_at": "2026-05-01T12:00:00"},
            {"subject": "planet:earth"},
            {"sequence": [Transition("2026-05-01T00:30:00Z", "red", "1", "2", "80")]},
            {"sequence": [Transition("2026-05-01T00:00:00Z", "purple", "1", "2", "80")]},
        ],
        ids=str,
    )
    def test_that_makes_no_sense_is_unreadable(self, field: dict[str, object]) -> None:
        message = msgspec.structs.replace(made(), **field)
        with pytest.raises(UnreadableError, match="assessment a1"):
            assessment_of(message)
