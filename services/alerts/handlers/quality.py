"""How good the warnings were, and what another rule would have raised: gather, then calculate."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.alerts.domain.condition import ConditionPolicy
from services.alerts.domain.quality.counting import NoisePolicy, Row, count
from services.alerts.domain.quality.stories import Story
from services.alerts.domain.quality.trials import Comparison, compare
from services.alerts.domain.selection import sight_of
from services.alerts.domain.warning import Change
from services.alerts.ports.quality import Asked, Quality, Replayed, Replays
from shared.model.access import Principal, may_read
from shared.model.condition import ConditionKind
from shared.model.instants import HOUR_US, to_us
from shared.model.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A rule to be tried: the kind of its warnings, and what the evaluator is asked."""

    kind: ConditionKind
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One budget or target by both rules."""

    subject: str
    subject_name: str
    about: str
    about_name: str
    period: str
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A page of them; `refused` is the evaluator's answer when there is none."""

    items: tuple[Tried, ...] = ()
    silent: int = 0
    next: str | None = None
    refused: Replayed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityDesk:
    """Answers both questions for whoever asks, of what that person may see."""

    quality: Quality
    replays: Replays
    noise: NoisePolicy
    policy_of: Callable[[ConditionKind], ConditionPolicy]

    async def report(self, caller: Principal, asked: Asked, *, by_region: bool) -> Sequence[Row]:
        """Counted by rule, or by rule and each region above the warned one that may be seen."""
        material = await self.quality.material(sight_of(caller), asked)
        places = (lambda story: _regions(caller, asked, story)) if by_region else _whole
        return await asyncio.to_thread(
            count, material.stories, material.events, material.overdue, places, self.noise
        )

    async def try_rule(
        self, caller: Principal, asked: Try, policy: ConditionPolicy, key: str
    ) -> Trial:
        """What it would have raised, held against what was raised; raises when nobody answers."""
        answer = await self.replays.replay(asked.body, key)
        if answer.status != 200:
            return Trial(refused=answer)
        begin, end = _instant(answer.body["from"]), _instant(answer.body["to"])
        items = answer.body["items"]
        places = [(one["subject"], one["code"]) for one in items]
        told = await self.quality.told(sight_of(caller), asked.kind, places)
        tried = [
            _tried(one, policy, told.get(place, ()), begin, end)
            for one, place in zip(items, places, strict=True)
        ]
        silent = sum(not _says_something(one) for one in tried)
        return Trial(
            items=tuple(one for one in tried if _says_something(one)),
            silent=silent + int(answer.body.get("silent") or 0),
            next=answer.body.get("next"),
        )


def _says_something(tried: Tried) -> bool:
    return bool(tried.comparison.would_raise or tried.comparison.raised)


def _whole(_story: Story) -> Iterable[str]:
    return ("",)


def _regions(caller: Principal, asked: Asked, story: Story) -> Iterable[str]:
    """The regions from the nearest up to the one that was asked for, as far as they may be seen.

    A region that the caller does not see as a whole would be counted too low.
    """
    for i, code in enumerate(story.regions):
        if may_read(caller, f"region:{code}", story.regions[i:]):
            yield code
        if code == asked.region:
            return


def _tried(
    item: Mapping[str, Any],
    policy: ConditionPolicy,
    raised: Sequence[Change],
    begin: datetime,
    end: datetime,
) -> Tried:
    steps = [_change(step) for step in item["tried"]]
    return Tried(
        subject=item["subject"],
        subject_name=item["subject_name"],
        about=item["code"],
        about_name=item["name"],
        period=item["period"],
        comparison=compare(steps, policy, raised, begin, end),
    )


def _change(step: Mapping[str, Any]) -> Change:
    hour, into_us = divmod(to_us(_instant(step["at"])), HOUR_US)
    return Change(
        hour=hour,
        into_us=into_us,
        level=Level.of(step["level"]),
        quantity=step.get("quantity", ""),
        line=step.get("line", ""),
        used_percent=step.get("used_percent", ""),
        period=step.get("period", ""),
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
