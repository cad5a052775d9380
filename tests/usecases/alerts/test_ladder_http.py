"""Steps, gates and ladders over HTTP: who may do what, and what comes of it."""

from io import BytesIO
from uuid import UUID

import httpx
import pytest
from docx import Document

from services.alerts.domain.ladder.words import StepKind
from shared.model.condition import ConditionKind, Measure
from tests.unit.alerts.ladder.builders import LADDER, warning
from tests.usecases.alerts.ladder_memory import Figures
from tests.usecases.alerts.ladder_parts import UNCONFIRMED, LadderService

RED = warning(("red", "2026Q1"), kind=ConditionKind.INTENSITY)


@pytest.fixture
async def service() -> LadderService:
    new = LadderService()
    await new.happen(RED)
    return new


async def step_of(client: httpx.AsyncClient, kind: str) -> str:
    items = (await client.get("/v1/steps", params={"kind": kind})).json()["items"]
    return str(items[-1]["id"])


async def post(
    client: httpx.AsyncClient, path: str, body: object, status: int = 200
) -> dict[str, object]:
    answer = await client.post(path, json=body)
    assert answer.status_code == status, answer.text
    document: dict[str, object] = answer.json()
    return document


class TestSteps:
    async def test_are_listed_with_their_deadlines_and_what_may_be_done(
        self, service: LadderService
    ) -> None:
        async with service.client("province") as client:
            page = (await client.get("/v1/steps")).json()
        assert {item["code"] for item in page["items"]} == {"circular", "gate"}
        circular = next(item for item in page["items"] if item["code"] == "circular")
        assert circular["may"] == ["issue", "withdraw"]
        assert (circular["issue_by"], circular["due"]) == ("2026-05-14", None)
        assert page["next"] is None

    @pytest.mark.parametrize("name", ["carbon", "elsewhere"])
    async def test_of_another_region_or_measure_are_not_there(
        self, service: LadderService, name: str
    ) -> None:
        async with service.client() as client:
            step = await step_of(client, "circular")
        async with service.client(name) as client:
            assert (await client.get("/v1/steps")).json()["items"] == []
            for path in (f"/v1/steps/{step}", f"/v1/steps/{step}/letter.docx"):
                assert (await client.get(path)).status_code == 404
            for act, body in (
                ("issue", {"document": "x"}),
                ("answer", {"text": "x"}),
                ("done", {}),
                ("withdraw", {"reason": "x"}),
            ):
                await post(client, f"/v1/steps/{step}/{act}", body, 404)

    async def test_are_not_for_a_reader_to_issue(self, service: LadderService) -> None:
        async with service.client("reader") as client:
            step = await step_of(client, "circular")
            answer = await client.post(f"/v1/steps/{step}/issue", json={"document": "x"})
        assert answer.status_code == 403
        assert "reader" in answer.json()["detail"]

    async def test_go_from_issued_to_answered_to_done(self, service: LadderService) -> None:
        async with service.client("province") as client:
            step = await step_of(client, "circular")
            issued = await post(client, f"/v1/steps/{step}/issue", {"document": "文1号"})
            assert (issued["state"], issued["due"]) == ("issued", "2026-05-14")
            assert (issued["issued_by"], issued["may"]) == ("province", ["answer", "withdraw"])
            await post(client, f"/v1/steps/{step}/answer", {"text": "已整改"})
            done = await post(client, f"/v1/steps/{step}/done", {})
            assert (done["state"], done["may"]) == ("done", [])
            whole = (await client.get(f"/v1/steps/{step}")).json()
        types = [entry["type"] for entry in whole["history"]]
        assert types == ["step.proposed", "step.issued", "step.answered", "step.done"]
        assert whole["history"][1]["by"] == {
            "name": "province",
            "key_id": "province",
            "role": "regulator",
        }
        assert service.words == 3

    async def test_are_issued_by_the_office_above_and_answered_by_whom_they_are_about(
        self, service: LadderService
    ) -> None:
        async with service.client("city") as city, service.client("province") as province:
            step = await step_of(city, "circular")
            await post(city, f"/v1/steps/{step}/issue", {"document": "文1号"}, 403)
            await post(city, f"/v1/steps/{step}/withdraw", {"reason": "不需要"}, 403)
            await post(province, f"/v1/steps/{step}/issue", {"document": "文1号"})
            answered = await post(city, f"/v1/steps/{step}/answer", {"text": "已整改"})
            assert answered["may"] == []
            await post(city, f"/v1/steps/{step}/done", {}, 403)
            await post(province, f"/v1/steps/{step}/done", {})

    async def test_show_the_confirmed_figure_beside_the_monitored_one(
        self, service: LadderService
    ) -> None:
        async with service.client("city") as client:
            step = await step_of(client, "circular")
            figures = (await client.get(f"/v1/steps/{step}")).json()["figures"]
        assert (figures["monitored"]["value"], figures["confirmed"]["value"]) == ("12.5", "12.1")
        assert figures["confirmed"]["source"].startswith("/v1/explain/")
        assert (figures["same_level"], figures["required"]) == (True, True)
        assert isinstance(service.figures, Figures)
        assert service.figures.asked == [(UUID(step), True, "city")]

    async def test_that_are_formal_are_not_issued_on_monitored_figures(self) -> None:
        service = LadderService(Figures(UNCONFIRMED))
        await service.happen(RED)
        async with service.client("province") as client:
            step = await step_of(client, "circular")
            problem = await post(client, f"/v1/steps/{step}/issue", {"document": "文1号"}, 409)
        assert problem["type"] == "unconfirmed"
        assert "2026Q1 没有统计数据" in str(problem["detail"])
        assert "/v1/records/imports" in str(problem["detail"])

    async def test_wait_while_the_evaluator_is_away(self) -> None:
        service = LadderService(Figures())
        await service.happen(RED)
        async with service.client("province") as client:
            step = await step_of(client, "circular")
            answer = await client.post(f"/v1/steps/{step}/issue", json={"document": "x"})
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert (await client.get(f"/v1/steps/{step}")).json()["figures"]["confirmed"] is None

    async def test_about_a_task_rest_on_the_record(self) -> None:
        service = LadderService(Figures(UNCONFIRMED))
        await service.happen(warning(("red", ""), kind=ConditionKind.TASK))
        async with service.client("province") as client:
            step = await step_of(client, "circular")
            issued = await post(client, f"/v1/steps/{step}/issue", {"document": "文1号"})
        assert issued["state"] == "issued"

    @pytest.mark.parametrize("body", [{}, {"document": "文", "issued_on": "2026-06-01"}])
    async def test_say_why_they_are_refused(
        self, service: LadderService, body: dict[str, str]
    ) -> None:
        async with service.client("province") as client:
            step = await step_of(client, "circular")
            problem = await post(client, f"/v1/steps/{step}/issue", body, 409)
        assert problem["type"] == "step-refused"

    async def test_are_told_once_when_time_was_missed(self, service: LadderService) -> None:
        async with service.client("province") as client:
            step = await step_of(client, "circular")
            await post(client, f"/v1/steps/{step}/issue", {"document": "文1号"})
        before = len(service.store.told)
        await service.wait(days=30)
        told = service.store.told[before:]
        assert sorted(told) == sorted(
            ["step.overdue", "step.escalated", "step.proposed", "step.reminded"]
        )
        await service.wait(seconds=60)
        assert service.store.told[before:] == told

    async def test_lapse_when_the_warning_ends(self, service: LadderService) -> None:
        await service.happen(
            warning(("red", "2026Q1"), ("none", "2026Q2"), kind=ConditionKind.INTENSITY)
        )
        async with service.client() as client:
            found = (await client.get("/v1/steps", params={"live": "true"})).json()["items"]
        assert found == []


