"""Whether somebody is told now, and why: a pure decision over what they were told last.

Whether a condition holds is decided elsewhere; here it is only about who hears of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.model.level import Level


class Reason(StrEnum):
    """Why a notice is given, or why none is."""

    FIRST = "first_notice"
    NEW = "new_warnings"
    RAISED = "level_raised"
    ALL_RESOLVED = "all_resolved"
    SOME_RESOLVED = "some_resolved"
    REPEAT = "repeat_interval_elapsed"
    DIGEST = "digest"
    TEST = "test"
    NOTHING_TO_TELL = "nothing_to_tell"
    """Nothing holds, and nobody was ever told that something does."""
    NOTHING_NEW = "nothing_new"
    ATTENDED = "attended"
    """It would be repeated, but somebody has taken care of everything that still holds."""
    SUPPRESSED = "suppressed"
    """All that could be told is muted: by a silence, a quiet time or what lies above it."""
    QUIET = "quiet_time"
    """The route tells nothing at this time."""

    @property
    def chinese(self) -> str:
        """As a notice says it."""
        return _CHINESE[self]


_CHINESE = {
    Reason.FIRST: "首次通知",
    Reason.NEW: "有新的预警",
    Reason.RAISED: "预警等级升高",
    Reason.ALL_RESOLVED: "全部解除",
    Reason.SOME_RESOLVED: "部分解除",
    Reason.REPEAT: "仍未解除，按间隔重复提醒",
    Reason.DIGEST: "汇总",
    Reason.TEST: "测试通知",
    Reason.NOTHING_TO_TELL: "无可通知",
    Reason.NOTHING_NEW: "没有新情况",
    Reason.ATTENDED: "均已有人处理",
    Reason.SUPPRESSED: "均被抑制",
    Reason.QUIET: "免打扰时段",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """What somebody was told of a group the last time: what held, at which level; when."""

    firing: Mapping[UUID, Level]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand for one group and one recipient, without what is suppressed.

    `attended`: those that hold, and that somebody has acknowledged or answered. `muted`: those that
    are suppressed, and therefore in neither. `passing`: those in `firing` that are told once and
    then over, such as reminders.
    """

    firing: Mapping[UUID, Level]
    resolved: frozenset[UUID] = frozenset()
    attended: frozenset[UUID] = frozenset()
    muted: frozenset[UUID] = frozenset()
    passing: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a recipient wants to hear of besides what is new."""

    repeat: timedelta
    resolved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`told` with its reason, and which items made it so."""

    told: bool
    reason: Reason
    because: frozenset[UUID] = field(default_factory=frozenset)


def needs_notice(last: Last | None, standing: Standing, now: datetime, policy: Policy) -> Decision:
    """Whether to tell now; the same answer for the same arguments."""
    known = last.firing if last else {}
    fresh = frozenset(standing.firing.keys() - known.keys())
    if fresh:
        return _tell(Reason.NEW if known else Reason.FIRST, fresh)
    raised = frozenset(key for key, level in standing.firing.items() if level > known[key])
    if raised:
        return _tell(Reason.RAISED, raised)
    ended = standing.resolved & known.keys()
    if ended and policy.resolved:
        left = known.keys() - ended
        return _tell(Reason.SOME_RESOLVED if left else Reason.ALL_RESOLVED, ended)
    if last is None or not standing.firing:
        return Decision(told=False, reason=_nothing(standing))
    if now - last.at < policy.repeat:
        return Decision(told=False, reason=Reason.NOTHING_NEW)
    unattended = frozenset(standing.firing.keys() - standing.attended)
    if not unattended:
        return Decision(told=False, reason=Reason.ATTENDED)
    return _tell(Reason.REPEAT, unattended)


def told_of(last: Last | None, standing: Standing, now: datetime) -> Last:
    """What to remember once the notice was given; muted items stay as they were told."""
    known = last.firing if last else {}
    kept = {key: level for key, level in known.items() if key in standing.muted}
    lasting = {k: level for k, level in standing.firing.items() if k not in standing.passing}
    return Last(firing={**kept, **lasting}, at=now)


def _tell(reason: Reason, because: frozenset[UUID]) -> Decision:
    return Decision(told=True, reason=reason, because=because)


def _nothing(standing: Standing) -> Reason:
    return Reason.SUPPRESSED if standing.muted else Reason.NOTHING_TO_TELL
