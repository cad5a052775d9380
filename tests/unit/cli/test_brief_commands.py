"""`qingyu brief`: what it asks for, how it follows the making, what it saves and says."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
import typer
from typer.testing import CliRunner

from deploy.cli import brief_making
from deploy.cli.brief import app
from deploy.cli.brief_words import period_in_words, rounded, size_of
from deploy.cli.client import Api
from tests.unit.console import brief as told
from tests.unit.console.brief import BEFORE, BRIEF, SHEET, brief

RUNNER = CliRunner()
CONTENT = told.PAGE
FACTS = {
    "situation": {
        "own": [
            {
                "target_name": {"zh": "能耗强度", "en": "Energy intensity"},
                "label": {"zh": "红色", "en": "Red"},
                "label_before": {"zh": "黄色", "en": "Yellow"},
                "colour": "red",
                "state": "rated",
                "progress": "1017/20",
                "required": "55.00",
            },
            {"state": "not-rated"},
        ]
    }
}


class Upstream:
    """Answers on a real port; the brief goes through `lives`, the last of which stays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[tuple[str, str, bytes]] = []
        self.headers: list[Mapping[str, str]] = []
        self.lives: list[dict[str, Any]] = [brief()]
        self.content = CONTENT
        self.same = True
        self.digest = "aa"
        self.refusal: tuple[int, dict[str, str]] | None = None

    def life(self) -> dict[str, Any]:
        """What the brief is like this time."""
        return self.lives.pop(0) if len(self.lives) > 1 else self.lives[0]

    def answer(self, method: str, path: str) -> bytes:
        """The body of an answer."""
        path = path.partition("?")[0]
        if "/files/" in path:
            return self.content
        fixed = {
            f"/v1/briefs/{BRIEF}/document": told.DOCUMENT,
            f"/v1/briefs/{BRIEF}/facts": FACTS,
            "/v1/briefs/compare": {"a": BEFORE, "b": BRIEF, "items": [told.COMPARED]},
            "/v1/briefs/settings/150000": told.SETTINGS,
            f"/v1/briefs/{BRIEF}/errata": {
                "items": [brief(SHEET, kind="errata", changes=[told.CHANGES])],
                "next": None,
            },
            f"/v1/briefs/{BRIEF}/remake": {
                "digest": "aa",
                "again": self.digest,
                "files": [
                    {"name": "brief.zh.pdf", "sha256": "ab", "again": "ab", "same": self.same}
                ],
            },
        }
        if method == "GET" and path == "/v1/briefs":
            return json.dumps({"items": [self.life()], "next": None}).encode()
        return json.dumps(fixed.get(path) or self.life()).encode()

    @property
    def sent(self) -> tuple[str, str, Any]:
        """The last thing that was not a question."""
        method, path, body = [one for one in self.asked if one[0] != "GET"][-1]
        return method, path, json.loads(body)


