"""`/v1/publications`, `/v1/figure-corrections`, `/v1/recomputations`: said, and changed since."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from services.evaluator.domain.figures.names import FigureId, parse_figure
from services.evaluator.entrypoints.as_of import AsOf
from services.evaluator.entrypoints.door import Caller, Operator
from services.evaluator.entrypoints.figure_views import explain_href
from services.evaluator.entrypoints.figures_api import (
    check_seen,
    nobody,
    subject_of,
    unacceptable,
)
from services.evaluator.handlers.publishing import Publisher, options_of
from services.evaluator.handlers.reckoner.reckoner import NobodyError
from services.evaluator.handlers.recompute import Report, Run, closed_months
from services.evaluator.ports.publications import FigureCorrection, Publication, Publications
from shared.kit.clock import now_us
from shared.kit.web import Problem
from shared.model.instants import iso

router = APIRouter(prefix="/v1", tags=["publications"])

MOST_AT_ONCE = 2000


class Wanted(BaseModel):
    """Figures to publish, all as of one commit."""

    figures: list[str] = Field(
        min_length=1,
        max_length=MOST_AT_ONCE,
        examples=[["region:150000/energy-intensity/2025Q3"]],
    )
    scope: str = ""
    series: str = "calorific"
    basis: str = "gross"
    rule: str = ""


class PublicationView(BaseModel):
    """A figure as it was published; it never changes."""

    id: int
    figure: str
    subject: str
    period: str
    options: dict[str, str]
    as_of: str
    value: str | None
    level: str | None
    body: dict[str, Any]
    commit: int
    at: str
    by: str
    explain: str


class PublicationPage(BaseModel):
    """Publications, the newest first."""

    items: list[PublicationView]
    next: str | None = Field(description="pass it as `cursor` for the next page")


class CorrectionItem(BaseModel):
    """A figure that became another after it was known, and why."""

    id: int
    commit: int
    at: str
    figure: str
    subject: str
    period: str
    old: str | None
    new: str | None
    old_as_of: int
    cause: str
    detail: dict[str, Any]


class FigureCorrectionPage(BaseModel):
    """Corrections, the newest first."""

    items: list[CorrectionItem]
    next: str | None


class TallyView(BaseModel):
    """One measure: how many months changed, and the year's sum of all enterprises."""

    changed: int
    old: str | None
    new: str | None


class ReportView(BaseModel):
    """What another edition of the factors changed in a year's closed months."""

    old_as_of: int
    new_as_of: int
    subjects: int
    cells: int = Field(description="subjects × months")
    rows: int
    changed: int
    measures: dict[str, TallyView]
    left: list[str] = Field(
        description="statements count for these too: computed one by one, by their accounts"
    )
    cut: int = Field(
        description="lanes × months within which a factor changes: computed by accounts too"
    )


class RecomputationView(BaseModel):
    """How far a recomputation is, or what it came to."""

    year: int
    state: str = Field(examples=["running", "done", "failed", "none"])
    step: str = Field(examples=["read", "weights", "compare", "accounts", "record"])
    done: int
    whole: int = Field(description="0: not known")
    problem: str | None = None
    report: ReportView | None = None


@router.post("/publications", status_code=201, summary="Publish figures as of a commit")
async def publish(
    request: Request, operator: Operator, as_of: AsOf, wanted: Wanted
) -> PublicationPage:
    """What is published stays as it is; a later change makes a correction beside it."""
    publisher: Publisher = request.state.publisher
    said = wanted.model_dump(exclude={"figures"})
    try:
        options = options_of({name: text for name, text in said.items() if text}, as_of)
        names = [parse_figure(figure, options) for figure in wanted.figures]
        made = await publisher.publish(names, operator.name)
    except NobodyError as error:
        raise nobody(str(error)) from error
    except ValueError as error:
        raise unacceptable(str(error)) from error
    return PublicationPage(items=[_publication(one) for one in made], next=None)


@router.get("/publications", summary="What was published, the newest first")
async def published(
    request: Request,
    caller: Caller,
    subject: Annotated[str, Query(examples=["region:150000"])],
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[int | None, Query(ge=1, description="`next` of the page before")] = None,
) -> PublicationPage:
    """Publications of one subject."""
    check_seen(request, caller, subject_of(subject))
    publications: Publications = request.state.publications
    found = await publications.published(subject=subject, below=cursor, limit=limit + 1)
    page = found[:limit]
    return PublicationPage(
        items=[_publication(one) for one in page],
        next=str(page[-1].id) if len(found) > limit else None,
    )


