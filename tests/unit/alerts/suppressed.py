"""Warnings, principals and silences with sensible defaults, for tests of suppression."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from services.alerts.domain.handling import Holding
from services.alerts.domain.matchers import parse_matchers
from services.alerts.domain.suppression.shown import Shown, shown_of
from services.alerts.domain.suppression.silences import Reach, Silence
from services.alerts.domain.warning import Warning, warning_id
from shared.model.access import Principal, Role
from shared.model.condition import DUAL, ConditionKind, Measure
from shared.model.level import Level
from tests.unit.alerts.builders import NOON, change

_SPACE = UUID("5d3f7f3e-7a5e-4a3e-9d57-0d1f6c6c8a11")


def warning(
    subject: str = "enterprise:X",
    regions: tuple[str, ...] = ("150202", "150200", "150000"),
    level: Level = Level.YELLOW,
    kind: ConditionKind = ConditionKind.PACE,
    measure: Measure = Measure.ENERGY,
    about: str = "B1",
    at: datetime = NOON,
) -> Warning:
    """An open warning."""
    return Warning(
        id=warning_id(subject, about, kind.value, kind),
        subject=subject,
        subject_name=subject.partition(":")[2],
        regions=regions,
        about=about,
        about_name=about,
        rule=kind.value,
        level=level,
        highest=level,
        sequence=(change(0, level),),
        entries=1,
        opened_at=at,
        changed_at=at,
        watermark=at,
        number=1,
        facts={},
        kind=kind,
        measure=measure,
        condition=Holding.ACTIVE,
    )


def shown(**how: object) -> Shown:
    """The same as suppression sees it."""
    return shown_of(warning(**how))  # type: ignore[arg-type]


def person(
    name: str = "anna",
    role: Role = Role.OPERATOR,
    scope: tuple[str, ...] = (),
    measures: frozenset[Measure] = DUAL,
) -> Principal:
    """Somebody with a key of that name."""
    return Principal(key_id=name, name=name, role=role, scope=frozenset(scope), measures=measures)


def silence(
    matchers: str = 'level="yellow"',
    owner: Principal | None = None,
    hours: float = 8.0,
    starts_at: datetime = NOON,
    name: str = "S",
) -> Silence:
    """A silence made at noon, which hid nothing then."""
    return Silence(
        id=uuid5(_SPACE, name),
        matchers=parse_matchers(matchers),
        owner=owner or person(),
        reason="检修",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        created_at=NOON,
        updated_at=NOON,
        reach=Reach(count=0, grave=0, at=NOON),
    )
