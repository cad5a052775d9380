"""Readings as lists of texts, on their way into columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.ingest.domain.admission import texts
from services.ingest.domain.admission.admission import Offer
from services.ingest.domain.admission.texts import U8, Texts

Column = Sequence[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Columns of equal length; None where a value is not stated."""

    point: Sequence[str]
    at: Sequence[str]
    value: Column
    unit: Column | None = None
    quality: Column | None = None
    revision: Column | None = None
    marks: U8 | None = None
    rows_per_item: int = 1

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.point)

    def offer(self) -> Offer:
        """The same for admission."""
        return Offer(
            point=texts.of(self.point),
            at=texts.of(self.at),
            value=texts.of(self.value),
            unit=_used(self.unit),
            quality=_used(self.quality),
            revision=_used(self.revision),
            marks=self.marks,
            rows_per_item=self.rows_per_item,
        )


def _used(column: Column | None) -> Texts | None:
    """None for a column in which nothing is stated."""
    if column is None or all(value is None for value in column):
        return None
    return texts.of(column)