@router.get("/figure-corrections", summary="How figures changed afterwards, the newest first")
async def corrections(
    request: Request,
    caller: Caller,
    subject: Annotated[str | None, Query(examples=["region:150000"])] = None,
    figure: Annotated[str | None, Query(description="only this one")] = None,
    cause: Annotated[str | None, Query(examples=["factors"])] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[int | None, Query(ge=1, description="`next` of the page before")] = None,
) -> FigureCorrectionPage:
    """Of a subject, or of a figure; of everybody only for a key that sees everybody."""
    if figure is not None:
        subject = str(_named(figure).subject)
    if subject is not None:
        check_seen(request, caller, subject_of(subject))
    elif not caller.sees_all:
        raise Problem(422, "Some values are not acceptable", "name a subject", kind="bad-figure")
    publications: Publications = request.state.publications
    found = await publications.corrections(
        subject=subject, figure=figure, cause=cause, below=cursor, limit=limit + 1
    )
    page = found[:limit]
    return FigureCorrectionPage(
        items=[_correction(one) for one in page],
        next=str(page[-1].id) if len(found) > limit else None,
    )


@router.post(
    "/recomputations",
    status_code=202,
    summary="Compute a year's closed months by the factors of now",
    responses={409: {"description": "another one is running"}},
)
async def recompute(
    request: Request,
    _operator: Operator,
    year: Annotated[int, Query(ge=1990, le=2100)],
    old_as_of: Annotated[int, Query(ge=0, description="commit whose factors were used before")],
) -> RecomputationView:
    """Every month of every subject, in whole columns; each that changes becomes a correction.

    It goes on in the background: GET tells how far it is.
    """
    run: Run = request.state.recompute
    if not run.start(year, old_as_of, closed_months(year, now_us())):
        raise Problem(
            409,
            "Busy",
            f"The year {run.year} is being computed anew; wait for it to end.",
            kind="recomputation-runs",
        )
    return _run(run)


@router.get("/recomputations", summary="How far the last recomputation is")
async def recomputation(request: Request, _operator: Operator) -> RecomputationView:
    """Its report once it is done."""
    run: Run = request.state.recompute
    return _run(run)


def _run(run: Run) -> RecomputationView:
    outcome = run.outcome()
    failed = isinstance(outcome, BaseException)
    state = "running" if run.is_running else "failed" if failed else "done" if outcome else "none"
    return RecomputationView(
        year=run.year,
        state=state,
        step=run.step,
        done=run.done,
        whole=run.whole,
        problem=str(outcome) if isinstance(outcome, BaseException) else None,
        report=_report(outcome) if isinstance(outcome, Report) else None,
    )


def _report(report: Report) -> ReportView:
    return ReportView(
        old_as_of=report.old_as_of,
        new_as_of=report.new_as_of,
        subjects=report.subjects,
        cells=report.cells,
        rows=report.rows,
        changed=report.changed,
        measures={
            name: TallyView(changed=one.changed, old=one.old, new=one.new)
            for name, one in report.measures.items()
        },
        left=list(report.left),
        cut=report.cut,
    )


def _named(figure: str) -> FigureId:
    try:
        return parse_figure(figure)
    except ValueError as error:
        raise unacceptable(str(error)) from error


def _publication(one: Publication) -> PublicationView:
    draft = one.draft
    name = parse_figure(draft.figure, options_of(draft.options, draft.as_of))
    return PublicationView(
        id=one.id,
        figure=draft.figure,
        subject=draft.subject,
        period=draft.period,
        options=dict(draft.options),
        as_of=f"commit:{draft.as_of}",
        value=draft.value,
        level=draft.level,
        body=dict(draft.body),
        commit=one.commit,
        at=iso(one.at_us),
        by=one.by,
        explain=explain_href(name),
    )


def _correction(one: FigureCorrection) -> CorrectionItem:
    change = one.change
    return CorrectionItem(
        id=one.id,
        commit=change.commit,
        at=iso(one.at_us),
        figure=change.figure,
        subject=change.subject,
        period=change.period,
        old=change.old,
        new=change.new,
        old_as_of=change.old_as_of,
        cause=change.cause,
        detail=dict(change.detail),
    )
