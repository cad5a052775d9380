"""What the books of a running system say, over HTTP, in whole numbers."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.model.exact import mantissa
from shared.model.instants import HOUR_US, hour_iso, to_us
from tests.system.stack import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """Quantity and how much of it is estimated, as mantissas; the share known, as written."""

    quantity: int
    estimated: int
    completeness: Decimal | None


def hours(
    stack: Stack,
    subject: str,
    carrier: str,
    span: tuple[int, int],
    *,
    scale: int = 2,
    url: str | None = None,
) -> dict[int, Hour]:
    """The hours `[first, end)` of what a subject has taken in of a carrier."""
    rows = entries(stack, subject, carrier, span, step="hour", url=url)
    return {hour_of(row["start"]): _hour(row, scale) for row in rows}


def entries(
    stack: Stack,
    subject: str,
    carrier: str,
    span: tuple[int, int],
    *,
    step: str,
    url: str | None = None,
) -> list[dict[str, Any]]:
    """The parts of a span as they are written."""
    params = {
        "carrier": carrier,
        "flow": "import",
        "from": hour_iso(span[0]),
        "to": hour_iso(span[1]),
        "step": step,
    }
    at = f"{url or stack.urls['evaluator']}/v1/books/{subject}"
    (book,) = stack.ask("GET", at, params=params)["items"]
    found: list[dict[str, Any]] = book["hours"]
    return found


def hour_of(instant: str) -> int:
    """The UTC hour that an instant begins."""
    return to_us(datetime.fromisoformat(instant)) // HOUR_US


def _hour(row: dict[str, Any], scale: int) -> Hour:
    return Hour(
        quantity=mantissa(Decimal(row["quantity"]), scale),
        estimated=mantissa(Decimal(row["estimated"]), scale),
        completeness=None if row["completeness"] is None else Decimal(row["completeness"]),
    )
