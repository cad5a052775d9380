"""All bodies of a group as columns: those of one shape together, the others one by one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from services.ingest.adapters.bodies import changes, plain, scan, scan_csv
from services.ingest.adapters.bodies.shape import Shape, shape_of
from services.ingest.domain.admission.admission import Offer
from services.ingest.domain.admission.texts import Bools, Texts
from services.ingest.ports import Body, Decoded, Format, Part, UnreadableBody

_MOST_SHAPES = 16


@dataclass(slots=True, kw_only=True)
class _Group:
    """Bodies of one shape."""

    places: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


class BodyReader:
    """See Decode; a body of more than `most_items` is not read."""

    def __init__(self, *, most_items: int = 20_000) -> None:
        self._most_items = most_items
        self._shapes: list[Shape] = []

    def __call__(self, bodies: Sequence[Body]) -> Decoded:
        """Every body is in one part or unreadable."""
        shaped: dict[int, tuple[Shape, _Group]] = {}
        tables: dict[bytes, _Group] = {}
        others: list[int] = []
        for place, body in enumerate(bodies):
            if not self._grouped(place, body, shaped, tables):
                others.append(place)
        parts = [self._scanned(shape, group, others) for shape, group in shaped.values()]
        parts += [_tabled(header, group, others) for header, group in tables.items()]
        decoded = Decoded(tuple(part for part in parts if part is not None), {})
        return self._with_plain(decoded, bodies, sorted(others))

    def _grouped(
        self,
        place: int,
        body: Body,
        shaped: dict[int, tuple[Shape, _Group]],
        tables: dict[bytes, _Group],
    ) -> bool:
        """Put the body into the group of its shape, if it has one."""
        if body.changes:
            return False
        if body.format is Format.CSV:
            header = scan_csv.header_of(body.data)
            if header is None or body.data.count(b"\n") > self._most_items:
                return False
            _add(tables.setdefault(header, _Group()), place, body.data, 0)
            return True
        found = self._shape(body)
        if found is None or found[1] > self._most_items:
            return False
        shape, rows = found
        _add(shaped.setdefault(id(shape), (shape, _Group()))[1], place, body.data, rows)
        return True

    def _shape(self, body: Body) -> tuple[Shape, int] | None:
        for shape in self._shapes:
            if shape.format is body.format and (rows := scan.fits(shape, body.data)):
                return shape, rows
        shape_found = shape_of(body.format, body.data)
        if shape_found is None or not (rows := scan.fits(shape_found, body.data)):
            return None
        self._shapes = [shape_found, *self._shapes[: _MOST_SHAPES - 1]]
        return shape_found, rows

    def _scanned(self, shape: Shape, group: _Group, others: list[int]) -> Part | None:
        offer, good = scan.scan(shape, group.bodies, group.rows)
        if good.all():
            return Part(tuple(group.places), tuple(group.rows), offer)
        return _good_bodies(group, offer, good, others)

    def _with_plain(
        self, decoded: Decoded, bodies: Sequence[Body], others: Sequence[int]
    ) -> Decoded:
        parts = list(decoded.parts)
        unreadable: dict[int, UnreadableBody] = {}
        for place in others:
            try:
                parts.append(self._plain(place, bodies[place]))
            except UnreadableBody as error:
                unreadable[place] = error
        return Decoded(tuple(parts), unreadable)

    def _plain(self, place: int, body: Body) -> Part:
        rows = (changes if body.changes else plain).read(body)
        items = len(rows) // rows.rows_per_item
        if items > self._most_items:
            raise UnreadableBody(
                f"{items} items are too many: send at most {self._most_items} in one request"
            )
        return Part((place,), (len(rows),), rows.offer())


def _add(group: _Group, place: int, body: bytes, rows: int) -> None:
    group.places.append(place)
    group.bodies.append(body)
    group.rows.append(rows)


def _tabled(header: bytes, group: _Group, others: list[int]) -> Part | None:
    names = scan_csv.columns_of(header)
    found = scan_csv.scan(names, group.bodies) if names is not None else None
    if found is None:
        others += group.places
        return None
    offer, rows = found
    return Part(tuple(group.places), tuple(rows), offer)


def _good_bodies(group: _Group, offer: Offer, good: Bools, others: list[int]) -> Part | None:
    """The bodies all of whose rows are of the shape; the others are left to the plain way."""
    edges = np.cumsum([0, *group.rows])
    whole = [bool(good[a:b].all()) for a, b in pairwise(edges)]
    others += [place for place, is_good in zip(group.places, whole, strict=True) if not is_good]
    kept = [index for index, is_good in enumerate(whole) if is_good]
    if not kept:
        return None
    rows = np.flatnonzero(np.repeat(whole, group.rows))
    return Part(
        tuple(group.places[index] for index in kept),
        tuple(group.rows[index] for index in kept),
        replace(
            offer,
            point=offer.point.take(rows),
            at=offer.at.take(rows),
            value=offer.value.take(rows),
            unit=_taken(offer.unit, rows),
            quality=_taken(offer.quality, rows),
            revision=_taken(offer.revision, rows),
        ),
    )


def _taken(column: Texts | None, rows: npt.NDArray[np.intp]) -> Texts | None:
    return None if column is None else column.take(rows)
