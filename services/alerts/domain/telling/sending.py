"""Taking a notice to one address: what an answer means, and when to try again or give up."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.alerts.domain.delivery import RetryPolicy
from services.alerts.domain.telling.contacts import Address, ChannelKind
from services.alerts.domain.telling.notice import Document

_LONGEST_RETRY_AFTER = timedelta(hours=1)


class Result(StrEnum):
    """What came of one attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """It was not taken, but may be another time."""
    REJECTED = "rejected"
    """It was not taken, and will not be."""
    UNREACHABLE = "unreachable"
    """There was no answer: it may have arrived all the same."""


class State(StrEnum):
    """Where a notice stands at one address."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """`tries` after which a rejection is final; `whole`: how long anything is tried at most."""

    retry: RetryPolicy = field(default_factory=RetryPolicy)
    tries: int = 3
    whole: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the other side said: a status of its protocol, or why there is none.

    `result` is how the channel understands it. `arrived`: False if it surely did not get there.
    """

    result: Result
    status: int | None = None
    detail: str = ""
    retry_after: timedelta | None = None
    arrived: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A notice claimed for one address; `attempt` counts this one and fences its outcome.

    `repeats`: an earlier attempt may have arrived without anybody here having heard of it.
    """

    number: int
    notice: UUID
    recipient: str
    address: Address
    attempt: int
    repeats: bool
    first_at: datetime
    document: Document
    rendered: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What to write of an attempt. `unsure`: the next one has to be marked as a repeat.

    `rest_until`: nothing else is sent to the address before that.
    """

    state: State
    next_at: datetime | None
    unsure: bool = False
    rest_until: datetime | None = None


def http_result(status: int) -> Result:
    """2xx is taken; 4xx is final but for those that ask to come again."""
    if 200 <= status < 300:
        return Result.DELIVERED
    is_final = 400 <= status < 500 and status not in (408, 425, 429)
    return Result.REJECTED if is_final else Result.REFUSED


def smtp_result(status: int) -> Result:
    """2xx is taken, 5xx is final, 4xx asks to come again."""
    if 200 <= status < 400:
        return Result.DELIVERED
    return Result.REJECTED if status >= 500 else Result.REFUSED


def decide_sending(
    patience: Patience, sending: Sending, said: Said, now: datetime, chance: float
) -> Outcome:
    """What follows from what was said; `chance` in [0, 1) spreads the waits."""
    if said.result is Result.DELIVERED:
        return Outcome(state=State.DELIVERED, next_at=None)
    final = said.result is Result.REJECTED and sending.attempt >= patience.tries
    if final or now - sending.first_at >= patience.whole:
        return Outcome(state=State.FAILED, next_at=None)
    again = now + _wait(patience.retry, sending.attempt, said, chance)
    return Outcome(
        state=State.WAITING,
        next_at=again,
        unsure=said.result is Result.UNREACHABLE and said.arrived,
        # What is wrong with this one notice need not hold up the others.
        rest_until=None if said.result is Result.REJECTED else again,
    )


def _wait(policy: RetryPolicy, attempt: int, said: Said, chance: float) -> timedelta:
    # Beyond 2**20 the longest wait has long been reached.
    whole = min(policy.first * (1 << min(attempt - 1, 20)), policy.longest)
    asked = min(said.retry_after or timedelta(), _LONGEST_RETRY_AFTER)
    return max(whole * (1 - policy.jitter * chance), asked)


DOCUMENT_CHANNELS = frozenset(
    {ChannelKind.WEBHOOK, ChannelKind.KAFKA, ChannelKind.STREAM, ChannelKind.ALERTMANAGER}
)
"""Channels that carry the document itself, and not a text made of it."""
