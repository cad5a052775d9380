"""The routes of budgets and books: what they take, what they refuse and why, what they show."""

from typing import Any

import pytest

from services.evaluator.domain.totals import Cause, Lane
from services.evaluator.ports.point_books import FindingRow
from shared.model.catalogue import Catalogue, EntityKind
from shared.model.instants import HOUR_US, hour_iso
from shared.model.period import parse_period
from tests.usecases.evaluator.api import Site
from tests.usecases.evaluator.catalogues import county, entity, meter
from tests.usecases.evaluator.court import POWER, totals

E0, COUNTY = "enterprise:E0", "region:150203"
PERIOD = parse_period("2026-03-02/2026-03-04", "Asia/Shanghai")
FIRST = PERIOD.first_hour


def catalogue() -> Catalogue:
    points = [
        meter(1, E0),
        meter(2, "enterprise:E1"),
        meter(3, COUNTY),
        meter(4, COUNTY, flow="export"),
    ]
    gas = entity(EntityKind.CARRIER, "natural-gas", 801, {"unit": "m3", "kind": "energy"})
    waste = entity(EntityKind.CARRIER, "so2", 802, {"unit": "kg", "kind": "pollutant"})
    return county(points, ["E0", "E1", "E2"]).with_entities(1, [gas, waste])


@pytest.fixture
async def site() -> Site:
    made = Site(catalogue())
    await made.court.open()
    return made


