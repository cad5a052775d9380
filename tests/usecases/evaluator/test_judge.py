"""The judge: books, corrections and levels, whatever arrives, in whichever pieces."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluator.domain.budget import STANDARD, Budget
from services.evaluator.domain.judgement import Judged
from services.evaluator.domain.totals import Cause, Lane, Totals
from services.evaluator.handlers.judge import Arrived
from shared.kit.errors import Fenced, Unavailable
from shared.model.catalogue import Catalogue, EntityKind
from shared.model.instants import BEGINNING_US, FOREVER_US, HOUR_US, hour_iso
from shared.model.period import Period, parse_period
from shared.model.subject import Subject
from tests.unit.evaluator import judge_oracle
from tests.unit.evaluator.budgets import budget, version
from tests.usecases.evaluator.catalogues import changed, county, meter
from tests.usecases.evaluator.court import POWER, Court, totals
from tests.usecases.evaluator.judge_stores import MemoryBudgetStore, MemoryJudgeStore
from tests.usecases.evaluator.reading_store import MemoryReadingStore
from tests.usecases.evaluator.test_bookkeeper import Desk, Row, catalogue, rows

E0 = "enterprise:E0"
REGION = "region:150203"
DAYS = parse_period("2026-03-02/2026-03-04", "+00:00")
FIRST = DAYS.first_hour


def one_meter() -> Catalogue:
    return county([meter(1, E0), meter(2, "enterprise:E1")], ["E0", "E1"])


def of(subject: str, total: int, code: str = "B1", period: Period = DAYS) -> Budget:
    return budget(version(total), period=period, code=code, subject=Subject.parse(subject))


async def court(*budgets: Budget, known: Catalogue | None = None) -> Court:
    made = Court(MemoryJudgeStore(), MemoryBudgetStore(*budgets), known or one_meter())
    await made.open()
    return made


def end(hours: int) -> int:
    """The instant so many hours after the period's beginning."""
    return (FIRST + hours) * HOUR_US


def turns(judged: Judged) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    used, pace = (
        [(step.hour, int(step.level)) for step in steps] for steps in (judged.used, judged.pace)
    )
    return used, pace


class TestBooks:
    async def test_add_the_differences_up(self) -> None:
        made = await court()
        await made.hear(totals(1, [(E0, FIRST, 100), (E0, FIRST + 30, 5)]))
        await made.hear(totals(2, [(E0, FIRST, -40), (REGION, FIRST, 7)]))
        assert made.store.hours(E0)["electricity", FIRST] == (60, 0, 1_800_000_000)
        assert made.store.hours(REGION)["electricity", FIRST][0] == 7

    async def test_take_a_repeated_message_once(self) -> None:
        made = await court()
        message = totals(5, [(E0, FIRST, 100)], source=3)
        assert (await made.hear(message, message)).repeats == 1
        assert (await made.hear(message)).repeats == 1
        assert (await made.hear(totals(5, [(E0, FIRST, 1)], source=4))).repeats == 0
        await made.open()
        assert (await made.hear(message)).repeats == 1
        assert made.store.hours(E0)["electricity", FIRST][0] == 101

    async def test_keep_scales_of_one_carrier_apart(self) -> None:
        made = await court()
        finer = Lane(carrier="electricity", flow="import", scale=5)
        await made.hear(totals(1, [(E0, FIRST, 1)]), totals(2, [(E0, FIRST, 1)], lanes=[finer]))
        assert {series.lane for series, _ in made.store.day_rows} == {POWER, finer}

    async def test_forget_what_was_not_written(self) -> None:
        made = await court(of(E0, 1))
        await made.hear(totals(1, [(E0, FIRST, 100)]))
        made.store.fails = True
        with pytest.raises(Unavailable):
            await made.hear(totals(2, [(E0, FIRST, 100)], {1: end(1)}))
        made.store.fails = False
        await made.hear(totals(2, [(E0, FIRST, 100)], {1: end(1)}))
        assert made.store.hours(E0)["electricity", FIRST][0] == 200
        assert made.store.judgements["B1"].to_hour == FIRST + 1

    async def test_of_a_copy_that_was_overtaken_stay_unwritten(self) -> None:
        made = await court()
        other = Court(made.store, made.budgets, one_meter())
        await other.open()
        await other.hear(totals(1, [(E0, FIRST, 100)]))
        with pytest.raises(Fenced):
            await made.hear(totals(1, [(E0, FIRST, 100)]))
        made.budgets.put(of(E0, 1))
        with pytest.raises(Fenced):
            await made.settle()
        await made.open()
        await made.hear(totals(2, [(E0, FIRST, 1)]))
        assert made.store.hours(E0)["electricity", FIRST][0] == 101


