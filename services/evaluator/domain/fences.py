"""Which meters say what an enterprise takes in and gives out of a carrier, so that it counts once.

What crosses the fence counts where it is metered there: imports in, exports out. Of a carrier
without an export meter what conversion gives out counts as given out; of one that no meter sees
cross the fence either way, what conversion takes in and what is used as feedstock count as taken
in. (What is exported and never imported was made inside: its way into conversion is no entrance.)

A region's books hold the sums of all flows, so lanes of those enterprises for which the rule says
otherwise than for the sum are added to it by name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from services.evaluator.domain.slices import OwnerSlice
from shared.model.catalogue import Flow
from shared.model.instants import HOUR_US
from shared.model.subject import SubjectKind

INSIDE = frozenset({Flow.CONVERSION_INPUT.value, Flow.FEEDSTOCK.value})
"""Flows into conversion or products, seen inside the fence."""
_AT_FENCE = frozenset({Flow.IMPORT.value, Flow.EXPORT.value})

Span = tuple[int, int]
"""Hours `[first, end)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A lane of an enterprise that has to be added to the sum of imports of those above it.

    Conversion output: it left by an export meter too, so the sum has taken it off twice. Flows
    INSIDE: no meter at the fence saw it come in. first_hour, end_hour: while that is so and the
    enterprise counts for the subject.
    """

    enterprise: str
    carrier: str
    flow: str
    first_hour: int
    end_hour: int


Shifts = Mapping[str, tuple[Shift, ...]]
"""By subject: what its books lack of what its enterprises count."""


def ways_in(flows: Set[str]) -> frozenset[str]:
    """By which flows an enterprise takes in a carrier of which it has meters of these flows."""
    return INSIDE if not flows & _AT_FENCE else frozenset({Flow.IMPORT.value})


def ways_out(flows: Set[str]) -> frozenset[str]:
    """By which flow an enterprise gives out a carrier of which it has meters of these flows."""
    exports = Flow.EXPORT in flows
    return frozenset({Flow.EXPORT.value if exports else Flow.CONVERSION_OUTPUT.value})


def shifts_of(slices: Iterable[OwnerSlice]) -> Shifts:
    """What is to be added to the books of each region and tag, and when."""
    found: dict[str, list[Shift]] = defaultdict(list)
    for each in slices:
        lanes = shifted_lanes(each)
        for chain in each.chains if lanes else ():
            for carrier, flow, first, end in lanes:
                low, high = max(first, chain.first_hour), min(end, chain.end_hour)
                for subject in chain.subjects if low < high else ():
                    if subject != each.owner:
                        shift = Shift(
                            enterprise=each.owner,
                            carrier=carrier,
                            flow=flow,
                            first_hour=low,
                            end_hour=high,
                        )
                        found[subject].append(shift)
    return {subject: tuple(listed) for subject, listed in found.items()}


def shifted_lanes(each: OwnerSlice) -> tuple[tuple[str, str, int, int], ...]:
    """Carrier, flow and hours of an enterprise's lanes that count otherwise than in a sum."""
    if not each.owner.startswith(f"{SubjectKind.ENTERPRISE}:"):
        return ()
    return tuple(
        (carrier, flow, first, end)
        for carrier, flow in sorted(_inner_lanes(each))
        for first, end in _shifted(each, carrier, flow)
    )


def is_shifted(each: OwnerSlice, carrier: str, flow: str, within: Span) -> bool | None:
    """Whether the lane counts otherwise than in a sum; None where that changes within the hours."""
    if flow in _AT_FENCE or not each.owner.startswith(f"{SubjectKind.ENTERPRISE}:"):
        return False
    first, end = within
    fence = [span for way in _AT_FENCE for span in spans(each, carrier, way)]
    if any(first < hour < end for span in fence for hour in span):
        return None
    return any(low < end and first < high for low, high in _shifted(each, carrier, flow))


def edges(each: OwnerSlice) -> tuple[int, ...]:
    """The hours at which it changes which meters say what the owner takes in or gives out."""
    carriers = {carrier for carrier, _ in _inner_lanes(each)}
    return tuple(
        sorted(
            {
                hour
                for carrier in carriers
                for flow in _AT_FENCE
                for span in spans(each, carrier, flow)
                for hour in span
            }
        )
    )


def spans(each: OwnerSlice, carrier: str, flow: str) -> tuple[Span, ...]:
    """The hours in any part of which a meter of the lane stands that counts, in order."""
    return _united(
        (segment.start // HOUR_US, -(-segment.end // HOUR_US))
        for point in each.points
        if point.carrier == carrier and point.flow == flow
        for segment in point.segments
        if segment.counted
    )


def _inner_lanes(each: OwnerSlice) -> set[tuple[str, str]]:
    return {(point.carrier, point.flow) for point in each.points if point.flow not in _AT_FENCE}


def _shifted(each: OwnerSlice, carrier: str, flow: str) -> tuple[Span, ...]:
    """When the lane's meters stand: with an export meter (output), or with none at the fence."""
    own = spans(each, carrier, flow)
    exported = spans(each, carrier, Flow.EXPORT)
    if flow == Flow.CONVERSION_OUTPUT:
        return _shared(own, exported)
    if flow not in INSIDE:
        return ()
    return _without(own, _united((*exported, *spans(each, carrier, Flow.IMPORT))))


def _united(listed: Iterable[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for first, end in sorted(listed):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((first, end))
    return tuple(found)


def _shared(some: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    others = tuple(others)
    both = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return tuple(sorted((first, end) for first, end in both if first < end))


def _without(some: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of the runs; those taken are in order and apart."""
    found: list[Span] = []
    taken = tuple(taken)
    for first, end in some:
        at = first
        for low, high in taken:
            if low < end and at < high:
                found += [(at, low)] if at < low else []
                at = max(at, high)
        found += [(at, end)] if at < end else []
    return tuple(found)
