"""Catalogues for tests: a county with electricity meters, built as ingest would publish it."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.model.catalogue import Catalogue, Entity, EntityKind, Record
from shared.model.instants import BEGINNING_US, FOREVER_US

PLACES = (("150000", None), ("150200", "150000"), ("150203", "150200"))


def entity(
    kind: EntityKind, code: str, number: int, attributes: Mapping[str, Any], version: int = 1
) -> Entity:
    """An entity with one record that is valid for ever."""
    record = Record(
        valid_from=BEGINNING_US,
        valid_to=FOREVER_US,
        version=version,
        recorded_at=0,
        attributes=attributes,
    )
    return Entity(kind=kind, code=code, number=number, records=(record,))


def changed(old: Entity, version: int, valid_from: int, **attributes: Any) -> Entity:
    """The entity with a further record that changes some attributes from an instant on."""
    record = Record(
        valid_from=valid_from,
        valid_to=FOREVER_US,
        version=version,
        recorded_at=0,
        attributes={**old.latest(), **attributes},
    )
    return Entity(kind=old.kind, code=old.code, number=old.number, records=(*old.records, record))


def meter(number: int, owner: str, **attributes: Any) -> Entity:
    """A register of electricity in kWh with two decimals, read every five minutes."""
    return entity(
        EntityKind.POINT,
        f"M{number}",
        number,
        {
            "owner": owner,
            "carrier": "electricity",
            "flow": "import",
            "unit": "kWh",
            "kind": "register",
            "decimals": 2,
            "multiplier": "1",
            "multiplier_decimals": 0,
            "interval_s": 300,
            "stamp": "end",
            "counted": True,
            **attributes,
        },
    )


def county(points: Sequence[Entity], enterprises: Sequence[str]) -> Catalogue:
    """A catalogue of version 1 with these enterprises (numbers from 900) in county 150203."""
    entities = [
        entity(EntityKind.CARRIER, "electricity", 800, {"unit": "kWh", "units": "MWh=1000"}),
        *(
            entity(EntityKind.REGION, code, 810 + i, {"parent": parent})
            for i, (code, parent) in enumerate(PLACES)
        ),
        *(
            entity(EntityKind.ENTERPRISE, code, 900 + i, {"region": "150203"})
            for i, code in enumerate(enterprises)
        ),
        *points,
    ]
    return Catalogue().with_entities(1, entities)
