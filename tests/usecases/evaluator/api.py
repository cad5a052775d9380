"""The evaluator's HTTP side over stores in memory."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import numpy as np

from services.evaluator.adapters.budgets_files import read_budgets
from services.evaluator.adapters.factors_file import load_factors
from services.evaluator.domain.merging import that_count
from services.evaluator.domain.totals import Lane
from services.evaluator.entrypoints import books_api, budgets_api, points_api, replays_api
from services.evaluator.entrypoints.door import new_door
from services.evaluator.handlers.judge_books import Library
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.trials.budgets import BudgetTrialDesk
from services.evaluator.ports.point_books import FindingRow, PointHours
from services.evaluator.ports.point_readings import PointReadings
from shared.contracts.keys import KeyBody, encode_key, hash_key
from shared.kit.kafka.records import Record
from shared.kit.web import create_app
from shared.model.catalogue import Catalogue
from tests.usecases.evaluator.court import Court
from tests.usecases.evaluator.judge_stores import MemoryBudgetStore, MemoryJudgeStore

FACTORS = load_factors("")
KEYS = {
    "operator": ("operator", []),
    "sender": ("sender", ["enterprise:E0"]),
    "county": ("reader", ["region:150203"]),
    "elsewhere": ("reader", ["region:630000"]),
}
Json = Any


class MemoryPoints:
    """Points' books and findings as a test puts them."""

    def __init__(self) -> None:
        self.booked: dict[str, PointHours] = {}
        self.found: list[FindingRow] = []

    def put(self, code: str, lane: Lane, hours: Mapping[int, int]) -> None:
        """A point's quantities by hour, all known."""
        quantity = np.array(list(hours.values()), np.int64)
        self.booked[code] = PointHours(
            lane=lane,
            hour=np.array(list(hours), np.int64),
            quantity=quantity,
            estimated=np.zeros_like(quantity),
            known=np.full_like(quantity, 3_600_000_000),
        )

    async def hours(
        self, code: str, first_hour: int, end_hour: int, as_of: int | None = None
    ) -> PointHours | None:
        booked = self.booked.get(code)
        if booked is None or as_of == 0:
            return None
        kept = (booked.hour >= first_hour) & (booked.hour < end_hour)
        return PointHours(
            lane=booked.lane,
            hour=booked.hour[kept],
            quantity=booked.quantity[kept],
            estimated=booked.estimated[kept],
            known=booked.known[kept],
        )

    async def findings(
        self, codes: tuple[str, ...], *, standing: bool, limit: int
    ) -> tuple[FindingRow, ...]:
        return tuple(
            row for row in self.found if row.point in codes and not (standing and row.ended_commit)
        )[:limit]


class MemoryReadings:
    """Readings of points as a test puts them; nothing was known before the first commit."""

    def __init__(self) -> None:
        self.rows: dict[str, PointReadings] = {}

    async def readings(
        self,
        code: str,
        first_us: int,
        end_us: int,
        *,
        as_of: int | None = None,
        every: bool = False,
    ) -> PointReadings | None:
        found = self.rows.get(code)
        if found is None or as_of == 0:
            return None
        rows = found.rows if every else that_count(found.rows)
        return replace(found, rows=rows.take((rows.at >= first_us) & (rows.at < end_us)))


class Commits:
    """Stands where the register stands: tells the last commit, none before the year 2000."""

    last = 0

    async def commit_at(self, instant_us: int | None) -> int:
        return self.last if instant_us is None or instant_us > 946_684_800_000_000 else 0


class Site:
    """A judge, its stores, and a client of the routes."""

    def __init__(self, known: Catalogue) -> None:
        self.store, self.budgets = MemoryJudgeStore(), MemoryBudgetStore()
        self.points = MemoryPoints()
        self.readings = MemoryReadings()
        self.register = Commits()
        self.court = Court(self.store, self.budgets, known, factors=FACTORS)
        rulebook = self.court.rulebook
        briefs = Briefs(rulebook, FACTORS)
        desk = BudgetDesk(self.budgets, rulebook, FACTORS)
        self.door = new_door()
        for name, (role, scope) in KEYS.items():
            body = KeyBody(name, name, hash_key(name), role, scope, 0)
            key, value = encode_key(body)
            self.door.learn(Record("keys.v1", 0, 0, key, value, (), 0))

        async def ready() -> Mapping[str, str | None]:
            return {}

        self.app = create_app(
            title="evaluator",
            version="0",
            description="",
            ready=ready,
            routers=(
                budgets_api.router,
                books_api.router,
                points_api.router,
                replays_api.router,
            ),
            state={
                "door": self.door,
                "budgets": desk,
                "budget_trials": BudgetTrialDesk(desk, briefs, self.store),
                "briefs": briefs,
                "reader": self.store,
                "library": Library(self.store, self.points, rulebook, briefs),
                "points": self.points,
                "readings": self.readings,
                "register": self.register,
                "rulebook": rulebook,
                "read_budgets": read_budgets,
            },
        )
        transport = httpx.ASGITransport(app=self.app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://evaluator")

    async def get(self, path: str, key: str = "operator", **params: str) -> httpx.Response:
        """GET with a key."""
        headers = {"Authorization": f"Bearer {key}"}
        return await self.client.get(path, params=params, headers=headers)

    async def post(self, path: str, body: Json, key: str = "operator") -> httpx.Response:
        """POST JSON with a key."""
        headers = {"Authorization": f"Bearer {key}"}
        return await self.client.post(path, json=body, headers=headers)
