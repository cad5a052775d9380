"""A real receiver checks the signatures with the scheme's own library."""

import asyncio
import json
from collections.abc import AsyncGenerator
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.alerts.adapters.secrets import new_secret
from services.alerts.adapters.webhook import WebhookChannel
from services.alerts.domain.delivery import Endpoint
from services.alerts.entrypoints.couriers import Couriers
from shared.kit import clock
from tests.unit.alerts.builders import NOON, assessment
from tests.usecases.alerts.parts import Service, serving

PATIENCE_S = 30


class Receiver:
    """Verifies what comes and answers as told, in turn and then 204."""

    def __init__(self, secret: str, *answers: int) -> None:
        self.app = FastAPI()
        self.app.post("/hook")(self._take)
        self._answers = list(answers)
        self._webhook = Webhook(secret)
        self._came = asyncio.Event()
        self.events: list[tuple[str, dict[str, object]]] = []

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        event = self._webhook.verify(body, dict(request.headers))
        self.events.append((request.headers["webhook-id"], event))
        self._came.set()
        status = self._answers.pop(0) if self._answers else 204
        return Response("not today" if status >= 400 else "", status_code=status)

    async def until(self, number: int) -> None:
        """Wait until so many events have come."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.events) < number:
                self._came.clear()
                await self._came.wait()


def endpoint(url: str, secret: str) -> Endpoint:
    return Endpoint(
        id=uuid4(), url=url, description="", secret=secret, created_at=NOON, created_by="op"
    )


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(follow_redirects=False) as new:
        yield new


def service(client: httpx.AsyncClient, *, whole_s: float = 15) -> Service:
    """The service with the real channel and the real time, which signatures carry."""
    new = Service(WebhookChannel(client, whole_s=whole_s))
    new.clock.now = clock.now()
    return new


class TestTheReceiver:
    async def test_gets_a_signed_event_with_everything_in_it(
        self, client: httpx.AsyncClient
    ) -> None:
        secret = new_secret()
        receiver, new = Receiver(secret), service(client)
        async with serving(receiver.app) as address:
            target = endpoint(f"{address}/hook", secret)
            await new.store.add(target)
            await new.hear(assessment((1, "notice")))
            await new.courier.round(target)
        ((identifier, event),) = receiver.events
        assert identifier == f"msg_{target.id.hex}_1"
        assert event["type"] == "warning.raised"
        data = json.loads(json.dumps(event["data"]))
        assert (data["id"], data["subject"], data["level"]) == (1, "region:150000", "notice")
        assert data["evidence"]["quantity"] == "405000.00"

    async def test_that_refuses_is_asked_again_and_what_it_said_is_kept(
        self, client: httpx.AsyncClient
    ) -> None:
        secret = new_secret()
        receiver, new = Receiver(secret, 503), service(client)
        async with serving(receiver.app) as address:
            target = endpoint(f"{address}/hook", secret)
            await new.store.add(target)
            await new.hear(assessment((1, "notice")))
            await new.courier.round(target)
            (line,) = await new.store.log(target.id, waiting=True, limit=1, below=None)
            assert (line.last_status, line.last_detail) == (503, "not today")
            new.clock.forward(seconds=1)
            await new.courier.round(target)
        (first, body), (second, again) = receiver.events
        assert (first, body) == (second, again)
        assert await new.store.waiting() == {}

    def test_with_another_secret_refuses(self) -> None:
        with pytest.raises(WebhookVerificationError):
            Webhook(new_secret()).verify(
                b"{}",
                {
                    "webhook-id": "msg_1",
                    "webhook-timestamp": str(int(clock.now().timestamp())),
                    "webhook-signature": Webhook(new_secret()).sign("msg_1", clock.now(), "{}"),
                },
            )

    async def test_that_is_not_there_is_unreachable(self, client: httpx.AsyncClient) -> None:
        new = service(client)
        target = endpoint("http://127.0.0.1:1/hook", new_secret())
        await new.store.add(target)
        await new.hear(assessment((1, "notice")))
        await new.courier.round(target)
        (line,) = await new.store.log(target.id, waiting=True, limit=1, below=None)
        assert line.last_status is None
        assert "ConnectError" in line.last_detail

    async def test_that_never_ends_its_answer_is_cut_off(self, client: httpx.AsyncClient) -> None:
        async def hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_server(hangs, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        new = service(client, whole_s=0.05)
        target = endpoint(f"http://127.0.0.1:{port}/hook", new_secret())
        await new.store.add(target)
        await new.hear(assessment((1, "notice")))
        await new.courier.round(target)
        server.close()
        (line,) = await new.store.log(target.id, waiting=True, limit=1, below=None)
        assert line.last_detail == "no answer within 0.05 s"

    async def test_is_not_led_elsewhere(self, client: httpx.AsyncClient) -> None:
        secret = new_secret()
        receiver, new = Receiver(secret, 302), service(client)
        async with serving(receiver.app) as address:
            target = endpoint(f"{address}/hook", secret)
            await new.store.add(target)
            await new.hear(assessment((1, "notice")))
            await new.courier.round(target)
        assert len(receiver.events) == 1
        assert await new.store.waiting() == {target.id: 1}


class TestCouriers:
    async def test_serve_one_endpoint_while_another_hangs(self, client: httpx.AsyncClient) -> None:
        secret = new_secret()
        receiver, new = Receiver(secret), service(client)
        release = asyncio.Event()

        async def hangs(request: Request) -> Response:
            await release.wait()
            return Response(status_code=204)

        slow = FastAPI()
        slow.post("/hook")(hangs)
        stopping = asyncio.Event()
        couriers = Couriers(new.store, new.store, new.courier, new.clock)
        async with serving(slow) as slow_address, serving(receiver.app) as address:
            await new.store.add(endpoint(f"{slow_address}/hook", secret))
            await new.store.add(endpoint(f"{address}/hook", secret))
            running = asyncio.create_task(couriers.run(stopping))
            for number in range(1, 6):
                await new.hear(assessment((1, "notice"), budget=f"B{number}", number=number))
            couriers.word()
            await receiver.until(5)
            release.set()
            stopping.set()
            await running
        assert len({identifier for identifier, _ in receiver.events}) == 5

    async def test_begin_with_an_endpoint_as_soon_as_it_is_added(
        self, client: httpx.AsyncClient
    ) -> None:
        secret = new_secret()
        receiver, new = Receiver(secret), service(client)
        stopping = asyncio.Event()
        couriers = Couriers(new.store, new.store, new.courier, new.clock)
        running = asyncio.create_task(couriers.run(stopping))
        async with serving(receiver.app) as address:
            await new.store.add(endpoint(f"{address}/hook", secret))
            couriers.word()
            await new.hear(assessment((1, "notice")))
            couriers.word()
            await receiver.until(1)
            stopping.set()
            await running
