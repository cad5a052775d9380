"""What the routes need of the readings of single points, as they were sent."""

from dataclasses import dataclass
from typing import Protocol

from shared.model.readings import Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class PointReadings:
    """Readings of one point by their times; mantissas at `decimals` decimals."""

    decimals: int
    rows: Readings


class ReadingsOfPoints(Protocol):
    """Readings as they are kept, for whoever asks."""

    async def readings(
        self,
        code: str,
        first_us: int,
        end_us: int,
        *,
        as_of: int | None = None,
        every: bool = False,
    ) -> PointReadings | None:
        """Those in `[first_us, end_us)` that count, as far as the commit knew; None if unknown.

        every: also those that a later revision has replaced, in the order of their arrival within
        an instant. Raises Unavailable.
        """