class TestCorrections:
    async def test_are_changes_of_closed_hours_only(self) -> None:
        made = await court()
        await made.hear(totals(1, [(E0, FIRST, 100), (E0, FIRST + 1, 100)], {1: end(1)}))
        assert made.store.kept == []
        late = totals(2, [(E0, FIRST, 11), (E0, FIRST + 1, 1)], cause=Cause.LATE)
        assert (await made.hear(late)).corrections == 1
        (kept,) = made.store.kept
        one = kept.correction
        assert (one.series.subject, one.series.lane, one.hour) == (E0, POWER, (FIRST,))
        assert (one.old, one.new) == (
            ((100,), (0,), (900_000_000,)),
            ((111,), (0,), (1_800_000_000,)),
        )
        assert (one.cause, one.source_commit) == ((int(Cause.LATE),), 2)

    async def test_do_not_depend_on_how_messages_are_batched(self) -> None:
        messages = [
            totals(1, [(E0, FIRST, 100)], {1: end(1)}),
            totals(2, [(E0, FIRST, 1)]),
            totals(3, [(E0, FIRST, 1)], {1: end(0)}),
            totals(4, [(E0, FIRST, 1)], {1: end(1)}),
        ]
        single, together = await court(), await court()
        for message in messages:
            await single.hear(message)
        await together.hear(*messages)
        assert [k.correction for k in single.store.kept] == [
            k.correction for k in together.store.kept
        ]
        assert [k.correction.source_commit for k in single.store.kept] == [2, 3]

    async def test_wait_for_all_points_of_the_subject(self) -> None:
        made = await court()
        first = [(REGION, FIRST, 100)]
        await made.hear(totals(1, first, {1: end(2), 2: end(1)}), totals(2, [(REGION, FIRST, 1)]))
        await made.hear(totals(3, [(REGION, FIRST + 1, 1)]))
        assert [k.correction.hour for k in made.store.kept] == [(FIRST,)]


