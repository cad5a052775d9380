"""`qingyu budget` and `qingyu books`: what they ask for, and what they print."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from deploy.cli import books, budget
from deploy.cli.client import Api, Target

STATE = {
    "watermark": "2018-06-30T15:00:00Z",
    "quantity": "521199.76",
    "estimated": "0.00",
    "line": "500000.000000",
    "used_percent": "104.2400",
    "over_line_percent": "4.2400",
    "first_over_line": "2018-01-04T02:00:00Z",
    "completeness": "1.000000",
    "hours_judged": 4344,
    "period_hours": 4344,
    "levels": {"used": "red", "pace": "none"},
}
STEP = {
    "hour": "2018-06-20T10:00:00Z",
    "level": "red",
    "quantity": "500014.72",
    "line": "471339.780000",
    "used_percent": "100.0029",
}
BUDGET = {
    "code": "steel",
    "name": "钢铁厂",
    "subject": "enterprise:E",
    "subject_name": "演示钢铁厂",
    "regions": [],
    "carrier": None,
    "tce": "calorific",
    "flows": ["import"],
    "unit": "tce",
    "period": "2018H1",
    "zone": "+09:00",
    "policy": "standard",
    "version": 1,
    "total": "500000",
    "phasing": "linear",
    "state": STATE,
    "versions": [
        {"version": 1, "total": "500000", "phasing": "linear", "effective_from": None},
        {"version": 2, "total": "1", "phasing": "linear", "effective_from": STEP["hour"]},
    ],
    "sequences": {"used": [STEP], "pace": []},
    "factors": [
        {"carrier": "electricity", "kgce": "0.1229", "unit": "kWh", "version": "GB/T 2589-2020"}
    ],
}
ENTRY = {
    "start": "2018-04-30T15:00:00Z",
    "end": "2018-05-31T15:00:00Z",
    "quantity": "79059.28",
    "estimated": "1.50",
    "completeness": None,
    "tce": "9.716385512",
}
BOOKS = {
    "subject": "enterprise:E",
    "subject_name": "演示钢铁厂",
    "zone": "+09:00",
    "step": "month",
    "items": [
        {
            "carrier": "electricity",
            "flow": "import",
            "unit": "kWh",
            "factors": [
                {
                    "kgce": "0.1229",
                    "unit": "kWh",
                    "series": "calorific",
                    "version": "GB/T 2589-2020",
                    "confidence": "T,C",
                }
            ],
            "total": ENTRY,
            "hours": [ENTRY, ENTRY],
        }
    ],
}
Answers = Callable[[httpx.Request], httpx.Response]


class Line:
    """A command line in front of a service that answers as it is told."""

    def __init__(self, patch: pytest.MonkeyPatch, answer: Any, status: int = 200) -> None:
        self.asked: list[httpx.Request] = []

        def reply(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            return httpx.Response(status, json=answer)

        @contextmanager
        def connect(*_: object) -> Iterator[Api]:
            yield Api(Target(urls={"evaluator": "http://e"}, key="k"), httpx.MockTransport(reply))

        patch.setattr(budget, "connect", connect)
        patch.setattr(books, "connect", connect)

    def run(self, app: typer.Typer, *words: str) -> tuple[int, str]:
        """The exit code and what was printed."""
        result = CliRunner().invoke(app, list(words), env={"COLUMNS": "300"})
        return result.exit_code, result.output


@pytest.fixture
def books_app() -> typer.Typer:
    app = typer.Typer()
    app.command()(books.command)
    return app


class TestBudget:
    def test_import_sends_every_file(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        report = {"rows": 2, "dry_run": False, "added": ["B1"], "changed": ["B2"], "unchanged": []}
        line = Line(monkeypatch, report)
        (tmp_path / "a.yaml").write_text("budgets: []", encoding="utf-8")
        (tmp_path / "b.csv").write_bytes("code,name\nB1,电\n".encode("gb18030"))
        code, _ = line.run(budget.app, "import", str(tmp_path / "a.yaml"), str(tmp_path / "b.csv"))
        sent = json.loads(line.asked[0].content)
        assert code == 0
        assert [file["text"] for file in sent["files"]] == ["budgets: []", "code,name\nB1,电\n"]
        assert str(line.asked[0].url) == "http://e/v1/budgets/imports"

    def test_import_ends_with_an_error_when_refused(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        line = Line(monkeypatch, {"title": "no", "errors": [{"file": "a", "line": 3}]}, 422)
        (tmp_path / "a.csv").write_text("code\n", encoding="utf-8")
        assert line.run(budget.app, "import", str(tmp_path / "a.csv"))[0] == 1

    def test_list_turns_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        line = Line(monkeypatch, {"items": [BUDGET, {**BUDGET, "state": None}], "next": None})
        code, _ = line.run(budget.app, "list", "--region", "150000")
        assert (code, dict(line.asked[0].url.params)) == (0, {"region": "150000"})
        assert budget._table([BUDGET, {**BUDGET, "state": None}]).row_count == 2

    def test_show_has_everything(self, monkeypatch: pytest.MonkeyPatch) -> None:
        line = Line(monkeypatch, BUDGET)
        assert line.run(budget.app, "show", "steel")[0] == 0
        assert line.asked[0].url.path == "/v1/budgets/steel"
        assert budget._versions(BUDGET).row_count == 2


class TestBooks:
    def test_ask_for_what_was_given(
        self, monkeypatch: pytest.MonkeyPatch, books_app: typer.Typer
    ) -> None:
        line = Line(monkeypatch, BOOKS)
        code, _ = line.run(
            books_app, "enterprise:E", "--carrier", "electricity", "--from", "2018-05-01"
        )
        assert code == 0
        assert line.asked[0].url.path == "/v1/books/enterprise:E"
        assert dict(line.asked[0].url.params) == {
            "carrier": "electricity",
            "from": "2018-05-01",
            "step": "month",
            "series": "calorific",
        }

    def test_come_as_csv(self, monkeypatch: pytest.MonkeyPatch, books_app: typer.Typer) -> None:
        line = Line(monkeypatch, BOOKS)
        _, printed = line.run(books_app, "enterprise:E", "-o", "csv")
        head, first, *_ = printed.splitlines()
        assert head.startswith("carrier,flow,unit,start")
        assert first == (
            "electricity,import,kWh,2018-04-30T15:00:00Z,2018-05-31T15:00:00Z,79059.28,1.50,,"
            "9.716385512"
        )

    def test_come_as_a_table(self) -> None:
        rows = list(books._rows(BOOKS["items"][0], "month", "+09:00"))  # type: ignore[arg-type]
        assert rows[0] == ("2018-05", "79059.28", "1.50", "-", "9.716385512")