def wanted(**changes: Any) -> dict[str, Any]:
    body = {
        "code": "B1",
        "subject": E0,
        "carrier": "electricity",
        "period": "2026-03-02/2026-03-04",
        "total": "10",
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def faults(body: Any) -> dict[str, str]:
    return {fault.get("pointer", ""): fault["detail"] for fault in body["errors"]}


class TestAddingBudgets:
    async def test_stores_one_and_says_so(self, site: Site) -> None:
        answer = await site.post("/v1/budgets", wanted(name="电", total=12.50))
        assert answer.json() == {
            "rows": 1,
            "dry_run": False,
            "added": ["B1"],
            "changed": [],
            "unchanged": [],
        }
        (item,) = (await site.get("/v1/budgets")).json()["items"]
        assert (item["total"], item["unit"], item["zone"]) == ("12.5", "kWh", "Asia/Shanghai")
        assert (item["name"], item["phasing"], item["policy"]) == ("电", "linear", "standard")
        assert item["regions"] == ["150203", "150200", "150000"]
        assert [b.code for b in site.budgets.published] == ["B1"]

    async def test_again_changes_nothing(self, site: Site) -> None:
        await site.post("/v1/budgets", wanted())
        answer = await site.post("/v1/budgets", [wanted(), wanted(total="10.0", name="B1")])
        assert answer.json()["unchanged"] == ["B1"]
        assert site.budgets.number == 1

    async def test_makes_a_version_of_what_differs(self, site: Site) -> None:
        await site.post("/v1/budgets", wanted())
        new = wanted(total="8", effective_from="2026-03-03")
        assert (await site.post("/v1/budgets", new)).json()["changed"] == ["B1"]
        assert (await site.post("/v1/budgets", [wanted(), new])).json()["changed"] == []
        versions = (await site.get("/v1/budgets/B1")).json()["versions"]
        assert [(v["version"], v["total"], v["effective_from"]) for v in versions] == [
            (1, "10", None),
            (2, "8", "2026-03-02T16:00:00Z"),
        ]
        assert versions[1]["recorded_commit"] > 0

    async def test_takes_versions_of_one_budget_together(self, site: Site) -> None:
        both = [wanted(), wanted(total="8", effective_from="2026-03-03T08:00:00+08:00")]
        assert (await site.post("/v1/budgets", both)).json()["added"] == ["B1"]
        assert len((await site.get("/v1/budgets/B1")).json()["versions"]) == 2

    async def test_tells_every_fault_with_its_place(self, site: Site) -> None:
        answer = await site.post(
            "/v1/budgets",
            [
                wanted(code="B 1", subject="enterprise:E9", period="2026-13", total="-1"),
                wanted(code="B2", carrier=None, unit="kWh", flows=["import", "-import"]),
                wanted(code="B3", carrier="coal", months=["50", "20"], effective_from="later"),
                wanted(code="B4", unit="MWh", total="1e400", policy="mild", colour="red"),
                wanted(code="B5", subject="boundary:150203", tce="calorific"),
                "B6",
                wanted(code="B7", carrier=None, tce="thermal", total=None),
            ],
        )
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        found = faults(answer.json())
        assert "code" in found["/0/code"]
        assert "no enterprise E9" in found["/0/subject"]
        assert "month 13" in found["/0/period"]
        assert "above zero" in found["/0/total"]
        assert "twice" in found.get("/1/flows", "twice")
        assert "no carrier coal" in found["/2/carrier"]
        assert "1 calendar months" in found["/2/months"]
        assert "neither a date" in found["/2/effective_from"]
        assert "unit is kWh" in found["/3/unit"]
        assert "out of range" in found["/3/total"] or "digits" in found["/3/total"]
        assert "no policy 'mild'" in found["/3/policy"]
        assert "no 'colour'" in found["/3/colour"]
        assert "no budgets" in found["/4/subject"]
        assert "object" in found["/5"]
        assert "calorific or equivalent" in found["/6/tce"]
        assert "total is missing" in found["/6"]
        assert (await site.get("/v1/budgets")).json()["items"] == []

    async def test_keeps_what_is_fixed(self, site: Site) -> None:
        await site.post("/v1/budgets", wanted())
        answer = await site.post(
            "/v1/budgets",
            wanted(
                subject=COUNTY,
                flows=["export"],
                zone="+09:00",
                policy={"used": {"red": "100"}, "grace_hours": 4},
            ),
        )
        assert {fault["field"] for fault in answer.json()["errors"]} == {
            "subject",
            "flows",
            "zone",
            "policy",
        }
        assert "code of its own" in answer.json()["errors"][0]["detail"]

    async def test_asks_from_when_a_change_holds(self, site: Site) -> None:
        await site.post("/v1/budgets", wanted())
        answer = await site.post("/v1/budgets", wanted(total="9"))
        assert "effective_from" in answer.json()["errors"][0]["detail"]
        begin = wanted(total="9", effective_from="2026-03-02")
        assert (await site.post("/v1/budgets", begin)).json()["changed"] == ["B1"]

    async def test_takes_numbers_of_ones_own(self, site: Site) -> None:
        policy = {"name": "strict", "used": {"notice": 50, "red": 90.5}, "pace_from": "1/24"}
        await site.post("/v1/budgets", wanted(policy=policy))
        shown = (await site.get("/v1/budgets/B1")).json()
        assert shown["policy"] == "strict"
        assert shown["thresholds"]["used"] == {
            "notice": "50",
            "red": "90.5",
            "clear_line_percent": "99",
        }

    @pytest.mark.parametrize(
        ("policy", "place"),
        [
            ({"used": {"notice": "90", "red": "80"}}, "/policy/used/red"),
            ({"pace_from": "2"}, "/policy/pace_from"),
            ({"pace_from": "1/0"}, "/policy/pace_from"),
            ({"grace_hours": "x"}, "/policy/grace_hours"),
        ],
    )
    async def test_refuses_numbers_that_make_no_sense(
        self, site: Site, policy: dict[str, Any], place: str
    ) -> None:
        answer = await site.post("/v1/budgets", wanted(policy=policy))
        assert list(faults(answer.json())) == [place]

    async def test_is_for_operators(self, site: Site) -> None:
        assert (await site.post("/v1/budgets", wanted(), key="sender")).status_code == 403
        assert (await site.post("/v1/budgets", wanted(), key="nobody")).status_code == 503

    async def test_refuses_what_is_no_json(self, site: Site) -> None:
        for body in (b"", b"{", b"[]", b"7", b'{"a":' * 100_000):
            answer = await site.client.post(
                "/v1/budgets", content=body, headers={"Authorization": "Bearer operator"}
            )
            assert answer.status_code == 400, body[:10]


YAML = """\
budgets:
  - code: Y1
    subject: region:150203
    carrier: electricity
    period: 2026Q1
    total: 1200.50
    months: [40, 30.5, 29.5]
  - code: Y2
    subject: region:150203
    tce: equivalent
    flows: [import, -export]
    period: "2026"
    total: "7"
    policy:
      used: {red: 100}
"""
CSV = """\
code,subject,carrier,period,total,months,effective_from
C1,region:150203,electricity,2026Q1,5,50 25 25,
C1,region:150203,electricity,2026Q1,6,,2026-02-01
"""


def imported(dry_run: bool = False, **files: str) -> dict[str, Any]:
    listed = [{"filename": name.replace("_", "."), "text": text} for name, text in files.items()]
    return {"files": listed, "dry_run": dry_run}


class TestImports:
    async def test_take_yaml_and_csv_together(self, site: Site) -> None:
        body = imported(a_yaml=YAML, b_csv=CSV)
        answer = await site.post("/v1/budgets/imports", {**body, "dry_run": True})
        assert (answer.json()["added"], answer.json()["dry_run"]) == (["Y1", "Y2", "C1"], True)
        assert (await site.get("/v1/budgets")).json()["items"] == []
        await site.post("/v1/budgets/imports", body)
        items = (await site.get("/v1/budgets")).json()["items"]
        assert [item["code"] for item in items] == ["C1", "Y1", "Y2"]
        assert items[1]["phasing"] == "months 40 30.5 29.5"
        assert (items[2]["tce"], items[2]["flows"]) == ("equivalent", ["import", "-export"])
        again = (await site.post("/v1/budgets/imports", body)).json()
        assert (again["added"], again["changed"]) == ([], [])

    async def test_name_lines_and_import_nothing(self, site: Site) -> None:
        body = imported(
            a_yaml=YAML.replace("1200.50", "none").replace("tce: eq", "colour: blue\n    tce: eq"),
            b_csv=CSV.replace("C1,", "C 1,", 1) + "short\n",
            c_txt="",
            d_yaml="budgets: {",
            e_yaml="budgets:\n  - 7\n",
            f_csv='code,code\n"',
        )
        answer = await site.post("/v1/budgets/imports", body)
        places = {(e["file"], e["line"], e["field"]) for e in answer.json()["errors"]}
        assert {
            ("a.yaml", 6, "total"),
            ("a.yaml", 10, "colour"),
            ("b.csv", 2, "code"),
            ("b.csv", 4, None),
            ("c.txt", 1, None),
            ("e.yaml", 2, None),
            ("f.csv", 1, None),
        } <= places
        assert "d.yaml" in {place[0] for place in places}
        assert (await site.get("/v1/budgets")).json()["items"] == []


class TestTheStateOfBudgets:
    async def test_is_shown_up_to_the_watermark(self, site: Site) -> None:
        await site.post("/v1/budgets", [wanted(), wanted(code="B2", subject="enterprise:E1")])
        await site.court.settle()
        await site.court.hear(totals(1, [(E0, FIRST, 900)], {1: (FIRST + 1) * HOUR_US}))
        (item, other) = (await site.get("/v1/budgets")).json()["items"]
        assert item["state"] == {
            "watermark": hour_iso(FIRST + 1),
            "quantity": "9.00",
            "estimated": "0.00",
            "line": "0.208333",
            "used_percent": "90.0000",
            "over_line_percent": "4220.0000",
            "first_over_line": hour_iso(FIRST),
            "completeness": "0.250000",
            "hours_judged": 1,
            "period_hours": 48,
            "levels": {"used": "yellow", "pace": "none"},
        }
        assert (other["state"]["watermark"], other["state"]["quantity"]) == (None, "0")
        whole = (await site.get("/v1/budgets/B1")).json()
        assert [step["level"] for step in whole["sequences"]["used"]] == ["yellow"]
        assert whole["parts"][0]["quantity"] == "9.00"

    async def test_is_not_shown_while_a_new_version_waits(self, site: Site) -> None:
        await site.post("/v1/budgets", wanted())
        await site.court.settle()
        await site.post("/v1/budgets", wanted(total="8", effective_from="2026-03-03"))
        assert (await site.get("/v1/budgets")).json()["items"][0]["state"] is None
        await site.court.settle()
        assert (await site.get("/v1/budgets")).json()["items"][0]["state"] is not None

    async def test_in_standard_coal_names_factors_and_parts(self, site: Site) -> None:
        await site.post("/v1/budgets", wanted(carrier=None, tce="calorific", total="0.002"))
        await site.court.settle()
        await site.court.hear(totals(1, [(E0, FIRST, 900)], {1: (FIRST + 1) * HOUR_US}))
        whole = (await site.get("/v1/budgets/B1")).json()
        assert whole["unit"] == "tce"
        assert whole["state"]["quantity"] == "0.001106100"
        (factor,) = [f for f in whole["factors"] if f["carrier"] == "electricity"]
        assert (factor["kgce"], factor["confidence"]) == ("0.1229", "T,C")
        assert whole["parts"] == [
            {
                "carrier": "electricity",
                "flow": "import",
                "quantity": "9.00",
                "estimated": "0.00",
                "tce": "0.001106100",
                "tce_per_unit": "0.0001229",
            }
        ]

    async def test_is_listed_by_subject_region_and_page(self, site: Site) -> None:
        await site.post(
            "/v1/budgets",
            [wanted(code=f"B{i}", subject=s) for i, s in enumerate([E0, COUNTY, "region:150000"])],
        )

        async def codes(key: str = "operator", **params: str) -> list[str]:
            answer = await site.get("/v1/budgets", key, **params)
            return [item["code"] for item in answer.json()["items"]]

        assert await codes(subject=COUNTY) == ["B1"]
        assert await codes(region="150203") == ["B0", "B1"]
        assert await codes(region="150000") == ["B0", "B1", "B2"]
        assert await codes("county") == ["B0", "B1"]
        assert await codes("elsewhere") == []
        assert await codes("sender") == ["B0"]
        page = (await site.get("/v1/budgets", limit="2")).json()
        assert page["next"] == "B1"
        assert await codes(after="B1") == ["B2"]
        assert (await site.get("/v1/budgets/B2", "county")).status_code == 404


class TestBooks:
    async def books(self, site: Site, subject: str = E0, **params: str) -> Any:
        answer = await site.get(f"/v1/books/{subject}", **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def test_are_cut_by_days_of_the_zone(self, site: Site) -> None:
        rows = [(E0, FIRST + i, 100 + i) for i in range(30)]
        await site.court.hear(totals(1, rows))
        found = await self.books(site, **{"from": "2026-03-02", "to": "2026-03-04", "step": "day"})
        (book,) = found["items"]
        assert (found["zone"], found["start"]) == ("Asia/Shanghai", "2026-03-01T16:00:00Z")
        assert (book["carrier"], book["flow"], book["unit"]) == ("electricity", "import", "kWh")
        first, second = book["hours"]
        assert first["quantity"] == "26.76"
        assert (first["start"], first["end"]) == (found["start"], second["start"])
        assert first["tce"] == "0.003288804"
        assert (first["completeness"], second["completeness"]) == ("0.250000", "0.062500")
        assert book["total"]["quantity"] == "34.35"
        assert book["factors"][0]["kgce"] == "0.1229"

    async def test_are_cut_by_hour_month_and_not_at_all(self, site: Site) -> None:
        await site.court.hear(totals(1, [(E0, FIRST - 1, 1), (E0, FIRST, 2), (E0, FIRST + 720, 4)]))
        span = {"from": hour_iso(FIRST - 1), "to": hour_iso(FIRST + 721)}
        for step, amounts in (
            ("hour", ["0.01", "0.02", *["0.00"] * 719, "0.04"]),
            ("month", ["0.03", "0.04"]),
            ("total", ["0.07"]),
        ):
            (book,) = (await self.books(site, step=step, **span))["items"]
            assert [entry["quantity"] for entry in book["hours"]] == amounts, step

    async def test_without_a_time_are_all_there_are(self, site: Site) -> None:
        await site.court.hear(totals(1, [(E0, FIRST, 1), (E0, FIRST + 100, 2)]))
        (book,) = (await self.books(site, step="total"))["items"]
        assert book["total"]["quantity"] == "0.03"
        assert await self.books(site, "enterprise:E1") == {
            **await self.books(site, "enterprise:E1"),
            "start": None,
            "items": [],
        }

    async def test_asked_for_by_name_are_there_even_if_empty(self, site: Site) -> None:
        span = {"from": "2026-03-02", "to": "2026-03-03", "step": "total"}
        found = await self.books(
            site, "enterprise:E2", carrier="natural-gas", flow="import", **span
        )
        (book,) = found["items"]
        assert (book["total"]["quantity"], book["total"]["completeness"]) == ("0", "0.000000")
        assert (book["unit"], book["total"]["tce"]) == ("m3", "0")

    async def test_add_scales_and_keep_flows_apart(self, site: Site) -> None:
        finer = Lane(carrier="electricity", flow="import", scale=4)
        out = Lane(carrier="electricity", flow="export", scale=2)
        await site.court.hear(
            totals(1, [(E0, FIRST, 1)]),
            totals(2, [(E0, FIRST, 1)], lanes=[finer]),
            totals(3, [(E0, FIRST, 5)], lanes=[out]),
        )
        found = (await self.books(site, step="total"))["items"]
        assert [(b["flow"], b["total"]["quantity"]) for b in found] == [
            ("export", "0.05"),
            ("import", "0.0101"),
        ]
        (only,) = (await self.books(site, step="total", flow="export"))["items"]
        assert only["flow"] == "export"

    async def test_of_a_boundary_have_a_net(self, site: Site) -> None:
        out = Lane(carrier="electricity", flow="export", scale=3)
        who = "boundary:150203"
        await site.court.hear(
            totals(1, [(who, FIRST, 900)]), totals(2, [(who, FIRST, 1)], lanes=[out])
        )
        found = (await self.books(site, who, step="total"))["items"]
        assert [(b["flow"], b["total"]["quantity"], b["total"]["tce"]) for b in found] == [
            ("export", "0.001", "0.0000001229"),
            ("import", "9.00", "0.001106100"),
            ("net", "8.999", "0.0011059771"),
        ]

    async def test_of_a_point_come_from_its_readings(self, site: Site) -> None:
        site.points.put("M1", POWER, {FIRST: 5, FIRST + 30: 7})
        (book,) = (await self.books(site, "point:M1", step="total"))["items"]
        assert (book["total"]["quantity"], book["total"]["completeness"]) == ("0.12", "0.064516")
        day = await self.books(
            site, "point:M1", step="hour", **{"from": "2026-03-03", "to": "2026-03-04"}
        )
        assert [e["quantity"] for e in day["items"][0]["hours"]][5:8] == ["0.00", "0.07", "0.00"]
        assert (await self.books(site, "point:M2"))["items"] == []

    @pytest.mark.parametrize(
        ("params", "kind"),
        [
            ({"from": "2026-03-02", "to": "2026-03-02"}, "bad-time"),
            ({"from": "yesterday", "to": "2026-03-02"}, "bad-time"),
            ({"from": "2026-03-02T00:30:00+08:00", "to": "2026-03-03"}, "bad-time"),
            ({"from": "2016-01-01", "to": "2026-01-01", "step": "hour"}, "too-many-entries"),
            ({"from": "1950-01-01", "to": "2500-01-01", "step": "total"}, "too-many-entries"),
            ({"step": "week"}, "invalid-request"),
        ],
    )
    async def test_refuse_what_cannot_be_answered(
        self, site: Site, params: dict[str, str], kind: str
    ) -> None:
        answer = await site.get(f"/v1/books/{E0}", **params)
        assert (answer.status_code, answer.json()["type"]) == (422, kind)

    async def test_take_a_plus_sign_that_was_not_escaped(self, site: Site) -> None:
        answer = await site.client.get(
            f"/v1/books/{E0}?from=2026-03-02T00:00:00+08:00&to=2026-03-03",
            headers={"Authorization": "Bearer operator"},
        )
        assert answer.json()["start"] == "2026-03-01T16:00:00Z"

    async def test_are_for_those_who_may_see_them(self, site: Site) -> None:
        for key, subject, status in (
            ("county", E0, 200),
            ("county", "point:M1", 200),
            ("county", "region:150200", 404),
            ("sender", E0, 200),
            ("sender", "enterprise:E1", 404),
            ("elsewhere", COUNTY, 404),
            ("operator", "enterprise:E9", 404),
            ("operator", "point:M9", 404),
            ("operator", "E0", 422),
        ):
            answer = await site.get(f"/v1/books/{subject}", key)
            assert answer.status_code == status, (key, subject)


class TestCorrectionsAndFindings:
    async def test_tell_old_new_and_cause(self, site: Site) -> None:
        ends = {1: (FIRST + 2) * HOUR_US}
        await site.court.hear(totals(1, [(E0, FIRST, 100), (E0, FIRST + 1, 100)], ends))
        late = Cause.LATE | Cause.REVISED
        await site.court.hear(totals(2, [(E0, FIRST, 5), (E0, FIRST + 1, -5)], cause=late))
        found = (await site.get("/v1/corrections", subject=E0)).json()
        (item,) = found["items"]
        first, second = item["hours"]
        assert first == {
            "hour": hour_iso(FIRST),
            "old": {"quantity": "1.00", "estimated": "0.00", "known_s": "900.000000"},
            "new": {"quantity": "1.05", "estimated": "0.00", "known_s": "1800.000000"},
            "causes": ["late", "revised"],
        }
        assert second["new"]["quantity"] == "0.95"
        part = await site.get(
            "/v1/corrections", subject=E0, **{"from": hour_iso(FIRST + 1), "to": "2026-03-03"}
        )
        assert [hour["hour"] for hour in part.json()["items"][0]["hours"]] == [hour_iso(FIRST + 1)]
        assert (await site.get("/v1/corrections", "elsewhere", subject=E0)).status_code == 404

    async def test_come_in_pages(self, site: Site) -> None:
        await site.court.hear(totals(1, [(E0, FIRST, 100)], {1: (FIRST + 1) * HOUR_US}))
        for commit in range(2, 5):
            await site.court.hear(totals(commit, [(E0, FIRST, 1)]))
        page = (await site.get("/v1/corrections", subject=E0, limit="2")).json()
        assert len(page["items"]) == 2
        last = (
            await site.get("/v1/corrections", subject=E0, limit="2", cursor=page["next"])
        ).json()
        assert (len(last["items"]), last["next"]) == (1, None)

    async def test_findings_are_those_of_the_subjects_points(self, site: Site) -> None:
        site.points.found = [
            FindingRow(
                point=code, kinds=("gap",), start_us=0, end_us=HOUR_US, commit=1, ended_commit=None
            )
            for code in ("M1", "M2", "M3")
        ]

        async def codes(subject: str) -> list[str]:
            answer = await site.get("/v1/findings", subject=subject)
            return [item["point"] for item in answer.json()["items"]]

        assert await codes(E0) == ["M1"]
        assert await codes(COUNTY) == ["M1", "M2"]
        assert await codes("boundary:150203") == ["M3"]
        assert await codes("point:M2") == ["M2"]
        assert await codes("enterprise:E2") == []


async def test_the_description_of_the_routes_is_complete(site: Site) -> None:
    paths = site.app.openapi()["paths"]
    for path in ("/v1/budgets", "/v1/budgets/imports", "/v1/books/{subject}", "/v1/corrections"):
        assert path in paths, sorted(paths)
    assert paths["/v1/budgets"]["post"]["requestBody"]["content"]
