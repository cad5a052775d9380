"""What a warning rests on, laid out for every kind; how ended ones, steps and causes are told."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.console.entrypoints.evidence import causes_of, page_of
from services.console.entrypoints.proving_kinds import sheet_of
from services.console.entrypoints.words import ENGLISH
from tests.unit.console import desk, proof
from tests.unit.console.parts import Console
from tests.unit.console.told import TARGET_WARNING

TARGET = f"/warnings/{TARGET_WARNING}"
NOW = datetime(2018, 7, 3, 5, 30, tzinfo=UTC)
ZONE = "Asia/Shanghai"


@pytest.fixture
def console() -> Console:
    return Console()


async def seen(console: Console, path: str = TARGET) -> httpx.Response:
    async with await console.browser() as browser:
        return await browser.get(path)


def about(kind: str, **changes: object) -> dict[str, Any]:
    warning = desk.condition(
        kind=kind, about_name="事项", facts=proof.FACTS[kind], history=[], **changes
    )
    return {**warning, **({"evidence": proof.EVIDENCE[kind]} if kind in proof.EVIDENCE else {})}


async def evidence(console: Console, language: str = "zh") -> str:
    text = (await seen(console, f"{TARGET}?lang={language}")).text
    return text[text.index('id="live-evidence"') : text.index('id="live-acts"')]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


class TestEveryKind:
    @pytest.mark.parametrize("kind", proof.FACTS)
    async def test_says_at_a_glance_what_it_rests_on(self, console: Console, kind: str) -> None:
        console.upstream.desk.warning = about(kind)
        text = await evidence(console)
        for shown in proof.IN_CHINESE[kind]:
            assert shown in text

    @pytest.mark.parametrize("kind", proof.FACTS)
    async def test_names_nothing_as_programs_do(self, console: Console, kind: str) -> None:
        console.upstream.desk.warning = about(kind)
        said = plain(await evidence(console))
        for raw in ("href", "/v1/", "last_year", "2,023", "2,025", "rated", "whole", "False"):
            assert raw not in said
        own = {"external": {"summary", "count", "alertname", "severity"}}
        names = re.findall(r"<dt>([^<]*)</dt>|<th[^>]*>([^<]*)</th>", await evidence(console))
        english = {one for pair in names for one in pair if re.fullmatch(r"[a-z_]+", one)}
        assert english - own.get(kind, set()) == set()

    @pytest.mark.parametrize("kind", proof.FACTS)
    async def test_is_told_in_english_too(self, console: Console, kind: str) -> None:
        console.upstream.desk.warning = about(kind)
        text = await evidence(console, "en")
        names = re.findall(r"<dt>([^<]*)</dt>|<th[^>]*>([^<]*)</th>", text)
        assert not [one for pair in names for one in pair if re.search(r"[一-鿿]", one)]

    async def test_that_is_not_known_is_shown_all_the_same(self, console: Console) -> None:
        facts = {"novel": {"inner": "1234", "deep": {"x": True}}, "some": ["a", "b"], "year": 2023}
        console.upstream.desk.warning = desk.condition(kind="brand-new", facts=facts, history=[])
        said = plain(await evidence(console))
        for shown in ("novel", "inner 1,234", "deep", "x 是", "a、b", "年份 2023"):
            assert shown in said

    async def test_of_hostile_words_stays_words(self, console: Console) -> None:
        evil = '"><script>x</script>'
        facts = {
            "annotations": {evil: evil},
            "generator_url": f"javascript:alert(1)//{evil}",
            "list": [{evil: evil}],
        }
        console.upstream.desk.warning = desk.condition(kind="external", facts=facts, history=[])
        text = await evidence(console)
        assert "<script>" not in text
        assert 'href="javascript' not in text


class TestDays:
    def test_of_an_open_task_are_counted_until_today(self) -> None:
        sheet = sheet_of(about("task"), "task", "zh", ZONE, NOW)
        assert sheet.figures[0].cell.text == "183 天"
        assert sheet.figures[0].cell.note == ""
        facts = {**proof.FACTS["task"]}
        del facts["times_overdue"]
        once = sheet_of({**about("task"), "facts": facts}, "task", "zh", ZONE, NOW)
        assert "90" in once.figures[0].cell.note

    def test_of_one_that_is_over_stay_as_they_were(self) -> None:
        sheet = sheet_of(about("task", state="resolved"), "task", "zh", ZONE, NOW)
        assert sheet.figures[0].cell.text == "90 天"

    def test_of_silence_are_counted_while_it_lasts(self) -> None:
        sheet = sheet_of(about("no-data"), "no-data", "zh", ZONE, NOW)
        assert "2 天 3 小时" in [one.cell.text for one in sheet.figures]
        over = sheet_of(about("no-data", state="resolved"), "no-data", "zh", ZONE, NOW)
        assert "已静默" not in [one.name for one in over.figures]

    def test_are_not_told_of_a_task_of_which_only_a_milestone_is_late(self) -> None:
        facts = {**proof.FACTS["task"], "state": "in-progress", "days_overdue": 0}
        sheet = sheet_of({**about("task"), "facts": facts}, "task", "zh", ZONE, NOW)
        assert "逾期天数" not in [one.name for one in sheet.figures]


def test_parts_are_told_by_their_names() -> None:
    names = {"region:150200": "包头市"}
    sheet = sheet_of(
        about("children"), "children", "zh", ZONE, NOW, lambda key: names.get(key, key)
    )
    assert [row[0].text for row in sheet.tables[0].rows] == ["包头市", "region:150700"]
    assert sheet.tables[0].rows[0][0].note == "region:150200"


def test_a_metering_point_has_no_page_of_its_own() -> None:
    assert page_of("/v1/findings?subject=point:P1") == ""
    assert page_of("/v1/findings?subject=enterprise:E1") == "/books/enterprise:E1"


class TestOneThatIsOver:
    @pytest.mark.parametrize(
        ("stage", "word"), [("raised", "自行解除"), ("responded", "处置后解除")]
    )
    async def test_says_how_it_ended_and_not_what_was_left_to_do(
        self, console: Console, stage: str, word: str
    ) -> None:
        over = desk.condition(state="resolved", stage=stage, level="none", history=[])
        console.upstream.desk.warning = over
        text = (await seen(console)).text
        lead = text[text.index('class="lead"') :][:1500]
        assert word in lead
        assert "解除时间" in lead
        assert "未确认" not in lead
        console.upstream.warnings = [over]
        listed = (await seen(console, "/warnings?state=all")).text
        assert word in listed
        assert "stage-raised" not in listed


class TestSteps:
    async def test_are_a_table_of_one_line_each(self, console: Console) -> None:
        console.upstream.desk.steps = [desk.step(about_name=f"事项{i}") for i in range(26)]
        text = (await seen(console, "/steps")).text
        assert text.count('<tr class="step-line') == 26
        for head in ("级别", "对象", "措施", "承办", "期限", "状态", "操作"):
            assert f'<th scope="col">{head}</th>' in text
        assert "事项25" in text

    async def test_come_fifty_at_a_time(self, console: Console) -> None:
        text = (await seen(console, "/steps?state=proposed&after=50")).text
        asked = next(r for r in console.upstream.asked if r.url.path == "/v1/steps")
        assert (asked.url.params["limit"], asked.url.params["after"]) == ("50", "50")
        assert 'href="/steps?state=proposed"' in text


def test_causes_are_words() -> None:
    assert causes_of("readings+statements", "zh") == "读数、登记数据"
    assert causes_of("time", ENGLISH) == "time passing"
    assert causes_of("something-new", "zh") == "something-new"
    assert causes_of("", "zh") == ""


async def test_quiet_times_name_the_days_of_the_week(console: Console) -> None:
    text = (await seen(console, "/silences")).text
    assert "周一" in text
    assert "monday" not in text
