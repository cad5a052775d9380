"""Which warnings somebody asked for, and which of them that somebody may see."""

from dataclasses import dataclass
from datetime import datetime

from services.alerts.domain.handling import Stage, State
from shared.model.access import Principal, Role, may_see
from shared.model.condition import ConditionKind, Measure, concerns
from shared.model.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Filters that all must hold; None does not filter. `region` means the region's subtree.

    Warnings that were never raised are found only by their state.
    """

    subject: str | None = None
    region: str | None = None
    level: Level | None = None
    state: State | None = None
    rule: str | None = None
    about: str | None = None
    since: datetime | None = None
    kind: ConditionKind | None = None
    measure: Measure | None = None
    stage: Stage | None = None
    assignee: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a principal may see, in a form that a database can select by."""

    everything: bool
    subjects: tuple[str, ...]
    regions: tuple[str, ...]
    measures: tuple[Measure, ...] = tuple(Measure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a selection looks at in an entry that has just been written."""

    subject: str
    regions: tuple[str, ...]
    level: Level
    before: Level
    rule: str
    about: str
    measure: Measure = Measure.DATA
    kind: str = ""
    type: str = ""


_LOOKS_DOWN = (Role.READER, Role.REGULATOR)


def _concerned(principal: Principal, measure: Measure) -> bool:
    return principal.role is Role.OPERATOR or concerns(principal.measures, measure)


def sight_of(principal: Principal) -> Sight:
    """The same judgement as `may_see`, turned into sets."""
    regions = [s.removeprefix("region:") for s in principal.scope if s.startswith("region:")]
    return Sight(
        everything=principal.sees_all,
        subjects=tuple(sorted(principal.scope)),
        regions=tuple(sorted(regions)) if principal.role in _LOOKS_DOWN else (),
        measures=tuple(one for one in Measure if _concerned(principal, one)),
    )


def tells_of(selection: Selection, told: Told) -> bool:
    """Whether somebody with this selection on the screen wants to hear of the entry.

    An entry that takes a warning out of the selection (it falls below the level, it is resolved)
    is told too: otherwise it would stay on the screen.
    """
    return (
        selection.subject in (None, told.subject)
        and (selection.region is None or selection.region in told.regions)
        and selection.rule in (None, told.rule)
        and selection.about in (None, told.about)
        and selection.kind in (None, told.kind)
        and selection.measure in (None, told.measure)
        and (selection.level is None or max(told.level, told.before) >= selection.level)
    )


def may_hear(principal: Principal, told: Told) -> bool:
    """Whether the principal may see the warning that the entry belongs to."""
    return may_see(principal, told.subject, told.regions, told.measure)
