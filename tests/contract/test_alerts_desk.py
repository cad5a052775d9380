"""What the stores of warnings promise: the same suite in memory and on PostgreSQL."""

import json
from datetime import timedelta

import asyncpg
import pytest

from services.alerts.domain.handling import State
from services.alerts.domain.selection import Selection, Sight
from services.alerts.domain.warning import Assessment, Reason, warning_id
from services.alerts.handlers.desk import WarningDesk
from shared.kit.errors import Fenced
from shared.kit.postgres import Database
from shared.model.level import Level
from tests.contract.alerts_stores import InMemory, InPostgres, Store
from tests.unit.alerts.builders import NOON, assessment

TOPIC = "assessments.v1"
ALL = Sight(everything=True, subjects=(), regions=())
KEY = warning_id("region:150000", "B1", "used")


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        return InMemory()
    return InPostgres(request.getfixturevalue("database"))


async def hear(
    store: Store, *made: Assessment, moves: dict[int, tuple[int, int]] | None = None
) -> int:
    heard = await WarningDesk(desk=store.desk).hear(TOPIC, made, moves or {}, NOON)
    return len(heard.entries)


class TestHearing:
    async def test_keeps_warning_and_history(self, store: Store) -> None:
        await hear(store, assessment((1, "notice"), (5, "red")))
        found = await store.archive.warning(KEY)
        assert found is not None
        assert (found.warning.level, found.warning.entries, found.latest) == (Level.RED, 2, 2)
        assert found.warning.regions == ("150000",)
        assert [c.level for c in found.warning.sequence] == [Level.NOTICE, Level.RED]
        history = await store.archive.history(KEY)
        assert [written.type for written in history] == ["warning.raised", "warning.raised_level"]

    async def test_keeps_the_evidence_as_it_was_given(self, store: Store) -> None:
        made = assessment((1, "notice"))
        await hear(store, made)
        found = await store.archive.warning(KEY)
        assert found is not None
        assert found.warning.facts == made.facts
        (written,) = await store.archive.history(KEY)
        document = json.loads(written.data)
        assert document["evidence"] == made.facts["evidence"]
        assert document["hour"] == "2026-05-01T13:00:00Z"
        assert document["figures"]["quantity"] == "405000.00"

    async def test_goes_on_where_an_earlier_batch_ended(self, store: Store) -> None:
        await hear(store, assessment((1, "notice")))
        await hear(store, assessment((1, "notice"), (5, "none"), number=2))
        await hear(store, assessment((1, "notice"), (6, "none"), number=3))
        history = await store.archive.history(KEY)
        assert [json.loads(written.data)["type"] for written in history] == [
            "warning.raised",
            "warning.resolved",
            "warning.corrected",
        ]
        assert [written.id for written in history] == [1, 2, 3]
        found = await store.archive.warning(KEY)
        assert found is not None
        assert (found.latest, found.warning.number) == (3, 3)

    async def test_ignores_numbers_heard_before(self, store: Store) -> None:
        await hear(store, assessment((1, "notice"), number=7))
        heard = await WarningDesk(desk=store.desk).hear(
            TOPIC,
            [assessment((1, "red"), number=7), assessment((1, "red"), number=6, budget="B2")],
            {},
            NOON,
        )
        assert heard.reasons == (Reason.OUTDATED, Reason.OUTDATED)
        assert await store.archive.newest() == 1

    async def test_without_any_entry_keeps_the_place_in_the_list(self, store: Store) -> None:
        await hear(store, assessment((1, "notice")))
        await hear(store, assessment((1, "notice"), number=2, watermark=2_000))
        found = await store.archive.warning(KEY)
        assert found is not None
        assert (found.latest, found.warning.number) == (1, 2)

    async def test_moves_the_positions_with_it(self, store: Store) -> None:
        assert await store.desk.positions(TOPIC, {0, 3}) == {0: 0, 3: 0}
        await hear(store, assessment((1, "notice")), moves={3: (0, 41)})
        await hear(store, moves={0: (0, 5), 3: (41, 42)})
        assert await store.desk.positions(TOPIC, {0, 3}) == {0: 5, 3: 42}

    async def test_leaves_nothing_when_another_has_moved_on(self, store: Store) -> None:
        await hear(store, moves={3: (0, 41)})
        with pytest.raises(Fenced):
            await hear(store, assessment((1, "notice")), moves={3: (0, 50)})
        assert await store.archive.warning(KEY) is None
        assert await store.archive.newest() == 0
        assert await store.desk.positions(TOPIC, {3}) == {3: 41}


