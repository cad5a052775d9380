"""The store of briefs: the same in memory and on PostgreSQL; what is published stays there."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from services.alerts.adapters.briefs.store import PostgresBriefs
from services.alerts.domain.briefs import flow
from services.alerts.domain.briefs.document import Language
from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.flow import Brief, Happened, State
from services.alerts.domain.briefs.numbering import Number, errata_numbered, numbered
from services.alerts.domain.selection import Sight
from services.alerts.handlers.briefs.parts import BriefParts
from services.alerts.ports.briefs import (
    BriefFilter,
    BriefStore,
    ClaimLostError,
    NumberTakenError,
    Progress,
    Revision,
)
from shared.kit.postgres import Database
from tests.usecases.alerts.briefs_memory import MemoryBriefs
from tests.usecases.alerts.briefs_parts import ANNA, BOB, Desk

ALL = Sight(everything=True, subjects=(), regions=())
PATTERN = "形势〔{year}〕{nth}号"
AT = datetime(2026, 10, 30, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POSTGRES = pytest.param("postgres", marks=pytest.mark.real)


@pytest.fixture(params=["memory", POSTGRES])
def store(request: pytest.FixtureRequest) -> BriefStore:
    if request.param == "memory":
        return MemoryBriefs()
    return PostgresBriefs(request.getfixturevalue("database"))


def brief(region: str = "150000", period: str = "2026Q3", **more: Any) -> Brief:
    return Brief(
        id=flow.brief_id(region, period),
        region=region,
        name=f"地区{region}",
        regions=(region, "100000"),
        period=period,
        kind="quarter",
        settings="default",
        state=State.MAKING,
        created_at=AT,
        languages=(Language.ZH,),
        title=Label("题", "title"),
        **more,
    )


def file(data: bytes, name: str = "brief.zh.pdf") -> tuple[flow.File, bytes]:
    made = flow.File(
        name=name,
        form="pdf",
        language="zh",
        edition="office",
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        media_type="application/pdf",
    )
    return made, data


def parts(store: BriefStore) -> BriefParts:
    """As the handlers write changes, on that store."""
    return replace(Desk().parts, store=store, encode=lambda one: msgspec.json.encode(one).decode())


async def write(store: BriefStore, happened: Happened, **more: Any) -> Brief:
    change = parts(store).change(happened, **more)
    async with store.work() as work:
        await work.one(change.brief.id)
        await work.write(change)
    return change.brief


async def draft(store: BriefStore, one: Brief, data: bytes = b"draft") -> Brief:
    """Made once."""
    made = replace(one, state=State.DRAFT, revision=one.revision + 1, files=(file(data)[0],))
    revision = Revision(facts=b"facts " + data, pages=b"pages " + data, files=(file(data),))
    return await write(store, Happened(brief=made, did=flow.Did.PREPARED, at=AT), revision=revision)


async def publish(store: BriefStore, one: Brief, number: Number, data: bytes = b"out") -> Brief:
    """Published under the number."""
    approved = one
    if one.state is State.DRAFT:
        approved = await write(store, flow.approved(one, BOB, AT, ""))
    revision = Revision(facts=b"facts", pages=b"pages", files=(file(data),))
    happened = flow.published(approved, number, (file(data)[0],), BOB, AT, "")
    return await write(store, happened, revision=revision)


async def out(store: BriefStore, one: Brief, nth: int = 1) -> Brief:
    """Made and published."""
    data = f"{one.region}{one.period}".encode()
    number = numbered(one.region, 2026, nth, PATTERN)
    return await publish(store, await draft(store, one, b"draft" + data), number, data)


class TestKeeping:
    async def test_a_brief_is_read_as_it_was_written(self, store: BriefStore) -> None:
        made = await draft(store, brief(editor=ANNA, remarks={"overall": "检修"}))
        found = await store.one(made.id)
        assert found is not None
        assert (found.brief, found.progress, found.sheets) == (made, None, ())
        assert await store.revision(made.id) == (b"facts draft", b"pages draft")
        assert await store.data(made.files[0].sha256) == b"draft"
        assert await store.known([made.id, uuid4()]) == {made.id}
        assert (await store.counts())[State.DRAFT] == 1

    async def test_a_new_revision_takes_the_place_of_the_old_one(self, store: BriefStore) -> None:
        first = await draft(store, brief())
        second = await draft(store, first, b"second")
        assert second.revision == 2
        assert await store.revision(first.id) == (b"facts second", b"pages second")
        assert await store.data(second.files[0].sha256) == b"second"

    async def test_lists_by_region_state_and_sight(self, store: BriefStore) -> None:
        await out(store, brief("150000"))
        await draft(store, brief("150200"))
        await draft(store, brief("630000"), b"other")
        found = await store.find(ALL, BriefFilter(region="100000"), limit=10, below=None)
        assert [one.brief.region for one in found] == ["630000", "150200", "150000"]
        rest = await store.find(ALL, BriefFilter(), limit=10, below=found[0].place)
        assert [one.brief.region for one in rest] == ["150200", "150000"]
        drafts = await store.find(ALL, BriefFilter(state=State.DRAFT), limit=1, below=None)
        assert [one.brief.region for one in drafts] == ["630000"]
        sight = Sight(everything=False, subjects=("region:150200",), regions=("150200",))
        seen = await store.find(sight, BriefFilter(), limit=10, below=None)
        assert [one.brief.region for one in seen] == ["150200"]

    async def test_what_waits_is_looked_at_in_time(self, store: BriefStore) -> None:
        for region, state, hours in (
            ("1", State.WAITING, 2),
            ("2", State.STOPPED, 1),
            ("3", State.WAITING, 9),
        ):
            one = replace(brief(region), state=state, try_at=AT + timedelta(hours=hours))
            await write(store, Happened(brief=one, did=None, at=AT))
        found = await store.due(AT + timedelta(hours=3), 9, limit=10)
        assert [one.region for one in found] == ["2", "1"]

    async def test_what_cannot_move_is_not_looked_at(self, store: BriefStore) -> None:
        for region, state, commit, asked in (
            ("1", State.STOPPED, 5, None),
            ("2", State.STOPPED, 4, None),
            ("3", State.STOPPED, 4, 4),
            ("4", State.WAITING, 5, 5),
        ):
            order = flow.Order(commit=asked)
            one = replace(brief(region), state=state, try_at=AT, commit=commit, order=order)
            await write(store, Happened(brief=one, did=None, at=AT))
        found = await store.due(AT, 5, limit=10)
        assert {one.region for one in found} == {"2", "4"}

    async def test_briefs_for_the_public(self, store: BriefStore) -> None:
        await out(store, brief("150000", public=True))
        await out(store, brief("630000"))
        await draft(store, brief("540000", public=True), b"x")
        found = await store.public(limit=10, below=None)
        assert [one.brief.region for one in found] == ["150000"]
        numbered_one = await store.numbered("150000-2026-1")
        assert numbered_one is not None
        assert numbered_one.brief == found[0].brief
        assert await store.numbered("150000-2026-2") is None


class TestMaking:
    async def _queued(self, store: BriefStore) -> Brief:
        one = flow.ordered(None, brief(), flow.Order(commit=3), ANNA)
        return await write(store, one, queue=True)

    async def test_one_copy_claims_it(self, store: BriefStore) -> None:
        queued, token = await self._queued(store), uuid4()
        claimed = await store.claim(AT, AT + MINUTE, token)
        assert claimed is not None
        assert (claimed.brief, claimed.attempt) == (queued, 1)
        assert await store.claim(AT, AT + MINUTE, uuid4()) is None
        progress = Progress(step="writing", done=40, whole=100)
        await store.progress(queued.id, token, progress, AT + 2 * MINUTE)
        listed = await store.one(queued.id)
        assert listed is not None
        assert listed.progress == progress
        assert await store.claim(AT + MINUTE, AT + 3 * MINUTE, uuid4()) is None, "it was kept"

    async def test_each_claim_takes_one_of_many(self, store: BriefStore) -> None:
        months = [f"2026M{month}" for month in range(1, 13)]
        for period in months:
            one = flow.ordered(None, brief(period=period), flow.Order(), ANNA)
            await write(store, one, queue=True)
        claimed = [await store.claim(AT, AT + MINUTE, uuid4()) for _ in months]
        assert [one.brief.period for one in claimed if one] == months
        assert await store.claim(AT, AT + MINUTE, uuid4()) is None

    async def test_what_somebody_asked_for_comes_first(self, store: BriefStore) -> None:
        for region, by in (("150100", None), ("150200", None), ("150300", ANNA)):
            one = flow.ordered(None, brief(region), flow.Order(), by)
            await write(store, one, queue=True)
        claimed = [await store.claim(AT, AT + MINUTE, uuid4()) for _ in range(3)]
        assert [one.brief.region for one in claimed if one] == ["150300", "150100", "150200"]

    async def test_a_claim_that_ran_out_is_another_copys(self, store: BriefStore) -> None:
        queued, first, second = await self._queued(store), uuid4(), uuid4()
        await store.claim(AT, AT + MINUTE, first)
        again = await store.claim(AT + MINUTE, AT + 2 * MINUTE, second)
        assert again is not None
        assert again.attempt == 2
        progress = Progress(step="writing", done=40, whole=100)
        with pytest.raises(ClaimLostError):
            await store.progress(queued.id, first, progress, AT + MINUTE)
        happened = Happened(brief=replace(queued, state=State.STOPPED), did=None, at=AT)
        with pytest.raises(ClaimLostError):
            await write(store, happened, token=first)
        await write(store, happened, token=second)
        assert await store.claim(AT + 9 * MINUTE, AT + 10 * MINUTE, uuid4()) is None

    async def test_put_off_it_is_anybodys_again_later(self, store: BriefStore) -> None:
        queued, token = await self._queued(store), uuid4()
        await store.claim(AT, AT + MINUTE, token)
        progress = Progress(step="away", done=0, whole=100)
        await store.put_off(queued.id, token, progress, AT + 5 * MINUTE)
        assert await store.claim(AT + MINUTE, AT + 2 * MINUTE, uuid4()) is None
        again = await store.claim(AT + 5 * MINUTE, AT + 6 * MINUTE, token)
        assert again is not None
        assert again.attempt == 2
        await store.put_off(queued.id, token, progress, AT + 6 * MINUTE, is_attempt=False)
        again = await store.claim(AT + 6 * MINUTE, AT + 7 * MINUTE, token)
        assert again is not None
        assert again.attempt == 2, "somebody was away: that was no attempt"


class TestPublished:
    async def test_numbers_have_no_gap(self, store: BriefStore) -> None:
        first = await out(store, brief())
        assert await store.last_number("150000", 2026) == 1
        assert await store.last_number("150000", 2027) == 0
        made = await draft(store, brief(period="2026M10"))
        other = await write(store, flow.approved(made, BOB, AT, ""))
        for nth in (1, 3):
            with pytest.raises(NumberTakenError):
                await publish(store, other, numbered("150000", 2026, nth, PATTERN))
        await publish(store, other, numbered("150000", 2026, 2, PATTERN))
        assert await store.last_number("150000", 2026) == 2
        assert first.number is not None

    async def test_the_one_before_by_the_journal(self, store: BriefStore) -> None:
        await out(store, brief(period="2026Q1", commit=11))
        second = await out(store, brief(period="2026Q2", commit=22), 2)
        # Of a later end, or of the same: what came out last is not always what came before.
        await out(store, brief(period="2026Q4", commit=33), 3)
        await out(store, brief(period="2026Q3s", commit=44), 4)
        newest = 1_000_000
        before = await store.before("150000", "2026Q3", newest)
        assert before is not None
        assert (before.period, before.commit, before.id) == ("2026Q2", 22, str(second.id))
        same = await store.before("150000", "2026Q2", newest)
        assert same is not None
        assert same.period == "2026Q1"
        assert await store.before("150000", "2026Q3", 0) is None
        assert await store.before("150200", "2026Q3", newest) is None

    async def test_checked_against_newer_figures(self, store: BriefStore) -> None:
        first = await out(store, brief())
        second = await out(store, brief("630000"))
        long_ago = AT - timedelta(days=1)
        assert len(await store.unchecked(5, long_ago, limit=9)) == 2
        await store.checked(first.id, 5, AT)
        await store.checked(second.id, 4, AT - MINUTE)
        assert [one.id for one in await store.unchecked(5, long_ago, limit=9)] == [second.id]
        assert [one.id for one in await store.unchecked(6, long_ago, limit=1)] == [second.id]
        assert not await store.unchecked(6, AT + MINUTE, limit=9), "published before that"

    async def test_sheets_of_errata(self, store: BriefStore) -> None:
        one = await out(store, brief())
        assert one.number is not None
        sheet = replace(brief(), id=flow.errata_id(one.id, 1), kind="errata", corrects=one.id)
        await publish(store, await draft(store, sheet, b"sheet"), errata_numbered(one.number, 1))
        found = await store.one(one.id)
        assert found is not None
        assert (found.sheets, found.corrected) == (((sheet.id, True),), True)
        assert [each.id for each in await store.sheets(one.id)] == [sheet.id]
        assert await store.last_number("150000", 2026) == 1
        assert await store.unchecked(9, AT - MINUTE, limit=9) == [one]


@pytest.mark.real
class TestImmutable:
    @pytest.fixture
    async def published(self, database: Database) -> Brief:
        return await out(PostgresBriefs(database), brief())

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE alerts.briefs SET data = '{}'",
            "UPDATE alerts.briefs SET state = 'draft', nth = NULL, year = NULL, part = NULL, "
            "address = NULL, published_at = NULL",
            "DELETE FROM alerts.briefs",
            "TRUNCATE alerts.briefs CASCADE",
            "UPDATE alerts.brief_revisions SET facts = ''",
            "DELETE FROM alerts.brief_revision_files",
            "DELETE FROM alerts.brief_revisions",
            "UPDATE alerts.brief_revision_files SET name = 'x'",
            "UPDATE alerts.brief_files SET data = 'x'",
            "DELETE FROM alerts.brief_files",
            "TRUNCATE alerts.brief_files CASCADE",
            "INSERT INTO alerts.brief_revisions SELECT id, 99, '', '' FROM alerts.briefs",
        ],
    )
    async def test_nobody_changes_it(
        self, database: Database, published: Brief, statement: str
    ) -> None:
        with pytest.raises((asyncpg.RestrictViolationError, asyncpg.ForeignKeyViolationError)):
            async with database.transaction() as tx:
                await tx.raw.execute(statement)
        found = await PostgresBriefs(database).one(published.id)
        assert found is not None
        assert found.brief == published

    async def test_it_is_in_the_journal_with_its_hashes(
        self, database: Database, published: Brief
    ) -> None:
        async with database.reading() as tx:
            data = await tx.raw.fetchval(
                "SELECT data FROM alerts.history WHERE about = 'brief' AND kind = 'published'"
            )
        entry = msgspec.json.decode(data)
        assert entry["brief"] == str(published.id)
        told = [one for _, one in await PostgresBriefs(database).history(published.id)]
        assert told[-1].decode() == data
        assert len(told) == published.entries
        assert [one["sha256"] for one in entry["files"]] == [published.files[0].sha256]

    async def test_two_that_are_published_at_once_get_two_numbers(self, database: Database) -> None:
        desk = Desk()
        store = PostgresBriefs(database)
        desk.parts = replace(desk.parts, store=store)
        acts = replace(desk.acts, parts=desk.parts)
        made = [await draft_of(desk, period) for period in ("2026M8", "2026M10", "2026M11")]
        for one in made:
            await acts.approve(one, None, BOB, AT, "")
        done = await asyncio.gather(*(acts.publish(one, None, BOB, AT, "") for one in made))
        assert sorted(one.number.nth for one in done if one.number) == [1, 2, 3]


async def draft_of(desk: Desk, period: str) -> UUID:
    """A draft made by the real handlers on the store of the desk's parts."""
    maker = replace(desk.maker, parts=desk.parts)
    acts = replace(desk.acts, parts=desk.parts)
    await acts.order(brief(period=period), flow.Order(), ANNA)
    made = await maker.round()
    assert made is not None
    assert made.state is State.DRAFT
    return made.id
