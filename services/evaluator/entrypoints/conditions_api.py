"""`/v1/conditions`: what people are told of, of all kinds; and what the daily forecasts expect."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from services.evaluator.domain.conditions.seen import Told
from services.evaluator.domain.subjects import name_of, regions_of
from services.evaluator.entrypoints.door import Caller
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.conditions import Conditions, Kept, Place, Wanted
from services.evaluator.ports.outlooks import BUDGET, Outlooks, Standing
from shared.kit.web import Problem
from shared.model.access import Principal, may_read, may_see
from shared.model.catalogue import Catalogue
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import FOREVER_US, iso
from shared.model.level import Level
from shared.model.subject import Subject

router = APIRouter(prefix="/v1/conditions", tags=["conditions"])

_PAGE = 1000
Word = Literal["none", "notice", "yellow", "orange", "red"]
_STANDING: tuple[Word, ...] = ("notice", "yellow", "orange", "red")


class ForecastView(BaseModel):
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


class StepView(BaseModel):
    """From the instant on the level is this, by the period it judges."""

    at: str
    level: Word
    period: str
    value: str
    limit: str
    ratio_percent: str
    unit: str


class ConditionView(BaseModel):
    """A series of judgements as it was told last."""

    kind: ConditionKind
    subject: str
    subject_name: str
    measure: Measure
    about: str = Field(description="code of what is judged: target, budget, product, task, point")
    about_name: str
    rule: str
    level: Word
    since: str | None = Field(description="since when it has had this level")
    number: int = Field(description="grows by one with every telling")
    told: str = Field(description="when it was told last")
    cause: str
    watermark: str = Field(description="judged is everything up to this")
    as_of: str
    sequence: list[StepView]
    facts: dict[str, Any]


class ConditionList(BaseModel):
    """Conditions, the worst first; `next` goes into `after`."""

    items: list[ForecastView | ConditionView]
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Which conditions are asked for; region: without its kind."""

    wanted: Wanted
    region: str | None

    def lies(self, subject: str, regions: Collection[str]) -> bool:
        """Whether a subject is in the region, or is it."""
        return self.region is None or self.region in regions or subject == f"region:{self.region}"


def _asked(
    kind: Annotated[
        list[ConditionKind] | None, Query(description="only these; repeat it for several")
    ] = None,
    region: Annotated[
        str | None, Query(description="it and all in it", examples=["150000"])
    ] = None,
    subject: Annotated[
        list[str] | None, Query(description="only of these", examples=[["region:150000"]])
    ] = None,
    measure: Annotated[list[Measure] | None, Query()] = None,
    level: Annotated[
        list[Word] | None, Query(description="that stand; without it all but none")
    ] = None,
) -> _Asked:
    wanted = Wanted(
        kinds=kind or (),
        subjects=subject or (),
        measures=measure or (),
        levels=[Level.of(word) for word in level or _STANDING],
    )
    return _Asked(wanted=wanted, region=region.removeprefix("region:") if region else None)


@router.get("", summary="What people are told of, beside the use of budgets")
async def conditions(
    request: Request,
    caller: Caller,
    asked: Annotated[_Asked, Depends(_asked)],
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    after: Annotated[str, Query(description="`next` of the page before")] = "",
) -> ConditionList:
    """Of all kinds: traffic lights, limits, sums handed down, tasks, data, forecasts.

    `kind=forecast` alone lists all that the daily forecasts expect to be exceeded, the most
    pressing first, also what is too unsure to be told; forecasts are made once a day of every
    budget and total target in force.
    """
    rulebook: Rulebook = request.state.rulebook
    if list(asked.wanted.kinds) == [ConditionKind.FORECAST]:
        return await _forecasts(request.state.outlooks, rulebook.catalogue, caller, asked)
    store: Conditions = request.state.conditions
    place, found = _place(after), list[Kept]()
    while True:
        page = await store.page(asked.wanted, place, _PAGE)
        found += [one for one in page if _visible(one.told, rulebook.catalogue, caller, asked)]
        if len(page) < _PAGE or len(found) > limit:
            break
        place = page[-1].told.level, page[-1].id
    shown, more = found[:limit], len(found) > limit
    return ConditionList(
        items=[_condition(one, rulebook.catalogue) for one in shown],
        next=f"{int(shown[-1].told.level)}.{shown[-1].id}" if more else None,
    )


def _place(after: str) -> Place | None:
    if not after:
        return None
    level, _, number = after.partition(".")
    if level.isdecimal() and number.isdecimal() and int(number) < 2**63 and int(level) < 5:
        return int(level), int(number)
    raise Problem(
        422,
        "Some values are not acceptable",
        f"after: {after!r} is not what `next` of a page said",
        kind="bad-place",
    )


def _visible(told: Told, catalogue: Catalogue, caller: Principal, asked: _Asked) -> bool:
    subject = told.series.subject
    regions = _regions(catalogue, subject)
    return asked.lies(subject, regions) and may_see(caller, subject, regions, told.measure)


def _regions(catalogue: Catalogue, subject: str) -> tuple[str, ...]:
    return regions_of(catalogue, Subject.parse(subject), FOREVER_US - 1)


def _condition(one: Kept, catalogue: Catalogue) -> ConditionView:
    told, series = one.told, one.told.series
    steps = [
        StepView(
            at=iso(step.at_us),
            level=_word(step.level),
            period=step.period,
            value=step.value,
            limit=step.limit,
            ratio_percent=step.ratio_percent,
            unit=step.unit,
        )
        for step in told.steps
    ]
    return ConditionView(
        kind=series.kind,
        subject=series.subject,
        subject_name=name_of(catalogue, Subject.parse(series.subject)),
        measure=told.measure,
        about=series.about,
        about_name=told.about_name,
        rule=series.rule,
        level=_word(told.level),
        since=_since(told),
        number=told.number,
        told=iso(one.made_at_us),
        cause=told.cause,
        watermark=iso(told.watermark_us),
        as_of=f"commit:{told.commit}",
        sequence=steps,
        facts=dict(told.facts),
    )


def _since(told: Told) -> str | None:
    """The first step of those at the end that have the level that stands."""
    since: int | None = None
    for step in reversed(told.steps):
        if step.level is not told.level:
            break
        since = step.at_us
    return None if since is None else iso(since)


def _word(level: Level) -> Word:
    return ("none", *_STANDING)[level]


async def _forecasts(
    outlooks: Outlooks, catalogue: Catalogue, caller: Principal, asked: _Asked
) -> ConditionList:
    found: list[ForecastView | ConditionView] = []
    for one in await outlooks.exceeding():
        regions = _regions(catalogue, one.subject)
        is_asked = not asked.wanted.subjects or one.subject in asked.wanted.subjects
        if is_asked and asked.lies(one.subject, regions) and may_read(caller, one.subject, regions):
            found.append(_forecast(one, catalogue))
    return ConditionList(items=found)


def _forecast(one: Standing, catalogue: Catalogue) -> ForecastView:
    return ForecastView(
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
