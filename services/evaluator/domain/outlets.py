"""Whose conversion output already leaves through a meter at the fence, so that it counts once.

An enterprise gives out of a carrier what its export meters say; only where it has none, what its
conversion is said to give out. A region's books hold the sums of both, so the conversion output of
those enterprises that export the same carrier has to be left out of them by name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.evaluator.domain.slices import OwnerSlice
from shared.model.catalogue import Flow
from shared.model.subject import SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubled:
    """Conversion output of an enterprise that has an export meter of the same carrier.

    first_hour, end_hour: while the enterprise counts for the subject.
    """

    enterprise: str
    carrier: str
    first_hour: int
    end_hour: int


Outlets = Mapping[str, tuple[Doubled, ...]]
"""By subject: what its books hold twice."""


def outlets_of(slices: Iterable[OwnerSlice]) -> Outlets:
    """What is held twice in the books of each enterprise, region and tag."""
    found: defaultdict[str, list[Doubled]] = defaultdict(list)
    for each in slices:
        carriers = doubled_carriers(each)
        if not carriers or not each.owner.startswith(f"{SubjectKind.ENTERPRISE}:"):
            continue
        for chain in each.chains:
            for subject in chain.subjects:
                found[subject] += [
                    Doubled(
                        enterprise=each.owner,
                        carrier=carrier,
                        first_hour=chain.first_hour,
                        end_hour=chain.end_hour,
                    )
                    for carrier in carriers
                ]
    return {subject: tuple(listed) for subject, listed in found.items()}


def doubled_carriers(each: OwnerSlice) -> tuple[str, ...]:
    """Carriers of which the owner has a point of export and one of conversion output."""
    exported = {point.carrier for point in each.points if point.flow == Flow.EXPORT}
    given = {point.carrier for point in each.points if point.flow == Flow.CONVERSION_OUTPUT}
    return tuple(sorted(exported & given))
