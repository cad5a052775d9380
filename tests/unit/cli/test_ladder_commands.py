"""`qingyu ladder|step|gate|consultation`: what they ask for and what they show."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import typer
from typer.testing import CliRunner

from deploy.cli import consultation, gate, ladder, step
from services.alerts.adapters.ladder_policy import shipped
from tests.unit.alerts.ladder.builders import LADDER

RUNNER = CliRunner()
STEP = {
    "id": "s1",
    "state": "issued",
    "title": "通报",
    "subject_name": "包头市",
    "about_name": "能耗强度",
    "department": "节能主管部门",
    "office": "150000",
    "answers": "包头市人民政府",
    "reasons": ["红色预警"],
    "clause": "三.四",
    "document": "文1号",
    "due": "2040-01-05",
    "issue_by": None,
    "provisional": True,
    "may": ["answer"],
    "figures": {
        "monitored": {
            "value": "12.5",
            "unit": "%",
            "period": "2026Q1",
            "level": "red",
            "source": "/v1/warnings/w",
        },
        "confirmed": None,
        "missing": "没有统计数据",
    },
    "history": [
        {
            "noticed_at": "2026-05-11T01:00:00Z",
            "type": "step.issued",
            "why": "",
            "by": {"name": "王"},
        }
    ],
}
GATE = {
    "region": "150200",
    "region_name": "包头市",
    "state": "restricted",
    "projects": ["two_high"],
    "offset": ["energy"],
    "exempt": ["national_major"],
    "since": "2026-05-11T01:00:00Z",
    "inherited": True,
    "of": "150000",
    "why": "红色预警",
    "clause": "三.四",
    "warning": "w1",
    "restrictions": [],
    "decisions": [
        {"at": "2026-05-12", "state": "open", "document": "文2", "reason": "整改", "by": "王"}
    ],
}
GATE["restrictions"] = [dict(GATE)]
CONSULTATION = {
    "id": "c1",
    "title": "会商",
    "region": "150200",
    "held_at": "2026-05-10T16:00:00Z",
    "participants": ["发改委"],
    "decisions": ["压减"],
    "tasks": [
        {
            "number": 1,
            "title": "报方案",
            "assignee": "工信局",
            "due": "2026-05-18",
            "provisional": False,
            "state": "open",
        }
    ],
}


LISTS: dict[str, object] = {
    "/v1/steps": {"items": [STEP], "next": None},
    "/v1/gates": {"items": [GATE]},
    "/v1/consultations": {"items": [CONSULTATION]},
    "/v1/ladders": {
        "items": [
            {
                "name": "short",
                "title": "试用",
                "version": 1,
                "steps": 4,
                "rules": 3,
                "regions": ["150000"],
            }
        ]
    },
    "/v1/ladders/short": {"text": LADDER, "version": 2},
}
SINGLE: dict[str, object] = {
    "steps": STEP,
    "gates": GATE,
    "consultations": CONSULTATION,
    "ladders": {"region": "150000", "ladder": "short", "version": 3},
}


class Upstream:
    """Answers as told by path, on a real port, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, bytes]] = []

    def answer(self, method: str, path: str, content: bytes) -> bytes:
        """The body of an answer."""
        self.asked.append((method, path, content))
        path = path.partition("?")[0]
        if path.endswith("letter.docx"):
            return b"DOCX"
        if method == "GET" and path in LISTS:
            return json.dumps(LISTS[path]).encode()
        return json.dumps(SINGLE[path.split("/")[2]]).encode()


