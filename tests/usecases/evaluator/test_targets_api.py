"""The routes of targets: what they take together, what they refuse and why, what they show."""

from decimal import Decimal

from services.evaluator.domain.records.statement import Statement
from services.evaluator.ports.register import Draft, RecordKind
from tests.usecases.evaluator.plans_site import (
    APPROVED,
    PlansSite,
    faults,
    plans,
    shared_out,
    target,
)

__all__ = ["plans"]


class TestRecording:
    async def test_takes_what_adds_up_in_one_commit(self, plans: PlansSite) -> None:
        answer = await plans.post("/v1/targets", shared_out())
        assert answer.json() == {
            "dry_run": False,
            "commit": 1,
            "added": ["A", "B", "C", "R"],
            "changed": [],
            "unchanged": [],
            "remarks": [],
            "effects": [],
        }
        items = (await plans.get("/v1/targets")).json()["items"]
        assert [(i["code"], i["value"], i["state"]) for i in items] == [
            ("A", "50", "draft"),
            ("B", "20", "draft"),
            ("C", "10", "draft"),
            ("R", "100", "draft"),
        ]
        assert items[1]["holder_name"] == "name of 150200"
        again = (await plans.post("/v1/targets", shared_out())).json()
        assert (again["commit"], again["unchanged"]) == (0, ["A", "B", "C", "R"])
        assert plans.register.puts == 1

    async def test_refuses_what_does_not_add_up(self, plans: PlansSite) -> None:
        await plans.post("/v1/targets", shared_out())
        answer = await plans.post("/v1/targets", target("A", "region:150100", "51", parent="R"))
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert "= 101 tce, but R is 100 tce: 1 tce too much" in faults(answer)["/value"]
        both = [
            target("A", "region:150100", "51", parent="R"),
            target("B", "region:150200", "19", parent="R"),
        ]
        assert (await plans.post("/v1/targets", both)).json()["changed"] == ["A", "B"]

    async def test_tells_every_fault_with_its_place(self, plans: PlansSite) -> None:
        wrong = [
            target("A", "region:999", "1", colour="red", yearly={"2023": "x"}),
            target("B", "region:150200", "1", parent="Z", form="sum", elastic="perhaps"),
            target("C", "region:150300", "1", first_year=None, shares=[50, 49, 0, 0.5]),
            "D",
            target("C", "region:150300", "1"),
            {**target("C", "region:150300", None), "last_year": "2025.5", "value": ["1"]},
        ]
        answer = await plans.post("/v1/targets", wrong)
        found = faults(answer)
        assert "there is no 'colour'" in found["/0/colour"]
        assert "not a number" in found["/0/yearly/2023"]
        assert "none of reduction, total" in found["/1/form"]
        assert "neither true nor false" in found["/1/elastic"]
        assert found["/2"] == "is missing"
        assert "object" in found["/3"]
        assert "not a whole number" in found["/5/last_year"]
        assert "single value" in found["/5/value"]
        again = await plans.post("/v1/targets", [shared_out()[0], *shared_out()])
        assert "stands here twice" in faults(again)["/1/code"]
        assert plans.register.puts == 0

    async def test_imports_files_all_or_none(self, plans: PlansSite) -> None:
        yaml = """targets:
  - {code: R, name: 总量, holder: "region:150000", measure: energy-total, form: total,
     value: 100.10, unit: tce, first_year: 2021, last_year: 2025, reserve: 40.1}
"""
        columns = "code,name,holder,measure,form,value,unit,first_year,last_year,parent,yearly.2025"
        csv = f"{columns}\nA,甲,region:150100,energy-total,total,61,tce,2021,2025,R,61\n"
        files = [
            {"filename": "totals.yaml", "text": yaml},
            {"filename": "parts.csv", "text": csv},
        ]
        answer = await plans.post("/v1/targets/imports", {"files": files})
        (error,) = answer.json()["errors"]
        assert (error["file"], error["line"], error["field"]) == ("totals.yaml", 3, "value")
        assert "1 tce too much" in error["detail"]
        files[1]["text"] = csv.replace("61", "60")
        dry = await plans.post("/v1/targets/imports", {"files": files, "dry_run": True})
        assert dry.json()["added"] == ["A", "R"]
        assert plans.register.puts == 0
        assert (await plans.post("/v1/targets/imports", {"files": files})).json()["commit"] == 1
        one = (await plans.get("/v1/targets/A")).json()
        assert one["yearly"] == {"2025": "60"}

    async def test_names_lines_of_files_that_cannot_be_read(self, plans: PlansSite) -> None:
        files = [
            {"filename": "a.yaml", "text": "targets:\n  - code: [\n"},
            {"filename": "b.yaml", "text": "- 1\n"},
            {"filename": "c.yaml", "text": "targets: {}\n"},
            {"filename": "d.csv", "text": "code,code\n"},
            {"filename": "e.csv", "text": "code,name\nA\n"},
            {"filename": "f.txt", "text": ""},
            {"filename": "g.yaml", "text": "statements:\n  - {item: gdp}\n"},
            {"filename": "h.yaml", "text": "targets: &t\n  - *t\n"},
            {"filename": "i.yaml", "text": "targets:\n  - {code: A, code: B}\n"},
            {"filename": "j.yaml", "text": ""},
        ]
        answer = await plans.post("/v1/targets/imports", {"files": files})
        found = {error["file"]: error["detail"] for error in answer.json()["errors"]}
        assert set(found) == {file["filename"] for file in files} - {"j.yaml"}
        assert "not readable as YAML" in found["a.yaml"]
        assert "/v1/records/imports" in found["g.yaml"]

    async def test_weighs_reductions_by_stated_gdp(self, plans: PlansSite) -> None:
        for code, value in (("150100", 3), ("150200", 1)):
            gdp = Statement(
                subject=f"region:{code}", item="gdp", period="2020", value=Decimal(value), unit="元"
            )
            draft = Draft(kind=RecordKind.STATEMENT, key=gdp.key, subject=gdp.subject, body=gdp)
            await plans.register.put([draft], "statistics")
        fall = {"measure": "energy-intensity", "form": "reduction", "unit": "%"}
        wanted = [
            target("I", "region:150000", "15", **fall),
            target("I1", "region:150100", "16", parent="I", **fall),
            target("I2", "region:150200", "11", parent="I", **fall),
        ]
        answer = await plans.post("/v1/targets", wanted)
        assert "14.75 %" in faults(answer)["/0/value"]
        wanted[2]["value"] = "12"
        assert (await plans.post("/v1/targets", wanted)).json()["remarks"] == []
        (sums,) = (await plans.get("/v1/targets/I/tree")).json()["sums"]
        assert (sums["held"], sums["difference"], sums["adds_up"]) == ("15", "0", True)

    async def test_remarks_on_what_cannot_be_checked(self, plans: PlansSite) -> None:
        whole, *parts = shared_out()
        parts[2]["value"] = None
        answer = (await plans.post("/v1/targets", [whole, *parts])).json()
        assert answer["remarks"] == [{"code": "R", "detail": "not yet known: C"}]

    async def test_looks_again_when_somebody_was_quicker(self, plans: PlansSite) -> None:
        plans.register.conflicts = 2
        assert (await plans.post("/v1/targets", shared_out())).json()["commit"] == 1

    async def test_says_when_the_register_is_away(self, plans: PlansSite) -> None:
        plans.register.fails = True
        answer = await plans.post("/v1/targets", shared_out())
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert (await plans.get("/v1/targets")).status_code == 503

    async def test_is_for_operators(self, plans: PlansSite) -> None:
        for path in ("", "/what-if", "/imports", "/transfers", "/A/approve"):
            answer = await plans.post(f"/v1/targets{path}", {}, key="all")
            assert answer.status_code == 403
        assert (await plans.post("/v1/targets", "x")).status_code == 400


