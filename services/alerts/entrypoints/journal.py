"""`/v1/journal`: all that ever happened, in one order and one chain of hashes."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.alerts.domain.selection import may_hear
from services.alerts.entrypoints.door import Caller, Operator
from services.alerts.handlers.journal import Journal
from services.alerts.ports.warnings import Archive, Written

router = APIRouter(prefix="/v1/journal", tags=["journal"])

_JSON = "application/json"


class JournalEntry(BaseModel):
    """One entry; `hash` is SHA-256 of the hash before, the id (8 bytes, big end first), `data`.

    `data` is covered byte by byte, as it stands in this answer.
    """

    id: int
    hash: str
    about: str
    key: str = Field(description="the id of what it is about")
    type: str
    data: dict[str, object]


class JournalPage(BaseModel):
    """Entries in order; those that the key may not see are left out."""

    items: list[JournalEntry]
    before: str = Field(description="the hash before the first one asked for")
    next: int | None = Field(description="pass as `after` for the next page; null at the end")


class Head(BaseModel):
    """The newest entry: note both down, and later ask whether they still stand."""

    id: int
    hash: str


class Check(BaseModel):
    """Which stretch to check."""

    model_config = ConfigDict(extra="forbid")

    after: int = Field(default=0, ge=0, description="begin behind this entry")
    limit: int = Field(default=50_000, ge=1, le=200_000, description="check about so many")


class CheckedShape(BaseModel):
    """What was found."""

    checked: int
    upto: int = Field(description="the last entry checked; pass as `after` to go on")
    hash: str = Field(description="its hash")
    broken: int | None = Field(description="the first entry that does not follow; null if all do")
    more: bool
    cut: int | None = Field(
        description="the end was cut off: an entry beyond it that something else points at"
    )


@router.get("", summary="What happened, in order", response_model=JournalPage)
async def entries(
    request: Request,
    caller: Caller,
    after: Annotated[int, Query(ge=0, description="begin behind this entry")] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> Response:
    """Entries of warnings, steps, silences, gates and consultations that the key may see."""
    archive: Archive = request.state.archive
    journal: Journal = request.state.journal
    found = await archive.after(after, limit=limit)
    body = {
        "items": [_entry(written) for written in found if may_hear(caller, written.told)],
        "before": (await journal.hash_at(after)).hex(),
        "next": found[-1].id if len(found) == limit else None,
    }
    return Response(msgspec.json.encode(body), media_type=_JSON)


@router.get("/head", summary="The newest entry and its hash")
async def head(request: Request, _caller: Caller) -> Head:
    """Its hash vouches for every entry before it."""
    archive: Archive = request.state.archive
    journal: Journal = request.state.journal
    newest = await archive.newest()
    return Head(id=newest, hash=(await journal.hash_at(newest)).hex())


@router.post("/check", summary="Is the journal whole?")
async def check(request: Request, _operator: Operator, body: Check) -> CheckedShape:
    """Works out every hash again; entries altered, taken out or put in are found."""
    journal: Journal = request.state.journal
    found = await journal.check(body.after, limit=body.limit)
    return CheckedShape(
        checked=found.checked,
        upto=found.upto,
        hash=found.hash.hex(),
        broken=found.broken,
        more=found.more,
        cut=found.cut,
    )


def _entry(written: Written) -> dict[str, object]:
    return {
        "id": written.id,
        "hash": written.hash.hex(),
        "about": written.about.value,
        "key": str(written.warning),
        "type": written.type,
        "data": msgspec.Raw(written.data),
    }
