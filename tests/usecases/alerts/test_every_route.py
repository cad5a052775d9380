"""Every route against everybody: strangers see nothing, change nothing, and no route is forgotten.

A route that is not declared in CASES makes the test fail: whoever adds one says what protects it.
"""

import json
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from services.alerts.adapters.desk import PostgresDesk
from services.alerts.adapters.ladder_shelf import PostgresShelf
from services.alerts.adapters.ladder_store import PostgresLadder
from services.alerts.app import Parts, http_app, parts_on
from services.alerts.domain.warning import Assessment
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.ladder import LadderDesk
from services.alerts.settings import AlertsSettings
from shared.kit.clock import now
from shared.kit.kafka.producer import Producer
from shared.kit.postgres import Database
from shared.kit.workdays import after
from shared.model.condition import ConditionKind, Measure
from tests.unit.alerts.builders import assessment
from tests.usecases.alerts.parts import OPERATOR, key_record

ENTERPRISE = "enterprise:91150203SECRET001G"
REGIONS = ("150203", "150200", "150000")
SECRET = "SECRET"
LADDER = "inner-mongolia-14fyp"


class Guard(StrEnum):
    """What protects a route."""

    OPEN = "open"
    """Anybody may ask: it tells nothing of anybody."""
    KEY = "key"
    """Any key may ask: rules and calendars, nothing of anybody."""
    OPERATOR = "operator"
    """Operators only."""
    FILTERED = "filtered"
    """Any key may ask, and is told only of what it may see."""
    HIDDEN = "hidden"
    """For whoever may not see it, it is not there."""
    SEEN = "seen"
    """Whoever may not see it is refused: there is nothing to hide in that it exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How a route is asked. `adds`: whoever may do it somewhere may add something of their own.

    `reader`: what somebody is answered who may see everything of the region and do nothing.
    `other`: what another measure's department of the same region is answered, where the thing is
    of both departments.
    """

    guard: Guard
    body: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    path: Mapping[str, str] = field(default_factory=dict)
    adds: bool = False
    reader: tuple[int, ...] = (200,)
    other: tuple[int, ...] = ()
    stream: bool = False


READS = Case(guard=Guard.HIDDEN)
LIST = Case(guard=Guard.FILTERED)
OPERATORS = Case(guard=Guard.OPERATOR, reader=(403,))
HIDES = {"matchers": ['region=~"15.*"'], "reason": "quiet"}
AM_MATCHER = {"name": "region", "value": "15.*", "isRegex": True, "isEqual": True}
AM_SILENCE = {
    "matchers": [AM_MATCHER],
    "startsAt": "2026-05-01T00:00:00Z",
    "endsAt": "2199-01-01T00:00:00Z",
    "createdBy": "stranger",
    "comment": "quiet",
}
AM_ALERT = [{"labels": {"alertname": "x", "region": "150203", "measure": "energy"}}]


def does(body: Any, **more: Any) -> Case:
    """Something done about one thing: not there for strangers, refused to readers."""
    return Case(guard=Guard.HIDDEN, body=body, reader=(403,), **more)


