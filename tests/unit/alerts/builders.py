"""Judgements and changes of level with sensible defaults."""

from datetime import UTC, datetime, timedelta

from services.alerts.domain.warning import Assessment, Change
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import HOUR_US, from_us, hour_of, to_us
from shared.model.level import Level

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIRST_HOUR = hour_of(to_us(NOON))
SUBJECT = "region:150000"


def change(hour: int, level: Level | str, *, used: str = "81.0") -> Change:
    """A change `hour` hours after the first."""
    return Change(
        hour=FIRST_HOUR + hour,
        level=Level.of(level) if isinstance(level, str) else level,
        quantity="405000.00",
        line="400000.00",
        used_percent=used,
    )


def sequence(*changes: tuple[int, str]) -> tuple[Change, ...]:
    """Changes from pairs of hour and level."""
    return tuple(change(hour, level) for hour, level in changes)


def assessment(
    *changes: tuple[int, str],
    number: int = 1,
    watermark: int = 1_000,
    subject: str = SUBJECT,
    regions: tuple[str, ...] = ("150000",),
    budget: str = "B1",
    rule: str = "used",
    kind: ConditionKind = ConditionKind.USED,
    measure: Measure = Measure.DATA,
) -> Assessment:
    """A judgement of the hours before `watermark`, with these surviving changes."""
    return Assessment(
        id=f"a{number}",
        subject=subject,
        subject_name="内蒙古自治区",
        regions=regions,
        about=budget,
        about_name="2026 年电力预算",
        rule=rule,
        number=number,
        commit=100 + number,
        made_at=NOON + timedelta(seconds=number),
        correlation_id=f"c{number}",
        cause="new readings",
        watermark=from_us((FIRST_HOUR + watermark) * HOUR_US),
        sequence=sequence(*changes),
        facts={
            "budget": {"code": budget, "name": "2026 年电力预算", "total": "500000"},
            "thresholds": {"notice": "80"},
            "evidence": {"quantity": "405000.00", "completeness": "0.99"},
        },
        kind=kind,
        measure=measure,
    )
