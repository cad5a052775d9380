"""One step of the ladder about one warning, and what people do about it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from services.alerts.domain.ladder.words import Confirmed, StepKind, StepState
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:qingyu:step")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a step was proposed for: how often the warning had been raised, and for which period."""

    run: int
    period: str = ""

    def is_after(self, other: "Occasion") -> bool:
        """Whether it is another occasion, for which a step may be proposed again."""
        return self.run > other.run or self.period != other.period


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step as it stands; `entries` counts its lines in the journal.

    code, ladder, clause: the plan that it follows. office: the region whose administration acts;
    department: its department; answers: who is to answer. due: the last day, in the ladder's zone;
    provisional: the working days of that year are not announced yet. watch_on: the day on which
    time alone may have something to say of it; None for never. follows, followed_by: the ids of
    the steps before and after it.
    """

    id: UUID
    warning: UUID
    ladder: str
    code: str
    kind: StepKind
    title: str
    title_en: str
    clause: str
    formal: bool
    rests_on: Confirmed
    reasons: tuple[str, ...]
    subject: str
    subject_name: str
    regions: tuple[str, ...]
    measure: Measure
    condition: ConditionKind
    about: str
    about_name: str
    rule: str
    level: Level
    occasion: Occasion
    office: str
    department: str
    answers: str
    days: int
    state: StepState
    proposed_at: datetime
    proposed_on: date
    watch_on: date | None
    provisional: bool = False
    demands: tuple[str, ...] = ()
    issue_by: date | None = None
    due: date | None = None
    document: str = ""
    issued_at: datetime | None = None
    issued_by: str = ""
    issued_on: date | None = None
    figures: str = ""
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""
    remark: str = ""
    follows: UUID | None = None
    followed_by: UUID | None = None
    was_overdue: bool = False
    entries: int = 0


def step_id(warning: UUID, code: str, office: str, occasion: Occasion, number: int) -> UUID:
    """The same for ever for the same proposal; `number` counts those of one occasion, from 0."""
    parts = (str(warning), code, office, str(occasion.run), occasion.period, str(number))
    return uuid5(_NAMESPACE, "\n".join(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A deadline from the day it begins on; provisional if working days are not announced yet."""

    on: date
    remind_on: date
    due: date
    provisional: bool


class Did(StrEnum):
    """What happened to a step; with `step.` in front it is the entry's type."""

    PROPOSED = "proposed"
    ISSUED = "issued"
    ANSWERED = "answered"
    REMINDED = "reminded"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line about a step: the step as it was after it, what happened, why, and by whom."""

    step: Step
    did: Did
    why: str
    at: datetime
    by: str = ""


class RefusedError(Exception):
    """A step cannot be treated like that as it stands; says why and what to do."""


def issue(step: Step, *, by: str, at: datetime, begins: Running, document: str) -> Happening:
    """A person issues a proposed step under a document number; its deadline begins to run."""
    _expect(step, {StepState.PROPOSED}, "issued")
    if step.formal and not document.strip():
        raise RefusedError(
            f"{step.title} is a formal step: give the number of its document (文号)."
        )
    return _happened(
        replace(
            step,
            state=StepState.ISSUED,
            document=document.strip(),
            issued_at=at,
            issued_by=by,
            issued_on=begins.on,
            due=begins.due,
            provisional=begins.provisional,
            issue_by=None,
            watch_on=begins.remind_on,
        ),
        Did.ISSUED,
        f"issued as {document.strip()}" if document.strip() else "issued",
        at,
        by,
    )


def answer(step: Step, *, by: str, at: datetime, text: str) -> Happening:
    """Whoever has to answer has answered."""
    _expect(step, {StepState.ISSUED, StepState.OVERDUE}, "answered")
    if not text.strip():
        raise RefusedError("an answer needs a text: say what was done.")
    answered = replace(
        step,
        state=StepState.ANSWERED,
        answer=text.strip(),
        answered_at=at,
        answered_by=by,
        watch_on=None,
    )
    return _happened(answered, Did.ANSWERED, text.strip(), at, by)


def finish(step: Step, *, by: str, at: datetime, remark: str = "") -> Happening:
    """A person takes the answer as sufficient: the step is done."""
    _expect(step, {StepState.ANSWERED}, "done")
    return _ended(step, StepState.DONE, Did.DONE, remark or "taken as sufficient", at, by)


def withdraw(step: Step, *, by: str, at: datetime, reason: str) -> Happening:
    """A person takes a step back, or decides against proposing it."""
    _expect(step, {one for one in StepState if one.is_live}, "withdrawn")
    if not reason.strip():
        raise RefusedError("a step is withdrawn with a reason: give one.")
    return _ended(step, StepState.WITHDRAWN, Did.WITHDRAWN, reason.strip(), at, by)


def lapse(step: Step, *, at: datetime, why: str) -> Happening:
    """Nobody issued it, and it is called for no longer."""
    return _ended(step, StepState.LAPSED, Did.LAPSED, why, at, "")


def proposed(step: Step, why: str) -> Happening:
    """A new proposal's first line."""
    return _happened(step, Did.PROPOSED, why, step.proposed_at, "")


def told(step: Step, did: Did, why: str, at: datetime) -> Happening:
    """The system has something to say of a step."""
    return _happened(step, did, why, at, "")


def _ended(step: Step, state: StepState, did: Did, why: str, at: datetime, by: str) -> Happening:
    ended = replace(step, state=state, ended_at=at, ended_by=by, remark=why, watch_on=None)
    return _happened(ended, did, why, at, by)


def _happened(step: Step, did: Did, why: str, at: datetime, by: str) -> Happening:
    counted = replace(step, entries=step.entries + 1)
    return Happening(step=counted, did=did, why=why, at=at, by=by)


def _expect(step: Step, states: set[StepState], word: str) -> None:
    if step.state not in states:
        allowed = ", ".join(sorted(state.value for state in states))
        raise RefusedError(
            f"{step.title} is {step.state.value}: it can be {word} only while it is {allowed}."
        )
