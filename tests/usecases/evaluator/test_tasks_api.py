"""The routes of tasks and inventories: what is taken in, how it stands, what is behind."""

from typing import Any

from tests.usecases.evaluator.plans_site import PlansSite, faults, plans

__all__ = ["plans"]


def task(code: str = "T1", **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": "按季度发布降碳形势分析",
        "holder": "region:150200",
        "lead": ["生态环境厅"],
        "joining": ["发展改革委", "统计局"],
        "deadline": "2023-12-31",
        "serves": ["I"],
        **more,
    }


QUARTERLY: dict[str, Any] = {"every": "quarter", "begins": "2022-01-01", "due_after": 15}


class TestTasks:
    async def test_stand_as_they_did_on_a_day(self, plans: PlansSite) -> None:
        assert (await plans.post("/v1/tasks", task())).json()["added"] == ["T1"]
        report = {"on": "2023-06-30", "percent": 60, "by": "生态环境厅", "text": "过半"}
        answer = await plans.post("/v1/tasks/T1/progress", report)
        assert answer.json()["added"] == ["T1///2023-06-30/生态环境厅"]
        states = {}
        for day in ("2023-06-29", "2023-06-30", "2024-01-10"):
            (item,) = (await plans.get("/v1/tasks", on=day)).json()["items"]
            states[day] = (item["current"]["state"], item["current"]["percent"], item["overdue"])
        assert states == {
            "2023-06-29": ("not-started", None, 0),
            "2023-06-30": ("in-progress", "60", 0),
            "2024-01-10": ("overdue", "60", 1),
        }
        one = (await plans.get("/v1/tasks/T1", on="2024-01-10")).json()
        assert one["current"]["days_overdue"] == 10
        assert one["reports"][0]["text"] == "过半"
        assert one["reports"][0]["recorded_by"] == "operator"
        before = (await plans.get("/v1/tasks/T1", on="2024-01-10", as_of="commit:1")).json()
        assert before["reports"] == []

    async def test_the_same_again_changes_nothing(self, plans: PlansSite) -> None:
        await plans.post("/v1/tasks", [task(), task("T2")])
        again = (await plans.post("/v1/tasks", [task(), task("T2", note="x")])).json()
        assert (again["unchanged"], again["changed"]) == (["T1"], ["T2"])
        dry = (await plans.post("/v1/tasks", task("T3"), dry_run="true")).json()
        assert (dry["added"], dry["commit"]) == (["T3"], 0)
        assert plans.register.puts == 2

    async def test_fall_due_again_and_again(self, plans: PlansSite) -> None:
        await plans.post("/v1/tasks", task(**QUARTERLY))
        done = {"on": "2022-04-10", "state": "done", "instance": "2022Q1s"}
        await plans.post("/v1/tasks/T1/progress", done)
        one = (await plans.get("/v1/tasks/T1", on="2022-08-01")).json()
        assert [(i["instance"], i["state"], i["due"]) for i in one["all"]] == [
            ("2022Q1s", "done", "2022-04-15"),
            ("2022Q2s", "overdue", "2022-07-15"),
            ("2022Q3s", "not-started", "2022-10-15"),
        ]
        assert one["current"]["instance"] == "2022Q2s"
        wrong = await plans.post("/v1/tasks/T1/progress", {**done, "instance": "2022Q9s"})
        assert "has no '2022Q9s'" in faults(wrong)["/instance"]
        early = (await plans.get("/v1/tasks", on="2021-12-31")).json()["items"][0]
        assert early["current"] is None

    async def test_tell_every_fault_with_its_place(self, plans: PlansSite) -> None:
        answer = await plans.post(
            "/v1/tasks",
            [
                task("T 1", holder="region:9"),
                task("T2", milestones=[{"code": "m", "name": "m", "due": "2024-01-01"}]),
                task("T3", every="daily"),
                task("T2"),
            ],
        )
        found = faults(answer)
        assert "not a code" in found["/0/code"]
        assert "no region 9" in found["/0/holder"]
        assert "none of once, month" in found["/2/every"]
        assert "stands here twice" in found["/3"]
        report = await plans.post("/v1/tasks/T9/progress", ["x", {"on": "2022-01-01"}])
        assert "object" in faults(report)["/0"]

    async def test_come_in_files_with_their_reports(self, plans: PlansSite) -> None:
        text = """tasks:
  - code: T1
    name: 温室气体清单
    holder: region:150000
    lead: [发展改革委, 统计局]
    milestones:
      - {code: a, name: 初稿, due: 2022-06-30}
progress:
  - {task: T1, on: 2022-06-01, milestone: a, state: done}
inventories:
  - {holder: "region:150000", year: 2020, stage: compiled, gases: {co2: 630000000}}
"""
        files = [{"filename": "plan.yaml", "text": text}]
        answer = await plans.post("/v1/tasks/imports", {"files": files})
        assert answer.json()["commit"] == 1
        assert len(answer.json()["added"]) == 3
        one = (await plans.get("/v1/tasks/T1")).json()
        assert one["lead"] == ["发展改革委", "统计局"]
        assert one["milestones"][0]["done_on"] == "2022-06-01"
        csv = "code,name,holder,lead,deadline\nT2,b,region:150200,发展改革委；统计局,2022-13-01\n"
        strange = {"filename": "s.yaml", "text": "rules: [{a: 1}]"}
        wrong = await plans.post(
            "/v1/tasks/imports", {"files": [{"filename": "t.csv", "text": csv}, strange]}
        )
        details = {e["file"]: e["detail"] for e in wrong.json()["errors"]}
        assert "'2022-13-01' is not a date" in details["t.csv"]
        assert "/v1/records/imports" in details["s.yaml"]

    async def test_are_summed_up_by_department(self, plans: PlansSite) -> None:
        await plans.post(
            "/v1/tasks", [task(), task("T2", lead=["统计局"], deadline=""), task("T3", lead=[])]
        )
        summary = (await plans.get("/v1/tasks/summary", on="2024-01-01")).json()
        assert summary["all"]["total"] == 3
        counted = {d["department"]: (d["total"], d["behind"]) for d in summary["departments"]}
        assert counted == {"": (1, 1), "生态环境厅": (1, 1), "统计局": (1, 0)}
        assert {d["department"] for d in summary["joining"]} == {"发展改革委", "统计局"}
        assert [late["code"] for late in summary["behind"]] == ["T1", "T3"]
        assert summary["behind"][0]["instance"]["days_overdue"] == 1

    async def test_are_filtered_and_paged(self, plans: PlansSite) -> None:
        await plans.post(
            "/v1/tasks",
            [task(), task("T2", holder="region:150000", serves=[]), task("T3", deadline="")],
        )

        async def codes(key: str = "operator", **params: str) -> list[str]:
            answer = await plans.get("/v1/tasks", key, on="2024-01-01", **params)
            return [item["code"] for item in answer.json()["items"]]

        assert await codes(holder="region:150000") == ["T2"]
        assert await codes(region="150200") == ["T1", "T3"]
        assert await codes(department="统计局", serves="I") == ["T1", "T3"]
        assert await codes(state="overdue") == ["T1", "T2"]
        assert await codes(behind="false") == ["T3"]
        assert await codes("city") == ["T1", "T3"]
        assert await codes("elsewhere") == []
        page = (await plans.get("/v1/tasks", limit="2")).json()
        assert page["next"] == "T2"
        assert await codes(after="T2") == ["T3"]
        assert (await plans.get("/v1/tasks/T2", "city")).status_code == 404
        assert (await plans.get("/v1/tasks/T9")).status_code == 404

    async def test_are_written_by_operators(self, plans: PlansSite) -> None:
        for path in ("/v1/tasks", "/v1/tasks/imports", "/v1/tasks/T1/progress", "/v1/inventories"):
            assert (await plans.post(path, {}, key="all")).status_code == 403
        plans.register.fails = True
        assert (await plans.post("/v1/tasks", task())).status_code == 503
        assert (await plans.get("/v1/tasks")).status_code == 503


