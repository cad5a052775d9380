"""The wiring of the console: the only file that knows every part."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlencode

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from services.console.adapters.sign_ins import PostgresSignIns
from services.console.adapters.upstream import HttpServices
from services.console.entrypoints import (
    acting,
    brief_pages,
    desk_pages,
    dual_pages,
    ladder_pages,
    live,
    pages,
    qualities,
    signing,
    silencing,
    telling,
)
from services.console.entrypoints.needs import Services, SignIns
from services.console.entrypoints.render import STATIC, page
from services.console.entrypoints.visit import FRAGMENT_HEADER, NotSignedIn, Refused
from services.console.settings import ConsoleSettings
from shared.kit.clock import now
from shared.kit.condition import problem_of
from shared.kit.errors import Unavailable
from shared.kit.postgres import Database, wait_for_schema
from shared.kit.process import run_service, serve
from shared.kit.web import Readiness, create_app

NAME = "console"
VERSION = "0.1.0"
SCHEMA = "0004_alerts"

_DESCRIPTION = "Pages for people; everything on them comes from the other services' APIs."
_FOR_EVER = "public, max-age=31536000, immutable"

_ROUTERS = (
    signing.router,
    live.router,
    pages.router,
    dual_pages.router,
    desk_pages.router,
    acting.router,
    ladder_pages.router,
    brief_pages.router,
    silencing.router,
    telling.router,
    qualities.router,
)


class _Static(StaticFiles):
    """Style and script, kept by browsers: their address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file with a long life."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _FOR_EVER
        return response


def http_app(
    settings: ConsoleSettings,
    services: Services,
    sign_ins: SignIns,
    ready: Readiness,
    clock: Callable[[], datetime] = now,
) -> FastAPI:
    """The pages; a test passes services and sign-ins of its own."""
    app = create_app(
        title="Qingyu console",
        version=VERSION,
        description=_DESCRIPTION,
        ready=ready,
        routers=_ROUTERS,
        state={
            "settings": settings,
            "services": services,
            "sign_ins": sign_ins,
            "clock": clock,
        },
    )
    app.mount("/static", _Static(directory=STATIC), name="static")
    app.add_exception_handler(NotSignedIn, _not_signed_in)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(HTTPException, _no_page)
    return app


async def run(settings: ConsoleSettings) -> int:
    """Run the service until it is told to stop; the exit code."""
    db = await Database.open(settings.database_url, application="qingyu console", pool_size=4)
    await wait_for_schema(db, SCHEMA)
    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=None))

    async def ready() -> Mapping[str, str | None]:
        return {"postgresql": await problem_of(db.ping)}

    app = http_app(settings, HttpServices(client, settings.services), PostgresSignIns(db), ready)
    return await run_service(
        NAME,
        server=serve(app, settings.host, settings.port),
        tasks={"waiting": _wait},
        closers=(("postgresql", db.close), ("services", client.aclose)),
    )


async def _wait(stopping: asyncio.Event) -> None:
    """Pages need nothing running beside them."""
    await stopping.wait()


async def _not_signed_in(request: Request, error: Exception) -> Response:
    """To the sign-in page and back; a script is told by the status."""
    if FRAGMENT_HEADER in request.headers or request.url.path == "/live":
        return Response(status_code=401)
    if request.headers.get("sec-fetch-site") == "cross-site":
        # A link on another site: the browser kept the cookie back, and sends it from our own page.
        return page(request, "again.html")
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    values = {"next": target} if target != "/" else {}
    if isinstance(error, NotSignedIn) and error.reason:
        values["reason"] = error.reason
    query = f"?{urlencode(values)}" if values else ""
    return RedirectResponse(f"/sign-in{query}", status_code=303)


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, Refused) else 500
    title = "not_found" if status in (403, 404) else "refused"
    return page(request, "trouble.html", status=status, title=title, detail=str(error))


async def _unavailable(request: Request, error: Exception) -> Response:
    return page(request, "trouble.html", status=503, title="unavailable", detail=str(error))


async def _no_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    title = "not_found" if status == 404 else "refused"
    return page(request, "trouble.html", status=status, title=title, detail="")
