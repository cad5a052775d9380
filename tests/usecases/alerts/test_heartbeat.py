"""The heartbeat: who hears it, when it stops, and what it says over HTTP."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import httpx
import pytest

from services.alerts.adapters.heartbeat import HttpListeners
from services.alerts.app import Parts, http_app
from services.alerts.domain.heartbeat import HeartbeatPolicy, Part, PartKind
from services.alerts.domain.tick import Tick
from services.alerts.entrypoints import heartbeat, me
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.heartbeat import KEY, Beat, Heart, Watch
from services.alerts.wiring import Arm
from shared.kit.errors import Unavailable
from shared.model.level import Level
from tests.unit.alerts.builders import NOON, assessment
from tests.usecases.alerts.parts import OPERATOR, READER, Service, key_record

MINUTE = timedelta(minutes=1)


class Pulse:
    """Says what it was told to say; counts how often it was asked."""

    def __init__(self, *parts: Part) -> None:
        self.now: Sequence[Part] | Exception = parts
        self.asked = 0

    async def parts(self, _now: datetime) -> tuple[Part, ...]:
        self.asked += 1
        if isinstance(self.now, Exception):
            raise self.now
        return tuple(self.now)


class World:
    """Listeners on the other side of HTTP."""

    def __init__(self, status: int = 200) -> None:
        self.requests: list[httpx.Request] = []
        self.status = status

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host == "gone.example.org":
            raise httpx.ConnectError("no such host")
        return httpx.Response(self.status)


POLICY = HeartbeatPolicy(
    urls=("https://hc.example.org/ping/1", "https://gone.example.org/"),
    alertmanagers=("http://am.example.org:9093/",),
    labels={"site": "nmg"},
)


class Site:
    """A heart on the store in memory."""

    def __init__(self, *parts: Part, status: int = 200) -> None:
        self.service = Service()
        self.pulse, self.world = Pulse(*parts), World(status)
        self.told: list[Beat] = []
        self.words = 0
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.world))
        self.heart = Heart(
            pulse=self.pulse,
            listeners=HttpListeners(client, POLICY),
            policy=POLICY,
            desk=WarningDesk(desk=self.service.store),
            archive=self.service.store,
            told=self.told.append,
            word=self._word,
        )

    def _word(self) -> None:
        self.words += 1

    async def beat(self, length: timedelta = MINUTE) -> None:
        now = self.service.clock()
        await self.heart.beat(Tick(name="heartbeat", begin=now - length, end=now))
        self.service.clock.forward(minutes=1)

    def client(self) -> httpx.AsyncClient:
        watch = Watch(self.heart, self.service.clock)
        arm = Arm(routers=(heartbeat.router, me.router), state={"heartbeat": watch})

        async def ready() -> dict[str, str | None]:
            return {}

        app = http_app(self._parts(arm), ready)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://alerts")

    def _parts(self, arm: Arm) -> Parts:
        service = self.service
        return Parts(
            archive=service.store,
            endpoints=service.store,
            deliveries=service.store,
            feed=service.feed,
            door=service.door,
            couriers=service.couriers,
            arms=(arm,),
            clock=service.clock,
        )


STUCK = Part(kind=PartKind.JOB, name="digests", waiting=0, since=NOON - timedelta(hours=1))
FINE = Part(kind=PartKind.JOURNAL, name="journal:telling", waiting=0, since=None)


class TestABeat:
    async def test_is_heard_by_everybody_who_listens(self) -> None:
        site = Site(FINE)
        await site.service.hear(assessment((1, "red")))
        await site.beat()
        urls = [str(request.url) for request in site.world.requests]
        assert urls == [
            "https://hc.example.org/ping/1",
            "https://gone.example.org/",
            "http://am.example.org:9093/api/v2/alerts",
        ]
        (alert,) = json.loads(site.world.requests[-1].content)
        assert alert["labels"] == {"alertname": "heartbeat", "severity": "none", "site": "nmg"}
        assert alert["endsAt"] > alert["startsAt"]
        head = f"1:{site.service.store.state.history[0].hash.hex()}"
        assert alert["annotations"]["journal"] == head
        (beat,) = site.told
        # NOON is a new hour, after the minute before it.
        assert beat.journal == head
        assert [one.partition(":")[2][:15] for one in beat.unheard] == ["//gone.example."]
        assert await site.service.store.warning(KEY) is None

    async def test_one_that_answers_badly_is_named(self) -> None:
        site = Site(FINE, status=500)
        await site.beat()
        assert "answered 500" in site.told[0].unheard[0]

    async def test_stops_while_something_stands_still_and_a_warning_says_what(self) -> None:
        site = Site(FINE, STUCK)
        await site.beat()
        assert site.world.requests == []
        found = await site.service.store.warning(KEY)
        assert found is not None
        assert (found.warning.level, found.warning.about_name) == (Level.RED, "digests")
        assert site.words == 1
        await site.beat()
        assert site.words == 1
        site.pulse.now = (FINE,)
        await site.beat()
        assert len(site.world.requests) == 3
        found = await site.service.store.warning(KEY)
        assert found is not None
        assert found.warning.level is Level.NONE

    async def test_says_nothing_when_all_have_only_just_come_back(self) -> None:
        site = Site(STUCK)
        await site.beat(timedelta(hours=5))
        assert site.world.requests == []
        assert site.told == []
        assert await site.service.store.warning(KEY) is None


class TestOverHttp:
    @pytest.mark.parametrize(("parts", "status"), [((FINE,), 200), ((FINE, STUCK), 503)])
    async def test_strangers_hear_whether_it_lives_and_nothing_else(
        self, parts: tuple[Part, ...], status: int
    ) -> None:
        async with Site(*parts).client() as http:
            for headers in ({}, READER):
                answer = await http.get("/v1/heartbeat", headers=headers)
                assert answer.status_code == status
                assert set(answer.json()) == {"alive", "at"}

    async def test_operators_see_every_part(self) -> None:
        async with Site(FINE, STUCK).client() as http:
            found = (await http.get("/v1/heartbeat", headers=OPERATOR)).json()
        assert found["stuck"] == ["digests"]
        assert [part["age_seconds"] for part in found["parts"]] == [None, 3600.0]

    async def test_is_not_worked_out_for_everybody_anew(self) -> None:
        site = Site(FINE)
        async with site.client() as http:
            for _ in range(5):
                await http.get("/v1/heartbeat")
            assert site.pulse.asked == 1
            site.service.clock.forward(seconds=11)
            await http.get("/v1/heartbeat")
            assert site.pulse.asked == 2

    async def test_what_cannot_be_seen_is_not_alive(self) -> None:
        site = Site()
        site.pulse.now = Unavailable("PostgreSQL: away")
        async with site.client() as http:
            answer = await http.get("/v1/heartbeat")
        assert (answer.status_code, answer.json()["alive"]) == (503, False)

    async def test_a_key_that_nobody_knows_is_refused(self) -> None:
        async with Site(FINE).client() as http:
            answer = await http.get("/v1/heartbeat", headers={"Authorization": "Bearer wrong"})
        assert answer.status_code == 401


class TestMe:
    @pytest.mark.parametrize(
        ("role", "scope", "some", "missing"),
        [
            ("operator", [], {"close", "decide", "issue"}, set()),
            ("regulator", ["region:150000"], {"close", "silence", "approve"}, set()),
            ("reader", ["region:150000"], set(), {"acknowledge", "comment"}),
            ("sender", ["enterprise:X"], {"acknowledge", "respond"}, {"close", "silence"}),
        ],
    )
    async def test_tells_who_and_what_is_allowed(
        self, role: str, scope: list[str], some: set[str], missing: set[str]
    ) -> None:
        site = Site()
        site.service.door.learn(key_record("mine", role, scope))
        async with site.client() as http:
            found = (await http.get("/v1/me", headers={"Authorization": "Bearer mine"})).json()
        assert (found["name"], found["role"], found["scope"]) == ("mine", role, scope)
        assert found["measures"] == ["carbon", "energy"]
        assert some <= set(found["may"])
        assert not missing & set(found["may"])

    async def test_needs_a_key(self) -> None:
        async with Site().client() as http:
            assert (await http.get("/v1/me")).status_code == 401
