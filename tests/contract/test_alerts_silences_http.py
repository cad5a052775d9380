"""Silences, quiet times and Alertmanager's API over HTTP, on a real PostgreSQL."""

import base64
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import httpx
import pytest

from shared.kit.postgres import Database
from shared.model.condition import ConditionKind
from shared.model.instants import iso, to_us
from tests.contract.alerts_site import Site, site_on
from tests.unit.alerts.builders import assessment

pytestmark = pytest.mark.real

SILENCES = "/v1/silences"
AM = "/api/v2"
Desk = tuple[Site, httpx.AsyncClient]

BANNER = ("152201", "152200", "150000")
LEAGUE = assessment((1, "red"), subject="region:152200", regions=BANNER[1:])


@pytest.fixture
async def desk(database: Database) -> AsyncGenerator[Desk]:
    """The service and a client without a key."""
    async with site_on(database) as (site, address), httpx.AsyncClient(base_url=address) as http:
        await site.hear(
            [
                replace(LEAGUE, kind=ConditionKind.PACE, rule="pace"),
                assessment((1, "yellow"), subject="enterprise:X", regions=BANNER),
                assessment((1, "notice"), subject="enterprise:Q", regions=("630100", "630000")),
            ]
        )
        yield site, http


def key(name: str) -> dict[str, str]:
    """The header of a key."""
    return {"Authorization": f"Bearer {name}-key"}


def body(*matchers: str, **more: object) -> dict[str, object]:
    """A silence to make."""
    return {"matchers": list(matchers), "reason": "检修", **more}


class TestSilences:
    async def test_are_previewed_made_listed_and_explain(self, desk: Desk) -> None:
        _, http = desk
        wanted = body('subject="enterprise:X"')
        found = (await http.post(f"{SILENCES}/preview", headers=key("league"), json=wanted)).json()
        assert (found["count"], found["needs_approval"]) == (1, False)
        assert found["levels"] == {"yellow": 1}
        assert found["regions"] == {"152201": 1}
        made = await http.post(SILENCES, headers=key("league"), json=wanted)
        assert made.status_code == 201
        assert made.json()["state"] == "active"
        assert made.json()["may"] == ["edit", "expire"]
        (listed,) = (await http.get(SILENCES, headers=key("region"))).json()["items"]
        assert listed["id"] == made.json()["id"]
        warning = found["warnings"][0]["id"]
        why = (await http.get(f"/v1/warnings/{warning}/suppression", headers=key("region"))).json()
        assert (why["suppressed"], why["by"], why["owner"]) == (True, "silence", "league-key")
        await http.post(f"{SILENCES}/{listed['id']}/expire", headers=key("league"))
        why = (await http.get(f"/v1/warnings/{warning}/suppression", headers=key("region"))).json()
        assert (why["suppressed"], why["by"], why["reasons"]) == (False, None, [])

    async def test_a_red_league_needs_two(self, desk: Desk) -> None:
        _, http = desk
        made = (await http.post(SILENCES, headers=key("league"), json=body('level="red"'))).json()
        assert (made["state"], made["reach"]["grave"]) == ("pending_approval", 1)
        path = f"{SILENCES}/{made['id']}/approve"
        own = await http.post(path, headers=key("league"))
        assert (own.status_code, own.json()["type"]) == (403, "second-person")
        approved = await http.post(path, headers=key("region"), json={"comment": "同意"})
        assert approved.json()["state"] == "active"
        assert approved.json()["approval"]["by"]["name"] == "region-key"
        again = await http.post(path, headers=key("operator"))
        assert again.status_code == 409

    async def test_of_others_are_not_there(self, desk: Desk) -> None:
        _, http = desk
        made = (
            await http.post(SILENCES, headers=key("league"), json=body('subject="enterprise:X"'))
        ).json()
        for stranger in ("carbon", "qinghai", "sender"):
            assert (await http.get(SILENCES, headers=key(stranger))).json() == {"items": []}
            one = f"{SILENCES}/{made['id']}"
            for answer in (
                await http.get(one, headers=key(stranger)),
                await http.put(one, headers=key(stranger), json=body('level="red"')),
                await http.post(f"{one}/approve", headers=key(stranger)),
                await http.post(f"{one}/expire", headers=key(stranger)),
            ):
                assert answer.status_code == 404
        seen = await http.post(
            f"{SILENCES}/preview", headers=key("qinghai"), json=body('subject="enterprise:X"')
        )
        assert seen.json()["count"] == 0

    async def test_say_what_cannot_be(self, desk: Desk) -> None:
        refused = (
            (body("level"), "bad matcher format"),
            (body('level=~".*"'), "hide everything"),
            (body('region="\x00"'), "no character 0"),
            (body('level="red"', ends_at="2020-01-01T00:00:00Z"), "ends_at"),
            (body('level="red"', ends_at="2020-01-01T00:00:00"), "needs a zone"),
            (body('level="red"', ends_at="2099-01-01T00:00:00Z"), "at most 30 days"),
            (body('level="red"') | {"reason": "  "}, "say why"),
        )
        for wanted, says in refused:
            answer = await desk[1].post(SILENCES, headers=key("operator"), json=wanted)
            assert answer.status_code == 422
            assert says in answer.json()["detail"]

    async def test_are_changed(self, desk: Desk) -> None:
        site, http = desk
        made = (
            await http.post(SILENCES, headers=key("operator"), json=body('level="yellow"'))
        ).json()
        ends = iso(to_us(site.clock() + timedelta(hours=2)))
        path = f"{SILENCES}/{made['id']}"
        changed = await http.put(
            path, headers=key("operator"), json=body('level="yellow"', ends_at=ends)
        )
        assert (changed.json()["id"], changed.json()["ends_at"]) == (made["id"], ends)
        other = await http.put(path, headers=key("operator"), json=body('level="notice"'))
        assert other.json()["replaces"] == made["id"]
        found = await http.get(SILENCES, headers=key("operator"), params={"state": "expired"})
        assert [one["id"] for one in found.json()["items"]] == [made["id"]]


