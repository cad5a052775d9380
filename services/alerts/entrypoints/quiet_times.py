"""`/v1/quiet-times`: times that come again in which nobody is told of what matches."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from services.alerts.domain.matchers import parse_matcher
from services.alerts.domain.suppression.quiet import QuietTime
from services.alerts.domain.suppression.reading import described, interval_of, written_interval
from services.alerts.domain.suppression.viewing import may_make
from services.alerts.entrypoints.door import Caller
from services.alerts.entrypoints.silences_refusals import unacceptable
from services.alerts.handlers.suppression import Suppressor
from shared.kit.web import Problem
from shared.model.access import Principal, Role

router = APIRouter(prefix="/v1/quiet-times", tags=["silences"])


class QuietShape(BaseModel):
    """A quiet time; `when` as Alertmanager writes time intervals, and `holidays: cn`."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, examples=["nights"])
    reason: str = Field(min_length=1, max_length=2_000, examples=["夜间不打扰"])
    matchers: list[str] = Field(max_length=50, examples=[['level=~"notice|yellow"']])
    when: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=50,
        examples=[[{"times": [{"start_time": "00:00", "end_time": "07:30"}]}, {"holidays": "cn"}]],
    )


class StandingQuiet(QuietShape):
    """A quiet time as it stands, with whose it is and whether it is now."""

    owner: str = Field(description="whose it is; `policy` for those of the policy file")
    red_too: bool = Field(description="whether red warnings of leagues and above are not told")
    now: bool
    texts: list[str] = Field(description="each interval in a few words")


class QuietTimes(BaseModel):
    """Quiet times to put in place of the caller's own."""

    model_config = ConfigDict(extra="forbid")

    items: list[QuietShape] = Field(max_length=200)


class QuietPage(BaseModel):
    """Quiet times that concern the key."""

    items: list[StandingQuiet]


@router.get("", summary="Quiet times: the policy's and people's own")
async def list_all(request: Request, caller: Caller) -> QuietPage:
    """Operators see all; others see the policy's and their own."""
    suppressor: Suppressor = request.state.suppressor
    return await _page(suppressor, caller, request)


@router.put("", summary="Put quiet times in place of the caller's own")
async def replace(request: Request, caller: Caller, wanted: QuietTimes) -> QuietPage:
    """They hide only what the caller may act upon, and never a red one of a league or above."""
    suppressor: Suppressor = request.state.suppressor
    if not may_make(caller):
        raise Problem(
            403,
            "Not allowed",
            f"A {caller.role}'s key cannot set quiet times: an operator or a regulator does it.",
            kind="may-not-silence",
        )
    made = [_quiet(one, caller, f"items[{i}]") for i, one in enumerate(wanted.items)]
    names = {one.name for one in await suppressor.all_quiet() if not _is_own(one, caller)}
    for one in made:
        if one.name in names:
            raise unacceptable("items", f"{one.name!r} is taken already: choose another name")
        names.add(one.name)
    await suppressor.quiet_times.replace(caller.key_id, made)
    request.state.word()
    return await _page(suppressor, caller, request)


async def _page(suppressor: Suppressor, caller: Principal, request: Request) -> QuietPage:
    now = request.state.clock()
    seen = [
        one
        for one in await suppressor.all_quiet()
        if caller.role is Role.OPERATOR or one.owner is None or _is_own(one, caller)
    ]
    return QuietPage(
        items=[
            StandingQuiet(
                name=one.name,
                reason=one.reason,
                matchers=[str(matcher) for matcher in one.matchers],
                when=[written_interval(interval) for interval in one.intervals],
                owner=one.owner.name if one.owner else "policy",
                red_too=one.grave_too,
                now=one.covers(now, suppressor.rest),
                texts=[described(interval) for interval in one.intervals],
            )
            for one in seen
        ]
    )


def _is_own(quiet: QuietTime, caller: Principal) -> bool:
    return quiet.owner is not None and quiet.owner.key_id == caller.key_id


def _quiet(shape: QuietShape, caller: Principal, place: str) -> QuietTime:
    if "\x00" in shape.name:
        raise unacceptable(place, "a name has no character 0")
    try:
        return QuietTime(
            name=shape.name,
            intervals=tuple(
                interval_of(one, f"{place}.when[{i}]") for i, one in enumerate(shape.when)
            ),
            matchers=tuple(parse_matcher(text) for text in shape.matchers),
            reason=shape.reason,
            owner=caller,
        )
    except ValueError as error:
        raise unacceptable(place, str(error)) from error
