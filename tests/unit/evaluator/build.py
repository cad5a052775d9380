"""Small catalogues' slices and batches of readings for the tests of the books."""

from collections.abc import Iterable

import numpy as np

from services.evaluator.domain.rules import Rules, build
from services.evaluator.domain.slices import Chain, OwnerSlice, PointRule, PointSegment
from shared.model.instants import BEGINNING_US, FOREVER_US, HOUR_US
from shared.model.readings import Mark, Readings

MINUTE_US = 60_000_000
CHAIN = Chain(
    first_hour=BEGINNING_US // HOUR_US,
    end_hour=FOREVER_US // HOUR_US,
    subjects=("enterprise:E", "region:150203", "region:150200"),
)


def segment(
    *,
    start: int = BEGINNING_US,
    end: int = FOREVER_US,
    multiplier: int = 1,
    interval_min: int = 5,
    max_rate: int = -1,
    modulus: int = 0,
    counted: bool = True,
) -> PointSegment:
    """A segment with the commonest rules."""
    return PointSegment(
        start=start,
        end=end,
        multiplier=multiplier,
        interval_us=interval_min * MINUTE_US,
        max_rate=max_rate,
        modulus=modulus,
        counted=counted,
    )


def point(
    *segments: PointSegment, number: int = 1, register: bool = True, stamp_end: bool = True
) -> PointRule:
    """A point of electricity in kWh with two decimals."""
    return PointRule(
        number=number,
        code=f"M{number}",
        carrier="electricity",
        flow="import",
        scale=2,
        register=register,
        stamp_end=stamp_end,
        segments=segments or (segment(),),
    )


def rules_of(*points: PointRule, owner: str = "enterprise:E") -> Rules:
    """The rules of one owner with these points."""
    return build([OwnerSlice(owner=owner, number=900, chains=(CHAIN,), points=points)])


def batch(rows: Iterable[tuple[int, int, int, int | None]]) -> Readings:
    """Readings from tuples of point, instant, revision, mantissa (None withdraws)."""
    listed = list(rows)
    return Readings(
        point=np.array([row[0] for row in listed], np.uint32),
        at=np.array([row[1] for row in listed], np.int64),
        value=np.array([row[3] or 0 for row in listed], np.int64),
        revision=np.array([row[2] for row in listed], np.uint32),
        flags=np.array([int(Mark.NULL) if row[3] is None else 0 for row in listed], np.uint8),
    )