class TestApproving:
    async def test_takes_the_parts_along(self, plans: PlansSite) -> None:
        await plans.post("/v1/targets", shared_out())
        said = {"approver": "自治区人民政府", "effective_from": "2022-01-01"}
        answer = await plans.post("/v1/targets/R/approve", {**said, "approved_on": "2021-12-20"})
        assert answer.json()["changed"] == ["A", "B", "C", "R"]
        states = {
            day: (await plans.get("/v1/targets/A", on=day)).json()["state"]
            for day in ("2021-12-31", "2022-01-01")
        }
        assert states == {"2021-12-31": "approved", "2022-01-01": "in-force"}
        one = (await plans.get("/v1/targets/A", on="2022-01-01")).json()
        assert [v["state"] for v in one["versions"]] == ["draft", "in-force"]
        assert one["versions"][1]["approver"] == "自治区人民政府"
        assert one["versions"][1]["by"] == "operator"

    async def test_is_not_for_parts_alone(self, plans: PlansSite) -> None:
        await plans.post("/v1/targets", shared_out())
        said = {"approver": "x", "effective_from": "2022-01-01", "approved_on": "2022-01-01"}
        answer = await plans.post("/v1/targets/A/approve", said)
        assert "approve it first, or both together" in faults(answer)["/A"]
        alone = await plans.post("/v1/targets/R/approve", {**said, "with_parts": False})
        assert alone.json()["changed"] == ["R"]

    async def test_needs_something_that_waits(self, plans: PlansSite) -> None:
        said = {"approver": "x", "effective_from": "2022-01-01"}
        assert "no target" in faults(await plans.post("/v1/targets/Q/approve", said))[""]
        await plans.post("/v1/targets", shared_out(**APPROVED))
        answer = await plans.post("/v1/targets/R/approve", said)
        assert "waits to be approved" in faults(answer)[""]
        alone = await plans.post("/v1/targets/R/approve", {**said, "with_parts": False})
        assert "in-force already" in faults(alone)[""]
        missing = await plans.post("/v1/targets/R/approve", {"when": "now"})
        assert {fault["field"] for fault in missing.json()["errors"]} == {
            "when",
            "approver",
            "effective_from",
        }
        assert (await plans.post("/v1/targets/R/approve", [said, said])).status_code == 400

    async def test_a_new_version_counts_from_its_day_on(self, plans: PlansSite) -> None:
        await plans.post("/v1/targets", shared_out(**APPROVED))
        later = {**APPROVED, "approved_on": "2022-05-01", "effective_from": "2023-01-01"}
        more = [
            target("R", "region:150000", "110", reserve="15", unmonitored="15", **later),
        ]
        assert (await plans.post("/v1/targets", more)).json()["changed"] == ["R"]
        before = (await plans.get("/v1/targets/R", on="2022-12-31")).json()
        after = (await plans.get("/v1/targets/R", on="2023-01-01")).json()
        assert (before["value"], before["newest"]) == ("100", 2)
        assert after["value"] == "110"
        assert [v["state"] for v in after["versions"]] == ["superseded", "in-force"]
        known_then = (await plans.get("/v1/targets/R", on="2023-01-01", as_of="commit:1")).json()
        assert known_then["value"] == "100"

    async def test_the_same_file_again_undoes_nothing(self, plans: PlansSite) -> None:
        await plans.post("/v1/targets", shared_out())
        said = {"approver": "x", "effective_from": "2022-01-01", "approved_on": "2022-01-01"}
        await plans.post("/v1/targets/R/approve", said)
        again = (await plans.post("/v1/targets", shared_out())).json()
        assert again["unchanged"] == ["A", "B", "C", "R"]


