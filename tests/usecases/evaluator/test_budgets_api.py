"""The routes of budgets: what they take, what they refuse and why, what they show."""

from typing import Any

import pytest

from shared.model.instants import HOUR_US, hour_iso
from tests.usecases.evaluator.api import Site
from tests.usecases.evaluator.api_world import (
    COUNTY,
    E0,
    FIRST,
    faults,
    site,
    wanted,
)
from tests.usecases.evaluator.court import totals

__all__ = ["site"]


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
