"""Differences of hours are added to the books, message by message, in whole columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.evaluator.domain.books import HOURS, I64, Books, Index, Series, corrections
from services.evaluator.domain.month_sums import Posted
from services.evaluator.domain.totals import Totals
from services.evaluator.domain.watermark import watermarks
from services.evaluator.handlers.judge_briefs import GRACE_US, Briefs
from services.evaluator.handlers.judge_memory import Held, Shelf, Work
from services.evaluator.ports.judge import FRONTIER_BLOCK
from shared.model.instants import HOUR_US

_LIMITS = np.iinfo(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A message laid out for the books: for each row its key, and which of `series` it is of."""

    message: Totals
    series: Sequence[Series]
    of: Index
    keys: I64


@dataclass(slots=True)
class Touch:
    """What a batch did to a subject: the first and last hour changed (first > last: none was)."""

    partition: int
    first_hour: int
    last_hour: int
    correlation_id: str


def laid_out(message: Totals, books: Books) -> Posting:
    """Find the series and keys of a message's rows."""
    changes = message.changes
    width = max(len(message.lanes), 1)
    pairs, of = np.unique(
        changes.subject.astype(np.int64) * width + changes.lane, return_inverse=True
    )
    series = [
        Series(message.subjects[pair // width], message.lanes[pair % width])
        for pair in pairs.tolist()
    ]
    numbers = np.array([books.number(one) for one in series], np.int64)
    keys = Books.keys(numbers[of], changes.hour // HOURS) if len(pairs) else changes.hour
    return Posting(message=message, series=series, of=of, keys=keys)


def touched(postings: Mapping[int, Iterable[Posting]]) -> dict[str, Touch]:
    """The subjects of the postings of each partition, with the hours that changed."""
    found: dict[str, Touch] = {}
    for partition, listed in postings.items():
        for posting in listed:
            message = posting.message
            count, changes = len(message.subjects), message.changes
            first, last = np.full(count, _LIMITS.max), np.full(count, _LIMITS.min)
            np.minimum.at(first, changes.subject, changes.hour)
            np.maximum.at(last, changes.subject, changes.hour)
            rows = zip(message.subjects, first.tolist(), last.tolist(), strict=True)
            for subject, low, high in rows:
                known = found.setdefault(
                    subject, Touch(partition, low, high, message.correlation_id)
                )
                known.first_hour = min(known.first_hour, low)
                known.last_hour = max(known.last_hour, high)
    return found


def post(
    partition: int, posting: Posting, held: Held, shelf: Shelf, briefs: Briefs, work: Work
) -> None:
    """Add a message to books and frontier, noting what it changes in closed hours.

    Its days are at hand. Raises TooLargeError.
    """
    message = posting.message
    if len(message.changes):
        _post_hours(posting, held, shelf, briefs, work)
    if len(message.frontier):
        points = message.frontier.point
        held.reach(int(points.max()))
        held.frontier[points] = message.frontier.booked_end
        blocks = np.unique(points // FRONTIER_BLOCK).tolist()
        work.blocks.update((partition, block) for block in blocks)
    for source in message.sources:
        work.seen[partition, source] = held.seen[source] = message.commit


def _post_hours(posting: Posting, held: Held, shelf: Shelf, briefs: Briefs, work: Work) -> None:
    changes = posting.message.changes
    closed_before = _closed(posting, held, briefs)[posting.of]
    amounts = np.stack((changes.quantity, changes.estimated, changes.known), axis=1)
    hours = changes.hour % HOURS
    added = shelf.books.add(posting.keys, hours, amounts)
    work.keys.append(posting.keys)
    work.posted.append(Posted(posting.series, posting.of, changes.hour, amounts))
    for series in posting.series:
        shelf.note_lane(series.subject, series.lane)
    closed = changes.hour < closed_before
    if closed.any():
        work.corrections.extend(
            corrections(
                posting.message.commit,
                posting.series,
                posting.of[closed],
                changes.hour[closed],
                added.rows(closed),
                changes.cause[closed],
            )
        )


def _closed(posting: Posting, held: Held, briefs: Briefs) -> I64:
    """For each series the hour before which its subject's hours are closed."""
    subjects = list(dict.fromkeys(series.subject for series in posting.series))
    sets = [briefs.points_of(subject) for subject in subjects]
    highest = max((int(points.number[-1]) for points in sets if len(points)), default=0)
    held.reach(highest)
    marks = watermarks(sets, [GRACE_US] * len(sets), held.frontier)
    hour_of = {s: mark // HOUR_US for s, mark in zip(subjects, marks, strict=True)}
    return np.array([hour_of[series.subject] for series in posting.series], np.int64)
