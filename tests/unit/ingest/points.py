"""A small catalogue of metering points for tests of admission."""

from services.ingest.domain.admission.points import PointTable, compile_points
from shared.contracts.readings import partition_of
from shared.model.catalogue import Attributes, Catalogue, Entity, EntityKind, Record
from shared.model.instants import BEGINNING_US, FOREVER_US

PARTITIONS = 12
OWNER, OTHER = "enterprise:91150203MA0DEM001G", "region:150000"


def point(**different: str | int | bool | None) -> Attributes:
    """The attributes of an ordinary register, except for what is said to be different."""
    return {
        "name": "x",
        "owner": OWNER,
        "carrier": "electricity",
        "flow": "import",
        "unit": "kWh",
        "kind": "register",
        "decimals": 2,
        "multiplier": "1",
        "multiplier_decimals": 0,
        "interval_s": 900,
        "stamp": "end",
        "zone": None,
        "digits": None,
        "max_rate": None,
        "level": None,
        "parent": None,
        "counted": True,
        **different,
    }


def entity(kind: EntityKind, code: str, number: int, *lives: tuple[int, int, Attributes]) -> Entity:
    """An entity whose segments are given as (from, to, attributes)."""
    return Entity(
        kind=kind,
        code=code,
        number=number,
        records=tuple(
            Record(valid_from=start, valid_to=end, version=1, recorded_at=0, attributes=attributes)
            for start, end, attributes in lives
        ),
    )


def always(attributes: Attributes) -> tuple[int, int, Attributes]:
    """A life without beginning or end."""
    return BEGINNING_US, FOREVER_US, attributes


def table_of(*points: Entity, version: int = 7) -> PointTable:
    """What admission needs of these points."""
    carrier: Attributes = {"name": "e", "kind": "energy", "unit": "kWh", "units": "MWh=1000"}
    known = [entity(EntityKind.CARRIER, "electricity", 1, always(carrier)), *points]
    catalogue = Catalogue(version=version, entities={item.key: item for item in known})
    return compile_points(catalogue, lambda owner: partition_of(owner, PARTITIONS))
