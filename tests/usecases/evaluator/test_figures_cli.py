"""`qingyu figure`, `qingyu barometer`, `qingyu factor` in front of the routes as they answer."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from deploy.cli import barometer, factor, figure
from deploy.cli.client import Api, Target
from services.evaluator.entrypoints import publications_api
from services.evaluator.handlers.recompute import Recompute, Run
from services.evaluator.ports.register import RecordKind
from tests.usecases.evaluator.publications import MemoryPublications
from tests.usecases.evaluator.reckoning import MILL, PROVINCE, Province
from tests.usecases.evaluator.test_explain_api import busy
from tests.usecases.evaluator.test_recompute import GRID


class Line:
    """A command line whose requests the routes answer, each in turn on one loop."""

    def __init__(self, patch: pytest.MonkeyPatch, place: Province, loop: asyncio.Runner) -> None:
        def reply(request: httpx.Request) -> httpx.Response:
            return loop.run(self._answer(place, request))

        @contextmanager
        def connect(*_: object) -> Iterator[Api]:
            target = Target(urls={"evaluator": "http://evaluator"}, key="operator")
            yield Api(target, httpx.MockTransport(reply))

        for module in (figure, barometer, factor):
            patch.setattr(module, "connect", connect)

    @staticmethod
    async def _answer(place: Province, request: httpx.Request) -> httpx.Response:
        answer = await place.client.request(
            request.method,
            str(request.url),
            content=request.content,
            headers={"Authorization": request.headers["Authorization"]},
        )
        await asyncio.sleep(0)
        return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)

    @staticmethod
    def run(app: typer.Typer, *words: str) -> str:
        """What was printed; the command must succeed."""
        result = CliRunner().invoke(app, list(words), env={"COLUMNS": "250"})
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def barometer_app() -> typer.Typer:
    app = typer.Typer()
    app.command()(barometer.command)
    return app


def test_a_figure_and_its_tree(monkeypatch: pytest.MonkeyPatch, loop: asyncio.Runner) -> None:
    line = Line(monkeypatch, loop.run(busy()), loop)
    shown = line.run(figure.app, "show", f"{MILL}/energy-total/2024-05")
    assert "tce" in shown
    tree = line.run(figure.app, "explain", f"{MILL}/energy-total/2024-05", "--lang", "zh")
    assert "电力" in tree
    assert "1 points, 744 readings" in tree
    rated = line.run(figure.app, "explain", f"{MILL}/target:T-M/2024", "--basis", "gross")
    assert "by rule N2020" in rated
    body: Any = json.loads(
        line.run(figure.app, "show", f"{PROVINCE}/energy-intensity/2025", "--json")
    )
    assert body["value"] is None
    missing = line.run(figure.app, "show", f"{PROVINCE}/energy-intensity/2025")
    assert "missing: GDP missing" in missing


def test_lights(
    monkeypatch: pytest.MonkeyPatch, loop: asyncio.Runner, barometer_app: typer.Typer
) -> None:
    line = Line(monkeypatch, loop.run(busy()), loop)
    table = line.run(barometer_app, "150000", "2024", "--lang", "zh")
    assert "地区150200" in table
    assert "●" in table
    assert "compared with 2023" in table
    assert "三级" in table
    body = json.loads(line.run(barometer_app, "150000", "2024", "--of", "enterprises", "--json"))
    assert [row["subject"] for row in body["items"]] == [MILL]
    empty = line.run(barometer_app, "150203", "2024")
    assert "No targets are in force" in empty


def test_a_year_is_computed_anew(monkeypatch: pytest.MonkeyPatch, loop: asyncio.Runner) -> None:
    place = loop.run(busy())
    publications = MemoryPublications(place.books, place.memory)
    run = Run(Recompute(place.gatherer, publications, publications))
    place.client = place.client_of(publications_api.router, recompute=run)
    before = place.commit
    loop.run(place.put(RecordKind.FACTOR, GRID))
    monkeypatch.setattr(factor, "_POLL_S", 0)
    line = Line(monkeypatch, place, loop)
    said = line.run(factor.app, "recompute", "--year", "2024", "--old-as-of", str(before))
    assert "figures changed" in said
    assert "co2" in said
