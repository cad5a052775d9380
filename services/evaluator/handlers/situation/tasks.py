"""Tasks of the region's plan as they stand on the period's last day, as was known at the commit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from services.evaluator.domain.figures.rendering import exact
from services.evaluator.domain.tasks.standing import FINISHED, Standing, TaskState, behind, current
from services.evaluator.handlers.situation.ground import Ground
from services.evaluator.handlers.tasks_desk import TasksDesk
from shared.contracts.situation import Behind, Tasks

_DONE = Fraction(100)
_BLOCKED, _LATE_STEP = "blocked", "late-step"


@dataclass(frozen=True, slots=True)
class PlanTasks:
    """Makes the Tasks of a ground: of each task the time that most needs somebody."""

    desk: TasksDesk

    async def __call__(self, ground: Ground) -> Tasks:
        """States of all tasks, and those that are behind. Raises Unavailable."""
        on = ground.span.last
        kept = await self.desk.kept(on, ground.as_of)
        mine = [one for one in kept if one.task.holder == ground.who.key]
        standings = [one for kept in mine if (one := current(kept.standings)) is not None]
        states = Counter(one.state.value for one in standings)
        return Tasks(
            total=len(mine),
            states={state.value: states[state.value] for state in TaskState if states[state.value]},
            behind=_behind(standings, on),
        )


def _behind(standings: Sequence[Standing], on: date) -> tuple[Behind, ...]:
    """The longest overdue first."""
    return tuple(
        Behind(
            code=one.task.code,
            name=one.task.name,
            department="、".join(one.task.lead),
            state=_state(one),
            due=one.instance.due.isoformat() if one.instance.due else "",
            percent=exact(None if one.percent is None else Fraction(one.percent)),
            expected=exact(_expected(one, on)),
        )
        for one in behind(standings)
    )


def _state(one: Standing) -> str:
    """Why it is behind: `overdue`, else `blocked`, else `late-step`."""
    if one.state is TaskState.OVERDUE:
        return one.state.value
    return _BLOCKED if one.blocked else _LATE_STEP


def _expected(one: Standing, on: date) -> Fraction | None:
    """Per cent that should be done at an even pace; None where nobody says since when, or by when.

    All of it once the last day has passed.
    """
    due, begins = one.instance.due, one.instance.begins
    if one.state in FINISHED or (due is not None and on >= due):
        return _DONE
    if due is None or begins is None or begins >= due:
        return None
    gone = max((on - begins).days, 0)
    return _DONE * gone / (due - begins).days
