"""How good the data behind a region's figures are: heard time, estimates, coverage, corrections."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.evaluator.domain.accounting.bundle import Bundle, Kind
from services.evaluator.domain.continuity import Finding
from services.evaluator.domain.factors import counts_energy
from services.evaluator.domain.figures.names import FigureId, Options
from services.evaluator.domain.figures.rendering import exact
from services.evaluator.domain.situation.columns import signs_in_sum, unit_of
from services.evaluator.handlers.situation.firms import Firm
from services.evaluator.handlers.situation.ground import Ground
from services.evaluator.handlers.situation.reading import look_at, read_books
from services.evaluator.handlers.situation.tallies import Wanted, percent_of
from services.evaluator.ports.data_quality import DataQuality, Findings
from services.evaluator.ports.publications import FigureCorrection
from shared.contracts.situation import Correction, DataState
from shared.model.instants import HOUR_US, iso
from shared.model.period import Period

_MOST_CORRECTIONS = 200
_HUNDRED = 100
KINDS: Mapping[Finding, str] = {
    Finding.GAP: "gap",
    Finding.RESET: "reset",
    Finding.IMPLAUSIBLE: "implausible",
    Finding.CONFLICT: "conflict",
}
"""A rollover is none: its quantity is whole."""


@dataclass(frozen=True, slots=True)
class DataStates:
    """Makes the DataState of a ground."""

    quality: DataQuality

    async def __call__(self, ground: Ground) -> DataState:
        """Raises HistoryError, Unavailable."""
        period, world = ground.span.period, ground.world
        look = await look_at(ground)
        counter, wanted = look.counters[0], Wanted()
        await asyncio.to_thread(counter.wanted, wanted)
        await read_books(ground, wanted)
        await ground.gatherer.add(world, [(ground.who.key, ground.span.text)])
        first, end = period.first_hour * HOUR_US, period.end_hour * HOUR_US
        findings = await self.quality.standing(first, end, ground.as_of)
        # Whoever was there a year ago only is none of them.
        inside = [number for number, stay in enumerate(counter.stays) if stay.runs]
        firms = [look.firms[number] for number in inside]
        count, corrections = await self._corrected(ground, firms)
        everybody = await asyncio.to_thread(look.heard, world.books)
        heard = [everybody[number] for number in inside]
        points = await asyncio.to_thread(_points, firms, period)
        return DataState(
            points=len(points),
            enterprises=len(firms),
            reporting=sum(one.known > 0 for one in heard),
            completeness=exact(
                percent_of(sum(one.known for one in heard), sum(one.expected for one in heard))
            ),
            estimated=exact(_estimated(ground)),
            coverage_energy=_coverage(ground, "coverage"),
            coverage_carbon=_coverage(ground, "coverage-carbon"),
            findings=_by_kind(findings, points),
            corrections=tuple(map(_correction, corrections)),
            corrections_count=count,
        )

    async def _corrected(
        self, ground: Ground, firms: Sequence[Firm]
    ) -> tuple[int, Sequence[FigureCorrection]]:
        """Of the region, of those below it, and of its enterprises; none without a brief before."""
        if ground.since is None:
            return 0, ()
        subjects = {*_regions(ground), *(firm.key for firm in firms)}
        return await self.quality.corrected(subjects, ground.since, ground.as_of, _MOST_CORRECTIONS)


def _regions(ground: Ground) -> Iterator[str]:
    """The region and all below it."""
    waiting = [ground.who.key]
    seen: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            yield key
            waiting += ground.world.below.get(key.partition(":")[2], ())


def _points(firms: Iterable[Firm], period: Period) -> frozenset[int]:
    """Numbers of all points that count at some time of the period."""
    first, end = period.first_hour * HOUR_US, period.end_hour * HOUR_US
    return frozenset(
        point.number
        for firm in firms
        for point in firm.own.points
        if any(one.counted and one.start < end and first < one.end for one in point.segments)
    )


def _by_kind(findings: Iterable[Findings], points: frozenset[int]) -> dict[str, int]:
    """Findings of these points by what is remarkable; one may be of several kinds."""
    counts: Counter[str] = Counter()
    for one in findings:
        for kind, word in KINDS.items():
            if one.point in points and one.kind & kind:
                counts[word] += one.count
    return {word: counts[word] for word in KINDS.values() if counts[word]}


def _estimated(ground: Ground) -> Fraction | None:
    """What was estimated of the energy that meters counted, in and out, in per cent."""
    world, who = ground.world, ground.who
    estimated = whole = Fraction(0)
    for part in world.parts(who, ground.span.period):
        for row in world.sums(who.key, part):
            unit = _energy_of(ground, row.lane.carrier, part)
            if unit is not None and signs_in_sum(row.lane.flow, shifted=False).energy:
                size = unit / 10**row.lane.scale
                estimated += size * abs(row.estimated)
                whole += size * abs(row.quantity)
    return _HUNDRED * estimated / whole if whole else None


def _energy_of(ground: Ground, carrier: str, part: Period) -> Fraction | None:
    """Tonnes of standard coal in one unit of a carrier at the region's place."""
    world = ground.world
    if carrier not in world.carriers or not counts_energy(world.carriers[carrier]):
        return None
    bundle = Bundle(
        subject="",
        kind=Kind.ENTERPRISE,
        period=part,
        places=ground.who.places,
        carriers=world.carriers,
        factors=world.records.factors,
    )
    return unit_of(bundle, carrier).energy


def _coverage(ground: Ground, measure: str) -> str | None:
    options = Options(as_of=ground.as_of)
    name = FigureId(
        subject=ground.who.subject, measure=measure, period=ground.span.text, options=options
    )
    return exact(ground.measures.line(ground.who, name).value)


def _correction(one: FigureCorrection) -> Correction:
    change = one.change
    return Correction(
        figure=change.figure,
        old=change.old,
        new=change.new,
        cause=change.cause,
        at=iso(one.at_us),
    )
