"""One warning's story in a period, as far as its worth depends on it: told, answered, ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from services.alerts.domain.handling import CloseReason
from services.alerts.domain.warning import Kind
from shared.model.condition import ConditionKind, Measure


class Verdict(StrEnum):
    """What came of a warning that was raised."""

    CONFIRMED = "confirmed"
    """People responded, or closed it as handled or accepted."""
    FALSE = "false"
    """A person closed it because there was nothing to warn of (误报)."""
    DUPLICATE = "duplicate"
    OPEN = "open"
    """It still stands, and nobody has said what to make of it."""
    UNANSWERED = "unanswered"
    """It went away by itself, and nobody has said what to make of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of the journal; `word`: why it was closed, or who reopened it."""

    kind: Kind
    at: datetime
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A warning and its moments as they were written, in order; `regions` nearest first."""

    warning: UUID
    kind: ConditionKind
    rule: str
    measure: Measure
    subject: str
    regions: tuple[str, ...]
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """From one raise to the next: when it was told, what came of it, when it was acknowledged."""

    raised_at: datetime
    verdict: Verdict
    acknowledged_at: datetime | None


_ANSWERS = (Kind.ACKNOWLEDGED, Kind.RESPONDED, Kind.CLOSED)
_OF_REASON = {
    CloseReason.FALSE: Verdict.FALSE,
    CloseReason.DUPLICATE: Verdict.DUPLICATE,
    CloseReason.HANDLED: Verdict.CONFIRMED,
    CloseReason.ACCEPTED: Verdict.CONFIRMED,
}


def episodes(story: Story) -> Iterator[Episode]:
    """The raises that lie in the story's period, each with what came of it.

    A person who reopens a warning goes on with the same episode; data that reopen it begin another.
    What came before the first raise belongs to one of an earlier period.
    """
    moments = story.moments
    begins = [i for i, moment in enumerate(moments) if _raises(moment)]
    for begin, end in pairwise([*begins, len(moments)]):
        yield _episode(moments[begin:end])


def _raises(moment: Moment) -> bool:
    return moment.kind is Kind.RAISED or (moment.kind is Kind.REOPENED and not moment.word)


def _episode(moments: Sequence[Moment]) -> Episode:
    answered = (moment.at for moment in moments if moment.kind in _ANSWERS)
    return Episode(
        raised_at=moments[0].at,
        verdict=_verdict(moments),
        acknowledged_at=next(answered, None),
    )


def _verdict(moments: Sequence[Moment]) -> Verdict:
    """The last word counts: who closed it, unless somebody reopened it after that."""
    verdict: Verdict | None = None
    is_over = False
    for moment in moments[1:]:
        match moment.kind:
            case Kind.CLOSED:
                verdict = _OF_REASON[CloseReason(moment.word)]
            case Kind.REOPENED:
                verdict = None
            case Kind.RESPONDED if verdict is None:
                verdict = Verdict.CONFIRMED
            case Kind.RETURNED if verdict is Verdict.CONFIRMED:
                verdict = None
            case Kind.RESOLVED:
                is_over = True
    return verdict or (Verdict.UNANSWERED if is_over else Verdict.OPEN)
