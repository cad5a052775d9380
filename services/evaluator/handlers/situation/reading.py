"""Everybody of a ground, who counts them, and the books that this takes."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from services.evaluator.handlers.situation.firms import Census
from services.evaluator.handlers.situation.ground import Ground, Look
from services.evaluator.handlers.situation.tallies import Counter, Wanted
from shared.model.instants import HOUR_US
from shared.model.period import Period, reporting_period

_SUBJECTS_AT_ONCE, _AT_A_TIME = 3_000, 2


def judged_hour(ground: Ground) -> int:
    """The end of the hours that are looked at: that of the period, or the commit's instant."""
    return min(ground.span.period.end_hour, ground.at_us // HOUR_US)


async def look_at(ground: Ground) -> Look:
    """Whoever the region has in the period or in that of a year before; looked at once."""
    shared = ground.shared
    if shared.look is None:
        shared.look = await asyncio.to_thread(_look, ground)
    return shared.look


def _look(ground: Ground) -> Look:
    span, zone = ground.span, ground.who.zone
    texts = [text for text in (span.text, span.earlier) if text]
    census = Census(ground.world, ground.who)
    firms = census.firms(*(reporting_period(text, zone) for text in texts))
    until = ground.at_us // HOUR_US
    return Look(firms, [Counter(census, firms, text, until) for text in texts])


async def read_books(ground: Ground, wanted: Wanted) -> None:
    """Read into the world what it does not have: one statement for all periods of the same people.

    Of many some are read while others are added up by the database.
    """
    alike: defaultdict[frozenset[str], list[Period]] = defaultdict(list)
    held = ground.world.books
    for period, subjects in wanted.items():
        new = frozenset(key for key in subjects if (key, period) not in held)
        if new:
            alike[new].append(period)
    turn = asyncio.Semaphore(_AT_A_TIME)
    try:
        async with asyncio.TaskGroup() as group:
            for everybody, periods in alike.items():
                listed = sorted(everybody)
                for first in range(0, len(listed), _SUBJECTS_AT_ONCE):
                    some = listed[first : first + _SUBJECTS_AT_ONCE]
                    group.create_task(_read_some(ground, some, periods, turn))
    except ExceptionGroup as several:
        # Whoever asks knows the errors of one reading.
        raise several.exceptions[0] from several


async def _read_some(
    ground: Ground, subjects: Sequence[str], periods: Sequence[Period], turn: asyncio.Semaphore
) -> None:
    async with turn:
        found = await ground.gatherer.sums.sums(subjects, periods, ground.as_of)
    new = {
        (key, period): found.get((key, nr), ())
        for key in subjects
        for nr, period in enumerate(periods)
    }
    ground.world.books = {**ground.world.books, **new}
