"""The routes of records over a register in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from services.evaluator.adapters.record_files import read_records
from services.evaluator.adapters.register_codec import TYPES
from services.evaluator.adapters.shipped import WithShipped
from services.evaluator.domain.budget_rows import Fault, Place
from services.evaluator.entrypoints import as_of, register_api
from services.evaluator.entrypoints.door import new_door
from services.evaluator.handlers.records_desk import Check, Checked, Reads, RecordsDesk
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.register import RecordKind
from shared.contracts.keys import KeyBody, encode_key, hash_key
from shared.kit.kafka.records import Record
from shared.kit.web import create_app
from tests.usecases.evaluator.api import KEYS
from tests.usecases.evaluator.api_world import catalogue
from tests.usecases.evaluator.register_pages import MemoryPages


class RecordSite:
    """A register, a desk, and a client of the routes."""

    def __init__(self, shipped: Mapping[RecordKind, Sequence[Any]] | None = None) -> None:
        self.memory = MemoryPages()
        self.register = WithShipped(self.memory, shipped or {})
        self.refused: list[str] = []
        rulebook = Rulebook()
        rulebook.update(catalogue())
        door = new_door()
        for name, (role, scope) in KEYS.items():
            key, value = encode_key(KeyBody(name, name, hash_key(name), role, scope, 0))
            door.learn(Record("keys.v1", 0, 0, key, value, (), 0))

        async def ready() -> Mapping[str, str | None]:
            return {}

        self.app = create_app(
            title="evaluator",
            version="0",
            description="",
            ready=ready,
            routers=(register_api.router, as_of.router),
            state={
                "door": door,
                "rulebook": rulebook,
                "register": self.register,
                "records": RecordsDesk(
                    self.register,
                    rulebook,
                    TYPES,
                    [Check(kinds=frozenset({RecordKind.TASK}), look=self._check_tasks)],
                ),
                "read_records": read_records,
            },
        )
        transport = httpx.ASGITransport(app=self.app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://evaluator")

    async def get(self, path: str, caller: str = "operator", **params: str) -> Any:
        """The JSON of a GET."""
        answer = await self.ask("GET", path, caller, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ask(self, method: str, path: str, caller: str = "operator", **more: Any) -> Any:
        """The answer to any request."""
        headers = {"Authorization": f"Bearer {caller}"}
        return await self.client.request(method, path, headers=headers, **more)

    async def load(self, filename: str, text: str, **more: Any) -> httpx.Response:
        """Import one file."""
        dry_run = more.pop("dry_run", False)
        body = {"files": [{"filename": filename, "text": text, **more}], "dry_run": dry_run}
        answer: httpx.Response = await self.ask("POST", "/v1/records/imports", json=body)
        return answer

    async def _check_tasks(self, reads: Reads) -> Checked:
        faults = [
            Fault(place=one.places.get("code", Place()), field="code", message="is refused")
            for one in reads[RecordKind.TASK]
            if one.record.code in self.refused
        ]
        return Checked(faults=faults, known=frozenset({(RecordKind.TASK, "KNOWN")}))
