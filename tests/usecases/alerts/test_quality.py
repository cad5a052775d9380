"""`/v1/quality` over HTTP: rows, filters, trials, and an evaluator that is away."""

from collections.abc import Collection, Mapping
from typing import Any

import httpx
import pytest

from services.alerts.adapters.quality import EvaluatorReplays
from services.alerts.app import Parts, http_app
from services.alerts.domain.condition import Change, ConditionPolicy
from services.alerts.domain.quality.counting import NoisePolicy
from services.alerts.domain.quality.stories import Moment, Story
from services.alerts.domain.selection import Sight
from services.alerts.domain.warning import Kind
from services.alerts.entrypoints import quality
from services.alerts.handlers.quality import QualityDesk
from services.alerts.ports.quality import Asked, Material, Place
from services.alerts.wiring import Arm
from shared.model.condition import ConditionKind, Measure
from tests.unit.alerts.builders import NOON
from tests.unit.alerts.test_quality import story
from tests.usecases.alerts.parts import OPERATOR, Service


class Stories:
    """The port Quality in memory."""

    def __init__(self, *stories: Story) -> None:
        self.stories = stories
        self.asked: list[tuple[Sight, Asked]] = []

    async def material(self, sight: Sight, asked: Asked) -> Material:
        self.asked.append((sight, asked))
        return Material(stories=self.stories, events={}, overdue={})

    async def told(
        self, _sight: Sight, _kind: ConditionKind, _places: Collection[Place]
    ) -> Mapping[Place, tuple[Change, ...]]:
        return {}


PAGE = {"from": "2025-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z", "silent": 2, "next": "n"}
ITEM = {
    "subject": "region:150200",
    "subject_name": "包头市",
    "code": "B1",
    "name": "2025",
    "period": "2025",
    "tried": [{"at": "2025-05-01T11:00:00Z", "level": "yellow"}],
}


class Site:
    """The routes on fakes, with an evaluator on the other side of HTTP."""

    def __init__(self, *stories: Story) -> None:
        self.stories = Stories(*stories)
        self.answer: httpx.Response | Exception = httpx.Response(200, json={**PAGE, "items": []})
        self.requests: list[httpx.Request] = []
        evaluator = httpx.AsyncClient(transport=httpx.MockTransport(self._evaluator))
        desk = QualityDesk(
            quality=self.stories,
            replays=EvaluatorReplays(evaluator, "http://evaluator/"),
            noise=NoisePolicy(),
            policy_of=lambda _: ConditionPolicy(),
        )
        service = Service()
        parts = Parts(
            archive=service.store,
            endpoints=service.store,
            deliveries=service.store,
            feed=service.feed,
            door=service.door,
            couriers=service.couriers,
            arms=(Arm(routers=(quality.router,), state={"quality": desk}),),
            clock=service.clock,
        )
        self.app = http_app(parts, _ready)

    def _evaluator(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://alerts") as http:
            return await http.request(method, path, headers=OPERATOR, **more)


async def _ready() -> dict[str, str | None]:
    return {}


class TestRows:
    async def test_are_told_with_seconds_and_the_noise(self) -> None:
        site = Site(*(story("raised", "closed:false", name=str(n)) for n in range(5)))
        found = (await site.call("GET", "/v1/quality")).json()
        (row,) = found["items"]
        assert (row["raised"], row["false"], row["acknowledge_seconds"]) == (5, 5, 3600.0)
        assert (row["noisy"], row["why"]) == (True, "false: 5 of 5")
        assert (row["kind"], row["rule"], row["region"]) == ("pace", "pace", "")

    async def test_dates_are_those_of_china_and_filters_are_passed_on(self) -> None:
        site = Site()
        query = "from=2026-01-01&to=2026-02-01T00:00:00Z&region=150200&measure=energy&kind=pace"
        found = (await site.call("GET", f"/v1/quality?{query}")).json()
        assert (found["from"], found["to"]) == ("2025-12-31T16:00:00Z", "2026-02-01T00:00:00Z")
        ((_, asked),) = site.stories.asked
        assert (asked.region, asked.measure) == ("150200", Measure.ENERGY)

    async def test_without_a_period_it_is_the_last_year(self) -> None:
        site = Site()
        await site.call("GET", "/v1/quality")
        ((_, asked),) = site.stories.asked
        assert (asked.end, (asked.end - asked.begin).days) == (NOON, 365)

    @pytest.mark.parametrize(
        "query",
        ["from=2026-02-01&to=2026-01-01", "from=1990-01-01", "from=soon", "to=2026-01-01T00:00:00"],
    )
    async def test_times_that_make_no_sense_are_refused(self, query: str) -> None:
        assert (await Site().call("GET", f"/v1/quality?{query}")).status_code == 422

    async def test_counts_each_region(self) -> None:
        found = await Site(story("raised")).call("GET", "/v1/quality?by=region")
        assert [row["region"] for row in found.json()["items"]] == ["150000", "150200"]

    async def test_pending_moments_are_no_raise(self) -> None:
        alone = Moment(kind=Kind.RESOLVED, at=NOON)
        assert alone.word == ""
        assert (await Site(story("resolved")).call("GET", "/v1/quality")).json()["items"] == []


class TestATrial:
    async def test_asks_the_evaluator_with_the_callers_key(self) -> None:
        site = Site()
        site.answer = httpx.Response(200, json={**PAGE, "items": [ITEM]})
        body = {"kind": "pace", "year": "2025", "thresholds": {"yellow": "5"}}
        answer = await site.call("POST", "/v1/quality/replay", json=body)
        assert answer.status_code == 200, answer.text
        (request,) = site.requests
        assert request.headers["authorization"] == OPERATOR["Authorization"]
        assert request.url == "http://evaluator/v1/replays"
        found = answer.json()
        assert (found["would_raise"], found["raised"], found["silent"]) == (1, 0, 2)
        (item,) = found["items"]
        assert item["gained"] == ["notice", "yellow"]
        assert (item["lead_seconds"], found["next"]) == (None, "n")

    async def test_needs_a_time(self) -> None:
        answer = await Site().call("POST", "/v1/quality/replay", json={"kind": "used"})
        assert answer.status_code == 422
        assert "which time" in answer.json()["detail"]

    @pytest.mark.parametrize(
        "away", [httpx.ConnectError("no route"), httpx.Response(502), httpx.Response(200, text="-")]
    )
    async def test_is_put_off_while_the_evaluator_is_away(
        self, away: httpx.Response | Exception
    ) -> None:
        site = Site()
        site.answer = away
        body = {"kind": "used", "year": 2025}
        answer = await site.call("POST", "/v1/quality/replay", json=body)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")

    async def test_passes_on_why_the_evaluator_refuses(self) -> None:
        site = Site()
        site.answer = httpx.Response(
            404, json={"title": "Not found", "detail": "There is no budget X."}
        )
        body = {"kind": "used", "year": 2025, "budget": "X"}
        answer = await site.call("POST", "/v1/quality/replay", json=body)
        assert (answer.status_code, answer.json()["detail"]) == (404, "There is no budget X.")
