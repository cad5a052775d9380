"""Whether the holder of a part lies below the holder of the whole, as the catalogue says."""

from datetime import date

from services.evaluator.domain.subjects import entity_of, regions_of
from shared.model.catalogue import Catalogue, EntityKind
from shared.model.instants import HOUR_US
from shared.model.period import hour_of_day
from shared.model.subject import Subject, SubjectKind

_ZONE = "Asia/Shanghai"
HOLDERS = (SubjectKind.REGION, SubjectKind.ENTERPRISE, SubjectKind.TAG)
PLACES, TAGS = "places", "tags"


def holder_fault(holder: str, catalogue: Catalogue) -> str | None:
    """Why nobody of that name can hold a target; None if somebody can."""
    try:
        subject = Subject.parse(holder)
    except ValueError as error:
        return str(error)
    if subject.kind not in HOLDERS:
        return f"a {subject.kind} holds no targets: name a region, an enterprise or a tag"
    if entity_of(catalogue, subject) is None:
        return f"there is no {subject.kind} {subject.code} in the catalogue"
    return None


def usual_cut(holder: str) -> str:
    """The division that a holder belongs to where none is named."""
    return TAGS if holder.startswith(f"{SubjectKind.TAG}:") else PLACES


def below_fault(part: str, whole: str, on: date, catalogue: Catalogue) -> str | None:
    """Why `part` does not lie below `whole` on the day; None if it does.

    Both are known holders. A tag (sector, department, park) may cut across a region; below a tag
    come other tags and the enterprises that carry it.
    """
    subject, above = Subject.parse(part), Subject.parse(whole)
    if above.kind is SubjectKind.REGION:
        if subject.kind is SubjectKind.TAG:
            return None
        at_us = instant_of(on)
        regions = regions_of(catalogue, subject, at_us)
        own = subject.code if subject.kind is SubjectKind.REGION else None
        if above.code in regions and above.code != own:
            return None
        return f"{part} does not lie in {whole} on {on}"
    if above.kind is SubjectKind.TAG:
        return _below_tag(subject, above, on, catalogue)
    return f"{whole} is an enterprise: nothing lies below it"


def _below_tag(subject: Subject, tag: Subject, on: date, catalogue: Catalogue) -> str | None:
    if subject.kind is SubjectKind.TAG:
        return None if subject != tag else f"{subject} is the holder of the whole already"
    if subject.kind is SubjectKind.REGION:
        return (
            f"a tag's parts are held by tags or by the enterprises that carry it, not by {subject}"
        )
    member = catalogue.get(EntityKind.MEMBER, f"{tag.code}/{subject.code}")
    if member is not None and member.at(instant_of(on)) is not None:
        return None
    return f"{subject} does not carry the tag {tag.code} on {on}"


def instant_of(on: date) -> int:
    """The day's beginning, microseconds."""
    return hour_of_day(on, _ZONE) * HOUR_US
