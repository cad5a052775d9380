"""Books, corrections and findings for whoever asks; only what is stored counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.evaluator.domain.accounts import Entry, Step, edges_of, entries, hours_of
from services.evaluator.domain.books import FIGURES, I64, day_of
from services.evaluator.domain.budget import Measure, MeasureKind, Series
from services.evaluator.domain.completeness import EVER, Scopes, Spans
from services.evaluator.domain.factors import Factor, Weights, weights_of
from services.evaluator.domain.slices import PointRule
from services.evaluator.domain.subjects import entity_of, name_of, regions_of, zone_of
from services.evaluator.domain.totals import Lane
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.judge import BooksReader
from services.evaluator.ports.point_books import PointBooks, PointHours
from shared.model.catalogue import Attributes, Entity, EntityKind, Flow
from shared.model.instants import FOREVER_US, HOUR_US
from shared.model.period import Period
from shared.model.subject import Subject, SubjectKind

MOST_ENTRIES = 20_000
MOST_HOURS = 2_000_000
POINT = "point"
NET = "net"


class AskedTooMuchError(ValueError):
    """The answer would be too long; the text says what to ask for instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose books: a subject, or a point with its owner; `regions` nearest first."""

    key: str
    name: str
    subject: Subject
    regions: tuple[str, ...]
    zone: str
    point: Entity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked for; hours None: as far as there are books. as_of: a commit, None for now."""

    carrier: str | None
    flow: str | None
    first_hour: int | None
    end_hour: int | None
    step: Step
    series: Series
    as_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One carrier and flow, or its net inflow."""

    carrier: str
    flow: str
    unit: str
    factors: tuple[Factor, ...]
    entries: Sequence[Entry]
    total: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All books asked for; `period` is None when there are none at all."""

    period: Period | None
    books: Sequence[Book]


