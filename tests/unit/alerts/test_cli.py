"""`qingyu warnings`: what it asks for, and how a broken stream is taken up."""

import json
from collections.abc import Callable, Iterator
from itertools import islice

import httpx
import pytest
import typer

from deploy.cli.client import Api, Target
from deploy.cli.warnings import _followed, _line, _listed, _local, _table
from tests.unit.console.upstream import BUDGETS, HISTORY, WARNINGS, warning

Answer = Callable[[httpx.Request], httpx.Response]


def api(answer: Answer) -> Api:
    target = Target(urls={"alerts": "http://alerts"}, key="k")
    return Api(target, transport=httpx.MockTransport(answer))


class TestTheList:
    def test_turns_pages_until_it_has_enough(self) -> None:
        asked: list[dict[str, str]] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(dict(request.url.params))
            more = "7" if len(asked) == 1 else None
            return httpx.Response(200, json={"items": WARNINGS[:2], "next": more, "newest": 9})

        found, more = _listed(api(answer), {"region": "150000"}, 600)
        assert (len(found), more) == (4, False)
        assert asked == [
            {"region": "150000", "limit": "500"},
            {"region": "150000", "limit": "500", "cursor": "7"},
        ]

    def test_says_that_there_is_more(self) -> None:
        page = {"items": WARNINGS[:2], "next": "7", "newest": 9}
        found, more = _listed(api(lambda _: httpx.Response(200, json=page)), {}, 2)
        assert (len(found), more) == (2, True)

    def test_has_a_row_for_each(self) -> None:
        table = _table([warning(BUDGETS[0], "used", "red", 1)])
        assert table.row_count == 1


class TestFollowing:
    def test_takes_a_broken_stream_up_where_it_broke(self) -> None:
        places: list[str | None] = []

        def body(numbers: range) -> Iterator[bytes]:
            yield b"event: ready\r\nid: 0\r\ndata: {}\r\n\r\n"
            for number in numbers:
                data = json.dumps({"n": number}).encode()
                yield b"event: warning.raised\r\nid: %d\r\ndata: %b\r\n\r\n" % (number, data)
            if numbers.start == 1:
                raise httpx.ReadError("cut")

        def answer(request: httpx.Request) -> httpx.Response:
            places.append(request.headers.get("last-event-id"))
            content = body(range(1, 4) if len(places) == 1 else range(4, 6))
            return httpx.Response(200, content=content)

        entries = list(islice(_followed(api(answer), {}, None, (0.0,)), 5))
        assert [entry["n"] for entry in entries] == [1, 2, 3, 4, 5]
        assert places == [None, "3"]

    def test_ends_when_it_is_refused(self) -> None:
        refused = httpx.Response(401, json={"title": "Who are you?", "detail": "Send a key."})
        with pytest.raises(typer.Exit):
            next(_followed(api(lambda _: refused), {}, None))

    def test_tells_the_hour_on_the_clock_of_the_budget(self) -> None:
        assert _local("2018-05-09T23:00:00Z", "+09:00") == "2018-05-10 08:00 +09:00"
        assert "2018-05-10 08:00 +09:00" in _line(HISTORY[0])
