"""What a warning can be about: the kinds of condition, and whose concern each is."""

from enum import StrEnum


class ConditionKind(StrEnum):
    """The kinds of condition that warnings are raised for; the words of messages and addresses."""

    USED = "used"
    """A budget is used up to a share of its total."""
    PACE = "pace"
    """A budget is used faster than its line."""
    FORECAST = "forecast"
    """A budget or target will be exceeded, as the daily forecast sees it (预测将超)."""
    BAROMETER = "barometer"
    """A total target's level by the official traffic light (晴雨表)."""
    INTENSITY = "intensity"
    """An intensity target's level by the official traffic light."""
    LIMIT = "limit"
    """Energy per unit of product above its limit (单位产品能耗限额)."""
    INDICATOR = "indicator"
    """Another target of a plan is missed."""
    CHILDREN = "children"
    """What was handed down exceeds what the parent holds (分解之和超过上级)."""
    TASK = "task"
    """A task of a plan is overdue."""
    QUALITY = "quality"
    """Readings are bad: findings, estimates, poor coverage (数据质量)."""
    NO_DATA = "no-data"
    """Nothing has come from a metering point or owner for longer than its grace."""
    CROSS_CHECK = "cross-check"
    """Two sources of one quantity differ by more than is allowed."""
    HEARTBEAT = "heartbeat"
    """Always holds while the service works, so that its silence is noticed from outside."""
    EXTERNAL = "external"
    """Somebody else's alert, taken in through the Alertmanager API."""


class Measure(StrEnum):
    """Whose concern a warning is: the two arms of dual control, or the data that both rest on."""

    ENERGY = "energy"
    """The energy-saving department (节能主管部门)."""
    CARBON = "carbon"
    """The ecology department (生态环境厅)."""
    DATA = "data"
    """Both departments."""


DUAL = frozenset({Measure.ENERGY, Measure.CARBON})
"""Both arms."""


def concerns(measures: frozenset[Measure], measure: Measure) -> bool:
    """Whether something of the measure concerns whoever is there for `measures`."""
    return measure is Measure.DATA or measure in measures
