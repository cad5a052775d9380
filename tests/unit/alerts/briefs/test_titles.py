"""Titles are broken into lines of about one length, and not inside names, periods or numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.adapters.briefs.balance import balanced
from services.alerts.adapters.briefs.measure import width


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("形势分析", ("形势分析",)),
        (
            "内蒙古自治区2026年前三季度碳排放双控和能耗双控形势分析",
            ("内蒙古自治区2026年前三季度", "碳排放双控和能耗双控形势分析"),
        ),
        (
            "Carbon and energy dual control: the first three quarters of 2026",
            ("Carbon and energy dual control:", "the first three quarters of 2026"),
        ),
        ("关于形势的报告\n（草稿）", ("关于形势的报告", "（草稿）")),
        ("", ()),
    ],
)
def test_titles_in_lines(title: str, lines: tuple[str, ...]) -> None:
    assert balanced(title, 19.5) == lines


@given(st.text(alphabet="全区能耗双控形势分析和的年季度2026（），", max_size=90))
def test_nothing_is_lost_and_no_line_is_empty(title: str) -> None:
    lines = balanced(title, 19.5)
    assert "".join(lines) == title
    assert all(lines)


@given(st.integers(1, 60))
def test_lines_without_sense_are_even(length: int) -> None:
    lines = balanced("能" * length, 20)
    widths = [width(line) for line in lines]
    assert max(widths) <= 20
    assert max(widths) - min(widths) <= 1
