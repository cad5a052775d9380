"""`/v1/targets/{code}/phasing`: shares of the months as a year went, to be put into the target."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from services.evaluator.domain.targets.exactly import shown
from services.evaluator.entrypoints.as_of import AsOf
from services.evaluator.entrypoints.desks import available, targets_desk, visible
from services.evaluator.entrypoints.door import Caller
from services.evaluator.handlers.target_phasing import Phaser
from shared.kit.web import Problem

router = APIRouter(prefix="/v1/targets", tags=["targets"])

_RESPONSES: dict[int | str, dict[str, Any]] = {
    404: {"description": "there is none, or the key may not see it"},
    422: {"description": "it is no amount, so that it has no months"},
}


class MonthView(BaseModel):
    """A month of the year that is followed."""

    period: str
    figure: str = Field(description="GET /v1/figures/… and /v1/explain/… tell more of it")
    value: str | None
    unit: str


class PhasingView(BaseModel):
    """Shares for the months that follow a year."""

    code: str
    year: int
    months: list[MonthView]
    shares: list[str] = Field(description="per cent, exactly 100 in all; empty: see problem")
    problem: str


@router.get(
    "/{code}/phasing",
    summary="How a target would be phased if its months went as those of a year",
    responses=_RESPONSES,
)
async def phasing(
    request: Request,
    caller: Caller,
    code: str,
    as_of: AsOf,
    year: Annotated[int, Query(ge=1900, le=2200, description="the year to follow")],
) -> PhasingView:
    """Nothing is changed: put the `shares` into the target's next version."""
    shelf = await available(targets_desk(request).book.shelf(as_of))
    entries = shelf.get(code, ())
    if not entries or not visible(request, caller, entries[-1].body.holder):
        detail = f"There is no target {code} that this key may see."
        raise Problem(404, "Not found", detail, kind="no-such-target")
    phaser: Phaser = request.state.phaser
    try:
        found = await available(phaser.profile(entries[-1].body, year, as_of))
    except (ValueError, LookupError) as error:
        raise Problem(422, "This cannot be phased", str(error), kind="no-phasing") from error
    return PhasingView(
        code=code,
        year=year,
        months=[
            MonthView(
                period=name.period,
                figure=str(name),
                value=None if figure.value is None else shown(figure.value),
                unit=figure.unit,
            )
            for name, figure in zip(found.names, found.months, strict=True)
        ],
        shares=[shown(share) for share in found.shares],
        problem=found.problem,
    )
