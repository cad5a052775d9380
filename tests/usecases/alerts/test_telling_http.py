"""Routes, contacts and notices over HTTP: what operators set, and what others may see of it."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from services.alerts.adapters.channels.apprised import problem_of
from services.alerts.domain.telling.contacts import ChannelKind
from services.alerts.entrypoints import contacts, notices, routes
from services.alerts.entrypoints.door import new_door
from shared.kit.web import create_app
from shared.model.access import Role
from shared.model.condition import Measure
from tests.unit.alerts.builders import assessment
from tests.usecases.alerts.parts import OPERATOR, READER, SENDER, key_record
from tests.usecases.alerts.telling_parts import InMemory, Office, contact

ORDOS = {
    "title": "鄂尔多斯市能源局",
    "offices": ["duty"],
    "scope": ["region:150600"],
    "measures": ["energy"],
    "addresses": [
        {"channel": "webhook", "target": "https://example.org/hook"},
        {"channel": "sms", "target": "json://user:secret@gateway/sms"},
    ],
}

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")


class Desk:
    """The routes over fakes, with an operator, a reader of 150200 and a sender."""

    def __init__(self) -> None:
        stores = InMemory()
        self.office = Office(stores)
        self.looked = 0
        door = new_door()
        door.learn(key_record("operator-key", "operator", []))
        door.learn(key_record("reader-key", "reader", ["region:150200"]))
        door.learn(key_record("sender-key", "sender", ["enterprise:X"]))
        door.caught_up()

        def look() -> None:
            self.looked += 1

        async def quiet_names() -> list[str]:
            return ["nights"]

        async def ready() -> dict[str, str | None]:
            return {}

        app = create_app(
            title="Qingyu alerts",
            version="0",
            description="",
            ready=ready,
            routers=(routes.router, contacts.router, notices.router),
            state={
                "door": door,
                "clock": self.office.clock,
                "new_secret": lambda: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "directory": stores.directory,
                "quiet_names": quiet_names,
                "notice_log": stores.log,
                "outbox": stores.outbox,
                "teller": self.office.teller,
                "notices_made": look,
                "look_at_groups": look,
                "check_apprise": problem_of,
            },
        )
        transport = httpx.ASGITransport(app=app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://a", headers=OPERATOR)

    async def ask(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        """The JSON of an answer that must have the status."""
        answer = await self.http.request(method, path, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
async def desk() -> AsyncGenerator[Desk]:
    new = Desk()
    yield new
    await new.http.aclose()


class TestContacts:
    async def test_are_shown_without_their_secrets(self, desk: Desk) -> None:
        made = await desk.ask("PUT", "/v1/contacts/ordos", json=ORDOS)
        assert made["addresses"][0]["secret"].startswith("whsec_")
        shown = await desk.ask("GET", "/v1/contacts/ordos")
        assert [(a["target"], a["has_secret"], a["secret"]) for a in shown["addresses"]] == [
            ("https://example.org/hook", True, None),
            ("json://***", False, None),
        ]
        assert (await desk.ask("GET", "/v1/contacts"))["items"] == [shown]
        assert desk.looked == 1

    async def test_do_not_show_the_password_in_an_address(self, desk: Desk) -> None:
        target = "https://office:geheim@example.org/hook"
        body = {**ORDOS, "addresses": [{"channel": "webhook", "target": target}]}
        made = await desk.ask("PUT", "/v1/contacts/ordos", json=body)
        masked = made["addresses"][0]["target"]
        assert masked == "https://office:***@example.org/hook"
        again = {**ORDOS, "addresses": [{"channel": "webhook", "target": masked}]}
        await desk.ask("PUT", "/v1/contacts/ordos", json=again)
        (kept,) = await desk.office.stores.directory.contacts()
        assert kept.addresses[0].target == target

    async def test_keep_what_is_masked_when_they_are_put_again(self, desk: Desk) -> None:
        await desk.ask("PUT", "/v1/contacts/ordos", json=ORDOS)
        shown = await desk.ask("GET", "/v1/contacts/ordos")
        again = {
            **ORDOS,
            "addresses": [
                {"channel": a["channel"], "target": a["target"]} for a in shown["addresses"]
            ],
        }
        made = await desk.ask("PUT", "/v1/contacts/ordos", json=again)
        assert [a["secret"] for a in made["addresses"]] == [None, None]
        (kept,) = await desk.office.stores.directory.contacts()
        assert kept.addresses[0].secret == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        assert kept.addresses[1].target == "json://user:secret@gateway/sms"

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"scope": ["somewhere"]}, "scope[0]"),
            ({"min_level": "purple"}, "min_level"),
            ({"digests": {"purple": "hourly"}}, "digests"),
            ({"throttle": {"most": 1, "per": "soon"}}, "throttle.per"),
            ({"throttle": {"most": 1, "per": "1s"}}, "throttle.per"),
            ({"throttle": {"most": 1, "per": "999999999999d"}}, "throttle.per"),
            ({"offices": ["a\x00b"]}, "offices[0]"),
            ({"addresses": [{"channel": "email", "target": "nobody"}]}, "addresses[0].target"),
            ({"addresses": [{"channel": "webhook", "target": "ftp://x"}]}, "addresses[0].target"),
            ({"addresses": [{"channel": "wecom", "target": "sms://x"}]}, "addresses[0].target"),
            ({"addresses": [{"channel": "stream"}, {"channel": "stream"}]}, "addresses[1].key"),
        ],
    )
    async def test_are_refused_by_their_place(
        self, change: dict[str, Any], place: str, desk: Desk
    ) -> None:
        said = await desk.ask("PUT", "/v1/contacts/x", 422, json={**ORDOS, **change})
        assert said["detail"].startswith(f"{place}:")

    async def test_can_be_tried_and_removed(self, desk: Desk) -> None:
        await desk.ask("PUT", "/v1/contacts/ordos", json=ORDOS)
        tried = await desk.ask("POST", "/v1/contacts/ordos/test", 202)
        assert len(tried["notices"]) == 2
        await desk.office.post()
        shown = await desk.ask("GET", f"/v1/notices/{tried['notices'][0]}")
        assert (shown["state"], shown["reason"], len(shown["log"])) == ("delivered", "test", 2)
        await desk.ask("DELETE", "/v1/contacts/ordos", 204)
        await desk.ask("DELETE", "/v1/contacts/ordos", 404)
        await desk.ask("GET", "/v1/contacts/ordos", 404)
        await desk.ask("POST", "/v1/contacts/ordos/test", 404)

    @pytest.mark.parametrize("headers", [READER, SENDER])
    async def test_are_the_business_of_operators(self, headers: dict[str, str], desk: Desk) -> None:
        for method, path in (
            ("GET", "/v1/contacts"),
            ("GET", "/v1/contacts/x"),
            ("PUT", "/v1/contacts/x"),
            ("DELETE", "/v1/contacts/x"),
            ("POST", "/v1/contacts/x/test"),
            ("PUT", "/v1/routes"),
        ):
            body = ORDOS if method == "PUT" else None
            await desk.ask(method, path, 403, json=body, headers=headers)


class TestRoutes:
    async def test_can_be_tried_before_they_are_in_force(self, desk: Desk) -> None:
        await desk.ask("PUT", "/v1/contacts/ordos", json=ORDOS)
        body = {"labels": {"level": "red", "subject": "x"}}
        now = await desk.ask("POST", "/v1/routes/test", json=body)
        assert now["receivers"] == ["duty"]
        assert now["destinations"][0]["group"] == {"subject": "x"}
        assert now["destinations"][0]["contacts"] == ["ordos"]
        other = {"receiver": "a", "routes": [{"receiver": "b", "min_level": "red"}]}
        tried = await desk.ask("POST", "/v1/routes/test", json={**body, "document": other})
        assert tried["receivers"] == ["b"]
        assert (await desk.ask("GET", "/v1/routes"))["receivers"] == ["duty"]
        put = await desk.ask("PUT", "/v1/routes", json=other)
        assert (put["receivers"], put["unanswered"]) == (["a", "b"], ["a", "b"])
        assert (await desk.ask("GET", "/v1/routes"))["document"] == other

    async def test_that_cannot_be_read_change_nothing(self, desk: Desk) -> None:
        said = await desk.ask(
            "PUT", "/v1/routes", 422, json={"receiver": "a", "routes": [{"x": 1}]}
        )
        assert "routes.routes[0].x" in said["detail"]
        assert (await desk.ask("GET", "/v1/routes"))["receivers"] == ["duty"]

    async def test_speak_only_of_times_that_are_known(self, desk: Desk) -> None:
        known = {"receiver": "a", "routes": [{"mute_time_intervals": ["nights"]}]}
        await desk.ask("PUT", "/v1/routes", json=known)
        unknown = {"receiver": "a", "routes": [{"active_time_intervals": ["nihgts"]}]}
        said = await desk.ask("PUT", "/v1/routes", 422, json=unknown)
        assert "routes.routes[0].active_time_intervals: there is no quiet time" in said["detail"]
        assert "nights" in said["detail"]

    async def test_do_not_show_contacts_to_others(self, desk: Desk) -> None:
        await desk.ask("PUT", "/v1/contacts/ordos", json=ORDOS)
        body = {"labels": {"level": "red"}}
        seen = await desk.ask("POST", "/v1/routes/test", json=body, headers=READER)
        assert seen["destinations"][0]["contacts"] == []


class TestNotices:
    async def test_are_seen_by_those_who_may_see_every_warning_of_them(self, desk: Desk) -> None:
        office = desk.office
        await office.know(contact(channel=ChannelKind.STREAM))
        for subject, regions in (
            ("region:150200", ("150200", "150000")),
            ("region:150600", ("150600", "150000")),
        ):
            made = assessment((1, "red"), subject=subject, regions=regions, number=1)
            await office.hear(made)
        await office.forward(minutes=1)
        everything = (await desk.ask("GET", "/v1/notices"))["items"]
        assert len(everything) == 2
        seen = (await desk.ask("GET", "/v1/notices", headers=READER))["items"]
        assert [one["number"] for one in seen] == [everything[1]["number"]]
        assert (await desk.ask("GET", "/v1/notices", headers=SENDER))["items"] == []
        await desk.ask("GET", f"/v1/notices/{everything[0]['number']}", 404, headers=READER)

    async def test_come_in_pages_and_are_filtered(self, desk: Desk) -> None:
        await desk.ask("PUT", "/v1/contacts/ordos", json=ORDOS)
        for _ in range(3):
            await desk.ask("POST", "/v1/contacts/ordos/test", 202)
        first = await desk.ask("GET", "/v1/notices", params={"limit": 4})
        rest = await desk.ask("GET", "/v1/notices", params={"limit": 4, "cursor": first["next"]})
        numbers = [one["number"] for one in (*first["items"], *rest["items"])]
        assert (numbers, rest["next"]) == ([6, 5, 4, 3, 2, 1], None)
        some = await desk.ask("GET", "/v1/notices", params={"channel": "sms", "state": "waiting"})
        assert len(some["items"]) == 3
        none = await desk.ask("GET", "/v1/notices", params={"recipient": "nobody"})
        assert none["items"] == []
        await desk.ask("GET", "/v1/notices/99", 404)


class TestARecipient:
    async def test_hears_only_of_its_own_region_and_measure(self) -> None:
        office = Office(InMemory())
        await office.know(
            contact("north", offices=("duty",), scope=("region:150600",)),
            contact("south", offices=("duty",), scope=("region:150200",)),
            contact("x", offices=("duty",), scope=("enterprise:X",), role=Role.SENDER),
        )
        await office.hear(
            assessment((1, "red"), subject="enterprise:X", regions=("150600", "150000"))
        )
        await office.hear(
            assessment((1, "red"), subject="enterprise:Y", regions=("150600", "150000"))
        )
        await office.forward(minutes=1)
        told = sorted(name for name, _, _ in await office.told())
        assert told == ["north", "north", "x"]

    async def test_of_one_measure_hears_nothing_of_the_other(self) -> None:
        office = Office(InMemory())
        carbon, energy = frozenset({Measure.CARBON}), frozenset({Measure.ENERGY})
        await office.know(
            contact("eco", offices=("duty",), measures=carbon),
            contact("power", offices=("duty",), measures=energy),
        )
        await office.hear(replace(assessment((1, "red")), measure=Measure.CARBON))
        await office.forward(minutes=1)
        assert [name for name, _, _ in await office.told()] == ["eco"]
