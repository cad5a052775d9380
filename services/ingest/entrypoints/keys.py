"""`/v1/keys`: keys made, listed and revoked by operators."""

from fastapi import APIRouter, Request

from services.ingest.domain.keys import Key
from services.ingest.entrypoints.door import Operator
from services.ingest.entrypoints.shapes import (
    KeyMade,
    KeyView,
    KeyWanted,
    PrincipalsApplied,
    PrincipalsFile,
)
from services.ingest.handlers.keys import Applied, InTheWayError, KeyDesk
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.instants import iso

router = APIRouter(prefix="/v1/keys", tags=["keys"])


@router.post("", status_code=201, summary="Make a key")
async def create(request: Request, _operator: Operator, wanted: KeyWanted) -> KeyMade:
    """The key itself is in this answer and nowhere else."""
    keys: KeyDesk = request.state.keys
    try:
        made = await keys.create(
            name=wanted.name,
            role=wanted.role,
            scope=tuple(wanted.scope),
            measures=tuple(wanted.measures),
        )
    except ValueError as error:
        raise Problem(
            422, "Some values are not acceptable", str(error), kind="bad-scope"
        ) from error
    except Unavailable as error:
        raise _later(error) from error
    return KeyMade(**_view(made.key).model_dump(), key=made.plain)


@router.get("", summary="All keys, revoked ones too")
async def every(request: Request, _operator: Operator) -> list[KeyView]:
    """Oldest first."""
    keys: KeyDesk = request.state.keys
    try:
        return [_view(key) for key in await keys.list()]
    except Unavailable as error:
        raise _later(error) from error


@router.delete("/{key_id}", summary="Revoke a key for ever")
async def revoke(request: Request, _operator: Operator, key_id: str) -> KeyView:
    """From now on nobody is let in with it; other services hear of it at once."""
    keys: KeyDesk = request.state.keys
    try:
        key = await keys.revoke(key_id)
    except Unavailable as error:
        raise _later(error) from error
    if key is None:
        raise Problem(404, "Not found", f"There is no key with the id {key_id!r}.")
    return _view(key)


@router.put(
    "/principals",
    summary="Make the keys of a list those of its file: all of them, or none",
    responses={422: {"description": "every mistake in the file, with its line"}},
)
async def apply(request: Request, _operator: Operator, wanted: PrincipalsFile) -> PrincipalsApplied:
    """The same file again changes nothing. Keys made by hand and those of other lists stay."""
    keys: KeyDesk = request.state.keys
    try:
        applied = await keys.apply(
            wanted.text, request.state.read_principals, prune=wanted.prune, dry_run=wanted.dry_run
        )
    except InTheWayError as error:
        raise Problem(
            409,
            "In conflict with what is there",
            f"Keys of the list {error} were changed at the same moment; nothing was written, "
            "apply the file again.",
            kind="keys-changed",
        ) from error
    except Unavailable as error:
        raise _later(error) from error
    if applied.mistakes:
        raise _mistaken(wanted.filename, applied)
    return _applied(applied, dry_run=wanted.dry_run)


def _applied(applied: Applied, *, dry_run: bool) -> PrincipalsApplied:
    return PrincipalsApplied(
        name=applied.managed_by,
        dry_run=dry_run,
        added=[_view(key) for key in applied.added],
        made=[KeyMade(**_view(new.key).model_dump(), key=new.plain) for new in applied.plain],
        changed=[_view(key) for key in applied.changed],
        revoked=[_view(key) for key in applied.revoked],
        kept=len(applied.kept),
    )


def _mistaken(filename: str, applied: Applied) -> Problem:
    count = len(applied.mistakes)
    return Problem(
        422,
        "Some values are not acceptable",
        f"{count} {'mistake' if count == 1 else 'mistakes'}; no key was changed. Mend the file "
        "and apply it again.",
        kind="faulty-principals",
        errors=[
            {
                "file": filename,
                "line": mistake.line,
                "field": mistake.field or None,
                "detail": mistake.message,
            }
            for mistake in applied.mistakes
        ],
    )


def _view(key: Key) -> KeyView:
    return KeyView(
        id=key.id,
        name=key.name,
        role=key.role,
        scope=list(key.scope),
        measures=sorted(key.measures),
        managed_by=key.managed_by,
        created_at=iso(key.created_at),
        revoked_at=None if key.revoked_at is None else iso(key.revoked_at),
    )


def _later(error: Unavailable) -> Problem:
    return Problem(
        503,
        "Not available now",
        f"The keys cannot be reached now ({error}); nothing was changed, try again.",
        kind="store-unavailable",
        headers={"Retry-After": "2"},
    )
