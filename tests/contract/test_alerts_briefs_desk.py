"""What briefs rest on in PostgreSQL: settings of regions, and the journal as of an entry."""

from datetime import UTC, datetime, timedelta

import pytest

from services.alerts.adapters.briefs.desk_history import PostgresDeskHistory
from services.alerts.adapters.briefs.settings_files import PostgresSettings
from services.alerts.adapters.desk import PostgresDesk
from services.alerts.domain.briefs.desking import Stretch, desk_of
from services.alerts.domain.condition import NOTHING_WAITS
from services.alerts.handlers.desk import WarningDesk
from shared.kit.postgres import Database
from tests.unit.alerts.builders import NOON, assessment

AT = datetime(2026, 10, 30, 1, tzinfo=UTC)


@pytest.mark.real
class TestSettings:
    async def test_assigned_and_assigned_again(self, database: Database) -> None:
        shelf = PostgresSettings(database)
        assert await shelf.assignments() == {}
        await shelf.assign("150000", "default", "Anna", AT)
        await shelf.assign("150000", "qinghai-peak", "Anna", AT)
        assert await shelf.assignments() == {"150000": "qinghai-peak"}
        assert "default" in shelf.known()


@pytest.mark.real
class TestDesk:
    async def test_the_journal_up_to_an_entry_says_the_same_for_ever(
        self, database: Database
    ) -> None:
        desk = WarningDesk(desk=PostgresDesk(database), policies=NOTHING_WAITS)
        history = PostgresDeskHistory(database)
        made = [
            assessment((1, "yellow"), subject=f"enterprise:E{n}", regions=("150203", "150000"))
            for n in range(3)
        ]
        await desk.hear("t", made, {}, NOON)
        upto = await history.newest()
        stretch = Stretch(
            begin=NOON - timedelta(days=400), end=NOON + timedelta(days=400), zone="Asia/Shanghai"
        )
        entries = await history.entries("150203", upto)
        then = desk_of(entries, "150203", stretch, upto, {})
        assert (then.counts[0].raised, then.counts[0].open) == (3, 3)
        worse = [
            assessment(
                (1, "yellow"),
                (5, "red"),
                subject="enterprise:E1",
                regions=("150299", "150000"),
                number=2,
            )
        ]
        await desk.hear("t", worse, {}, NOON)
        later = await history.newest()
        assert later > upto
        again = desk_of(await history.entries("150203", upto), "150203", stretch, upto, {})
        assert again == then, "though the enterprise lies elsewhere by now"
        now = desk_of(await history.entries("150000", later), "150000", stretch, later, {})
        assert {(one.level, one.open) for one in now.counts} == {("red", 1), ("yellow", 2)}
        assert await history.chain("150203") == ("150203", "150000")
        assert await history.tops() == ["150000"]
