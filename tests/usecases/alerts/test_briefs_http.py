"""Briefs over HTTP: made, read, edited, published; who may, and what is refused and why."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.alerts.app import Parts, http_app
from services.alerts.domain.briefs.flow import brief_id
from services.alerts.entrypoints import briefs, briefs_acts, briefs_public
from services.alerts.entrypoints.briefs_making import Bindery
from services.alerts.entrypoints.briefs_parts import BriefDoors
from services.alerts.wiring import Arm
from tests.usecases.alerts.briefs_memory import set_settings
from tests.usecases.alerts.briefs_parts import LEAGUE, QUARTER, REGION, Desk
from tests.usecases.alerts.parts import CARBON, OPERATOR, READER, REGULATOR, SENDER, Service

AT = f"/v1/briefs/{brief_id(REGION, QUARTER)}"
WANTED = {"region": REGION, "period": QUARTER}


class Site:
    """Briefs behind the doors of the service."""

    def __init__(self) -> None:
        self.desk = Desk()
        service = Service()
        self.woken = 0
        doors = BriefDoors(
            parts=self.desk.parts,
            acts=self.desk.acts,
            remaker=self.desk.remaker,
            wake=self._wake,
            word=lambda: None,
        )
        routers = (briefs.router, briefs_acts.router, briefs_public.router)
        parts = Parts(
            archive=service.store,
            endpoints=service.store,
            deliveries=service.store,
            feed=service.feed,
            door=service.door,
            couriers=service.couriers,
            arms=(Arm(routers=routers, state={"briefs": doors}),),
            clock=lambda: self.desk.at,
        )

        async def ready() -> dict[str, str | None]:
            return {}

        transport = httpx.ASGITransport(app=http_app(parts, ready))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://alerts")

    def _wake(self) -> None:
        self.woken += 1

    async def ask(
        self, method: str, path: str, *, key: dict[str, str] = REGULATOR, **more: Any
    ) -> httpx.Response:
        """Somebody asks."""
        headers = {**key, **more.pop("headers", {})}
        return await self.http.request(method, path, headers=headers, **more)

    async def draft(self) -> Any:
        """Asked for by the regulator, and made."""
        answer = await self.ask("POST", "/v1/briefs", json=WANTED)
        assert answer.status_code == 202
        await self.desk.make_all()
        return (await self.ask("GET", AT)).json()

    async def published(self) -> Any:
        """Published by an operator."""
        await self.draft()
        for act in ("approve", "publish"):
            answer = await self.ask("POST", f"{AT}/{act}", key=OPERATOR, json={})
            assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    yield made
    await made.http.aclose()


class TestMaking:
    async def test_it_is_asked_for_and_shows_how_far_it_is(self, site: Site) -> None:
        answer = await site.ask("POST", "/v1/briefs", json=WANTED)
        body = answer.json()
        assert (answer.status_code, body["state"], body["revision"]) == (202, "making", 0)
        assert body["progress"]["step"] == "queued"
        assert body["progress"]["label"]["zh"]
        assert (body["kind"], body["editor"]) == ("quarter", "regulator-key")
        assert site.woken == 1
        again = await site.ask("POST", "/v1/briefs", json=WANTED)
        assert (again.status_code, again.json()["type"]) == (409, "brief-making")
        await site.desk.make_all()
        made = await site.ask("GET", AT)
        assert made.headers["etag"] == '"1"'
        assert made.json()["progress"] is None
        assert made.json()["as_of"] == {"commit": 1, "journal": 0}

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            ({"region": REGION, "period": "2026Q9"}, "2026Q9"),
            ({"region": REGION, "period": "2028-2026"}, "2028-2026"),
            ({"region": REGION, "period": "soon"}, "write 2026Q3"),
            ({"region": REGION, "period": "2099Q4"}, "can be asked for from 2099-10-01 on"),
            ({"region": REGION, "period": "2031-2035"}, "has not begun yet"),
            ({"region": REGION, "period": "0000Q1"}, "lies before 1949"),
            ({"region": "a b", "period": QUARTER}, "region"),
            ({**WANTED, "as_of": "yesterday"}, "as_of"),
            ({**WANTED, "desk_as_of": 99}, "newest entry"),
            ({**WANTED, "languages": ["fr"]}, "languages"),
            ({**WANTED, "more": 1}, "more"),
        ],
    )
    async def test_what_makes_no_sense_is_named(self, site: Site, body: Any, said: str) -> None:
        answer = await site.ask("POST", "/v1/briefs", json=body)
        assert answer.status_code == 422
        assert said in answer.text

    async def test_in_both_languages(self, site: Site) -> None:
        await site.ask("POST", "/v1/briefs", json={**WANTED, "languages": ["en", "zh"]})
        await site.desk.make_all()
        body = (await site.ask("GET", AT)).json()
        assert body["languages"] == ["zh", "en"]
        assert {one["name"] for one in body["files"]} >= {"brief.zh.pdf", "brief.en.pdf"}
        assert body["title"]["zh"] != body["title"]["en"]
        document = (await site.ask("GET", f"{AT}/document", params={"lang": "en"})).json()
        assert document["title"] == body["title"]["en"]
        await site.ask("POST", "/v1/briefs", json=WANTED)
        await site.desk.make_all()
        assert (await site.ask("GET", AT)).json()["languages"] == ["zh", "en"], "made anew"
        await site.ask("POST", "/v1/briefs", json={**WANTED, "languages": ["zh"]})
        await site.desk.make_all()
        assert (await site.ask("GET", AT)).json()["languages"] == ["zh"]


class TestReading:
    async def test_lists_go_by_pages(self, site: Site) -> None:
        await site.draft()
        await site.desk.order(QUARTER, LEAGUE)
        first = (await site.ask("GET", "/v1/briefs", params={"limit": 1})).json()
        assert [one["region"] for one in first["items"]] == [LEAGUE]
        params = {"after": first["next"], "region": REGION, "state": "draft"}
        second = (await site.ask("GET", "/v1/briefs", params=params)).json()
        assert [one["region"] for one in second["items"]] == [REGION]
        assert second["next"] is None

    async def test_files_have_their_hash_as_etag(self, site: Site) -> None:
        body = await site.draft()
        file = next(one for one in body["files"] if one["form"] == "pdf")
        answer = await site.ask("GET", f"{AT}/files/{file['name']}")
        assert answer.headers["etag"] == f'"{file["sha256"]}"'
        assert answer.headers["content-type"] == "application/pdf"
        assert len(answer.content) == file["bytes"]
        headers = {"If-None-Match": answer.headers["etag"]}
        assert (
            await site.ask("GET", f"{AT}/files/{file['name']}", headers=headers)
        ).status_code == 304
        assert (await site.ask("GET", f"{AT}/files/brief.xls")).status_code == 404

    async def test_figures_and_text(self, site: Site) -> None:
        await site.draft()
        facts = (await site.ask("GET", f"{AT}/facts")).json()
        assert facts["situation"]["region"] == REGION
        document = (await site.ask("GET", f"{AT}/document")).json()
        assert {"heading", "paragraph", "table"} <= {one["type"] for one in document["blocks"]}
        missing = await site.ask("GET", f"{AT}/document", params={"edition": "public"})
        assert missing.status_code == 404

    async def test_two_are_compared(self, site: Site) -> None:
        await site.draft()
        await site.desk.order("2026Q2")
        other = brief_id(REGION, "2026Q2")
        params = {"a": str(other), "b": str(brief_id(REGION, QUARTER))}
        found = (await site.ask("GET", "/v1/briefs/compare", params=params)).json()
        assert all(one["a"] != one["b"] for one in found["items"])
        same = {"a": params["a"], "b": params["a"]}
        assert (await site.ask("GET", "/v1/briefs/compare", params=same)).json()["items"] == []


class TestPeople:
    async def test_remarks_are_of_the_revision_that_was_seen(self, site: Site) -> None:
        await site.draft()
        path, body = f"{AT}/remarks", {"overall": "检修。"}
        first = await site.ask("PUT", path, json=body, headers={"If-Match": '"1"'})
        assert (first.status_code, first.json()["revision"]) == (200, 2)
        assert first.json()["remarks"] == body
        stale = await site.ask("PUT", path, json={}, headers={"If-Match": '"1"'})
        assert (stale.status_code, stale.json()["type"]) == (412, "brief-changed")
        odd = await site.ask("PUT", path, json={}, headers={"If-Match": '"x"'})
        assert odd.status_code == 412

    @pytest.mark.parametrize(
        "remarks",
        [{"nowhere": "检修。"}, {"overall.fr": "x"}, {"overall": "\x00"}, {"overall": "\x0b"}],
    )
    async def test_remarks_that_no_page_would_show(self, site: Site, remarks: Any) -> None:
        await site.draft()
        refused = await site.ask("PUT", f"{AT}/remarks", json=remarks)
        assert refused.status_code == 422
        kept = await site.ask("PUT", f"{AT}/remarks", json={"overall.en": "Repairs\n\tand more"})
        assert kept.status_code == 200

    async def test_published_it_stays(self, site: Site) -> None:
        body = await site.published()
        assert (body["state"], body["number"]) == ("published", "晴雨形势〔2026〕1号")
        assert body["approvals"][0]["by"] == "operator-key"
        for method, path, json in (
            ("POST", "/v1/briefs", WANTED),
            ("PUT", f"{AT}/remarks", {}),
            ("POST", f"{AT}/approve", {}),
            ("POST", f"{AT}/return", {"reason": "x"}),
            ("POST", f"{AT}/publish", {}),
        ):
            answer = await site.ask(method, path, json=json)
            assert (answer.status_code, answer.json()["type"]) == (409, "brief-published"), path

    async def test_its_history_stands_in_the_journal(self, site: Site) -> None:
        await site.published()
        entries = (await site.ask("GET", f"{AT}/history")).json()["items"]
        told = [(one["type"], one.get("by", {}).get("name")) for one in entries]
        assert told == [
            ("brief.prepared", None),
            ("brief.approved", "operator-key"),
            ("brief.published", "operator-key"),
        ]
        assert [one["position"] for one in entries] == [1, 2, 3]
        assert (await site.ask("GET", f"{AT}/history", key=READER)).status_code == 404

    async def test_made_again(self, site: Site) -> None:
        await site.published()
        again = (await site.ask("POST", f"{AT}/remake", params={"lang": "zh"})).json()
        assert again["same"] is True
        assert all(one["same"] for one in again["files"])

    async def test_a_second_person(self, site: Site) -> None:
        set_settings(site.desk.shelf, "default", second_person=True)
        await site.draft()
        refused = await site.ask("POST", f"{AT}/approve", json={})
        assert (refused.status_code, refused.json()["type"]) == (403, "brief-second-person")
        assert (await site.ask("POST", f"{AT}/approve", key=CARBON, json={})).status_code == 200

    async def test_enterprises_see_nothing_and_readers_do_nothing(self, site: Site) -> None:
        await site.draft()
        await site.desk.order(QUARTER, LEAGUE)
        league = f"/v1/briefs/{brief_id(LEAGUE, QUARTER)}"
        assert (await site.ask("GET", "/v1/briefs", key=SENDER)).json()["items"] == []
        assert (await site.ask("GET", league, key=SENDER)).status_code == 404
        assert (await site.ask("GET", league, key=READER)).status_code == 200
        assert (await site.ask("GET", AT, key=READER)).status_code == 404
        assert (await site.ask("PUT", f"{league}/remarks", key=READER, json={})).status_code == 403

    async def test_settings_of_a_region(self, site: Site) -> None:
        path = f"/v1/briefs/settings/{LEAGUE}"
        found = (await site.ask("GET", path)).json()
        assert (found["name"], found["own"], found["trigger"]["after_workdays"]) == (
            "default",
            False,
            15,
        )
        assert "inner-mongolia-14fyp" in found["known"]
        other = await site.ask("PUT", path, json={"name": "baotou-sinks"})
        assert (other.json()["name"], other.json()["own"]) == ("baotou-sinks", True)
        assert other.json()["trigger"]["coverage_percent"] == "99"
        assert (await site.ask("PUT", path, json={"name": "none"})).status_code == 422

    async def test_who_wants_no_second_person_runs_the_service(self, site: Site) -> None:
        path, wanted = f"/v1/briefs/settings/{LEAGUE}", {"name": "baotou-sinks"}
        assert (await site.ask("PUT", path, json={"name": "qinghai-peak"})).status_code == 200
        refused = await site.ask("PUT", path, json=wanted)
        assert (refused.status_code, refused.json()["type"]) == (403, "brief-second-person")
        assert (await site.ask("PUT", path, json=wanted, key=OPERATOR)).status_code == 200

    async def test_where_a_region_lies_is_known_from_its_brief(self, site: Site) -> None:
        await site.desk.order(QUARTER, LEAGUE)
        key = brief_id(LEAGUE, QUARTER)
        brief = site.desk.store.briefs[key]
        site.desk.store.briefs[key] = replace(brief, regions=(LEAGUE, "990000"))
        answer = await site.ask("POST", "/v1/briefs", json={"region": LEAGUE, "period": QUARTER})
        assert answer.status_code == 404


class TestPublic:
    async def test_only_what_the_settings_let_out(self, site: Site) -> None:
        set_settings(site.desk.shelf, "default", public=True)
        await site.published()
        site.desk.shelf.given[LEAGUE] = "qinghai-peak"
        await site.desk.order(QUARTER, LEAGUE)
        await site.desk.publish(QUARTER, LEAGUE)
        found = (await site.http.get("/v1/public/briefs")).json()
        assert [one["address"] for one in found["items"]] == ["150000-2026-1"]
        names = [one["name"] for one in found["items"][0]["files"]]
        assert names == ["public.zh.docx", "public.zh.pdf"]
        base = "/v1/public/briefs/150000-2026-1/files"
        assert (await site.http.get(f"{base}/public.zh.pdf")).status_code == 200
        assert (await site.http.get(f"{base}/brief.zh.pdf")).status_code == 404
        assert (await site.http.get(f"{base}/brief.json")).status_code == 404
        league = f"/v1/public/briefs/{LEAGUE}-2026-1/files/public.zh.pdf"
        assert (await site.http.get(league)).status_code == 404

    async def test_a_correction_is_public_too(self, site: Site) -> None:
        from fractions import Fraction

        set_settings(site.desk.shelf, "default", public=True)
        await site.published()
        desk = site.desk
        desk.figures.factors, desk.situations.commit = {2: Fraction(11, 10)}, 2
        await desk.hours(desk.at + timedelta(hours=2))
        sheet = next(one for one in desk.store.briefs.values() if one.is_errata)
        listed = (await site.ask("GET", f"{AT}/errata")).json()["items"]
        assert [one["id"] for one in listed] == [str(sheet.id)]
        assert listed[0]["changes"]
        for act in ("approve", "publish"):
            answer = await site.ask("POST", f"/v1/briefs/{sheet.id}/{act}", key=CARBON, json={})
            assert answer.status_code == 200, answer.text
        found = (await site.http.get("/v1/public/briefs")).json()["items"]
        assert [(one["address"], one["corrects"], one["corrected"]) for one in found] == [
            ("150000-2026-1-e1", "150000-2026-1", False),
            ("150000-2026-1", None, True),
        ]


async def test_the_bindery_makes_what_was_asked_for_and_stops(site: Site) -> None:
    import asyncio

    await site.ask("POST", "/v1/briefs", json=WANTED)
    stopping = asyncio.Event()

    def word() -> None:
        stopping.set()

    bindery = Bindery(site.desk.maker, site.desk.store, word)
    bindery.wake()
    async with asyncio.timeout(60):
        await bindery.run(stopping)
    assert (await site.ask("GET", AT)).json()["state"] == "draft"
