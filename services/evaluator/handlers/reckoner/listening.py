"""How well a figure was heard: points, readings and completeness behind each of its books."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import numpy as np

from services.evaluator.domain.budget_cells import hour_named
from services.evaluator.domain.completeness import UNKNOWN_POINT, expected_hours
from services.evaluator.domain.evidence import completeness
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.figures.rendering import leaves
from services.evaluator.handlers.reckoner.leaves import grouped
from services.evaluator.handlers.reckoner.world import World
from services.evaluator.ports.book_sums import ReadingCounts
from shared.model.catalogue import EntityKind
from shared.model.instants import hour_iso
from shared.model.period import Period

_MOST_LINKS = 20
_BOOKS, _POINT = "/v1/books/", "point:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One book behind a figure.

    readings: None where they are not counted by the period. completeness: known ÷ expected
    point-time, None where nothing was expected. links: the first points' readings.
    """

    href: str
    subject: str
    carrier: str
    flow: str
    points: int
    readings: int | None
    completeness: str | None
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    href: str
    subject: str
    carrier: str
    flow: str
    period: Period


async def heard(figure: Figure, world: World, zone: str, counts: ReadingCounts) -> list[Heard]:
    """Every book of the figure, once."""
    codes = {point.number: point.code for point in world.catalogue.of_kind(EntityKind.POINT)}
    return [
        _of_point(book, world)
        if book.subject.startswith(_POINT)
        else await _heard(book, world, counts, codes)
        for book in _books(figure, zone)
    ]


def _of_point(book: _Book, world: World) -> Heard:
    """The books of a single point by hour."""
    code, period = book.subject.removeprefix(_POINT), book.period
    hours = world.hours.get((code, period))
    known = int(hours.known.sum()) if hours is not None else 0
    return Heard(
        href=book.href,
        subject=book.subject,
        carrier=book.carrier,
        flow=book.flow,
        points=1,
        readings=None,
        completeness=completeness(known, period.hours),
        links=(_link(code, period),),
    )


async def _heard(
    book: _Book,
    world: World,
    counts: ReadingCounts,
    codes: Mapping[int, str],
) -> Heard:
    ever = world.scopes.spans(
        book.subject, lambda carrier, flow: (carrier, flow) == (book.carrier, book.flow)
    )
    spans = ever.within(book.period.first_hour, book.period.end_hour)
    numbers = np.unique(spans.point[spans.point != UNKNOWN_POINT]).tolist()
    edges = np.array([book.period.first_hour, book.period.end_hour])
    rows = grouped(world.sums(book.subject, book.period)).get((book.carrier, book.flow), [])
    found = await counts.reading_counts(numbers, book.period)
    return Heard(
        href=book.href,
        subject=book.subject,
        carrier=book.carrier,
        flow=book.flow,
        points=len(numbers),
        readings=None if found is None else sum(found.values()),
        completeness=completeness(
            sum(row.known for row in rows), int(expected_hours(spans, edges)[0])
        ),
        links=tuple(
            _link(codes[number], book.period) for number in numbers[:_MOST_LINKS] if number in codes
        ),
    )


def _link(code: str, period: Period) -> str:
    query = urlencode(
        {"from": hour_iso(period.first_hour), "to": hour_iso(period.end_hour)}, safe=":"
    )
    return f"/v1/points/{quote(code)}/readings?{query}"


def _books(figure: Figure, zone: str) -> list[_Book]:
    found: dict[str, _Book] = {}
    for leaf in leaves(figure):
        if leaf.source is not None and leaf.source.href.startswith(_BOOKS):
            found.setdefault(leaf.source.href, _book(leaf.source.href, zone))
    return list(found.values())


def _book(href: str, zone: str) -> _Book:
    parts = urlsplit(href)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return _Book(
        href=href,
        subject=unquote(parts.path.removeprefix(_BOOKS)),
        carrier=query["carrier"],
        flow=query["flow"],
        period=Period(
            first_hour=hour_named(query["from"], zone),
            end_hour=hour_named(query["to"], zone),
            zone_name=zone,
        ),
    )