def _handler(upstream: Upstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Hands everything to the upstream."""

        def _any(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length", 0)))
            upstream.asked.append((self.command, self.path, content))
            upstream.headers.append(dict(self.headers))
            body, status = upstream.answer(self.command, self.path), 200
            if upstream.refusal and self.command != "GET":
                status, problem = upstream.refusal
                body = json.dumps(problem).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _any  # noqa: N815 - the names that the library looks for

        def log_message(self, *_: object) -> None:
            """Silent."""

    return Handler


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Upstream]:
    made = Upstream(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("QINGYU_ALERTS_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("QINGYU_KEY", "k")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(brief_making, "_LOOK_S", 0.0)
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def said(*words: str, code: int = 0, typed: str | None = None) -> str:
    found = RUNNER.invoke(app, words, input=typed)
    assert found.exit_code == code, found.output
    return found.output


ASKED = ("make", "--region", "150000", "--period", "2018Q2")


def test_making_is_followed_and_the_files_are_saved(upstream: Upstream) -> None:
    label = {"zh": "生成文件", "en": "Making files"}
    making = {"step": "press", "done": 3, "whole": 12, "label": label}
    upstream.lives = [
        brief(state="making", progress=making, files=[]),
        brief(state="making", progress=None, files=[]),
        brief(),
    ]
    text = said(*ASKED, "--lang", "zh, en", "--as-of", "commit:412", "--desk-as-of", "77")
    assert upstream.sent[2] == {
        "region": "150000",
        "period": "2018Q2",
        "languages": ["zh", "en"],
        "as_of": "commit:412",
        "desk_as_of": 77,
    }
    for shown in ("3/12 Making files", "January to June 2018", "1.2 MB", "qingyu brief approve"):
        assert shown in text
    saved = upstream.folder / "briefs" / "150000-2018Q2"
    assert sorted(path.name for path in saved.iterdir()) == sorted(
        str(one["name"]) for one in told.FILES
    )
    assert hashlib.sha256((saved / "brief.zh.pdf").read_bytes()).hexdigest() in text


def test_a_refusal_is_shown_with_what_to_do_and_ends_otherwise(upstream: Upstream) -> None:
    detail = "unknown region 999999: the catalogue has none. Check the code."
    upstream.refusal = (404, {"title": "Unknown region", "detail": detail})
    text = said("make", "--region", "999999", "--period", "2018Q2", code=1)
    assert "Unknown region (404)" in text
    assert detail in " ".join(text.split())
    said("settings", "999999", "--set", "default", code=1)
    assert not (upstream.folder / "briefs").exists()


class _Gone:
    def get(self, *_: object, **__: object) -> None:
        raise typer.Exit(1)


def test_whoever_cannot_look_any_more_is_told_that_it_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    making = brief(state="making", progress=None, files=[])
    with pytest.raises(typer.Exit):
        brief_making.followed(cast(Api, _Gone()), making, lambda *_: None, lambda _: None)
    assert f"qingyu brief show {BRIEF}" in " ".join(capsys.readouterr().err.split())


def test_files_need_not_be_saved(upstream: Upstream) -> None:
    said(*ASKED, "--no-save")
    assert not (upstream.folder / "briefs").exists()
    assert json.loads(said(*ASKED, "--no-save", "--json"))["state"] == "draft"


def test_a_damaged_file_is_not_written(upstream: Upstream) -> None:
    upstream.content = b"cut"
    assert "damaged" in said("get", BRIEF, "--out", "here", code=1)
    assert list((upstream.folder / "here").iterdir()) == []


@pytest.mark.parametrize(
    ("state", "more", "code", "shown"),
    [
        ("stopped", {"findings": [{"zh": "采矿业", "en": "mining"}]}, 3, "mining"),
        ("waiting", {"waiting_for": [{"zh": "GDP", "en": "GDP of 2018Q2"}]}, 4, "GDP of 2018Q2"),
    ],
)
def test_what_stands_in_the_way_is_told(
    upstream: Upstream, state: str, more: dict[str, Any], code: int, shown: str
) -> None:
    upstream.lives = [brief(state=state, files=[], **more)]
    assert shown in said(*ASKED, code=code)
    assert shown in said("get", BRIEF, code=1)
    assert shown in said("show", BRIEF)


def test_is_made_again_and_compared(upstream: Upstream) -> None:
    assert "the same" in said("remake", BRIEF)
    upstream.same = False
    found = said("remake", BRIEF, code=5)
    assert "another" in found
    assert "Every figure is the same" in found
    upstream.digest = "bb"
    assert "Figures are others" in said("remake", BRIEF, code=5)
    assert json.loads(said("remake", BRIEF, "--json", code=5))["files"][0]["same"] is False


def test_is_listed_and_shown(upstream: Upstream) -> None:
    assert "2018Q2" in said("list", "--region", "150000", "--state", "draft")
    assert "region=150000&state=draft" in upstream.asked[0][1]
    assert json.loads(said("list", "--json"))["id"] == BRIEF
    shown = said("show", BRIEF)
    for part in (
        "Energy intensity",
        "50.9 of 55.0 %",
        "was Yellow",
        "1 more targets",
        "一、总体情况",
        "preliminary",
    ):
        assert part in shown
    whole = said("show", BRIEF, "--text", "--public", "--lang", "en")
    for part in ("541.00", "包头市为红色", "附表1"):
        assert part in whole
    assert "lang=en&edition=public" in upstream.asked[-1][1]
    assert json.loads(said("show", BRIEF, "--json"))["revision"] == 3


def test_files_are_fetched_by_name(upstream: Upstream) -> None:
    said("get", BRIEF, "brief.zh.pdf", "--out", ".")
    assert (upstream.folder / "brief.zh.pdf").read_bytes() == CONTENT
    assert "brief.json" in said("get", BRIEF, "nothing.pdf", code=1)


def test_remarks_are_printed_edited_and_put_back(upstream: Upstream) -> None:
    printed = said("remark", BRIEF)
    assert "# 一、总体情况" in printed
    file = upstream.folder / "remarks.yaml"
    file.write_text("overview: 已核对\noutlook: ''\n", encoding="utf-8")
    said("remark", BRIEF, str(file))
    assert upstream.sent == ("PUT", f"/v1/briefs/{BRIEF}/remarks", {"overview": "已核对"})
    assert [one["If-Match"] for one in upstream.headers if "If-Match" in one] == ['"3"']
    file.write_text(printed.replace("revision 3", "revision 2"), encoding="utf-8")
    said("remark", BRIEF, str(file))
    assert upstream.headers[-1]["If-Match"] == '"2"', "the one that was printed and edited"
    file.write_text("只此一句\n", encoding="utf-8")
    said("remark", BRIEF, str(file), "--section", "overview")
    assert upstream.sent[2]["overview"] == "只此一句"
    assert "section: text" in said("remark", BRIEF, str(file), code=1)
    file.write_text("a: [", encoding="utf-8")
    assert "YAML" in said("remark", BRIEF, str(file), code=1)
    upstream.lives = [brief(remarks={"overview.en": "Checked."})]
    assert "overview.en: Checked." in said("remark", BRIEF), "put back, it would be gone"
    upstream.lives = [brief(kind="errata", remarks={})]
    assert "explanation: ''" in said("remark", BRIEF)
    upstream.lives = [brief(state="waiting", files=[])]
    assert "nothing to remark on" in said("remark", BRIEF, code=1)


def test_is_approved_returned_and_published(upstream: Upstream) -> None:
    said("approve", BRIEF, "-m", "同意")
    assert upstream.sent == ("POST", f"/v1/briefs/{BRIEF}/approve", {"comment": "同意"})
    publishing = brief(publish_on_approval=True)
    upstream.lives = [publishing]
    asked = said("approve", BRIEF, "-m", "再审", code=1, typed="n\n")
    assert "Approving publishes it" in asked
    assert upstream.sent[2] == {"comment": "同意"}, "nothing was approved"
    said("approve", BRIEF, "-m", "再审", "--yes")
    assert upstream.sent[2] == {"comment": "再审"}
    upstream.lives = [brief()]
    said("return", BRIEF, "--reason", "补充")
    assert upstream.sent[2] == {"reason": "补充"}
    said("publish", BRIEF, code=1, typed="n\n")
    assert upstream.sent[1].endswith("/return")
    number, at = "晴雨形势〔2018〕3号", "2018-07-25T01:00:00Z"
    approval = {"by": "王工", "at": at, "comment": ""}
    upstream.lives = [
        brief(
            state="published", number=number, published_at=at, approvals=[approval], errata=[SHEET]
        )
    ]
    assert number in said("publish", BRIEF, "--yes")
    shown = said("show", BRIEF)
    for part in ("approved 王工", f"published {at}", f"qingyu brief errata {SHEET}"):
        assert part in shown


def test_two_are_compared(upstream: Upstream) -> None:
    assert "268.00" in said("compare", BEFORE, BRIEF, "--lang", "zh")
    assert json.loads(said("compare", BEFORE, BRIEF, "--json"))[0]["b"] is None


def test_corrections_are_shown_and_fetched(upstream: Upstream) -> None:
    text = said("errata", BRIEF, "--out", "sheets")
    assert "542.10 ten-thousand tce" in text
    assert "542.10万吨标准煤" in said("errata", BRIEF, "--lang", "zh")
    assert (upstream.folder / "sheets" / "brief.zh.pdf").exists()
    assert json.loads(said("errata", BRIEF, "--json"))[0]["kind"] == "errata"


def test_settings_are_shown_and_chosen(upstream: Upstream) -> None:
    assert "after_workdays: 15" in said("settings", "150000")
    said("settings", "150000", "--set", "default")
    assert upstream.sent == ("PUT", "/v1/briefs/settings/150000", {"name": "default"})
    assert json.loads(said("settings", "150000", "--json"))["gdp"] == "wait"


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2026Q3", "January to September 2026, added up"),
        ("2026Q3s", "July to September 2026, alone"),
        ("2026H1", "January to June 2026, added up"),
        ("2026", "January to December 2026, added up"),
        ("2026M7", "January to July 2026, added up"),
        ("2026-07", "July 2026, alone"),
        ("2026M1", "January 2026, added up"),
        ("2026-2028", "the years 2026 to 2028 of the plan"),
        ("2026M13", ""),
        ("soon", ""),
    ],
)
def test_periods_are_said_in_words(period: str, words: str) -> None:
    assert period_in_words(period) == words


def test_figures_and_sizes_are_rounded() -> None:
    assert [rounded(one) for one in ("50.85", "-0.04", "-1/4", "7")] == [
        "50.9",
        "0.0",
        "-0.3",
        "7.0",
    ]
    assert [size_of(count) for count in (812, 2048, 1_234_567)] == ["812 B", "2.0 KB", "1.2 MB"]