class TestFinding:
    @pytest.fixture
    async def filled(self, store: Store) -> Store:
        province, city = ("150000",), ("150200", "150000")
        await hear(
            store,
            assessment((1, "red"), subject="region:150000", regions=province),
            assessment((1, "yellow"), subject="enterprise:X", regions=city),
            assessment(
                (1, "red"), (2, "none"), subject="enterprise:X", regions=city, number=2, rule="pace"
            ),
            assessment((1, "orange"), subject="tag:T", regions=(), budget="B2"),
        )
        return store

    @pytest.mark.parametrize(
        ("selection", "expected"),
        [
            (Selection(), ["tag:T", "enterprise:X", "enterprise:X", "region:150000"]),
            (Selection(subject="enterprise:X"), ["enterprise:X", "enterprise:X"]),
            (Selection(region="150000"), ["enterprise:X", "enterprise:X", "region:150000"]),
            (Selection(region="150200"), ["enterprise:X", "enterprise:X"]),
            (Selection(region="630000"), []),
            (Selection(level=Level.ORANGE), ["tag:T", "region:150000"]),
            (Selection(state=State.RESOLVED), ["enterprise:X"]),
            (Selection(state=State.OPEN, rule="used", region="150200"), ["enterprise:X"]),
            (Selection(about="B2"), ["tag:T"]),
            (Selection(since=NOON), ["tag:T", "enterprise:X", "enterprise:X", "region:150000"]),
            (Selection(since=NOON + timedelta(seconds=1)), []),
        ],
    )
    async def test_keeps_to_the_selection(
        self, filled: Store, selection: Selection, expected: list[str]
    ) -> None:
        page = await filled.archive.find(ALL, selection, limit=10, below=None)
        assert [one.warning.subject for one in page.items] == expected
        assert (page.more, page.newest) == (False, 5)

    @pytest.mark.parametrize(
        ("subjects", "regions", "expected"),
        [
            ((), (), []),
            ((), ("150200",), ["enterprise:X", "enterprise:X"]),
            (("tag:T",), (), ["tag:T"]),
            (("enterprise:X",), ("150000",), ["enterprise:X", "enterprise:X", "region:150000"]),
        ],
    )
    async def test_keeps_to_what_may_be_seen(
        self,
        filled: Store,
        subjects: tuple[str, ...],
        regions: tuple[str, ...],
        expected: list[str],
    ) -> None:
        sight = Sight(everything=False, subjects=subjects, regions=regions)
        page = await filled.archive.find(sight, Selection(), limit=10, below=None)
        assert [one.warning.subject for one in page.items] == expected

    async def test_pages_through_everything_once(self, filled: Store) -> None:
        seen: list[int] = []
        below: int | None = None
        while True:
            page = await filled.archive.find(ALL, Selection(), limit=1, below=below)
            seen += [one.latest for one in page.items]
            below = seen[-1]
            if not page.more:
                break
        assert seen == [5, 4, 2, 1]

    async def test_counts_what_is_open(self, filled: Store) -> None:
        counts = await filled.archive.count(ALL, Selection())
        assert counts == {Level.NOTICE: 0, Level.YELLOW: 1, Level.ORANGE: 1, Level.RED: 1}
        city = Sight(everything=False, subjects=(), regions=("150200",))
        counts = await filled.archive.count(city, Selection(rule="used"))
        assert counts == {Level.NOTICE: 0, Level.YELLOW: 1, Level.ORANGE: 0, Level.RED: 0}

    async def test_reads_entries_in_order_from_any_place(self, filled: Store) -> None:
        assert [written.id for written in await filled.archive.after(2, limit=2)] == [3, 4]
        assert [written.id for written in await filled.archive.after(4, limit=2)] == [5]
        assert await filled.archive.after(5, limit=2) == ()


@pytest.mark.real
class TestTheHistoryInPostgres:
    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM alerts.history",
            "UPDATE alerts.history SET kind = 'x'",
            "TRUNCATE alerts.history",
        ],
    )
    async def test_is_only_added_to(self, database: Database, statement: str) -> None:
        await hear(InPostgres(database), assessment((1, "notice")))
        with pytest.raises(asyncpg.RaiseError):
            async with database.transaction() as tx:
                await tx.raw.execute(statement)