class TestLevels:
    async def test_are_told_when_a_sequence_changes_and_only_then(self) -> None:
        made = await court(of(E0, 10))
        await made.hear(totals(1, [(E0, FIRST, 900)], {1: end(1)}))
        assert [(a.rule, a.level, a.number) for a in made.store.sent] == [("used", "yellow", 1)]
        await made.hear(totals(2, [(E0, FIRST + 1, 1)], {1: end(2)}))
        assert len(made.store.sent) == 1
        await made.hear(totals(3, [(E0, FIRST + 3, 100)], {1: end(4)}))
        assert [(a.rule, a.level, a.number) for a in made.store.sent[1:]] == [
            ("used", "red", 2),
            ("pace", "red", 3),
        ]

    async def test_carry_their_evidence(self) -> None:
        made = await court(of(E0, 10))
        await made.hear(totals(7, [(E0, FIRST, 900)], {1: end(1)}))
        (told,) = made.store.sent
        assert (told.subject, told.subject_name, told.regions) == (
            E0,
            "E0",
            ["150203", "150200", "150000"],
        )
        assert (told.commit, told.cause, told.correlation_id) == (2, "readings", "request-7")
        assert told.watermark == hour_iso(FIRST + 1)
        assert told.thresholds["notice"] == "80"
        (step,) = told.sequence
        assert (step.hour, step.level, step.quantity) == (hour_iso(FIRST), "yellow", "9.00")
        assert (step.line, step.used_percent) == ("0.208333", "90.0000")
        evidence = told.evidence
        assert (evidence.quantity, evidence.unit, evidence.completeness) == (
            "9.00",
            "kWh",
            "0.250000",
        )
        assert (evidence.hours_judged, evidence.period_hours) == (1, 48)
        assert evidence.first_over_line == hour_iso(FIRST)
        assert evidence.over_line_percent == "4220.0000"
        assert evidence.parts[0]["quantity"] == "9.00"
        assert (told.budget.code, told.budget.version, told.budget.total) == ("B1", 1, "10")

    async def test_go_back_when_a_correction_says_so(self) -> None:
        made = await court(of(E0, 10))
        await made.hear(totals(1, [(E0, FIRST, 900)], {1: end(1)}))
        await made.hear(totals(2, [(E0, FIRST, -900)]))
        assert (made.store.sent[-1].level, made.store.sent[-1].sequence) == ("none", [])

    async def test_go_back_with_the_watermark(self) -> None:
        made = await court(of(E0, 10))
        await made.hear(totals(1, [(E0, FIRST + 1, 900)], {1: end(2)}))
        assert made.store.judgements["B1"].to_hour == FIRST + 2
        await made.hear(totals(2, [], {1: end(1)}, quiet=[E0]))
        assert made.store.judgements["B1"].to_hour == FIRST + 1
        assert made.store.sent[-1].sequence == []

    async def test_follow_a_new_budget_and_a_new_version(self) -> None:
        made = await court()
        await made.hear(totals(1, [(E0, FIRST, 900)], {1: end(1)}))
        first = of(E0, 10)
        made.budgets.put(first)
        await made.settle()
        assert [(a.level, a.cause) for a in made.store.sent] == [("yellow", "budget")]
        raised = replace(
            first, versions=(*first.versions, version(1000, number=2, effective=FIRST))
        )
        made.budgets.put(raised)
        await made.settle()
        assert [a.level for a in made.store.sent] == ["yellow", "none"]
        await made.settle()
        assert len(made.store.sent) == 2

    async def test_are_found_out_of_date_at_a_start(self) -> None:
        made = await court(of(E0, 10))
        await made.hear(totals(1, [(E0, FIRST, 900)], {1: end(1)}))
        made.budgets.put(replace(of(E0, 10), policy=replace(STANDARD, used=STANDARD.used[:1])))
        other = Court(made.store, made.budgets, one_meter())
        await other.open()
        assert [a.level for a in made.store.sent] == ["yellow", "notice"]

    async def test_wait_for_the_catalogue_that_they_were_judged_by(self) -> None:
        made = await court(of(E0, 10))
        await made.hear(totals(1, [(E0, FIRST, 900)], {1: end(1)}))
        behind = Court(made.store, made.budgets, Catalogue())
        await behind.open()
        assert behind.judge.needs_version == 1
        assert made.store.judgements["B1"].used
        assert len(made.store.sent) == 1

    async def test_of_a_period_that_is_over_are_left_alone(self) -> None:
        made = await court(of(E0, 10))
        await made.hear(totals(1, [(E0, FIRST, 900)], {1: end(48)}))
        judged = made.store.judgements["B1"]
        assert (judged.to_hour, judged.watermark_us) == (FIRST + 48, end(48))
        later = totals(2, [(E0, FIRST + 50, 900), (E0, FIRST - 9, 7)], {1: end(60)})
        assert (await made.hear(later)).judged == 0
        assert (await made.hear(totals(3, [(E0, FIRST + 70, 9)], {1: end(72)}))).judged == 0
        assert made.store.judgements["B1"] == judged

    async def test_of_a_period_to_come_wait(self) -> None:
        made = await court(of(E0, 10))
        outcome = await made.hear(totals(1, [(E0, FIRST - 2, 900)], {1: end(-1)}))
        assert outcome.judged == 0
        assert made.store.judgements["B1"].to_hour == FIRST

    async def test_are_judged_anew_when_a_point_comes_or_goes(self) -> None:
        known = one_meter()
        made = await court(of(REGION, 10), known=known)
        await made.hear(totals(1, [(REGION, FIRST, 900)], {1: end(2), 2: end(1)}))
        assert made.store.judgements["B1"].to_hour == FIRST + 1
        point = known.get(EntityKind.POINT, "M2")
        assert point is not None
        gone = changed(point, 2, BEGINNING_US, counted=False)
        made.rulebook.update(known.with_entities(2, [gone]))
        await made.settle()
        assert made.store.judgements["B1"].to_hour == FIRST + 2
        assert made.store.judgements["B1"].catalogue_version == 2

    async def test_leave_a_silent_point_out_after_its_grace(self) -> None:
        made = await court(of(REGION, 10))
        await made.hear(totals(1, [(REGION, FIRST, 1)], {1: end(1), 2: end(1)}))
        await made.hear(totals(2, [(REGION, FIRST + 2, 1)], {1: end(3)}))
        assert made.store.judgements["B1"].to_hour == FIRST + 1
        await made.hear(totals(3, [(REGION, FIRST + 3, 1)], {1: end(4)}))
        assert made.store.judgements["B1"].to_hour == FIRST + 4


