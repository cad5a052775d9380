"""The routes of records: what is taken in, what is refused and why, what is shown to whom."""

from decimal import Decimal
from typing import Any

import pytest

from services.evaluator.domain.records.indicator import Direction, Indicator
from services.evaluator.ports.register import RecordKind
from tests.usecases.evaluator.record_site import RecordSite

E0, COUNTY = "enterprise:E0", "region:150203"
HEADER = "subject,item,qualifier,period,value,unit,detail.lot,detail.ncv\n"
KEY = f"{COUNTY}/gdp//2020/2025/"


@pytest.fixture
def site() -> RecordSite:
    return RecordSite()


def gdp(**changes: Any) -> dict[str, Any]:
    body = {
        "subject": COUNTY,
        "item": "gdp",
        "period": "2025",
        "value": "100.50",
        "unit": "万元",
        "basis": "2020",
        "status": "preliminary",
    }
    return {**body, **changes}


async def record(site: RecordSite, kind: str, body: Any) -> Any:
    answer = await site.ask("POST", f"/v1/{kind}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestRecording:
    async def test_a_revision_is_another_version(self, site: RecordSite) -> None:
        first = await record(site, "statements", gdp())
        assert (first["commit"], first["added"], first["changed"]) == (1, {"statements": 1}, {})
        again = await record(site, "statements", [gdp()])
        assert (again["commit"], again["unchanged"]) == (0, 1)
        final = await record(site, "statements", gdp(value="101", status="final"))
        assert (final["commit"], final["changed"]) == (2, {"statements": 1})
        (now,) = (await site.get("/v1/statements", key=KEY))["items"]
        assert (now["key"], now["version"], now["commit"], now["by"]) == (KEY, 2, 2, "operator")
        assert (now["subject"], now["body"]["value"]) == (COUNTY, "101")
        (before,) = (await site.get("/v1/statements", as_of="commit:1"))["items"]
        assert (before["body"]["value"], before["body"]["status"]) == ("100.50", "preliminary")
        assert await site.get(f"/v1/statements/{KEY}") == now
        assert await site.get(f"/v1/statements/{KEY}", as_of="commit:1") == before
        assert (await site.ask("GET", "/v1/statements/nothing")).status_code == 404
        history = await site.get("/v1/statements/history", key=KEY)
        assert [one["version"] for one in history["items"]] == [1, 2]

    async def test_a_dry_run_writes_nothing(self, site: RecordSite) -> None:
        await record(site, "statements", gdp())
        text = f"subject,item,period,value,unit,basis\n{COUNTY},gdp,2025,7,万元,2020\n"
        text += f"{COUNTY},gdp,2024,8,万元,2020\n"
        told = (await site.load("statements.csv", text, dry_run=True)).json()
        assert (told["added"], told["changed"]) == ({"statements": 1}, {"statements": 1})
        assert (told["dry_run"], told["commit"], site.memory.puts) == (True, 0, 1)

    async def test_of_files_is_one_commit(self, site: RecordSite) -> None:
        yaml = (
            "indicators:\n"
            "  - {code: cover, name: 森林覆盖率, name_en: forest cover, unit: '%', "
            "direction: higher, stated: 'statement:forest-cover'}\n"
            "statements:\n"
            f"  - {{subject: '{COUNTY}', item: forest-cover, period: '2025', value: 19.30, "
            "unit: '%'}\n"
        )
        told = (await site.load("plan.yaml", yaml)).json()
        assert (told["commit"], told["added"]) == (1, {"indicators": 1, "statements": 1})
        (stated,) = (await site.get("/v1/statements"))["items"]
        assert stated["body"]["value"] == "19.30"

    async def test_columns_with_dots_are_details(self, site: RecordSite) -> None:
        rows = (
            f"{E0},purchase,raw-coal,2025-01,10,t,A,20.9\n{E0},purchase,raw-coal,2025-01,5,t,B,\n"
        )
        told = (await site.load("mine.csv", HEADER + rows, kind="statements")).json()
        assert told["added"] == {"statements": 2}
        found = await site.get("/v1/statements", subject=E0)
        assert [one["body"]["detail"] for one in found["items"]] == [
            {"lot": "A", "ncv": "20.9"},
            {"lot": "B"},
        ]

    async def test_passes_over_what_another_desk_knows_already(self, site: RecordSite) -> None:
        text = f"tasks:\n  - {{code: KNOWN, name: a, holder: '{COUNTY}'}}\n"
        text += f"  - {{code: K1, name: a, holder: '{COUNTY}'}}\n"
        text += "progress:\n  - {task: K1, on: 2026-01-01}\n"
        told = (await site.load("tasks.yaml", text)).json()
        assert (told["added"], told["unchanged"]) == ({"tasks": 1, "progress": 1}, 1)
        assert {entry.subject for entry in site.memory.entries} == {COUNTY}


class TestRefusals:
    async def refused(self, site: RecordSite, filename: str, text: str) -> list[tuple[Any, ...]]:
        answer = await site.load(filename, text)
        assert answer.status_code == 422, answer.text
        assert site.memory.puts == 0
        return [(e["line"], e["field"], e["detail"]) for e in answer.json()["errors"]]

    async def test_name_every_line(self, site: RecordSite) -> None:
        rows = (
            f"{COUNTY},population,,2025,5,persons,,\n"
            "region:999,population,,2025,5,persons,,\n"
            f"{COUNTY},population,,2025Q9,5,persons,,\n"
            f"{COUNTY},population,,2025,five,persons,,\n"
            f"{COUNTY},population,,2024,5,kWh,,\n"
            f"{COUNTY},nothing,,2025,5,t,,\n"
            f"{COUNTY},population,,2025,6,persons,,\n"
        )
        found = await self.refused(site, "statements.csv", HEADER + rows)
        assert [(line, field) for line, field, _ in found] == [
            (3, "subject"),
            (4, "period"),
            (5, "value"),
            (6, "item"),
            (7, "item"),
            (8, None),
        ]
        assert found[0][2] == "there is no region 999 in the catalogue"
        assert "not measured in 'kWh'" in found[3][2]
        assert "line 2 of statements.csv" in found[5][2]

    async def test_of_files_that_say_not_what_they_are(self, site: RecordSite) -> None:
        ((line, _, message),) = await self.refused(site, "mine.csv", HEADER)
        assert (line, "must end in" in message) == (1, True)
        ((line, _, message),) = await self.refused(site, "x.yaml", "budget:\n  - {code: B}\n")
        assert (line, "no records called 'budget'" in message) == (2, True)

    async def test_of_other_checks_count_too(self, site: RecordSite) -> None:
        site.refused = ["K1"]
        text = f"tasks:\n  - {{code: K0, name: a, holder: '{COUNTY}'}}\n"
        found = await self.refused(site, "t.yaml", text + text.replace("K0", "K1")[7:])
        assert found == [(3, "code", "is refused")]

    async def test_of_records_that_make_no_sense(self, site: RecordSite) -> None:
        text = (
            "factors:\n"
            "  - {series: s, item: i, unit: '', value: 1, version: a, source: b, confidence: S,\n"
            "     valid_from: 2026-01-01, valid_to: 2025-01-01}\n"
            "methods:\n  - {subject: 'enterprise:E9', valid_from: soon}\n"
            "rules:\n  - {code: R, version: a, name: b, name_en: c, grades: [], source: d, "
            "confidence: S}\n"
        )
        found = await self.refused(site, "all.yaml", text)
        assert sorted((line, field) for line, field, _ in found) == [
            (2, "unit"),
            (3, "valid_to"),
            (5, "subject"),
            (5, "valid_from"),
            (7, "grades"),
        ]

    async def test_of_bodies_have_pointers(self, site: RecordSite) -> None:
        answer = await site.ask(
            "POST", "/v1/statements", json=[gdp(), gdp(unit="t", period="2024")]
        )
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["field"]) == ("/1/item", "item")
        assert (await site.ask("POST", "/v1/statements", content=b"{")).status_code == 400
        assert (await site.ask("POST", "/v1/statements", "sender", json=gdp())).status_code == 403

    async def test_of_a_store_that_is_away_say_try_again(self, site: RecordSite) -> None:
        site.memory.fails = True
        answer = await site.ask("POST", "/v1/methods", json={"subject": E0})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


