"""The catalogue of the made-up province as rows of ingest's tables, all of one version."""

import json
from collections.abc import Iterator, Mapping

from deploy.bench.province.estate import SECTORS, Estate
from deploy.bench.province.shelves import VERSION
from deploy.bench.province.size import ZONE
from shared.model.instants import BEGINNING_US, FOREVER_US, HOUR_US

ENTITIES = ("number", "kind", "code")
RECORDS = ("number", "version", "place", "valid_from", "valid_to", "attributes")
Attributes = Mapping[str, str | int | bool | None]


def entities(estate: Estate) -> Iterator[str]:
    """Lines of the table of entities."""
    for number, kind, code, _ in _all(estate):
        yield f"{number}\t{kind}\t{code}\n"


def records(estate: Estate) -> Iterator[str]:
    """Lines of the table of records: each entity has one, valid for ever."""
    validity = f"{VERSION}\t0\t{BEGINNING_US}\t{FOREVER_US}"
    for number, _, _, attributes in _all(estate):
        yield f"{number}\t{validity}\t{json.dumps(attributes, ensure_ascii=False)}\n"


def _all(estate: Estate) -> Iterator[tuple[int, str, str, Attributes]]:
    numbers = estate.numbers
    for nth, lane in enumerate(estate.size.metered):
        names = {"name": lane.name, "name_en": lane.name_en}
        kind = {"kind": "energy", "unit": lane.unit, "units": None}
        yield 1 + nth, "carrier", lane.carrier, {**names, **kind}
    for nth, region in enumerate(estate.regions):
        above = {"parent": region.parent, "level": region.level, "zone": ZONE}
        named = {"name": region.name, "name_en": None}
        yield numbers.regions + nth, "region", region.code, {**named, **above}
    for nth, (code, name, name_en, _) in enumerate(SECTORS):
        yield (
            numbers.sectors + nth,
            "tag",
            code,
            {"name": name, "name_en": name_en, "kind": "sector"},
        )
    for place in range(estate.size.enterprises):
        yield (
            *(numbers.enterprises + place, "enterprise", estate.enterprise(place)),
            _enterprise(estate, place),
        )
    for place in range(estate.size.enterprises):
        member = {"tag": SECTORS[estate.sector(place)][0], "enterprise": estate.enterprise(place)}
        code = f"{member['tag']}/{member['enterprise']}"
        yield numbers.members + place, "member", code, member
    for place in range(estate.size.enterprises):
        yield from _points(estate, place)


def _enterprise(estate: Estate, place: int) -> Attributes:
    return {
        "name": f"演示企业{place + 1:05}",
        "name_en": f"Demonstration enterprise {place + 1}",
        "region": estate.county_of(place).code,
        "industry": SECTORS[estate.sector(place)][3],
        "demonstration": True,
    }


def _points(estate: Estate, place: int) -> Iterator[tuple[int, str, str, Attributes]]:
    owner = f"enterprise:{estate.enterprise(place)}"
    interval_s = estate.size.interval_h * HOUR_US // 1_000_000
    for number, code, lane in estate.points(place):
        yield (
            *(number, "point", code),
            {
                "name": None,
                "owner": owner,
                "carrier": lane.carrier,
                "flow": lane.flow,
                "unit": lane.unit,
                "kind": "interval",
                "decimals": lane.decimals,
                "multiplier": "1",
                "multiplier_decimals": 0,
                "interval_s": interval_s,
                "stamp": "end",
                "zone": "+08:00",
                "digits": None,
                "max_rate": None,
                "level": 1,
                "parent": None,
                "counted": True,
            },
        )
