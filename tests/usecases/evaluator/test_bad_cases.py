"""The bad-data cases give, wave by wave, the books that they must, at enterprise and county."""

import csv
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from services.evaluator.domain.continuity import Finding
from services.evaluator.handlers.bookkeeper import Batch, Bookkeeper
from services.evaluator.handlers.rulebook import Rulebook
from shared.model.exact import decimal, mantissa
from shared.model.instants import HOUR_US, to_us
from tests.unit.evaluator.build import batch
from tests.usecases.evaluator.catalogues import county, meter
from tests.usecases.evaluator.reading_store import Ledger, MemoryReadingStore

DATA = Path(__file__).parents[2] / "data" / "bad_cases"
CASES = ("A", "B", "B2", "C", "D", "E", "F", "G", "H")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


READINGS = rows("readings.csv")
EXPECTED = rows("expected_hours.csv")


class Desk:
    """A bookkeeper with four one-meter enterprises in one county, all in one partition."""

    def __init__(self, case: str) -> None:
        names = ["M1", "M2", "M3", "M4"]
        digits = {"digits": 4} if case == "F" else {}
        points = [
            meter(int(name[1:]), f"enterprise:E{name[1:]}", max_rate="150", **digits)
            for name in names
            if not (case == "C" and name == "M4")
        ]
        rulebook = Rulebook()
        rulebook.update(county(points, ["E1", "E2", "E3", "E4"]))
        self.store = MemoryReadingStore()
        self.ledger = Ledger()
        self.keeper = Bookkeeper(
            self.store, rulebook, partition_of_owner=lambda _: 0, partition_of=lambda _: 0
        )

    async def send(self, rows: list[dict[str, str]], chunk: int) -> None:
        for i in range(0, len(rows), chunk):
            here = self.store.next.get(0, 0)
            readings = batch(
                (
                    int(row["point"][1:]),
                    to_us(datetime.fromisoformat(row["at"])),
                    0,
                    mantissa(decimal(row["value"]), 2),
                )
                for row in rows[i : i + chunk]
            )
            await self.keeper.record(
                Batch(
                    readings=readings,
                    positions={0: (here, here + 1)},
                    received_at_us=0,
                    correlation_id="",
                )
            )
        for _, totals in self.store.sent:
            self.ledger.add(totals)
        self.store.sent.clear()


def expected(case: str, wave: str) -> dict[str, dict[int, tuple[int, int]]]:
    books: defaultdict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    for row in EXPECTED:
        if (row["case"], row["after_wave"]) == (case, wave):
            hour = to_us(datetime.fromisoformat(row["hour_start"])) // HOUR_US
            amounts = int(Decimal(row["kwh"]) * 100), int(Decimal(row["of_which_estimated"]) * 100)
            books[row["point"]][hour] = amounts
    return books


def without_known(hours: dict[int, tuple[int, int, int]]) -> dict[int, tuple[int, int]]:
    return {hour: (quantity, estimated) for hour, (quantity, estimated, _) in hours.items()}


def summed(parts: list[dict[int, tuple[int, int, int]]]) -> dict[int, tuple[int, int, int]]:
    hours = {hour for part in parts for hour in part}
    nothing = (0, 0, 0)
    columns = {
        hour: zip(*(part.get(hour, nothing) for part in parts), strict=True) for hour in hours
    }
    sums = {hour: [sum(column) for column in columns[hour]] for hour in hours}
    return {hour: (a, b, c) for hour, (a, b, c) in sums.items()}


@pytest.mark.parametrize("chunk", [1, 7, 10_000])
@pytest.mark.parametrize("case", CASES)
async def test_every_hour_after_every_wave(case: str, chunk: int) -> None:
    desk = Desk(case)
    for wave in sorted({row["wave"] for row in READINGS if row["case"] == case}):
        arrived = [r for r in READINGS if (r["case"], r["wave"]) == (case, wave)]
        await desk.send(arrived, chunk)
        for name, hours in expected(case, wave).items():
            assert without_known(desk.ledger.of(f"enterprise:E{name[1:]}")) == hours
        parents = summed([desk.ledger.of(f"enterprise:E{i}") for i in range(1, 5)])
        for region in ("150203", "150200", "150000"):
            assert desk.ledger.of(f"region:{region}") == parents


async def test_the_gap_is_shown_until_the_missing_readings_come() -> None:
    desk = Desk("B2")
    await desk.send([r for r in READINGS if (r["case"], r["wave"]) == ("B2", "1")], 10_000)
    gaps = [key for key, standing in desk.store.findings.items() if standing]
    assert [(point, Finding(kind)) for point, kind, _, _ in gaps] == [(1, Finding.GAP)]
    await desk.send([r for r in READINGS if (r["case"], r["wave"]) == ("B2", "2")], 10_000)
    assert not any(desk.store.findings.values())


async def test_a_silent_replacement_is_a_reset_and_its_time_is_unknown() -> None:
    desk = Desk("G")
    await desk.send([r for r in READINGS if r["case"] == "G"], 10_000)
    found = [key for key, standing in desk.store.findings.items() if standing]
    assert [(point, Finding(kind)) for point, kind, _, _ in found] == [(1, Finding.RESET)]
    hours = desk.ledger.of("enterprise:E1")
    unknown = {hour: HOUR_US - known for hour, (_, _, known) in hours.items() if known != HOUR_US}
    hour = to_us(datetime.fromisoformat("2026-03-02T05:00:00+08:00")) // HOUR_US
    assert unknown == {hour: 300_000_000}


async def test_a_rollover_is_no_reset() -> None:
    desk = Desk("F")
    await desk.send([r for r in READINGS if r["case"] == "F"], 10_000)
    kinds = {Finding(kind) for _, kind, _, _ in desk.store.findings}
    assert kinds == {Finding.ROLLOVER}
