"""`/v1/public/briefs`: what anybody may read, without a key: published editions for the public."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from services.alerts.domain.briefs.document import Edition
from services.alerts.domain.briefs.flow import State
from services.alerts.domain.briefs.telling import file_document, label
from services.alerts.entrypoints.briefs import file_answer
from services.alerts.entrypoints.briefs_parts import doors_of
from services.alerts.entrypoints.briefs_shapes import PublicPage
from services.alerts.entrypoints.ladder_parts import answered, unknown
from services.alerts.ports.briefs import Listed
from shared.model.instants import iso, to_us

router = APIRouter(prefix="/v1/public/briefs", tags=["public briefs"])

Address = Annotated[
    str, Path(pattern=r"^[0-9A-Za-z_.-]{1,100}$", examples=["150000-2026-3"], description="address")
]


@router.get("", summary="Published briefs, the newest first", response_model=PublicPage)
async def find(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[int | None, Query(ge=1, description="`next` of the page before")] = None,
) -> Response:
    """Only of regions whose settings let the public read them."""
    found = await doors_of(request).parts.store.public(limit=limit + 1, below=after)
    page = found[:limit]
    body = {
        "items": [await _view(request, one) for one in page],
        "next": str(page[-1].place) if len(found) > limit else None,
    }
    return answered(body)


@router.get("/{number}/files/{name}", summary="A file for the public", response_class=Response)
async def file(request: Request, number: Address, name: str) -> Response:
    """By the brief's address in the list; only files of the public edition."""
    found = await doors_of(request).parts.store.numbered(number)
    brief = found.brief if found else None
    if brief is None or not brief.public or brief.state is not State.PUBLISHED:
        raise unknown(f"public brief {number!r}")
    kept = brief.file(name)
    if kept is None or kept.edition != Edition.PUBLIC.value:
        raise unknown(f"public file {name!r} of brief {number!r}")
    return await file_answer(request, brief, name)


async def _view(request: Request, found: Listed) -> dict[str, object]:
    one = found.brief
    store = doors_of(request).parts.store
    corrected = await store.one(one.corrects) if one.corrects else None
    number = corrected.brief.number if corrected else None
    return {
        "number": one.number.text if one.number else "",
        "address": one.number.address if one.number else "",
        "region": one.region,
        "name": one.name,
        "period": one.period,
        "kind": one.kind,
        "title": label(one.title),
        "published_at": iso(to_us(one.published_at)) if one.published_at else "",
        "corrected": found.corrected,
        "corrects": number.address if number else None,
        "files": [
            file_document(file) for file in one.files if file.edition == Edition.PUBLIC.value
        ],
    }
