"""What must hold for a metering point: owner, unit, tree, and numbers that stay exact."""

from collections.abc import Iterator
from decimal import Decimal

from services.ingest.domain.catalogue import values
from services.ingest.domain.catalogue.references import missing
from services.ingest.domain.catalogue.timelines import at
from services.ingest.domain.catalogue.view import View
from shared.model import exact
from shared.model.catalogue import Attributes, EntityKind, Segment

Mistake = tuple[str | None, str]

FINEST = 12
"""Books keep at most so many decimals."""
LARGEST_MANTISSA = 2**62
"""What one reading may come to in the books' quantum, with room to add."""


def point_faults(code: str, segment: Segment, view: View) -> Iterator[Mistake]:
    """Everything wrong with a point during the segment."""
    attributes = segment.attributes
    kind, _, owner = str(attributes["owner"]).partition(":")
    carrier = str(attributes["carrier"])
    yield from missing(view, "owner", EntityKind(kind), owner, segment)
    yield from missing(view, "carrier", EntityKind.CARRIER, carrier, segment)
    yield from _multiplier(attributes)
    yield from _unit(attributes, view)
    yield from _parent(code, segment, view)


def _multiplier(attributes: Attributes) -> Iterator[Mistake]:
    finest, declared = _decimals(attributes, "multiplier"), attributes["multiplier_decimals"]
    if finest > _int(declared):
        yield (
            "multiplier",
            f"{attributes['multiplier']} is finer than the {declared} multiplier_decimals that the "
            "point's books were given for life: give the changed point a new code",
        )


def _unit(attributes: Attributes, view: View) -> Iterator[Mistake]:
    carrier = str(attributes["carrier"])
    known = view.latest(EntityKind.CARRIER, carrier)
    if not known:
        return
    factor = unit_factor(attributes, known)
    if factor is None:
        others = ", ".join([str(known["unit"]), *values.unit_factors(str(known["units"] or ""))])
        yield (
            "unit",
            f"{attributes['unit']} cannot be converted to {known['unit']}: {carrier} takes "
            f"{others}; add the unit to the carrier's units, as in MWh=1000",
        )
        return
    scale = books_scale(attributes, factor)
    if scale > FINEST:
        yield (
            "decimals",
            f"readings, multiplier and unit together have {scale} decimals; books keep {FINEST}",
        )
    elif _largest(attributes, factor) > LARGEST_MANTISSA:
        yield (
            "digits",
            "the largest reading times multiplier and unit does not fit into the books' 18 digits: "
            "state fewer digits or decimals",
        )


def unit_factor(attributes: Attributes, carrier: Attributes) -> Decimal | None:
    """How many canonical units the point's unit is; None if it cannot be converted."""
    if attributes["unit"] == carrier["unit"]:
        return Decimal(1)
    return values.unit_factors(str(carrier["units"] or "")).get(str(attributes["unit"]))


def books_scale(attributes: Attributes, factor: Decimal) -> int:
    """The decimals of the point's books: of reading, multiplier and unit together."""
    reading, multiplier = attributes["decimals"], attributes["multiplier_decimals"]
    return _int(reading) + _int(multiplier) + exact.decimals_of(factor)


def book_factor(attributes: Attributes, factor: Decimal) -> int:
    """What a reading's mantissa is multiplied by to be in the books' quantum."""
    multiplier = exact.decimal(str(attributes["multiplier"]))
    by_multiplier = exact.mantissa(multiplier, _int(attributes["multiplier_decimals"]))
    return by_multiplier * exact.mantissa(factor, exact.decimals_of(factor))


def _largest(attributes: Attributes, factor: Decimal) -> int:
    if _decimals(attributes, "multiplier") > _int(attributes["multiplier_decimals"]):
        return 0
    digits = _int(attributes["digits"]) + _int(attributes["decimals"])
    return int(10**digits) * book_factor(attributes, factor)


def _decimals(attributes: Attributes, name: str) -> int:
    return exact.decimals_of(exact.decimal(str(attributes[name])))


def _int(value: values.Value) -> int:
    return value if isinstance(value, int) else 0


def _parent(code: str, segment: Segment, view: View) -> Iterator[Mistake]:
    parent = segment.attributes["parent"]
    if parent is None:
        return
    yield from missing(view, "parent", EntityKind.POINT, str(parent), segment)
    above = view.latest(EntityKind.POINT, str(parent))
    if above and above["owner"] != segment.attributes["owner"]:
        yield "parent", f"{parent} belongs to {above['owner']}: a parent has the same owner"
    lower, upper = segment.attributes["level"], above.get("level")
    if lower is not None and upper is not None and _int(lower) <= _int(upper):
        yield "level", f"level {lower} is not below its parent {parent}'s level {upper}"
    if _turns_back(code, segment, view):
        yield "parent", f"the parents of {code} lead back to {code}"


def _turns_back(code: str, segment: Segment, view: View) -> bool:
    """A circle of dated parents closes at the beginning of one of its segments."""
    reachable, starts = [code], {segment.start}
    for other in reachable:
        for part in view.timeline(EntityKind.POINT, other):
            starts.add(part.start)
            parent = part.attributes["parent"]
            if parent and str(parent) not in reachable:
                reachable.append(str(parent))
    moments = (start for start in starts if segment.start <= start < segment.end)
    return any(code in _above(code, moment, view) for moment in moments)


def _above(code: str, instant: int, view: View) -> list[str]:
    path: list[str] = []
    attributes = at(view.timeline(EntityKind.POINT, code), instant)
    while attributes and attributes["parent"] and attributes["parent"] not in path:
        path.append(str(attributes["parent"]))
        attributes = at(view.timeline(EntityKind.POINT, path[-1]), instant)
    return path


def counted_twice(code: str, segment: Segment, view: View) -> str | None:
    """A note if a counted point stands below a counted one of the same carrier and flow."""
    attributes = segment.attributes
    if not attributes["counted"] or not attributes["parent"]:
        return None
    for parent in _above(code, segment.start, view):
        above = at(view.timeline(EntityKind.POINT, parent), segment.start)
        same = above and all(above[n] == attributes[n] for n in ("carrier", "flow"))
        if above and same and above["counted"]:
            return (
                f"point {code} and point {parent} above it are both counted: what the lower one "
                "measures is booked twice unless the upper one leaves it out"
            )
    return None
