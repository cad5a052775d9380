"""The small province with one source of conditions, a clock, and the messages that went out."""

from datetime import datetime
from typing import Any

from services.evaluator.adapters.conditions_codec import contract_of
from services.evaluator.adapters.conditions_policy import load_policy
from services.evaluator.handlers.conditions.rounds import ConditionRounds
from services.evaluator.handlers.conditions.source import Source
from shared.contracts.conditions import ConditionMade
from shared.kit.errors import Unavailable
from shared.model.instants import to_us
from shared.model.period import zone
from tests.usecases.evaluator.conditions import MemoryConditions, Meter
from tests.usecases.evaluator.reckoning import ZONE, Province

POLICY = load_policy()


def instant(text: str) -> int:
    """`2025-07-01` or `2025-07-01T12:00` in China, in microseconds."""
    return to_us(datetime.fromisoformat(text).replace(tzinfo=zone(ZONE)))


class ConditionSite:
    """Everything a source needs, and one round after the other."""

    def __init__(self, place: Province | None = None, on: str = "2025-07-02") -> None:
        self.place = place or Province()
        self.store = MemoryConditions(self.place.books, self.place.memory)
        self.now_us = instant(on)
        self.sources: list[Source] = []

    async def round(self, on: str = "") -> list[ConditionMade]:
        """One round by a process of its own, at the day if one is named; what was sent in it."""
        if on:
            self.now_us = instant(on)
        before = len(self.store.sent)
        rounds = ConditionRounds(
            gatherer=self.place.gatherer,
            store=self.store,
            sources=self.sources,
            now_us=lambda: self.now_us,
            away=Unavailable,
            meter=Meter(),
        )
        await rounds.round()
        return [contract_of(one) for one in self.store.sent[before:]]


def steps(made: ConditionMade) -> list[tuple[str, str]]:
    """Period and level of each step."""
    return [(step.period, step.level) for step in made.sequence]


def body(made: ConditionMade) -> dict[str, Any]:
    """What it says of the level that stands."""
    last = made.sequence[-1]
    return {name: getattr(last, name) for name in last.__struct_fields__ if getattr(last, name)}
