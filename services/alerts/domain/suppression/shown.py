"""A warning as suppression sees it: its labels, whose concern it is, and how grave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.alerts.domain.labels import labels_of
from services.alerts.domain.warning import Warning
from shared.model.access import Act, Principal, may_act, may_see
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level

_REGION = "region:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is looked at; `regions` nearest first, `raised_at` when the warning was first raised."""

    id: UUID
    labels: Mapping[str, str]
    subject: str
    subject_name: str
    regions: tuple[str, ...]
    measure: Measure
    level: Level
    kind: ConditionKind
    raised_at: datetime

    @property
    def is_grave(self) -> bool:
        """Whether it is red and of a league, prefecture or anything above."""
        return self.level is Level.RED and stands_high(self.subject, self.regions)


def shown_of(warning: Warning) -> Shown:
    """The warning as it is seen here."""
    return Shown(
        id=warning.id,
        labels=labels_of(warning),
        subject=warning.subject,
        subject_name=warning.subject_name,
        regions=warning.regions,
        measure=warning.measure,
        level=warning.level,
        kind=warning.kind,
        raised_at=warning.opened_at,
    )


def stands_high(subject: str, regions: tuple[str, ...]) -> bool:
    """Whether the subject is a region of prefecture (league, city) level or above.

    Codes of GB/T 2260 say it themselves (`150200`, `150000`); of other codes the place from the
    top decides.
    """
    code = subject.removeprefix(_REGION)
    if code == subject:
        return False
    if len(code) == 6 and code.isdecimal():
        return code.endswith("00")
    return len(regions) <= 2


def may_silence(owner: Principal, shown: Shown) -> bool:
    """Whether the owner of a silence may act on the warning: another's is never hidden."""
    return may_act(owner, Act.SILENCE, shown.subject, shown.regions, shown.measure)


def sees(caller: Principal, shown: Shown) -> bool:
    """Whether the caller may see the warning."""
    return may_see(caller, shown.subject, shown.regions, shown.measure)
