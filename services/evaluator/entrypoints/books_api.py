"""`/v1/books`, `/v1/corrections`, `/v1/findings`: what was used, what changed, what was noticed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from services.evaluator.domain.accounts import Entry, Step
from services.evaluator.domain.budget import Series
from services.evaluator.domain.budget_cells import hour_named
from services.evaluator.domain.completeness import EVER
from services.evaluator.domain.evidence import factor_body
from services.evaluator.domain.totals import Cause
from services.evaluator.entrypoints.as_of import AsOf
from services.evaluator.entrypoints.door import Caller
from services.evaluator.entrypoints.judge_shapes import (
    BooksView,
    BookView,
    CorrectedHour,
    CorrectionPage,
    CorrectionView,
    EntryView,
    FindingPage,
    FindingView,
    HourFigures,
)
from services.evaluator.handlers.judge_books import AskedTooMuchError, Book, Holder, Library
from services.evaluator.handlers.judge_books import Query as BooksQuery
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.book_sums import HistoryError
from services.evaluator.ports.judge import BooksReader, RecordedCorrection
from services.evaluator.ports.point_books import PointBooks
from shared.kit.web import Problem
from shared.model.access import Principal, may_read
from shared.model.exact import text
from shared.model.instants import hour_iso, iso

router = APIRouter(prefix="/v1", tags=["books"])

_SECOND_DECIMALS = 6
_WHO = "enterprise:…, region:…, tag:…, boundary:… or point:…"
_HOURS = "a date in the subject's zone, or a whole hour such as 2026-01-01T00:00:00+08:00"

From = Annotated[str | None, Query(alias="from", description=_HOURS)]
To = Annotated[str | None, Query(description=f"{_HOURS}; not included")]


def _which(
    carrier: Annotated[str | None, Query(examples=["electricity"])] = None,
    flow: Annotated[
        str | None, Query(description="import, export, …; net for a boundary", examples=["import"])
    ] = None,
) -> tuple[str | None, str | None]:
    return carrier or None, flow or None


Which = Annotated[tuple[str | None, str | None], Depends(_which)]


@router.get(
    "/books/{subject:path}",
    summary="Books by hour, day, month or in all",
    responses={404: {"description": "nobody of that name, or the key may not see it"}},
)
async def books(
    request: Request,
    *,
    caller: Caller,
    subject: str,
    which: Which,
    as_of: AsOf,
    from_: From = None,
    to: To = None,
    step: Step = Step.DAY,
    series: Annotated[Series, Query(description="factors for tce")] = Series.CALORIFIC,
) -> BooksView:
    """Everything there is unless carrier, flow, from or to say less; days and months in the zone.

    A region's books are the sum of the enterprises below it and nothing else; the net inflow over
    its own boundary meters has a book of its own, `boundary:CODE`. With `as_of` quantities are as
    they were known then; completeness and tce go by the catalogue and the factors in use.
    """
    holder = _holder(request, caller, subject)
    library: Library = request.state.library
    try:
        query = BooksQuery(
            carrier=which[0],
            flow=which[1],
            first_hour=_hour("from", from_, holder),
            end_hour=_hour("to", to, holder),
            step=step,
            series=series,
            as_of=as_of,
        )
        answer = await library.read(holder, query)
    except HistoryError as error:
        raise _unacceptable(str(error), "bad-as-of") from error
    except AskedTooMuchError as error:
        raise _unacceptable(str(error), "too-many-entries") from error
    except ValueError as error:
        raise _unacceptable(str(error), "bad-time") from error
    period = answer.period
    return BooksView(
        subject=subject,
        subject_name=holder.name,
        zone=holder.zone,
        step=step,
        series=series,
        start=hour_iso(period.first_hour) if period else None,
        end=hour_iso(period.end_hour) if period else None,
        catalogue_version=_rulebook(request).version,
        as_of=as_of,
        items=[_book(book) for book in answer.books],
    )


@router.get("/corrections", summary="How closed hours were changed, the newest change first")
async def corrections(
    request: Request,
    caller: Caller,
    subject: Annotated[str, Query(description=_WHO, examples=["enterprise:91150203DEMG00001K"])],
    from_: From = None,
    to: To = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[int | None, Query(ge=1, description="`next` of the page before")] = None,
) -> CorrectionPage:
    """An hour is closed once the subject's watermark has passed its end."""
    holder = _holder(request, caller, subject)
    reader: BooksReader = request.state.reader
    try:
        first, end = _hour("from", from_, holder), _hour("to", to, holder)
    except ValueError as error:
        raise _unacceptable(str(error), "bad-time") from error
    first, end = EVER[0] if first is None else first, EVER[1] if end is None else end
    found = await reader.corrections(subject, first, end, limit=limit + 1, below=cursor)
    page = found[:limit]
    return CorrectionPage(
        subject=subject,
        items=[_correction(number, one, first, end) for number, one in page],
        next=str(page[-1][0]) if len(found) > limit else None,
    )


