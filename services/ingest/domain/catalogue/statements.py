"""Drafts put into time: zones for dates, and the attributes that a row leaves to be known."""

from collections.abc import Iterable, Mapping

from services.ingest.domain.catalogue.drafts import Draft, instant_us, validity_text
from services.ingest.domain.catalogue.schema import DEFAULT_ZONE, SCHEMAS
from services.ingest.domain.catalogue.timelines import Statement
from services.ingest.domain.catalogue.values import Value
from shared.model import exact
from shared.model.catalogue import Attributes, Catalogue, EntityKind
from shared.model.instants import BEGINNING_US


class Reader:
    """Reads drafts against the catalogue and the other drafts of the same import."""

    def __init__(self, catalogue: Catalogue, drafts: Iterable[Draft]) -> None:
        self._catalogue = catalogue
        self._drafts: dict[str, Draft] = {}
        self._multiplier_decimals: dict[str, int] = {}
        for draft in drafts:
            self._drafts[draft.key] = draft
            if draft.kind is EntityKind.POINT:
                self._note_multiplier(draft)

    def _note_multiplier(self, draft: Draft) -> None:
        finest = exact.decimals_of(exact.decimal(str(draft.attributes["multiplier"])))
        known = self._multiplier_decimals.get(draft.key, 0)
        self._multiplier_decimals[draft.key] = max(known, finest)

    def statement(self, draft: Draft) -> Statement:
        """What the draft says, and of which time."""
        start, end = validity_text(draft.row)
        zone_name = self._zone(draft.kind, draft.attributes)
        return Statement(
            start=instant_us(start, zone_name) if start else self._beginning(draft),
            end=instant_us(end, zone_name) if end else None,
            attributes=self._completed(draft),
        )

    def _beginning(self, draft: Draft) -> int:
        """A row without a date speaks of the entity from its beginning on."""
        old = self._catalogue.entities.get(draft.key)
        timeline = old.timeline() if old else ()
        return timeline[0].start if timeline else BEGINNING_US

    def _completed(self, draft: Draft) -> Attributes:
        attributes = dict(draft.attributes)
        old = self._catalogue.entities.get(draft.key)
        if old is not None and (known := old.latest()):
            for column in SCHEMAS[draft.kind].columns:
                if column.fixed and column.name not in draft.stated:
                    attributes[column.name] = known[column.name]
        if draft.kind is EntityKind.POINT:
            self._complete_point(draft, attributes)
        return attributes

    def _complete_point(self, draft: Draft, attributes: dict[str, Value]) -> None:
        if attributes["name"] is None:
            attributes["name"] = draft.code
        if attributes["unit"] is None:
            carrier = self._known(EntityKind.CARRIER, str(attributes["carrier"]))
            attributes["unit"] = carrier.get("unit")
        if attributes["multiplier_decimals"] is None:
            attributes["multiplier_decimals"] = self._multiplier_decimals[draft.key]

    def _known(self, kind: EntityKind, code: str) -> Attributes:
        """The attributes that this import or else the catalogue gives."""
        draft = self._drafts.get(f"{kind}:{code}")
        if draft is not None:
            return draft.attributes
        entity = self._catalogue.get(kind, code)
        return entity.latest() if entity else {}

    def _zone(self, kind: EntityKind, attributes: Mapping[str, Value]) -> str:
        """The zone in which a date of the entity begins."""
        if kind is EntityKind.REGION:
            return str(attributes.get("zone") or DEFAULT_ZONE)
        place = _place(kind, attributes)
        if place is None:
            return DEFAULT_ZONE
        above = self._known(*place)
        return self._zone(place[0], above) if above else DEFAULT_ZONE


def _place(kind: EntityKind, attributes: Mapping[str, Value]) -> tuple[EntityKind, str] | None:
    if kind is EntityKind.POINT:
        owner_kind, _, code = str(attributes["owner"]).partition(":")
        return EntityKind(owner_kind), code
    if kind is EntityKind.MEMBER:
        return EntityKind.ENTERPRISE, str(attributes["enterprise"])
    if kind is EntityKind.ENTERPRISE:
        return EntityKind.REGION, str(attributes["region"])
    return None