def _handler(upstream: Upstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Hands everything to the upstream."""

        def _any(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length", 0)))
            body = upstream.answer(self.command, self.path, content)
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _any  # noqa: N815 - the names that the library looks for

        def log_message(self, *_: object) -> None:
            """Silent."""

    return Handler


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch) -> Iterator[Upstream]:
    made = Upstream()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("QINGYU_ALERTS_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("QINGYU_KEY", "k")
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def said(app: typer.Typer, *words: str, code: int = 0) -> str:
    found = RUNNER.invoke(app, words)
    assert found.exit_code == code, found.output
    return found.output


def test_steps_are_listed_shown_and_acted_on(upstream: Upstream, tmp_path: Path) -> None:
    listed = said(step.app, "list", "--region", "150000")
    assert "通报" in listed
    assert "2040-01-05 (provisional)" in listed
    assert "live=true" in upstream.asked[0][1]
    shown = said(step.app, "show", "s1")
    assert "12.5 % (2026Q1, red)" in shown
    assert "没有统计数据" in shown
    said(step.app, "issue", "s1", "--document", "文1号", "--on", "2026-05-11")
    assert json.loads(upstream.asked[-1][2]) == {"document": "文1号", "issued_on": "2026-05-11"}
    said(step.app, "answer", "s1", "--text", "已办")
    said(step.app, "done", "s1")
    said(step.app, "withdraw", "s1", "--reason", "x")
    assert upstream.asked[-1][:2] == ("POST", "/v1/steps/s1/withdraw")
    said(step.app, "letter", "s1", "-o", str(tmp_path / "l.docx"))
    assert (tmp_path / "l.docx").read_bytes() == b"DOCX"


def test_gates_are_listed_shown_and_decided_on(upstream: Upstream) -> None:
    assert "restricted" in said(gate.app, "list")
    shown = said(gate.app, "show", "150200")
    assert "by that of 150000" in shown
    assert "not national_major" in shown
    words = ("--state", "open", "--reason", "整改", "--document", "文2", "--knowing", "w1")
    said(gate.app, "decide", "150200", *words)
    assert json.loads(upstream.asked[-1][2])["warnings"] == ["w1"]


def test_consultations_are_recorded_as_the_example_has_it(
    upstream: Upstream, tmp_path: Path
) -> None:
    file = tmp_path / "record.yaml"
    file.write_text(said(consultation.app, "example"), encoding="utf-8")
    assert "2026-05-11" in said(consultation.app, "record", str(file))
    body = json.loads(upstream.asked[-1][2])
    assert (body["region"], body["tasks"][0]["days"]) == ("150200", 5)
    assert "1 of 1 left" in said(consultation.app, "list", "--state", "open")
    assert "报方案" in said(consultation.app, "show", "c1")
    said(consultation.app, "task", "c1", "1", "--dropped")
    assert json.loads(upstream.asked[-1][2])["state"] == "dropped"


def test_ladders_are_shown_as_tables_and_checked_with_lines(
    upstream: Upstream, tmp_path: Path
) -> None:
    assert "150000" in said(ladder.app, "list")
    shown = said(ladder.app, "show", "short")
    assert "→ talk" in shown
    assert "2 periods in a row" in shown
    assert said(ladder.app, "show", "short", "--text") == LADDER
    file = tmp_path / "mine.yaml"
    file.write_text(said(ladder.app, "example"), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == shipped()["default"].text
    said(ladder.app, "validate", str(file))
    said(ladder.app, "put", str(file))
    assert upstream.asked[-1][:2] == ("PUT", "/v1/ladders/default")
    said(ladder.app, "assign", "150000", "short")
    file.write_text(LADDER.replace("days: 3,", "days: many,", 1), encoding="utf-8")
    assert "mine.yaml:8: steps[0].days" in said(ladder.app, "validate", str(file), code=1)


@pytest.mark.parametrize(
    ("words", "expected"),
    [(("2025-09-30", "3"), "2025-10-11\n"), (("2039-12-30", "3"), "2040-01-04 (provisional)\n")],
)
def test_deadlines_are_counted(words: tuple[str, str], expected: str) -> None:
    assert said(ladder.app, "due", *words) == expected


def test_a_day_that_is_none_is_refused() -> None:
    assert "month" in said(ladder.app, "due", "2026-13-01", "3", code=1)
