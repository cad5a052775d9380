"""What the books of a running system say, over HTTP, in whole numbers."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shared.model.instants import HOUR_US, hour_iso, to_us
from tests.system.stack import Stack

_SPAN = 24 * 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """Quantity and how much of it is estimated, as mantissas; the share known, as written."""

    quantity: int
    estimated: int
    completeness: str | None


def hours(
    stack: Stack,
    subject: str,
    carrier: str,
    span: tuple[int, int],
    *,
    scale: int = 2,
    url: str | None = None,
) -> dict[int, Hour]:
    """The hours `[first, end)` of a subject's import of a carrier in which anything is booked."""
    found: dict[int, Hour] = {}
    for first in range(span[0], span[1], _SPAN):
        bounds = {"from": hour_iso(first), "to": hour_iso(min(first + _SPAN, span[1]))}
        for row in _rows(stack, subject, {"carrier": carrier, "step": "hour", **bounds}, url):
            hour = to_us(_instant(row["from"])) // HOUR_US
            found[hour] = Hour(
                quantity=_mantissa(row["quantity"], scale),
                estimated=_mantissa(row["estimated"], scale),
                completeness=row["completeness"],
            )
    return found
