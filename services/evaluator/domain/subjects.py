"""Where a subject lies and what it is called, as the catalogue says."""

from shared.model.catalogue import Catalogue, Entity, EntityKind
from shared.model.subject import Subject, SubjectKind

_KIND_OF = {
    SubjectKind.ENTERPRISE: EntityKind.ENTERPRISE,
    SubjectKind.REGION: EntityKind.REGION,
    SubjectKind.TAG: EntityKind.TAG,
    SubjectKind.BOUNDARY: EntityKind.REGION,
}

DEFAULT_ZONE = "Asia/Shanghai"


def entity_of(catalogue: Catalogue, subject: Subject) -> Entity | None:
    """What the catalogue has under the subject's code; None if it has nothing."""
    return catalogue.get(_KIND_OF[subject.kind], subject.code)


def name_of(catalogue: Catalogue, subject: Subject) -> str:
    """The subject's name, its code if it has none."""
    entity = entity_of(catalogue, subject)
    return str((entity.latest().get("name") if entity else None) or subject.code)


def regions_of(catalogue: Catalogue, subject: Subject, at_us: int) -> tuple[str, ...]:
    """Codes of the region that the subject lies in and of those above, nearest first.

    As of the instant; of an enterprise that does not exist then, as it was last. Empty for a tag.
    """
    if subject.kind is SubjectKind.TAG:
        return ()
    if subject.kind is not SubjectKind.ENTERPRISE:
        return catalogue.ancestors(subject.code, at_us)
    entity = entity_of(catalogue, subject)
    attributes = (entity.at(at_us) or entity.latest()) if entity else {}
    region = attributes.get("region")
    return catalogue.ancestors(str(region), at_us) if region else ()


def zone_of(catalogue: Catalogue, regions: tuple[str, ...]) -> str:
    """The zone in which the nearest of these regions keeps its periods."""
    for code in regions:
        region = catalogue.get(EntityKind.REGION, code)
        zone = region.latest().get("zone") if region else None
        if zone:
            return str(zone)
    return DEFAULT_ZONE
