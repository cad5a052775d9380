"""The bench's readings are what it says they are, and their sums are known beforehand."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from deploy.bench.bodies import Disturbed, Rows, Steady, body
from deploy.bench.stage import budgets, catalogue, expected
from deploy.bench.workload import (
    JITTER,
    POINTS,
    STEP,
    Names,
    day_text,
    instant,
    next_midnight,
    points_of,
    registers,
    used,
)
from services.ingest.adapters.files import read_file
from services.ingest.domain.catalogue.drafts import draft
from services.ingest.domain.catalogue.planning import plan
from services.ingest.ports import File
from shared.model.catalogue import Catalogue
from shared.model.instants import to_us

NAMES = Names(7)


def test_every_register_rises_with_every_quarter() -> None:
    points = np.arange(JITTER)
    steps = [registers(points, k + 1) - registers(points, k) for k in range(2 * JITTER)]
    assert min(step.min() for step in steps) > 10  # room for a revision between two quarters
    assert STEP - JITTER > -STEP


def test_instants_are_quarters_of_chinese_days() -> None:
    assert instant(0) == "2019-12-31T16:00:00Z"
    assert instant(97) == "2020-01-01T16:15:00Z"
    assert [next_midnight(k) for k in (0, 1, 96, 97)] == [0, 96, 96, 192]
    assert [day_text(k) for k in (0, 95, 96)] == ["2020-01-01", "2020-01-01", "2020-01-02"]


def test_codes_of_two_runs_differ_and_have_one_length() -> None:
    codes = {Names(run).point(p) for run in (0, 1, 31**4 - 1) for p in (0, 4999)}
    assert len(codes) == 6
    assert len({len(code) for code in codes}) == 1
    assert {len(Names(run).enterprise_17(99)) for run in (0, 31**4 - 1)} == {17}


def test_a_body_says_every_point_at_every_quarter() -> None:
    rows = Rows(NAMES, 3, 2, revised=True)
    found = json.loads(body(rows.at(np.array([5, 9]), revision=2, more=1)))
    expected = [
        {
            "point": NAMES.point(int(point)),
            "at": instant(quarter),
            "value": f"{shown // 100}.{shown % 100:02}",
            "revision": 2,
        }
        for quarter in (5, 9)
        for point, shown in zip(
            points_of(3), (registers(points_of(3), quarter) + 1).tolist(), strict=True
        )
    ]
    assert found == expected


@pytest.mark.parametrize("quarters", [1, 20])
def test_steady_requests_are_unique_and_sum_to_what_is_said(quarters: int) -> None:
    maker = Steady(NAMES, 1, quarters, start=10)
    found = [json.loads(maker.make()[0]) for _ in range(4)]
    assert {len(one) for one in found} == {quarters * POINTS}
    shown = by_point(found)
    assert {len(one) for one in shown.values()} == {4 * quarters}
    assert total(shown) == used(1, 10, maker.next - 1)


def test_a_tenth_of_disturbed_requests_is_repeated_late_or_revised() -> None:
    maker = Disturbed(NAMES, 2, start=0)
    requests = [json.loads(maker.make()[0]) for _ in range(30)]
    assert {len(one) for one in requests} == {1000}
    seen: set[tuple[str, str]] = set()
    kinds = {"repeated": 0, "late": 0, "revised": 0}
    newest = ""
    for request in requests:
        newest_before = newest
        for one in request:
            key = (one["point"], one["at"])
            if one.get("revision"):
                kinds["revised"] += 1
            elif key in seen:
                kinds["repeated"] += 1
            elif one["at"] < newest_before:
                kinds["late"] += 1
            seen.add(key)
            newest = max(newest, one["at"])
    assert all(count >= 200 for count in kinds.values()), kinds
    assert sum(kinds.values()) == 3_000
    assert total(by_point(requests)) == used(2, 0, maker.next - 1)


def by_point(requests: list[list[dict[str, str]]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for request in requests:
        for one in request:
            if not one.get("revision"):
                found[one["point"]][one["at"]] = int(one["value"].replace(".", ""))
    return found


def total(shown: dict[str, dict[str, int]]) -> int:
    return sum(max(one.values()) - min(one.values()) for one in shown.values())


def test_the_catalogue_of_a_run_can_be_imported_whole() -> None:
    read = [read_file(File(name=name, text=text)) for name, text in catalogue(NAMES).items()]
    planned = plan(
        Catalogue(),
        draft(row for part in read for row in part.rows),
        [fault for part in read for fault in part.faults],
        recorded_at=to_us(datetime(2026, 1, 1, tzinfo=UTC)),
    )
    assert planned.faults == ()
    assert len([change for change in planned.changes if change.kind == "point"]) == 5000


def test_what_all_use_is_the_sum_of_what_each_uses() -> None:
    nexts = [100 + number for number in range(100)]
    each = [used(number, 7, 99 + number) for number in range(100)]
    assert expected([7] * 100, nexts) == Decimal(sum(each)) / 100
    assert len({str(one["code"]) for one in budgets(NAMES, 0, 2)}) == 200
