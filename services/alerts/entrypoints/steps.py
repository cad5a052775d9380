"""`/v1/steps`: what the ladder proposes, what people issue, and the drafts of letters."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from services.alerts.domain.documents import with_id
from services.alerts.domain.ladder.documents import Document, step_document
from services.alerts.domain.ladder.letters import letter_facts
from services.alerts.domain.ladder.places import ancestors
from services.alerts.domain.ladder.steps import RefusedError, Step
from services.alerts.domain.ladder.words import StepKind, StepState
from services.alerts.domain.selection import sight_of
from services.alerts.entrypoints.door import Caller
from services.alerts.entrypoints.ladder_parts import (
    LadderParts,
    answered,
    busy,
    by_of,
    check_act,
    check_seen,
    key_of,
    parts_of,
    refused,
    unknown,
)
from services.alerts.entrypoints.ladder_shapes import (
    Answer,
    Finish,
    Issue,
    StepShape,
    StepsPage,
    StepWithFigures,
    Withdraw,
)
from services.alerts.handlers.ladder import policies
from services.alerts.handlers.ladder_acts import (
    UnconfirmedError,
    UnknownError,
    needs_statistics,
)
from services.alerts.ports.ladder import Confirmation, Figure, StepFilter
from shared.kit.errors import Unavailable
from shared.model.access import Act, Principal, may_act
from shared.model.condition import Measure

router = APIRouter(prefix="/v1/steps", tags=["steps"])

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NEXT = {
    StepState.PROPOSED: ("issue", "withdraw"),
    StepState.ISSUED: ("answer", "withdraw"),
    StepState.OVERDUE: ("answer", "withdraw"),
    StepState.ANSWERED: ("done", "withdraw"),
}
_ACTS = {"answer": (Act.ISSUE, Act.RESPOND)}


def _wanted(
    warning: UUID | None = None,
    region: Annotated[str | None, Query(description="the region and all below it")] = None,
    state: StepState | None = None,
    kind: Annotated[StepKind | None, Query(description="the kind of step")] = None,
    due_before: date | None = None,
    live: Annotated[bool | None, Query(description="whether anything is still to come")] = None,
) -> StepFilter:
    return StepFilter(
        warning=warning, region=region, state=state, kind=kind, due_before=due_before, live=live
    )


@router.get("", summary="Steps, those that are due first", response_model=StepsPage)
async def find(
    request: Request,
    caller: Caller,
    wanted: Annotated[StepFilter, Depends(_wanted)],
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[int, Query(ge=0, le=1_000_000, description="`next` of the page before")] = 0,
) -> Response:
    """Filters add up. Only steps about warnings that the key may see are listed."""
    store = parts_of(request).store
    found = await store.find(sight_of(caller), wanted, limit=limit + 1, offset=after)
    items = [_document(caller, step) for step in found[:limit]]
    return answered({"items": items, "next": str(after + limit) if len(found) > limit else None})


@router.get("/{step}", summary="One step with its figures", response_model=StepWithFigures)
async def one(request: Request, caller: Caller, step: UUID) -> Response:
    """The monitored figure stands beside the confirmed one; 404 for one that is not yours."""
    parts = parts_of(request)
    found = await _seen(parts, caller, step)
    try:
        shown = await _figures(request, parts, found)
    except Unavailable as error:
        shown = Confirmation(monitored=None, confirmed=None, missing=f"暂时无法查询：{error}")
    history = [msgspec.Raw(with_id(n, data)) for n, data in await parts.store.history(found.id)]
    figures = {**_confirmation(shown), "required": needs_statistics(found)}
    return answered({**_document(caller, found), "figures": figures, "history": history})


@router.get(
    "/{step}/letter.docx",
    summary="A draft of the step's letter",
    response_class=Response,
    responses={200: {"content": {_DOCX: {}}}},
)
async def letter(request: Request, caller: Caller, step: UUID) -> Response:
    """Only words and figures on record; what is not there yet says so."""
    parts = parts_of(request)
    found = await _seen(parts, caller, step)
    try:
        shown = await _figures(request, parts, found)
    except Unavailable as error:
        raise busy(f"The figures of the letter cannot be had: {error}") from error
    ladder = (await policies(parts.shelf)).ladders.get(found.ladder)
    figures = {"monitored": _in_words(shown.monitored), "confirmed": _in_words(shown.confirmed)}
    facts = letter_facts(
        found,
        figures,
        ladder.records.get(found.condition, "") if ladder else "",
        ladder.source if ladder else "",
    )
    draft = await asyncio.to_thread(parts.letters.draft, found.kind, facts)
    name = quote(f"{found.title}-{found.subject_name}.docx")
    headers = {
        "Content-Disposition": f"attachment; filename=\"letter.docx\"; filename*=UTF-8''{name}"
    }
    return Response(draft, media_type=_DOCX, headers=headers)


@router.post("/{step}/issue", summary="Issue a step", response_model=StepShape)
async def issue(request: Request, caller: Caller, step: UUID, wanted: Issue) -> Response:
    """Its deadline begins to run. A formal step needs a document number and confirmed figures."""
    parts = parts_of(request)
    found = await _ours(parts, caller, step, "issue")
    try:
        shown = await _figures(request, parts, found)
    except Unavailable as error:
        raise busy(f"The confirmed figure cannot be had: {error}") from error
    now = request.state.clock()

    async def act() -> Step:
        return await parts.acts.issue(
            step,
            document=wanted.document,
            issued_on=wanted.issued_on,
            shown=shown,
            by=by_of(caller),
            now=now,
        )

    return await _acted(request, caller, act)


@router.post("/{step}/answer", summary="Write down the answer", response_model=StepShape)
async def answer(request: Request, caller: Caller, step: UUID, wanted: Answer) -> Response:
    """Of whoever had to answer; what was to follow without an answer lapses."""
    parts = parts_of(request)
    await _ours(parts, caller, step, "answer")
    by, now = by_of(caller), request.state.clock()
    return await _acted(
        request, caller, lambda: parts.acts.answer(step, text=wanted.text, by=by, now=now)
    )


@router.post("/{step}/done", summary="Take the answer as sufficient", response_model=StepShape)
async def done(request: Request, caller: Caller, step: UUID, wanted: Finish) -> Response:
    """Nothing more is to come of the step."""
    parts = parts_of(request)
    await _ours(parts, caller, step, "done")
    by, now = by_of(caller), request.state.clock()
    return await _acted(
        request, caller, lambda: parts.acts.finish(step, remark=wanted.remark, by=by, now=now)
    )


@router.post("/{step}/withdraw", summary="Take a step back", response_model=StepShape)
async def withdraw(request: Request, caller: Caller, step: UUID, wanted: Withdraw) -> Response:
    """A proposal that is withdrawn is not made again on the same occasion."""
    parts = parts_of(request)
    await _ours(parts, caller, step, "withdraw")
    by, now = by_of(caller), request.state.clock()
    return await _acted(
        request, caller, lambda: parts.acts.withdraw(step, reason=wanted.reason, by=by, now=now)
    )


async def _acted(
    request: Request, caller: Principal, act: Callable[[], Awaitable[Step]]
) -> Response:
    try:
        step = await act()
    except UnknownError as error:
        raise unknown("step") from error
    except RefusedError as error:
        raise refused(str(error), "step-refused") from error
    except UnconfirmedError as error:
        raise refused(
            f"A formal step needs a confirmed figure: {error}. Record the statistics of the "
            "period (qingyu record import, or POST /v1/records/imports of the evaluator), then "
            "issue it again.",
            "unconfirmed",
        ) from error
    except Unavailable as error:
        raise busy(str(error)) from error
    request.state.ladder_word()
    return answered(_document(caller, step))


async def _seen(parts: LadderParts, caller: Principal, key: UUID) -> Step:
    found = await parts.store.one(key)
    if found is None:
        raise unknown(f"step {key}")
    check_seen(caller, found.subject, found.regions, found.measure, f"step {key}")
    return found


async def _ours(parts: LadderParts, caller: Principal, key: UUID, word: str) -> Step:
    found = await _seen(parts, caller, key)
    check_act(caller, _ACTS.get(word, (Act.ISSUE,)), _place(found, word), f"{word} a step")
    return found


def _place(step: Step, word: str) -> tuple[str, tuple[str, ...], Measure]:
    """Whose right it takes: an answer that of whom the step is about, all else the office's."""
    if word == "answer" or not step.office:
        return step.subject, step.regions, step.measure
    return f"region:{step.office}", ancestors(step.office, step.regions), step.measure


