"""`qingyu target` and `qingyu task` before the real routes: what they send and what they print."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import typer
from typer.testing import CliRunner

from deploy.cli import target, task
from deploy.cli.client import Api, Target
from deploy.cli.terminal import out
from tests.usecases.evaluator.plans_site import PlansSite

TARGETS = """targets:
  - {code: R, name: 能源消费总量, holder: "region:150000", measure: energy-total, form: total,
     value: 100, unit: tce, base_year: 2020, first_year: 2021, last_year: 2025, reserve: 20,
     incentive: 95, elastic: true, plan: 十四五, yearly: {2021: 90}}
  - {code: A, name: 甲, holder: "region:150100", measure: energy-total, form: total, value: 50,
     unit: tce, base_year: 2020, first_year: 2021, last_year: 2025, parent: R}
  - {code: B, name: 乙, holder: "region:150200", measure: energy-total, form: total, value: 30,
     unit: tce, base_year: 2020, first_year: 2021, last_year: 2025, parent: R}
"""
TASKS = """tasks:
  - {code: T1, name: 形势分析, holder: "region:150200", lead: [生态环境厅], joining: [统计局],
     every: quarter, begins: 2022-01-01, serves: [R], plan: 十四五, clause: 第三章}
  - {code: T2, name: 示范林, holder: "region:150200", deadline: 2022-12-31,
     milestones: [{code: m, name: 选址, due: 2022-03-31}]}