class TestTransfers:
    async def test_have_two_sides_in_one_commit(self, plans: PlansSite) -> None:
        await plans.post("/v1/targets", shared_out(**APPROVED))
        wanted = {
            "giver": "A",
            "taker": "B",
            "amount": "7.5",
            "reason": "铝厂搬迁",
            "approver": "发展改革委",
            "effective_from": "2022-01-01",
        }
        dry = await plans.post("/v1/targets/transfers", wanted, dry_run="true")
        assert (dry.json()["changed"], plans.register.puts) == (["A", "B"], 1)
        assert (await plans.post("/v1/targets/transfers", wanted)).json()["commit"] == 2
        given = (await plans.get("/v1/targets/A", on="2022-01-01")).json()
        taken = (await plans.get("/v1/targets/B", on="2022-01-01")).json()
        assert (given["value"], given["transferred"], given["counterpart"]) == ("42.5", "-7.5", "B")
        assert (taken["value"], taken["reason"]) == ("27.5", "铝厂搬迁")
        assert {given["commit"], taken["commit"]} == {2}
        (sums,) = (await plans.get("/v1/targets/R/tree")).json()["sums"]
        assert (sums["held"], sums["undivided"], sums["difference"]) == ("80", "20", "0")

    async def test_are_refused_below_zero(self, plans: PlansSite) -> None:
        await plans.post("/v1/targets", shared_out())
        wanted = {"giver": "C", "taker": "B", "amount": 10.01, "reason": "r"}
        answer = await plans.post("/v1/targets/transfers", wanted)
        assert "below zero" in faults(answer)[""]
        unreadable = await plans.post("/v1/targets/transfers", {"giver": "C"})
        assert {fault["field"] for fault in unreadable.json()["errors"]} == {
            "taker",
            "amount",
            "reason",
        }