async def _figures(request: Request, parts: LadderParts, step: Step) -> Confirmation:
    warning = await parts.store.warning(step.warning)
    return await parts.confirmations.of(step, warning, key_of(request))


def _document(caller: Principal, step: Step) -> Document:
    return {**step_document(step), "may": _may(caller, step)}


def _may(caller: Principal, step: Step) -> list[str]:
    return [
        word
        for word in _NEXT.get(step.state, ())
        if any(may_act(caller, act, *_place(step, word)) for act in _ACTS.get(word, (Act.ISSUE,)))
    ]


def _confirmation(shown: Confirmation) -> Document:
    return {
        "monitored": _figure(shown.monitored),
        "confirmed": _figure(shown.confirmed),
        "missing": shown.missing,
        "same_level": shown.same_level,
    }


def _figure(figure: Figure | None) -> Document | None:
    if figure is None:
        return None
    return {
        "value": figure.value,
        "unit": figure.unit,
        "period": figure.period,
        "source": figure.source,
        "level": figure.level.word if figure.level is not None else None,
        "remarks": figure.remarks,
    }


def _in_words(figure: Figure | None) -> str:
    if figure is None:
        return ""
    said = "，".join(word for word in (figure.period, "、".join(figure.remarks)) if word)
    return f"{figure.value} {figure.unit}{f'（{said}）' if said else ''}"
