"""Two copies tell, one or the other is killed again and again: nothing is lost, repeats are marked.

What counts is what the receiver has written down itself.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from multiprocessing.context import ForkServerProcess
from threading import Event

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.types import Receive, Scope, Send

from services.alerts.adapters.desk import PostgresDesk
from services.alerts.adapters.directory import PostgresDirectory
from services.alerts.adapters.presence import ALIVE
from services.alerts.adapters.secrets import new_secret
from services.alerts.domain.telling.reading import read_routes
from services.alerts.handlers.desk import WarningDesk
from shared.contracts.topics import ASSESSMENTS
from shared.kit import clock
from shared.kit.postgres import Database
from shared.kit.process import serve
from tests.system.telling_copy import begin, spawner
from tests.unit.alerts.builders import assessment
from tests.usecases.alerts.telling_parts import contact

pytestmark = pytest.mark.system

NOTICES = 10_000
KILLS = 50
PATIENCE_S = 120.0
AT_ONCE = 16
ROUTES = {"receiver": "duty", "group_by": ["..."], "group_wait": "0s", "group_interval": "1h"}
# What a copy held that is gone, or what is on its way once more.
_UNCALM = f"""
    SELECT count(*) FROM alerts.notices WHERE state = 'waiting'
    AND (attempts > 1 OR claimed_by <> ALL (ARRAY({ALIVE})) OR attempts = 1 AND claimed_by IS NULL)
"""
_UNANSWERED = """
    SELECT n.notice FROM alerts.attempts AS a JOIN alerts.notices AS n USING (number)
    GROUP BY n.notice, a.number, a.attempt HAVING count(*) = 1
"""


class Receiver:
    """Writes down every event that is signed, whether it was marked as a repeat, and says 204."""

    def __init__(self, secret: str) -> None:
        self.log: list[tuple[str, bool]] = []
        self.forged = 0
        self._webhook = Webhook(secret)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return  # killed while sending: half an event is none
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        try:
            self._webhook.verify(body, headers)
        except WebhookVerificationError:
            self.forged += 1
        self.log.append((headers["webhook-id"], headers.get("qingyu-repeat") == "1"))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def copies(database_url: str) -> AsyncGenerator[list[ForkServerProcess]]:
    context = spawner()
    running = [begin(context, database_url) for _ in range(2)]
    yield running
    for process in running:
        process.kill()
        process.join()


async def until(look: Callable[[], object], what: str) -> None:
    """Look again and again."""
    for _ in range(int(PATIENCE_S / 0.02)):
        found = look()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        await asyncio.to_thread(Event().wait, 0.02)
    pytest.fail(f"still waiting for {what}")


async def warn(db: Database) -> None:
    """Ten thousand warnings, each a group of its own."""
    desk = WarningDesk(desk=PostgresDesk(db))
    for first in range(0, NOTICES, 500):
        made = [
            assessment((1, "red"), subject=f"enterprise:E{number}", number=1)
            for number in range(first, first + 500)
        ]
        await desk.hear(ASSESSMENTS.name, made, {}, clock.now())


async def test_nothing_is_lost_and_what_repeats_is_marked(
    database: Database, copies: list[ForkServerProcess], database_url: str
) -> None:
    secret = new_secret()
    receiver = Receiver(secret)
    server = serve(receiver, "127.0.0.1", 0)
    listening = asyncio.create_task(server.serve())
    await until(lambda: server.started, "the receiver")
    port = server.servers[0].sockets[0].getsockname()[1]
    directory = PostgresDirectory(database, ROUTES)
    await directory.rule(ROUTES, read_routes(ROUTES), "test", clock.now())
    target = f"http://127.0.0.1:{port}/hook"
    await directory.keep(contact(target=target, secret=secret), "test", clock.now())
    warning = asyncio.create_task(warn(database))
    await kill_often(database, copies, database_url, receiver)
    await warning
    await until(lambda: len({name for name, _ in receiver.log}) == NOTICES, "all notices")
    await until(lambda: calm(database), "the last answers")
    server.should_exit = True
    await listening
    await judge(database, receiver)


async def kill_often(
    database: Database, copies: list[ForkServerProcess], url: str, receiver: Receiver
) -> None:
    """Kill one or the other while notices are on their way, and put another in its place."""
    chance, context = random.Random(7), spawner()
    for number in range(1, KILLS + 1):
        enough = number * (NOTICES - 1_000) // KILLS
        await until(lambda: len(receiver.log) >= enough, f"{enough} notices")  # noqa: B023
        before = await alive(database)
        victim = chance.randrange(2)
        copies[victim].kill()
        copies[victim].join()
        copies[victim] = begin(context, url)
        await until(lambda: replaced(database, before), "the copy in its place")  # noqa: B023
        await until(lambda: calm(database), "what the dead one held")


async def calm(database: Database) -> bool:
    """Whether nothing waits that was once under way in a copy that is gone."""
    async with database.reading() as tx:
        return bool(await tx.raw.fetchval(_UNCALM) == 0)


async def alive(database: Database) -> set[int]:
    """The numbers of the copies that are there."""
    async with database.reading() as tx:
        return {row[0] for row in await tx.raw.fetch(ALIVE)}


async def replaced(database: Database, before: set[int]) -> bool:
    """Whether two are there again, and one of them is new."""
    now = await alive(database)
    return len(now) == 2 and now != before


async def judge(database: Database, receiver: Receiver) -> None:
    """By the receiver's own log."""
    assert receiver.forged == 0
    counts = Counter(name for name, _ in receiver.log)
    assert len(counts) == NOTICES
    assert max(counts.values()) <= 2
    seen: set[str] = set()
    for name, marked in receiver.log:
        assert marked or name not in seen, f"{name} came again without a mark"
        seen.add(name)
    repeated = {name.split("_")[1] for name, number in counts.items() if number > 1}
    async with database.reading() as tx:
        in_flight = {row["notice"].hex for row in await tx.raw.fetch(_UNANSWERED)}
    assert repeated <= in_flight
    assert len(repeated) <= len(in_flight) <= KILLS * AT_ONCE
    print(f"{NOTICES} notices, {KILLS} kills: {len(repeated)} repeated, {len(in_flight)} in flight")
