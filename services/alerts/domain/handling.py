"""Where a warning stands: whether its condition holds, and what people have done about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Holding(StrEnum):
    """Whether a condition holds; decided without regard to who is told."""

    INACTIVE = "inactive"
    PENDING = "pending"
    """It holds, but not yet for as long as it must (hold time)."""
    ACTIVE = "active"
    KEEPING = "keeping"
    """It holds no longer, but stays active for a while (keep-active time)."""
    RESOLVED = "resolved"


class State(StrEnum):
    """What a warning is to whoever lists them."""

    INACTIVE = "inactive"
    """It was about to be raised and never was; nobody is shown it."""
    PENDING = "pending"
    """Its condition holds, but not for long enough yet: nobody has been told."""
    OPEN = "open"
    CLOSED = "closed"
    """A person closed it; the condition may still hold."""
    RESOLVED = "resolved"


class Stage(StrEnum):
    """How far people are with a warning."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RESPONDED = "responded"
    RETURNED = "returned"
    """The response was sent back: another one is due."""
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why a person closes a warning."""

    HANDLED = "handled"
    """Dealt with; the figures will follow."""
    FALSE = "false"
    """There was nothing to warn of (误报)."""
    DUPLICATE = "duplicate"
    ACCEPTED = "accepted"
    """True, and let stand by a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who did something: the principal as its key names it."""

    name: str
    key_id: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Somebody has seen it; expires unless a response follows."""

    by: str
    at: datetime
    expires_at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A person has closed it."""

    by: str
    at: datetime
    reason: CloseReason
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What people have done about a warning, as it stands now; the history tells how."""

    acknowledged: Acknowledgement | None = None
    assignee: str = ""
    responded_by: str = ""
    responded_at: datetime | None = None
    returned_at: datetime | None = None
    closed: Closed | None = None

    @property
    def stage(self) -> Stage:
        """The furthest stage that still stands."""
        if self.closed:
            return Stage.CLOSED
        if self.returned_at and (not self.responded_at or self.returned_at >= self.responded_at):
            return Stage.RETURNED
        if self.responded_at:
            return Stage.RESPONDED
        return Stage.ACKNOWLEDGED if self.acknowledged else Stage.RAISED

    @property
    def expires_at(self) -> datetime | None:
        """When the acknowledgement expires; None if there is none, or a response has followed.

        A response that was there before is none to what was acknowledged after it.
        """
        if self.acknowledged is None or self.closed:
            return None
        if self.responded_at and self.responded_at >= self.acknowledged.at:
            return None
        return self.acknowledged.expires_at


UNHANDLED = Handling()
