"""Filters of warnings as they stand in addresses, the same for lists, groups and streams."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Query

from services.alerts.domain.handling import Stage, State
from services.alerts.domain.selection import Selection
from shared.kit.web import Problem
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level


def _level(
    level: Annotated[str | None, Query(description="at least this level")] = None,
) -> Level | None:
    if level is None:
        return None
    try:
        return Level.of(level)
    except ValueError as error:
        raise unacceptable("level", str(error)) from error


def _since(
    since: Annotated[datetime | None, Query(description="changed at or after this instant")] = None,
) -> datetime | None:
    if since is not None and since.tzinfo is None:
        raise unacceptable("since", "an instant needs a zone, as in 2026-05-01T00:00:00Z")
    return since


def _selection(
    *,
    level: Annotated[Level | None, Depends(_level)],
    since: Annotated[datetime | None, Depends(_since)],
    subject: Annotated[str | None, Query(examples=["region:150000"])] = None,
    region: Annotated[str | None, Query(description="the region and all below it")] = None,
    state: Annotated[
        Literal["pending", "open", "closed", "resolved"] | None,
        Query(description="pending ones, that nobody was told of, are only listed by this"),
    ] = None,
    rule: str | None = None,
    about: Annotated[
        str | None, Query(description="the code of what is judged: budget, target, product, task")
    ] = None,
    budget: Annotated[str | None, Query(description="the same as `about`")] = None,
    kind: Annotated[ConditionKind | None, Query(description="the kind of condition")] = None,
    measure: Annotated[Measure | None, Query(description="whose concern it is")] = None,
    stage: Annotated[Stage | None, Query(description="how far people are with it")] = None,
    assignee: Annotated[str | None, Query(description="who answers for it, by name")] = None,
) -> Selection:
    return Selection(
        subject=subject,
        region=region,
        level=level,
        state=None if state is None else State(state),
        rule=rule,
        about=about or budget,
        since=since,
        kind=kind,
        measure=measure,
        stage=stage,
        assignee=assignee,
    )


def unacceptable(name: str, detail: str) -> Problem:
    return Problem(422, "Some values are not acceptable", f"{name}: {detail}", kind="bad-filter")


def number(name: str, text: str) -> int:
    """A number that was given out here; a problem otherwise."""
    if not text.removeprefix("-").isdecimal() or len(text) > 18:
        raise unacceptable(name, f"{text!r} was not given out here")
    return int(text)


Selected = Annotated[Selection, Depends(_selection)]
