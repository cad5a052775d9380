"""What a ladder makes of one warning: steps to propose, to remind of, to move on, to let go.

The system proposes and reminds; whatever binds anybody is issued by a person. A review looks at how
things stand, not at how they came about: the order in which entries were read does not matter, and
a second look at the same things finds nothing to do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import takewhile
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from services.alerts.domain.handling import Holding
from services.alerts.domain.ladder import steps as acts
from services.alerts.domain.ladder.hours import office_day
from services.alerts.domain.ladder.places import first_office, office_above, tier_of
from services.alerts.domain.ladder.policy import Ladder, Plan, Rule
from services.alerts.domain.ladder.steps import (
    Did,
    Happening,
    Occasion,
    Running,
    Step,
    step_id,
)
from services.alerts.domain.ladder.words import Confirmed, StepState, Tier
from services.alerts.domain.warning import Warning
from shared.model.level import Level


class WorkingDays(Protocol):
    """Counts working days."""

    def __call__(self, day: date, count: int, /) -> tuple[date, bool]:
        """The `count`-th working day after `day`, and whether that is provisional."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One warning with all its steps so far, the ladder that holds, and the present moment."""

    warning: Warning
    steps: tuple[Step, ...]
    ladder: Ladder
    now: datetime
    days: WorkingDays

    @property
    def today(self) -> date:
        """The day in the ladder's zone."""
        return self.now.astimezone(ZoneInfo(self.ladder.zone)).date()

    @property
    def holds(self) -> bool:
        """Whether the warning calls for anything."""
        active = self.warning.condition not in {Holding.PENDING, Holding.INACTIVE}
        return self.warning.is_open and active


def review(case: Case) -> tuple[Happening, ...]:
    """All that is due now, in order; nothing if the same case was reviewed before."""
    known = {step.id: step for step in case.steps}
    done: list[Happening] = []
    for round_ in (_lapses, _passing, _proposals):
        found = list(round_(case, known))
        known |= {one.step.id: one.step for one in found}
        done += found
    return tuple(done)


def occasion_of(warning: Warning, least: Level = Level.NOTICE) -> Occasion:
    """How often the warning has risen to the level `least`, and the period that it judges now."""
    before, runs = Level.NONE, 0
    for change in warning.sequence:
        runs += before < least <= change.level
        before = change.level
    return Occasion(run=runs, period=warning.period)


def periods_in_a_row(warning: Warning, level: Level) -> int:
    """How many periods at the end of the warning stand at `level` or above; 1 without periods."""
    last = {change.period: change.level for change in warning.sequence}
    if set(last) <= {""}:
        return int(warning.level >= level)
    return sum(1 for _ in takewhile(lambda one: one >= level, reversed(list(last.values()))))


def called_for(case: Case) -> Mapping[str, Rule]:
    """The codes of the steps that are next by some rule, each with the first rule that asks.

    A step that follows another one is next only when that one was issued; until then that one is.
    """
    found: dict[str, Rule] = {}
    for rule in case.ladder.rules if case.holds else ():
        if applies(rule, case.warning):
            for code in rule.propose:
                found.setdefault(_next_on_the_way(case, code), rule)
    return found


def running(ladder: Ladder, on: date, count: int, days: WorkingDays) -> Running:
    """A deadline of `count` working days from the day `on`, with the day of its reminder."""
    due, provisional = days(on, count)
    early = count - ladder.remind_days
    remind_on = days(on, early)[0] if early > 0 else due
    return Running(on=on, remind_on=remind_on, due=due, provisional=provisional)


def _next_on_the_way(case: Case, code: str) -> str:
    sources = case.ladder.before(code)
    run = occasion_of(case.warning).run
    issued = {one.code for one in case.steps if one.issued_on and one.occasion.run == run}
    if not sources or any(source.code in issued for source in sources):
        return code
    return _next_on_the_way(case, sources[0].code)


