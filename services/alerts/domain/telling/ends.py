"""How what somebody was told of has ended for them: that it is over is only one of the ways."""

from dataclasses import dataclass
from enum import StrEnum

from services.alerts.domain.telling.items import Item
from shared.model.level import Level


class End(StrEnum):
    """Why somebody is told of a warning no more; what is muted has not ended."""

    RESOLVED = "resolved"
    """The data say that it holds no longer."""
    CLOSED = "closed"
    """A person closed it, and it may still hold."""
    LOWERED = "lowered"
    """It still holds, at a level that is not for this recipient."""
    ELSEWHERE = "elsewhere"
    """It still holds, and somebody else is told of it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a warning ended for somebody; of one that is closed `by` whom, `because` of what."""

    how: End
    by: str = ""
    because: str = ""


def ending_of(item: Item, told: Level) -> Ending:
    """How the item has ended for somebody who was told of it at the level `told`."""
    if item.level is Level.NONE:
        return Ending(how=End.RESOLVED)
    if item.closed_because:
        return Ending(how=End.CLOSED, by=item.closed_by, because=item.closed_because)
    return Ending(how=End.LOWERED if item.level < told else End.ELSEWHERE)


def ending_document(ending: Ending) -> dict[str, object]:
    """An ending as plain values that go with those of its item."""
    return {"ended": ending.how.value, "ended_by": ending.by, "ended_because": ending.because}
