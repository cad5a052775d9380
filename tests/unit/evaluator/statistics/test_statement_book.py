"""Statements are found as stated, or put together from those of other periods."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.figures.figure import Op
from services.evaluator.domain.records.statement import Status
from services.evaluator.domain.statistics.statement_book import (
    PRELIMINARY,
    StatementBook,
    StatementLine,
    statement_leaf,
)
from shared.model.period import Period, reporting_period
from tests.unit.evaluator.statistics.numbers import exactly, line

PLACE = "region:150000"


def period(text: str) -> Period:
    return reporting_period(text, "Asia/Shanghai")


def test_as_stated_with_the_address_of_the_statement() -> None:
    book = StatementBook([line("gdp", "2025Q2", "100", commit=7)])
    found = book.find(PLACE, "gdp", period("2025H1"))
    assert (exactly(found), found.unit) == (Fraction(100), "万元")
    assert found.source is not None
    assert found.source.href == (
        "/v1/statements?key=region%3A150000%2Fgdp%2F%2F2020%2F2025Q2%2F&as_of=commit:7"
    )
    assert found.source.pointer == "/items/0/body/value"


def test_a_single_quarter_is_the_difference_of_cumulative_ones() -> None:
    book = StatementBook([line("gdp", "2025Q2", "100"), line("gdp", "2025Q3", "160")])
    found = book.find(PLACE, "gdp", period("2025Q3s"))
    assert exactly(found) == 60
    assert found.op is Op.DIFFERENCE
    assert [part.value for part in found.operands] == [160, 100]


def test_months_add_up_to_a_half_year() -> None:
    months = [line("gdp", f"2025-{month:02d}", str(month)) for month in range(1, 7)]
    found = StatementBook(months).find(PLACE, "gdp", period("2025H1"))
    assert exactly(found) == 21
    assert found.op is Op.SUM
    assert len(found.operands) == 6


def test_fewest_statements_win_and_final_ones_among_equals() -> None:
    book = StatementBook(
        [
            *(line("gdp", f"2025-{month:02d}", "10") for month in range(1, 4)),
            line("gdp", "2025Q1", "31", status=Status.PRELIMINARY),
            line("gdp", "2025-01-01/2025-04-01", "32"),
        ]
    )
    found = book.find(PLACE, "gdp", period("2025Q1"))
    assert exactly(found) == 32
    assert found.flags == ()


def test_a_preliminary_one_tells_so_all_the_way_up() -> None:
    book = StatementBook(
        [line("gdp", "2025Q2", "100"), line("gdp", "2025Q3s", "60", status=Status.PRELIMINARY)]
    )
    found = book.find(PLACE, "gdp", period("2025Q3"))
    assert exactly(found) == 160
    assert found.flags == (PRELIMINARY,)


def test_missing_says_what_and_is_never_nought() -> None:
    book = StatementBook([line("gdp", "2025Q2", None), line("gdp", "2024", "90")])
    found = book.find(PLACE, "gdp", period("2025Q2"))
    assert found.value is None
    assert [(one.zh, one.en) for one in found.missing] == [("缺少地区生产总值", "GDP missing")]


def test_prices_of_two_years_are_never_mixed() -> None:
    book = StatementBook(
        [
            line("gdp", "2025Q1", "50", basis="2020"),
            line("gdp", "2025-04", "20", basis="2025"),
            line("gdp", "2025-05/2025-07", "30", basis="2020"),
        ]
    )
    assert book.find(PLACE, "gdp", period("2025H1")).value is None
    assert book.find(PLACE, "gdp", period("2025Q1"), basis="2025").value is None
    assert book.find(PLACE, "gdp", period("2025Q1")).value == 50


def test_units_of_one_kind_are_added_in_the_usual_one() -> None:
    book = StatementBook(
        [line("gdp", "2025-01", "2", "亿元"), line("gdp", "2025-02", "500", "万元")]
    )
    found = book.find(PLACE, "gdp", period("2025-01-01/2025-03-01"))
    assert (exactly(found), found.unit) == (Fraction(20_500), "万元")


def test_units_of_two_kinds_are_never_added() -> None:
    book = StatementBook(
        [
            line("product", "2025-01", "2", "km", qualifier="cable", basis=""),
            line("product", "2025-02", "3", "t", qualifier="cable", basis=""),
        ]
    )
    asked = period("2025-01-01/2025-03-01")
    assert book.find(PLACE, "product", asked, "cable").value is None


def test_rates_are_never_added() -> None:
    book = StatementBook([line("gdp-growth", "2025Q1", "5", "%", basis="")])
    assert book.find(PLACE, "gdp-growth", period("2025Q1")).value == 5
    assert book.find(PLACE, "gdp-growth", period("2025H1")).value is None


def test_lots_add_up_and_can_be_had_one_by_one() -> None:
    lots = [
        line("purchase", "2025-01", value, "t", qualifier="raw-coal", lot=lot, basis="")
        for lot, value in (("a", "10.5"), ("b", "4"))
    ]
    book = StatementBook(lots)
    assert book.find(PLACE, "purchase", period("2025-01"), "raw-coal").value == Fraction("14.5")
    found = book.lots(PLACE, "purchase", "raw-coal", period("2025-01"))
    assert [one.statement.detail["lot"] for one in found] == ["a", "b"]
    assert book.qualifiers(PLACE, "purchase") == ("raw-coal",)


def bought(period: str, value: str, *, lot: str = "", commit: int = 1) -> StatementLine:
    return line(
        "purchase", period, value, "t", qualifier="raw-coal", basis="", lot=lot, commit=commit
    )


def values_of_lots(*lines: StatementLine, of: str = "2024H1") -> list[Decimal | None]:
    found = StatementBook(lines).lots(PLACE, "purchase", "raw-coal", period(of))
    return [one.statement.value for one in found]


def test_the_same_hours_under_two_names_are_stated_once() -> None:
    for commits, wanted in (((1, 2), "31"), ((2, 1), "30")):
        lines = [
            bought(text, value, commit=commit)
            for text, value, commit in zip(("2024H1", "2024Q2"), ("30", "31"), commits, strict=True)
        ]
        assert values_of_lots(*lines) == [Decimal(wanted)]
        assert values_of_lots(*reversed(lines)) == [Decimal(wanted)]


def test_lots_count_where_they_add_up_to_the_whole_and_never_next_to_it() -> None:
    lots = [bought("2024H1", value, lot=lot) for lot, value in (("a", "10"), ("b", "20"))]
    assert values_of_lots(bought("2024H1", "30"), *lots) == [Decimal(10), Decimal(20)]
    assert values_of_lots(bought("2024H1", "31"), *lots) == [Decimal(31)]
    assert values_of_lots(*lots, of="2024") == []


def test_a_level_is_that_of_the_periods_end() -> None:
    book = StatementBook(
        [
            line("capacity", "2025-06", "58", "万t", qualifier="coke", basis=""),
            line("capacity", "2025-12", "60", "万t", qualifier="coke", basis=""),
        ]
    )
    found = book.level_at(PLACE, "capacity", period("2025"), "coke")
    assert (exactly(found), found.unit) == (Fraction(600_000), "t")
    assert book.level_at(PLACE, "capacity", period("2025Q2"), "coke").value == 580_000
    assert book.level_at(PLACE, "capacity", period("2025Q3"), "coke").value is None
    # and two levels never make a flow
    assert book.find(PLACE, "capacity", period("2025Q3"), "coke").value is None


def test_of_two_spellings_of_a_period_the_later_level_counts() -> None:
    for commits in ((1, 2), (2, 1)):
        told = zip(("2025", "2025Q4"), ("100", "101"), commits, strict=True)
        book = StatementBook(
            [line("population", when, value, "persons", commit=at) for when, value, at in told]
        )
        newest = 101 if commits == (1, 2) else 100
        assert exactly(book.level_at(PLACE, "population", period("2025"))) == newest


def test_a_leaf_of_a_withdrawn_statement_has_no_value() -> None:
    assert statement_leaf(line("gdp", "2025", None)).value is None


@given(
    values=st.lists(st.integers(0, 1000), min_size=12, max_size=12),
    cumulative=st.sets(st.integers(1, 12), max_size=12),
    first=st.integers(0, 11),
    length=st.integers(1, 12),
    seed=st.randoms(use_true_random=False),
)
def test_however_periods_are_split_the_total_is_the_same(
    values: list[int], cumulative: set[int], first: int, length: int, seed: Random
) -> None:
    """Months known outright or as differences of cumulative months: any path gives the sum."""
    end = min(first + length, 12)
    lines: list[StatementLine] = [
        line("gdp", f"2025-{month:02d}", str(values[month - 1])) for month in range(1, 13)
    ]
    lines += [line("gdp", f"2025M{month}", str(sum(values[:month]))) for month in cumulative]
    seed.shuffle(lines)
    last = f"2025-{end + 1:02d}-01" if end < 12 else "2026-01-01"
    found = StatementBook(lines).find(PLACE, "gdp", period(f"2025-{first + 1:02d}-01/{last}"))
    assert exactly(found) == sum(values[first:end])


@pytest.mark.parametrize("item", ["gdp", "no-such-item"])
def test_nobody_stated_anything(item: str) -> None:
    assert StatementBook().find(PLACE, item, period("2025")).missing != ()