class TestLetters:
    @pytest.mark.parametrize("kind", ["circular", "gate"])
    async def test_are_drafted_from_what_is_on_record(
        self, service: LadderService, kind: str
    ) -> None:
        async with service.client("city") as client:
            step = await step_of(client, kind)
            answer = await client.get(f"/v1/steps/{step}/letter.docx")
        assert answer.status_code == 200
        text = "\n".join(p.text for p in Document(BytesIO(answer.content)).paragraphs)
        for words in (
            "（待编文号）",
            "包头市人民政府：",
            "节能主管部门",
            "红色预警",
            "监测值：12.5 %（2026Q1）",
            "确认值：12.1 %（2026Q1，初步核算数）",
            "试用文件",
            "收到本文之日起",
        ):
            assert words in text, text
        assert "{" not in text

    async def test_carry_number_and_deadline_once_issued(self, service: LadderService) -> None:
        async with service.client("province") as client:
            step = await step_of(client, "circular")
            await post(client, f"/v1/steps/{step}/issue", {"document": "文〔2026〕1号"})
            answer = await client.get(f"/v1/steps/{step}/letter.docx")
        text = "\n".join(p.text for p in Document(BytesIO(answer.content)).paragraphs)
        assert "文〔2026〕1号" in text
        assert "2026年5月14日前（3个工作日）" in text
        assert "1. 整改；" in text

    def test_have_a_template_for_every_kind_of_step(self) -> None:
        letters = LadderService().app  # the shipped folder is the one the service uses
        assert letters is not None
        from services.alerts.adapters.ladder_letters import DocxLetters

        facts = {"subject": "包头<市>&", "demands": ["甲"], "title": "通报"}
        for kind in StepKind:
            draft = Document(BytesIO(DocxLetters().draft(kind, facts)))
            assert any("包头<市>&" in p.text for p in draft.paragraphs)