def applies(rule: Rule, warning: Warning) -> bool:
    """Whether a rule speaks of the warning as it stands."""
    return (
        warning.level >= rule.level
        and (rule.below is Level.NONE or warning.level < rule.below)
        and (not rule.kinds or warning.kind in rule.kinds)
        and (not rule.measures or warning.measure in rule.measures)
        and (not rule.tiers or tier_of(warning.subject) in rule.tiers)
        and periods_in_a_row(warning, rule.level) >= rule.periods
    )


def _why(rule: Rule, warning: Warning) -> str:
    level = f"{warning.level.chinese}预警" if warning.level else "预警"
    row = f"，连续{rule.periods}个期间" if rule.periods > 1 else ""
    period = f"（{warning.period}）" if warning.period else ""
    reason = f"；{rule.why}" if rule.why else ""
    about = f"“{warning.about_name or warning.about}”"
    return f"{warning.subject_name}{about}{period}{level}{row}{reason}（{rule.clause}）"


def _lapses(case: Case, known: Mapping[UUID, Step]) -> Iterator[Happening]:
    wanted = called_for(case)
    for step in known.values():
        if step.state is not StepState.PROPOSED:
            continue
        if not case.holds:
            yield acts.lapse(step, at=case.now, why="预警已解除或关闭，未发出的建议失效")
        elif _followed(step, known):
            continue
        elif step.ladder != case.ladder.name:
            yield acts.lapse(step, at=case.now, why=f"所属地区已改用“{case.ladder.title}”")
        elif step.code not in wanted:
            yield acts.lapse(step, at=case.now, why="预警级别已下降，或上一步已有答复，不再需要")


def _followed(step: Step, known: Mapping[UUID, Step]) -> bool:
    """Whether it was proposed because a step before it was not answered, which is still so."""
    source = known.get(step.follows) if step.follows else None
    return source is not None and source.state.waits


def _passing(case: Case, known: Mapping[UUID, Step]) -> Iterator[Happening]:
    """What time alone does: reminders, deadlines that have passed, and what follows them."""
    day = office_day(case.now, case.ladder.zone)
    for step in known.values():
        if step.watch_on is None:
            if case.holds and _is_let_go(step, known):
                yield _reminded(case, step)
            continue
        if step.watch_on > day.on:
            continue
        if step.state is StepState.PROPOSED:
            yield _unissued(case, step)
        elif step.due is not None and not day.is_over(step.due):
            yield from _not_yet(case, step, step.due)
        elif step.state.waits:
            yield from _unanswered(case, step, known)


def _not_yet(case: Case, step: Step, due: date) -> Iterator[Happening]:
    if step.watch_on != due:
        later = replace(step, watch_on=due)
        yield acts.told(later, Did.REMINDED, f"应于{due}下班前答复", case.now)


def _unissued(case: Case, step: Step) -> Happening:
    again, _ = case.days(case.today, case.ladder.issue_days)
    waiting = f"{step.proposed_on}提出，至今未发出"
    return acts.told(replace(step, watch_on=again), Did.REMINDED, waiting, case.now)


def _is_let_go(step: Step, known: Mapping[UUID, Step]) -> bool:
    """Whether it is late, and what followed it was taken back: nobody else is asked any more."""
    after = known.get(step.followed_by) if step.followed_by else None
    gone = {StepState.WITHDRAWN, StepState.LAPSED}
    return step.state is StepState.OVERDUE and after is not None and after.state in gone


def _reminded(case: Case, step: Step) -> Happening:
    again, _ = case.days(case.today, case.ladder.remind_days)
    did = Did.REMINDED if step.state is StepState.OVERDUE else Did.OVERDUE
    late = replace(step, state=StepState.OVERDUE, was_overdue=True, watch_on=again)
    return acts.told(late, did, f"应于{step.due}前答复，已逾期", case.now)


def _unanswered(case: Case, step: Step, known: Mapping[UUID, Step]) -> Iterator[Happening]:
    happened = _reminded(case, step)
    yield happened
    if case.holds and step.followed_by is None:
        yield from _escalation(case, happened.step, known)


