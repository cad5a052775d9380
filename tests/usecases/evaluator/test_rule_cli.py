"""`qingyu rule try` in front of the route as it answers: pages, tables, JSON, refusals."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from typer.testing import CliRunner, Result

from deploy.cli import rule
from deploy.cli.client import Api, Target
from tests.usecases.evaluator.api import Site
from tests.usecases.evaluator.api_world import catalogue, wanted
from tests.usecases.evaluator.test_replays_api import used

TIME = ("--from", "2026-03-01", "--to", "2026-03-10")


class Line:
    """A command line over a site with a budget of ten kWh, a quarter of one used each hour."""

    def __init__(self, patch: pytest.MonkeyPatch, loop: asyncio.Runner) -> None:
        self._loop = loop
        self.site = Site(catalogue())
        loop.run(self._begin())
        self.asked: list[str] = []

        @contextmanager
        def connect(*_: object) -> Iterator[Api]:
            target = Target(urls={"evaluator": "http://evaluator"}, key="operator")
            yield Api(target, httpx.MockTransport(self._reply))

        patch.setattr(rule, "connect", connect)

    async def _begin(self) -> None:
        await self.site.court.open()
        await self.site.post("/v1/budgets", [wanted(code=f"B{nr:03}") for nr in range(150)])
        await used(self.site, [25] * 48)

    def _reply(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.content.decode())
        return self._loop.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self.site.client.request(
            request.method,
            str(request.url),
            content=request.content,
            headers={**request.headers},
        )
        return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)

    @staticmethod
    def run(*words: str) -> Result:
        """What came of it."""
        return CliRunner().invoke(rule.app, ["try", *words], env={"COLUMNS": "200"})


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with asyncio.Runner() as loop:
        yield Line(monkeypatch, loop)


def test_all_pages_are_asked_for_and_added_up(line: Line) -> None:
    result = line.run("used", *TIME, "-l", "yellow=50", "-l", "red=100")
    assert result.exit_code == 0, result.output
    assert len(line.asked) == 2
    said = result.output
    assert "150 budgets" in said
    assert "raised 600 times by the rule in force, 300 by this one" in said
    assert "← earlier 300" in said
    (row,) = [text for text in said.splitlines() if "B007" in text and "yellow" in text]
    assert "2026-03-02 19:00" in row
    assert row.rstrip().endswith("-0.7")


def test_only_what_changes_is_listed_unless_asked(line: Line) -> None:
    words = ("used", *TIME, "--budget", "B007", "-l", "yellow=50", "-l", "red=100")
    assert "= same 1" in line.run(*words).output
    assert sum("B007" in text for text in line.run(*words).output.splitlines()) == 3
    assert sum("B007" in text for text in line.run(*words, "--same").output.splitlines()) == 4


def test_as_json_all_pages_are_one_document(line: Line) -> None:
    found = json.loads(line.run("used", *TIME, "-l", "red=100", "--json").output)
    assert len(found["items"]) == found["tried"] == 150
    assert found["counts"]["lost"] == 0
    assert found["counts"]["later"] == 450


def test_a_rule_set_is_the_barometers(line: Line) -> None:
    line.run("N2021", *TIME)
    (body,) = map(json.loads, line.asked)
    assert (body["rule"], body["rule_set"]) == ("barometer", "N2021")


def test_refusals_are_shown(line: Line) -> None:
    pink = line.run("used", *TIME, "-l", "pink=3")
    assert pink.exit_code == 1
    assert "unknown level 'pink'" in pink.stderr
    bare = line.run("used", *TIME, "-l", "yellow")
    assert bare.exit_code == 1
    assert "write LEVEL=PERCENT" in bare.stderr
