"""Figures as people read them: text in, text out, nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.entrypoints.figures import (
    DASH,
    grouped,
    local,
    offset,
    ratio,
    rounded,
    share,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0", "0"),
        ("1234.50", "1,234.50"),
        ("-1234567.8", "-1,234,567.8"),
        ("12345678901234567890.123456789", "12,345,678,901,234,567,890.123456789"),
        (None, DASH),
        ("", DASH),
        ("unknown", "unknown"),
    ],
)
def test_grouping_keeps_every_digit(text: str | None, shown: str) -> None:
    assert grouped(text) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4).map(lambda d: f"{d:f}"))
def test_grouping_can_be_undone(text: str) -> None:
    assert grouped(text).replace(",", "") == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("104.239952", "104.2"), ("0.25", "0.3"), ("-0.25", "-0.3"), (None, DASH), ("NaN", DASH)],
)
def test_rounding_goes_away_from_zero(text: str | None, shown: str) -> None:
    assert rounded(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("1", "100"), ("1.000000", "100"), ("0.999999", "99.9"), ("0.5", "50.0"), (None, DASH)],
)
def test_a_share_is_100_only_when_nothing_is_missing(text: str | None, shown: str) -> None:
    assert share(text) == shown


def test_a_ratio_needs_a_whole() -> None:
    assert ratio("1", "3") == "33.3"
    assert ratio("1", "0") is None
    assert ratio(None, "3") is None


def test_instants_are_shown_on_the_clock_of_the_zone() -> None:
    assert local("2018-05-09T23:00:00Z", "+09:00") == "2018-05-10 08:00"
    assert local("2018-05-09T23:00:00Z", "Asia/Shanghai") == "2018-05-10 07:00"
    assert offset("2018-05-09T23:00:00Z", "+09:00") == "UTC+9"
    assert local("2018-05-09T23:00:00Z", "Nowhere/Land") == "2018-05-09T23:00:00Z"
    assert local(None, "UTC") == DASH