class TestGates:
    async def test_tell_state_cause_and_clause_also_from_above(
        self, service: LadderService
    ) -> None:
        async with service.client("province") as client:
            own = (await client.get("/v1/gates/150200")).json()
            below = (await client.get("/v1/gates/150202")).json()
            free = (await client.get("/v1/gates/150000")).json()
        assert (own["state"], own["warning"], own["clause"]) == ("restricted", str(RED.id), "四")
        assert (own["projects"], own["exempt"]) == (["two_high"], ["national_major"])
        assert (own["offset"], own["offset_required"]) == (["energy"], True)
        assert own["history"][0]["type"] == "gate.restricted"
        assert (below["state"], below["of"], below["inherited"]) == ("restricted", "150200", True)
        assert (free["state"], free["since"]) == ("open", None)

    async def test_open_only_by_a_decision_that_names_what_is_active(
        self, service: LadderService
    ) -> None:
        body = {"state": "open", "reason": "整改完成", "document": "文〔2026〕9号"}
        async with service.client("province") as client:
            problem = await post(client, "/v1/gates/150200/decisions", body, 409)
            assert problem["warnings"] == [str(RED.id)]
            opened = await post(
                client, "/v1/gates/150200/decisions", {**body, "warnings": [str(RED.id)]}, 201
            )
            assert opened["state"] == "open"
            await service.happen(RED)
            whole = (await client.get("/v1/gates/150200")).json()
        assert (whole["state"], whole["decisions"][0]["by"]) == ("open", "province")
        assert [entry["type"] for entry in whole["history"]] == ["gate.restricted", "gate.opened"]
        again = warning(("red", "2026Q1"), ("red", "2026Q2"), kind=ConditionKind.INTENSITY)
        await service.happen(again)
        async with service.client("province") as client:
            assert (await client.get("/v1/gates")).json()["items"][0]["state"] == "restricted"

    @pytest.mark.parametrize(
        ("name", "status"),
        [("reader", 403), ("carbon", 403), ("elsewhere", 404), ("city", 403), ("province", 201)],
    )
    async def test_are_decided_on_by_those_who_may(
        self, service: LadderService, name: str, status: int
    ) -> None:
        body = {"state": "slowed", "reason": "x", "document": "y", "warnings": [str(RED.id)]}
        async with service.client(name) as client:
            await post(client, "/v1/gates/150200/decisions", body, status)

    async def test_do_not_tell_the_warning_of_another_measure(self, service: LadderService) -> None:
        async with service.client("carbon") as client:
            found = (await client.get("/v1/gates/150200")).json()
        assert (found["state"], found["warning"], found["why"]) == ("restricted", None, "")
        assert found["restrictions"][0]["warning"] is None
        assert str(RED.id) not in str(found["restrictions"])


class TestLadders:
    async def test_are_listed_shown_put_and_assigned(self, service: LadderService) -> None:
        changed = LADDER.replace("试用文件", "另一文件").encode()
        async with service.client() as client:
            listed = (await client.get("/v1/ladders")).json()
            assert len(listed["items"]) == 7
            assert listed["assignments"] == {"150000": "short"}
            dry = await client.put("/v1/ladders/short?dry_run=true", content=changed)
            assert (dry.status_code, dry.json()["version"]) == (200, 1)
            put = await client.put("/v1/ladders/short", content=changed)
            assert (put.json()["version"], put.json()["source"]) == (2, "另一文件")
            whole = (await client.get("/v1/ladders/short")).json()
            assert whole["text"] == changed.decode()
            given = await client.put(
                "/v1/ladders/assignments/630000", json={"ladder": "qinghai-peak"}
            )
            assert given.json() == {"region": "630000", "ladder": "qinghai-peak"}

    async def test_name_every_mistake_with_its_line(self, service: LadderService) -> None:
        wrong = LADDER.replace("days: 3,", "days: 300,").encode()
        async with service.client() as client:
            answer = await client.put("/v1/ladders/short", content=wrong)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [
            "steps.circular.days",
            "steps.talk.days",
        ]
        assert answer.json()["errors"][0]["line"] == 8

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/v1/ladders/none", 404),
            ("PUT", "/v1/ladders/other", 422),
            ("PUT", "/v1/ladders/assignments/150000", 422),
        ],
    )
    async def test_are_refused(
        self, service: LadderService, method: str, path: str, status: int
    ) -> None:
        content = b'{"ladder": "none"}' if "assignments" in path else LADDER.encode()
        async with service.client() as client:
            answer = await client.request(
                method, path, content=content, headers={"content-type": "application/json"}
            )
        assert answer.status_code == status, answer.text

    async def test_are_for_operators_to_change(self, service: LadderService) -> None:
        async with service.client("province") as client:
            put = await client.put("/v1/ladders/short", content=LADDER.encode())
            given = await client.put("/v1/ladders/assignments/150000", json={"ladder": "default"})
            assert (put.status_code, given.status_code) == (403, 403)

    async def test_deadlines_can_be_asked_for(self, service: LadderService) -> None:
        async with service.client("reader") as client:
            answer = await client.get("/v1/workdays", params={"from": "2025-09-30", "days": 3})
            far = await client.get("/v1/workdays", params={"from": "2500-09-30", "days": 3})
        assert answer.json() == {
            "begin": "2025-09-30",
            "days": 3,
            "date": "2025-10-11",
            "provisional": False,
        }
        assert far.status_code == 422

    async def test_the_nearest_region_decides(self) -> None:
        service = LadderService()
        service.store.regions["150200"] = "baotou-sinks"
        await service.happen(RED, warning(("red", ""), measure=Measure.CARBON, about="X"))
        assert service.store.state.steps == {}