OURS: Mapping[tuple[str, str], Case] = {
    ("GET", "/healthz"): Case(guard=Guard.OPEN),
    ("GET", "/readyz"): Case(guard=Guard.OPEN),
    ("GET", "/metrics"): Case(guard=Guard.OPEN),
    ("GET", "/openapi/alerts.json"): Case(guard=Guard.OPEN),
    ("GET", "/v1/heartbeat"): Case(guard=Guard.OPEN, reader=(200, 503)),
    ("GET", "/v1/me"): Case(guard=Guard.KEY),
    ("GET", "/v1/workdays"): Case(guard=Guard.KEY, query="from=2026-02-13&days=3"),
    ("GET", "/v1/warnings"): LIST,
    ("GET", "/v1/warnings/summary"): LIST,
    ("GET", "/v1/warnings/groups"): replace(LIST, query="by=subject"),
    ("GET", "/v1/warnings/stream"): replace(LIST, query="after=0", stream=True),
    ("GET", "/v1/warnings/{warning}"): READS,
    ("GET", "/v1/warnings/{warning}/history"): READS,
    ("GET", "/v1/warnings/{warning}/suppression"): READS,
    ("GET", "/v1/warnings/{warning}/attachments"): READS,
    ("GET", "/v1/warnings/{warning}/attachments/{sha256}"): READS,
    ("POST", "/v1/warnings/{warning}/attachments"): Case(
        guard=Guard.HIDDEN,
        content=b"%PDF-1",
        headers={"content-type": "application/pdf"},
        query="name=a.pdf",
        reader=(403,),
    ),
    ("POST", "/v1/warnings/{warning}/acknowledge"): does({"comment": "x"}),
    ("POST", "/v1/warnings/{warning}/comment"): does({"comment": "x"}),
    ("POST", "/v1/warnings/{warning}/assign"): does({"assignee": "x"}),
    ("POST", "/v1/warnings/{warning}/respond"): does({"text": "x"}),
    ("POST", "/v1/warnings/{warning}/return"): does({"comment": "x"}),
    ("POST", "/v1/warnings/{warning}/close"): does({"reason": "false"}),
    ("POST", "/v1/warnings/{warning}/reopen"): does({"comment": "x"}),
    ("GET", "/v1/journal"): LIST,
    ("GET", "/v1/journal/head"): Case(guard=Guard.KEY),
    ("POST", "/v1/journal/check"): replace(OPERATORS, body={}),
    ("GET", "/v1/steps"): LIST,
    ("GET", "/v1/steps/{step}"): READS,
    ("GET", "/v1/steps/{step}/letter.docx"): replace(READS, reader=(200, 409, 503)),
    ("POST", "/v1/steps/{step}/issue"): does({"document": "x"}),
    ("POST", "/v1/steps/{step}/answer"): does({"text": "x"}),
    ("POST", "/v1/steps/{step}/done"): does({"remark": "x"}),
    ("POST", "/v1/steps/{step}/withdraw"): does({"reason": "x"}),
    ("GET", "/v1/gates"): LIST,
    ("GET", "/v1/gates/{region}"): replace(READS, path={"region": "150203"}, other=(200,)),
    ("POST", "/v1/gates/{region}/decisions"): does(
        {"state": "restricted", "reason": "x", "document": "x"},
        path={"region": "150203"},
        other=(201,),
        adds=True,
    ),
    ("GET", "/v1/consultations"): LIST,
    ("POST", "/v1/consultations"): does(
        {
            "title": "x",
            "region": "150203",
            "measure": "energy",
            "held_on": "2026-05-01",
            "participants": ["x"],
        }
    ),
    ("GET", "/v1/consultations/{consultation}"): READS,
    ("POST", "/v1/consultations/{consultation}/tasks/{number}"): does(
        {"state": "done"}, path={"number": "1"}
    ),
    ("GET", "/v1/ladders"): Case(guard=Guard.KEY),
    ("GET", "/v1/ladders/{name}"): Case(guard=Guard.KEY, path={"name": LADDER}),
    ("PUT", "/v1/ladders/{name}"): replace(
        OPERATORS,
        content=b"{}",
        headers={"content-type": "application/yaml"},
        path={"name": LADDER},
    ),
    ("PUT", "/v1/ladders/assignments/{region}"): replace(
        OPERATORS, body={"ladder": "x"}, path={"region": "150203"}
    ),
    ("GET", "/v1/notices"): LIST,
    ("GET", "/v1/notices/stream"): replace(LIST, query="after=0", stream=True),
    ("GET", "/v1/notices/{number}"): replace(READS, path={"number": "7"}),
    ("GET", "/v1/routes"): Case(guard=Guard.KEY),
    ("PUT", "/v1/routes"): replace(OPERATORS, body={"receiver": "x"}),
    ("POST", "/v1/routes/test"): Case(guard=Guard.KEY, body={"labels": {"region": "150203"}}),
    ("GET", "/v1/contacts"): OPERATORS,
    ("GET", "/v1/contacts/{name}"): replace(OPERATORS, path={"name": "SECRET-contact"}),
    ("PUT", "/v1/contacts/{name}"): replace(
        OPERATORS, path={"name": "SECRET-contact"}, body={"scope": ["*"]}
    ),
    ("DELETE", "/v1/contacts/{name}"): replace(OPERATORS, path={"name": "SECRET-contact"}),
    ("POST", "/v1/contacts/{name}/test"): replace(OPERATORS, path={"name": "SECRET-contact"}),
    ("GET", "/v1/silences"): LIST,
    ("POST", "/v1/silences"): Case(guard=Guard.FILTERED, body=HIDES, adds=True, reader=(403,)),
    ("POST", "/v1/silences/preview"): Case(
        guard=Guard.FILTERED, body={"matchers": ['region=~"15.*"']}, reader=(403,)
    ),
    ("GET", "/v1/silences/{silence}"): replace(READS, reader=(404,)),
    ("PUT", "/v1/silences/{silence}"): replace(does(HIDES), reader=(404,)),
    ("POST", "/v1/silences/{silence}/approve"): replace(does({}), reader=(404,)),
    ("POST", "/v1/silences/{silence}/expire"): replace(does({}), reader=(404,)),
    ("GET", "/v1/quiet-times"): Case(guard=Guard.KEY),
    ("PUT", "/v1/quiet-times"): Case(
        guard=Guard.FILTERED, body={"items": []}, adds=True, reader=(403,)
    ),
    ("GET", "/v1/quality"): LIST,
    ("POST", "/v1/quality/replay"): Case(
        guard=Guard.FILTERED, body={"kind": "used", "year": 2025}, reader=(503,)
    ),
    ("GET", "/v1/webhooks"): OPERATORS,
    ("POST", "/v1/webhooks"): replace(OPERATORS, body={"url": "https://example.org/"}),
    ("DELETE", "/v1/webhooks/{endpoint}"): OPERATORS,
    ("GET", "/v1/webhooks/{endpoint}/deliveries"): OPERATORS,
}

