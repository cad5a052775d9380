"""Steps, gates, consultations, silences, notices, routes and quality: pages and their forms."""

from typing import Any

import httpx
import pytest

from services.console.entrypoints.telling import labels_of
from services.console.entrypoints.visit import Refused
from tests.unit.console import desk
from tests.unit.console.parts import Console
from tests.unit.console.told import TARGET_WARNING

OWN = {"Origin": "http://console"}
TARGET = f"/warnings/{TARGET_WARNING}"


@pytest.fixture
def console() -> Console:
    return Console()


async def seen(console: Console, path: str) -> httpx.Response:
    async with await console.browser() as browser:
        return await browser.get(path)


async def sent(console: Console, path: str, data: dict[str, str]) -> tuple[httpx.Response, Any]:
    async with await console.browser() as browser:
        answer = await browser.post(path, data=data, headers=OWN)
    return answer, console.upstream.desk.sent[-1] if console.upstream.desk.sent else None


class TestSteps:
    async def test_show_deadlines_and_what_is_provisional(self, console: Console) -> None:
        text = (await seen(console, "/steps?state=overdue")).text
        for shown in ("2018-07-04", "应于此日前下达", "2018-06-29", "暂定", "〔2018〕3号"):
            assert shown in text
        asked = next(r for r in console.upstream.asked if r.url.path == "/v1/steps")
        assert asked.url.params["state"] == "overdue"

    @pytest.mark.parametrize(
        ("act", "fields"),
        [
            ("issue", {"document": "〔2018〕9号"}),
            ("answer", {"text": "已整改"}),
            ("done", {"remark": "可"}),
            ("withdraw", {"reason": "重复"}),
        ],
    )
    async def test_are_issued_answered_finished_and_withdrawn(
        self, console: Console, act: str, fields: dict[str, str]
    ) -> None:
        path = f"/steps/{desk.STEP}/{act}"
        answer, told = await sent(console, path, {**fields, "back": TARGET})
        assert answer.headers["location"] == f"{TARGET}?done=step_{act}"
        assert told == ("POST", f"/v1{path}", fields)

    async def test_cannot_be_issued_by_whoever_may_not(self, console: Console) -> None:
        console.upstream.desk.steps = (desk.step(may=[]), desk.step(desk.ISSUED, may=["answer"]))
        text = (await seen(console, "/steps")).text
        assert f"/steps/{desk.STEP}/issue" not in text
        assert f"/steps/{desk.ISSUED}/answer" in text


class TestGates:
    async def test_say_since_when_and_because_of_what(self, console: Console) -> None:
        text = (await seen(console, "/gates")).text
        for shown in ("限批", "包头市", "两高项目", "可再生能源", "强度红色", "内蒙古自治区"):
            assert shown in text
        assert f'href="{TARGET}"' in text

    async def test_are_decided_upon(self, console: Console) -> None:
        fields = {"state": "open", "reason": "已达标", "document": "〔2018〕9号"}
        known = {"warnings": f"{TARGET_WARNING}\n{desk.STEP}"}
        answer, told = await sent(console, "/gates/150200/decisions", {**fields, **known})
        assert answer.headers["location"] == "/gates?done=gate"
        warnings = [TARGET_WARNING, desk.STEP]
        expected = {**fields, "warnings": warnings}
        assert told == ("POST", "/v1/gates/150200/decisions", expected)

    async def test_are_not_decided_upon_by_readers(self, console: Console) -> None:
        console.upstream.desk.gates = ({**desk.GATES[1], "may": []},)
        assert "/decisions" not in (await seen(console, "/gates")).text

    async def test_that_are_inherited_are_decided_upon_above(self, console: Console) -> None:
        text = (await seen(console, "/gates")).text
        assert 'action="/gates/150600/decisions"' in text
        assert 'action="/gates/150200/decisions"' not in text


class TestConsultations:
    async def test_are_recorded_with_tasks(self, console: Console) -> None:
        fields = {
            "title": "会商",
            "region": "150000",
            "measure": "energy",
            "held_on": "2018-07-01",
            "participants": "王工\n李工\n",
            "decisions": "错峰",
            "warnings": TARGET_WARNING,
            "title_0": "报方案",
            "assignee_0": "包头市",
            "due_0": "2018-07-10",
            "title_2": "复核",
            "days_2": "3",
        }
        answer, told = await sent(console, "/consultations", fields)
        assert answer.status_code == 303
        assert told[2] == {
            "title": "会商",
            "region": "150000",
            "measure": "energy",
            "held_on": "2018-07-01",
            "warnings": [TARGET_WARNING],
            "participants": ["王工", "李工"],
            "decisions": ["错峰"],
            "tasks": [
                {"title": "报方案", "assignee": "包头市", "due": "2018-07-10"},
                {"title": "复核", "days": "3"},
            ],
        }

    async def test_have_tasks_that_are_settled(self, console: Console) -> None:
        path = f"/consultations/{desk.CONSULTATION}"
        assert "报送整改方案" in (await seen(console, path)).text
        _, told = await sent(console, f"{path}/tasks/1", {"state": "done", "note": "收到"})
        assert told == ("POST", f"/v1{path}/tasks/1", {"state": "done", "note": "收到"})


