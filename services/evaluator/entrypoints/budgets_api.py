"""`/v1/budgets`: what was granted to whom, and how it stands."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from services.evaluator.domain.budget import FROM_THE_BEGINNING, Budget
from services.evaluator.domain.budget_drafts import Plan
from services.evaluator.domain.budget_rows import Fault, Row
from services.evaluator.domain.evidence import Figures, figures_of
from services.evaluator.domain.judgement import Judged, Step
from services.evaluator.domain.subjects import name_of, regions_of
from services.evaluator.entrypoints.budget_bodies import (
    ReadFile,
    body_of,
    faulty,
    files_of,
    rows_of,
)
from services.evaluator.entrypoints.door import Caller, Operator
from services.evaluator.entrypoints.judge_shapes import (
    BUDGETS_BODY,
    IMPORT_BODY,
    BudgetItem,
    BudgetPage,
    BudgetsTaken,
    BudgetState,
    BudgetView,
    StepView,
    VersionView,
)
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.judge_words import PACE, USED, thresholds
from services.evaluator.ports.judge import BooksReader
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.access import Principal, may_read
from shared.model.instants import BEGINNING_US, FOREVER_US, hour_iso, iso

router = APIRouter(prefix="/v1/budgets", tags=["budgets"])

_FAULTS: dict[int | str, dict[str, Any]] = {
    422: {"description": "every fault, each with its place"}
}


@router.post(
    "",
    summary="Add budgets, or further versions of them: all or none",
    openapi_extra={"requestBody": BUDGETS_BODY},
    responses={**_FAULTS, 400: {"description": "no JSON"}, 503: {"description": "try again"}},
)
async def add(request: Request, _operator: Operator) -> BudgetsTaken:
    """One budget, or a list. A budget that exists gets a new version when total or phasing differ.

    Subject, measure, unit, period, zone and policy are fixed for a code. Sending the same again
    changes nothing.
    """
    rows, faults = rows_of(await body_of(request))
    return await _take(request, rows, faults, dry_run=False)


@router.post(
    "/imports",
    summary="Import YAML and CSV files of budgets: all of them, or none",
    openapi_extra={"requestBody": IMPORT_BODY},
    responses=_FAULTS,
)
async def import_files(request: Request, _operator: Operator) -> BudgetsTaken:
    """The same files again change nothing. `dry_run` tells what would change."""
    wanted = files_of(await body_of(request))
    read: ReadFile = request.state.read_budgets
    rows: list[Row] = []
    faults: list[Fault] = []
    for file in wanted.files:
        more, wrong = await run_in_threadpool(read, file.filename, file.text)
        rows += more
        faults += wrong
    return await _take(request, rows, faults, dry_run=wanted.dry_run)


@router.get("", summary="Budgets with their state")
async def find(
    request: Request,
    caller: Caller,
    subject: Annotated[str | None, Query(examples=["region:150000"])] = None,
    region: Annotated[str | None, Query(description="subjects in this region or below it")] = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    after: Annotated[str | None, Query(description="`next` of the page before")] = None,
) -> BudgetPage:
    """In the order of their codes; only those that the key may see."""
    desk: BudgetDesk = request.state.budgets
    chosen = [
        budget
        for _, budget in sorted((await desk.budgets()).items())
        if (after is None or budget.code > after)
        and subject in (None, str(budget.subject))
        and _visible(request, caller, budget, region)
    ]
    page = chosen[:limit]
    return BudgetPage(
        items=[BudgetItem(**one) for one in await _items(request, page)],
        next=page[-1].code if len(chosen) > limit else None,
    )


@router.get(
    "/{code}",
    summary="One budget with its versions, sequences and evidence",
    responses={404: {"description": "there is none, or the key may not see it"}},
)
async def one(request: Request, caller: Caller, code: str) -> BudgetView:
    """`sequences`: the surviving changes of level of each rule, beginning from none."""
    desk: BudgetDesk = request.state.budgets
    budget = (await desk.budgets()).get(code)
    if budget is None or not _visible(request, caller, budget, None):
        raise Problem(
            404,
            "Not found",
            f"There is no budget {code} that this key may see; GET /v1/budgets lists those there "
            "are.",
            kind="no-such-budget",
        )
    (item,) = await _items(request, [budget])
    judged, figures = await _standing(request, budget)
    return BudgetView(
        **item,
        versions=[_version(budget, number) for number in range(len(budget.versions))],
        thresholds={rule: thresholds(budget.policy, rule) for rule in (USED, PACE)},
        sequences={
            USED: _steps(judged.used if judged else ()),
            PACE: _steps(judged.pace if judged else ()),
        },
        factors=list(figures.factors) if figures else [],
        parts=list(figures.parts) if figures else [],
    )


async def _take(
    request: Request, rows: list[Row], faults: list[Fault], *, dry_run: bool
) -> BudgetsTaken:
    desk: BudgetDesk = request.state.budgets
    try:
        planned: Plan = await desk.take(rows, faults, dry_run=dry_run)
    except Unavailable as error:
        raise Problem(
            503,
            "Not available now",
            f"Budgets cannot be written now ({error}); please try again: a repeat is harmless.",
            kind="store-unavailable",
            headers={"Retry-After": "2"},
        ) from error
    if planned.faults:
        raise faulty(list(planned.faults), len(rows))
    return BudgetsTaken(
        rows=len(rows),
        dry_run=dry_run,
        added=list(planned.added),
        changed=list(planned.changed),
        unchanged=list(planned.unchanged),
    )


def _visible(request: Request, caller: Principal, budget: Budget, region: str | None) -> bool:
    regions = _regions(request, budget)
    return may_read(caller, str(budget.subject), regions) and region in (None, *regions)


def _regions(request: Request, budget: Budget) -> tuple[str, ...]:
    briefs: Briefs = request.state.briefs
    return regions_of(briefs.catalogue, budget.subject, FOREVER_US - 1)


async def _items(request: Request, budgets: list[Budget]) -> list[dict[str, object]]:
    briefs, reader = _parts(request)
    judged = await reader.judged([budget.code for budget in budgets])
    found: list[dict[str, object]] = []
    for budget in budgets:
        standing = judged.get(budget.code)
        figures = _figures(briefs, budget, standing)
        version = figures.version if figures else budget.versions[0]
        found.append(
            {
                "code": budget.code,
                "name": budget.name,
                "subject": str(budget.subject),
                "subject_name": name_of(briefs.catalogue, budget.subject),
                "regions": list(_regions(request, budget)),
                "carrier": budget.measure.carrier,
                "tce": budget.measure.series,
                "co2": budget.measure.co2,
                "flows": list(budget.measure.flows),
                "unit": budget.unit,
                "period": budget.period_text,
                "zone": budget.period.zone_name,
                "policy": budget.policy.name,
                "version": version.version,
                "total": f"{version.total:f}",
                "phasing": version.phasing.text,
                "state": _state(budget, standing, figures),
            }
        )
    return found


async def _standing(request: Request, budget: Budget) -> tuple[Judged | None, Figures | None]:
    briefs, reader = _parts(request)
    judged = (await reader.judged([budget.code])).get(budget.code)
    return judged, _figures(briefs, budget, judged)


def _parts(request: Request) -> tuple[Briefs, BooksReader]:
    briefs: Briefs = request.state.briefs
    briefs.renew()
    return briefs, request.state.reader


def _figures(briefs: Briefs, budget: Budget, judged: Judged | None) -> Figures | None:
    """The figures, unless the judgement was made by other numbers than the budget's newest."""
    brief = briefs.of(budget)
    if judged is None or judged.basis != brief.basis:
        return None
    return figures_of(brief, judged)


