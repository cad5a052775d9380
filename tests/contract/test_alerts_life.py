"""What the stores promise about waiting, time, acts, files and groups, in memory and for real."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import asyncpg
import pytest

from services.alerts.domain.condition import ConditionPolicy, Policies
from services.alerts.domain.external import External
from services.alerts.domain.handling import CloseReason, Stage, State
from services.alerts.domain.life import (
    Acknowledge,
    Assign,
    Close,
    Comment,
    LifePolicy,
    Refused,
    Respond,
)
from services.alerts.domain.selection import Selection, Sight
from services.alerts.domain.warning import Assessment
from services.alerts.handlers.acts import Acted, Acts, File
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.journal import Journal
from services.alerts.ports.warnings import By
from shared.kit.postgres import Database
from shared.model.access import Principal, Role
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level
from tests.contract.alerts_stores import InMemory, InPostgres, Store
from tests.unit.alerts.builders import NOON, assessment

ALL = Sight(everything=True, subjects=(), regions=())
OPERATOR = Principal(key_id="k", name="op", role=Role.OPERATOR, scope=frozenset())
SLOW = ConditionPolicy(hold=timedelta(hours=3), keep_active=timedelta(hours=1))
POLICIES = Policies(kinds={ConditionKind.NO_DATA: SLOW})
TOPIC = "conditions.v1"


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        return InMemory()
    return InPostgres(request.getfixturevalue("database"))


def desk_of(store: Store) -> WarningDesk:
    return WarningDesk(desk=store.desk, policies=POLICIES)


def acts_of(store: Store, now: datetime = NOON) -> Acts:
    return Acts(
        desk=store.desk,
        archive=store.archive,
        attachments=store.attachments,
        policy=LifePolicy(),
        clock=lambda: now,
        word=lambda: None,
    )


def silent(number: int = 1, *changes: tuple[int, str], about: str = "P1") -> Assessment:
    """Nothing comes from a metering point."""
    return assessment(
        *(changes or ((0, "red"),)),
        number=number,
        budget=about,
        rule="grace",
        kind=ConditionKind.NO_DATA,
        measure=Measure.DATA,
    )


async def hear(store: Store, *made: Assessment, now: datetime = NOON) -> None:
    await desk_of(store).hear(TOPIC, made, {}, now)


async def types(store: Store, made: Assessment) -> list[str]:
    return [w.type.partition(".")[2] for w in await store.archive.history(made.key)]


class TestAWarningThatWaits:
    async def test_is_kept_whole(self, store: Store) -> None:
        await hear(store, silent())
        found = await store.archive.warning(silent().key)
        assert found is not None
        assert found.latest < 0
        assert (found.warning.state, found.warning.entries) == (State.PENDING, 0)
        assert found.warning.heard == silent().sequence
        assert found.warning.sequence == ()
        assert found.warning.due_at == NOON + timedelta(hours=3)

    async def test_is_found_by_its_state_only_and_paged(self, store: Store) -> None:
        await hear(store, *(silent(about=f"P{n}") for n in range(3)))
        page = await store.archive.find(ALL, Selection(), limit=9, below=None)
        assert page.items == ()
        waiting = Selection(state=State.PENDING)
        first = await store.archive.find(ALL, waiting, limit=2, below=None)
        rest = await store.archive.find(ALL, waiting, limit=2, below=first.items[-1].latest)
        assert ([len(first.items), first.more], [len(rest.items), rest.more]) == (
            [2, True],
            [1, False],
        )

    async def test_is_raised_and_resolved_as_time_passes(self, store: Store) -> None:
        desk = desk_of(store)
        await hear(store, silent())
        assert await desk.pass_time(NOON + timedelta(hours=2)) == 0
        assert await desk.pass_time(NOON + timedelta(hours=3)) == 1
        assert await desk.pass_time(NOON + timedelta(hours=3)) == 0
        await hear(store, silent(2, (0, "red"), (4, "none")), now=NOON + timedelta(hours=4))
        assert await types(store, silent()) == ["raised"]
        assert await desk.pass_time(NOON + timedelta(hours=5)) == 1
        assert await types(store, silent()) == ["raised", "resolved"]
        found = await store.archive.warning(silent().key)
        assert found is not None
        assert (found.latest, found.warning.state) == (2, State.RESOLVED)

    async def test_that_never_was_is_shown_to_nobody(self, store: Store) -> None:
        await hear(store, silent())
        await hear(store, silent(2, (0, "red"), (1, "none")))
        for selection in (Selection(), *(Selection(state=state) for state in State)):
            if selection.state is not State.INACTIVE:
                page = await store.archive.find(ALL, selection, limit=9, below=None)
                assert page.items == ()


class TestNumbers:
    async def test_are_counted_by_series(self, store: Store) -> None:
        await hear(store, silent(5))
        await hear(store, silent(1, about="P2"), assessment((1, "red"), number=1))
        warnings = [await store.archive.warning(silent(about=a).key) for a in ("P1", "P2")]
        assert all(warnings)

    async def test_of_two_topics_move_apart(self, store: Store) -> None:
        desk = desk_of(store)
        await desk.hear(TOPIC, [], {0: (0, 7)}, NOON)
        await desk.hear("assessments.v1", [], {0: (0, 3)}, NOON)
        assert await store.desk.positions(TOPIC, {0}) == {0: 7}
        assert await store.desk.positions("assessments.v1", {0}) == {0: 3}


class TestActs:
    async def test_are_kept_with_the_warning(self, store: Store) -> None:
        made = assessment((1, "red"))
        await hear(store, made)
        acts = acts_of(store)
        await acts.act(made.key, Acknowledge(comment="seen"), OPERATOR)
        await acts.act(made.key, Assign(assignee="wang"), OPERATOR)
        acted = await acts.act(made.key, Close(reason=CloseReason.FALSE, comment="误报"), OPERATOR)
        assert isinstance(acted, Acted)
        found = await store.archive.warning(made.key)
        assert found is not None
        assert found.warning == acted.done.warning
        assert (found.latest, acted.latest) == (4, 4)
        for selection in (
            Selection(state=State.CLOSED),
            Selection(stage=Stage.CLOSED),
            Selection(assignee="wang"),
            Selection(kind=ConditionKind.USED, measure=Measure.DATA),
        ):
            page = await store.archive.find(ALL, selection, limit=9, below=None)
            assert [one.warning.id for one in page.items] == [made.key]
        assert (await store.archive.count(ALL, Selection()))[Level.RED] == 0

    async def test_that_are_refused_leave_nothing(self, store: Store) -> None:
        made = assessment((1, "red"))
        await hear(store, made)
        assert isinstance(
            await acts_of(store).act(made.key, Comment(comment=""), OPERATOR), Refused
        )
        assert await store.archive.newest() == 1

    async def test_expire_and_are_not_found_due_again(self, store: Store) -> None:
        made = assessment((1, "red"))
        await hear(store, made)
        await acts_of(store).act(made.key, Acknowledge(), OPERATOR)
        later = NOON + timedelta(hours=24)
        assert [await desk_of(store).pass_time(later) for _ in range(2)] == [1, 0]
        assert (await types(store, made))[-1] == "acknowledgement_expired"

    async def test_survive_later_judgements(self, store: Store) -> None:
        await hear(store, assessment((1, "red")))
        key = assessment().key
        await acts_of(store).act(key, Respond(text="off"), OPERATOR)
        await hear(store, assessment((1, "red"), number=2))
        found = await store.archive.warning(key)
        assert found is not None
        assert found.warning.handling.stage is Stage.RESPONDED


class TestExternalAlerts:
    LABELS = {"alertname": "DiskFull", "severity": "critical"}  # noqa: RUF012 - never changed

    def alert(self, end: int) -> External:
        end_at = NOON + timedelta(minutes=end)
        return External(labels=self.LABELS, starts_at=NOON, ends_at=end_at, level=Level.RED)

    async def test_are_kept_with_their_labels_and_end_by_themselves(self, store: Store) -> None:
        desk = desk_of(store)
        await desk.take_external([self.alert(5)], NOON)
        await desk.take_external([self.alert(9)], NOON + timedelta(minutes=4))
        found = await store.archive.warning(self.alert(0).key)
        assert found is not None
        assert found.warning.labels == self.LABELS
        assert found.warning.due_at == NOON + timedelta(minutes=9)
        await desk.pass_time(NOON + timedelta(minutes=9))
        history = await store.archive.history(self.alert(0).key)
        assert [written.type for written in history] == ["warning.raised", "warning.resolved"]


class TestGroups:
    @pytest.mark.parametrize(
        ("by", "expected"),
        [
            (By.REGION, [("150200", 4, 2), ("150300", 1, 1)]),
            (By.MEASURE, [("carbon", 4, 2), ("energy", 1, 1)]),
            (By.KIND, [("used", 4, 3)]),
            (By.LEVEL, [("4", 4, 2), ("1", 1, 1)]),
            (By.SUBJECT, [("enterprise:1", 4, 1), ("enterprise:2", 4, 1), ("enterprise:3", 1, 1)]),
        ],
    )
    async def test_count_what_is_open(
        self, store: Store, by: By, expected: list[tuple[str, int, int]]
    ) -> None:
        city, league = ("150200", "150000"), ("150300", "150000")
        red = assessment((1, "red"), subject="enterprise:1", regions=city, measure=Measure.CARBON)
        await hear(
            store,
            red,
            replace(red, subject="enterprise:2"),
            assessment(
                (1, "notice"), subject="enterprise:3", regions=league, measure=Measure.ENERGY
            ),
            assessment((1, "red"), (2, "none"), subject="enterprise:4", regions=league),
        )
        found = await store.archive.groups(ALL, Selection(), by, limit=9)
        assert [(g.key, int(g.worst), g.total) for g in found.items] == expected
        assert (found.groups, found.warnings) == (len(expected), 3)
        rest = await store.archive.groups(ALL, Selection(), by, limit=1, skip=1)
        assert [g.key for g in rest.items] == [key for key, _, _ in expected[1:2]]


class TestFiles:
    async def test_are_kept_once_and_given_back(self, store: Store) -> None:
        made = assessment((1, "red"))
        await hear(store, made)
        acts, file = acts_of(store), File(name="a.pdf", content_type="application/pdf", data=b"x")
        digest = sha256(b"x").hexdigest()
        for _ in range(2):
            await acts.attach(made.key, file, OPERATOR)
        assert list(await store.attachments.of(made.key)) == [digest]
        found = await store.attachments.data(made.key, digest)
        assert found is not None
        assert (found[0].name, found[1]) == ("a.pdf", b"x")
        assert await store.attachments.data(assessment(budget="B2").key, digest) is None
        assert await store.attachments.data(made.key, "no hash") is None

    async def test_are_limited_in_number(self, store: Store) -> None:
        made = assessment((1, "red"))
        await hear(store, made)
        acts = acts_of(store)
        for n in range(3):
            file = File(name="a", content_type="text/plain", data=b"%d" % n)
            kept = await acts.attach(made.key, file, OPERATOR)
            assert not isinstance(kept, Refused)
            assert await store.attachments.keep(made.key, kept, file.data, most=3)
            other = replace(kept, sha256=sha256(b"other").hexdigest())
        assert not await store.attachments.keep(made.key, other, b"other", most=3)


@pytest.mark.real
class TestAtTheSameTime:
    async def test_no_act_is_lost(self, database: Database) -> None:
        store = InPostgres(database)
        made = assessment((1, "red"))
        await hear(store, made)
        acts = acts_of(store)
        await asyncio.gather(
            *(acts.act(made.key, Comment(comment=str(n)), OPERATOR) for n in range(12)),
            hear(store, assessment((1, "red"), (5, "none"), (7, "red"), number=2)),
            desk_of(store).pass_time(NOON + timedelta(days=2)),
        )
        found = await store.archive.warning(made.key)
        assert found is not None
        assert found.warning.entries == 15
        history = await store.archive.history(made.key)
        assert [written.position for written in history] == list(range(1, 16))

    async def test_new_alerts_of_somebody_else_are_taken_once(self, database: Database) -> None:
        store = InPostgres(database)
        alert = TestExternalAlerts().alert(5)
        await asyncio.gather(*(desk_of(store).take_external([alert], NOON) for _ in range(4)))
        assert len(await store.archive.history(alert.key)) == 1


@pytest.mark.real
class TestAJournalThatSomebodyTamperedWith:
    """Nobody can without switching the trigger off, which takes the owner of the table."""

    @pytest.mark.parametrize(
        ("statement", "broken"),
        [
            ("UPDATE alerts.history SET data = replace(data, 'red', 'none') WHERE id = 3", 3),
            ("UPDATE alerts.history SET kind = 'closed' WHERE id = 3", 3),
            ("UPDATE alerts.history SET warning = gen_random_uuid() WHERE id = 3", 3),
            ("UPDATE alerts.history SET position = 7 WHERE id = 3", 3),
            (
                "UPDATE alerts.history SET noticed_at = noticed_at - interval '1 day' WHERE id = 3",
                3,
            ),
            ("DELETE FROM alerts.history WHERE id = 1", 2),
            ("DELETE FROM alerts.history WHERE id = 4", 5),
            (
                "INSERT INTO alerts.history SELECT 40, warning, 99, kind, noticed_at, data, about,"
                " hash FROM alerts.history WHERE id = 2",
                40,
            ),
            ("SELECT 1", None),
        ],
    )
    async def test_is_found_out(
        self, database: Database, statement: str, broken: int | None
    ) -> None:
        store = InPostgres(database)
        await hear(store, *(assessment((1, "red"), budget=f"B{n}", number=n) for n in range(1, 7)))
        async with database.transaction() as tx:
            await tx.raw.execute("ALTER TABLE alerts.history DISABLE TRIGGER USER")
            await tx.raw.execute(statement)
            await tx.raw.execute("ALTER TABLE alerts.history ENABLE TRIGGER USER")
        checked = await Journal(archive=store.archive).check(0, limit=100)
        assert checked.broken == broken

    async def test_is_missed_where_its_end_was_cut_off(self, database: Database) -> None:
        store = InPostgres(database)
        await hear(store, *(assessment((1, "red"), budget=f"B{n}", number=n) for n in range(1, 7)))
        journal = Journal(archive=store.archive)
        assert (await journal.check(0, limit=100)).cut is None
        async with database.transaction() as tx:
            await tx.raw.execute("ALTER TABLE alerts.history DISABLE TRIGGER USER")
            await tx.raw.execute("DELETE FROM alerts.history WHERE id > 4")
        checked = await journal.check(0, limit=100)
        assert (checked.upto, checked.broken, checked.cut) == (4, None, 6)

    async def test_cannot_be_tampered_with_otherwise(self, database: Database) -> None:
        await hear(InPostgres(database), assessment((1, "red")))
        with pytest.raises(asyncpg.RaiseError):
            async with database.transaction() as tx:
                await tx.raw.execute("UPDATE alerts.history SET data = ''")
