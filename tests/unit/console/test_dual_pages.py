"""The pages of dual control: barometer, targets, tasks, figures and records."""

import re
from datetime import date

import httpx
import pytest

from services.console.entrypoints.barometers import last_period, periods_offered
from services.console.entrypoints.explaining import link_of
from services.console.entrypoints.forecasting import ahead_of, outlook_of
from services.console.entrypoints.targeting import rating_figure
from shared.model.period import parse_period
from tests.unit.console.dual import FIGURE, FORECAST, GDP_KEY, REFUSED
from tests.unit.console.parts import Console
from tests.unit.console.upstream import STEEL


@pytest.fixture
def console() -> Console:
    return Console()


async def seen(console: Console, path: str) -> httpx.Response:
    async with await console.browser() as browser:
        return await browser.get(path)


class TestAFigure:
    async def test_says_how_it_came_about(self, console: Console) -> None:
        text = (await seen(console, f"/figures/{FIGURE}")).text
        for shown in ("122.9 ÷ 500 = 0.2458", "二级 黄灯", "地区生产总值为初步核算数", "1,000,000"):
            assert shown in text
        assert 'light-yellow"><i aria-hidden="true">▲</i>' in text

    async def test_leads_to_its_leaves(self, console: Console) -> None:
        text = (await seen(console, f"/figures/{FIGURE}")).text
        assert 'href="/books/region:150000"' in text
        assert 'href="/records/factors?key=tce-calorific%2Felectricity"' in text

    async def test_is_asked_for_with_its_options(self, console: Console) -> None:
        await seen(console, f"/figures/{FIGURE}?scope=whole&basis=net&x=1")
        asked = next(r for r in console.upstream.asked if r.url.path.startswith("/v1/explain/"))
        assert dict(asked.url.params) == {"scope": "whole", "basis": "net", "format": "json"}

    async def test_in_english_has_english_words(self, console: Console) -> None:
        text = (await seen(console, f"/figures/{FIGURE}?lang=en")).text
        assert "energy intensity = energy total ÷ GDP" in text
        assert "GDP is preliminary" in text

    async def test_that_nobody_knows_is_said_to_be_missing(self, console: Console) -> None:
        assert (await seen(console, "/figures/region:150000/moon/2025")).status_code == 404


class TestTheBarometer:
    async def test_says_levels_by_word_and_shape_beside_colour(self, console: Console) -> None:
        text = (await seen(console, "/barometer")).text
        assert 'light-red"><i aria-hidden="true">■</i>一级 红灯' in text
        assert 'light-green"><i aria-hidden="true">●</i>' in text
        for shown in ("缺少地区生产总值", "change-worse", "变差", "无目标", "+1"):
            assert shown in text

    async def test_leads_to_what_it_was_made_of(self, console: Console) -> None:
        text = (await seen(console, "/barometer")).text
        link = "/figures/region:150000/target:energy-intensity/2025Q3?scope=whole"
        assert f"{link}&amp;as_of=commit%3A9" in text

    async def test_lists_other_indicators_of_the_region_by_themselves(
        self, console: Console
    ) -> None:
        text = (await seen(console, "/barometer")).text
        below = text[text.index("<h2>下级地区") : text.index("<h2>其他指标")]
        assert "煤炭占比" in text[text.index("<h2>其他指标") :]
        assert "煤炭占比" not in below

    async def test_counts_the_lights(self, console: Console) -> None:
        text = (await seen(console, "/barometer")).text
        counts = text[text.index("<tfoot>") : text.index("</tfoot>")]
        assert re.findall(r"light-(\w+)", counts) == ["red", "green", "unrated"]

    async def test_is_of_the_first_region_and_the_last_quarter(self, console: Console) -> None:
        await seen(console, "/barometer")
        asked = next(r for r in console.upstream.asked if r.url.path == "/v1/barometer")
        expected = {"region": "150000", "period": "2018Q2", "of": "regions"}
        assert dict(asked.url.params) == expected

    def test_offers_quarters_that_have_begun(self) -> None:
        offered = periods_offered(date(2026, 5, 1), "2020-2025")
        assert offered[:3] == ["2020-2025", "2026Q2", "2026Q1"]
        assert offered[-1] == "2024Q1"
        assert last_period(date(2026, 2, 1)) == "2025"


class TestAForecast:
    async def test_stands_beside_the_budget_with_its_fan(self, console: Console) -> None:
        text = (await seen(console, f"/books/{STEEL}")).text
        for shown in ("521,000", "501,000 – 540,000", "84 %", "2018-06-21", "指数平滑", "4.4 %"):
            assert shown in text
        assert text.count('<path class="fan"') == 2
        assert text.count('<path class="ahead"') == 2

    def test_begins_where_the_use_ends(self) -> None:
        period = parse_period("2018H1", "+09:00")
        ahead = ahead_of(FORECAST, period)
        assert list(ahead.fan[0]) == pytest.approx([150 / 181, 432_000, 432_000])
        assert list(ahead.course[-1]) == pytest.approx([1.0, 521_900])
        assert len(ahead.course) == len(ahead.fan) == 32

    def test_that_was_refused_says_why(self) -> None:
        found = outlook_of(REFUSED, "zh")
        assert found is not None
        assert found.refused == "历史数据太短"
        assert ahead_of(REFUSED, parse_period("2018H1", "+09:00")).fan == []

    async def test_that_is_away_leaves_the_rest_of_the_page(self, console: Console) -> None:
        console.upstream.gone = {"/v1/forecasts"}
        text = (await seen(console, f"/books/{STEEL}")).text
        assert text.count('<svg class="chart') == 2
        assert "There is nothing at /v1/forecasts" in text