"""


class Line:
    """A command line in front of the routes."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.site = PlansSite()
        self.folder = folder

        @contextmanager
        def connect(*_: object) -> Iterator[Api]:
            where = Target(urls={"evaluator": "http://evaluator"}, key="operator")
            with Api(where, httpx.MockTransport(self._reply)) as api:
                yield api

        # Whatever the width of the terminal that the tests run in.
        patch.setattr(out, "width", 300)
        patch.setattr(target, "connect", connect)
        patch.setattr(task, "connect", connect)

    def _reply(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._ask(request))

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        answer = await self.site.client.request(
            request.method, request.url, content=request.content, headers=request.headers
        )
        headers = {"content-type": answer.headers["content-type"]}
        return httpx.Response(answer.status_code, content=answer.content, headers=headers)

    def run(self, app: typer.Typer, *words: str) -> str:
        """What is printed by a command that ends well."""
        result = CliRunner().invoke(app, list(words))
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, app: typer.Typer, *words: str) -> str:
        """What is printed by a command that does not."""
        result = CliRunner().invoke(app, list(words))
        assert result.exit_code == 1
        return result.output

    def file(self, name: str, text: str) -> str:
        """The path of a file with the text."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Line:
    return Line(monkeypatch, tmp_path)


class TestTarget:
    def test_goes_from_a_file_to_force(self, line: Line) -> None:
        file = line.file("targets.yaml", TARGETS)
        assert "Would add 3" in line.run(target.app, "import", "--dry-run", file)
        assert "3 added, 0 changed in commit 1" in line.run(target.app, "import", file)
        assert "Nothing to change" in line.run(target.app, "import", file)
        said = ("--approver", "自治区人民政府", "--from", "2021-01-01", "--on", "2021-01-01")
        assert "0 added, 3 changed" in line.run(target.app, "approve", "R", *said)
        shown = line.run(target.app, "show", "R", "--on", "2022-01-01")
        for part in (
            "能源消费总量",
            "≤ 100 tce",
            "95",
            "in-force",
            "2021 90",
            "自治区人民政府",
            "2025Q4",
        ):
            assert part in shown
        listed = line.run(target.app, "list", "--state", "in-force", "--on", "2022-01-01")
        assert "region:150200 name of 150200" in listed
        assert "≤ 30 tce" in listed

    def test_exchanges_and_shows_the_sums(self, line: Line) -> None:
        line.run(target.app, "import", line.file("targets.yaml", TARGETS))
        line.run(target.app, "transfer", "A", "B", "2.5", "--reason", "铝厂搬迁")
        tree = line.run(target.app, "tree", "R")
        assert "32.5 tce" in tree
        assert "✓ R (places): parts 80 + undivided 20 tce, of 100" in tree
        assert "Nothing of it is in force" in line.run(target.app, "tree", "R", "--in-force")
        assert "铝厂搬迁 -2.5 (B)" in line.run(target.app, "show", "A")
        refusal = line.refused(target.app, "transfer", "A", "B", "99", "--reason", "x")
        assert "below zero" in refusal

    def test_tries_out_before(self, line: Line) -> None:
        line.run(target.app, "import", line.file("targets.yaml", TARGETS))
        draft = line.file("more.yaml", TARGETS.replace("value: 50", "value: 40"))
        assert "10 tce short" in line.refused(target.app, "what-if", draft)
        moved = TARGETS.replace("value: 50", "value: 44").replace("value: 30", "value: 36")
        tried = line.run(target.app, "what-if", line.file("m.yaml", moved), "--period", "2025Q3")
        assert "Would add 0 and change 2" in tried
        assert "● red" in tried

    def test_speaks_json(self, line: Line) -> None:
        file = line.file("targets.yaml", TARGETS)
        assert json.loads(line.run(target.app, "import", file, "--json"))["commit"] == 1
        rows = line.run(target.app, "list", "--json").splitlines()
        assert [json.loads(row)["code"] for row in rows] == ["A", "B", "R"]
        assert len(json.loads(line.run(target.app, "show", "A", "--json"))["path"]) == 20
        assert json.loads(line.run(target.app, "tree", "R", "--json"))["sums"][0]["adds_up"]

    def test_follows_the_months_of_a_year(self, line: Line) -> None:
        line.run(target.app, "import", line.file("targets.yaml", TARGETS))
        printed = line.run(target.app, "phasing", "A", "--year", "2020")
        assert "2020-01  11 tce" in printed
        assert "shares: [50, 4.5455, " in printed
        json_shares = json.loads(line.run(target.app, "phasing", "A", "--year", "2020", "--json"))
        assert len(json_shares["shares"]) == 12

    def test_says_what_to_do_without_any(self, line: Line) -> None:
        assert "qingyu target import" in line.run(target.app, "list")
        assert "no target Q" in line.refused(target.app, "show", "Q")


class TestTask:
    def test_goes_from_a_file_to_a_summary(self, line: Line) -> None:
        file = line.file("tasks.yaml", TASKS)
        assert "2 added" in line.run(task.app, "import", file)
        done = ("--on", "2022-03-31", "--state", "done", "--instance", "2022Q1s", "--by", "厅")
        assert "1 added" in line.run(task.app, "report", "T1", *done)
        shown = line.run(task.app, "show", "T1", "--on", "2022-07-15")
        for part in ("生态环境厅, with 统计局", "十四五 第三章", "done 2022Q1s", "overdue 2022Q2s"):
            assert part in shown
        assert "选址" in line.run(task.app, "show", "T2")
        counted = line.run(task.app, "summary", "--on", "2022-07-15")
        assert "T1 形势分析" in counted
        assert "2022Q2s 15 days overdue" in counted
        assert "T2 示范林" in counted

    def test_lists_what_is_behind(self, line: Line) -> None:
        line.run(task.app, "import", line.file("tasks.yaml", TASKS))
        listed = line.run(task.app, "list", "--behind", "--on", "2022-05-01")
        assert "overdue 2022Q1s" in listed
        assert "31 d" in listed
        early = line.run(task.app, "list", "--on", "2021-05-01", "--state", "not-started")
        assert "T2" in early
        assert "No such tasks" in line.run(task.app, "list", "--department", "财政厅")

    def test_speaks_json_and_refuses(self, line: Line) -> None:
        file = line.file("tasks.yaml", TASKS)
        assert json.loads(line.run(task.app, "import", file, "--json"))["commit"] == 1
        assert len(line.run(task.app, "list", "--json").splitlines()) == 2
        assert json.loads(line.run(task.app, "show", "T2", "--json"))["milestones"]
        assert json.loads(line.run(task.app, "summary", "--json"))["all"]["total"] > 1
        wrong = line.refused(task.app, "report", "T2", "--on", "2022-01-01", "--percent", "101")
        assert "not between 0 and 100" in wrong
        dry = ("report", "T2", "--on", "2022-01-01", "--percent", "50", "--dry-run")
        assert "Would add 1" in line.run(task.app, *dry)
