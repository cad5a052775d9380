"""Everything that figures of some subjects and periods are made from, as of one commit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from services.evaluator.domain.accounting.account import cuts
from services.evaluator.domain.accounting.methods import method_edges
from services.evaluator.domain.completeness import Scopes
from services.evaluator.domain.factor_book import SOMEWHERE
from services.evaluator.domain.fences import Shift, Shifts, edges
from services.evaluator.domain.records.method import Method
from services.evaluator.domain.slices import OwnerSlice
from services.evaluator.domain.statistics.statement_book import StatementBook, StatementLine
from services.evaluator.domain.subjects import entity_of, name_of, regions_of, zone_of
from services.evaluator.handlers.reckoner.archive import Records
from services.evaluator.ports.book_sums import BookSum
from services.evaluator.ports.point_books import PointHours
from services.evaluator.ports.register import Entry
from shared.model.catalogue import Attributes, Catalogue
from shared.model.instants import FOREVER_US, HOUR_US, from_us
from shared.model.period import Period, reporting_period, zone
from shared.model.subject import Subject, SubjectKind

Books = Mapping[tuple[str, Period], Sequence[BookSum]]
"""Sums by subject and exact run of hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A subject as the catalogue knows it.

    regions: nearest first. places: where its factors are looked up. own: the slice of an enterprise
    or of a region's boundary; None for whoever only adds up others. shifts: lanes of its
    enterprises that count otherwise than in its sums.
    """

    subject: Subject
    name: str
    regions: tuple[str, ...]
    zone: str
    places: tuple[str, ...]
    own: OwnerSlice | None
    shifts: tuple[Shift, ...]

    @property
    def key(self) -> str:
        """`kind:code`."""
        return str(self.subject)

    @property
    def is_sum(self) -> bool:
        """Whether it is the sum of enterprises."""
        return self.subject.kind in {SubjectKind.REGION, SubjectKind.TAG}

    @property
    def is_scattered(self) -> bool:
        """Whether it is a tag whose enterprises lie in no province together."""
        return self.subject.kind is SubjectKind.TAG and SOMEWHERE in self.places

    def lanes(self, period: Period) -> frozenset[tuple[str, str]]:
        """Carriers and flows of which it has counted points in the period."""
        first, end = period.first_hour * HOUR_US, period.end_hour * HOUR_US
        return frozenset(
            (point.carrier, point.flow)
            for point in (self.own.points if self.own else ())
            for segment in point.segments
            if segment.counted and segment.start < end and first < segment.end
        )


@dataclass(slots=True)
class World:
    """Read once, then everything else is arithmetic.

    carriers: attributes of all carriers. commons: regions of tags. beyond: by region or tag, the
    enterprises that count for more than their meters, and the hours in which they do. scopes: who
    counts for whom. below: `region:code` right below each region, by its code. zones: in which
    regions keep their days. statements: by subject. hours: of points at stacks, by code and run of
    hours; None for a point without books.
    """

    as_of: int
    catalogue: Catalogue
    carriers: Mapping[str, Attributes]
    records: Records
    shifts: Shifts
    slices: Mapping[int, OwnerSlice]
    commons: Mapping[str, tuple[str, ...]]
    beyond: Mapping[str, tuple[tuple[str, int, int], ...]]
    scopes: Scopes
    below: Mapping[str, tuple[str, ...]]
    zones: tuple[str, ...]
    statements: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    books: Books = field(default_factory=dict)
    hours: Mapping[tuple[str, Period], PointHours | None] = field(default_factory=dict)
    _book: tuple[Mapping[str, tuple[Entry, ...]], StatementBook] | None = None
    _targets: Mapping[str, Sequence[tuple[Entry, ...]]] | None = None
    _who: dict[str, Who] = field(default_factory=dict)
    _cuts: dict[tuple[frozenset[str], Period], tuple[Period, ...]] = field(default_factory=dict)
    _near: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _factor_places: frozenset[str] | None = None
    _methods: Mapping[str, tuple[int, ...]] | None = None
    _tagged: Mapping[str, Sequence[tuple[str, int, int]]] | None = None

    @property
    def targets_by_holder(self) -> Mapping[str, Sequence[tuple[Entry, ...]]]:
        """All versions of each target, by the holder of its newest one."""
        if self._targets is None:
            found: dict[str, list[tuple[Entry, ...]]] = {}
            for entries in self.records.targets.values():
                found.setdefault(entries[-1].body.holder, []).append(entries)
            self._targets = found
        return self._targets

    @property
    def statement_book(self) -> StatementBook:
        """What is stated of all subjects read so far."""
        known, statements = self._book, self.statements
        # Further ones may be read meanwhile: a book is always held with what it was made of.
        if known is None or known[0] is not statements:
            book = StatementBook(
                StatementLine(statement=entry.body, version=entry.version, commit=entry.commit)
                for entries in statements.values()
                for entry in entries
            )
            known = self._book = (statements, book)
        return known[1]

    def learn(self, statements: Mapping[str, tuple[Entry, ...]]) -> None:
        """Take over statements of further subjects."""
        self.statements = {**self.statements, **statements}

    def who(self, key: str) -> Who | None:
        """The subject `kind:code`, None if nobody has that name. Raises ValueError."""
        known = self._who.get(key)
        if known is None:
            known = self._found(Subject.parse(key))
            if known is not None:
                self._who[key] = known
        return known

    def period(self, who: Who, text: str) -> Period:
        """A reporting period in the subject's zone. Raises ValueError naming the forms."""
        return reporting_period(text, who.zone)

    def last_day(self, who: Who, text: str) -> date:
        """The last day of a period in the subject's zone."""
        end = self.period(who, text).end_hour
        return (from_us(end * HOUR_US).astimezone(zone(who.zone)) - timedelta(seconds=1)).date()

    def parts(self, who: Who, period: Period) -> tuple[Period, ...]:
        """The period cut where a factor changes, or the meters that say what it takes in or gives.

        And where another method of counting begins.
        """
        places = frozenset(who.places) & self._places_with_factors()
        place = (places, period)
        known = self._cuts.get(place)
        if known is None:
            known = self._cuts[place] = cuts(
                self.records.factors, self.carriers, who.places, period
            )
        inner = {*(edges(who.own) if who.own else ()), *self._method_edges(who.key)}
        return tuple(part for one in known for part in _cut(one, inner))

    def _method_edges(self, key: str) -> tuple[int, ...]:
        """When another method of the subject begins to hold; worked out once for all."""
        if self._methods is None:
            found: dict[str, list[Method]] = {}
            for entry in self.records.methods:
                found.setdefault(entry.body.subject, []).append(entry.body)
            self._methods = {of: method_edges(listed) for of, listed in found.items()}
        return self._methods.get(key, ())

    def members(self, who: Who, period: Period) -> list[tuple[Who, Period]]:
        """Enterprises that count for it with more than meters, and how much of the period."""
        found: list[tuple[Who, Period]] = []
        for key, first, end in self.beyond.get(who.key, ()) if who.is_sum else ():
            member, shared = self.who(key), overlap(period, first, end)
            if member is not None and shared is not None:
                found.append((member, shared))
        return found

    def scattered(self, who: Who, period: Period) -> list[tuple[Who, Period]]:
        """All enterprises of a tag across provinces, and when in the period they count for it."""
        if not who.is_scattered:
            return []
        if self._tagged is None:
            found: dict[str, list[tuple[str, int, int]]] = {}
            for each in self.slices.values():
                for chain in each.chains:
                    for key in chain.subjects:
                        if key.startswith(f"{SubjectKind.TAG}:"):
                            span = (each.owner, chain.first_hour, chain.end_hour)
                            found.setdefault(key, []).append(span)
            self._tagged = found
        return [
            (member, shared)
            for key, first, end in self._tagged.get(who.key, ())
            if (member := self.who(key)) and (shared := overlap(period, first, end))
        ]

    def factor_places(self, who: Who) -> tuple[str, ...]:
        """Those of the subject's places for which there are factors at all, the nearest first."""
        known = self._near.get(who.key)
        if known is None:
            held = self._places_with_factors()
            known = self._near[who.key] = tuple(place for place in who.places if place in held)
        return known

    def sums(self, subject: str, period: Period) -> Sequence[BookSum]:
        """What the books hold of exactly these hours."""
        return self.books.get((subject, period), ())

    def _places_with_factors(self) -> frozenset[str]:
        if self._factor_places is None:
            lines = self.records.factors.lines
            self._factor_places = frozenset(line.record.place for line in lines)
        return self._factor_places

    def _found(self, subject: Subject) -> Who | None:
        entity = entity_of(self.catalogue, subject)
        if entity is None:
            return None
        regions = regions_of(self.catalogue, subject, FOREVER_US - 1)
        near = regions or self.commons.get(str(subject), ())
        adds_up = subject.kind in {SubjectKind.REGION, SubjectKind.TAG}
        return Who(
            subject=subject,
            name=name_of(self.catalogue, subject),
            regions=regions,
            zone=zone_of(self.catalogue, near),
            places=self.records.factors.places(near),
            own=None if adds_up else self.slices.get(entity.number),
            shifts=self.shifts.get(str(subject), ()) if adds_up else (),
        )