ALERTMANAGER: Mapping[tuple[str, str], Case] = {
    ("GET", "/status"): Case(guard=Guard.KEY),
    ("GET", "/receivers"): Case(guard=Guard.KEY),
    ("GET", "/alerts"): LIST,
    ("POST", "/alerts"): Case(guard=Guard.FILTERED, body=AM_ALERT, adds=True, reader=(400, 403)),
    ("GET", "/alerts/groups"): LIST,
    ("GET", "/silences"): LIST,
    ("POST", "/silences"): Case(
        guard=Guard.FILTERED, body=AM_SILENCE, adds=True, reader=(400, 403)
    ),
    ("GET", "/silence/{silence}"): replace(READS, reader=(404,)),
    ("DELETE", "/silence/{silence}"): replace(does(None), reader=(404,)),
}

CASES = {
    **OURS,
    **{
        (method, prefix + path): case
        for prefix in ("/api/v2", "/alertmanager/api/v2")
        for (method, path), case in ALERTMANAGER.items()
    },
}

OTHER_MEASURE = "another measure's regulator"
STRANGERS = {
    "another region's regulator": ("regulator", ["region:540000"], ["energy", "carbon"]),
    OTHER_MEASURE: ("regulator", ["region:150000"], ["carbon"]),
    "another enterprise": ("sender", ["enterprise:91540000STRANGER1"], ["energy", "carbon"]),
    "another region's reader": ("reader", ["region:540000"], ["energy", "carbon"]),
}
ANSWERS = {
    Guard.OPEN: (200, 503),
    Guard.KEY: (200,),
    Guard.OPERATOR: (403,),
    Guard.FILTERED: (200, 201, 400, 403, 404, 422, 503),
    Guard.HIDDEN: (404,),
    Guard.SEEN: (403,),
}


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


