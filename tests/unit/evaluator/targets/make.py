"""Small plans for the tests of targets: a region, its cities and counties, and their totals."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.records.target import Form, State, Target
from services.evaluator.domain.targets.check import Known
from shared.model.catalogue import Catalogue, Entity, EntityKind, Record
from shared.model.instants import BEGINNING_US, FOREVER_US

TODAY = date(2022, 6, 1)
_PLACES: Mapping[str, str | None] = {
    "150000": None,
    "150100": "150000",
    "150200": "150000",
    "150300": "150000",
    "150202": "150200",
    "150203": "150200",
    "630000": None,
}


def _entity(kind: EntityKind, code: str, number: int, **attributes: str | None) -> Entity:
    record = Record(
        valid_from=BEGINNING_US,
        valid_to=FOREVER_US,
        version=1,
        recorded_at=0,
        attributes={"name": f"name of {code}", **attributes},
    )
    return Entity(kind=kind, code=code, number=number, records=(record,))


def catalogue() -> Catalogue:
    """Two provinces; below 150000 three cities, below 150200 two counties; an enterprise, tags."""
    regions = (
        _entity(EntityKind.REGION, code, i, parent=parent)
        for i, (code, parent) in enumerate(_PLACES.items())
    )
    others = (
        _entity(EntityKind.ENTERPRISE, "E0", 100, region="150203"),
        _entity(EntityKind.ENTERPRISE, "E1", 101, region="630000"),
        _entity(EntityKind.TAG, "industry", 110),
        _entity(EntityKind.TAG, "transport", 111),
        _entity(EntityKind.MEMBER, "industry/E0", 112, tag="industry", enterprise="E0"),
    )
    return Catalogue().with_entities(1, (*regions, *others))


def total(code: str, holder: str, value: str | None, **changes: Any) -> Target:
    """A total of energy in 2025 on 2020."""
    given: dict[str, Any] = {
        "code": code,
        "name": f"能源消费总量 {code}",
        "holder": holder if ":" in holder else f"region:{holder}",
        "measure": "energy-total",
        "form": Form.TOTAL,
        "value": None if value is None else Decimal(value),
        "unit": "tce",
        "base_year": 2020,
        "first_year": 2021,
        "last_year": 2025,
    }
    return Target(**{**given, **changes})


def fall(code: str, holder: str, value: str | None, **changes: Any) -> Target:
    """A reduction of energy intensity by 2025 on 2020."""
    given = {"measure": "energy-intensity", "form": Form.REDUCTION, "unit": "%"}
    return total(code, holder, value, **{**given, **changes})


def standing(*targets: Target, since: str = "2021-01-01") -> tuple[Target, ...]:
    """The same, approved."""
    return tuple(approved(target, since) for target in targets)


def approved(target: Target, since: str = "2021-01-01", **changes: Any) -> Target:
    """The same, approved and in force from a day on."""
    given = {
        "state": State.IN_FORCE,
        "approver": "自治区人民政府",
        "approved_on": "2021-01-01",
        "effective_from": since,
    }
    fields = {name: getattr(target, name) for name in Target.__slots__}
    return Target(**{**fields, **given, **changes})


def plan(*, reserve: str = "5", unmonitored: str = "15") -> tuple[Target, ...]:
    """100 of the region: 50 + 20 + 10 of its cities, reserve and unmonitored."""
    return (
        total("R", "150000", "100", reserve=Decimal(reserve), unmonitored=Decimal(unmonitored)),
        total("A", "150100", "50", parent="R"),
        total("B", "150200", "20", parent="R"),
        total("C", "150300", "10", parent="R"),
    )


def known(*targets: Target) -> Known:
    """The targets as versions by code, in their order."""
    found: dict[str, tuple[Target, ...]] = {}
    for target in targets:
        found[target.code] = (*found.get(target.code, ()), target)
    return found


def told(faults: Iterable[Wrong]) -> dict[str, str]:
    """Faults by `key.field`."""
    return {f"{fault.key}.{fault.field}": fault.message for fault in faults}
