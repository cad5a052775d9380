"""The gate for projects: closed by what a ladder says of active warnings, opened by decisions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from services.alerts.domain.ladder.review import Case, applies, occasion_of
from services.alerts.domain.ladder.steps import Occasion
from services.alerts.domain.ladder.words import GateState
from services.alerts.domain.warning import Warning
from shared.model.condition import Measure
from shared.model.level import Level

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:qingyu:gate")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """What holds up projects of a region: by a step of its ladder about a warning, or a decision.

    warning is None where a decision alone restricts. state: as it stands; `open` once decided.
    occasion, level: for what it was last put up, or as the warning stood when it was decided; only
    more than that puts it up again. asked: the level that called for it. decision: the last one
    about it.
    """

    id: UUID
    region: str
    warning: UUID | None
    code: str
    state: GateState
    projects: tuple[str, ...]
    exempt: tuple[str, ...]
    offset: tuple[Measure, ...]
    clause: str
    ladder: str
    measure: Measure
    level: Level
    occasion: Occasion
    since: datetime
    why: str
    subject_name: str = ""
    regions: tuple[str, ...] = ()
    decision: UUID | None = None
    asked: Level = Level.NOTICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about a gate, with reason and document."""

    id: UUID
    region: str
    state: GateState
    reason: str
    document: str
    warnings: tuple[UUID, ...]
    projects: tuple[str, ...]
    by: str
    at: datetime


class Turned(StrEnum):
    """What happened at a gate; with `gate.` in front it is the entry's type."""

    RESTRICTED = "restricted"
    SLOWED = "slowed"
    OPENED = "opened"
    DECIDED = "decided"
    """A decision about one of several restrictions: the gate as a whole stands as it stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """How a region stands: the strictest of its own and its ancestors' restrictions.

    by: the restriction that decides; None if open. of: the region that it belongs to.
    """

    region: str
    state: GateState
    of: str
    by: Restriction | None
    restrictions: tuple[Restriction, ...]

    @property
    def projects(self) -> tuple[str, ...]:
        """The kinds of projects that anything holds up."""
        return _united(one.projects for one in self.restrictions)

    @property
    def exempt(self) -> tuple[str, ...]:
        """The kinds that every restriction lets through."""
        lists = [one.exempt for one in self.restrictions]
        return (
            tuple(name for name in lists[0] if all(name in one for one in lists)) if lists else ()
        )

    @property
    def offset(self) -> tuple[Measure, ...]:
        """What new projects must bring in return."""
        return _united(one.offset for one in self.restrictions)


def gate_key(region: str) -> UUID:
    """The id of a region's gate in the journal."""
    return uuid5(_NAMESPACE, region)


def restriction_id(region: str, warning: UUID, code: str) -> UUID:
    """The same for ever: a warning holds up a gate by one restriction a step."""
    return uuid5(_NAMESPACE, "\n".join((region, str(warning), code)))


def tighten(case: Case, known: Sequence[Restriction]) -> tuple[Restriction, ...]:
    """The restrictions that a warning puts up now; none that stand or were decided already.

    One that a decision opened goes up again only if the warning has come to the level that calls
    for it anew, judges another period, or is worse than it was then.
    """
    if not case.holds:
        return ()
    standing = {one.id: one for one in known}
    return tuple(one for one in _wanted(case) if _is_more(one, standing.get(one.id)))


def _wanted(case: Case) -> Iterator[Restriction]:
    warning = case.warning
    least: dict[str, Level] = {}
    for rule in case.ladder.rules:
        for code in rule.propose if applies(rule, warning) else ():
            least[code] = min(rule.level, least.get(code, rule.level))
    for plan in case.ladder.steps:
        if plan.code not in least or plan.barrier is None or not warning.regions:
            continue
        barrier, region = plan.barrier, warning.regions[0]
        yield Restriction(
            id=restriction_id(region, warning.id, plan.code),
            region=region,
            warning=warning.id,
            code=plan.code,
            state=barrier.state,
            projects=barrier.projects,
            exempt=barrier.exempt,
            offset=barrier.offset,
            clause=plan.clause,
            ladder=case.ladder.name,
            measure=warning.measure,
            level=warning.level,
            occasion=occasion_of(warning, least[plan.code]),
            since=case.now,
            why=f"{warning.subject_name}{warning.level.chinese}预警：{plan.title}（{plan.clause}）",
            subject_name=warning.subject_name,
            regions=warning.regions,
            asked=least[plan.code],
        )


def _is_more(new: Restriction, old: Restriction | None) -> bool:
    if old is None:
        return True
    if old.state >= new.state:
        return False
    if old.decision is None:
        return True
    return new.occasion.is_after(old.occasion) or new.level > old.level


def gate_of(chain: Sequence[str], restrictions: Iterable[Restriction]) -> Gate:
    """How the first region of `chain` stands, its ancestors after it, nearest first."""
    found = [one for one in restrictions if one.region in chain and one.state is not GateState.OPEN]
    found.sort(key=lambda one: (-one.state, chain.index(one.region), one.since, one.id))
    first = found[0] if found else None
    return Gate(
        region=chain[0],
        state=first.state if first else GateState.OPEN,
        of=first.region if first else chain[0],
        by=first,
        restrictions=tuple(found),
    )


class StillActiveError(Exception):
    """A decision passes over warnings that are still active; `missing` names them."""

    def __init__(self, missing: tuple[UUID, ...]) -> None:
        super().__init__(", ".join(map(str, missing)))
        self.missing = missing


def decide(
    decision: Decision, standing: Sequence[Restriction], warnings: Mapping[UUID, Warning]
) -> tuple[Restriction, ...]:
    """The region's restrictions as they stand after the decision; only those that change.

    `warnings`: those behind them. What a decision knew of does not undo it later.

    Those stricter than the decision are eased to it; a decision stricter than all of them puts up
    one of its own. Raises StillActiveError unless each eased one's active warning is named.
    """
    stricter = [one for one in standing if one.state > decision.state]
    named = set(decision.warnings)
    lively = {key for key, warning in warnings.items() if warning.is_open}
    missing = {one.warning for one in stricter if one.warning in lively} - named
    if missing:
        raise StillActiveError(tuple(sorted(key for key in missing if key)))
    eased = tuple(_eased(one, decision, warnings) for one in stricter)
    if any(one.state >= decision.state for one in standing):
        return eased
    return (*eased, _by_decision(decision)) if decision.state is not GateState.OPEN else eased


def _eased(one: Restriction, decision: Decision, warnings: Mapping[UUID, Warning]) -> Restriction:
    eased = replace(one, state=decision.state, decision=decision.id)
    warning = warnings.get(one.warning) if one.warning else None
    if warning is None:
        return eased
    return replace(eased, occasion=occasion_of(warning, one.asked), level=warning.level)


def _by_decision(decision: Decision) -> Restriction:
    return Restriction(
        id=decision.id,
        region=decision.region,
        warning=None,
        code="",
        state=decision.state,
        projects=decision.projects,
        exempt=(),
        offset=(),
        clause=decision.document,
        ladder="",
        measure=Measure.DATA,
        level=Level.NONE,
        occasion=Occasion(run=0),
        since=decision.at,
        why=decision.reason,
        regions=(decision.region,),
        decision=decision.id,
    )


def turned(before: GateState, after: GateState) -> Turned:
    """What to call a change of a gate."""
    if before is after:
        return Turned.DECIDED
    return (Turned.OPENED, Turned.SLOWED, Turned.RESTRICTED)[after]


def _united(lists: Iterable[tuple[_T, ...]]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(one for items in lists for one in items))