class TestInventories:
    async def test_have_a_place_for_each_region_and_year(self, plans: PlansSite) -> None:
        wanted = [
            {
                "holder": "region:150200",
                "year": year,
                "stage": stage,
                "sectors": {"energy": "70", "industry": 29.5},
                "total": "99.5",
                "documents": ["https://example.org/inventory.pdf"],
                "compiled_by": "生态环境局",
            }
            for year, stage in ((2019, "published"), (2020, "planned"))
        ]
        await plans.post("/v1/inventories", wanted)
        items = (await plans.get("/v1/inventories", "city")).json()["items"]
        assert [(i["year"], i["stage"], i["total"]) for i in items] == [
            (2019, "published", "99.5"),
            (2020, "planned", "99.5"),
        ]
        assert items[0]["sectors"] == {"energy": "70", "industry": "29.5"}
        only = await plans.get("/v1/inventories", holder="region:150200", year="2020")
        assert len(only.json()["items"]) == 1
        assert (await plans.get("/v1/inventories", "elsewhere")).json()["items"] == []
        assert (await plans.get("/v1/inventories", region="150100")).json()["items"] == []
        wrong = await plans.post("/v1/inventories", {**wanted[0], "total": 100})
        assert "add up to 99.5" in faults(wrong)["/total"]