def secret(number: int = 1, **more: Any) -> Assessment:
    """The warning that is nobody else's business."""
    made = assessment(
        (1, "yellow"),
        (5, "red"),
        number=number,
        subject=ENTERPRISE,
        regions=REGIONS,
        budget="SECRET-B1",
        measure=Measure.ENERGY,
    )
    return replace(made, subject_name="SECRET works", about_name="SECRET budget", **more)


class Site:
    """The real parts on PostgreSQL, filled with one thing of each kind."""

    def __init__(self, db: Database, url: str) -> None:
        self.db = db
        settings = AlertsSettings(database_url=url, evaluator_url="http://127.0.0.1:9")
        self.parts: Parts = parts_on(
            db, settings, httpx.AsyncClient(), Producer("127.0.0.1:9", "t")
        )
        self.app = http_app(self.parts, _ready)
        self.ids: dict[str, str] = {}
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app), base_url="http://alerts"
        )
        self.parts.door.learn(key_record("operator-key", "operator", []))
        self.parts.door.learn(key_record("own-key", "reader", ["region:150000"]))
        for name, (role, scope, measures) in STRANGERS.items():
            self.parts.door.learn(key_record(name, role, scope, measures=measures))
        self.parts.door.caught_up()

    async def ask(self, method: str, path: str, **more: Any) -> Any:
        """Something that an operator does; what was answered."""
        answer = await self.http.request(method, path, headers=OPERATOR, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def fill(self) -> None:
        """One thing of each kind, and a warning of each stranger's own."""
        await self.ask("PUT", "/v1/ladders/assignments/150000", json={"ladder": LADDER})
        desk = WarningDesk(desk=PostgresDesk(self.db))
        made = secret()
        await desk.hear("assessments.v1", [made], {}, now())
        self.ids["warning"] = str(made.key)
        await self._answer(str(made.key))
        ladder = LadderDesk(store=PostgresLadder(self.db), shelf=PostgresShelf(self.db), days=after)
        while await ladder.follow(now()) >= 0:
            pass
        self.ids["step"] = (await self.ask("GET", "/v1/steps"))["items"][0]["id"]
        await self._surroundings()
        await desk.hear("conditions.v1", list(_own()), {}, now())

    async def _answer(self, key: str) -> None:
        await self.ask("POST", f"/v1/warnings/{key}/acknowledge", json={"comment": SECRET})
        sent = await self.http.post(
            f"/v1/warnings/{key}/attachments?name=SECRET.pdf",
            content=b"%PDF-1 SECRET",
            headers={**OPERATOR, "content-type": "application/pdf"},
        )
        assert sent.is_success, sent.text
        self.ids["sha256"] = sent.json()["sha256"]
        body = {"text": SECRET, "attachments": [self.ids["sha256"]]}
        await self.ask("POST", f"/v1/warnings/{key}/respond", json=body)

    async def _surroundings(self) -> None:
        matchers = [f'subject="{ENTERPRISE}"', 'region="150203"', 'measure="energy"']
        hides = {"matchers": matchers, "reason": SECRET}
        self.ids["silence"] = (await self.ask("POST", "/v1/silences", json=hides))["id"]
        meeting = {
            "title": SECRET,
            "region": "150203",
            "measure": "energy",
            "held_on": "2026-05-01",
            "participants": [SECRET],
            "tasks": [{"title": SECRET, "days": 3}],
        }
        found = await self.ask("POST", "/v1/consultations", json=meeting)
        self.ids["consultation"] = found["id"]
        hook = {"url": "https://example.org/SECRET"}
        self.ids["endpoint"] = (await self.ask("POST", "/v1/webhooks", json=hook))["id"]
        mail = {"channel": "email", "target": "SECRET@example.org"}
        contact = {
            "title": SECRET,
            "scope": ["region:150203"],
            "addresses": [mail],
            "offices": ["operators", "energy-county"],
        }
        await self.ask("PUT", "/v1/contacts/SECRET-contact", json=contact)
        when = [{"weekdays": ["sunday"]}]
        quiet = {"name": "SECRET-quiet", "reason": SECRET, "matchers": matchers, "when": when}
        await self.ask("PUT", "/v1/quiet-times", json={"items": [quiet]})
        await self._notice(7, UUID(self.ids["warning"]))

    async def _notice(self, number: int, warning: UUID) -> None:
        item = {"id": str(warning), "subject": ENTERPRISE, "regions": REGIONS, "measure": "energy"}
        async with self.db.transaction() as tx:
            await tx.raw.execute(
                "insert into alerts.notices (number, notice, recipient, address, channel, reason,"
                " level, warnings, created_at, document, rendered, state) values"
                " ($1, $2, 'SECRET-contact', 'a', 'stream', 'new_warnings', 4, $3, $4,"
                " $5, $6, 'delivered')",
                number,
                uuid4(),
                [warning],
                now() - timedelta(hours=1),
                json.dumps({"firing": [item], "resolved": [], "muted": []}),
                json.dumps({"text": SECRET}),
            )

    @property
    def secrets(self) -> set[str]:
        """What no stranger may find in any answer."""
        return {*self.ids.values(), SECRET}

    async def rows(self) -> Mapping[str, Counter[str]]:
        """Everything that is stored, row by row."""
        async with self.db.reading() as tx:
            names = await tx.raw.fetch(
                "select table_name from information_schema.tables where table_schema = 'alerts'"
            )
            return {
                name: Counter(
                    row[0] for row in await tx.raw.fetch(f"select t::text from alerts.{name} as t")
                )
                for (name,) in names
            }

    async def call(self, key: str | None, method: str, path: str) -> tuple[int, str]:
        """Status and body of a route's case; of a stream all that is there already.

        What was in the address that was asked for is taken out of the answer.
        """
        case = CASES[method, path]
        headers = {**({"Authorization": f"Bearer {key}"} if key else {}), **case.headers}
        url = path
        for name, value in {**self.ids, **case.path}.items():
            url = url.replace(f"{{{name}}}", quote(value))
        url = f"{url}?{case.query}" if case.query else url
        if case.stream and key:
            return await self._streamed(url, headers)
        more = {} if case.body is None else {"json": case.body}
        answer = await self.http.request(method, url, headers=headers, content=case.content, **more)
        told = answer.text + json.dumps(dict(answer.headers))
        return answer.status_code, _without(told, *url.partition("?")[0].split("/"))

    async def _streamed(self, url: str, headers: Mapping[str, str]) -> tuple[int, str]:
        """A stream that the client leaves when it has been told everything so far."""
        await self.parts.feed.start()
        self.parts.feed.close()
        heard: list[bytes] = []
        status = 0
        path, _, query = url.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": "http",
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("alerts", 80),
        }
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "http.request", "body": b"", "more_body": False}
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            heard.append(message.get("body", b""))

        await self.app(scope, receive, send)
        return status, b"".join(heard).decode()


def _without(text: str, *words: str) -> str:
    for word in words:
        text = text.replace(word, "…") if len(word) > 5 else text
    return text


def _own() -> Iterator[Assessment]:
    """A warning that each of the strangers may see."""
    tibet = ("540000",)
    yield assessment((1, "red"), subject="region:540000", regions=tibet, measure=Measure.ENERGY)
    yield replace(
        assessment((1, "red"), subject="region:150203", regions=REGIONS, measure=Measure.CARBON),
        kind=ConditionKind.BAROMETER,
    )
    yield assessment((1, "red"), subject="enterprise:91540000STRANGER1", regions=tibet)


async def _ready() -> dict[str, str | None]:
    return {"postgresql": None}


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
