"""Warnings and entries from when there were only budgets go on in tables brought up to date."""

import asyncio
import json
from uuid import UUID

import pytest

from deploy.migrations.run import upgrade
from services.alerts.domain.handling import Holding, State
from services.alerts.domain.selection import Selection, Sight
from services.alerts.domain.warning import warning_id
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.journal import Journal
from shared.kit.postgres import Database
from shared.model.condition import ConditionKind, Measure
from tests.contract.alerts_stores import InPostgres
from tests.unit.alerts.builders import FIRST_HOUR, NOON, assessment

pytestmark = pytest.mark.real

KEY, OVER = warning_id("region:150000", "B1", "pace"), warning_id("region:150000", "B2", "used")
_WARNING = """
    insert into alerts.warnings (id, subject, subject_name, regions, budget, budget_name, rule,
        level, highest, sequence, entries, opened_at, changed_at, watermark, number, facts, latest)
    values ($1, 'region:150000', 'X', '{150000}', $2, 'X', $3, $4, 4, $5, $6, $7, $7, $7, 1, $8, $9)
"""
_ENTRY = """
    insert into alerts.history (id, warning, position, kind, noticed_at, data)
    values ($1, $2, $3, $4, $5, $6)
"""


def entry(key: UUID, kind: str, code: str) -> str:
    """A document as it was written then."""
    return json.dumps(
        {
            "warning": str(key),
            "type": f"warning.{kind}",
            "subject": "region:150000",
            "regions": ["150000"],
            "rule": "used",
            "level_before": "none",
            "level": "red",
            "budget": {"code": code},
        }
    )


_FIGURES = ("quantity", "line", "used_percent")


def steps(*levels: int) -> str:
    """A sequence as it was stored then."""
    return json.dumps(
        [
            {
                "hour": FIRST_HOUR + n,
                "level": level,
                "quantity": "1",
                "line": "1",
                "used_percent": "",
            }
            for n, level in enumerate(levels, 1)
        ]
    )


async def fill(db: Database) -> None:
    """One open warning of carbon, one resolved of energy."""
    carbon, energy = (json.dumps({"budget": {"unit": unit}}) for unit in ("tCO2", "tce"))
    async with db.transaction() as tx:
        await tx.raw.execute(_WARNING, KEY, "B1", "pace", 4, steps(4), 1, NOON, carbon, 1)
        await tx.raw.execute(_WARNING, OVER, "B2", "used", 0, steps(4, 0), 2, NOON, energy, 3)
        for number, key, position, kind in ((1, KEY, 1, "raised"), (2, OVER, 1, "raised")):
            data = entry(key, kind, "B1" if key == KEY else "B2")
            await tx.raw.execute(_ENTRY, number, key, position, kind, NOON, data)
        await tx.raw.execute(_ENTRY, 3, OVER, 2, "resolved", NOON, entry(OVER, "resolved", "B2"))
        await tx.raw.execute("select setval('alerts.entry_ids', 3)")


async def test_what_was_there_is_kept_and_goes_on(empty_database_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_database_url, "0006_evaluator_outlooks")
    db = await Database.open(empty_database_url, application="test")
    await fill(db)
    await asyncio.to_thread(upgrade, empty_database_url)
    store = InPostgres(db)
    page = await store.archive.find(
        Sight(everything=True, subjects=(), regions=()), Selection(), limit=9, below=None
    )
    resolved, still = (one.warning for one in page.items)
    assert (still.kind, still.measure) == (ConditionKind.PACE, Measure.CARBON)
    assert (still.state, still.condition, still.about) == (State.OPEN, Holding.ACTIVE, "B1")
    assert still.heard == still.sequence
    assert (resolved.measure, resolved.state) == (Measure.ENERGY, State.RESOLVED)
    history = await store.archive.history(KEY)
    assert [(written.type, written.told.about) for written in history] == [("warning.raised", "B1")]
    await WarningDesk(desk=store.desk).hear(
        "assessments.v1",
        [assessment((1, "red"), (9, "none"), number=2, rule="pace", kind=ConditionKind.PACE)],
        {},
        NOON,
    )
    types = [written.type for written in await store.archive.history(KEY)]
    assert types == ["warning.raised", "warning.resolved"]
    checked = await Journal(archive=store.archive).check(0, limit=100)
    assert (checked.checked, checked.broken) == (4, None)
    await db.close()
