"""Stories counted by rule and region: shares, lead times, times to acknowledge, and noise."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.alerts.domain.quality.stories import Episode, Story, Verdict, episodes
from shared.model.condition import ConditionKind, Measure

EARLY = (ConditionKind.FORECAST, ConditionKind.PACE)
"""Kinds that warn of something before it happens."""

EVENTS = (
    ConditionKind.USED,
    ConditionKind.BAROMETER,
    ConditionKind.INTENSITY,
    ConditionKind.INDICATOR,
)
"""Kinds whose red level is what was warned of."""

Events = Mapping[tuple[str, Measure], Sequence[datetime]]
"""By subject and measure: when it happened, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisePolicy:
    """When a rule is called noisy: too many false ones, or too often the same again.

    `least`: so many must have been raised before anything is said.
    """

    least: int = 5
    false_share: float = 0.3
    again: float = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What is counted together; an empty `region` is all that was asked for."""

    kind: ConditionKind
    rule: str
    measure: Measure
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A group in numbers. Times are medians and nearest-rank 90th percentiles; None without any.

    `came_true`: of those that warn early, so many were followed by what they warned of.
    """

    group: Group
    warnings: int
    raised: int
    verdicts: Mapping[Verdict, int]
    came_true: int | None
    lead: timedelta | None
    lead_p90: timedelta | None
    acknowledged: int
    acknowledge: timedelta | None
    acknowledge_p90: timedelta | None
    overdue_steps: int
    why_noisy: str


@dataclass(slots=True)
class _Tally:
    """Numbers of a group while they are added up."""

    warnings: int = 0
    verdicts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    leads: list[timedelta] = field(default_factory=list)
    waits: list[timedelta] = field(default_factory=list)
    overdue: int = 0

    @property
    def raised(self) -> int:
        return sum(self.verdicts.values())


def count(
    stories: Iterable[Story],
    events: Events,
    overdue: Mapping[UUID, int],
    places: Callable[[Story], Iterable[str]],
    noise: NoisePolicy,
) -> tuple[Row, ...]:
    """One row a group, those that were raised most often first.

    `overdue`: how many steps of a warning passed their deadline. `places`: the regions a story is
    counted in (an empty one: the whole).
    """
    tallies: dict[Group, _Tally] = {}
    for story in stories:
        found = tuple(episodes(story))
        if not found and story.warning not in overdue:
            continue
        leads = _leads(story, found, events)
        for region in places(story):
            group = Group(kind=story.kind, rule=story.rule, measure=story.measure, region=region)
            tally = tallies.setdefault(group, _Tally())
            _add(tally, found, leads, overdue.get(story.warning, 0))
    rows = [_row(group, tally, noise) for group, tally in tallies.items()]
    return tuple(sorted(rows, key=_order))


def lead(raised_at: datetime, happened: Sequence[datetime]) -> timedelta | None:
    """How long before the next event it was raised; None if nothing happened afterwards."""
    place = bisect_left(happened, raised_at)
    return happened[place] - raised_at if place < len(happened) else None


def _leads(story: Story, found: Sequence[Episode], events: Events) -> list[timedelta]:
    if story.kind not in EARLY:
        return []
    happened = events.get((story.subject, story.measure), ())
    leads = (lead(episode.raised_at, happened) for episode in found)
    return [one for one in leads if one is not None]


def _add(tally: _Tally, found: Sequence[Episode], leads: Sequence[timedelta], overdue: int) -> None:
    tally.warnings += bool(found)
    tally.overdue += overdue
    tally.leads.extend(leads)
    for episode in found:
        tally.verdicts[episode.verdict] += 1
        if episode.acknowledged_at is not None:
            tally.waits.append(episode.acknowledged_at - episode.raised_at)


def _row(group: Group, tally: _Tally, noise: NoisePolicy) -> Row:
    leads, waits = sorted(tally.leads), sorted(tally.waits)
    return Row(
        group=group,
        warnings=tally.warnings,
        raised=tally.raised,
        verdicts=tally.verdicts,
        came_true=len(leads) if group.kind in EARLY else None,
        lead=_rank(leads, 50),
        lead_p90=_rank(leads, 90),
        acknowledged=len(waits),
        acknowledge=_rank(waits, 50),
        acknowledge_p90=_rank(waits, 90),
        overdue_steps=tally.overdue,
        why_noisy=_noise(tally, noise),
    )


def _rank(ordered: Sequence[timedelta], percent: int) -> timedelta | None:
    """The nearest rank: the smallest one that at least so many per cent do not exceed."""
    if not ordered:
        return None
    return ordered[max(-(-len(ordered) * percent // 100), 1) - 1]


def _noise(tally: _Tally, noise: NoisePolicy) -> str:
    if tally.raised < noise.least:
        return ""
    false = tally.verdicts[Verdict.FALSE]
    if false >= noise.false_share * tally.raised:
        return f"false: {false} of {tally.raised}"
    if tally.raised >= noise.again * tally.warnings:
        return f"flapping: {tally.warnings} raised {tally.raised} times"
    return ""


def _order(row: Row) -> tuple[int, str, str, str, str]:
    group = row.group
    return (-row.raised, group.kind, group.rule, group.measure, group.region)
