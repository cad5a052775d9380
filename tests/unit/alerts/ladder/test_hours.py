"""When an office's day begins and ends, and on which day what follows a deadline falls."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.alerts.domain.ladder.hours import OfficeDay, office_day
from services.alerts.domain.ladder.steps import Did
from tests.unit.alerts.ladder.builders import Office, short, warning

RED = warning(("red", "2026Q1"))


@pytest.mark.parametrize(
    ("utc", "on", "closed"),
    [
        ("2025-10-10T16:00", "2025-10-10", True),  # midnight in China
        ("2025-10-11T00:29", "2025-10-10", True),
        ("2025-10-11T00:30", "2025-10-11", False),  # half past eight
        ("2025-10-11T09:59", "2025-10-11", False),
        ("2025-10-11T10:00", "2025-10-11", True),  # six in the evening
    ],
)
def test_a_day_begins_when_the_office_opens(utc: str, on: str, closed: bool) -> None:
    now = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    found = office_day(now, "Asia/Shanghai")
    assert (found.on.isoformat(), found.closed) == (on, closed)


def test_a_deadline_is_over_when_its_day_has_closed() -> None:
    day = date(2025, 10, 11)
    assert not OfficeDay(on=day, closed=False).is_over(day)
    assert OfficeDay(on=day, closed=True).is_over(day)
    assert OfficeDay(on=date(2025, 10, 12), closed=False).is_over(day)


@pytest.mark.parametrize(
    ("issued", "escalated"),
    [("2025-09-30", "2025-10-11"), ("2026-02-13", "2026-02-25"), ("2026-09-30", "2026-10-10")],
)
def test_what_follows_three_working_days_falls_on_the_third(issued: str, escalated: str) -> None:
    office = Office(short()).on(issued)
    office.see(RED)
    office.issue("circular")
    while not any(line.did is Did.ESCALATED for line in office.lines):
        office.now += timedelta(minutes=30)
        office.see(RED)
    here = office.now + timedelta(hours=8)
    assert f"{here:%Y-%m-%d %H:%M}" == f"{escalated} 18:00"
