"""A list that asks for it says of each warning why nobody is told of it now."""

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.alerts.app import Parts, http_app
from services.alerts.domain.matchers import parse_matcher
from services.alerts.domain.suppression.quiet import Interval, QuietTime
from services.alerts.handlers.suppression import Suppressor
from services.alerts.wiring import Arm
from tests.unit.alerts.builders import assessment
from tests.usecases.alerts.parts import OPERATOR, Service
from tests.usecases.alerts.suppression import MemoryOpened, MemoryQuietTimes, MemorySilences

ALWAYS = QuietTime(
    name="inventory",
    intervals=(Interval(times=((0, 24 * 60),)),),
    matchers=(parse_matcher('level="yellow"'),),
    reason="盘点",
)


def application(service: Service) -> FastAPI:
    """The HTTP side with a quiet time that always holds for yellow ones."""

    async def ready() -> dict[str, str | None]:
        return {}

    suppressor = Suppressor(
        silences=MemorySilences(),
        quiet_times=MemoryQuietTimes(),
        opened=MemoryOpened(),
        standing=(ALWAYS,),
    )
    parts = Parts(
        archive=service.store,
        endpoints=service.store,
        deliveries=service.store,
        feed=service.feed,
        door=service.door,
        couriers=service.couriers,
        arms=(service.life, Arm(state={"suppressor": suppressor})),
        clock=service.clock,
    )
    return http_app(parts, ready)


async def test_only_those_that_are_suppressed_say_why() -> None:
    service = Service()
    await service.hear(
        assessment((1, "red")),
        assessment((1, "yellow"), subject="tag:T", regions=()),
    )
    transport = ASGITransport(app=application(service))
    async with AsyncClient(
        transport=transport, base_url="http://alerts", headers=OPERATOR
    ) as client:
        asked = (await client.get("/v1/warnings?suppression=true")).json()["items"]
        plain = (await client.get("/v1/warnings")).json()["items"]
    told = {one["subject"]: one.get("suppression") for one in asked}
    assert told["region:150000"] is None
    assert told["tag:T"]["by"] == "quiet_time"
    assert (told["tag:T"]["id"], told["tag:T"]["reason"]) == ("inventory", "盘点")
    assert all("suppression" not in one for one in plain)
