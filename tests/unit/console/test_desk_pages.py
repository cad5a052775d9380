"""The desk: its list and groups, a warning's page, and what people do about it by forms."""

import re
from typing import Any

import httpx
import pytest

from tests.unit.console import desk
from tests.unit.console.parts import Console
from tests.unit.console.told import EVIL, TARGET_WARNING
from tests.unit.console.upstream import WARNING

TARGET = f"/warnings/{TARGET_WARNING}"
PAGES = (
    "/warnings",
    "/warnings?by=region",
    "/warnings?by=kind",
    TARGET,
    "/steps",
    "/gates",
    "/gates?region=150200",
    "/consultations",
    "/consultations/new",
    f"/consultations/{desk.CONSULTATION}",
    "/silences",
    f"/silences/new?warning={TARGET_WARNING}",
    "/silences/preview?matchers=region%3D150200&hours=4&reason=x",
    "/notices",
    "/notices/7",
    "/routes",
    "/routes?labels=level%3Dred",
    "/quality",
    "/quality?replay_year=2017",
)
OWN = {"Origin": "http://console"}


@pytest.fixture
def console() -> Console:
    return Console()


async def seen(console: Console, path: str, **headers: str) -> httpx.Response:
    async with await console.browser() as browser:
        return await browser.get(path, headers=headers)


async def sent(console: Console, path: str, **fields: Any) -> httpx.Response:
    async with await console.browser() as browser:
        return await browser.post(path, headers=OWN, **fields)


