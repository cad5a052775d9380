"""Whether somebody is told now, and why: a pure decision over what they were told last.

Whether a condition holds is decided elsewhere; here it is only about who hears of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.alerts.domain.telling.ends import End
from shared.model.level import Level


class Reason(StrEnum):
    """Why a notice is given, or why none is."""

    FIRST = "first_notice"
    NEW = "new_warnings"
    RAISED = "level_raised"
    RENEWED = "renewed"
    """A new period is rated as badly as the last one, or badly again."""
    ALL_RESOLVED = "all_resolved"
    SOME_RESOLVED = "some_resolved"
    CLOSED = "closed"
    LOWERED = "level_fell"
    ELSEWHERE = "told_elsewhere"
    SOME_ENDED = "some_ended"
    """Some in one of these ways and some in another."""
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
    Reason.RENEWED: "新一期仍为该级别",
    Reason.ALL_RESOLVED: "全部解除",
    Reason.SOME_RESOLVED: "部分解除",
    Reason.CLOSED: "预警已关闭",
    Reason.LOWERED: "预警等级降低",
    Reason.ELSEWHERE: "改由其他单位接收",
    Reason.SOME_ENDED: "有预警解除、关闭或降级",
    Reason.REPEAT: "仍未解除，按间隔重复提醒",
    Reason.DIGEST: "汇总",
    Reason.TEST: "测试通知",
    Reason.NOTHING_TO_TELL: "无可通知",
    Reason.NOTHING_NEW: "没有新情况",
    Reason.ATTENDED: "均已有人处理",
    Reason.SUPPRESSED: "均被抑制",
    Reason.QUIET: "免打扰时段",
}
_OF_ENDS = {
    End.CLOSED: Reason.CLOSED,
    End.LOWERED: Reason.LOWERED,
    End.ELSEWHERE: Reason.ELSEWHERE,
}
RENEWS = Level.ORANGE
"""From this level on a new period is news even if the level is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """What somebody was told of a group the last time: what held, at which level; when.

    `periods`: all periods of each that were told since it began, of those that have periods.
    """

    firing: Mapping[UUID, Level]
    at: datetime
    periods: Mapping[UUID, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand for one group and one recipient, without what is suppressed.

    `ended`: how those that hold no more, or not for this recipient, have ended. `attended`: those
    that hold, and that somebody has acknowledged or answered. `muted`: those that are suppressed,
    and therefore in neither. `passing`: those in `firing` that are told once and then over, such
    as reminders. `periods`: what the level of each in `firing` judges, where it has a period.
    """

    firing: Mapping[UUID, Level]
    ended: Mapping[UUID, End] = field(default_factory=dict)
    attended: frozenset[UUID] = frozenset()
    muted: frozenset[UUID] = frozenset()
    passing: frozenset[UUID] = frozenset()
    periods: Mapping[UUID, str] = field(default_factory=dict)


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
    renewed = _renewed(last, standing)
    if renewed:
        return _tell(Reason.RENEWED, renewed)
    ended = frozenset(standing.ended.keys() & known.keys())
    if ended and policy.resolved:
        return _tell(_of_ends(standing, ended, left=bool(known.keys() - ended)), ended)
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
    firing = {**kept, **lasting}
    before = last.periods if last else {}
    periods = {key: before.get(key, frozenset()) for key in firing}
    for key in lasting.keys() & standing.periods.keys():
        periods[key] |= {standing.periods[key]}
    return Last(firing=firing, at=now, periods={key: told for key, told in periods.items() if told})


def without(last: Last, ended: Collection[UUID]) -> Last:
    """What was told, as if these had never been: they ended without a word."""
    left = last.firing.keys() - ended
    return Last(
        firing={key: level for key, level in last.firing.items() if key in left},
        at=last.at,
        periods={key: told for key, told in last.periods.items() if key in left},
    )


def _renewed(last: Last | None, standing: Standing) -> frozenset[UUID]:
    # A period that was told is none again when figures are corrected back and forth.
    told = last.periods if last else {}
    return frozenset(
        key
        for key, period in standing.periods.items()
        if standing.firing[key] >= RENEWS and key in told and period not in told[key]
    )


def _of_ends(standing: Standing, ended: frozenset[UUID], *, left: bool) -> Reason:
    hows = {standing.ended[key] for key in ended}
    if len(hows) > 1:
        return Reason.SOME_ENDED
    resolved = Reason.SOME_RESOLVED if left else Reason.ALL_RESOLVED
    return _OF_ENDS.get(hows.pop(), resolved)


def _tell(reason: Reason, because: frozenset[UUID]) -> Decision:
    return Decision(told=True, reason=reason, because=because)


def _nothing(standing: Standing) -> Reason:
    return Reason.SUPPRESSED if standing.muted else Reason.NOTHING_TO_TELL
