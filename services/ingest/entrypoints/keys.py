"""`/v1/keys`: keys made, listed and revoked by operators."""

from fastapi import APIRouter, Request

from services.ingest.domain.keys import Key
from services.ingest.entrypoints.door import Operator
from services.ingest.entrypoints.shapes import KeyMade, KeyView, KeyWanted
from services.ingest.handlers.keys import KeyDesk
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.instants import iso

router = APIRouter(prefix="/v1/keys", tags=["keys"])


@router.post("", status_code=201, summary="Make a key")
async def create(request: Request, _operator: Operator, wanted: KeyWanted) -> KeyMade:
    """The key itself is in this answer and nowhere else."""
    keys: KeyDesk = request.state.keys
    try:
        made = await keys.create(name=wanted.name, role=wanted.role, scope=tuple(wanted.scope))
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


def _view(key: Key) -> KeyView:
    return KeyView(
        id=key.id,
        name=key.name,
        role=key.role,
        scope=list(key.scope),
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