class TestTargets:
    async def test_stand_below_their_wholes_with_their_shares(self, console: Console) -> None:
        text = (await seen(console, "/targets?region=150000")).text
        order = [text.index(f"/targets/{code}") for code in ("NM-TOTAL", "BT-TOTAL", "ORD-TOTAL")]
        assert order == sorted(order)
        assert "40.0 %" in text
        assert "以下达为准" in text
        assert dict(console.upstream.asked[-1].url.params)["region"] == "150000"

    async def test_say_how_the_parts_add_up_and_how_far_they_are(self, console: Console) -> None:
        text = (await seen(console, "/targets/NM-TOTAL")).text
        for shown in ("分解合计不符", "少 130 万tce", "19/20", "二级 黄灯", "年度调整"):
            assert shown in text
        assert "/figures/region:150000/target:NM-TOTAL/2021Q2" in text

    async def test_are_shown_without_what_is_away(self, console: Console) -> None:
        dropped = {"/v1/targets/NM-TOTAL/tree", "/v1/targets/NM-TOTAL/path"}
        console.upstream.gone = dropped
        answer = await seen(console, "/targets/NM-TOTAL")
        assert answer.status_code == 200
        assert "There is nothing at" in answer.text


@pytest.mark.parametrize(
    ("today", "figure"),
    [
        (date(2023, 11, 21), "region:150000/target:T/2023Q3"),
        (date(2023, 2, 1), "region:150000/target:T/2022"),
        (date(2027, 5, 1), "region:150000/target:T/2025"),
    ],
    ids=str,
)
def test_a_target_is_rated_by_the_last_quarter_that_has_ended(today: date, figure: str) -> None:
    item = {"holder": "region:150000", "code": "T", "first_year": 2021, "last_year": 2025}
    assert rating_figure(item, today) == figure


class TestTasks:
    async def test_that_are_overdue_come_first_and_are_marked(self, console: Console) -> None:
        text = (await seen(console, "/tasks")).text
        order = [text.index(name) for name in ("淘汰落后产能", "煤电机组节能改造")]
        assert order == sorted(order)
        for shown in ("逾期 31 天", "自治区发展改革委", "工信厅、生态环境厅", "里程碑逾期 M1"):
            assert shown in text
        assert 'href="/targets/NM-TOTAL"' in text

    async def test_are_filtered_by_department_and_state(self, console: Console) -> None:
        await seen(console, "/tasks?department=工信厅&state=overdue&x=1")
        asked = next(r for r in console.upstream.asked if r.url.path == "/v1/tasks")
        assert dict(asked.url.params) == {
            "department": "工信厅",
            "state": "overdue",
            "limit": "500",
        }

    async def test_stand_beside_the_inventories(self, console: Console) -> None:
        assert "630,000,000" in (await seen(console, "/tasks")).text


class TestRecords:
    async def test_are_listed_by_kind_and_paged(self, console: Console) -> None:
        text = (await seen(console, "/records/statements?subject=region:150000")).text
        assert "1,500" in text
        assert "after=region%3A150000%2Fgdp" in text
        asked = dict(console.upstream.asked[-1].url.params)
        assert asked == {"subject": "region:150000", "limit": "100"}

    async def test_show_every_version_of_one(self, console: Console) -> None:
        text = (await seen(console, f"/records/statements?key={GDP_KEY}")).text
        order = [text.index(shown) for shown in ("1,500", "已撤回", "480.5")]
        assert order == sorted(order)

    async def test_of_the_program_say_so(self, console: Console) -> None:
        text = (await seen(console, "/records/factors")).text
        for shown in ("0.7143", "GB/T 2589-2020", "随软件提供", "原煤"):
            assert shown in text

    async def test_of_no_kind_are_no_page(self, console: Console) -> None:
        assert (await seen(console, "/records/secrets")).status_code == 404
        assert (await seen(console, "/records")).headers["location"] == "/records/statements"


@pytest.mark.parametrize(
    ("href", "link"),
    [
        ("/v1/books/region:150000?carrier=electricity", "/books/region:150000"),
        (f"/v1/figures/{FIGURE}?scope=whole&x=1", f"/figures/{FIGURE}?scope=whole"),
        ("/v1/statements?subject=region:150000", "/records/statements?subject=region%3A150000"),
        ("/v1/points/P1/readings", ""),
        ("", ""),
    ],
)
def test_addresses_of_the_api_lead_to_pages(href: str, link: str) -> None:
    assert link_of(href) == link
