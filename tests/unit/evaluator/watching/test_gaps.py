"""Gaps between two sources, the levels of forecasts, and the file that says how."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.adapters.watch_policy import PolicyError, load_watch_policy
from services.evaluator.domain.watching.gaps import Pair, Source, gap_of
from services.evaluator.domain.watching.policy import (
    Check,
    Cross,
    CrossRow,
    Side,
    Steps,
    outlook_level,
)
from shared.model.level import Level

POLICY = load_watch_policy()


def pair(first: float, second: float, check: Cross = Cross.MONITORED) -> Pair:
    return Pair(
        check=check,
        subject="region:150000",
        about="energy-total",
        about_name="能源消费总量",
        period="2025",
        unit="tce",
        first=Source(name="统计", value=Fraction(first)),
        second=Source(name="监测", value=Fraction(second)),
    )


@pytest.mark.parametrize(
    ("first", "second", "level", "side"),
    [
        (100, 70, Level.NONE, Side.SHORT),
        (100, 40, Level.NOTICE, Side.SHORT),
        (100, 10, Level.YELLOW, Side.SHORT),
        (100, 100.5, Level.NONE, Side.OVER),
        (100, 101, Level.NOTICE, Side.OVER),
        (100, 120, Level.ORANGE, Side.OVER),
        (0, 5, Level.ORANGE, Side.OVER),
        (0, 0, Level.NONE, Side.SHORT),
    ],
)
def test_a_part_may_be_small_but_not_larger_than_the_whole(
    first: float, second: float, level: Level, side: Side
) -> None:
    gap = gap_of(pair(first, second), POLICY.cross_check)
    assert (gap.level, gap.pair.side) == (level, side)


def test_what_was_allowed_is_told_in_the_pairs_unit() -> None:
    gap = gap_of(pair(200, 230), POLICY.cross_check)
    assert gap.allowed == 20
    assert gap.pair.percent == 15


@given(st.fractions(0, 1000), st.fractions(0, 1000))
def test_a_larger_gap_is_never_milder(first: Fraction, second: Fraction) -> None:
    rows = [CrossRow(check=Cross.CHILDREN, side=side, steps=Steps(notice=Decimal(1),
            yellow=Decimal(5), red=Decimal(50))) for side in Side]  # fmt: skip
    further = first + (second - first) * 2
    if further >= 0:
        near, far = (_with(first, one) for one in (second, further))
        assert gap_of(far, rows).level >= gap_of(near, rows).level


def _with(first: Fraction, second: Fraction) -> Pair:
    return replace(
        pair(0, 0, Cross.CHILDREN),
        first=Source(name="", value=first),
        second=Source(name="", value=second),
    )


@pytest.mark.parametrize(
    ("probability", "lead_days", "level"),
    [
        ("0.99", 10, Level.RED),
        ("0.99", 200, Level.YELLOW),
        ("0.99", None, Level.YELLOW),
        ("0.92", 30, Level.ORANGE),
        ("0.85", 100, Level.YELLOW),
        ("0.6", 5, Level.NOTICE),
        ("0.4", 5, Level.NONE),
    ],
)
def test_certainty_and_haste_make_the_level_of_a_forecast(
    probability: str, lead_days: int | None, level: Level
) -> None:
    assert outlook_level(POLICY.forecast, Fraction(probability), lead_days)[0] is level


def test_the_package_says_something_of_every_check() -> None:
    assert {row.check for row in POLICY.quality} == set(Check)
    assert {(row.check, row.side) for row in POLICY.cross_check} == {
        (check, side) for check in Cross for side in Side
    }
    assert POLICY.version


def test_a_file_of_ones_own_is_refused_with_every_fault(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "forecast:\n  - {level: pink, probability: '2'}\n"
        "quality:\n  - {check: smell, steps: {notice: '1'}}\n"
        "sillence: []\n",
        encoding="utf-8",
    )
    with pytest.raises(PolicyError) as refused:
        load_watch_policy(str(file))
    said = str(refused.value)
    for part in ("pink", "2 is not from 0 to 1", "mine.yaml line 4", "'sillence'"):
        assert part in said


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"none\.yaml"):
        load_watch_policy(str(tmp_path / "none.yaml"))
