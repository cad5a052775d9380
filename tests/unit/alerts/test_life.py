"""What people may do about a warning in which state, as tables of sentences."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.alerts.domain.advancing import advance, pass_time
from services.alerts.domain.handling import CloseReason, Stage, State
from services.alerts.domain.life import (
    Acknowledge,
    Assign,
    Close,
    Comment,
    Deed,
    Done,
    LifePolicy,
    Refused,
    Reopen,
    Respond,
    Return,
    Why,
    act,
)
from services.alerts.domain.warning import Kind, Warning
from shared.model.access import Principal, Role
from shared.model.condition import Measure
from shared.model.level import Level
from tests.unit.alerts.builders import NOON, assessment

POLICY = LifePolicy()
OFFICER = Principal(
    key_id="k1",
    name="officer",
    role=Role.REGULATOR,
    scope=frozenset({"region:150000"}),
    measures=frozenset({Measure.ENERGY}),
)
PLANT = Principal(key_id="k2", name="plant", role=Role.SENDER, scope=frozenset({"enterprise:X"}))
READER = replace(OFFICER, role=Role.READER)
STRANGER = replace(OFFICER, scope=frozenset({"region:630000"}))
CARBON = replace(OFFICER, measures=frozenset({Measure.CARBON}))


def raised(*changes: tuple[int, str]) -> Warning:
    """An enterprise's warning."""
    made = assessment(
        *(changes or ((1, "orange"),)),
        subject="enterprise:X",
        regions=("150200", "150000"),
        measure=Measure.ENERGY,
    )
    found = advance(None, made, NOON).warning
    assert found is not None
    return found


def after(warning: Warning, *deeds: Deed) -> Warning:
    """The warning after these, by an officer."""
    for deed in deeds:
        done = act(warning, deed, OFFICER, NOON, POLICY)
        assert isinstance(done, Done)
        warning = done.warning
    return warning


def judged(
    warning: Warning, *changes: tuple[int, str], days: int = 1
) -> tuple[Warning, list[Kind]]:
    """The warning after a later judgement, and the kinds of what was told."""
    made = assessment(
        *changes,
        number=warning.number + 1,
        subject="enterprise:X",
        regions=("150200", "150000"),
        measure=Measure.ENERGY,
    )
    outcome = advance(warning, made, NOON + timedelta(days=days))
    assert outcome.warning is not None
    return outcome.warning, [entry.kind for entry in outcome.entries]


ACKNOWLEDGE, RESPOND = Acknowledge(comment="seen"), Respond(text="boiler 2 is off")
CLOSE = Close(reason=CloseReason.HANDLED)
RETURN, REOPEN = Return(comment="which boiler?"), Reopen(comment="not yet")

DONE: tuple[tuple[str, tuple[Deed, ...], Deed, Kind, Stage], ...] = (
    ("a raised one is acknowledged", (), ACKNOWLEDGE, Kind.ACKNOWLEDGED, Stage.ACKNOWLEDGED),
    ("a response needs no acknowledgement", (), RESPOND, Kind.RESPONDED, Stage.RESPONDED),
    ("a response is sent back", (RESPOND,), RETURN, Kind.RETURNED, Stage.RETURNED),
    ("what was sent back is answered", (RESPOND, RETURN), RESPOND, Kind.RESPONDED, Stage.RESPONDED),
    ("any is assigned", (), Assign(assignee="wang"), Kind.ASSIGNED, Stage.RAISED),
    ("any open one is closed", (), CLOSE, Kind.CLOSED, Stage.CLOSED),
    (
        "a closed one is reopened where it was",
        (RESPOND, CLOSE),
        REOPEN,
        Kind.REOPENED,
        Stage.RESPONDED,
    ),
    ("a closed one is commented", (CLOSE,), Comment(comment="x"), Kind.COMMENTED, Stage.CLOSED),
)


