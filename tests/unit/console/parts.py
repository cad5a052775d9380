"""The console over upstream services that are made up."""

from datetime import UTC, datetime, timedelta

import httpx
from fastapi import FastAPI

from services.console.adapters.upstream import HttpServices
from services.console.app import http_app
from services.console.settings import ConsoleSettings
from tests.unit.console.memory import MemorySignIns
from tests.unit.console.upstream import Upstream

OPERATOR_KEY = "qy_operator1_secret"
URLS = {name: f"http://{name}" for name in ("ingest", "evaluator", "alerts")}


class Console:
    """The console, its clock, and what it asked of whom."""

    def __init__(self, settings: ConsoleSettings | None = None) -> None:
        self.upstream = Upstream()
        self.sign_ins = MemorySignIns()
        self.now = datetime(2018, 7, 1, tzinfo=UTC)
        self._settings = settings or ConsoleSettings()

    @property
    def app(self) -> FastAPI:
        """The pages."""

        async def ready() -> dict[str, str | None]:
            return {"postgresql": None}

        client = httpx.AsyncClient(transport=httpx.MockTransport(self.upstream))
        services = HttpServices(client, URLS)
        return http_app(self._settings, services, self.sign_ins, ready, lambda: self.now)

    async def session(self, key: str = OPERATOR_KEY) -> str:
        """The cookie's value of somebody who is signed in."""
        return await self.sign_ins.begin(key, self.now, timedelta(hours=12))

    async def browser(self, key: str | None = OPERATOR_KEY) -> httpx.AsyncClient:
        """A browser, signed in with the key or not at all."""
        cookies = {"qingyu_session": await self.session(key)} if key else {}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app), base_url="http://console", cookies=cookies
        )
