"""Sees whose readings are bad: findings, estimates and coverage of the last days (数据质量)."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from services.evaluator.domain.budget import shown
from services.evaluator.domain.completeness import UNKNOWN_POINT, expected_hours
from services.evaluator.domain.conditions.seen import Facts, Seen
from services.evaluator.domain.month_sums import first_hour_of
from services.evaluator.domain.slices import OwnerSlice
from services.evaluator.domain.watching.policy import WatchPolicy
from services.evaluator.domain.watching.quality import (
    UNITS,
    Amount,
    Graded,
    Quality,
    Tally,
    graded,
    seen_of_amounts,
    seen_of_findings,
    seen_of_time,
)
from services.evaluator.domain.watching.quality import Seen as Checked
from services.evaluator.handlers.conditions.source import NOBODY, Due, Look
from services.evaluator.ports.book_sums import BookSum, BookSums
from services.evaluator.ports.conditions import ConditionNews
from services.evaluator.ports.intake import Intake, Newest
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import DAY_US, HOUR_US, from_us
from shared.model.level import Level
from shared.model.subject import Subject, SubjectKind

RULE = "quality"
_ZONE_HOURS = 8
"""Sums of books by month are of months at UTC+8."""
_DECIMALS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """What was noticed in a look: owners by key, findings by owner, newest readings by point."""

    now_us: int
    slices: Mapping[str, OwnerSlice]
    tallies: Mapping[str, tuple[Tally, ...]]
    newest: Mapping[int, int]


@dataclass(slots=True)
class QualitySource:
    """The Source of bad data; everybody is looked at once a day."""

    intake: Intake
    sums: BookSums
    policy: WatchPolicy
    name: str = "quality"
    kinds: Collection[ConditionKind] = (ConditionKind.QUALITY,)
    _noticed: Noticed | None = field(default=None)

    async def due(self, look: Look, news: ConditionNews, mark: str) -> Due:
        """Everybody when a day has begun."""
        del news
        today = look.today().isoformat()
        return Due(subjects=NOBODY if mark == today else None, mark=today)

    async def subjects(self, look: Look) -> Collection[str]:
        """Whoever has points."""
        return {each.owner for each in look.world.slices.values() if each.points}

    async def look(self, look: Look, subjects: Sequence[str]) -> Sequence[Seen]:
        """One condition an owner, at the level of its worst check."""
        noticed = await self._notice(look)
        # Hundreds of owners take a while: everything else goes on meanwhile.
        owners = [noticed.slices[one] for one in subjects if one in noticed.slices]
        first, end = _months(look.now_us, self.policy.quality_terms.days)
        sums = await self.sums.monthly([_book_of(each) for each in owners], first, end - first)
        return await asyncio.to_thread(self._found, owners, sums, noticed, look)

    def _found(
        self,
        owners: Sequence[OwnerSlice],
        sums: Mapping[tuple[str, int], Sequence[BookSum]],
        noticed: Noticed,
        look: Look,
    ) -> list[Seen]:
        found = []
        first, end = _months(look.now_us, self.policy.quality_terms.days)
        for each in owners:
            listed = [row for month in range(first, end)
                      for row in sums.get((_book_of(each), month), ())]  # fmt: skip
            checks = self._checks(each, listed, noticed, look, first)
            quality = graded(checks, self.policy.quality)
            if quality.level is not Level.NONE:
                found.append(_seen(each.owner, quality, look, self.policy))
        return found

    async def _notice(self, look: Look) -> Noticed:
        """Read once for all owners of a look."""
        if self._noticed is None or self._noticed.now_us != look.now_us:
            since = look.now_us - self.policy.quality_terms.days * DAY_US
            findings = await self.intake.findings(since)
            newest = await self.intake.newest()
            self._noticed = await asyncio.to_thread(_noticed, look, findings, newest)
        return self._noticed

    def _checks(
        self,
        each: OwnerSlice,
        sums: Sequence[BookSum],
        noticed: Noticed,
        look: Look,
        first_month: int,
    ) -> list[Checked]:
        codes = {point.number: point.code for point in each.points}
        found = seen_of_findings(noticed.tallies.get(each.owner, ()), codes)
        estimated = seen_of_amounts(_amounts(sums))
        coverage = self._coverage(each, sums, noticed, look, first_month)
        return [*found, *(one for one in (estimated, coverage) if one is not None)]

    def _coverage(
        self,
        each: OwnerSlice,
        sums: Sequence[BookSum],
        noticed: Noticed,
        look: Look,
        first_month: int,
    ) -> Checked | None:
        """Up to the owner's newest reading: that nothing came after it is another condition."""
        heard = [noticed.newest[p.number] for p in each.points if p.number in noticed.newest]
        spans = look.world.scopes.spans(_book_of(each))
        if not heard or not len(spans) or bool((spans.point == UNKNOWN_POINT).any()):
            return None
        first = first_hour_of(first_month)
        until = min(max(heard), look.now_us) // HOUR_US
        if until <= first:
            return None
        hours = int(expected_hours(spans, np.array([first, until], np.int64))[0])
        known = sum(row.known for row in sums)
        return seen_of_time(known, hours * HOUR_US)


