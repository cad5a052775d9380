"""Any process may die or freeze at any moment: nothing acknowledged is lost or counted twice."""

import asyncio
import random
import signal
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

import asyncpg
import pytest

from deploy.local import state
from deploy.local.options import KAFKA, POSTGRES
from tests.system import books
from tests.system.limits import Limit, Sequences, limits, warnings_of
from tests.system.receiver import Receiver, ids_of, receiving
from tests.system.script import script
from tests.system.sender import Senders
from tests.system.stack import Stack, stack_in, until
from tests.system.world import FIRST_HOUR, SCALES, Books, Reading, Request, World, books_of

pytestmark = pytest.mark.system

SEED = 20_260_302
KILLS = 20
VICTIMS = ("ingest", "evaluator", "alerts", POSTGRES, KAFKA)
KILLED = range(FIRST_HOUR, FIRST_HOUR + 31 * 24)
FROZEN = tuple(range(KILLED.stop + 32 * n, KILLED.stop + 32 * (n + 1)) for n in range(3))
UNSENT = range(FROZEN[-1].stop, FROZEN[-1].stop + 24)
PACE_S = 0.02
SETTLES_S = 90.0
LOOKS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A system with the small province in it, and what should come of the script."""

    stack: Stack
    receiver: Receiver
    world: World
    script: Sequence[Request]
    limits: tuple[Limit, ...]

    def expected_warnings(self, truth: Books) -> Sequences:
        """By the oracle, from the true books."""
        found: Sequences = {}
        for limit in self.limits:
            hours = truth[limit.subject, limit.carrier]
            found |= warnings_of(limit, hours, limit.period.end_hour)
        return found


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Generator[Scene]:
    world = World(seed=SEED)
    said = script(world, KILLED, SEED)
    planned = limits(world, books_of(world, (one for request in said for one in request)))
    with stack_in(tmp_path_factory.mktemp("kills")) as stack, receiving() as receiver:
        stack.import_catalogue(world.files)
        endpoint = stack.post("alerts", "/v1/webhooks", {"url": receiver.url})
        receiver.believe(endpoint["secret"])
        for limit in planned:
            stack.post("evaluator", "/v1/budgets", limit.body)
        yield Scene(stack=stack, receiver=receiver, world=world, script=said, limits=planned)


def victims(chance: random.Random) -> Iterator[str]:
    """Each part equally often, in any order, never twice in a row."""
    last = ""
    for _ in range(KILLS // len(VICTIMS)):
        turn = list(VICTIMS)
        chance.shuffle(turn)
        while turn[0] == last:
            chance.shuffle(turn)
        last = turn[-1]
        yield from turn


def difference(scene: Scene, truth: Books, url: str | None = None) -> str:
    """Where the books are not the true ones: empty when they are, hour by hour, everywhere."""
    wrong = []
    for (subject, carrier), hours in truth.items():
        span = (min(hours), max(hours) + 1)
        scale = SCALES[carrier]
        said = books.hours(scene.stack, subject, carrier, span, scale=scale, url=url)
        for hour in sorted(hours.keys() | said.keys()):
            true, book = hours.get(hour), said.get(hour)
            if (
                book is None
                or (book.quantity, book.estimated) != (true, 0)
                or book.completeness != 1
            ):
                wrong.append(f"{subject} {carrier} {hour}: {book} instead of {true}")
                break
    return "\n".join(wrong)


def await_books(scene: Scene, truth: Books, url: str | None = None) -> None:
    """Until the books are the true ones."""
    last = ""

    def same() -> bool:
        nonlocal last
        last = difference(scene, truth, url)
        return not last

    try:
        until(same, "the true books", SETTLES_S)
    except pytest.fail.Exception:
        pytest.fail(f"the books are not what was acknowledged:\n{last}\n{scene.stack.logs()}")


def sequences(stack: Stack) -> Sequences:
    """The surviving levels of every warning, as alerts tells them."""
    told = stack.get("alerts", "/v1/warnings", limit="500", full="true")["items"]
    return {
        (one["budget"]["code"], one["rule"]): [(c["hour"], c["level"]) for c in one["sequence"]]
        for one in told
    }


def history_ids(stack: Stack) -> set[int]:
    """The ids of all entries of the journal: of warnings, and of steps that follow from them."""
    found: set[int] = set()
    after: int | None = 0
    while after is not None:
        page = stack.get("alerts", "/v1/journal", after=str(after), limit="500")
        found |= {entry["id"] for entry in page["items"]}
        after = page["next"]
    return found


class TestKilled:
    def test_nothing_is_lost_or_counted_twice(self, scene: Scene) -> None:
        chance, stack, fallen = random.Random(SEED), scene.stack, []
        with Senders(stack.door, scene.script, pace_s=PACE_S) as senders:
            for victim in victims(chance):
                with senders.rushing():
                    senders.await_answers(senders.answers + chance.randint(20, 150))
                    before = stack.kill(victim)
                stack.await_back(victim, before)
                fallen.append(victim)
            senders.finish()
        assert sorted(fallen) == sorted(VICTIMS * (KILLS // len(VICTIMS)))
        assert senders.retries > 0, "the senders never noticed a thing"

        truth = books_of(scene.world, senders.acknowledged)
        await_books(scene, truth)
        expected = scene.expected_warnings(truth)
        assert len(expected) > len(scene.limits)
        until(lambda: sequences(stack) == expected, "the undisturbed run's warnings", SETTLES_S)
        until(lambda: ids_of(scene.receiver.events) >= history_ids(stack), "every event", SETTLES_S)
        assert ids_of(scene.receiver.events) == history_ids(stack)
        assert scene.receiver.forged == []
        assert difference(scene, truth) == ""
        assert sequences(stack) == expected


class TestFrozen:
    def test_a_copy_that_wakes_up_too_late_books_nothing(self, scene: Scene) -> None:
        stack, told = scene.stack, []
        before, during, after = (script(scene.world, span, SEED) for span in FROZEN)
        with stack.second("evaluator") as second:
            sleeper = until(lambda: stack.process("evaluator"), "the evaluator")
            with Senders(stack.door, before, pace_s=PACE_S) as senders:
                senders.await_answers(len(before) // 3)
                sleeper.send_signal(signal.SIGSTOP)
                senders.finish()
                told += senders.acknowledged
            try:
                told += said_at_once(stack, during)
                await_books(scene, books_of(scene.world, told), second)
            finally:
                sleeper.send_signal(signal.SIGCONT)
            told += said_at_once(stack, after)
            await_books(scene, books_of(scene.world, told), second)
            await_books(scene, books_of(scene.world, told))
            assert stack.process("evaluator") == sleeper, "it should have lived on"
        await_books(scene, books_of(scene.world, told))


class TestCutOff:
    def test_what_was_committed_but_not_sent_is_sent_by_the_next(self, scene: Scene) -> None:
        """Kafka stands still, so the evaluator dies between its commit and its messages."""
        stack, told = scene.stack, []
        kafka = until(lambda: stack.process(KAFKA), "Kafka")
        caught = 0
        for part in parts(script(scene.world, UNSENT, SEED), 3):
            with Senders(stack.door, part) as senders:
                senders.await_answers(len(part) // 2)
                kafka.send_signal(signal.SIGSTOP)
                try:
                    caught += unsent(stack)
                    before = stack.kill("evaluator")
                finally:
                    kafka.send_signal(signal.SIGCONT)
                stack.await_back("evaluator", before)
                senders.finish()
                told += senders.acknowledged
        print(f"the evaluator was caught {caught} times with messages that it had not sent")
        await_books(scene, books_of(scene.world, told))


def parts(requests: Sequence[Request], number: int) -> list[Sequence[Request]]:
    """In so many parts."""
    size = -(-len(requests) // number)
    return [requests[i : i + size] for i in range(0, len(requests), size)]


def unsent(stack: Stack) -> bool:
    """Whether the evaluator commits anything for Kafka now that Kafka stands still."""
    described = state.read(stack.folder)
    assert described is not None
    return asyncio.run(_committed_from_now_on(described.database_url))


async def _committed_from_now_on(url: str) -> bool:
    connection = await asyncpg.connect(url)
    try:
        begun = await connection.fetchval("select clock_timestamp()")
        for _ in range(LOOKS):
            found = "select exists (select from evaluator.outbox where created_at > $1)"
            if await connection.fetchval(found, begun):
                return True
            await connection.execute("select pg_sleep(0.05)")
        return False
    finally:
        await connection.close()


def said_at_once(stack: Stack, requests: Sequence[Request]) -> list[Reading]:
    """Send at full speed; what was acknowledged."""
    with Senders(stack.door, requests) as senders:
        senders.finish()
    return senders.acknowledged
