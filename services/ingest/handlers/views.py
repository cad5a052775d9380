"""The catalogue as people and programs ask for it: what a key may see, filtered, in pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.ingest.domain.catalogue.schema import SCHEMAS
from shared.model.access import Principal, may_read
from shared.model.catalogue import Attributes, Catalogue, Entity, EntityKind, Segment
from shared.model.instants import BEGINNING_US, FOREVER_US, iso

_PUBLIC = frozenset({EntityKind.CARRIER, EntityKind.REGION, EntityKind.TAG})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which entities, and which page of them."""

    kind: EntityKind
    region: str | None = None
    owner: str | None = None
    contains: str | None = None
    after: str | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Views in the order of their codes; `next` is the last code if there are more."""

    items: tuple[dict[str, Any], ...]
    next: str | None


def visible(catalogue: Catalogue, principal: Principal, entity: Entity) -> bool:
    """Whether the key may see it: divisions, carriers and tags everybody, the rest as books."""
    if entity.kind in _PUBLIC or principal.sees_all:
        return True
    subject = _owner(entity)
    return may_read(principal, subject, _regions(catalogue, subject))


def _owner(entity: Entity) -> str:
    """Whose it is: `enterprise:…` or `region:…`."""
    attributes = entity.latest()
    if entity.kind is EntityKind.POINT:
        return str(attributes.get("owner"))
    if entity.kind is EntityKind.MEMBER:
        return f"enterprise:{attributes.get('enterprise')}"
    return entity.key


def _regions(catalogue: Catalogue, subject: str) -> tuple[str, ...]:
    """The region of the owner and all above it, as they are latest."""
    kind, _, code = subject.partition(":")
    if kind == EntityKind.ENTERPRISE:
        enterprise = catalogue.get(EntityKind.ENTERPRISE, code)
        code = str(enterprise.latest().get("region")) if enterprise else ""
    path: list[str] = []
    while code and code not in path:
        path.append(code)
        region = catalogue.get(EntityKind.REGION, code)
        code = str(region.latest().get("parent") or "") if region else ""
    return tuple(path)


def page_of(catalogue: Catalogue, principal: Principal, selection: Selection) -> Page:
    """One page of what the key may see."""
    found = sorted(_chosen(catalogue, selection), key=lambda entity: entity.code)
    items: list[dict[str, Any]] = []
    for entity in found:
        if not visible(catalogue, principal, entity):
            continue
        if len(items) == selection.limit:
            return Page(items=tuple(items), next=str(items[-1]["code"]))
        items.append(_view(entity))
    return Page(items=tuple(items), next=None)


def _chosen(catalogue: Catalogue, selection: Selection) -> Iterator[Entity]:
    for entity in catalogue.of_kind(selection.kind):
        if selection.after is not None and entity.code <= selection.after:
            continue
        if selection.owner is not None and entity.latest().get("owner") != selection.owner:
            continue
        if selection.contains and not _contains(entity, selection.contains):
            continue
        if selection.region is not None and not _lies_in(catalogue, entity, selection.region):
            continue
        yield entity


def _contains(entity: Entity, part: str) -> bool:
    return part.lower() in f"{entity.code}\n{entity.latest().get('name') or ''}".lower()


def _lies_in(catalogue: Catalogue, entity: Entity, region: str) -> bool:
    return region in _regions(catalogue, _owner(entity))


def _view(entity: Entity) -> dict[str, Any]:
    timeline = entity.timeline()
    return {
        "kind": entity.kind.value,
        "code": entity.code,
        "number": entity.number,
        "valid_from": _instant(timeline[0].start) if timeline else None,
        "valid_to": _instant(timeline[-1].end) if timeline else None,
        "attributes": _ordered(entity.kind, entity.latest()),
    }


def entity_view(entity: Entity, version: int | None) -> dict[str, Any]:
    """One entity with its segments as of a version (the newest if None) and all its records."""
    known = [r for r in entity.records if version is None or r.version <= version]
    return {
        **_view(entity),
        "as_of_version": version,
        "segments": [_segment(entity.kind, segment) for segment in entity.timeline(version)],
        "records": [
            {
                "version": record.version,
                "recorded_at": iso(record.recorded_at),
                "valid_from": _instant(record.valid_from),
                "valid_to": _instant(record.valid_to),
                "attributes": _ordered(entity.kind, record.attributes),
            }
            for record in known
        ],
    }


def _segment(kind: EntityKind, segment: Segment) -> dict[str, str | Attributes | None]:
    return {
        "valid_from": _instant(segment.start),
        "valid_to": _instant(segment.end),
        "attributes": _ordered(kind, segment.attributes),
    }


def _ordered(kind: EntityKind, attributes: Attributes) -> Attributes:
    """In the order in which the columns are documented."""
    return {
        column.name: attributes[column.name]
        for column in SCHEMAS[kind].columns
        if column.name in attributes
    }


def _instant(us: int) -> str | None:
    """None for 'since ever' and 'until further notice'."""
    return None if us in (BEGINNING_US, FOREVER_US) else iso(us)
