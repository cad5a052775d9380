"""The catalogue on its compacted topic: one JSON record an entity, and a `version` record.

Entities of a version are followed by the `version` record, and count only when it has come.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from shared.contracts.errors import UnreadableError
from shared.model.catalogue import Catalogue, Entity, EntityKind, Record

VERSION_KEY = b"version"


class RecordBody(msgspec.Struct, frozen=True, rename={"valid_from": "from", "valid_to": "to"}):
    """One dated record; instants in microseconds since 1970 UTC."""

    valid_from: int
    valid_to: int
    version: int
    recorded_at: int
    attributes: dict[str, str | int | bool | None]


class EntityBody(msgspec.Struct, frozen=True):
    """An entity with its whole history."""

    kind: str
    code: str
    number: int
    records: list[RecordBody]


class VersionBody(msgspec.Struct, frozen=True):
    """Marks that all entities up to this catalogue version have been written."""

    version: int
    recorded_at: int


_ENTITY = msgspec.json.Decoder(EntityBody)
_VERSION = msgspec.json.Decoder(VersionBody)


def entity_body(entity: Entity) -> EntityBody:
    """The message body of an entity."""
    return EntityBody(
        kind=entity.kind,
        code=entity.code,
        number=entity.number,
        records=[
            RecordBody(r.valid_from, r.valid_to, r.version, r.recorded_at, dict(r.attributes))
            for r in entity.records
        ],
    )


def encode_entity(entity: Entity) -> tuple[bytes, bytes]:
    """Key and value of an entity's record."""
    return entity.key.encode(), msgspec.json.encode(entity_body(entity))


def encode_version(version: int, recorded_at: int) -> tuple[bytes, bytes]:
    """Key and value of the record that ends a version."""
    return VERSION_KEY, msgspec.json.encode(VersionBody(version, recorded_at))


def decode_entity(value: bytes) -> Entity:
    """An entity from its record's value; raises UnreadableError."""
    try:
        body = _ENTITY.decode(value)
        return Entity(
            kind=EntityKind(body.kind),
            code=body.code,
            number=body.number,
            records=tuple(
                Record(
                    valid_from=r.valid_from,
                    valid_to=r.valid_to,
                    version=r.version,
                    recorded_at=r.recorded_at,
                    attributes=r.attributes,
                )
                for r in body.records
            ),
        )
    except (msgspec.MsgspecError, ValueError) as error:
        raise UnreadableError(f"not a catalogue entity: {error}") from error


class CatalogueReader:
    """Turns the records of the topic, in order, into catalogues of whole versions."""

    def __init__(self) -> None:
        """Begin with an empty catalogue of version 0."""
        self.catalogue = Catalogue()
        self._pending: dict[str, Entity] = {}

    def feed(self, key: bytes | None, value: bytes | None) -> bool:
        """Take one record; True when it completed a version. Raises UnreadableError."""
        if key is None or value is None:
            return False
        if key != VERSION_KEY:
            self._take(decode_entity(value))
            return False
        return self._complete(_version_of(value))

    def _take(self, entity: Entity) -> None:
        # A history only grows: a shorter one is a message that was overtaken.
        known = self._pending.get(entity.key) or self.catalogue.entities.get(entity.key)
        if known is None or len(known.records) <= len(entity.records):
            self._pending[entity.key] = entity

    def _complete(self, version: int) -> bool:
        # The topic may be read from anywhere after compaction: an old marker changes nothing.
        if version < self.catalogue.version:
            return False
        self.catalogue = self.catalogue.with_entities(version, self._pending.values())
        self._pending = {}
        return True


def _version_of(value: bytes) -> int:
    try:
        return _VERSION.decode(value).version
    except msgspec.MsgspecError as error:
        raise UnreadableError(f"not a catalogue version: {error}") from error


def as_json(entities: Iterable[Entity]) -> list[Any]:
    """Entities as plain JSON values, for the HTTP API."""
    return [msgspec.to_builtins(entity_body(entity)) for entity in entities]