class TestEveryPageOfTheDesk:
    @pytest.mark.parametrize("path", PAGES)
    @pytest.mark.parametrize("language", ["zh", "en"])
    async def test_is_shown_in_both_languages(
        self, console: Console, path: str, language: str
    ) -> None:
        answer = await seen(console, f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert answer.status_code == 200
        assert 'aria-current="page"' in answer.text or "aria-current=page" in answer.text

    @pytest.mark.parametrize("path", PAGES)
    async def test_has_a_word_for_everything(self, console: Console, path: str) -> None:
        text = (await seen(console, f"{path}{'&' if '?' in path else '?'}lang=zh")).text
        prefixes = "kind|stage|state|act|field|step|gate|silence|notice|told|task|done|quiet|by"
        words = re.findall(rf">\s*((?:{prefixes})_[a-z_]+)\s*<", text)
        assert words == []

    @pytest.mark.parametrize("path", PAGES)
    async def test_takes_words_of_others_as_words(self, console: Console, path: str) -> None:
        answer = await seen(console, path)
        assert EVIL not in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert " style=" not in answer.text
        assert not re.search(r"\son[a-z]+=", re.sub(r"<title>.*?</title>", "", answer.text))

    @pytest.mark.parametrize("path", PAGES)
    async def test_names_every_field(self, console: Console, path: str) -> None:
        text = (await seen(console, path)).text
        text = re.sub(r"<label.*?</label>", "", text, flags=re.DOTALL)
        fields = re.findall(r"<(?:input|select|textarea)[^>]*>", text)
        assert [f for f in fields if "hidden" not in f and "aria-label" not in f] == []

    @pytest.mark.parametrize("path", PAGES)
    async def test_leads_to_signing_in(self, console: Console, path: str) -> None:
        async with await console.browser(None) as browser:
            answer = await browser.get(path)
        assert answer.status_code == 303

    @pytest.mark.parametrize("path", PAGES)
    async def test_says_so_when_alerts_is_away(self, console: Console, path: str) -> None:
        console.upstream.away = {"alerts"}
        answer = await seen(console, path)
        assert answer.status_code in (200, 503)
        if path != "/consultations/new":
            assert "alerts does not answer" in answer.text


class TestTheList:
    async def test_asks_for_what_is_open_unless_told_otherwise(self, console: Console) -> None:
        await seen(console, "/warnings")
        await seen(console, "/warnings?state=all")
        asked = [r.url.params for r in console.upstream.asked if r.url.path == "/v1/warnings"]
        assert [one.get("state") for one in asked] == ["open", None]

    async def test_passes_its_filters_on(self, console: Console) -> None:
        query = "kind=used&measure=energy&stage=raised&assignee=mine&since=2018-06-01"
        await seen(console, f"/warnings?{query}")
        asked = next(r for r in console.upstream.asked if r.url.path == "/v1/warnings")
        assert dict(asked.url.params) == {
            "kind": "used",
            "measure": "energy",
            "stage": "raised",
            "state": "open",
            "assignee": desk.ME["name"],
            "since": "2018-06-01T00:00:00+08:00",
            "limit": "50",
            "suppression": "true",
        }

    async def test_shows_stage_suppression_and_the_next_deadline(self, console: Console) -> None:
        one = desk.condition(suppression=desk.SUPPRESSED, assignee="李工", stage="acknowledged")
        console.upstream.warnings = [one]
        text = (await seen(console, "/warnings")).text
        for shown in ("已确认", "李工", "已静默", "检修", "约谈", "2018-06-29", "已逾期", "暂定"):
            assert shown in text
        assert "102.4 %" in text
        assert "2018Q2" in text

    async def test_offers_to_acknowledge_only_to_whoever_may(self, console: Console) -> None:
        assert (
            f'action="/warnings/{WARNING}/acknowledge"' in (await seen(console, "/warnings")).text
        )
        console.upstream.desk.me["may"] = ["comment"]
        assert "/acknowledge" not in (await seen(console, "/warnings")).text

    async def test_of_a_thousand_letters_a_row_stays_small(self, console: Console) -> None:
        rows: list[Any] = [desk.condition(about_name="指标" * 30, suppression=desk.SUPPRESSED)] * 50
        console.upstream.warnings = rows
        assert len((await seen(console, "/warnings")).content) < 200_000

    async def test_in_groups_counts_and_leads_to_the_group(self, console: Console) -> None:
        text = (await seen(console, "/warnings?by=region&level=yellow")).text
        assert "包头市" in text
        assert "/warnings?level=yellow&amp;region=150200" in text
        asked = next(r for r in console.upstream.asked if r.url.path == "/v1/warnings/groups")
        assert asked.url.params["by"] == "region"

    async def test_is_shown_without_deadlines_when_there_are_none_to_be_had(
        self, console: Console
    ) -> None:
        console.upstream.desk.refusals["/v1/steps"] = (503, "the ladder is being read")
        answer = await seen(console, "/warnings")
        assert answer.status_code == 200
        assert "the ladder is being read" in answer.text


class TestAWarning:
    async def test_shows_facts_with_the_figure_behind_them(self, console: Console) -> None:
        text = (await seen(console, TARGET)).text
        for shown in ("38.2", "进度落后", "强度等级", "2018Q2", "2018Q1"):
            assert shown in text
        assert 'href="/figures/region:150000/energy-intensity/2018Q2"' in text

    async def test_shows_what_people_did(self, console: Console) -> None:
        text = (await seen(console, TARGET)).text
        for shown in ("王工", "李工", "已停两台炉", "停炉, 错峰", "方案.pdf"):
            assert shown in text
        assert f"{TARGET}/attachments/{desk.DIGEST}" in text

    async def test_shows_monitored_beside_confirmed_figures(self, console: Console) -> None:
        text = (await seen(console, TARGET)).text
        beside = text[text.index('class="beside"') :][:900]
        assert "0.2458 tce" in beside
        assert "缺少统计确认数据" in beside

    async def test_shows_who_was_told_and_why_nobody_is(self, console: Console) -> None:
        console.upstream.desk.suppression = desk.SUPPRESSED
        text = (await seen(console, TARGET)).text
        for shown in ("节能处", "550 no such mailbox", "已静默", "检修"):
            assert shown in text

    async def test_has_forms_for_what_the_visitor_may_do(self, console: Console) -> None:
        text = (await seen(console, TARGET)).text
        for act in ("acknowledge", "respond", "assign", "comment", "close"):
            assert f'action="{TARGET}/{act}"' in text
        assert f'action="/steps/{desk.STEP}/issue"' in text

    @pytest.mark.parametrize("by_warning", [True, False])
    async def test_has_no_forms_for_whoever_may_do_nothing(
        self, console: Console, *, by_warning: bool
    ) -> None:
        if by_warning:
            console.upstream.desk.warning = desk.condition(may=[])
            console.upstream.desk.steps = ()
        else:
            console.upstream.desk.steps = (desk.step(may=[]),)
            console.upstream.desk.me["may"] = []
        text = (await seen(console, TARGET)).text
        assert re.findall(r'<form method="post" action="([^"]+)"', text) == ["/sign-out"]
        assert "只能查看" in text

    async def test_that_is_closed_can_be_opened_again(self, console: Console) -> None:
        closed = {"by": "王工", "at": "2018-07-01T00:00:00Z", "reason": "false", "comment": "仪表"}
        console.upstream.desk.warning = desk.condition(
            state="closed", stage="closed", handling={"closed": closed}
        )
        text = (await seen(console, TARGET)).text
        assert f'action="{TARGET}/reopen"' in text
        assert f'action="{TARGET}/close"' not in text
        assert "误报" in text

    @pytest.mark.parametrize(
        "path", [f"{TARGET}/attachments/{desk.DIGEST}", f"/steps/{desk.STEP}/letter.docx"]
    )
    async def test_gives_files_out_as_files_and_never_as_pages(
        self, console: Console, path: str
    ) -> None:
        answer = await seen(console, path)
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"


class TestActing:
    @pytest.mark.parametrize(
        ("act", "fields", "expected"),
        [
            ("acknowledge", {"comment": " 看到 "}, {"comment": "看到"}),
            ("comment", {"comment": "a"}, {"comment": "a"}),
            ("assign", {"assignee": "李工", "x": "1"}, {"assignee": "李工"}),
            ("assign", {"assignee": ""}, {"assignee": ""}),
            ("return", {"comment": "不足", "entries": "3"}, {"comment": "不足", "entries": 3}),
            ("close", {"reason": "false", "comment": ""}, {"reason": "false"}),
            ("reopen", {"comment": "b"}, {"comment": "b"}),
        ],
        ids=str,
    )
    async def test_is_sent_on_and_leads_back(
        self, console: Console, act: str, fields: dict[str, str], expected: dict[str, str]
    ) -> None:
        answer = await sent(console, f"{TARGET}/{act}", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{TARGET}?done={act}")
        assert console.upstream.desk.sent == [("POST", f"/v1{TARGET}/{act}", expected)]
        assert 'role="status">✓' in (await seen(console, answer.headers["location"])).text

    async def test_from_the_list_leads_back_to_the_list(self, console: Console) -> None:
        back = "/warnings?level=red"
        answer = await sent(console, f"{TARGET}/acknowledge", data={"back": back})
        assert answer.headers["location"] == "/warnings?level=red&done=acknowledge"
        answer = await sent(console, f"{TARGET}/acknowledge", data={"back": "https://evil.example"})
        assert answer.headers["location"] == "/?done=acknowledge"

    async def test_a_response_with_files_stores_them_first(self, console: Console) -> None:
        files = [("file", ("方案.pdf", b"%PDF-", "application/pdf"))]
        data = {"text": "已停炉", "measures": "停炉\n\n 错峰 "}
        answer = await sent(console, f"{TARGET}/respond", data=data, files=files)
        assert answer.status_code == 303
        stored, told = console.upstream.desk.sent
        assert stored == ("POST", f"/v1{TARGET}/attachments", b"%PDF-")
        assert told[2] == {
            "text": "已停炉",
            "measures": ["停炉", "错峰"],
            "attachments": [desk.DIGEST],
        }
        upload = next(r for r in console.upstream.asked if r.url.path.endswith("/attachments"))
        assert upload.url.params["name"] == "方案.pdf"
        assert upload.headers["content-type"] == "application/pdf"

    @pytest.mark.parametrize("status", [403, 404, 409, 412, 415, 422, 503])
    async def test_that_is_refused_says_why_and_keeps_what_was_typed(
        self, console: Console, status: int
    ) -> None:
        path = f"/v1{TARGET}/comment"
        console.upstream.desk.refusals[path] = (status, f"because {EVIL}")
        answer = await sent(console, f"{TARGET}/comment", data={"comment": "很长的说明"})
        assert answer.status_code == status
        assert "because &lt;script&gt;" in answer.text
        assert "很长的说明" in answer.text
        assert f'href="{TARGET}"' in answer.text

    async def test_by_a_key_that_was_revoked_leads_to_signing_in(self, console: Console) -> None:
        async with await console.browser("qy_revoked1_secret") as browser:
            answer = await browser.post(f"{TARGET}/comment", data={"comment": "a"}, headers=OWN)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")

    @pytest.mark.parametrize(
        "headers",
        [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
        ids=str,
    )
    @pytest.mark.parametrize(
        "path",
        [
            f"{TARGET}/acknowledge",
            f"{TARGET}/respond",
            f"/steps/{desk.STEP}/issue",
            "/silences",
            f"/silences/{desk.SILENCE}/approve",
            "/gates/150200/decisions",
            "/consultations",
            f"/consultations/{desk.CONSULTATION}/tasks/1",
        ],
    )
    async def test_is_not_done_from_another_site(
        self, console: Console, path: str, headers: dict[str, str]
    ) -> None:
        async with await console.browser() as browser:
            answer = await browser.post(path, data={"comment": "a"}, headers=headers)
        assert answer.status_code == 403
        assert console.upstream.desk.sent == []

    async def test_takes_no_more_than_ten_megabytes(self, console: Console) -> None:
        files = {"file": ("a.bin", b"x" * (11 * 1024 * 1024), "application/octet-stream")}
        answer = await sent(console, f"{TARGET}/respond", data={"text": "a"}, files=files)
        assert answer.status_code == 413
        assert console.upstream.desk.sent == []

    async def test_takes_no_form_that_does_not_say_its_length(self, console: Console) -> None:
        async def body() -> Any:
            yield b"comment=a"

        headers = {**OWN, "Content-Type": "application/x-www-form-urlencoded"}
        async with await console.browser() as browser:
            answer = await browser.post(f"{TARGET}/comment", content=body(), headers=headers)
        assert answer.status_code == 411
