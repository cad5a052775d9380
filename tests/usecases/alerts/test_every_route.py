"""Every route against everybody: strangers see nothing, change nothing, and no route is forgotten.

A route that is not declared in CASES makes the test fail: whoever adds one says what protects it.
"""

import json
from collections.abc import AsyncGenerator, Iterable, Iterator

import pytest
from fastapi import FastAPI
from starlette.routing import Route

from shared.kit.postgres import Database
from tests.usecases.alerts.route_cases import (
    ANSWERS,
    CASES,
    OTHER_MEASURE,
    SECRET,
    STRANGERS,
    Guard,
)
from tests.usecases.alerts.route_site import Site


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """Every method and path that the application answers."""
    return {
        (method, route.path)
        for route in _flat(app.routes)
        for method in route.methods or ()
        if method != "HEAD"
    }


def _flat(routes: Iterable[object]) -> Iterator[Route]:
    """All routes, those of routers in routers too; whatever is neither is not let pass."""
    for route in routes:
        if isinstance(route, Route):
            yield route
        else:
            yield from _flat(route.original_router.routes)  # type: ignore[attr-defined]


@pytest.fixture
async def site(database: Database, database_url: str) -> AsyncGenerator[Site]:
    found = Site(database, database_url)
    await found.fill()
    yield found
    await found.http.aclose()


async def test_every_route_says_what_protects_it() -> None:
    db = await Database.open("postgresql://nobody@127.0.0.1:9/nothing", application="test")
    app = Site(db, "postgresql://nobody@127.0.0.1:9/nothing").app
    missing = routes_of(app) - CASES.keys()
    assert not missing, f"say in CASES what protects {sorted(missing)}"
    assert not CASES.keys() - routes_of(app), "these are gone"
    await db.close()


@pytest.mark.real
@pytest.mark.parametrize("stranger", STRANGERS)
async def test_strangers_see_nothing_and_change_nothing(site: Site, stranger: str) -> None:
    problems: list[str] = []
    for (method, path), case in CASES.items():
        before = await site.rows()
        status, body = await site.call(stranger, method, path)
        wanted = ANSWERS[case.guard]
        if case.other and stranger == OTHER_MEASURE:
            wanted = case.other
        if status not in wanted:
            problems.append(f"{method} {path}: {status}, not {wanted} {body[:300]}")
        if found := [one for one in site.secrets if one in body]:
            problems.append(f"{method} {path}: tells {found}: {body[:300]}")
        then = await site.rows()
        kept = all(rows <= then[name] for name, rows in before.items())
        if not kept or (then != before and not case.adds):
            problems.append(f"{method} {path}: changes what is stored ({status})")
    hidden = await site.ask("GET", f"/v1/warnings/{site.ids['warning']}/suppression")
    assert SECRET in json.dumps(hidden), "the only silence that hides it is its own"
    assert not problems, "\n".join(problems)


@pytest.mark.real
@pytest.mark.parametrize("key", [None, "nobody knows it"])
async def test_without_a_key_there_is_nothing(site: Site, key: str | None) -> None:
    before = await site.rows()
    problems: list[str] = []
    for (method, path), case in CASES.items():
        status, body = await site.call(key, method, path)
        wanted = ANSWERS[Guard.OPEN] if case.guard is Guard.OPEN else (401,)
        if case.guard is Guard.OPEN and key and path == "/v1/heartbeat":
            wanted = (401,)
        if status not in wanted or any(one in body for one in site.secrets):
            problems.append(f"{method} {path}: {status} {body[:200]}")
    assert not problems, "\n".join(problems)
    assert await site.rows() == before


@pytest.mark.real
async def test_a_reader_of_the_region_sees_it_and_changes_nothing(site: Site) -> None:
    before = await site.rows()
    problems: list[str] = []
    seen: set[str] = set()
    for (method, path), case in CASES.items():
        status, body = await site.call("own-key", method, path)
        wanted = (200, 503) if case.guard is Guard.OPEN else case.reader
        if status not in wanted:
            problems.append(f"{method} {path}: {status}, not {wanted} {body[:300]}")
        seen |= {one for one in site.secrets if one in body}
    assert not problems, "\n".join(problems)
    assert await site.rows() == before
    assert seen == site.secrets - {site.ids["endpoint"]}, "what is seen by nobody proves nothing"