@router.get("/findings", summary="Gaps, resets, conflicts and the like in the readings of points")
async def findings(
    request: Request,
    caller: Caller,
    subject: Annotated[str, Query(description=_WHO)],
    standing: Annotated[bool, Query(description="only those that still stand")] = True,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> FindingPage:
    """Of the points that count for the subject; the newest first."""
    holder = _holder(request, caller, subject)
    library: Library = request.state.library
    points: PointBooks = request.state.points
    codes = library.points_of(holder)
    rows = await points.findings(codes, standing=standing, limit=limit) if codes else ()
    return FindingPage(
        items=[
            FindingView(
                point=row.point,
                kinds=list(row.kinds),
                start=iso(row.start_us),
                end=iso(row.end_us),
                commit=row.commit,
                ended_commit=row.ended_commit,
            )
            for row in rows
        ]
    )


def _holder(request: Request, caller: Principal, subject: str) -> Holder:
    library: Library = request.state.library
    try:
        holder = library.holder(subject)
    except ValueError as error:
        raise _unacceptable(f"{error}, or point", "bad-subject") from error
    if holder is None or not may_read(caller, str(holder.subject), holder.regions):
        raise Problem(
            404,
            "Not found",
            f"The catalogue has no {subject} that this key may see.",
            kind="no-such-subject",
        )
    return holder


def _rulebook(request: Request) -> Rulebook:
    rulebook: Rulebook = request.state.rulebook
    return rulebook


def _hour(field: str, written: str | None, holder: Holder) -> int | None:
    if written is None or not written.strip():
        return None
    # A plus sign that was not escaped arrives as a blank.
    try:
        return hour_named(written.strip().replace(" ", "+"), holder.zone)
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from error


def _unacceptable(detail: str, kind: str) -> Problem:
    return Problem(422, "Some values are not acceptable", detail, kind=kind)


def _book(book: Book) -> BookView:
    return BookView(
        carrier=book.carrier,
        flow=book.flow,
        unit=book.unit,
        factors=[factor_body(factor) for factor in book.factors],
        total=_entry(book.total),
        hours=[_entry(entry) for entry in book.entries],
    )


def _entry(entry: Entry) -> EntryView:
    return EntryView(
        start=hour_iso(entry.first_hour),
        end=hour_iso(entry.end_hour),
        quantity=entry.quantity,
        estimated=entry.estimated,
        completeness=entry.completeness,
        tce=entry.tce,
    )


def _correction(number: int, recorded: RecordedCorrection, first: int, end: int) -> CorrectionView:
    one = recorded.correction
    scale = one.series.lane.scale
    return CorrectionView(
        id=number,
        commit=recorded.commit,
        made_at=iso(recorded.at_us),
        carrier=one.series.lane.carrier,
        flow=one.series.lane.flow,
        hours=[
            CorrectedHour(
                hour=hour_iso(hour),
                old=_figures([column[i] for column in one.old], scale),
                new=_figures([column[i] for column in one.new], scale),
                causes=[cause.name.lower() for cause in Cause(one.cause[i]) if cause.name],
            )
            for i, hour in enumerate(one.hour)
            if first <= hour < end
        ],
    )


def _figures(row: list[int], scale: int) -> HourFigures:
    quantity, estimated, known = row
    return HourFigures(
        quantity=text(quantity, scale),
        estimated=text(estimated, scale),
        known_s=text(known, _SECOND_DECIMALS),
    )
