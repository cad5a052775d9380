"""What was last said of each budget and target is kept, with since when it has been so."""

from dataclasses import replace
from datetime import date

import pytest

from services.evaluator.adapters.outlooks_store import PostgresOutlooks
from services.evaluator.ports.outlooks import BUDGET, TARGET, Standing
from shared.kit.postgres import Database

pytestmark = pytest.mark.real

ONE = Standing(
    limited_by=BUDGET,
    code="B1",
    period="2026",
    subject="enterprise:E0",
    measure="energy-total",
    looked_on=date(2026, 7, 1),
    made_at_us=1_000_000,
    exceeds=True,
    probability=0.9,
    lead_days=40,
    run_out=date(2026, 8, 10),
)


async def test_a_condition_holds_from_its_first_forecast_on(database: Database) -> None:
    outlooks = PostgresOutlooks(database)
    await outlooks.keep(ONE)
    later = replace(ONE, made_at_us=2_000_000, looked_on=date(2026, 7, 2), lead_days=30)
    await outlooks.keep(later)
    assert await outlooks.exceeding() == (replace(later, since_us=1_000_000),)
    await outlooks.keep(replace(later, made_at_us=3_000_000, exceeds=False))
    assert await outlooks.exceeding() == ()
    await outlooks.keep(replace(later, made_at_us=4_000_000))
    (again,) = await outlooks.exceeding()
    assert again.since_us == 4_000_000


async def test_the_most_pressing_comes_first(database: Database) -> None:
    outlooks = PostgresOutlooks(database)
    await outlooks.keep(replace(ONE, lead_days=None, code="B0"))
    await outlooks.keep(ONE)
    await outlooks.keep(replace(ONE, limited_by=TARGET, lead_days=3))
    found = await outlooks.exceeding()
    assert [(one.limited_by, one.code) for one in found] == [
        (TARGET, "B1"),
        (BUDGET, "B1"),
        (BUDGET, "B0"),
    ]
    assert await outlooks.looked(date(2026, 7, 1)) == {one.limit for one in found}
    assert await outlooks.looked(date(2026, 7, 2)) == frozenset()
