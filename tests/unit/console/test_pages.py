"""Every page over services that are made up: what it shows, to whom, and what it does without."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from services.console.settings import ConsoleSettings
from tests.unit.console import desk
from tests.unit.console.parts import OPERATOR_KEY, Console
from tests.unit.console.upstream import STEEL, WARNING

PAGES = (
    "/",
    "/warnings",
    f"/warnings/{WARNING}",
    "/budgets",
    f"/books/{STEEL}",
    f"/books/{STEEL}?step=day",
    "/books/region:150000",
    "/catalogue",
    "/figures/region:150000/energy-intensity/2025Q3",
    "/records/statements",
    "/records/factors",
    "/targets",
    "/targets/NM-TOTAL",
    "/tasks",
    "/barometer",
    "/barometer?region=150200&period=2025Q3",
)


@pytest.fixture
def console() -> Console:
    return Console()


async def seen(console: Console, path: str, **headers: str) -> httpx.Response:
    async with await console.browser() as browser:
        return await browser.get(path, headers=headers)


class TestEveryPage:
    @pytest.mark.parametrize("path", PAGES)
    @pytest.mark.parametrize("language", ["zh", "en"])
    async def test_is_shown_in_both_languages(
        self, console: Console, path: str, language: str
    ) -> None:
        answer = await seen(console, f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert answer.status_code == 200
        assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in answer.text
        assert f"qingyu_language={language}" in answer.headers["set-cookie"]

    @pytest.mark.parametrize("path", PAGES)
    async def test_asks_with_the_key_of_whoever_looks(self, console: Console, path: str) -> None:
        await seen(console, path)
        keys = {request.headers["authorization"] for request in console.upstream.asked}
        assert keys == {f"Bearer {OPERATOR_KEY}"}

    @pytest.mark.parametrize("path", PAGES)
    async def test_leads_to_signing_in_and_back(self, console: Console, path: str) -> None:
        async with await console.browser(None) as browser:
            answer = await browser.get(path)
        assert answer.status_code == 303
        target = urlsplit(answer.headers["location"])
        assert target.path == "/sign-in"
        assert parse_qs(target.query).get("next", ["/"]) == [path]

    @pytest.mark.parametrize("path", PAGES)
    async def test_loads_nothing_from_elsewhere_and_runs_nothing_inline(
        self, console: Console, path: str
    ) -> None:
        answer = await seen(console, path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r'(src|href)="(https?:)?//', answer.text)
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text

    @pytest.mark.parametrize("path", PAGES)
    async def test_of_a_revoked_key_leads_to_signing_in(self, console: Console, path: str) -> None:
        async with await console.browser("qy_revoked1_secret") as browser:
            answer = await browser.get(path)
        assert (answer.status_code, "session_over" in answer.headers["location"]) == (303, True)

    @pytest.mark.parametrize("path", PAGES)
    async def test_says_so_when_everything_is_away(self, console: Console, path: str) -> None:
        console.upstream.away = {"alerts", "evaluator", "ingest"}
        answer = await seen(console, path)
        assert answer.status_code in (200, 503)
        assert "does not answer" in answer.text or path == "/catalogue"


class TestTheOverview:
    async def test_counts_by_level_and_shows_budgets_by_region(self, console: Console) -> None:
        text = (await seen(console, "/")).text
        order = [text.index(name) for name in ("内蒙古自治区", "包头市", "演示钢铁厂", "青海省")]
        assert order == sorted(order)
        assert "104.2 %" in text
        assert re.search(r'card-red"[^>]*><b>1</b>', text)

    async def test_shows_the_rest_while_the_evaluator_is_away(self, console: Console) -> None:
        console.upstream.away = {"evaluator"}
        answer = await seen(console, "/")
        assert answer.status_code == 200
        assert "evaluator does not answer" in answer.text
        assert "演示钢铁厂" in answer.text


class TestWarnings:
    async def test_passes_its_filters_on(self, console: Console) -> None:
        await seen(console, "/warnings?region=150000&level=orange&state=open&rule=used&x=1")
        asked = next(r for r in console.upstream.asked if r.url.path == "/v1/warnings")
        assert dict(asked.url.params) == {
            "region": "150000",
            "level": "orange",
            "state": "open",
            "rule": "used",
            "limit": "50",
            "suppression": "true",
        }

    async def test_is_a_fragment_for_its_own_script(self, console: Console) -> None:
        answer = await seen(console, "/warnings", **{"X-Fragment": "1"})
        assert answer.text.lstrip().startswith('<div class="heading">')
        assert "<html" not in answer.text

    async def test_tells_the_script_where_to_listen_from(self, console: Console) -> None:
        text = (await seen(console, "/warnings?level=orange")).text
        assert 'data-after="45" data-filters="level=orange"' in text

    async def test_shows_the_evidence_and_what_was_corrected(self, console: Console) -> None:
        text = (await seen(console, f"/warnings/{WARNING}")).text
        for shown in ("521,199.76", "GB/T 2589-2020", "不再成立", "2018-05-30 12:00", "UTC+9"):
            assert shown in text

    async def test_that_do_not_exist_are_said_to_be_missing(self, console: Console) -> None:
        answer = await seen(console, f"/warnings/{WARNING[:-1]}f")
        assert answer.status_code == 404
        assert "没有这个页面" in answer.text


class TestBooks:
    async def test_shows_the_curve_the_line_and_the_gaps(self, console: Console) -> None:
        text = (await seen(console, f"/books/{STEEL}")).text
        assert text.count('<svg class="chart') == 2
        assert 'class="line"' in text
        assert "cell-partial" in text
        assert "cell-estimated" in text
        assert text.count('class="dot dot-red"') >= 2

    async def test_marks_only_what_was_said_of_the_budget(self, console: Console) -> None:
        other = desk.condition(subject=STEEL, about="steel-2018h1")
        console.upstream.warnings = [*console.upstream.warnings, other]
        text = (await seen(console, f"/books/{STEEL}")).text
        assert text.count('class="dot dot-red"') == 4
        asked = next(r for r in console.upstream.asked if r.url.path == "/v1/warnings")
        assert asked.url.params["full"] == "true"

    async def test_asks_for_whole_local_days(self, console: Console) -> None:
        await seen(console, f"/books/{STEEL}?step=day&from=2018-02-01&to=2018-02-03")
        asked = [r.url.params for r in console.upstream.asked if "/v1/books/" in r.url.path]
        assert ("2018-01-31T15:00:00Z", "2018-02-02T15:00:00Z") in [
            (params["from"], params["to"]) for params in asked
        ]

    async def test_refuses_dates_that_are_none(self, console: Console) -> None:
        answer = await seen(console, f"/books/{STEEL}?from=tomorrow")
        assert answer.status_code == 422


class TestSigningIn:
    async def test_with_a_key_begins_a_session_that_hides_it(self, console: Console) -> None:
        async with await console.browser(None) as browser:
            answer = await browser.post("/sign-in", data={"key": OPERATOR_KEY, "next": "/budgets"})
            assert (answer.status_code, answer.headers["location"]) == (303, "/budgets")
            cookie = answer.headers["set-cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=strict" in cookie
            assert OPERATOR_KEY not in cookie
            assert (await browser.get("/budgets")).status_code == 200

    async def test_with_a_link_works_once(self, console: Console) -> None:
        async with await console.browser(None) as browser:
            headers = {"Authorization": f"Bearer {OPERATOR_KEY}"}
            made = await browser.post("/console/sign-in-tokens", headers=headers)
            assert made.status_code == 201
            link = urlsplit(made.json()["url"])
            assert made.json()["expires_at"] == "2018-07-01T00:30:00Z"
            token = parse_qs(link.query)["token"][0]
            page = await browser.get(f"{link.path}?{link.query}")
            assert token in page.text
            for status in (303, 401):
                answer = await browser.post("/sign-in", data={"token": token})
                assert answer.status_code == status

    async def test_with_a_link_that_is_too_old_is_refused(self, console: Console) -> None:
        async with await console.browser(None) as browser:
            headers = {"Authorization": f"Bearer {OPERATOR_KEY}"}
            made = await browser.post("/console/sign-in-tokens", headers=headers)
            token = parse_qs(urlsplit(made.json()["url"]).query)["token"][0]
            console.now = console.now.replace(hour=1)
            answer = await browser.post("/sign-in", data={"token": token})
        assert answer.status_code == 401
        assert "已过期" in answer.text

    @pytest.mark.parametrize("key", ["", "nobody", "a\r\nb", "钥匙", "x" * 600])
    async def test_with_a_key_that_is_none_is_refused(self, console: Console, key: str) -> None:
        async with await console.browser(None) as browser:
            answer = await browser.post("/sign-in", data={"key": key})
            link = await browser.post("/console/sign-in-tokens")
        assert (answer.status_code, link.status_code) == (401, 401)

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
    async def test_is_not_done_from_another_site(
        self, console: Console, path: str, headers: dict[str, str]
    ) -> None:
        async with await console.browser() as browser:
            answer = await browser.post(path, data={"key": OPERATOR_KEY}, headers=headers)
        assert answer.status_code == 403
        assert len(console.sign_ins.sessions) == 1

    @pytest.mark.parametrize(
        "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
    )
    async def test_never_leads_to_another_site(self, console: Console, target: str) -> None:
        async with await console.browser(None) as browser:
            answer = await browser.post("/sign-in", data={"key": OPERATOR_KEY, "next": target})
        assert answer.headers["location"] == "/"

    async def test_ends_with_signing_out(self, console: Console) -> None:
        async with await console.browser() as browser:
            await browser.post("/sign-out")
            assert (await browser.get("/")).status_code == 303
        assert console.sign_ins.sessions == {}

    async def test_is_kept_for_a_link_from_another_site(self, console: Console) -> None:
        async with await console.browser(None) as browser:
            answer = await browser.get("/budgets", headers={"Sec-Fetch-Site": "cross-site"})
        assert 'http-equiv="refresh"' in answer.text

    async def test_over_https_makes_a_secure_cookie(self) -> None:
        console = Console(ConsoleSettings(console_url="https://energy.example.cn/"))
        async with await console.browser(None) as browser:
            answer = await browser.post("/sign-in", data={"key": OPERATOR_KEY})
            headers = {"Authorization": f"Bearer {OPERATOR_KEY}"}
            link = (await browser.post("/console/sign-in-tokens", headers=headers)).json()
        assert "Secure" in answer.headers["set-cookie"]
        assert link["url"].startswith("https://energy.example.cn/sign-in?token=")


class TestLive:
    async def test_passes_events_on_with_the_key_and_the_place(self, console: Console) -> None:
        answer = await seen(console, "/live?region=150000&after=7&x=1", **{"Last-Event-ID": "9"})
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.content == b"".join(console.upstream.chunks)
        (asked,) = console.upstream.asked
        assert dict(asked.url.params) == {"region": "150000", "after": "7"}
        assert asked.headers["last-event-id"] == "9"
        assert asked.headers["authorization"] == f"Bearer {OPERATOR_KEY}"

    async def test_is_not_for_strangers(self, console: Console) -> None:
        async with await console.browser(None) as browser:
            assert (await browser.get("/live")).status_code == 401
