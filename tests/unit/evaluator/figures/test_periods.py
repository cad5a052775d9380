"""Periods know the one a year earlier and the one reported before."""

import pytest

from services.evaluator.domain.figures.periods import (
    reported_before,
    reporting,
    year_earlier,
    years_of,
)


@pytest.mark.parametrize(
    ("text", "earlier", "before", "covers"),
    [
        ("2025Q3", "2024Q3", "2025Q2", (1, 9)),
        ("2025Q1", "2024Q1", "2024", (1, 3)),
        ("2025Q1s", "2024Q1s", "2024Q4s", (1, 3)),
        ("2025Q3s", "2024Q3s", "2025Q2s", (7, 9)),
        ("2025M1", "2024M1", "2024", (1, 1)),
        ("2025M12", "2024M12", "2025M11", (1, 12)),
        ("2025-01", "2024-01", "2024-12", (1, 1)),
        ("2025-02", "2024-02", "2025-01", (2, 2)),
        ("2025H1", "2024H1", "2024", (1, 6)),
        ("2025H2", "2024H2", "2025H1", (7, 12)),
        ("2025", "2024", "2024", (1, 12)),
    ],
)
def test_neighbours(text: str, earlier: str, before: str, covers: tuple[int, int]) -> None:
    found = reporting(text)
    assert found is not None
    assert (found.begins, found.months) == covers
    assert (year_earlier(text), reported_before(text)) == (earlier, before)
    assert found.is_year == (covers == (1, 12))


@pytest.mark.parametrize("text", ["2021-2025", "2025-01-01/2025-02-01", "2025M13", "2025-00"])
def test_others_have_no_neighbours(text: str) -> None:
    assert (reporting(text), year_earlier(text), reported_before(text)) == (None, None, None)


def test_years() -> None:
    assert years_of("2021-2025") == (2021, 2025)
    assert years_of("2025Q2") == (2025, 2025)
    assert years_of("2025-01-01/2025-02-01") is None
