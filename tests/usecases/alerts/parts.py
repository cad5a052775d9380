"""The alerts service on a store in memory: its HTTP side, keys, and what makes things happen."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import httpx
from fastapi import FastAPI

from services.alerts.app import Parts, http_app
from services.alerts.domain.condition import NOTHING_WAITS, Policies
from services.alerts.domain.delivery import RetryPolicy
from services.alerts.domain.life import LifePolicy
from services.alerts.domain.warning import Assessment
from services.alerts.entrypoints.couriers import Couriers
from services.alerts.entrypoints.door import new_door
from services.alerts.handlers.courier import Courier
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.feed import Feed
from services.alerts.ports.warnings import Channel
from services.alerts.wiring import Arm, life
from shared.contracts.keys import KeyBody, encode_key, hash_key
from shared.kit.kafka.records import Record
from shared.kit.process import serve
from tests.unit.alerts.builders import NOON
from tests.usecases.alerts.memory import MemoryStore, RecordingChannel

OPERATOR = {"Authorization": "Bearer operator-key"}
READER = {"Authorization": "Bearer reader-key"}
REGULATOR = {"Authorization": "Bearer regulator-key"}
CARBON = {"Authorization": "Bearer carbon-key"}
SENDER = {"Authorization": "Bearer sender-key"}


def key_record(
    plain: str,
    role: str,
    scope: list[str],
    *,
    offset: int = 0,
    measures: Sequence[str] = (),
    revoked_at: int | None = None,
) -> Record:
    """A key as it stands in its topic."""
    body = KeyBody(
        id=plain,
        name=plain,
        sha256=hash_key(plain),
        role=role,
        scope=scope,
        created_at=0,
        measures=list(measures) or ["energy", "carbon"],
        revoked_at=revoked_at,
    )
    key, value = encode_key(body)
    return Record("keys.v1", 0, offset, key, value, (), 0)


class Clock:
    """Stands still until told to go on."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **kwargs: int) -> None:
        """Move on by that much."""
        self.now += timedelta(**kwargs)


class Service:
    """All parts; `hear` makes things happen as if judgements had come."""

    def __init__(self, channel: Channel | None = None, policies: Policies | None = None) -> None:
        self.store = MemoryStore()
        self.policies = policies or NOTHING_WAITS
        self.clock = Clock()
        self.feed = Feed(self.store, keep=10)
        self.door = new_door()
        self.courier = Courier(
            log=self.store,
            channel=channel or RecordingChannel(),
            policy=RetryPolicy(),
            clock=self.clock,
            chance=lambda: 0.0,
            handful=4,
            lease=timedelta(seconds=60),
        )
        self.couriers = Couriers(self.store, self.store, self.courier, self.clock)
        self.door.learn(key_record("operator-key", "operator", []))
        self.door.learn(key_record("reader-key", "reader", ["region:150200"]))
        self.door.learn(key_record("sender-key", "sender", ["enterprise:X"]))
        self.door.learn(key_record("regulator-key", "regulator", ["region:150000"]))
        self.door.learn(
            key_record("carbon-key", "regulator", ["region:150000"], measures=["carbon"])
        )
        self.door.caught_up()

    @property
    def app(self) -> FastAPI:
        """The HTTP side."""

        async def ready() -> dict[str, str | None]:
            return {"store": None}

        parts = Parts(
            archive=self.store,
            endpoints=self.store,
            deliveries=self.store,
            feed=self.feed,
            door=self.door,
            couriers=self.couriers,
            arms=(self.life,),
            clock=self.clock,
        )
        return http_app(parts, ready)

    @property
    def life(self) -> Arm:
        """What people do, and the passing of time."""
        return life.arm_of(
            WarningDesk(desk=self.store, policies=self.policies),
            self.store,
            self.store,
            LifePolicy(),
            clock=self.clock,
            word=self.feed.word,
        )

    async def hear(self, *made: Assessment) -> None:
        """As the consumer does, and the feed is told."""
        desk = WarningDesk(desk=self.store, policies=self.policies)
        await desk.hear("assessments.v1", made, {}, self.clock())
        await self.feed.catch_up()

    def client(self) -> httpx.AsyncClient:
        """Calls the HTTP side without a network, as an operator."""
        transport = httpx.ASGITransport(app=self.app)
        return httpx.AsyncClient(transport=transport, base_url="http://alerts", headers=OPERATOR)


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncGenerator[str]:
    """An application on a real port; its address, where connections wait until it answers."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = serve(app, "127.0.0.1", 0)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
