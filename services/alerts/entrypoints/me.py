"""`/v1/me`: who the key belongs to, and what may be done with it."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from services.alerts.entrypoints.door import Caller
from shared.model.access import EVERYTHING, Act, Principal, may_act
from shared.model.condition import Measure

router = APIRouter(prefix="/v1/me", tags=["me"])


class Me(BaseModel):
    """Whoever holds the key."""

    key_id: str
    name: str
    role: str
    scope: list[str] = Field(description="region:150000, enterprise:9115…, * for everything")
    measures: list[str] = Field(description="energy, carbon: warnings of data concern both")
    may: list[str] = Field(description="acts that are allowed on warnings in the scope")


@router.get("", summary="Whose key is this, and what may be done with it?")
async def me(_request: Request, caller: Caller) -> Me:
    """What is not listed under `may` is denied."""
    return Me(
        key_id=caller.key_id,
        name=caller.name,
        role=caller.role.value,
        scope=sorted(caller.scope),
        measures=sorted(caller.measures),
        may=[act.value for act in Act if _anywhere(caller, act)],
    )


def _anywhere(caller: Principal, act: Act) -> bool:
    """Whether there is anything in the scope that the act is allowed on."""
    places = caller.scope or {EVERYTHING}
    return any(may_act(caller, act, place, _regions(place), Measure.DATA) for place in places)


def _regions(place: str) -> tuple[str, ...]:
    kind, _, code = place.partition(":")
    return (code,) if kind == "region" else ()