def _escalation(case: Case, late: Step, known: Mapping[UUID, Step]) -> Iterator[Happening]:
    target = _following(case.ladder, late)
    if target is None:
        return
    plan, office = target
    taken = [one for one in known.values() if one.code == plan.code and one.office == office]
    already = next((one for one in taken if one.state.is_live), None)
    why = f"“{late.title}”应于{late.due}前答复，已逾期（{late.clause}）"
    step = already or _proposal(case, plan, office, (why,), len(taken), late)
    moved = f"转入“{plan.title}”" + (f"，由上级（{office}）办理" if office != late.office else "")
    # From now on people are reminded of what follows, not of this as well.
    handed_on = replace(late, followed_by=step.id, watch_on=None)
    yield acts.told(handed_on, Did.ESCALATED, moved, case.now)
    if already is None:
        yield acts.proposed(step, why)


def _following(ladder: Ladder, late: Step) -> tuple[Plan, str] | None:
    """The step that follows a late one, and the region whose administration takes it."""
    plan = ladder.plan(late.code)
    if plan is None:
        return None
    above = office_above(late.office, late.regions) if plan.up else ""
    if plan.following:
        following = ladder.plan(plan.following)
        return (following, above or late.office) if following else None
    return (plan, above) if above else None


def _proposals(case: Case, known: Mapping[UUID, Step]) -> Iterator[Happening]:
    occasion = occasion_of(case.warning)
    for code, rule in called_for(case).items():
        plan = case.ladder.plan(code)
        own = [step for step in known.values() if step.code == code]
        if plan is None or not _may_come_again(case, rule, own, occasion):
            continue
        office = first_office(case.warning.subject, case.warning.regions)
        same = sum(1 for one in own if one.occasion == occasion and one.office == office)
        why = _why(rule, case.warning)
        yield acts.proposed(_proposal(case, plan, office, (why,), same, None), why)


def _may_come_again(case: Case, rule: Rule, own: Sequence[Step], occasion: Occasion) -> bool:
    """Whether a step is new to the occasion; one that lapsed leaves no trace in this."""
    if any(step.state.is_live for step in own):
        return False
    held = [step for step in own if step.state is not StepState.LAPSED]
    if rule.yearly and any(step.proposed_on.year >= case.today.year for step in held):
        return False
    return all(occasion.is_after(step.occasion) for step in held)


def _proposal(
    case: Case, plan: Plan, office: str, reasons: tuple[str, ...], number: int, late: Step | None
) -> Step:
    warning, ladder = case.warning, case.ladder
    occasion = occasion_of(warning)
    issue_by, _ = case.days(case.today, ladder.issue_days)
    record = warning.kind in ladder.records
    return Step(
        id=step_id(warning.id, plan.code, office, occasion, number),
        warning=warning.id,
        ladder=ladder.name,
        code=plan.code,
        kind=plan.kind,
        title=plan.title,
        title_en=plan.title_en,
        clause=plan.clause,
        formal=plan.formal,
        rests_on=Confirmed.RECORD if record else Confirmed.STATISTICS,
        reasons=reasons,
        subject=warning.subject,
        subject_name=warning.subject_name,
        regions=warning.regions,
        measure=warning.measure,
        condition=warning.kind,
        about=warning.about,
        about_name=warning.about_name,
        rule=warning.rule,
        level=warning.level,
        occasion=occasion,
        office=office,
        department=ladder.office(plan, warning.measure),
        answers=plan.answers or answering(warning),
        days=plan.days,
        state=StepState.PROPOSED,
        proposed_at=case.now,
        proposed_on=case.today,
        watch_on=issue_by,
        issue_by=issue_by,
        demands=plan.demands,
        follows=late.id if late else None,
    )


def answering(warning: Warning) -> str:
    """Who answers for a warning where the ladder names nobody: the government, or the holder."""
    of_region = tier_of(warning.subject) not in {Tier.ENTERPRISE, Tier.OTHER}
    return f"{warning.subject_name}人民政府" if of_region else warning.subject_name
