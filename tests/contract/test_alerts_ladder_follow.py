"""Two copies of the service follow one journal: every warning gets its steps once."""

import asyncio
from datetime import datetime
from uuid import uuid4

import pytest

from services.alerts.adapters.desk import PostgresDesk
from services.alerts.adapters.ladder_shelf import PostgresShelf
from services.alerts.adapters.ladder_store import PostgresLadder
from services.alerts.domain.ladder.words import StepState
from services.alerts.domain.selection import Sight
from services.alerts.entrypoints.ladder_follow import follow
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.ladder import LadderDesk
from services.alerts.ports.ladder import StepFilter
from shared.contracts.topics import ASSESSMENTS
from shared.kit.postgres import Database
from shared.kit.workdays import after
from tests.unit.alerts.builders import assessment
from tests.unit.alerts.ladder.builders import MONDAY

pytestmark = pytest.mark.real

ALL = Sight(everything=True, subjects=(), regions=())
COUNT = 40


def clock() -> datetime:
    return MONDAY


async def test_every_warning_gets_its_step_once(database: Database) -> None:
    store, shelf = PostgresLadder(database), PostgresShelf(database)
    stopping, heard = asyncio.Event(), asyncio.Event()
    told = asyncio.Event()
    copies = [
        asyncio.create_task(
            follow(
                database,
                LadderDesk(store=store, shelf=shelf, days=after),
                heard,
                clock,
                told.set,
                stopping,
            )
        )
        for _ in range(2)
    ]
    for number in range(COUNT):
        subject = f"enterprise:{uuid4()}"
        made = assessment((1, "red"), subject=subject, number=number + 1)
        await WarningDesk(desk=PostgresDesk(database)).hear(ASSESSMENTS.name, [made], {}, MONDAY)
        heard.set()
    async with asyncio.timeout(60):
        while len(await store.find(ALL, StepFilter(), limit=500, offset=0)) < COUNT:
            await told.wait()
            told.clear()
    stopping.set()
    await asyncio.gather(*copies)
    found = await store.find(ALL, StepFilter(live=True), limit=500, offset=0)
    assert {step.state for step in found} == {StepState.PROPOSED}
    assert len({step.warning for step in found}) == len(found) == COUNT
    for step in found:
        assert len(await store.history(step.id)) == 1