class Library:
    """Reads books by the catalogue in use."""

    def __init__(
        self,
        reader: BooksReader,
        points: PointBooks,
        rulebook: Rulebook,
        briefs: Briefs,
    ) -> None:
        """`briefs`: not the judge's own; this object renews them."""
        self._reader = reader
        self._points = points
        self._rulebook = rulebook
        self._briefs = briefs

    def scopes(self) -> Scopes:
        """Who counts for whom in the catalogue in use."""
        self._briefs.renew()
        return self._briefs.scopes

    def holder(self, key: str) -> Holder | None:
        """Who is named by `kind:code`; None if the catalogue has nobody. Raises ValueError."""
        catalogue = self._rulebook.catalogue
        kind, _, code = key.partition(":")
        point = catalogue.get(EntityKind.POINT, code) if kind == POINT else None
        if kind == POINT and point is None:
            return None
        owner = str(point.records[0].attributes["owner"]) if point else key
        subject = Subject.parse(owner)
        if entity_of(catalogue, subject) is None:
            return None
        regions = regions_of(catalogue, subject, FOREVER_US - 1)
        name = str(point.latest().get("name") or code) if point else name_of(catalogue, subject)
        return Holder(
            key=key,
            name=name,
            subject=subject,
            regions=regions,
            zone=zone_of(catalogue, regions),
            point=point,
        )

    async def read(self, holder: Holder, query: Query) -> Answer:
        """The books asked for. Raises AskedTooMuchError, HistoryError, Unavailable."""
        if holder.point is not None:
            return await self._read_point(holder, query)
        subject = str(holder.subject)
        lanes = [lane for lane in await self._lanes(subject) if _asked(query, lane)]
        period = await self._period(subject, holder, query)
        if period is None:
            return Answer(period=None, books=())
        _check(period, query, len(lanes))
        days = await self._reader.days(
            subject, lanes, day_of(period.first_hour), -(-period.end_hour // 24), query.as_of
        )
        rows: dict[Lane, list[tuple[int, bytes]]] = {lane: [] for lane in lanes}
        for lane, day, body in days:
            rows[lane].append((day, body))
        hours = {lane: hours_of(listed, period) for lane, listed in rows.items()}
        period, hours = _trimmed(query, period, hours)
        return Answer(period=period, books=self._books(holder, query, period, hours))

    def points_of(self, holder: Holder) -> tuple[str, ...]:
        """Codes of the points that ever count for the holder, or of the point itself."""
        if holder.point is not None:
            return (holder.point.code,)
        numbers = set(self.scopes().spans(str(holder.subject)).point.tolist())
        return tuple(
            point.code
            for point in self._rulebook.catalogue.of_kind(EntityKind.POINT)
            if point.number in numbers
        )

    async def _lanes(self, subject: str) -> Sequence[Lane]:
        return (await self._reader.lanes([subject])).get(subject, ())

    async def _period(self, subject: str, holder: Holder, query: Query) -> Period | None:
        first, end = query.first_hour, query.end_hour
        if first is None or end is None:
            extent = await self._reader.extent(subject)
            if extent is None:
                return None
            first = extent[0] * 24 if first is None else first
            end = extent[1] * 24 if end is None else end
        return _period(first, end, holder.zone)

    def _books(
        self, holder: Holder, query: Query, period: Period, hours: Mapping[Lane, I64]
    ) -> list[Book]:
        pairs = {(lane.carrier, lane.flow) for lane in hours}
        if query.carrier and query.flow not in (None, NET):
            pairs.add((query.carrier, str(query.flow)))
        found = [
            self._book(holder, query, period, hours, carrier, {flow: 1})
            for carrier, flow in sorted(pairs)
            if query.flow in (None, flow)
        ]
        if holder.subject.kind is SubjectKind.BOUNDARY and query.flow in (None, NET):
            signs = {Flow.IMPORT.value: 1, Flow.EXPORT.value: -1}
            found += [
                self._book(holder, query, period, hours, carrier, signs)
                for carrier in sorted({carrier for carrier, _ in pairs})
            ]
        return found

    def _book(
        self,
        holder: Holder,
        query: Query,
        period: Period,
        hours: Mapping[Lane, I64],
        carrier: str,
        signs: Mapping[str, int],
    ) -> Book:
        chosen = {
            lane: rows
            for lane, rows in hours.items()
            if lane.carrier == carrier and lane.flow in signs
        }
        spans = self.scopes().spans(
            str(holder.subject), lambda code, flow: code == carrier and flow in signs
        )
        return self._made(query, period, chosen, spans, carrier, signs)

    def _made(
        self,
        query: Query,
        period: Period,
        hours: Mapping[Lane, I64],
        spans: Spans,
        carrier: str,
        signs: Mapping[str, int],
    ) -> Book:
        attributes = self._carrier(carrier)
        weights = self._weights(carrier, attributes, signs, query.series)
        parts, whole = edges_of(period, query.step), edges_of(period, Step.TOTAL)
        (total,) = entries(hours, signs, spans, weights, whole)
        is_total = query.step is Step.TOTAL
        factors = {w.factor.first_hour: w.factor for ws in weights.values() for w in ws if w.factor}
        return Book(
            carrier=carrier,
            flow=NET if len(signs) > 1 else next(iter(signs)),
            unit=str(attributes.get("unit") or ""),
            factors=tuple(factors.values()),
            entries=(total,) if is_total else entries(hours, signs, spans, weights, parts),
            total=total,
        )

    def _carrier(self, code: str) -> Attributes:
        carrier = self._rulebook.catalogue.get(EntityKind.CARRIER, code)
        return carrier.latest() if carrier else {}

    def _weights(
        self, carrier: str, attributes: Attributes, signs: Mapping[str, int], series: Series
    ) -> Weights:
        flows = tuple(flow if sign > 0 else f"-{flow}" for flow, sign in signs.items())
        measure = Measure(kind=MeasureKind.TCE, series=series, flows=flows)
        return weights_of(measure, {carrier: attributes}, tuple(signs), self._briefs.factors)

    async def _read_point(self, holder: Holder, query: Query) -> Answer:
        rule = self._rule(holder)
        if rule is None or not _asked(query, _lane(rule)):
            return Answer(period=None, books=())
        first = EVER[0] if query.first_hour is None else query.first_hour
        end = EVER[1] if query.end_hour is None else query.end_hour
        if first >= end:
            raise ValueError("the end lies before the beginning, or at it")
        if query.first_hour is not None and query.end_hour is not None:
            _check(_period(first, end, holder.zone), query, 1)
        booked = await self._points.hours(rule.code, first, end, query.as_of)
        if booked is None:
            return Answer(period=None, books=())
        period = _booked_period(booked, query, holder)
        if period is None:
            return Answer(period=None, books=())
        _check(period, query, 1)
        lane, rows = _lane(rule), _dense(booked, period)
        book = self._made(query, period, {lane: rows}, _spans(rule), lane.carrier, {lane.flow: 1})
        return Answer(period=period, books=(book,))

    def _rule(self, holder: Holder) -> PointRule | None:
        owner = entity_of(self._rulebook.catalogue, holder.subject)
        mine = self._rulebook.slice_of(owner.number) if owner else None
        number = holder.point.number if holder.point else None
        rules = mine.points if mine else ()
        return next((rule for rule in rules if rule.number == number), None)


def _asked(query: Query, lane: Lane) -> bool:
    return query.carrier in (None, lane.carrier) and query.flow in (None, NET, lane.flow)


def _lane(rule: PointRule) -> Lane:
    return Lane(carrier=rule.carrier, flow=rule.flow, scale=rule.scale)


def _period(first_hour: int, end_hour: int, zone: str) -> Period:
    if end_hour <= first_hour:
        raise ValueError("the end lies before the beginning, or at it")
    return Period(first_hour=first_hour, end_hour=end_hour, zone_name=zone)


def _check(period: Period, query: Query, lanes: int) -> None:
    """Refuse what would be too long before anything is read."""
    hours_each = {Step.HOUR: 1, Step.DAY: 23, Step.MONTH: 28 * 24, Step.TOTAL: period.hours}
    rows = (period.hours // hours_each[query.step] + 2) * max(lanes, 1)
    if rows > MOST_ENTRIES or period.hours * max(lanes, 1) > MOST_HOURS:
        raise AskedTooMuchError(
            f"{period.hours} hours of {max(lanes, 1)} books by {query.step} are more than "
            f"{MOST_ENTRIES} entries or {MOST_HOURS} hours: ask for a shorter time, a larger step, "
            "or one carrier and flow"
        )


def _trimmed(
    query: Query, period: Period, hours: Mapping[Lane, I64]
) -> tuple[Period, dict[Lane, I64]]:
    """An end that was not asked for is where the books begin or end, to the hour."""
    held = np.flatnonzero(sum(rows.any(axis=1) for rows in hours.values()))
    low = int(held[0]) if query.first_hour is None and len(held) else 0
    high = int(held[-1]) + 1 if query.end_hour is None and len(held) else period.hours
    first = period.first_hour
    cut = _period(first + low, first + high, period.zone_name)
    return cut, {lane: rows[low:high] for lane, rows in hours.items()}


def _booked_period(booked: PointHours, query: Query, holder: Holder) -> Period | None:
    first, end = query.first_hour, query.end_hour
    if first is None or end is None:
        if not len(booked.hour):
            return None
        first = int(booked.hour[0]) if first is None else first
        end = int(booked.hour[-1]) + 1 if end is None else end
    return _period(first, end, holder.zone)


def _dense(booked: PointHours, period: Period) -> I64:
    rows = np.zeros((period.hours, FIGURES), np.int64)
    at = booked.hour - period.first_hour
    rows[at, 0], rows[at, 1], rows[at, 2] = booked.quantity, booked.estimated, booked.known
    return rows


def _spans(rule: PointRule) -> Spans:
    """The whole life of a point, counted in its owner's total or not."""
    rows = [
        (rule.number, s.interval_us, s.start // HOUR_US, -(-s.end // HOUR_US))
        for s in rule.segments
    ]
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    return Spans(point=columns[0], interval=columns[1], first=columns[2], end=columns[3])
