"""Sees two sources of one quantity that differ by more than is allowed (交叉核对)."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.evaluator.domain.budget import shown
from services.evaluator.domain.conditions.seen import Seen, Series
from services.evaluator.domain.figures.periods import year_earlier
from services.evaluator.domain.watching.candidates import Candidates, candidates
from services.evaluator.domain.watching.gaps import Gap, Source, gap_of
from services.evaluator.domain.watching.policy import WatchPolicy
from services.evaluator.handlers.conditions.pairs import Pairs
from services.evaluator.handlers.conditions.source import NOBODY, Due, Look
from services.evaluator.handlers.reckoner.gathering import Ask, Gatherer
from services.evaluator.handlers.reckoner.reckoner import children_of
from services.evaluator.handlers.reckoner.world import Who
from services.evaluator.ports.conditions import ConditionNews, Conditions
from services.evaluator.ports.register import RecordKind
from services.evaluator.ports.statement_subjects import StatementSubjects
from shared.model.catalogue import EntityKind
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level
from shared.model.subject import SubjectKind

RULE = "cross-check"
STATED_ITEMS = ("unit-energy", "product")
"""Items by which an enterprise can be held against its meters."""
_DECIMALS = 2


@dataclass(slots=True)
class CrossSource:
    """The Source of gaps; everybody once a day, and whoever stated something at once.

    told: a gap that stands is looked at by its own period too, until a later one can be compared.
    """

    gatherer: Gatherer
    stating: StatementSubjects
    told: Conditions
    policy: WatchPolicy
    name: str = "cross-check"
    kinds: Collection[ConditionKind] = (ConditionKind.CROSS_CHECK,)

    async def due(self, look: Look, news: ConditionNews, mark: str) -> Due:
        """Everybody when a day has begun; else who stated something, and the region above."""
        today = look.today().isoformat()
        if mark != today:
            return Due(subjects=None, mark=today)
        stated = news.of(RecordKind.STATEMENT)
        if not stated:
            return Due(subjects=NOBODY, mark=today)
        above = {key for one in stated for key in _above(look, one)}
        return Due(subjects=frozenset(stated | above) - {""}, mark=today)

    async def subjects(self, look: Look) -> Collection[str]:
        """All regions, and enterprises that state production or energy per unit."""
        regions = {region.key for region in look.world.catalogue.of_kind(EntityKind.REGION)}
        return regions | await self.stating.stating(STATED_ITEMS, look.commit)

    async def look(self, look: Look, subjects: Sequence[str]) -> Sequence[Seen]:
        """One condition a check and quantity, by the newest period of which both are known."""
        told = await self.told.told(self.kinds, subjects)
        stand = {
            series: one.steps[-1].period for series, one in told.items() if one.level > Level.NONE
        }
        # Hundreds of regions take a second or two: everything else goes on meanwhile.
        people, asks = await asyncio.to_thread(_asked, look, subjects, stand)
        await self.gatherer.add(look.world, asks)
        return await asyncio.to_thread(self._found, look, people, stand)

    def _found(
        self, look: Look, people: Iterable[tuple[Who, Candidates]], stand: Mapping[Series, str]
    ) -> list[Seen]:
        usual, pairs = candidates(look.today()), Pairs(look.world, self.policy.cross_terms)
        gaps = [
            gap_of(pair, self.policy.cross_check)
            for who, periods in people
            for pair in pairs.of(who, periods.cumulative, periods.months)
        ]
        seen = [_seen(gap, look, self.policy) for gap in gaps if gap.level is not Level.NONE]
        # Periods of long ago keep what stands; they raise nothing.
        return [one for one in seen if one.period in usual or one.series in stand]


def _asked(
    look: Look, subjects: Sequence[str], stand: Mapping[Series, str]
) -> tuple[list[tuple[Who, Candidates]], list[Ask]]:
    """Those who are there with the periods to look at, and what is to be read of them."""
    periods: defaultdict[str, set[str]] = defaultdict(set)
    for series, period in stand.items():
        periods[series.subject].add(period)
    today = look.today()
    people = [
        (who, candidates(today, periods[key]))
        for key in subjects
        if (who := look.world.who(key)) is not None
    ]
    return people, [ask for who, of_whom in people for ask in _asks(look, who, of_whom)]


def _asks(look: Look, who: Who, periods: Candidates) -> Iterator[Ask]:
    is_region = who.subject.kind is SubjectKind.REGION
    below = children_of(look.world, who.subject.code, EntityKind.REGION) if is_region else []
    for text in periods.cumulative:
        yield who.key, text
        yield from ((child.key, text) for child in below)
        earlier = year_earlier(text)
        if not is_region and earlier:
            yield who.key, earlier
    if is_region:
        yield from ((who.key, text) for text in periods.months)


def _above(look: Look, key: str) -> Iterator[str]:
    """The region of an enterprise, or right above a region."""
    who = look.world.who(key) if key else None
    if who is None:
        return
    place = 1 if who.subject.kind is SubjectKind.REGION else 0
    if len(who.regions) > place:
        yield f"{SubjectKind.REGION}:{who.regions[place]}"


def _seen(gap: Gap, look: Look, policy: WatchPolicy) -> Seen:
    pair = gap.pair
    percent = pair.percent
    return Seen(
        kind=ConditionKind.CROSS_CHECK,
        subject=pair.subject,
        about=f"{pair.check}:{pair.about}",
        about_name=pair.about_name,
        rule=RULE,
        measure=Measure.DATA,
        level=gap.level,
        at_us=look.now_us,
        period=pair.period,
        value=shown(abs(pair.difference), _DECIMALS),
        limit=shown(gap.allowed, _DECIMALS) if gap.allowed is not None else "",
        ratio_percent=_ratio(gap),
        unit=pair.unit,
        facts={
            "check": pair.check.value,
            "side": pair.side.value,
            "difference": shown(pair.difference, _DECIMALS),
            "difference_percent": shown(percent, _DECIMALS) if percent is not None else None,
            "first": _told(pair.first, pair.unit),
            "second": _told(pair.second, pair.unit),
            "policy": policy.version,
            "figure": pair.first.href,
            "links": {"other": pair.second.href},
        },
    )


def _ratio(gap: Gap) -> str:
    """The difference in per cent of what is allowed; nothing where nothing is."""
    if not gap.allowed:
        return ""
    return shown(abs(gap.pair.difference) * 100 / gap.allowed, 1)


def _told(source: Source, unit: str) -> dict[str, str]:
    return {
        "name": source.name,
        "value": shown(source.value, _DECIMALS),
        "unit": unit,
        "href": source.href,
    }
