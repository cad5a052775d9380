"""`/v1/conditions`: what will exceed its budget or target, as the daily forecasts see it."""

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from services.evaluator.domain.subjects import name_of, regions_of
from services.evaluator.entrypoints.door import Caller
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.outlooks import BUDGET, Outlooks, Standing
from shared.model.access import may_read
from shared.model.catalogue import Catalogue
from shared.model.instants import FOREVER_US, iso
from shared.model.subject import Subject

router = APIRouter(prefix="/v1/conditions", tags=["forecasts"])


class ConditionView(BaseModel):
    """A budget or a target that will be exceeded, and since when that is expected."""

    kind: Literal["forecast"] = "forecast"
    limited_by: str = Field(examples=["budget", "target"])
    code: str
    subject: str
    subject_name: str
    measure: str
    period: str
    since: str = Field(description="since when every forecast has said so")
    seen: str = Field(description="when the last forecast was made")
    probability: float
    lead_days: int | None = Field(description="days from then until it is used up")
    run_out: str | None = Field(description="the day on which it is used up")
    links: dict[str, str]


class ConditionList(BaseModel):
    """Conditions, the most pressing first."""

    items: list[ConditionView]


@router.get("", summary="What will exceed its budget or target")
async def conditions(
    request: Request,
    caller: Caller,
    kind: Annotated[Literal["forecast"], Query()] = "forecast",
    region: Annotated[
        str | None, Query(description="it and all in it", examples=["150000"])
    ] = None,
) -> ConditionList:
    """Forecasts are made once a day of every budget and total target in force."""
    outlooks: Outlooks = request.state.outlooks
    rulebook: Rulebook = request.state.rulebook
    wanted = region.removeprefix("region:") if region is not None else None
    found = []
    for one in await outlooks.exceeding():
        regions = regions_of(rulebook.catalogue, Subject.parse(one.subject), FOREVER_US - 1)
        inside = wanted is None or wanted in regions or one.subject == f"region:{wanted}"
        if inside and may_read(caller, one.subject, regions):
            found.append(_view(one, rulebook.catalogue).model_copy(update={"kind": kind}))
    return ConditionList(items=found)


def _view(one: Standing, catalogue: Catalogue) -> ConditionView:
    return ConditionView(
        limited_by=one.limited_by,
        code=one.code,
        subject=one.subject,
        subject_name=name_of(catalogue, Subject.parse(one.subject)),
        measure=one.measure,
        period=one.period,
        since=iso(one.made_at_us if one.since_us is None else one.since_us),
        seen=iso(one.made_at_us),
        probability=round(one.probability or 0.0, 3),
        lead_days=one.lead_days,
        run_out=one.run_out.isoformat() if one.run_out else None,
        links=_links(one),
    )


def _links(one: Standing) -> Mapping[str, str]:
    subject = quote(one.subject, safe=":")
    if one.limited_by == BUDGET:
        forecast, path = f"/v1/forecasts?{urlencode({'budget': one.code})}", "budgets"
    else:
        query = urlencode({"measure": one.measure, "period": one.period})
        forecast, path = f"/v1/forecasts/{subject}?{query}", "targets"
    return {"forecast": forecast, one.limited_by: f"/v1/{path}/{quote(one.code)}"}
