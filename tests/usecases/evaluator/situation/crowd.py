"""Enterprises of every kind in the small province, and the ground that a population stands on."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.evaluator.domain.budget import Budget
from services.evaluator.domain.records.factor import FactorRecord
from services.evaluator.domain.situation.spans import spanned
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.situation.ground import Ground, Sees
from services.evaluator.ports.register import RecordKind
from shared.model.catalogue import Catalogue, Entity, EntityKind
from shared.model.period import reporting_period
from tests.usecases.evaluator.catalogues import changed, meter
from tests.usecases.evaluator.reckoning import (
    COKERY,
    EAST,
    HYBRID,
    LANES,
    MILL,
    PLANT,
    ZONE,
    Province,
    catalogue,
)

EVERYBODY = (PLANT, MILL, COKERY, HYBRID)
INSIDE = (
    (MILL, "natural-gas", "feedstock"),
    (COKERY, "natural-gas", "conversion_input"),
    (COKERY, "natural-gas", "conversion_output"),
    (PLANT, "raw-coal", "feedstock"),
    (HYBRID, "electricity", "import"),
)
"""Lanes beside those of the province that a test may add."""
NEXT_YEAR = reporting_period("2025", ZONE).first_hour * 3_600_000_000
_INDUSTRIES = {PLANT: "C3120", MILL: "2614", COKERY: "C2521", HYBRID: "D4411"}


def instant(month: str) -> int:
    """Microseconds at the beginning of a month."""
    return reporting_period(month, ZONE).first_hour * 3_600_000_000


def crowd(
    more: Sequence[tuple[str, str, str]] = (), moves: Mapping[str, tuple[str, str]] | None = None
) -> Catalogue:
    """The province with further lanes, and enterprises that move to a county in a month."""
    known = catalogue()
    units = {code: entity.latest() for code, entity in _carriers(known)}
    points = [
        meter(100 + nr, owner, carrier=carrier, flow=flow, unit=units[carrier]["unit"])
        for nr, (owner, carrier, flow) in enumerate(more)
    ]
    firms = []
    for key, industry in _INDUSTRIES.items():
        old = known.entities[key]
        firms.append(changed(old, 1, old.records[0].valid_from, industry=industry))
        if moves and key in moves:
            county, month = moves[key]
            firms[-1] = changed(firms[-1], 1, instant(month), region=county)
    return known.with_entities(1, [*points, *firms])


def _carriers(known: Catalogue) -> list[tuple[str, Entity]]:
    return [(one.code, one) for one in known.of_kind(EntityKind.CARRIER)]


class NoBudgets:
    """Nobody has one, or those that are given."""

    def __init__(self, *budgets: Budget) -> None:
        self._budgets = {budget.code: budget for budget in budgets}

    async def budgets(self) -> Mapping[str, Budget]:
        """All of them."""
        return self._budgets


def factor(series: str, item: str, value: str, unit: str, **more: Any) -> FactorRecord:
    """A factor on record."""
    return FactorRecord(
        series=series,
        item=item,
        unit=unit,
        value=Decimal(value),
        version="new",
        source="test",
        confidence="S",
        **more,
    )


async def ground_of(
    place: Province,
    region: str,
    text: str,
    *,
    sees: Sees = lambda _key, _regions: True,
    at_us: int = NEXT_YEAR,
    since: int | None = None,
) -> Ground:
    """The ground of a region and period as of the newest commit."""
    world = await place.gatherer.open(None)
    who = world.who(region)
    assert who is not None
    return Ground(
        world=world,
        who=who,
        span=spanned(text, who.zone),
        at_us=at_us,
        since=since,
        gatherer=place.gatherer,
        reckoner=place.reckoner,
        measures=Measures(world),
        sees=sees,
    )


async def put_grid(place: Province, where: str, since: str) -> None:
    """A grid factor of a place from a day on."""
    await place.put(
        RecordKind.FACTOR,
        factor("grid", "electricity", "0.5", "kgCO2/kWh", place=where, valid_from=since),
    )


LANES_OF_ALL = (*LANES[:-1], *INSIDE)
HERE = EAST