@pytest.mark.parametrize(
    ("says", "before", "deed", "kind", "stage"), DONE, ids=lambda one: str(one)[:60]
)
def test_is_done(says: str, before: tuple[Deed, ...], deed: Deed, kind: Kind, stage: Stage) -> None:
    warning = after(raised(), *before)
    done = act(warning, deed, OFFICER, NOON, POLICY)
    assert isinstance(done, Done), says
    assert (done.note.kind, done.warning.handling.stage) == (kind, stage)
    assert done.note.position == done.warning.entries == warning.entries + 1
    assert done.note.by is not None
    assert (done.note.by.name, done.note.by.role) == ("officer", "regulator")
    assert (done.note.before, done.note.level) == (Level.ORANGE, Level.ORANGE)


REFUSED: tuple[tuple[str, tuple[Deed, ...], Deed, Why], ...] = (
    ("a closed one is not acknowledged", (CLOSE,), ACKNOWLEDGE, Why.IS_CLOSED),
    ("a closed one is not answered", (CLOSE,), RESPOND, Why.IS_CLOSED),
    ("a closed one is not closed again", (CLOSE,), CLOSE, Why.IS_CLOSED),
    ("an open one is not reopened", (), REOPEN, Why.NOT_CLOSED),
    ("without a response nothing is sent back", (), RETURN, Why.NO_RESPONSE),
    ("a response says something", (), Respond(text="  "), Why.EMPTY),
    ("a comment says something", (), Comment(comment=""), Why.EMPTY),
    ("sending back says why", (RESPOND,), Return(comment=" "), Why.EMPTY),
    ("a file must have been sent", (), Respond(text="x", missing=("ab",)), Why.NO_FILE),
)


@pytest.mark.parametrize(("says", "before", "deed", "why"), REFUSED)
def test_is_refused(says: str, before: tuple[Deed, ...], deed: Deed, why: Why) -> None:
    refused = act(after(raised(), *before), deed, OFFICER, NOON, POLICY)
    assert refused == Refused(why=why), says
    assert refused.sentence


@pytest.mark.parametrize(
    ("who", "deed", "why"),
    [
        (STRANGER, ACKNOWLEDGE, Why.NOT_SEEN),
        (CARBON, ACKNOWLEDGE, Why.NOT_SEEN),
        (READER, Comment(comment="x"), Why.NOT_ALLOWED),
        (PLANT, CLOSE, Why.NOT_ALLOWED),
        (PLANT, RETURN, Why.NOT_ALLOWED),
        (PLANT, Assign(assignee="x"), Why.NOT_ALLOWED),
        (PLANT, RESPOND, None),
        (PLANT, ACKNOWLEDGE, None),
    ],
)
def test_who_may(who: Principal, deed: Deed, why: Why | None) -> None:
    done = act(raised(), deed, who, NOON, POLICY)
    assert (done.why if isinstance(done, Refused) else None) == why


class TestOneThatIsResolved:
    @pytest.mark.parametrize("deed", [ACKNOWLEDGE, CLOSE])
    def test_needs_nobody(self, deed: Deed) -> None:
        resolved = raised((1, "orange"), (2, "none"))
        assert act(resolved, deed, OFFICER, NOON, POLICY) == Refused(why=Why.RESOLVED)

    def test_can_still_be_answered_for(self) -> None:
        assert isinstance(act(raised((1, "red"), (2, "none")), RESPOND, PLANT, NOON, POLICY), Done)


class TestWhatWasSeen:
    def test_is_compared_with_what_there_is(self) -> None:
        warning = after(raised(), ACKNOWLEDGE)
        assert isinstance(act(warning, RESPOND, PLANT, NOON, POLICY, expected=2), Done)
        refused = act(warning, RESPOND, PLANT, NOON, POLICY, expected=1)
        assert refused == Refused(why=Why.CHANGED)