def overlap(period: Period, first_hour: int, end_hour: int) -> Period | None:
    """The hours of the period that lie in `[first_hour, end_hour)`; None if there are none."""
    first, end = max(period.first_hour, first_hour), min(period.end_hour, end_hour)
    if first >= end:
        return None
    return Period(first_hour=first, end_hour=end, zone_name=period.zone_name)


def _cut(period: Period, hours: Iterable[int]) -> Iterable[Period]:
    within = sorted(hour for hour in hours if period.first_hour < hour < period.end_hour)
    for first, end in pairwise([period.first_hour, *within, period.end_hour]):
        yield Period(first_hour=first, end_hour=end, zone_name=period.zone_name)


def common_regions(slices: Iterable[OwnerSlice]) -> dict[str, tuple[str, ...]]:
    """Codes of the regions in which all members of a tag lie, nearest first, by `tag:code`."""
    found: dict[str, tuple[str, ...]] = {}
    for each in slices:
        for chain in each.chains:
            regions = tuple(
                key.partition(":")[2]
                for key in chain.subjects
                if key.startswith(f"{SubjectKind.REGION}:")
            )
            for key in chain.subjects:
                if key.startswith(f"{SubjectKind.TAG}:"):
                    known = found.get(key, regions)
                    found[key] = tuple(code for code in known if code in regions)
    return found
