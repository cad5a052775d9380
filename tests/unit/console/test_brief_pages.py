"""The pages of situation briefs: what they show, what they ask for, what they let nobody do."""

import re
from typing import Any

import httpx
import pytest

from services.console.entrypoints.briefing import period_in_words, size_of
from tests.unit.console.brief import BEFORE, BRIEF, CHANGES, PAGE, SHEET, brief
from tests.unit.console.parts import Console
from tests.unit.console.told import EVIL

OWN = {"Origin": "http://console"}
AT = f"/briefs/{BRIEF}"


@pytest.fixture
def console() -> Console:
    return Console()


async def seen(console: Console, path: str, **headers: str) -> httpx.Response:
    async with await console.browser() as browser:
        return await browser.get(path, headers=headers)


async def sent(console: Console, path: str, data: dict[str, str]) -> tuple[httpx.Response, Any]:
    async with await console.browser() as browser:
        answer = await browser.post(path, data=data, headers=OWN)
    return answer, console.upstream.desk.sent[-1] if console.upstream.desk.sent else None


def asked(console: Console, path: str) -> httpx.Request:
    return [one for one in console.upstream.asked if one.url.path == path][-1]


class TestTheList:
    async def test_shows_where_briefs_stand(self, console: Console) -> None:
        text = (await seen(console, "/briefs?region=150000&state=draft")).text
        for shown in ("形势分析", "草稿", "2018年1—6月（累计）", "晴雨形势〔2018〕2号", "初步数据"):
            assert shown in text
        params = asked(console, "/v1/briefs").url.params
        assert (params["region"], params["state"]) == ("150000", "draft")

    async def test_is_in_english_too(self, console: Console) -> None:
        text = (await seen(console, "/briefs?lang=en")).text
        for shown in ("Briefs", "Draft", "Jan–Jun 2018, cumulative"):
            assert shown in text

    async def test_has_a_brief_made(self, console: Console) -> None:
        fields = {"region": "150000", "period": "2018Q2", "language_en": "1"}
        answer, told = await sent(console, "/briefs", fields)
        assert answer.headers["location"] == f"{AT}?done=brief_make"
        body = {"region": "150000", "period": "2018Q2", "languages": ["en"]}
        assert told == ("POST", "/v1/briefs", body)

    async def test_says_why_it_was_not(self, console: Console) -> None:
        console.upstream.desk.refusals["/v1/briefs"] = (409, "it is published")
        answer, _ = await sent(console, "/briefs", {"region": "150000", "period": "2018Q2"})
        assert answer.status_code == 409
        assert "it is published" in answer.text

    async def test_offers_readers_nothing(self, console: Console) -> None:
        console.upstream.desk.me["may"] = []
        assert 'method="post" action="/briefs"' not in (await seen(console, "/briefs")).text


