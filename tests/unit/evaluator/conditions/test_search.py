"""The way back to the newest period that can be rated: no more is rated than is needed."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.conditions.policy import Every
from services.evaluator.domain.conditions.ready import ended
from services.evaluator.domain.conditions.search import Search

PERIODS = ended(Every.QUARTER, 2021, 2025, date(2026, 11, 21))


def searched(rated: set[str], data: set[int], look_back: int = 4) -> tuple[Search, list[list[str]]]:
    """A search over the quarters of the plan, and what it wanted rated, one step after another."""
    search = Search(years=[int(text[:4]) for text in PERIODS], look_back=look_back)
    asked: list[list[str]] = []
    while places := search.next(lambda year: year in data):
        asked.append([PERIODS[place] for place in places])
        for place in places:
            search.note(place, is_rated=PERIODS[place] in rated)
    return search, asked


def counting(search: Search) -> list[str]:
    return [PERIODS[place] for place in search.counting]


def test_the_newest_are_enough_where_they_are_rated() -> None:
    search, asked = searched(set(PERIODS), {2021, 2022, 2023, 2024, 2025})
    assert asked == [["2025", "2025Q3", "2025Q2", "2025Q1"]]
    assert counting(search) == ["2025Q1", "2025Q2", "2025Q3", "2025"]


def test_years_without_data_are_passed_over() -> None:
    search, asked = searched({"2022Q2", "2022Q1", "2021", "2021Q2"}, {2021, 2022})
    assert asked == [
        ["2025", "2025Q3", "2025Q2", "2025Q1"],
        ["2022", "2022Q3", "2022Q2", "2022Q1"],
        ["2021", "2021Q3"],
    ]
    assert counting(search) == ["2021", "2022Q1", "2022Q2"]
    assert search.oldest is not None
    assert PERIODS[search.oldest] == "2021Q3"


def test_without_data_the_newest_are_all_that_is_tried() -> None:
    search, asked = searched(set(), set())
    assert asked == [["2025", "2025Q3", "2025Q2", "2025Q1"]]
    assert counting(search) == []


def test_periods_of_a_plan_that_runs_and_of_one_to_come() -> None:
    assert ended(Every.QUARTER, 2021, 2025, date(2022, 1, 1))[:2] == ("2021", "2021Q3")
    assert ended(Every.HALF_YEAR, 2021, 2025, date(2022, 7, 1)) == ("2022H1", "2021", "2021H1")
    assert ended(Every.MONTH, 2027, 2030, date(2026, 11, 21)) == ()
    assert len(PERIODS) == 20


@given(
    rated=st.sets(st.sampled_from(PERIODS)),
    more=st.sets(st.integers(2021, 2025)),
    look_back=st.integers(1, 24),
)
def test_what_counts_is_the_newest_rated_and_those_just_before(
    rated: set[str], more: set[int], look_back: int
) -> None:
    data = {int(text[:4]) for text in rated} | more
    search, asked = searched(rated, data, look_back)
    everything = [text for texts in asked for text in texts]
    assert len(everything) == len(set(everything))
    newest = next((nth for nth, text in enumerate(PERIODS) if text in rated), None)
    window = PERIODS[newest : newest + look_back] if newest is not None else ()
    assert counting(search) == [text for text in reversed(window) if text in rated]
