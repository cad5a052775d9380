"""What the table of told conditions promises: numbers, messages in the same transaction, pages."""

from collections.abc import Sequence

import pytest

from services.evaluator.adapters.conditions_store import PostgresConditions
from services.evaluator.adapters.register_store import PostgresRegister
from services.evaluator.domain.conditions.seen import Seen
from services.evaluator.domain.conditions.telling import compare
from services.evaluator.ports.conditions import (
    Announcement,
    Conditions,
    Kept,
    Place,
    Reached,
    Wanted,
)
from services.evaluator.ports.judge import ConflictError
from services.evaluator.ports.register import RecordKind
from shared.contracts.conditions import ConditionMade, decode
from shared.kit.kafka.producer import Message
from shared.kit.outbox import Outbox
from shared.kit.postgres import Database
from shared.model.condition import ConditionKind, Measure
from tests.contract.test_evaluator_register import gdp
from tests.unit.evaluator.conditions.make import NONE, RED, YELLOW, seen
from tests.usecases.evaluator.conditions import MemoryConditions

KINDS = (ConditionKind.BAROMETER, ConditionKind.LIMIT)


class Post:
    """A sender that notes what it was given."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def send(self, messages: Sequence[Message]) -> None:
        self.sent.extend(messages)

    def bodies(self) -> list[ConditionMade]:
        """The messages, read."""
        return [decode(one.value or b"") for one in self.sent]


class Dead(Post):
    """A process that ends before it has sent anything."""

    async def send(self, messages: Sequence[Message]) -> None:
        raise ProcessLookupError(f"{len(messages)} messages not sent")


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def store(request: pytest.FixtureRequest) -> Conditions:
    if request.param == "memory":
        return MemoryConditions()
    database: Database = request.getfixturevalue("database")
    return PostgresConditions(database, Outbox(database, "evaluator", Post()))


async def announced(store: Conditions, *now: Seen, at_us: int = 10**15) -> list[Announcement]:
    """What is to be told of these sights."""
    known = await store.told(KINDS, [one.subject for one in now] or ["region:150000"])
    return [
        Announcement(change=change, subject_name="内蒙古", regions=("150000",), made_at_us=at_us)
        for change in compare(known, now, at_us, 7, "test")
    ]


async def tell(store: Conditions, *now: Seen) -> None:
    """Tell of these sights."""
    await store.tell(await announced(store, *now))


async def test_what_was_told_comes_back(store: Conditions) -> None:
    made = await announced(
        store,
        seen(1, RED, "2025Q1", value="12.5", limit="10", ratio_percent="125", unit="tce"),
        seen(2, NONE, "2025H1", facts={"label": {"zh": "能耗"}, "list": [1, None, True]}),
    )
    await store.tell(made)
    (told,) = (await store.told(KINDS, ["region:150000"])).values()
    assert told == made[0].change.told
    assert await store.told([ConditionKind.LIMIT], ["region:150000"]) == {}
    assert await store.told(KINDS, ["region:15"]) == {}
    assert await announced(store, seen(2, NONE, "2025H1")) == []


async def test_numbers_go_on_and_only_from_what_was_looked_at(store: Conditions) -> None:
    await tell(store, seen(1, RED, "a"))
    late = await announced(store, seen(1, YELLOW, "a"), seen(1, RED, subject="region:63"))
    await tell(store, seen(2, RED, "b"))
    with pytest.raises(ConflictError):
        await store.tell(late)
    (told,) = (await store.told(KINDS, ["region:150000", "region:63"])).values()
    assert (told.number, told.level) == (2, RED)


async def test_who_has_a_warning_that_stands(store: Conditions) -> None:
    await tell(store, seen(1, RED, "a"), seen(1, RED, subject="region:63"))
    await tell(store, seen(1, RED, subject="enterprise:E", kind=ConditionKind.LIMIT))
    await tell(store, seen(2, NONE, "b"))
    assert await store.standing(KINDS) == {"region:63", "enterprise:E"}
    assert await store.standing([ConditionKind.LIMIT]) == {"enterprise:E"}
    assert await store.counts() == {
        (ConditionKind.BAROMETER, RED): 1,
        (ConditionKind.BAROMETER, NONE): 1,
        (ConditionKind.LIMIT, RED): 1,
    }


async def test_how_far_sources_came(store: Conditions) -> None:
    assert await store.reached() == {}
    await store.advance("ratings", Reached(commit=5, mark="2025-06"))
    await store.advance("ratings", Reached(commit=6, mark="2025-07"))
    await store.advance("tasks", Reached(commit=2))
    assert await store.reached() == {
        "ratings": Reached(commit=6, mark="2025-07"),
        "tasks": Reached(commit=2),
    }


async def test_pages_have_the_worst_first_and_filters(store: Conditions) -> None:
    levels = [YELLOW, RED, NONE, RED, YELLOW]
    for nr, level in enumerate(levels):
        more = {"measure": Measure.CARBON} if nr % 2 else {}
        await tell(store, seen(1, RED, subject=f"region:{nr}", **more))
        await tell(store, seen(1, level, subject=f"region:{nr}", facts={"nr": nr}, **more))
    found: list[Kept] = []
    after: Place | None = None
    while page := await store.page(Wanted(), after, 2):
        found += page
        after = (page[-1].told.level, page[-1].id)
    assert [one.told.series.subject[-1] for one in found] == list("13042")
    assert found[0].made_at_us == 10**15

    async def only(wanted: Wanted) -> str:
        rows = await store.page(wanted, None, 10)
        return "".join(one.told.series.subject[-1] for one in rows)

    assert await only(Wanted(levels=[RED, NONE])) == "132"
    assert await only(Wanted(measures=[Measure.CARBON])) == "13"
    assert await only(Wanted(subjects=["region:4"])) == "4"
    assert await only(Wanted(kinds=[ConditionKind.LIMIT])) == ""


@pytest.mark.real
async def test_a_message_is_in_the_same_transaction(database: Database) -> None:
    dead = PostgresConditions(database, Outbox(database, "evaluator", Dead()))
    with pytest.raises(ProcessLookupError):
        await tell(dead, seen(1, RED, "2025Q1", unit="tce", facts={"margin": "-2.5"}))
    post = Post()
    alive = PostgresConditions(database, Outbox(database, "evaluator", post))
    assert (
        await announced(alive, seen(1, RED, "2025Q1", unit="tce", facts={"margin": "-2.5"})) == []
    )
    await alive.send_leftovers()
    await alive.send_leftovers()
    (body,) = post.bodies()
    assert (body.id, body.number) == ("barometer|region:150000|T|N2020/1", 1)
    assert (body.subject_name, body.regions, body.measure) == ("内蒙古", ["150000"], "energy")
    assert (body.made_at, body.watermark) == ("2001-09-09T01:46:40Z", "2001-09-09T01:46:40Z")
    (only,) = body.sequence
    assert (only.at, only.level, only.period) == ("1970-01-01T01:00:00Z", "red", "2025Q1")
    assert body.facts == {"margin": "-2.5"}
    assert post.sent[0].key == b"region:150000"


@pytest.mark.real
async def test_news_are_of_months_that_ended(database: Database) -> None:
    store = PostgresConditions(database, Outbox(database, "evaluator", Post()))
    taken = await PostgresRegister(database).put([gdp("5")], "office")
    commit = taken.commit
    async with database.transaction() as tx:
        for subject, month in (("enterprise:E", 24300), ("enterprise:F", 24301)):
            await tx.raw.execute(
                "insert into evaluator.month_log values "
                "($1, $2, 'coal', 'import', 2, $3, 1, 0, 0, '')",
                commit,
                subject,
                month,
            )
    news = await store.news(commit - 1, commit, 24301)
    assert news.books == {"enterprise:E"}
    assert news.records == {(RecordKind.STATEMENT, "region:15")}
    assert news.of(RecordKind.STATEMENT, RecordKind.TARGET) == {"region:15"}
    later = await store.news(commit, commit + 9, 24301)
    assert not later.books | later.records