class TestABrief:
    async def test_is_followed_while_it_is_made(self, console: Console) -> None:
        label = {"zh": "生成文件", "en": "Making files"}
        progress = {"step": "press", "done": 3, "whole": 12, "label": label}
        console.upstream.briefs.brief = brief(
            state="making", revision=0, progress=progress, files=[], made_at=None
        )
        text = (await seen(console, AT, **{"X-Fragment": "1"})).text
        for shown in ('data-poll="700"', 'value="25.0"', "生成文件", "25 %"):
            assert shown in text
        assert "<iframe" not in text

    async def test_that_was_stopped_lists_what_does_not_add_up(self, console: Console) -> None:
        finding = {"zh": f"采矿业与合计不符 {EVIL}", "en": "mining does not add up"}
        console.upstream.briefs.brief = brief(state="stopped", findings=[finding], files=[])
        text = (await seen(console, AT)).text
        for shown in ("核对未通过", "采矿业与合计不符", "重新起草"):
            assert shown in text
        assert EVIL not in text

    async def test_that_waits_says_for_what(self, console: Console) -> None:
        waiting = [{"zh": "2018年上半年地区生产总值", "en": "GDP"}]
        console.upstream.briefs.brief = brief(state="waiting", waiting_for=waiting, files=[])
        assert "2018年上半年地区生产总值" in (await seen(console, AT)).text

    async def test_is_previewed_in_a_frame_that_can_do_nothing(self, console: Console) -> None:
        text = (await seen(console, AT)).text
        assert '<iframe class="sheet" sandbox title="预览: ' in text
        assert f'src="{AT}/preview/brief.zh.html?' in text
        assert (
            f'src="{AT}/preview/public.zh.html?'
            in (await seen(console, f"{AT}?edition=public")).text
        )
        answer = await seen(console, f"{AT}/preview/brief.zh.html")
        assert answer.content == PAGE
        policy = answer.headers["content-security-policy"]
        for part in ("default-src 'none'", "sandbox", "frame-ancestors 'self'"):
            assert part in policy

    async def test_frames_nothing_but_pages(self, console: Console) -> None:
        assert (await seen(console, f"{AT}/preview/brief.zh.pdf")).status_code == 404

    async def test_lists_files_with_their_hashes_to_be_kept(self, console: Console) -> None:
        text = (await seen(console, AT)).text
        for shown in (
            "brief.zh.pdf",
            "1.2 MB",
            console.upstream.briefs.brief["files"][0]["sha256"],
        ):
            assert shown in text
        answer = await seen(console, f"{AT}/files/brief.zh.html")
        assert answer.headers["content-disposition"] == "attachment"

    async def test_is_read_as_text_with_tables(self, console: Console) -> None:
        text = (await seen(console, f"{AT}/text?text=zh")).text
        for shown in ("一、总体情况", "541.00", "light-red", "包头市为红色", "附表1", "注：演示"):
            assert shown in text
        assert EVIL not in text
        params = asked(console, f"/v1{AT}/document").url.params
        assert (params["lang"], params["edition"]) == ("zh", "office")

    async def test_shows_what_was_corrected(self, console: Console) -> None:
        console.upstream.briefs.errata = [console.upstream.briefs.sheet]
        for path in (AT, f"/briefs/{SHEET}"):
            text = (await seen(console, path)).text
            for shown in ("能耗总量", CHANGES["old"], CHANGES["new"]):
                assert shown in text

    async def test_shows_corrections_in_english_as_that_edition_says_them(
        self, console: Console
    ) -> None:
        console.upstream.briefs.errata = [console.upstream.briefs.sheet]
        text = (await seen(console, f"{AT}?lang=en")).text
        assert CHANGES["old_en"] in text
        assert CHANGES["new"] not in text

    async def test_of_errata_people_write_the_explanation(self, console: Console) -> None:
        text = (await seen(console, f"/briefs/{SHEET}")).text
        assert re.findall('name="remark_([^"]+)"', text) == ["explanation"]

    async def test_tells_what_happened_as_the_journal_has_it(self, console: Console) -> None:
        text = (await seen(console, AT)).text
        told = re.findall('<p class="what"><b>([^<]+)</b>', text)
        assert told == ["something-new", "退回", "批准", "修改意见", "起草"]
        assert "同意发布" in text
        assert "第二节有误" in text
        assert EVIL not in text

    async def test_is_left_alone_by_readers(self, console: Console) -> None:
        console.upstream.desk.me["may"] = []
        text = (await seen(console, AT)).text
        assert f'action="{AT}/approve"' not in text
        assert "<textarea" not in text
        assert "当前密钥只可查看" in text
        assert "请注意" in text


