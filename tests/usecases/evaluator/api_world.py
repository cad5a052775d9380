"""A county with two enterprises that have meters, one that has none, and its boundary."""

from typing import Any

import pytest

from shared.model.catalogue import Catalogue, EntityKind
from shared.model.period import parse_period
from tests.usecases.evaluator.api import Site
from tests.usecases.evaluator.catalogues import county, entity, meter

E0, COUNTY = "enterprise:E0", "region:150203"
PERIOD = parse_period("2026-03-02/2026-03-04", "Asia/Shanghai")
FIRST = PERIOD.first_hour


def catalogue() -> Catalogue:
    points = [
        meter(1, E0),
        meter(2, "enterprise:E1"),
        meter(3, COUNTY),
        meter(4, COUNTY, flow="export"),
    ]
    gas = entity(EntityKind.CARRIER, "natural-gas", 801, {"unit": "m3", "kind": "energy"})
    waste = entity(EntityKind.CARRIER, "so2", 802, {"unit": "kg", "kind": "pollutant"})
    return county(points, ["E0", "E1", "E2"]).with_entities(1, [gas, waste])


@pytest.fixture
async def site() -> Site:
    made = Site(catalogue())
    await made.court.open()
    return made


def wanted(**changes: Any) -> dict[str, Any]:
    body = {
        "code": "B1",
        "subject": E0,
        "carrier": "electricity",
        "period": "2026-03-02/2026-03-04",
        "total": "10",
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def faults(body: Any) -> dict[str, str]:
    return {fault.get("pointer", ""): fault["detail"] for fault in body["errors"]}
