"""`qingyu warnings ack` and the like: what is sent, and how groups are shown."""

import json
from pathlib import Path

import httpx
import pytest

from deploy.cli.client import Api, Target
from deploy.cli.warning_acts import _act, _sent, groups_table
from deploy.cli.warnings import _said, _what

ANSWER = {
    "warning": {"subject_name": "X", "rule": "used", "state": "open", "stage": "acknowledged"},
    "entry": {"type": "warning.acknowledged", "position": 2, "id": 7},
}


class Alerts:
    """Remembers what was asked."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(200, json=self.answer)

    @property
    def api(self) -> Api:
        target = Target(urls={"alerts": "http://alerts"}, key="k")
        return Api(target, transport=httpx.MockTransport(self))


class TestAnAct:
    def test_says_only_what_was_given(self, capsys: pytest.CaptureFixture[str]) -> None:
        alerts = Alerts(ANSWER)
        _act(alerts.api, "W", "acknowledge", {"comment": "x", "entries": None}, False)
        (request,) = alerts.asked
        assert (request.method, request.url.path) == ("POST", "/v1/warnings/W/acknowledge")
        assert json.loads(request.content) == {"comment": "x"}
        assert "acknowledged: X used is open, acknowledged" in capsys.readouterr().out

    def test_sends_files_with_their_type(self, tmp_path: Path) -> None:
        alerts = Alerts({"sha256": "ab"})
        path = tmp_path / "整改.docx"
        path.write_bytes(b"PK")
        assert _sent(alerts.api, "W", path) == "ab"
        (request,) = alerts.asked
        assert request.headers["content-type"].endswith("wordprocessingml.document")
        assert (request.content, request.url.params["name"]) == (b"PK", "整改.docx")


class TestGroups:
    def test_are_a_row_each(self) -> None:
        group = {"key": "150200", "levels": {"red": 2}, "total": 2}
        table = groups_table({"by": "region", "items": [group, {**group, "key": ""}]})
        assert table.row_count == 2


class TestAnEntry:
    ENTRY = {"level_before": "red", "level": "red", "by": None}  # noqa: RUF012 - never changed

    def test_of_a_person_says_who_and_what(self) -> None:
        entry = {
            **self.ENTRY,
            "type": "warning.responded",
            "by": {"name": "wang"},
            "text": "off",
            "measures": ["boiler 2"],
            "attachments": [{"name": "a.pdf"}],
        }
        assert _what(entry) == "responded by [bold]wang[/]"
        assert _said(entry) == "off; boiler 2; a.pdf"

    def test_of_time_says_the_level(self) -> None:
        entry = {**self.ENTRY, "type": "warning.acknowledgement_expired"}
        assert "acknowledgement expired" in _what(entry)