class TestActs:
    async def test_remarks_are_of_the_revision_that_was_seen(self, console: Console) -> None:
        assert 'name="remark_overview"' in (await seen(console, AT)).text
        fields = {"revision": "3", "remark_overview": "已核对", "remark_outlook": " "}
        answer, told = await sent(console, f"{AT}/remarks", fields)
        assert answer.headers["location"] == f"{AT}?done=brief_remarks#remarks"
        assert told == ("PUT", f"/v1{AT}/remarks", {"overview": "已核对"})
        assert asked(console, f"/v1{AT}/remarks").headers["if-match"] == '"3"'

    async def test_remarks_that_came_too_late_are_not_lost(self, console: Console) -> None:
        console.upstream.desk.refusals[f"/v1{AT}/remarks"] = (412, "revision 4 is there")
        answer, _ = await sent(console, f"{AT}/remarks", {"revision": "3", "remark_x": "我的话"})
        assert answer.status_code == 412
        assert "我的话" in answer.text
        console.upstream.desk.refused_as = "brief-changed"
        answer, _ = await sent(console, f"{AT}/remarks", {"revision": "3"})
        assert "形势分析在此期间已被他人修改" in answer.text

    @pytest.mark.parametrize(
        ("act", "state", "fields"),
        [
            ("approve", "draft", {"comment": "同意"}),
            ("return", "approved", {"reason": "补充"}),
            ("publish", "approved", {}),
        ],
    )
    async def test_are_offered_and_done(
        self, console: Console, act: str, state: str, fields: dict[str, str]
    ) -> None:
        console.upstream.briefs.brief = brief(state=state)
        assert f'action="{AT}/{act}"' in (await seen(console, AT)).text
        answer, told = await sent(
            console, f"{AT}/{act}", {**fields, "confirmed": "1", "revision": "3"}
        )
        assert answer.headers["location"] == f"{AT}?done=brief_{act}"
        assert told == ("POST", f"/v1{AT}/{act}", fields)
        assert asked(console, f"/v1{AT}/{act}").headers["if-match"] == '"3"'

    async def test_publication_is_confirmed(self, console: Console) -> None:
        answer, told = await sent(console, f"{AT}/publish", {"x": "1"})
        assert answer.status_code == 422
        assert told is None

    async def test_of_other_sites_are_refused(self, console: Console) -> None:
        async with await console.browser() as browser:
            answer = await browser.post(f"{AT}/approve", headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403


class TestComparing:
    async def test_shows_both_sides(self, console: Console) -> None:
        text = (await seen(console, f"/briefs/compare?a={BEFORE}&b={BRIEF}")).text
        for shown in ("能耗总量", "268.00", "2018Q1 晴雨形势〔2018〕2号", "2018Q2"):
            assert shown in text

    async def test_says_that_nothing_differs(self, console: Console) -> None:
        console.upstream.briefs.compared = []
        text = (await seen(console, f"/briefs/compare?a={BEFORE}&b={BRIEF}")).text
        assert "数据全部相同" in text

    async def test_asks_for_two(self, console: Console) -> None:
        assert "请选择两份形势分析" in (await seen(console, "/briefs/compare")).text


class TestSettings:
    async def test_are_shown_in_words(self, console: Console) -> None:
        text = (await seen(console, "/briefs/settings")).text
        for shown in ("季、年", "等待", "碳排放", "沿用上级地区", "晴雨形势〔{year}〕{nth}号"):
            assert shown in text

    async def test_are_chosen(self, console: Console) -> None:
        fields = {"region": "150000", "name": "default"}
        answer, told = await sent(console, "/briefs/settings", fields)
        assert answer.headers["location"] == "/briefs/settings?region=150000&done=brief_settings"
        assert told == ("PUT", "/v1/briefs/settings/150000", {"name": "default"})


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("2026Q3", "2026年1—9月（累计）", "Jan–Sep 2026, cumulative"),
        ("2026Q3s", "2026年7—9月", "Jul–Sep 2026"),
        ("2026H1", "2026年1—6月（累计）", "Jan–Jun 2026, cumulative"),
        ("2026", "2026年1—12月（累计）", "Jan–Dec 2026, cumulative"),
        ("2026-07", "2026年7月", "Jul 2026"),
        ("2026M13", "", ""),
        ("2026-2030", "", ""),
    ],
)
def test_periods_are_said_in_words(period: str, zh: str, en: str) -> None:
    assert period_in_words(period, "zh") == zh
    assert period_in_words(period, "en") == en


def test_sizes_are_said_as_people_do() -> None:
    assert [size_of(count) for count in (812, 2048, 1_234_567)] == ["812 B", "2.0 KB", "1.2 MB"]
