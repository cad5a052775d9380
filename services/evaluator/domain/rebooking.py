"""The difference that new rules make to everything an owner has sent."""

from dataclasses import dataclass

import numpy as np

from services.evaluator.domain.booking import Noticed, frontier_of, noticed, whole
from services.evaluator.domain.posting import (
    Hours,
    Posted,
    added,
    owner_hours,
    point_hours,
    subject_hours,
    with_cause,
    with_lanes,
)
from services.evaluator.domain.rules import Rules, build
from services.evaluator.domain.slices import OwnerSlice
from services.evaluator.domain.totals import Cause, Frontier, Lane
from shared.model.readings import Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebooked:
    """What changes for the subjects of before and after, and which findings stand now."""

    posted: Posted
    lanes: tuple[Lane, ...]
    frontier: Frontier
    opened: Noticed
    closed: Noticed


def rebook(old: OwnerSlice, new: OwnerSlice, rows: Readings) -> Rebooked:
    """Take the owner's hours back under the old slice and book them under the new one.

    `rows`: everything the owner has sent, each key once.
    """
    before, after = build([old]), build([new])
    lanes = tuple(sorted({*before.lanes, *after.lanes}))
    taken_back, closed = _hours(before, rows, lanes, -1)
    booked, opened = _hours(after, rows, lanes, 1)
    posted = added(subject_hours(taken_back, before.owners), subject_hours(booked, after.owners))
    return Rebooked(
        posted=posted,
        lanes=lanes,
        frontier=frontier_of(after, rows.take(after.known(rows.point))),
        opened=opened,
        closed=closed,
    )


def _hours(
    rules: Rules, rows: Readings, lanes: tuple[Lane, ...], sign: int
) -> tuple[Hours, Noticed]:
    booked = whole(rules, rows.take(rules.known(rows.point)))
    hours = owner_hours([point_hours(booked, rules, sign)], rules)
    number = np.array([lanes.index(lane) for lane in rules.lanes] or [0], np.int64)
    return with_cause(with_lanes(hours, number), Cause.CATALOGUE), noticed(booked)
