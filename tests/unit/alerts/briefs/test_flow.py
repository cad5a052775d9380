"""Where a brief may go from each state, what is told of it, and its number."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.alerts.domain.briefs import flow
from services.alerts.domain.briefs.document import Edition, Language
from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.flow import Brief, Did, Happened, Outcome, RefusedError, State
from services.alerts.domain.briefs.numbering import errata_numbered, numbered
from services.alerts.domain.briefs.telling import happened_document
from services.alerts.domain.handling import By

AT = datetime(2026, 10, 30, 1, tzinfo=UTC)
ANNA = By(name="Anna", key_id="anna", role="regulator")
BOB = By(name="Bob", key_id="bob", role="operator")
NUMBER = numbered("150000", 2026, 3, "晴雨形势〔{year}〕{nth}号")
WAITING = (Label("生产总值", "GDP"),)
FINDING = (Label("采矿业不平衡", "mining does not add up"),)


def brief(state: State = State.DRAFT, **more: object) -> Brief:
    made = Brief(
        id=flow.brief_id("150000", "2026Q3"),
        region="150000",
        name="内蒙古自治区",
        regions=("150000",),
        period="2026Q3",
        kind="quarter",
        settings="default",
        state=state,
        created_at=AT,
        revision=1,
        number=NUMBER if state is State.PUBLISHED else None,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def outcome(**more: object) -> Outcome:
    made = Outcome(
        name="内蒙古自治区",
        regions=("150000", "100000"),
        title=Label("题", "title"),
        languages=(Language.ZH,),
        commit=7,
        journal=9,
    )
    return replace(made, **more)  # type: ignore[arg-type]


ACTS: dict[str, tuple[Callable[[Brief], Happened], dict[State, State]]] = {
    "order": (
        lambda one: flow.ordered(one, one, flow.Order(), ANNA),
        {
            State.WAITING: State.MAKING,
            State.STOPPED: State.MAKING,
            State.DRAFT: State.MAKING,
        },
    ),
    "edit": (lambda one: flow.edited(one, {}, (), ANNA, AT), {State.DRAFT: State.DRAFT}),
    "approve": (lambda one: flow.approved(one, BOB, AT, ""), {State.DRAFT: State.APPROVED}),
    "return": (lambda one: flow.returned(one, BOB, AT, "no"), {State.APPROVED: State.DRAFT}),
    "publish": (
        lambda one: flow.published(one, NUMBER, (), BOB, AT, ""),
        {State.APPROVED: State.PUBLISHED},
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", State)
def test_where_each_act_leads(act: str, state: State) -> None:
    do, allowed = ACTS[act]
    if state in allowed:
        assert do(brief(state)).brief.state is allowed[state]
        return
    with pytest.raises(RefusedError) as refused:
        do(brief(state))
    assert str(refused.value)


@pytest.mark.parametrize(
    ("came", "state", "did", "revision"),
    [
        (outcome(), State.DRAFT, Did.PREPARED, 2),
        (outcome(waiting_for=WAITING), State.WAITING, Did.WAITING, 1),
        (outcome(findings=FINDING), State.STOPPED, Did.STOPPED, 1),
        (outcome(waiting_for=WAITING, findings=FINDING), State.WAITING, Did.WAITING, 1),
    ],
)
def test_what_comes_of_making_it(came: Outcome, state: State, did: Did, revision: int) -> None:
    happened = flow.came_out(brief(State.MAKING), came, AT)
    made = happened.brief
    assert (made.state, happened.did, made.revision) == (state, did, revision)
    assert (made.commit, made.journal, made.regions) == (7, 9, ("150000", "100000"))


def test_the_same_obstacle_is_told_once() -> None:
    first = flow.came_out(brief(State.MAKING), outcome(findings=FINDING), AT).brief
    again = flow.ordered(first, first, flow.Order(), None).brief
    assert flow.came_out(again, outcome(findings=FINDING), AT).did is None
    assert flow.came_out(again, outcome(waiting_for=WAITING), AT).did is Did.WAITING
    assert flow.came_out(again, outcome(), AT).did is Did.PREPARED
    why = Label("无", "none")
    failed = flow.failed(brief(State.MAKING), why, AT, None)
    assert failed.did is Did.STOPPED
    assert flow.failed(failed.brief, why, AT, None).did is None


def test_a_new_making_voids_approvals_and_keeps_remarks() -> None:
    one = brief(State.MAKING, remarks={"overall": "x"}, approvals=(flow.Approval(by=BOB, at=AT),))
    made = flow.came_out(one, outcome(), AT).brief
    assert (made.approvals, made.remarks) == ((), {"overall": "x"})


def test_a_second_person() -> None:
    one = brief(second_person=True, editor=ANNA)
    with pytest.raises(RefusedError) as refused:
        flow.approved(one, ANNA, AT, "")
    assert refused.value.kind == "second-person"
    assert flow.approved(one, BOB, AT, "").brief.approvals[0].by == BOB
    assert flow.approved(replace(one, editor=None), ANNA, AT, "").brief.state is State.APPROVED
    assert flow.approved(replace(one, second_person=False), ANNA, AT, "")


def test_remarks_are_trimmed_and_empty_ones_taken_away() -> None:
    one = brief(remarks={"a": "1", "b": "2", "c": "3"})
    done = flow.edited(one, {"a": " 1 ", "b": " ", "d": "4"}, (), ANNA, AT)
    assert done.brief.remarks == {"a": "1", "d": "4"}
    assert done.said == {"sections": ["b", "c", "d"]}
    assert (done.brief.editor, done.brief.revision) == (ANNA, 2)


def test_numbers_and_addresses() -> None:
    assert (NUMBER.text, NUMBER.address) == ("晴雨形势〔2026〕3号", "150000-2026-3")
    sheet = errata_numbered(NUMBER, 2)
    assert (sheet.text, sheet.address) == ("晴雨形势〔2026〕3号（勘误2）", "150000-2026-3-e2")


@pytest.mark.parametrize(
    ("edition", "errata", "name"),
    [
        (Edition.OFFICE, False, "brief.zh.pdf"),
        (Edition.PUBLIC, False, "public.zh.pdf"),
        (Edition.OFFICE, True, "errata.zh.pdf"),
        (Edition.PUBLIC, True, "errata-public.zh.pdf"),
    ],
)
def test_names_of_files(edition: Edition, errata: bool, name: str) -> None:
    assert flow.name_of(Language.ZH, edition, "pdf", errata=errata) == name


def test_an_entry_has_what_filters_and_access_look_at() -> None:
    happened = flow.published(brief(State.APPROVED), NUMBER, (), BOB, AT, "好")
    entry = happened_document(happened, 4)
    assert entry["type"] == "brief.published"
    assert entry["subject"] == "region:150000"
    assert (entry["measure"], entry["level"], entry["position"]) == ("data", "none", 4)
    assert (entry["number"], entry["comment"]) == (NUMBER.text, "好")
    assert entry["by"] == {"name": "Bob", "key_id": "bob", "role": "operator"}