class TestQuietTimes:
    WANTED: ClassVar[dict[str, Any]] = {
        "items": [
            {
                "name": "nights",
                "reason": "夜间",
                "matchers": ['level=~"notice|yellow"'],
                "when": [{"times": [{"start_time": "00:00", "end_time": "24:00"}]}],
            }
        ]
    }

    async def test_are_set_and_hide_what_their_owner_may(self, desk: Desk) -> None:
        _, http = desk
        put = await http.put("/v1/quiet-times", headers=key("league"), json=self.WANTED)
        (one,) = put.json()["items"]
        assert (one["owner"], one["now"], one["texts"]) == ("league-key", True, ["00:00–24:00"])
        assert (await http.get("/v1/quiet-times", headers=key("carbon"))).json() == {"items": []}
        alerts = (await http.get(f"{AM}/alerts", headers=key("operator"))).json()
        muted = {a["labels"]["subject"]: a["status"]["mutedBy"] for a in alerts}
        assert muted == {"enterprise:X": ["nights"], "enterprise:Q": [], "region:152200": []}
        taken = await http.put("/v1/quiet-times", headers=key("operator"), json=self.WANTED)
        assert taken.status_code == 422
        await http.put("/v1/quiet-times", headers=key("league"), json={"items": []})
        assert (await http.get("/v1/quiet-times", headers=key("operator"))).json()["items"] == []

    async def test_are_not_for_readers(self, desk: Desk) -> None:
        answer = await desk[1].put("/v1/quiet-times", headers=key("reader"), json=self.WANTED)
        assert answer.status_code == 403

    async def test_say_where_they_are_wrong(self, desk: Desk) -> None:
        wrong = {"items": [{**self.WANTED["items"][0], "when": [{"weekdays": ["someday"]}]}]}
        answer = await desk[1].put("/v1/quiet-times", headers=key("operator"), json=wrong)
        assert answer.status_code == 422
        assert "items[0].when[0].weekdays[0]" in answer.json()["detail"]


