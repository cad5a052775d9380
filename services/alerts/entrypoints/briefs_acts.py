"""What people do with briefs over HTTP: remarks, approval, publication; settings of regions."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Request, Response

from services.alerts.domain.briefs.flow import Brief, RefusedError
from services.alerts.domain.briefs.settings import BriefSettings
from services.alerts.domain.briefs.telling import label
from services.alerts.entrypoints.briefs_asking import check_known
from services.alerts.entrypoints.briefs_parts import (
    answered_with,
    check_may,
    doors_of,
    expected,
    may_see_region,
    person,
    refusal,
    seen,
    unprintable,
)
from services.alerts.entrypoints.briefs_shapes import (
    Approve,
    BriefShape,
    ChooseSettings,
    Publish,
    Remarks,
    Return,
    SettingsShape,
)
from services.alerts.entrypoints.door import Caller
from services.alerts.entrypoints.ladder_parts import answered, check_act, unacceptable, unknown
from services.alerts.ports.briefs import AskedInVainError, CannotPrintError
from shared.kit.web import Problem
from shared.model.access import Act, Principal, may_operate
from shared.model.condition import Measure

router = APIRouter(prefix="/v1/briefs", tags=["briefs"])

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="the revision as it was looked at (its ETag)"),
]
Region = Annotated[str, Path(pattern=r"^[0-9A-Za-z][0-9A-Za-z_.-]{0,63}$", examples=["150000"])]
_EDIT = "edit and publish briefs"
_FOUR_EYES = (
    "The settings of now ask for a second person, those that are wanted do not: only whoever runs "
    "the service may give that up."
)


@router.put("/{brief}/remarks", summary="Write remarks", response_model=BriefShape)
async def remark(
    request: Request, caller: Caller, brief: UUID, remarks: Remarks, if_match: IfMatch = None
) -> Response:
    """All remarks by section: each stands at the end of its section, marked as a person's.

    Figures and sentences cannot be edited. The files are made anew; 412 if somebody else has
    changed the brief since.
    """
    by, now = person(caller), _now(request)
    await _may(request, caller, brief)
    acts = doors_of(request).acts
    return await _done(request, brief, acts.edit(brief, remarks, expected(if_match), by, now))


@router.post("/{brief}/approve", summary="It may go out", response_model=BriefShape)
async def approve(
    request: Request, caller: Caller, brief: UUID, body: Approve, if_match: IfMatch = None
) -> Response:
    """Where the settings ask for a second person, not by whoever asked for it or edited it last."""
    by, now = person(caller), _now(request)
    await _may(request, caller, brief)
    acts = doors_of(request).acts
    return await _done(
        request, brief, acts.approve(brief, expected(if_match), by, now, body.comment)
    )


@router.post("/{brief}/return", summary="It may not go out yet", response_model=BriefShape)
async def give_back(
    request: Request, caller: Caller, brief: UUID, body: Return, if_match: IfMatch = None
) -> Response:
    """An approved brief is a draft again, with a reason."""
    by, now = person(caller), _now(request)
    await _may(request, caller, brief)
    acts = doors_of(request).acts
    return await _done(
        request, brief, acts.give_back(brief, expected(if_match), by, now, body.reason)
    )


@router.post("/{brief}/publish", summary="It goes out", response_model=BriefShape)
async def publish(
    request: Request,
    caller: Caller,
    brief: UUID,
    body: Publish | None = None,
    if_match: IfMatch = None,
) -> Response:
    """It gets its number, is told to its recipients, and never changes again."""
    by, now = person(caller), _now(request)
    await _may(request, caller, brief)
    acts, comment = doors_of(request).acts, body.comment if body else ""
    return await _done(request, brief, acts.publish(brief, expected(if_match), by, now, comment))


@router.get(
    "/settings/{region}", summary="How a region's briefs are made", response_model=SettingsShape
)
async def settings(request: Request, caller: Caller, region: Region) -> Response:
    """Its own settings, or those of the nearest region above it."""
    chain = await _region(request, caller, region)
    found, is_own = await doors_of(request).parts.settings_of(chain)
    return answered(_settings(request, region, found, own=is_own))


@router.put("/settings/{region}", summary="Give a region settings", response_model=SettingsShape)
async def choose(
    request: Request, caller: Caller, region: Region, wanted: ChooseSettings
) -> Response:
    """From now on; what lies below it has them too, unless it has some of its own.

    404 for a region that the evaluator does not know; while it is away they are taken as they are.
    """
    chain = await _region(request, caller, region)
    place = (f"region:{region}", chain, Measure.DATA)
    check_act(caller, (Act.BRIEF,), place, "say how briefs are made")
    await check_known(request, region)
    shelf = doors_of(request).parts.shelf
    found = shelf.known().get(wanted.name)
    if found is None:
        names = ", ".join(shelf.known())
        raise unacceptable("name", f"there are no settings {wanted.name!r}; there are {names}")
    now, _ = await doors_of(request).parts.settings_of(chain)
    if now.second_person and not found.second_person and not may_operate(caller):
        raise Problem(403, "Not allowed", _FOUR_EYES, kind="brief-second-person")
    await shelf.assign(region, wanted.name, caller.name, _now(request))
    return answered(_settings(request, region, found, own=True))


async def _region(request: Request, caller: Principal, region: str) -> tuple[str, ...]:
    chain = await doors_of(request).parts.chain(region)
    if not may_see_region(caller, region, chain):
        raise unknown(f"region {region}")
    return chain


async def _may(request: Request, caller: Principal, brief: UUID) -> None:
    found = await seen(request, caller, brief)
    check_may(caller, found.brief, _EDIT)


async def _done(request: Request, brief: UUID, act: Awaitable[Brief]) -> Response:
    try:
        await act
    except RefusedError as error:
        raise refusal(brief, error) from error
    except (CannotPrintError, AskedInVainError) as error:
        raise unprintable(brief, error) from error
    doors_of(request).word()
    return await answered_with(request, brief)


def _now(request: Request) -> datetime:
    now: datetime = request.state.clock()
    return now


def _settings(
    request: Request, region: str, found: BriefSettings, *, own: bool
) -> dict[str, object]:
    coverage = found.trigger.coverage
    return {
        "region": region,
        "name": found.name,
        "own": own,
        "title": label(found.title),
        "source": found.source,
        "cadences": sorted(one.value for one in found.cadences),
        "levels": sorted(one.value for one in found.levels),
        "trigger": {
            "after_workdays": found.trigger.after,
            "coverage_percent": None if coverage is None else f"{float(coverage):g}",
            "after_workdays_at_least": found.trigger.at_least,
        },
        "gdp": found.gdp.value,
        "wait_at_most_workdays": found.wait,
        "languages": [one.value for one in found.languages],
        "measure_first": found.measure_first,
        "second_person": found.second_person,
        "publish_on_approval": found.publish_on_approval,
        "public": found.public,
        "issuer": label(found.issuer),
        "copies": label(found.copies),
        "number": found.number,
        "known": sorted(doors_of(request).parts.shelf.known()),
    }