def _state(budget: Budget, judged: Judged | None, figures: Figures | None) -> BudgetState | None:
    if judged is None or figures is None:
        return None
    used, pace = judged.levels
    return BudgetState(
        watermark=None if judged.watermark_us == BEGINNING_US else iso(judged.watermark_us),
        quantity=figures.quantity,
        estimated=figures.estimated,
        line=figures.line,
        used_percent=figures.used_percent,
        over_line_percent=figures.over_line_percent,
        first_over_line=figures.first_over_line,
        completeness=figures.completeness,
        hours_judged=figures.hours_judged,
        period_hours=budget.period.hours,
        levels={USED: used.word, PACE: pace.word},
    )


def _version(budget: Budget, number: int) -> VersionView:
    version = budget.versions[number]
    begins = version.effective_from_hour
    return VersionView(
        version=version.version,
        total=f"{version.total:f}",
        phasing=version.phasing.text,
        effective_from=None if begins == FROM_THE_BEGINNING else hour_iso(begins),
        recorded_at=iso(version.recorded_at_us),
        recorded_commit=version.recorded_commit,
    )


def _steps(steps: Iterable[Step]) -> list[StepView]:
    return [
        StepView(
            hour=hour_iso(step.hour),
            level=step.level.word,
            quantity=step.quantity,
            line=step.line,
            used_percent=step.used_percent,
        )
        for step in steps
    ]
