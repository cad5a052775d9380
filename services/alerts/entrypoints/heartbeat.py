"""`/v1/heartbeat`: whether the service works as a whole, for whoever watches it from outside."""

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel, Field

from services.alerts.entrypoints.door import Door
from services.alerts.handlers.heartbeat import Beat, Watch
from shared.kit.door import BEARER
from shared.kit.errors import Unavailable
from shared.kit.metrics import counter, gauge
from shared.model.access import may_operate
from shared.model.instants import iso, to_us

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/heartbeat", tags=["operations"])

_STUCK = gauge("qingyu_alerts_stuck_parts", "parts that stand still")
_UNHEARD = counter("qingyu_alerts_heartbeats_unheard_total", "listeners that did not answer well")


class PartShape(BaseModel):
    """What a part has left undone."""

    kind: str = Field(description="job, topic, journal or notices")
    part: str
    waiting: int
    since: str | None = Field(description="since when; null: nothing is left undone")
    age_seconds: float | None


class HeartbeatShape(BaseModel):
    """Whether all parts work. What they are is told only to operators."""

    alive: bool
    at: str
    parts: list[PartShape] | None = None
    stuck: list[str] | None = None


@router.get(
    "",
    summary="Does the service as a whole work?",
    response_model=HeartbeatShape,
    response_model_exclude_none=True,
    responses={503: {"description": "some part stands still", "model": HeartbeatShape}},
)
async def heartbeat(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
) -> JSONResponse:
    """200 while it does, otherwise 503; without a key too. Operators see every part.

    What is answered is at most ten seconds old.
    """
    door: Door = request.state.door
    watch: Watch = request.state.heartbeat
    caller = door.admit(credentials.credentials) if credentials else None
    try:
        now, beat = await watch.look()
    except Unavailable as error:
        log.info("nobody can say how it is: %s", error, extra={"action": "heartbeat_unknown"})
        at = iso(to_us(request.state.clock()))
        return JSONResponse({"alive": False, "at": at}, status_code=503)
    body: dict[str, object] = {"alive": not beat.stuck, "at": iso(to_us(now))}
    if caller is not None and may_operate(caller):
        body["stuck"] = [part.name for part in beat.stuck]
        body["parts"] = [
            {
                **part.document(),
                "age_seconds": part.since and (now - part.since).total_seconds(),
            }
            for part in beat.parts
        ]
    return JSONResponse(body, status_code=503 if beat.stuck else 200)


def tell(beat: Beat) -> None:
    """How a beat went, for whoever operates the service."""
    _STUCK.set(len(beat.stuck))
    _UNHEARD.inc(len(beat.unheard))
    if beat.journal:
        log.info("the journal stands at %s", beat.journal, extra={"action": "journal_head"})
    for part in beat.stuck:
        log.error(
            "%s %s stands still since %s: no heartbeat goes out",
            part.kind,
            part.name,
            part.since,
            extra={"action": "stuck", "part": part.name},
        )
    for one in beat.unheard:
        log.warning("heartbeat: %s", one, extra={"action": "heartbeat_unheard"})