class TestSilences:
    async def test_begin_with_the_warning_that_they_are_for(self, console: Console) -> None:
        text = (await seen(console, f"/silences/new?warning={TARGET_WARNING}")).text
        for shown in ("alertname=&#34;intensity&#34;", "subject=&#34;region:150000&#34;"):
            assert shown in text

    async def test_are_previewed_before_anything_is_hidden(self, console: Console) -> None:
        query = "matchers=region%3D150200%0Alevel%3Dred&hours=24&reason=x"
        text = (await seen(console, f"/silences/preview?{query}")).text
        for shown in ("60", "包头市", "须第二人批准", "提交待批准"):
            assert shown in text
        assert console.upstream.desk.sent == [
            ("POST", "/v1/silences/preview", {"matchers": ["region=150200", "level=red"]})
        ]

    async def test_that_are_refused_at_the_preview_say_why(self, console: Console) -> None:
        console.upstream.desk.refusals["/v1/silences/preview"] = (422, "matchers: no operator")
        answer = await seen(console, "/silences/preview?matchers=x&hours=4&reason=x")
        assert answer.status_code == 422
        assert "no operator" in answer.text
        assert 'action="/silences"' not in answer.text

    async def test_are_made_from_now_on(self, console: Console) -> None:
        fields = {"matchers": "region=150200\nlevel=red", "hours": "24", "reason": "检修"}
        answer, told = await sent(console, "/silences", fields)
        assert answer.headers["location"] == "/silences?done=silence"
        assert told[2] == {
            "matchers": ["region=150200", "level=red"],
            "ends_at": "2018-07-02T00:00:00Z",
            "reason": "检修",
        }

    @pytest.mark.parametrize("hours", ["0", "-1", "721", "x", "99999"])
    async def test_of_no_sensible_length_are_refused(self, console: Console, hours: str) -> None:
        query = f"matchers=a%3Db&hours={hours}&reason=x"
        assert (await seen(console, f"/silences/preview?{query}")).status_code == 422

    @pytest.mark.parametrize("act", ["approve", "expire"])
    async def test_are_approved_and_ended(self, console: Console, act: str) -> None:
        path = f"/silences/{desk.SILENCE}/{act}"
        answer, told = await sent(console, path, {})
        assert answer.headers["location"] == f"/silences?done=silence_{act}"
        assert told == ("POST", f"/v1{path}", {})

    async def test_are_left_alone_by_readers(self, console: Console) -> None:
        console.upstream.desk.me["may"] = []
        console.upstream.desk.silence["may"] = []
        text = (await seen(console, "/silences")).text
        assert 'method="post" action="/silences' not in text
        assert "/silences/new" not in text

    async def test_stand_beside_quiet_times(self, console: Console) -> None:
        text = (await seen(console, "/silences")).text
        for shown in ("00:00–06:00", "法定休息日", "夜间不打扰", "正在静默"):
            assert shown in text


class TestTelling:
    async def test_shows_every_attempt_and_marks_repeats(self, console: Console) -> None:
        text = (await seen(console, "/notices/7")).text
        for shown in ("节能处", "no such mailbox", "重发", "红色预警"):
            assert shown in text

    async def test_shows_the_tree_and_the_contacts_without_addresses(
        self, console: Console
    ) -> None:
        text = (await seen(console, "/routes")).text
        for shown in ("duty", "carbon-office", "measure=&#34;carbon&#34;", "节能处", "邮件"):
            assert shown in text
        assert "a@example.org" not in text

    async def test_tests_where_a_warning_would_go(self, console: Console) -> None:
        text = (await seen(console, "/routes?labels=level%3Dred+region%3D150200")).text
        assert "将通知" in text
        (told,) = console.upstream.desk.sent
        assert told[2] == {"labels": {"level": "red", "region": "150200"}}

    def test_reads_labels_as_people_write_them(self) -> None:
        assert labels_of('a=b c="d"\ne=') == {"a": "b", "c": "d", "e": ""}
        with pytest.raises(Refused):
            labels_of("a b")


class TestQuality:
    async def test_calls_out_what_is_often_wrong(self, console: Console) -> None:
        text = (await seen(console, "/quality")).text
        for shown in ("误报偏多的规则", "包头市", "3.0 d", "1.5 h", "用量预警"):
            assert shown in text

    async def test_replays_a_year(self, console: Console) -> None:
        query = "replay_year=2017&replay_red=95&replay_region=150000&replay_hold_hours=2"
        text = (await seen(console, f"/quality?{query}")).text
        (told,) = console.upstream.desk.sent
        assert told[2] == {
            "kind": "used",
            "year": 2017,
            "thresholds": {"red": "95"},
            "hold_seconds": 7200,
            "region": "150000",
        }
        for shown in ("试用规则发出", "提前", "31.0 d", "全年用电"):
            assert shown in text