def _budgets() -> list[Budget]:
    period = parse_period("2026-03-02/2026-03-12", "+08:00")
    return [
        of("enterprise:E0", 300, "one", period),
        of("region:150203", 5000, "county", period),
        of("region:150203", 40, "strict", period),
        of("tag:park", 250, "park", parse_period("2026-03-04/2026-03-06", "+08:00")),
    ]


def _expected(code: str, sent: list[tuple[int, Totals]]) -> tuple[object, ...]:
    """What the oracle says of a budget after these messages."""
    of_code = next(one for one in _budgets() if one.code == code)
    partition = len(str(of_code.subject)) % 3
    ends: dict[int, int] = {}
    for where, message in sent:
        if where == partition:
            front = message.frontier
            ends |= dict(zip(front.point.tolist(), front.booked_end.tolist(), strict=True))
    points = (1, 2) if str(of_code.subject) in {"enterprise:E0", "tag:park"} else (1, 2, 3, 4)
    interval = {1: 300, 2: 300, 3: 900, 4: 300}
    mark = judge_oracle.watermark(
        [(ends.get(p, BEGINNING_US), interval[p] * 1_000_000, FOREVER_US) for p in points],
        STANDARD.grace_us,
    )
    assert mark is not None
    quantity: dict[int, Fraction] = {}
    for where, message in sent:
        for i in range(len(message.changes) if where == partition else 0):
            if message.subjects[message.changes.subject[i]] == str(of_code.subject):
                lane = message.lanes[message.changes.lane[i]]
                hour = int(message.changes.hour[i])
                amount = Fraction(int(message.changes.quantity[i]), 10**lane.scale)
                quantity[hour] = quantity.get(hour, Fraction(0)) + amount
    return judge_oracle.levels(of_code, quantity, mark // HOUR_US)


@given(
    arrived=rows(),
    chunk=st.integers(1, 30),
    pieces=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), st.booleans()), max_size=30),
)
@settings(max_examples=60, deadline=None)
async def test_levels_are_the_oracles_for_any_readings_order_and_batches(
    arrived: list[Row], chunk: int, pieces: list[tuple[int, int, bool]]
) -> None:
    desk = Desk(MemoryReadingStore(), catalogue())
    for i in range(0, len(arrived), chunk):
        await desk.send(arrived[i : i + chunk])
    sent = desk.store.sent
    waiting = {p: [m for where, m in sent if where == p] for p in range(3)}
    made = Court(MemoryJudgeStore(), MemoryBudgetStore(*_budgets()), catalogue(), partitions=3)
    await made.open()
    for partition, count, again in pieces + [(p, 1000, False) for p in range(3)]:
        queue = waiting[partition]
        batch, waiting[partition] = queue[:count], queue[0 if again else count :]
        await made.hear(*batch, partition=partition)
        if again:
            await made.open()
    for code in ("one", "county", "strict", "park"):
        used, pace, over = _expected(code, sent)
        judged = made.store.judgements[code]
        assert (*turns(judged), judged.first_over) == (used, pace, over)
    for said in {a.subject: a for a in made.store.sent}.values():
        assert said.number == made.store.given[said.subject]
    _last_words_are_true(made)


def _last_words_are_true(made: Court) -> None:
    """What alerts heard last of each budget and rule is how it stands."""
    last = {(a.budget.code, a.rule): a for a in made.store.sent}
    for code, judged in made.store.judgements.items():
        for rule, steps in (("used", judged.used), ("pace", judged.pace)):
            told = (
                [(t.hour, t.level) for t in last[code, rule].sequence]
                if ((code, rule) in last)
                else []
            )
            assert told == [(hour_iso(step.hour), step.level.word) for step in steps]


async def test_a_batch_of_two_partitions_is_one_commit() -> None:
    made = Court(MemoryJudgeStore(), MemoryBudgetStore(), one_meter(), partitions=2)
    await made.open()
    messages = {p: totals(1, [(f"tag:{'x' * p}", FIRST, 5)]) for p in range(2)}
    await made.judge.take(
        {p: Arrived(expected=0, next=1, messages=(m,)) for p, m in messages.items()}
    )
    assert (made.store.number, made.store.next) == (1, {0: 1, 1: 1})
