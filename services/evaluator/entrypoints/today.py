"""The day that it is for people who hold targets and tasks."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from shared.kit.clock import now
from shared.kit.web import Problem
from shared.model.period import zone

ZONE = "Asia/Shanghai"


def today() -> date:
    """The date in China."""
    return now().astimezone(zone(ZONE)).date()


def _day(
    on: Annotated[
        str | None,
        Query(description="as it stands on this day; empty: today", examples=["2025-06-30"]),
    ] = None,
) -> date:
    if on is None or not on.strip():
        return today()
    try:
        return date.fromisoformat(on.strip())
    except ValueError as error:
        raise Problem(
            422,
            "Some values are not acceptable",
            f"on: {on!r} is not a date such as 2025-06-30",
            kind="bad-day",
        ) from error


On = Annotated[date, Depends(_day)]
"""The day asked about."""
