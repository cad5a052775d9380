"""Commands find the running system, and show a refusal so that a person can act on it."""

import json
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
import typer

from deploy.cli.client import Api, Target, find
from deploy.local import operator_key, state
from deploy.local.dirlock import DirLock
from deploy.local.state import State

URLS = {
    name: f"http://127.0.0.1:{9000 + index}"
    for index, name in enumerate(("ingest", "evaluator", "alerts", "console"))
}
RUNNING = State(
    supervisor=1,
    version="0.1.0",
    started_at="2026-01-01T00:00:00+00:00",
    ready=True,
    database_url="",
    kafka="",
    urls=URLS,
    parts={},
)


class TestFind:
    def test_finds_the_system_that_runs_in_the_folder(self, tmp_path: Path) -> None:
        with DirLock(tmp_path):
            state.write(tmp_path, RUNNING)
            assert find(tmp_path).urls == URLS

    def test_takes_the_folders_operator_key(self, tmp_path: Path) -> None:
        key = operator_key.ensure(tmp_path)
        with DirLock(tmp_path):
            state.write(tmp_path, RUNNING)
            assert find(tmp_path).key == key
            assert find(tmp_path, "another").key == "another"

    def test_refuses_a_folder_where_nothing_runs(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        state.write(tmp_path, RUNNING)  # left behind by one that was killed
        with pytest.raises(typer.Exit):
            find(tmp_path)
        assert "qingyu up --data-dir" in capsys.readouterr().err

    def test_goes_where_the_environment_says(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("QINGYU_INGEST_URL", "https://qingyu.example.test/")
        assert find(tmp_path).urls["ingest"] == "https://qingyu.example.test"

    def test_goes_to_the_usual_ports_otherwise(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        found = find(None)
        assert found.urls["ingest"] == "http://127.0.0.1:8601"
        assert found.key is None


def api(status: int, body: Mapping[str, object] | str, key: str | None = None) -> Api:
    """A client of services that always answer this."""
    content = body if isinstance(body, str) else json.dumps(body)

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            status, content=content, headers={"seen": request.headers.get("authorization", "")}
        )

    return Api(Target(urls=URLS, key=key), httpx.MockTransport(answer))


class TestApi:
    def test_gives_the_json(self) -> None:
        assert api(200, {"items": []}).get("alerts", "/v1/warnings") == {"items": []}

    def test_gives_nothing_for_an_empty_answer(self) -> None:
        assert api(204, "").delete("alerts", "/v1/webhooks/1") is None

    def test_shows_the_key(self) -> None:
        response = api(200, {}, key="qy_a_b").send("GET", "ingest", "/v1/keys")
        assert response.headers["seen"] == "Bearer qy_a_b"

    def test_shows_a_refusal_with_its_items_and_ends_with_1(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        problem = {
            "title": "Nothing was imported",
            "detail": "2 entries are wrong.",
            "errors": [
                {"file": "a.csv", "line": 3, "detail": "unknown region [15]"},
                {"pointer": "/points/4", "message": "unit kg is not energy"},
                "and more",
            ],
        }
        with pytest.raises(typer.Exit) as caught:
            api(422, problem).post("ingest", "/v1/catalogue", json={})
        assert caught.value.exit_code == 1
        shown = capsys.readouterr().err
        for part in (
            "Nothing was imported (422)",
            "2 entries are wrong.",
            "file a.csv line 3: unknown region [15]",
            "pointer /points/4: unit kg is not energy",
            "and more",
        ):
            assert part in shown

    def test_shows_a_refusal_that_is_no_problem_document(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(typer.Exit):
            api(502, "<html>bad gateway</html>").get("ingest", "/v1/keys")
        assert "Bad Gateway (502)" in capsys.readouterr().err

    def test_says_when_nobody_answers(self, capsys: pytest.CaptureFixture[str]) -> None:
        def refuse(request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("refused", request=request)

        with pytest.raises(typer.Exit):
            Api(Target(urls=URLS, key=None), httpx.MockTransport(refuse)).get("ingest", "/v1/keys")
        assert "ingest does not answer" in capsys.readouterr().err
