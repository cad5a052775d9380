"""The periods of briefs and their neighbours."""

from datetime import date

import pytest

from services.evaluator.domain.situation.spans import SpanKind, spanned
from shared.model.instants import HOUR_US

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "kind", "single", "earlier", "before", "rated"),
    [
        ("2026Q3", SpanKind.QUARTER, "2026Q3s", "2025Q3", "2026Q2", "2026Q3"),
        ("2026Q1", SpanKind.QUARTER, "", "2025Q1", "2025", "2026Q1"),
        ("2026Q3s", SpanKind.QUARTER, "", "2025Q3s", "2026Q2s", "2026Q3"),
        ("2026M7", SpanKind.MONTH, "2026-07", "2025M7", "2026M6", "2026M7"),
        ("2026M1", SpanKind.MONTH, "", "2025M1", "2025", "2026M1"),
        ("2026-07", SpanKind.MONTH, "", "2025-07", "2026-06", "2026M7"),
        ("2026H1", SpanKind.HALF, "2026Q2s", "2025H1", "2025", "2026H1"),
        ("2026H2", SpanKind.HALF, "", "2025H2", "2026H1", "2026"),
        ("2026", SpanKind.YEAR, "2026Q4s", "2025", "2025", "2026"),
        ("2026-2028", SpanKind.MIDTERM, "", "", "", "2028"),
        ("2026-2030", SpanKind.FINAL, "", "", "", "2030"),
    ],
)
def test_neighbours(
    text: str, kind: SpanKind, single: str, earlier: str, before: str, rated: str
) -> None:
    found = spanned(text, ZONE)
    assert found.kind is kind
    assert (found.single, found.earlier, found.before) == (single, earlier, before)
    assert found.rated == rated


def test_days_and_the_end_in_the_zone() -> None:
    found = spanned("2026Q3", ZONE)
    assert (found.first, found.last, found.year) == (date(2026, 1, 1), date(2026, 9, 30), 2026)
    assert found.cumulative
    end_us = found.period.end_hour * HOUR_US
    assert found.is_over(end_us)
    assert not found.is_over(end_us - 1)
    assert not spanned("2026Q3s", ZONE).cumulative
    assert spanned("2026-2028", ZONE).first == date(2026, 1, 1)


@pytest.mark.parametrize(
    "text", ["2026-01-01/2026-07-01", "soon", "2030-2026", "2026Q5", "2026M13"]
)
def test_other_periods_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2026"):
        spanned(text, ZONE)
