"""The routes of targets and tasks over a register in memory, and a small region to plan for."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import httpx
import pytest

from services.evaluator.adapters.record_files import read_records
from services.evaluator.domain.figures.figure import Figure, Label, constant
from services.evaluator.domain.figures.names import Options, parse_figure
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.targets.phasing import shares_from_profile
from services.evaluator.domain.targets.sound import adds_up
from services.evaluator.domain.targets.whatif import Rated
from services.evaluator.entrypoints import (
    targets_api,
    targets_phasing_api,
    targets_read_api,
    tasks_api,
)
from services.evaluator.entrypoints.door import new_door
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.handlers.target_phasing import Profile
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.handlers.tasks_desk import TasksDesk
from shared.contracts.keys import KeyBody, encode_key, hash_key
from shared.kit.kafka.records import Record
from shared.kit.web import create_app
from tests.unit.evaluator.targets.make import catalogue
from tests.usecases.evaluator.registers import MemoryRegister

KEYS = {
    "operator": ("operator", []),
    "all": ("reader", ["*"]),
    "city": ("reader", ["region:150200"]),
    "plant": ("sender", ["enterprise:E0"]),
    "elsewhere": ("reader", ["region:630000"]),
}


class ByValue:
    """Rates a target green from a value of 45 on; remembers the period."""

    def __init__(self) -> None:
        self.periods: list[str] = []
        self.commits: list[int | None] = []

    async def rate(
        self, targets: Sequence[Target], period: str, as_of: int | None = None
    ) -> Sequence[Rated]:
        """Green or red."""
        self.periods.append(period)
        self.commits.append(as_of)
        return [
            Rated(level="green" if (target.value or Decimal(0)) >= 45 else "red", margin="1")
            for target in targets
        ]

    async def base(self, target: Target, as_of: int | None = None) -> Figure | None:
        """See Rater: 50 in whatever year."""
        self.commits.append(as_of)
        return constant(Label("基年", "base year"), 50, target.unit)


class Months:
    """A year in which January was as much as all other months together."""

    async def profile(self, target: Target, year: int, as_of: int | None = None) -> Profile:
        """See Phaser."""
        if not adds_up(target):
            raise ValueError(f"{target.code}: no amount")
        names = [f"{target.holder}/energy-total/{year}-{month:02}" for month in range(1, 13)]
        amounts = [Fraction(11), *[Fraction(1)] * 11]
        label = Label("用能", "energy")
        return Profile(
            names=tuple(parse_figure(name, Options(as_of=as_of)) for name in names),
            months=tuple(constant(label, amount, "tce") for amount in amounts),
            shares=shares_from_profile(amounts),
            problem="",
        )


class PlansSite:
    """The desks, their register, and a client."""

    def __init__(self) -> None:
        self.register = MemoryRegister()
        self.rater = ByValue()
        rulebook = Rulebook()
        rulebook.update(catalogue())
        self.rulebook = rulebook
        self.targets = TargetsDesk(self.register, rulebook, self.rater)
        self.tasks = TasksDesk(self.register, rulebook)
        door = new_door()
        for name, (role, scope) in KEYS.items():
            key, value = encode_key(KeyBody(name, name, hash_key(name), role, scope, 0))
            door.learn(Record("keys.v1", 0, 0, key, value, (), 0))

        async def ready() -> Mapping[str, str | None]:
            return {}

        app = create_app(
            title="evaluator",
            version="0",
            description="",
            ready=ready,
            routers=(
                targets_api.router,
                targets_read_api.router,
                targets_phasing_api.router,
                tasks_api.router,
            ),
            state={
                "door": door,
                "register": self.register,
                "rulebook": rulebook,
                "targets": self.targets,
                "tasks": self.tasks,
                "read_records": read_records,
                "phaser": Months(),
            },
        )
        self.app = app
        transport = httpx.ASGITransport(app=app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://evaluator")

    async def get(self, path: str, key: str = "operator", **params: str) -> httpx.Response:
        """GET with a key."""
        headers = {"Authorization": f"Bearer {key}"}
        return await self.client.get(path, params=params or None, headers=headers)

    async def post(
        self, path: str, body: Any, key: str = "operator", **params: str
    ) -> httpx.Response:
        """POST JSON with a key."""
        headers = {"Authorization": f"Bearer {key}"}
        return await self.client.post(path, json=body, headers=headers, params=params)


@pytest.fixture
def plans() -> PlansSite:
    return PlansSite()


def target(code: str, holder: str, value: str | None, **more: Any) -> dict[str, Any]:
    """A total of energy in 2025 as a body."""
    return {
        "code": code,
        "name": f"能源消费总量 {code}",
        "holder": holder,
        "measure": "energy-total",
        "form": "total",
        "value": value,
        "unit": "tce",
        "base_year": 2020,
        "first_year": 2021,
        "last_year": 2025,
        **more,
    }


def shared_out(**more: Any) -> list[dict[str, Any]]:
    """100 of a region: 50 + 20 + 10 of its cities, a reserve of 5, 15 unmonitored."""
    return [
        target("R", "region:150000", "100", reserve="5", unmonitored="15", **more),
        target("A", "region:150100", "50", parent="R", **more),
        target("B", "region:150200", "20", parent="R", **more),
        target("C", "region:150300", "10", parent="R", **more),
    ]


APPROVED = {
    "state": "in-force",
    "approver": "自治区人民政府",
    "approved_on": "2021-01-01",
    "effective_from": "2021-01-01",
}


def faults(answer: httpx.Response) -> dict[str, str]:
    """What is wrong, by pointer or by line."""
    return {
        fault.get("pointer", f"line {fault.get('line')}"): fault["detail"]
        for fault in answer.json()["errors"]
    }
