"""A replay sends every reading once, in the order asked for, and is patient with a busy door."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from deploy.replay.batches import Batch, Line, Order, Spool, cut, lines
from deploy.replay.mapping import load
from deploy.replay.pace import Pace, parse_speed
from deploy.replay.rows import Reading
from deploy.replay.run import Watcher, Wish, replay
from deploy.replay.sender import RefusedError, Sender
from deploy.replay.tally import Tally
from shared.model.instants import HOUR_US

SECOND = 1_000_000


def of(count: int) -> list[Line]:
    readings = (Reading("P", n * SECOND, str(n), "", "", "") for n in range(count))
    return list(lines(readings))


def values(batches: list[Batch]) -> list[list[int]]:
    return [[int(row["value"]) for row in rows(batch.body)] for batch in batches]


def rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode())))


class TestBatches:
    def test_are_cut_at_their_size(self) -> None:
        assert values(list(cut(of(5), 2))) == [[0, 1], [2, 3], [4]]

    def test_do_not_span_more_time_than_asked(self) -> None:
        assert values(list(cut(of(5), 10, span_us=SECOND))) == [[0, 1], [2, 3], [4]]

    def test_quote_what_would_break_a_line(self) -> None:
        line = next(lines([Reading('a,"b', 0, "1", "", "", "")]))
        assert line[1] == b'"a,""b",1970-01-01T00:00:00Z,1,,,\n'

    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            (Order.AS_WRITTEN, [[0, 1], [2, 3], [4]]),
            (Order.BACKWARDS, [[3, 4], [1, 2], [0]]),
        ],
    )
    def test_come_in_the_order_asked_for(self, order: Order, expected: list[list[int]]) -> None:
        with spooled(of(5)) as spool:
            assert values(list(cut(spool.visit(order, size=2), 2))) == expected

    def test_shuffled_differ_by_seed_and_lose_nothing(self) -> None:
        with spooled(of(50)) as spool:
            first, again, other = (
                [at for at, _ in spool.visit(Order.SHUFFLED, seed=seed)] for seed in (1, 1, 2)
            )
        assert first == again != other
        assert sorted(first) == sorted(other) == [n * SECOND for n in range(50)]

    def test_by_time_merges_what_files_keep_apart(self) -> None:
        with spooled([*of(5)[::2], *of(5)[1::2]]) as spool:
            assert [at // SECOND for at, _ in spool.visit(Order.BY_TIME)] == [0, 1, 2, 3, 4]


@contextmanager
def spooled(found: list[Line]) -> Iterator[Spool]:
    spool = Spool()
    try:
        for line in found:
            spool.add(line)
        yield spool
    finally:
        spool.close()


class TestPace:
    def test_history_is_due_when_its_share_of_time_has_passed(self) -> None:
        pace = Pace(speed=3600, first_us=5 * HOUR_US)
        assert pace.due_s(5 * HOUR_US) == 0
        assert pace.due_s(8 * HOUR_US) == 3
        assert pace.span_us == 720 * SECOND

    def test_speed_is_max_or_a_number(self) -> None:
        assert parse_speed("max") is None
        assert parse_speed("0.5") == 0.5
        for text in ("fast", "0", "-1", "nan", "inf"):
            with pytest.raises(ValueError, match="neither max nor"):
                parse_speed(text)


class TestTally:
    def test_counts_by_reason_and_keeps_the_first_examples(self) -> None:
        tally = Tally()
        item = {"point": "X", "at": "t", "reason": "unknown-point", "detail": "import it"}
        tally.answer({"accepted": 6, "refused": 5, "items": [item] * 5})
        tally.unreadable("f.csv:3", "no number")
        assert (tally.accepted, tally.refused, tally.requests) == (6, 6, 1)
        assert tally.examples["unknown-point"] == ["X at t: import it"] * 3

    def test_counts_what_the_door_did_not_list(self) -> None:
        tally = Tally()
        tally.answer({"accepted": 0, "refused": 5, "items": []})
        assert tally.refused == 5


Answer = Callable[[httpx.Request], httpx.Response]


def taken(request: httpx.Request) -> httpx.Response:
    count = len(rows(request.content))
    return httpx.Response(202, json={"accepted": count, "refused": 0, "items": []})


def wish(folder: Path, **more: object) -> Wish:
    (folder / "m.yaml").write_text("series: [{point: P}]\n")
    table = folder / "t.csv"
    stamps = [f"2021-01-01T{hour:02}:00:00Z,{hour}" for hour in range(10)]
    table.write_text("at,value\n" + "\n".join(stamps) + "\n")
    return Wish(mapping=load(folder / "m.yaml"), files=(table,), batch=4, **more)  # type: ignore[arg-type]  # forwarded


async def sent(what: Wish, answer: Answer, connections: int = 1) -> Tally:
    transport = httpx.MockTransport(answer)
    sender = Sender(
        "http://door", "key", connections=connections, patience_s=0, transport=transport
    )
    try:
        return await replay(what, sender, Watcher())
    finally:
        await sender.close()


class TestReplay:
    @pytest.mark.parametrize("order", list(Order))
    @pytest.mark.parametrize("connections", [1, 3])
    async def test_every_reading_is_sent_once(
        self, tmp_path: Path, order: Order, connections: int
    ) -> None:
        found: list[int] = []

        def answer(request: httpx.Request) -> httpx.Response:
            assert request.headers["Authorization"] == "Bearer key"
            found.extend(int(row["value"]) for row in rows(request.content))
            return taken(request)

        tally = await sent(wish(tmp_path, order=order), answer, connections)
        assert sorted(found) == list(range(10))
        assert tally.accepted == 10

    async def test_only_the_span_asked_for_is_sent(self, tmp_path: Path) -> None:
        first = 1_609_459_200 * SECOND
        some = wish(tmp_path, from_us=first + 2 * HOUR_US, to_us=first + 5 * HOUR_US)
        assert (await sent(some, taken)).accepted == 3

    async def test_a_pace_that_is_never_behind_sends_all(self, tmp_path: Path) -> None:
        assert (await sent(wish(tmp_path, speed=1e11), taken)).accepted == 10

    async def test_a_refused_request_stops_with_the_doors_words(self, tmp_path: Path) -> None:
        def answer(_request: httpx.Request) -> httpx.Response:
            return httpx.Response(403, json={"title": "Not yours", "detail": "ask for a key"})

        with pytest.raises(RefusedError, match="Not yours: ask for a key"):
            await sent(wish(tmp_path), answer)

    async def test_a_door_that_stays_busy_ends_patience(self, tmp_path: Path) -> None:
        def answer(_request: httpx.Request) -> httpx.Response:
            return httpx.Response(503, json={"title": "Busy", "detail": "Kafka is away"})

        with pytest.raises(RefusedError, match="gave up"):
            await sent(wish(tmp_path), answer)

    async def test_a_busy_door_is_asked_again(self, tmp_path: Path) -> None:
        waits: list[float] = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)

        answers = [httpx.Response(503, headers={"Retry-After": "2"}), httpx.Response(503)]

        def answer(request: httpx.Request) -> httpx.Response:
            return answers.pop(0) if answers else taken(request)

        sender = Sender("http://door", None, transport=httpx.MockTransport(answer), sleep=sleep)
        tally = await replay(wish(tmp_path), sender, Watcher())
        await sender.close()
        assert (tally.accepted, tally.retries) == (10, 2)
        assert waits == [2.0, 1.0]

    async def test_meter_changes_follow_the_registers(self, tmp_path: Path) -> None:
        bodies: list[object] = []

        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path == "/v1/meter-changes":
                bodies.extend(json.loads(request.content))
                return httpx.Response(202, json={"accepted": 1, "refused": 0, "items": []})
            return taken(request)

        what = wish(tmp_path)
        (tmp_path / "m.yaml").write_text(
            "series: [{point: P, register: {interval_s: 3600, digits: 2, start: '90',"
            " replaced: [{at: '2021-01-01T03:00:00Z', new_start: '5'}]}}]\n"
        )
        register = Wish(mapping=load(tmp_path / "m.yaml"), files=what.files)
        assert (await sent(register, answer)).accepted == 11
        assert bodies == [
            {"point": "P", "at": "2021-01-01T03:00:00Z", "old_end": "96", "new_start": "5"}
        ]
