"""Sights and steps of one condition, by hours."""

from typing import Any

from services.evaluator.domain.conditions.seen import Seen, Step
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import HOUR_US
from shared.model.level import Level

NONE, NOTICE, YELLOW, ORANGE, RED = Level


def seen(hour: int, level: Level, period: str = "", **more: Any) -> Seen:
    """A barometer's level from the hour on."""
    usual: dict[str, Any] = {
        "kind": ConditionKind.BAROMETER,
        "subject": "region:150000",
        "about": "T",
        "about_name": "能源消费总量",
        "rule": "N2020",
        "measure": Measure.ENERGY,
    }
    return Seen(at_us=hour * HOUR_US, level=level, period=period, **{**usual, **more})


def step(hour: int, level: Level, period: str = "", **more: Any) -> Step:
    """The same as a step."""
    return Step(at_us=hour * HOUR_US, level=level, period=period, **more)
