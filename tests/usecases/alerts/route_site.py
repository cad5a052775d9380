"""The whole alerts service on PostgreSQL with one thing of each kind in it."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx

from services.alerts.adapters.briefs.store import PostgresBriefs
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
from tests.usecases.alerts.route_briefs import put_briefs
from tests.usecases.alerts.route_cases import (
    CASES,
    ENTERPRISE,
    LADDER,
    OWN,
    OWN_PLACES,
    REGIONS,
    SECRET,
    STRANGERS,
)


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
        await put_briefs(PostgresBriefs(self.db))
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
        secret_item = (ENTERPRISE, REGIONS, "energy")
        for number, place in enumerate((secret_item, *OWN_PLACES), 7):
            await self._notice(number, UUID(self.ids["warning"]), place)

    async def _notice(
        self, number: int, warning: UUID, place: tuple[str, tuple[str, ...], str]
    ) -> None:
        subject, regions, measure = place
        item = {"subject": subject, "regions": regions, "measure": measure}
        is_secret = subject == ENTERPRISE
        async with self.db.transaction() as tx:
            await tx.raw.execute(
                "insert into alerts.notices (number, notice, recipient, address, channel, reason,"
                " level, warnings, created_at, document, rendered, state) values"
                " ($1, $2, $7, 'a', 'stream', 'new_warnings', 4, $3, $4,"
                " $5, $6, 'delivered')",
                number,
                uuid4(),
                [warning] if is_secret else [],
                now() - timedelta(hours=1),
                json.dumps({"firing": [item], "resolved": [], "muted": []}),
                json.dumps({"text": SECRET if is_secret else "-"}),
                "SECRET-contact" if is_secret else "somebody",
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
        """A stream whose listener leaves on hearing of its own, which happened after the rest."""
        self.parts.feed.closed = False
        await self.parts.feed.start()
        heard: list[bytes] = []
        status = 0
        left = asyncio.Event()
        asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> dict[str, Any]:
            for message in asked:
                return message
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            heard.append(message.get("body", b""))
            if any(one in b"".join(heard) for one in OWN) and not left.is_set():
                left.set()
                self.parts.feed.close()

        async with asyncio.timeout(60):
            await self.app(_scope(url, headers), receive, send)
        assert left.is_set() or status == httpx.codes.UNAUTHORIZED
        return status, b"".join(heard).decode()


def _scope(url: str, headers: Mapping[str, str]) -> dict[str, Any]:
    path, _, query = url.partition("?")
    return {
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


def _without(text: str, *words: str) -> str:
    for word in words:
        text = text.replace(word, "…") if len(word) > 5 else text
    return text


def _own() -> Iterator[Assessment]:
    """A warning that each of the strangers may see."""
    for subject, regions, measure in OWN_PLACES:
        made = assessment((1, "red"), subject=subject, regions=regions, measure=Measure(measure))
        yield replace(made, kind=ConditionKind.BAROMETER)


async def _ready() -> dict[str, str | None]:
    return {"postgresql": None}
