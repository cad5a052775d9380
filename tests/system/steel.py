"""The steel works' half-year as quarters of an hour in whole hundredths of a kWh, and as meters."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from shared.model.exact import text
from shared.model.instants import HOUR_US, SECOND_US
from tests.system.world import Reading

FILE = Path(__file__).parents[1] / "data" / "steel" / "usage.csv"
QUARTER_US = 900 * SECOND_US
BEGIN_HOUR = 420_768 - 9
"""2018-01-01 00:00 on the works' clock (+09:00), in hours since 1970 in UTC."""
MONTHS = {
    "2018-01": "126238.29",
    "2018-02": "91497.34",
    "2018-03": "80230.41",
    "2018-04": "78769.80",
    "2018-05": "79059.28",
    "2018-06": "65404.64",
}
TOTAL = "521199.76"


def quarters() -> list[int]:
    """All quantities in the order of time, each of a quarter of an hour."""
    with FILE.open(encoding="utf-8") as file:
        lines = list(csv.reader(file))[1:]
    return [_hundredths(cell) for line in lines for cell in line[1:]]


def _hundredths(cell: str) -> int:
    whole, _, decimals = cell.partition(".")
    return int(whole) * 100 + int(decimals.ljust(2, "0") or 0)


def end_us(index: int) -> int:
    """When the quarter ends."""
    return BEGIN_HOUR * HOUR_US + (index + 1) * QUARTER_US


def hourly(quantities: Sequence[int]) -> dict[int, int]:
    """Hour (UTC) -> hundredths of a kWh."""
    found: defaultdict[int, int] = defaultdict(int)
    for index, quantity in enumerate(quantities):
        found[BEGIN_HOUR + index // 4] += quantity
    return dict(found)


def as_intervals(point: str, quantities: Sequence[int]) -> list[Reading]:
    """What an interval meter says, stamped at the end."""
    return [
        Reading(point=point, at_us=end_us(index), value=text(quantity, 2))
        for index, quantity in enumerate(quantities)
    ]


def as_register(
    point: str, quantities: Sequence[int], *, start: int, digits: int, replaced: int, again: int
) -> tuple[list[Reading], tuple[str, str]]:
    """What a register says that rolls over and is replaced when quarter `replaced` ends.

    The new meter starts at `again`. Also: the old one's end and the new one's start.
    """
    modulus = 10 ** (digits + 2)
    said = [Reading(point=point, at_us=end_us(-1), value=text(start, 2))]
    shows, change = start, ("", "")
    for index, quantity in enumerate(quantities):
        shows = (shows + quantity) % modulus
        if index == replaced:
            change = text(shows, 2), text(again, 2)
            shows = again
        else:
            said.append(Reading(point=point, at_us=end_us(index), value=text(shows, 2)))
    return said, change
