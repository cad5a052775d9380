"""The counts of open warnings that are kept say what a plain count says, whatever happens."""

import random
from collections.abc import Sequence

import pytest

from services.alerts.domain.handling import Stage
from services.alerts.domain.selection import Selection, Sight
from services.alerts.domain.warning import Assessment
from services.alerts.handlers.desk import WarningDesk
from services.alerts.ports.warnings import By
from shared.kit.postgres import Database
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level
from tests.contract.alerts_stores import InMemory, InPostgres, Store
from tests.unit.alerts.builders import NOON, assessment

pytestmark = pytest.mark.real

_CHAINS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("region:150000", ("150000",)),
    ("enterprise:A", ("150202", "150200", "150000")),
    ("enterprise:B", ("150701", "150700", "150000")),
    ("region:150700", ("150701",)),  # as somebody else's alert could name it
    ("tag:T", ()),
)
_SIGHTS = (
    Sight(everything=True, subjects=("*",), regions=()),
    Sight(everything=True, subjects=(), regions=(), measures=(Measure.CARBON, Measure.DATA)),
    Sight(everything=False, subjects=("region:150700",), regions=("150700",)),
    Sight(everything=False, subjects=("enterprise:A",), regions=()),
    Sight(everything=False, subjects=(), regions=()),
)
_SELECTIONS = (
    Selection(),
    Selection(region="150200"),
    Selection(level=Level.ORANGE),
    Selection(kind=ConditionKind.PACE, measure=Measure.CARBON),
    Selection(stage=Stage.RAISED),
    Selection(rule="used"),
)


def _made(chance: random.Random, number: int) -> Assessment:
    subject, regions = chance.choice(_CHAINS)
    if chance.random() < 0.1:
        regions = regions[1:]
    steps = [(hour, chance.choice(("none", "notice", "orange", "red"))) for hour in (1, 2)]
    return assessment(
        *steps,
        number=number,
        subject=subject,
        regions=regions,
        budget=chance.choice(("B1", "B2")),
        rule=chance.choice(("used", "pace")),
    )


async def _hear(stores: Sequence[Store], made: Sequence[Assessment]) -> None:
    for store in stores:
        await WarningDesk(desk=store.desk).hear("assessments.v1", made, {}, NOON)


@pytest.mark.parametrize("seed", range(4))
async def test_are_those_of_a_plain_count(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    plain, kept = InMemory(), InPostgres(database)
    for batch in range(12):
        made = [_made(chance, batch * 5 + nth) for nth in range(1, 6)]
        await _hear((plain, kept), made)
    for sight in _SIGHTS:
        for selection in _SELECTIONS:
            asked = (sight, selection)
            assert await kept.archive.count(*asked) == await plain.archive.count(*asked)
            for by in By:
                found = await kept.archive.groups(*asked, by, limit=2, skip=1)
                assert found == await plain.archive.groups(*asked, by, limit=2, skip=1)


async def test_follow_rows_that_go(database: Database) -> None:
    store = InPostgres(database)
    everything = Sight(everything=True, subjects=(), regions=())
    made = [assessment((1, "red"), subject=subject, regions=r) for subject, r in _CHAINS]
    await _hear((store,), made)
    assert (await store.archive.count(everything, Selection()))[Level.RED] == len(_CHAINS)
    async with database.transaction() as tx:
        await tx.raw.execute("DELETE FROM alerts.warnings WHERE subject = 'tag:T'")
    assert (await store.archive.count(everything, Selection()))[Level.RED] == len(_CHAINS) - 1
    async with database.transaction() as tx:
        await tx.raw.execute("TRUNCATE alerts.warnings")
    assert (await store.archive.groups(everything, Selection(), By.KIND, limit=9)).items == ()
