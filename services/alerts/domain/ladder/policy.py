"""A ladder as data: which warning calls for which steps, and what follows when they are ignored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from services.alerts.domain.ladder.words import GateState, StepKind, Tier
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level

DEFAULT = "default"
"""The ladder of regions that none was assigned to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """What a step does to the gate for projects.

    projects: the kinds that it holds up (`two_high` is 两高). exempt: kinds let through. offset:
    what a new project must bring in return, empty for nothing.
    """

    state: GateState
    projects: tuple[str, ...]
    exempt: tuple[str, ...] = ()
    offset: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One step of a ladder.

    formal: issued under a document number, and only on confirmed figures. days: working days for
    the answer. following: the code of the step that follows when they pass, empty for none. up:
    whether what follows (this step again, without `following`) is the next administration's above.
    """

    code: str
    kind: StepKind
    title: str
    title_en: str
    clause: str
    formal: bool
    days: int
    following: str = ""
    up: bool = False
    offices: Mapping[Measure, str] = field(default_factory=dict)
    answers: str = ""
    demands: tuple[str, ...] = ()
    barrier: Barrier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which warnings call for which steps; empty sets do not ask.

    level: at least this one. below: only under this one, NONE for any. periods: so many periods in
    a row, at the end, at that level. yearly:
    once a year, not once a period.
    """

    code: str
    clause: str
    propose: tuple[str, ...]
    level: Level
    below: Level = Level.NONE
    kinds: frozenset[ConditionKind] = frozenset()
    measures: frozenset[Measure] = frozenset()
    tiers: frozenset[Tier] = frozenset()
    periods: int = 1
    yearly: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """A policy: rules and steps in the order of the ladder.

    offices: who issues and follows a step by measure, where the step names nobody. records: kinds
    of condition without a statistic, with what stands in its place. remind_days: working days
    before a deadline (and between reminders of what is proposed or overdue).
    """

    name: str
    title: str
    title_en: str
    source: str
    offices: Mapping[Measure, str]
    steps: tuple[Plan, ...]
    rules: tuple[Rule, ...]
    records: Mapping[ConditionKind, str] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"
    remind_days: int = 2
    issue_days: int = 3
    silent: tuple[str, ...] = ()

    def plan(self, code: str) -> Plan | None:
        """The step of that code."""
        return next((one for one in self.steps if one.code == code), None)

    def before(self, code: str) -> tuple[Plan, ...]:
        """The steps that the one of that code may follow."""
        return tuple(one for one in self.steps if one.following == code)

    def office(self, plan: Plan, measure: Measure) -> str:
        """The department that issues the step and follows it."""
        return plan.offices.get(measure) or self.offices.get(measure, "")


def faults(ladder: Ladder) -> Iterator[tuple[str, str]]:
    """What is wrong with a ladder: place and reason; nothing for a sound one."""
    codes = [one.code for one in ladder.steps]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"steps.{code}", "stands there twice"
    rules = [one.code for one in ladder.rules]
    for code in sorted({code for code in rules if rules.count(code) > 1}):
        yield f"rules.{code}", "stands there twice"
    for place, plan in enumerate(ladder.steps):
        yield from _faults_of_step(ladder, place, plan)
    for rule in ladder.rules:
        yield from _faults_of_rule(ladder, rule)
    for measure in Measure:
        if not ladder.offices.get(measure):
            yield f"offices.{measure}", "must name the department that answers for it"


def _faults_of_step(ladder: Ladder, place: int, plan: Plan) -> Iterator[tuple[str, str]]:
    codes = [one.code for one in ladder.steps]
    where = f"steps.{plan.code}"
    if plan.following and plan.following not in codes:
        yield f"{where}.passed.step", f"there is no step {plan.following!r}"
    elif plan.following and codes.index(plan.following) <= place:
        yield f"{where}.passed.step", f"{plan.following!r} must stand below {plan.code!r}"
    if not 1 <= plan.days <= 250:
        yield f"{where}.days", "must be from 1 to 250 working days"
    if (plan.kind is StepKind.GATE) != (plan.barrier is not None):
        yield f"{where}.gate", "is for steps of the kind gate, and they need one"


def _faults_of_rule(ladder: Ladder, rule: Rule) -> Iterator[tuple[str, str]]:
    where = f"rules.{rule.code}"
    for code in rule.propose:
        plan = ladder.plan(code)
        if plan is None:
            yield f"{where}.propose", f"there is no step {code!r}"
        elif plan.barrier is not None and not (rule.tiers and rule.tiers <= _GATED):
            yield f"{where}.tiers", "a gate is a region's: name province, prefecture or county"
    if not rule.propose:
        yield f"{where}.propose", "must name a step"
    if rule.level is Level.NONE:
        yield f"{where}.level", "must be notice, yellow, orange or red"
    if rule.below is not Level.NONE and rule.below <= rule.level:
        yield f"{where}.below", "must be worse than `level`, which is the least one"
    if not 1 <= rule.periods <= 20:
        yield f"{where}.periods", "must be from 1 to 20"


_GATED = frozenset({Tier.PROVINCE, Tier.PREFECTURE, Tier.COUNTY})
