"""The ladder's doors on stores in memory, with keys of several people."""

from datetime import timedelta

import httpx
from fastapi import FastAPI

from services.alerts.adapters.ladder_letters import DocxLetters
from services.alerts.adapters.ladder_policy import read_ladder
from services.alerts.domain.tick import Tick
from services.alerts.domain.warning import Warning
from services.alerts.entrypoints.door import new_door
from services.alerts.entrypoints.ladder_parts import LadderParts
from services.alerts.handlers.ladder import LadderDesk
from services.alerts.handlers.ladder_acts import LadderActs
from services.alerts.ports.ladder import Confirmation, Confirmations, Figure, Stored
from services.alerts.wiring.ladder import ROUTERS
from shared.contracts.keys import KeyBody, encode_key, hash_key
from shared.kit.kafka.records import Record
from shared.kit.web import create_app
from shared.kit.workdays import after
from shared.model.level import Level
from tests.unit.alerts.ladder.builders import LADDER, MONDAY, short
from tests.usecases.alerts.ladder_memory import Figures, MemoryLadder
from tests.usecases.alerts.parts import Clock

CONFIRMED = Confirmation(
    monitored=Figure(
        value="12.5", unit="%", period="2026Q1", source="/v1/warnings/x", level=Level.RED
    ),
    confirmed=Figure(
        value="12.1",
        unit="%",
        period="2026Q1",
        source="/v1/explain/region:150200/energy-intensity/2026Q1?scope=whole",
        level=Level.RED,
        remarks=("初步核算数",),
    ),
    same_level=True,
)
UNCONFIRMED = Confirmation(
    monitored=CONFIRMED.monitored, confirmed=None, missing="2026Q1 没有统计数据"
)
PEOPLE = {
    "operator": ("operator", [], []),
    "province": ("regulator", ["region:150000"], ["energy"]),
    "city": ("regulator", ["region:150200"], ["energy"]),
    "carbon": ("regulator", ["region:150000"], ["carbon"]),
    "elsewhere": ("regulator", ["region:630000"], ["energy", "carbon"]),
    "reader": ("reader", ["region:150000"], []),
}


def headers(name: str) -> dict[str, str]:
    """What that person sends."""
    return {"Authorization": f"Bearer {name}"}


class LadderService:
    """All parts of the ladder, and what makes things happen."""

    def __init__(self, figures: Confirmations | None = None) -> None:
        self.store = MemoryLadder()
        self.store.own["short"] = Stored(ladder=short(), text=LADDER, version=1)
        self.store.regions["150000"] = "short"
        self.clock = Clock()
        self.clock.now = MONDAY
        self.figures = figures or Figures(CONFIRMED)
        self.desk = LadderDesk(store=self.store, shelf=self.store, days=after)
        self.words = 0
        self.door = new_door()
        for name, (role, scope, measures) in PEOPLE.items():
            self.door.learn(_key(name, role, scope, measures))
        self.door.caught_up()

    @property
    def app(self) -> FastAPI:
        """The HTTP side."""

        async def ready() -> dict[str, str | None]:
            return {}

        parts = LadderParts(
            store=self.store,
            shelf=self.store,
            acts=LadderActs(desk=self.desk),
            confirmations=self.figures,
            letters=DocxLetters(),
            read=read_ladder,
            days=after,
        )
        state = {
            "door": self.door,
            "clock": self.clock,
            "ladder": parts,
            "ladder_word": self._word,
        }
        return create_app(
            title="Test alerts",
            version="1",
            description="",
            ready=ready,
            routers=ROUTERS,
            state=state,
        )

    def _word(self) -> None:
        self.words += 1

    async def happen(self, *warnings: Warning) -> None:
        """They are as they are now, and the ladder has heard of it."""
        for one in warnings:
            self.store.happen(one)
        while await self.desk.follow(self.clock()) >= 0:
            continue

    async def wait(self, **kwargs: int) -> None:
        """Time passes, and the job runs once for all of it."""
        begin = self.clock()
        self.clock.now += timedelta(**kwargs)
        await self.desk.deadlines(Tick(name="deadlines", begin=begin, end=self.clock()))

    def client(self, name: str = "operator") -> httpx.AsyncClient:
        """Calls the HTTP side without a network, as that person."""
        transport = httpx.ASGITransport(app=self.app)
        return httpx.AsyncClient(
            transport=transport, base_url="http://alerts", headers=headers(name)
        )


def _key(name: str, role: str, scope: list[str], measures: list[str]) -> Record:
    body = KeyBody(
        id=name,
        name=name,
        sha256=hash_key(name),
        role=role,
        scope=scope,
        created_at=0,
        **({"measures": measures} if measures else {}),  # type: ignore[arg-type]
    )
    key, value = encode_key(body)
    return Record("keys.v1", 0, 0, key, value, (), 0)