class TestTryingOut:
    async def test_shows_levels_before_and_after(self, plans: PlansSite) -> None:
        await plans.post("/v1/targets", shared_out(**APPROVED))
        drafts = [
            target("A", "region:150100", "40", parent="R"),
            target("B", "region:150200", "30", parent="R"),
        ]
        answer = await plans.post("/v1/targets/what-if", drafts, period="2025Q3")
        effects = {
            e["code"]: (e["before"]["level"], e["after"]["level"]) for e in answer.json()["effects"]
        }
        assert effects == {"A": ("green", "red"), "B": ("red", "red")}
        assert plans.rater.periods == ["2025Q3"]
        assert plans.register.puts == 1
        assert (await plans.post("/v1/targets/what-if", drafts)).json()["effects"] == []
        wrong = await plans.post("/v1/targets/what-if", drafts[:1], period="2025Q3")
        assert wrong.status_code == 422


class TestReading:
    async def test_readers_see_their_region(self, plans: PlansSite) -> None:
        sector = target("S", "tag:industry", "80", parent="R")
        plant = target("P", "enterprise:E0", "20", parent="B")
        await plans.post("/v1/targets", [*shared_out(), sector, plant])
        seen = {
            key: [i["code"] for i in (await plans.get("/v1/targets", key)).json()["items"]]
            for key in ("all", "city", "plant", "elsewhere")
        }
        assert seen == {
            "all": ["A", "B", "C", "P", "R", "S"],
            "city": ["B", "P"],
            "plant": ["P"],
            "elsewhere": [],
        }
        assert (await plans.get("/v1/targets/R", "city")).status_code == 404
        assert (await plans.get("/v1/targets/R/tree", "city")).status_code == 404
        assert (await plans.get("/v1/targets/B", "city")).json()["parts"] == ["P"]

    async def test_filters_and_pages(self, plans: PlansSite) -> None:
        await plans.post("/v1/targets", shared_out())

        async def codes(**params: str) -> list[str]:
            answer = await plans.get("/v1/targets", **params)
            return [item["code"] for item in answer.json()["items"]]

        assert await codes(holder="region:150200") == ["B"]
        assert await codes(region="150200") == ["B"]
        assert await codes(parent="R", state="draft", measure="energy-total") == ["A", "B", "C"]
        assert await codes(state="in-force") == []
        assert await codes(holder="", state="") == ["A", "B", "C", "R"]
        page = (await plans.get("/v1/targets", limit="3")).json()
        assert page["next"] == "C"
        assert await codes(after="C") == ["R"]

    async def test_the_tree_shows_every_cut_with_its_sums(self, plans: PlansSite) -> None:
        sector = target("S", "tag:industry", "80", parent="R")
        plant = target("P", "enterprise:E0", "20", parent="B")
        await plans.post("/v1/targets", [*shared_out(), sector, plant])
        tree = (await plans.get("/v1/targets/R/tree")).json()
        assert [(n["code"], n["depth"], n["cut"]) for n in tree["nodes"]] == [
            ("R", 0, ""),
            ("A", 1, "places"),
            ("B", 1, "places"),
            ("P", 2, "places"),
            ("C", 1, "places"),
            ("S", 1, "tags"),
        ]
        assert [(s["parent"], s["cut"], s["adds_up"]) for s in tree["sums"]] == [
            ("B", "places", True),
            ("R", "places", True),
            ("R", "tags", True),
        ]
        none = (await plans.get("/v1/targets/R/tree", view="in-force")).json()
        assert none["nodes"] == []
        assert (await plans.get("/v1/targets/R/tree", view="all")).status_code == 422

    async def test_the_path_goes_quarter_by_quarter(self, plans: PlansSite) -> None:
        fall = {"measure": "energy-intensity", "form": "reduction", "unit": "%"}
        await plans.post(
            "/v1/targets",
            [
                target("I", "region:150000", "15.5", **fall),
                target("T", "region:150100", "100", shares=[40, 20, 10, 30]),
            ],
        )
        path = (await plans.get("/v1/targets/I/path")).json()
        assert len(path["steps"]) == 20
        assert path["equal_annual_rate"].startswith("3.312")
        third = path["steps"][10]
        assert (third["period"], third["progress"], third["required"]) == (
            "2023Q3",
            "11/20",
            "8.525",
        )
        total = (await plans.get("/v1/targets/T/path")).json()
        assert total["equal_annual_rate"] is None
        assert [step["required"] for step in total["steps"][-4:]] == ["40", "60", "70", "100"]
        assert [step["required"] for step in total["steps"][:4]] == ["24", "36", "42", "60"]

    async def test_a_version_stands_where_figures_say(self, plans: PlansSite) -> None:
        await plans.post("/v1/targets", shared_out())
        await plans.post(
            "/v1/targets/transfers", {"giver": "A", "taker": "B", "amount": 1, "reason": "r"}
        )
        first = (await plans.get("/v1/targets/A", version="1")).json()
        assert first["value"] == "50"
        assert (await plans.get("/v1/targets/A", version="2")).json()["value"] == "49"
        assert (await plans.get("/v1/targets/A", version="3")).status_code == 404
        assert (await plans.get("/v1/targets/Z")).status_code == 404
        assert (await plans.get("/v1/targets/A", on="tomorrow")).status_code == 422

    async def test_a_key_gives_the_record_as_it_was_written(self, plans: PlansSite) -> None:
        await plans.post("/v1/targets", shared_out(**APPROVED))
        moved = {"giver": "A", "taker": "B", "amount": "0.50", "reason": "r", "approver": "x"}
        await plans.post("/v1/targets/transfers", {**moved, "effective_from": "2024-01-01"})
        found = {}
        for commit in ("commit:1", "commit:2"):
            path = f"/v1/targets?key=A&on=2022-01-01&as_of={commit}"
            (item,) = (await plans.get(path)).json()["items"]
            found[commit] = (item["version"], item["body"]["value"], item["body"]["state"])
        assert found == {"commit:1": (1, "50", "in-force"), "commit:2": (2, "49.50", "in-force")}
        assert (await plans.get("/v1/targets?key=Z")).json()["items"] == []
        assert (await plans.get("/v1/targets?key=A", "city")).json()["items"] == []

    async def test_months_can_follow_those_of_a_year(self, plans: PlansSite) -> None:
        fall = target("I", "region:150000", "15", measure="energy-intensity", unit="%")
        await plans.post("/v1/targets", [*shared_out(), {**fall, "form": "reduction"}])
        answer = (await plans.get("/v1/targets/A/phasing", year="2020")).json()
        assert answer["shares"][:2] == ["50", "4.5455"]
        assert answer["months"][11] == {
            "period": "2020-12",
            "figure": "region:150100/energy-total/2020-12",
            "value": "1",
            "unit": "tce",
        }
        phased = target("A", "region:150100", "50", parent="R", shares=answer["shares"])
        assert (await plans.post("/v1/targets", phased)).json()["changed"] == ["A"]
        assert (await plans.get("/v1/targets/I/phasing", year="2020")).status_code == 422
        assert (await plans.get("/v1/targets/A/phasing", "city", year="2020")).status_code == 404