class TestLists:
    async def test_show_what_the_key_may_see(self, site: RecordSite) -> None:
        other = gdp(subject="region:150000")
        await record(site, "statements", [gdp(), other, gdp(subject=E0, item="value-added")])
        for key, subjects in (
            ("operator", {COUNTY, "region:150000", E0}),
            ("county", {COUNTY, E0}),
            ("sender", {E0}),
            ("elsewhere", set[str]()),
        ):
            found = await site.get("/v1/statements", key)
            assert {one["subject"] for one in found["items"]} == subjects, key
        assert (
            await site.ask("GET", f"/v1/statements/history?key={KEY}", "elsewhere")
        ).status_code == 404

    async def test_are_cut_by_subject_region_and_pages(self, site: RecordSite) -> None:
        months = [gdp(period=f"2025-{month:02}") for month in range(1, 8)]
        await record(site, "statements", [*months, gdp(subject=E0, item="value-added")])
        assert len((await site.get("/v1/statements", region="150203"))["items"]) == 8
        assert len((await site.get("/v1/statements", region="150203", subject=E0))["items"]) == 1
        seen: list[str] = []
        after: str | None = ""
        while after is not None:
            page = await site.get("/v1/statements", subject=COUNTY, limit="3", after=after)
            seen += [one["body"]["period"] for one in page["items"]]
            after = page["next"]
        assert seen == [f"2025-{month:02}" for month in range(1, 8)]

    async def test_hold_what_was_shipped_until_it_is_replaced(self) -> None:
        shipped = Indicator(
            code="cover",
            name="x",
            name_en="cover",
            unit="%",
            direction=Direction.HIGHER,
            scale=Decimal(100),
        )
        site = RecordSite({RecordKind.INDICATOR: (shipped,)})
        (one,) = (await site.get("/v1/indicators"))["items"]
        assert (one["version"], one["commit"], one["recorded_at"]) == (0, 0, None)
        body = {"name": "x", "name_en": "y", "unit": "%", "direction": "higher"}
        body["stated"] = "statement:share:x"
        await record(site, "indicators", [{"code": "a", **body}, {"code": "cover", **body}])
        page = await site.get("/v1/indicators", limit="1")
        assert ([one["key"] for one in page["items"]], page["next"]) == (["a"], "a")
        (new,) = (await site.get("/v1/indicators", limit="1", after="a"))["items"]
        assert (new["version"], new["body"]["name_en"]) == (1, "y")
        history = await site.get("/v1/indicators/history", key="cover")
        assert [one["version"] for one in history["items"]] == [0, 1]
        (old,) = (await site.get("/v1/indicators", key="cover", as_of="commit:0"))["items"]
        assert old["body"]["scale"] == "100"


class TestInstants:
    async def test_resolve_to_commits(self, site: RecordSite) -> None:
        site.memory.at_us = 1_700_000_000_000_000
        await record(site, "statements", gdp())
        assert (await site.get("/v1/commits", at="2023-11-14T22:13:20Z")) == {
            "commit": 1,
            "at": "2023-11-14T22:13:20Z",
        }
        assert (await site.get("/v1/commits", at="2023-11-14T22:13:19Z"))["commit"] == 0
        assert (await site.get("/v1/commits"))["commit"] == 1
        early = await site.get("/v1/statements", as_of="2023-11-15T06:13:19+08:00")
        assert early["items"] == []

    @pytest.mark.parametrize("wrong", ["commit:2", "commit:x", "yesterday", "2023-11-14T22:13:20"])
    async def test_that_are_none_are_refused(self, site: RecordSite, wrong: str) -> None:
        await record(site, "statements", gdp())
        answer = await site.ask("GET", "/v1/statements", params={"as_of": wrong})
        assert (answer.status_code, answer.json()["type"]) == (422, "bad-as-of")
