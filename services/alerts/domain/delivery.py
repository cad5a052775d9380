"""When a webhook that was not acknowledged is tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class Result(StrEnum):
    """What came of one attempt."""

    ACKNOWLEDGED = "acknowledged"
    """The endpoint answered 2xx."""
    REFUSED = "refused"
    """It answered something else."""
    UNREACHABLE = "unreachable"
    """It did not answer in time, or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Waits double from the first to the longest; part of each wait is left to chance."""

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=5)
    jitter: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where events are sent; the secret signs them and is shown once, when it is made."""

    id: UUID
    url: str
    description: str
    secret: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event due at one endpoint; `attempt` counts this one, and fences its outcome."""

    endpoint: UUID
    entry: int
    warning: UUID
    attempt: int
    type: str
    timestamp: datetime
    data: bytes
    """The event's data as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the endpoint said: an HTTP status, or why there is none."""

    status: int | None
    detail: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to write of an attempt; `next_at` is None when nothing is left to do."""

    result: Result
    next_at: datetime | None


def decide(
    policy: RetryPolicy, attempt: int, answer: Answer, now: datetime, chance: float
) -> Decision:
    """What follows from the answer to attempt number `attempt` (from 1); `chance` in [0, 1)."""
    result = result_of(answer)
    if result is Result.ACKNOWLEDGED:
        return Decision(result=result, next_at=None)
    wait = max(_wait(policy, attempt, chance), answer.retry_after or timedelta())
    return Decision(result=result, next_at=now + min(wait, policy.longest))


def result_of(answer: Answer) -> Result:
    """Only 2xx acknowledges; a redirect does not."""
    if answer.status is None:
        return Result.UNREACHABLE
    return Result.ACKNOWLEDGED if 200 <= answer.status < 300 else Result.REFUSED


def _wait(policy: RetryPolicy, attempt: int, chance: float) -> timedelta:
    # Beyond 2**20 the longest wait has long been reached.
    whole = min(policy.first * (1 << min(attempt - 1, 20)), policy.longest)
    return whole * (1 - policy.jitter * chance)
