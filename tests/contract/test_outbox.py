"""What the outbox promises: sent after the commit, in order, and never forgotten."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence

import pytest

from shared.kit.backoff import Backoff
from shared.kit.errors import Unavailable
from shared.kit.kafka.producer import Message
from shared.kit.outbox import Outbox, Staged
from shared.kit.postgres import Database
from tests.contract.tables import SCHEMA, count, create_tables

pytestmark = pytest.mark.real


class Post:
    """A sender that notes what it was given, and refuses while it is closed."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.open = asyncio.Event()
        self.open.set()
        self.refused = asyncio.Event()

    async def send(self, messages: Sequence[Message]) -> None:
        if not self.open.is_set():
            self.refused.set()
            raise Unavailable("the post is closed")
        self.sent.extend(messages)

    async def has_refused(self) -> None:
        async with asyncio.timeout(10):
            await self.refused.wait()


@pytest.fixture(scope="module")
async def db(empty_database_url: str) -> AsyncGenerator[Database]:
    database = await Database.open(empty_database_url, application="test", pool_size=4)
    await create_tables(database)
    yield database
    await database.close()


@pytest.fixture
async def post(db: Database) -> Post:
    async with db.transaction() as tx:
        await tx.raw.execute(f"truncate {SCHEMA}.outbox")
    return Post()


def outbox(db: Database, post: Post) -> Outbox:
    return Outbox(db, SCHEMA, post, backoff=Backoff(first_s=0.001, most_s=0.001))


def messages(*values: int) -> list[Message]:
    return [Message("events", b"%d" % value, b"key", 1, (("a", b"\x00\xff"),)) for value in values]


async def staged(
    db: Database, box: Outbox, values: Sequence[Message], lanes: Collection[int] = (0,)
) -> list[Staged]:
    async with db.transaction() as tx:
        return await box.put(tx, values, lanes)


class TestAMessage:
    async def test_is_sent_after_the_commit_and_its_row_goes(
        self, db: Database, post: Post
    ) -> None:
        box = outbox(db, post)
        waiting = await staged(db, box, messages(1, 2, 3))
        assert await count(db, "outbox") == 3
        await box.publish(waiting)
        assert post.sent == messages(1, 2, 3)
        await box.stop()
        assert await count(db, "outbox") == 0

    async def test_of_a_failed_transaction_is_never_sent(self, db: Database, post: Post) -> None:
        async def fails() -> None:
            async with db.transaction() as tx:
                await outbox(db, post).put(tx, messages(1), [0])
                raise LookupError

        with pytest.raises(LookupError):
            await fails()
        assert await outbox(db, post).publish_leftovers(None) == 0
        assert post.sent == []

    async def test_waits_until_it_can_be_sent_and_others_wait_behind(
        self, db: Database, post: Post
    ) -> None:
        box = outbox(db, post)
        first, second = await staged(db, box, messages(1)), await staged(db, box, messages(2))
        post.open.clear()
        both = asyncio.gather(box.publish(first), box.publish(second))
        await post.has_refused()
        assert box.problem == "the post is closed"
        post.open.set()
        await both
        assert post.sent == messages(1, 2)
        assert box.problem is None

    async def test_stays_when_asked_to_stop_before_it_could_be_sent(
        self, db: Database, post: Post
    ) -> None:
        box = outbox(db, post)
        waiting = await staged(db, box, messages(1))
        post.open.clear()
        publishing = asyncio.create_task(box.publish(waiting))
        await post.has_refused()
        await box.stop()
        await publishing
        assert await count(db, "outbox") == 1


class TestLeftovers:
    async def test_are_sent_as_they_were_in_order(self, db: Database, post: Post) -> None:
        dead = outbox(db, post)
        await staged(db, dead, messages(*range(700)))
        await staged(db, dead, [Message("events", None, b"gone")])
        heir = outbox(db, post)
        assert await heir.publish_leftovers(None) == 701
        assert post.sent == [*messages(*range(700)), Message("events", None, b"gone")]
        assert await count(db, "outbox") == 0

    async def test_of_other_lanes_stay(self, db: Database, post: Post) -> None:
        dead = outbox(db, post)
        await staged(db, dead, messages(1), lanes=[0, 1])
        await staged(db, dead, messages(2), lanes=[2])
        await staged(db, dead, messages(3), lanes=[1, 2])
        assert await outbox(db, post).publish_leftovers([0, 1]) == 2
        assert post.sent == messages(1, 3)
        assert await count(db, "outbox") == 1

    async def test_do_not_include_what_this_process_sent(self, db: Database, post: Post) -> None:
        box = outbox(db, post)
        await box.publish(await staged(db, box, messages(1)))
        assert await box.publish_leftovers(None) == 0
        assert post.sent == messages(1)

    async def test_are_kept_when_they_cannot_be_sent(self, db: Database, post: Post) -> None:
        dead = outbox(db, post)
        await staged(db, dead, messages(1))
        post.open.clear()
        heir = outbox(db, post)
        publishing = asyncio.create_task(heir.publish_leftovers(None))
        await post.has_refused()
        await heir.stop()
        assert await publishing == 0
        assert await count(db, "outbox") == 1
