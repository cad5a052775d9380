"""What the register promises, in memory and on PostgreSQL alike."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from services.evaluator.adapters.register_store import PostgresRegister
from services.evaluator.domain.records.inventory import Inventory, Stage
from services.evaluator.domain.records.progress import Progress, Reported
from services.evaluator.domain.records.statement import Statement, Status
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.records.task import Every, Milestone, Task
from services.evaluator.ports.judge import ConflictError
from services.evaluator.ports.register import Draft, RecordKind, Register
from shared.kit.clock import now_us
from shared.kit.postgres import Database
from tests.usecases.evaluator.registers import MemoryRegister

STATEMENT = RecordKind.STATEMENT


@pytest.fixture
def in_memory() -> Register:
    return MemoryRegister()


@pytest.fixture
def on_postgres(database: Database) -> Register:
    return PostgresRegister(database)


@pytest.fixture(params=["in_memory", pytest.param("on_postgres", marks=pytest.mark.real)])
def register(request: pytest.FixtureRequest) -> Register:
    found: Register = request.getfixturevalue(request.param)
    return found


def gdp(value: str | None, period: str = "2025", region: str = "15") -> Draft:
    body = Statement(
        subject=f"region:{region}",
        item="gdp",
        period=period,
        value=None if value is None else Decimal(value),
        unit="10k-CNY",
        status=Status.PRELIMINARY,
        detail={"lot": "", "note": "年报"},
    )
    return Draft(kind=STATEMENT, key=body.key, subject=body.subject, body=body, hours=(10, 20))


def target(code: str, holder: str, value: str) -> Draft:
    body = Target(
        code=code,
        name="单位GDP能耗",
        holder=holder,
        measure="energy-intensity",
        form=Form.REDUCTION,
        value=Decimal(value),
        unit="%",
        first_year=2021,
        last_year=2025,
        yearly={"2021": Decimal("3.30")},
        shares=(Decimal(40), Decimal("60.0")),
    )
    return Draft(kind=RecordKind.TARGET, key=code, subject=holder, body=body)


async def values(register: Register, as_of: int | None = None) -> list[Decimal | None]:
    return [entry.body.value for entry in await register.find(STATEMENT, as_of=as_of)]


class TestPuts:
    async def test_begin_with_nothing(self, register: Register) -> None:
        assert await register.find(STATEMENT) == ()
        assert await register.history(STATEMENT, "x") == ()
        assert (await register.revision(), await register.commit_at(None)) == (0, 0)

    async def test_make_versions_in_one_commit(self, register: Register) -> None:
        first = await register.put([gdp("1.0"), gdp("2", "2024")], "anna")
        assert [(e.version, e.commit, e.by) for e in first.entries] == [
            (1, first.commit, "anna")
        ] * 2
        second = await register.put([gdp("1.5"), gdp("2", "2024")], "bert")
        assert (len(second.entries), second.unchanged) == (1, 1)
        assert second.entries[0].version == 2
        assert second.commit > first.commit
        assert await register.revision() == second.commit
        assert await values(register) == [Decimal(2), Decimal("1.5")]
        history = await register.history(STATEMENT, gdp("1").key)
        assert [(e.version, e.body.value, e.by) for e in history] == [
            (1, Decimal("1.0"), "anna"),
            (2, Decimal("1.5"), "bert"),
        ]

    async def test_of_the_same_change_nothing(self, register: Register) -> None:
        made = await register.put([gdp("1.0")], "anna")
        again = await register.put([gdp("1.00")], "bert")
        assert (again.commit, again.entries, again.unchanged) == (0, (), 1)
        assert await register.revision() == made.commit
        assert (await register.put([], "anna")).commit == 0

    async def test_may_go_back_to_an_earlier_value(self, register: Register) -> None:
        for value in ("1", "2", "1", None):
            await register.put([gdp(value)], "anna")
        assert [e.version for e in await register.history(STATEMENT, gdp("1").key)] == [1, 2, 3, 4]
        assert await values(register) == [None]

    async def test_are_refused_after_somebody_elses(self, register: Register) -> None:
        key = gdp("1").key
        await register.put([gdp("1")], "anna", based_on={key: 0})
        with pytest.raises(ConflictError, match="version 1"):
            await register.put([gdp("2")], "bert", based_on={key: 0})
        assert await values(register) == [Decimal(1)]
        await register.put([gdp("2")], "bert", based_on={key: 1})
        assert await values(register) == [Decimal(2)]


class TestFinding:
    async def test_as_of_a_commit(self, register: Register) -> None:
        commits = [(await register.put([gdp(v)], "anna")).commit for v in ("1", "2", "3")]
        known = [await values(register, commit) for commit in commits]
        assert known == [[Decimal(1)], [Decimal(2)], [Decimal(3)]]
        assert await values(register, commits[0] - 1) == []

    async def test_by_keys_and_subjects(self, register: Register) -> None:
        drafts = [gdp("1"), gdp("2", region="63"), gdp("3", "2024", region="63")]
        await register.put(drafts, "anna")
        of_63 = await register.find(STATEMENT, subjects=["region:63", "region:99"])
        assert [e.key for e in of_63] == sorted(d.key for d in drafts[1:])
        (one,) = await register.find(STATEMENT, keys=[drafts[2].key, "nothing"])
        assert one.body == drafts[2].body
        assert await register.find(STATEMENT, keys=[]) == ()
        assert await register.find(RecordKind.TARGET) == ()

    async def test_a_record_that_has_moved_to_another_subject(self, register: Register) -> None:
        first = await register.put([target("T1", "region:15", "15.5")], "anna")
        await register.put([target("T1", "region:63", "15.5")], "anna")
        assert await register.find(RecordKind.TARGET, subjects=["region:15"]) == ()
        before = await register.find(RecordKind.TARGET, subjects=["region:15"], as_of=first.commit)
        assert [e.version for e in before] == [1]
        assert len(await register.find(RecordKind.TARGET, subjects=["region:63"])) == 1


async def test_records_come_back_to_the_last_digit(register: Register) -> None:
    step = Milestone(code="M", name="开工", due="2026-01-01")
    bodies = {
        RecordKind.TARGET: target("T1", "region:15", "15.50").body,
        RecordKind.TASK: Task(
            code="K", name="任务", holder="region:15", every=Every.YEAR, milestones=(step,)
        ),
        RecordKind.PROGRESS: Progress(task="K", on="2026-01-01", state=Reported.BLOCKED),
        RecordKind.INVENTORY: Inventory(
            holder="region:15", year=2025, stage=Stage.REVIEWED, gases={"CO2": Decimal("1.10")}
        ),
    }
    drafts = [
        Draft(kind=kind, key=body.key, subject="region:15", body=body)
        for kind, body in bodies.items()
    ]
    await register.put(drafts, "anna")
    for kind, body in bodies.items():
        (entry,) = await register.find(kind)
        assert (entry.body, repr(entry.body)) == (body, repr(body))


async def test_an_instant_resolves_to_the_last_commit_before_it(register: Register) -> None:
    first = await register.put([gdp("1")], "anna")
    second = await register.put([gdp("2")], "anna")
    at = [entries.entries[0].at_us for entries in (first, second)]
    assert await register.commit_at(at[0] - 1) == 0
    assert await register.commit_at(at[0]) == first.commit
    assert await register.commit_at(at[1]) == second.commit
    assert await register.commit_at(None) == second.commit


@pytest.mark.real
class TestOnPostgres:
    async def test_many_at_once_come_one_after_another(self, database: Database) -> None:
        register = PostgresRegister(database)
        await asyncio.gather(*(register.put([gdp(str(n))], "anna") for n in range(12)))
        history = await register.history(STATEMENT, gdp("0").key)
        assert [e.version for e in history] == list(range(1, 13))
        commits = [e.commit for e in history]
        assert commits == sorted(commits)

    async def test_a_number_waits_for_those_before_it(self, database: Database) -> None:
        """A commit that has its number but is not finished yet holds the answer up."""
        register = PostgresRegister(database)
        made = await register.put([gdp("1")], "anna")
        async with database.transaction() as tx:
            open_number = await tx.raw.fetchval(
                "insert into evaluator.commits (n, kind) "
                "values (nextval('evaluator.next_commit'), 'test') returning n"
            )
            asked = asyncio.ensure_future(register.commit_at(now_us()))
            await _until_somebody_waits(database)
            assert not asked.done()
        assert await asked in {made.commit, open_number}
        assert await register.commit_at(None) == open_number

    async def test_pages_follow_one_another(self, database: Database) -> None:
        register = PostgresRegister(database)
        drafts = [gdp("1", str(year)) for year in range(2001, 2011)]
        await register.put([*drafts, gdp("1", region="63")], "anna")
        found: list[str] = []
        while page := await register.page(
            STATEMENT, subjects=["region:15"], after=found[-1] if found else "", limit=4
        ):
            assert len(page) <= 4
            found += [entry.key for entry in page]
        assert found == sorted(draft.key for draft in drafts)

    async def test_a_hundred_thousand_records_are_one_commit(self, database: Database) -> None:
        register = PostgresRegister(database)
        body = gdp("1").body
        drafts = [
            Draft(
                kind=STATEMENT,
                key=f"region:15/gdp/{n}",
                subject="region:15",
                body=replace(body, period=str(n)),
            )
            for n in range(100_000)
        ]
        made = await register.put(drafts, "anna")
        assert len(made.entries) == 100_000
        assert (await register.put(drafts, "anna")).unchanged == 100_000


async def _until_somebody_waits(database: Database) -> None:
    waiting = False
    while not waiting:
        async with database.reading() as tx:
            waiting = await tx.raw.fetchval(
                "select exists (select 1 from pg_locks "
                "where relation = 'evaluator.commits'::regclass and not granted)"
            )