class TestAlertmanager:
    async def test_answers_what_karma_and_grafana_ask(self, desk: Desk) -> None:
        site, http = desk
        prefix = "/alertmanager/api/v2"
        basic = base64.b64encode(b"karma:operator-key").decode()
        headers = {"Authorization": f"Basic {basic}"}
        status = (await http.get(f"{prefix}/status", headers=headers)).json()
        major, minor, _ = status["versionInfo"]["version"].split(".")
        assert (int(major), int(minor)) >= (0, 22)
        assert status["cluster"]["status"] == "disabled"
        await site.silence("operator-key", 'subject="enterprise:X"')
        (silence,) = (await http.get(f"{prefix}/silences", headers=headers)).json()
        groups = (await http.get(f"{prefix}/alerts/groups", headers=headers)).json()
        alerts = {a["labels"]["subject"]: a for group in groups for a in group["alerts"]}
        assert set(alerts) == {"enterprise:X", "enterprise:Q", "region:152200"}
        assert alerts["enterprise:X"]["status"] == {
            "state": "suppressed",
            "silencedBy": [silence["id"]],
            "inhibitedBy": [],
            "mutedBy": [],
        }
        names = {r["name"] for r in (await http.get(f"{prefix}/receivers", headers=headers)).json()}
        assert {group["receiver"]["name"] for group in groups} <= names

    async def test_filters_alerts(self, desk: Desk) -> None:
        site, http = desk
        await site.silence("operator-key", 'subject="enterprise:X"')
        everything = {"enterprise:X", "region:152200", "enterprise:Q"}
        asked: tuple[tuple[dict[str, Any], set[str]], ...] = (
            ({}, everything),
            ({"active": "false"}, {"enterprise:X"}),
            ({"silenced": "false"}, {"region:152200", "enterprise:Q"}),
            ({"filter": 'level="red"'}, {"region:152200"}),
            ({"filter": ["region=~15.*", 'level!="red"']}, {"enterprise:X"}),
            ({"receiver": "nobody-at-all"}, set()),
            ({"receiver": ".*"}, everything),
            ({"filter": "used"}, {"enterprise:X", "enterprise:Q"}),
        )
        for query, subjects in asked:
            found = await http.get(f"{AM}/alerts", headers=key("operator"), params=query)
            assert {a["labels"]["subject"] for a in found.json()} == subjects

    async def test_a_league_mutes_what_lies_in_it(self, desk: Desk) -> None:
        site, http = desk
        await site.hear([replace(LEAGUE, number=2)])
        ours = {"filter": 'subject="enterprise:X"'}
        (alert,) = (await http.get(f"{AM}/alerts", headers=key("region"), params=ours)).json()
        assert len(alert["status"]["inhibitedBy"]) == 1
        left = {**ours, "inhibited": "false"}
        assert (await http.get(f"{AM}/alerts", headers=key("region"), params=left)).json() == []

    async def test_a_region_and_department_sees_its_own(self, desk: Desk) -> None:
        _, http = desk
        seen = {}
        for name in ("league", "carbon", "qinghai", "reader"):
            found = (await http.get(f"{AM}/alerts", headers=key(name))).json()
            seen[name] = {alert["labels"]["subject"] for alert in found}
        assert seen["league"] == {"region:152200", "enterprise:X"}
        # What is nobody's measure in particular concerns both departments.
        assert seen["carbon"] == {"region:152200", "enterprise:X"}
        assert seen["qinghai"] == {"enterprise:Q"}

    async def test_alerts_are_placed_by_their_labels_and_resolved_by_their_end(
        self, desk: Desk
    ) -> None:
        site, http = desk
        labels = {"alertname": "Pump", "region": "152201", "severity": "critical"}
        sent = [{"labels": labels, "annotations": {"summary": "漏"}}]
        posted = await http.post(f"{AM}/alerts", headers=key("league"), json=sent)
        assert (posted.status_code, posted.content) == (200, b"")
        (alert,) = (
            await http.get(f"{AM}/alerts", headers=key("region"), params={"filter": "Pump"})
        ).json()
        assert (alert["labels"], alert["annotations"]) == (labels, {"summary": "漏"})
        listed = (
            await http.get("/v1/warnings", headers=key("region"), params={"kind": "external"})
        ).json()
        assert [one["level"] for one in listed["items"]] == ["red"]
        foreign = await http.post(f"{AM}/alerts", headers=key("qinghai"), json=sent)
        assert (foreign.status_code, foreign.json()["code"]) == (403, 403)
        nowhere = await http.post(
            f"{AM}/alerts", headers=key("league"), json=[{"labels": {"alertname": "Pump"}}]
        )
        assert nowhere.status_code == 403
        site.forward(timedelta(seconds=1))
        ended = [{**sent[0], "endsAt": iso(to_us(site.clock()))}]
        await http.post(f"{AM}/alerts", headers=key("league"), json=ended)
        left = await http.get(f"{AM}/alerts", headers=key("region"), params={"filter": "Pump"})
        assert left.json() == []

    async def test_the_guard_holds_here_too(self, desk: Desk) -> None:
        site, http = desk
        sent = self.silence(site, {"name": "level", "value": "red", "isRegex": False})
        made = (await http.post(f"{AM}/silences", headers=key("league"), json=sent)).json()
        path = f"{AM}/silence/{made['silenceID']}"
        assert (await http.get(path, headers=key("league"))).json()["status"]["state"] == "pending"
        ours = (await http.get(f"{SILENCES}/{made['silenceID']}", headers=key("league"))).json()
        assert (ours["state"], ours["author"]) == ("pending_approval", "duty")
        assert (await http.delete(path, headers=key("carbon"))).status_code == 404
        assert (await http.delete(path, headers=key("league"))).status_code == 200
        assert (await http.get(path, headers=key("league"))).json()["status"]["state"] == "expired"

    async def test_longer_than_allowed_is_cut(self, desk: Desk) -> None:
        site, http = desk
        sent = self.silence(site, {"name": "level", "value": "notice", "isRegex": False})
        sent["endsAt"] = iso(to_us(site.clock() + timedelta(days=400)))
        made = (await http.post(f"{AM}/silences", headers=key("operator"), json=sent)).json()
        found = await site.keeper.listed(site.principal("operator-key"))
        assert str(found[0].id) == made["silenceID"]
        assert found[0].ends_at - found[0].created_at <= timedelta(days=30)

    async def test_what_can_hide_nothing_is_kept_as_expired(self, desk: Desk) -> None:
        site, http = desk
        flawed: tuple[tuple[dict[str, object], str], ...] = (
            ({"comment": ""}, "reason"),
            ({"endsAt": "2020-01-01T00:00:00Z"}, "ends before"),
            ({"matchers": [{"name": "a b", "value": "", "isRegex": False}]}, "bad label name"),
            ({"matchers": [{"name": "a", "value": ".*", "isRegex": True}]}, "hide everything"),
        )
        for change, flaw in flawed:
            sent = self.silence(site, {"name": "level", "value": "notice", "isRegex": False})
            posted = await http.post(f"{AM}/silences", headers=key("operator"), json=sent | change)
            made = posted.json()
            assert flaw in made["warning"]
            shown = await http.get(f"{AM}/silence/{made['silenceID']}", headers=key("operator"))
            assert shown.json()["status"]["state"] == "expired"

    async def test_errors_are_alertmanagers(self, desk: Desk) -> None:
        asked: tuple[tuple[str, str, object, int], ...] = (
            ("GET", "/alerts?active=perhaps", None, 400),
            ("POST", "/alerts", {"labels": {}}, 400),
            ("POST", "/alerts", [{"labels": {"a": 1}}], 400),
            ("POST", "/alerts", [{"labels": {}, "startsAt": "yesterday"}], 400),
            ("POST", "/silences", {"comment": "x"}, 400),
            ("GET", "/silence/nothing", None, 404),
            ("DELETE", "/silence/6e0f2f5c-3f0c-4b6b-9d3c-1b1d2f3a4b5c", None, 404),
        )
        for method, path, sent, code in asked:
            answer = await desk[1].request(
                method, f"{AM}{path}", headers=key("operator"), json=sent
            )
            assert answer.status_code == code
            assert answer.headers["content-type"] == "application/json"
            assert code == 404 or isinstance(answer.json(), str)

    async def test_nobody_is_let_in_without_a_key(self, desk: Desk) -> None:
        wrong = base64.b64encode(b"operator-key:").decode()
        for headers in ({}, {"Authorization": f"Basic {wrong}"}, {"Authorization": "Basic ?"}):
            for path in ("status", "alerts", "silences", "receivers", "alerts/groups"):
                answer = await desk[1].get(f"{AM}/{path}", headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (401, 401)

    @staticmethod
    def silence(site: Site, *matchers: dict[str, object]) -> dict[str, object]:
        return {
            "matchers": list(matchers),
            "startsAt": iso(to_us(site.clock())),
            "endsAt": iso(to_us(site.clock() + timedelta(hours=1))),
            "createdBy": "duty",
            "comment": "test",
        }