class TestAnAcknowledgement:
    def test_expires_a_day_later(self) -> None:
        warning = after(raised(), ACKNOWLEDGE)
        assert warning.wakes_at == NOON + timedelta(hours=24)
        early = pass_time(warning, NOON + timedelta(hours=23))
        assert early.entries == ()
        outcome = pass_time(warning, NOON + timedelta(hours=24))
        assert [entry.kind for entry in outcome.entries] == [Kind.ACKNOWLEDGEMENT_EXPIRED]
        assert outcome.warning is not None
        assert outcome.warning.handling.stage is Stage.RAISED
        assert outcome.warning.wakes_at is None

    @pytest.mark.parametrize("deed", [RESPOND, CLOSE])
    def test_does_not_expire_once_there_is_more(self, deed: Deed) -> None:
        assert after(raised(), ACKNOWLEDGE, deed).wakes_at is None

    @pytest.mark.parametrize("before", [(RESPOND,), (RESPOND, RETURN)])
    def test_expires_although_there_was_a_response_before_it(
        self, before: tuple[Deed, ...]
    ) -> None:
        warning = after(raised(), *before)
        later = NOON + timedelta(hours=1)
        done = act(warning, ACKNOWLEDGE, OFFICER, later, POLICY)
        assert isinstance(done, Done)
        assert done.warning.wakes_at == later + timedelta(hours=24)
        answered = act(done.warning, RESPOND, PLANT, later, POLICY)
        assert isinstance(answered, Done)
        assert answered.warning.wakes_at is None

    def test_of_what_the_figures_resolved_waits_for_no_response(self) -> None:
        warning, _ = judged(after(raised(), ACKNOWLEDGE), (1, "orange"), (9, "none"))
        assert warning.wakes_at is None
        assert pass_time(warning, NOON + timedelta(days=2)).entries == ()

    def test_is_void_when_the_level_rises(self) -> None:
        warning, told = judged(after(raised(), ACKNOWLEDGE), (1, "orange"), (9, "red"))
        assert told == [Kind.RAISED_LEVEL, Kind.ACKNOWLEDGEMENT_VOIDED]
        assert warning.handling.acknowledged is None
        assert warning.entries == 4

    def test_and_the_response_to_a_lower_level_is_none_to_a_higher_one(self) -> None:
        answered = after(raised(), Assign(assignee="wang"), ACKNOWLEDGE, RESPOND)
        warning, told = judged(answered, (1, "orange"), (9, "red"))
        assert told == [Kind.RAISED_LEVEL, Kind.ACKNOWLEDGEMENT_VOIDED]
        assert (warning.handling.stage, warning.handling.assignee) == (Stage.RAISED, "wang")

    def test_stands_when_the_level_falls(self) -> None:
        warning, told = judged(after(raised(), ACKNOWLEDGE), (1, "orange"), (9, "notice"))
        assert told == [Kind.LOWERED]
        assert warning.handling.acknowledged is not None


class TestAClosedOne:
    def test_opens_again_by_itself_when_the_level_rises(self) -> None:
        closed = after(raised(), Assign(assignee="wang"), CLOSE)
        assert closed.state is State.CLOSED
        warning, told = judged(closed, (1, "orange"), (9, "red"))
        assert told == [Kind.RAISED_LEVEL, Kind.REOPENED]
        assert (warning.state, warning.handling.assignee) == (State.OPEN, "wang")

    def test_stays_closed_when_the_level_falls_or_stays(self) -> None:
        warning, _ = judged(after(raised(), CLOSE), (1, "orange"), (9, "notice"))
        assert warning.state is State.CLOSED

    def test_is_resolved_by_the_figures_and_raised_anew(self) -> None:
        resolved, told = judged(after(raised(), CLOSE), (1, "orange"), (9, "none"))
        assert (told, resolved.state) == ([Kind.RESOLVED], State.RESOLVED)
        again, told = judged(resolved, (1, "orange"), (9, "none"), (12, "notice"), days=2)
        assert (told, again.state) == ([Kind.REOPENED], State.OPEN)
