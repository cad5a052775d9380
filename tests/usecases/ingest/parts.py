"""The whole of ingest on fakes, spoken to as a sender or an operator would."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import httpx
from starlette.types import ASGIApp

from services.ingest.app import Parts, Ports, door, http_app, parts_on
from services.ingest.ports import ReadingLog
from services.ingest.settings import IngestSettings
from tests.usecases.ingest.memory import MemoryCatalogue, MemoryKeys, MemoryLog

OPERATOR = "qy_operator_" + "x" * 43
NOW_US = 1_772_400_000_000_000  # 2026-03-01T21:20:00Z
ENTERPRISE = "91150203MA0DEM001G"

CATALOGUE = f"""
carriers: [{{code: electricity, name: 电力, unit: kWh}}]
regions:
  - {{code: 150000, name: 内蒙古自治区}}
  - {{code: 150200, name: 包头市, parent: 150000}}
  - {{code: 630000, name: 青海省}}
enterprises:
  - {{code: {ENTERPRISE}, name: 示范厂, region: 150200, industry: C31}}
  - {{code: 91150203MA0DEM002K, name: 另一厂, region: 630000, industry: C32}}
tags: [{{code: park, name: 园区, kind: park}}]
members: [{{tag: park, enterprise: {ENTERPRISE}}}]
points:
  - {{code: m1, owner: "enterprise:{ENTERPRISE}", carrier: electricity, kind: register,
     decimals: 2, interval_s: 900}}
  - {{code: m2, owner: "enterprise:91150203MA0DEM002K", carrier: electricity, kind: register,
     decimals: 2, interval_s: 900}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A running ingest on fakes."""

    store: MemoryCatalogue
    keys: MemoryKeys
    log: MemoryLog
    parts: Parts
    http: httpx.AsyncClient
    app: ASGIApp

    async def call(
        self, method: str, path: str, key: str = OPERATOR, **more: Any
    ) -> httpx.Response:
        """One request with a key."""
        headers = {"Authorization": f"Bearer {key}", **more.pop("headers", {})}
        return await self.http.request(method, path, headers=headers, **more)

    async def import_text(self, text: str, name: str = "a.yaml", **more: Any) -> httpx.Response:
        """Import one file."""
        body = {"files": [{"filename": name, "text": text}], **more}
        return await self.call("POST", "/v1/catalogue/imports", json=body)

    async def key(self, role: str, *scope: str) -> str:
        """A new key of that role."""
        wanted = {"name": "test", "role": role, "scope": list(scope)}
        made = await self.call("POST", "/v1/keys", json=wanted)
        assert made.status_code == 201, made.text
        return str(made.json()["key"])


@asynccontextmanager
async def house(
    *, store: MemoryCatalogue | None = None, real_log: ReadingLog | None = None, **settings: Any
) -> AsyncGenerator[House]:
    """A running ingest with an operator's key and the catalogue above, on a store of its own."""
    store, keys, kept = store or MemoryCatalogue(), MemoryKeys(), MemoryLog()
    chosen = IngestSettings(**settings)

    async def settled(_wait_s: float) -> bool:
        return True

    ports = Ports(
        store=store,
        keys=keys,
        log=real_log or kept,
        wake=lambda: None,
        settled=settled,
        clock_us=lambda: NOW_US,
        timer=partial(next, count()),
    )
    parts = parts_on(ports, chosen)
    await parts.keys.admit_operator(OPERATOR)
    await parts.keys.refresh()
    await parts.shelf.refresh()

    async def ready() -> dict[str, str | None]:
        return {"catalogue": parts.shelf.problem}

    app = door(http_app(ports, parts, chosen, ready), parts, chosen)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    stopping = asyncio.Event()
    running = asyncio.create_task(parts.intake.run(stopping))
    async with httpx.AsyncClient(transport=transport, base_url="http://ingest") as http:
        found = House(store=store, keys=keys, log=kept, parts=parts, http=http, app=app)
        assert (await found.import_text(CATALOGUE)).status_code == 200
        yield found
    stopping.set()
    await running
