"""What stands against the data as of a commit: findings in readings, and corrected figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.evaluator.ports.publications import FigureCorrection


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Findings of one kind (bits of `continuity.Finding`) of a point: how many."""

    point: int
    kind: int
    count: int


class DataQuality(Protocol):
    """Reads tables of findings and corrections. Everything raises Unavailable."""

    async def standing(self, first_us: int, end_us: int, as_of: int) -> Sequence[Findings]:
        """Findings that touch `[first_us, end_us)` and stood at the commit, by point and kind."""

    async def corrected(
        self, subjects: Collection[str], after: int, upto: int, most: int
    ) -> tuple[int, Sequence[FigureCorrection]]:
        """How many figures of the subjects commits in `(after, upto]` corrected, and the first.

        In the order in which they were recorded, at most `most` of them.
        """