def _noticed(look: Look, findings: Iterable[Tally], newest: Newest) -> Noticed:
    slices = look.world.slices.values()
    owner_of = {point.number: each.owner for each in slices for point in each.points}
    tallies: defaultdict[str, list[Tally]] = defaultdict(list)
    for one in findings:
        if one.point in owner_of:
            tallies[owner_of[one.point]].append(one)
    return Noticed(
        now_us=look.now_us,
        slices={each.owner: each for each in slices},
        tallies={owner: tuple(listed) for owner, listed in tallies.items()},
        newest=dict(zip(newest.point.tolist(), newest.at.tolist(), strict=True)),
    )


def _book_of(each: OwnerSlice) -> str:
    """Whose books hold what the owner's points measure: a region's are those of its boundary."""
    subject = Subject.parse(each.owner)
    if subject.kind is SubjectKind.REGION:
        return f"{SubjectKind.BOUNDARY}:{subject.code}"
    return each.owner


def _months(now_us: int, days: int) -> tuple[int, int]:
    """The months (year × 12 + month − 1) of the last days, the present one included."""
    now = from_us(now_us) + timedelta(hours=_ZONE_HOURS)
    first, last = (now - timedelta(days=days)), now
    return first.year * 12 + first.month - 1, last.year * 12 + last.month


def _amounts(sums: Iterable[BookSum]) -> list[Amount]:
    """By carrier and flow; lanes of several scales are made alike."""
    listed = list(sums)
    scale = max((row.lane.scale for row in listed), default=0)
    by: dict[tuple[str, str], list[int]] = {}
    for row in listed:
        size = 10 ** (scale - row.lane.scale)
        both = by.setdefault((row.lane.carrier, row.lane.flow), [0, 0])
        both[0] += row.quantity * size
        both[1] += row.estimated * size
    return [
        Amount(carrier=carrier, flow=flow, quantity=quantity, estimated=estimated)
        for (carrier, flow), (quantity, estimated) in by.items()
    ]


def _seen(owner: str, quality: Quality, look: Look, policy: WatchPolicy) -> Seen:
    decisive = quality.decisive
    check = decisive.seen.check if decisive else None
    return Seen(
        kind=ConditionKind.QUALITY,
        subject=owner,
        about="",
        about_name="数据质量",
        rule=RULE,
        measure=Measure.DATA,
        level=quality.level,
        at_us=look.now_us,
        value=shown(decisive.seen.value, _DECIMALS) if decisive else "",
        limit=f"{decisive.threshold:f}" if decisive and decisive.threshold is not None else "",
        unit=UNITS[check] if check else "",
        facts=_facts(owner, quality, policy),
    )


def _facts(owner: str, quality: Quality, policy: WatchPolicy) -> Facts:
    decisive = quality.decisive
    return {
        "check": decisive.seen.check.value if decisive else "",
        "days": policy.quality_terms.days,
        "checks": [_told(one) for one in quality.checks],
        "policy": policy.version,
        "figure": f"/v1/findings?subject={owner}",
        "links": {"books": f"/v1/books/{owner}"},
    }


def _told(one: Graded) -> dict[str, object]:
    return {
        "check": one.seen.check.value,
        "value": shown(one.seen.value, _DECIMALS),
        "unit": UNITS[one.seen.check],
        "level": one.level.word,
        "threshold": f"{one.threshold:f}" if one.threshold is not None else None,
        "worst": one.seen.worst,
        "places": one.seen.places,
    }
