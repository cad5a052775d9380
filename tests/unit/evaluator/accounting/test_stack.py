"""The stack: valid hours alone, gaps by flag, exact masses; four days of a real plant."""

import re
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest

from services.evaluator.domain.accounting.stack import (
    POUND,
    SHORT_TON,
    Masses,
    Stack,
    measured,
    of_masses,
    of_stack,
    stack_source,
    worse,
)
from shared.model.instants import HOUR_US, to_us
from shared.model.period import Period
from tests.unit.evaluator.accounting.builder import rows

ROWS = rows("cems/bowen_2017-01-01_04.csv")
EASTERN = timezone(timedelta(hours=-5))
FIRST = to_us(datetime(2017, 1, 1, tzinfo=EASTERN)) // HOUR_US
FOUR_DAYS = Period(first_hour=FIRST, end_hour=FIRST + 96, zone_name="-05:00")
CO2 = "CO2 Mass (short tons)"


def hour_of(row: dict[str, str]) -> int:
    day = datetime.fromisoformat(row["Date"]).replace(tzinfo=EASTERN)
    return to_us(day) // HOUR_US + int(row["Hour"])


def masses(*, without: tuple[int, ...] = (), flag: str = "N") -> Masses:
    """The plant's hours; those of `without` (by place) are marked."""
    return Masses(
        hour=tuple(map(hour_of, ROWS)),
        mass=tuple(Fraction(row[CO2]) for row in ROWS),
        flag=tuple(flag if at in without else "N" for at, _ in enumerate(ROWS)),
        unit="short-ton",
    )


class TestARealPlant:
    def test_in_tonnes_exactly(self) -> None:
        found = of_masses(masses(), FOUR_DAYS)
        short = sum(Fraction(row[CO2]) for row in ROWS)
        assert found.tonnes == short * Fraction("0.90718474")
        assert (found.valid, found.hours, found.completeness) == (96, 96, Fraction(1))

    def test_co2_per_heat_is_the_same_in_every_row(self) -> None:
        ratios = [Fraction(row[CO2]) / Fraction(row["Heat Input (mmBtu)"]) for row in ROWS]
        assert {f"{float(ratio):.4f}" for ratio in ratios} == {"0.1026"}

    def test_missing_rows_are_gaps_not_noughts(self) -> None:
        whole = masses()
        part = Masses(
            hour=whole.hour[:60], mass=whole.mass[:60], flag=whole.flag[:60], unit=whole.unit
        )
        found = of_masses(part, FOUR_DAYS)
        assert (found.valid, dict(found.gaps)) == (60, {"": 36})
        assert found.completeness == Fraction(60, 96)

    @pytest.mark.parametrize("flag", ["T", "S", "M", "C", "D", "B"])
    def test_marked_hours_do_not_count(self, flag: str) -> None:
        found = of_masses(masses(without=(0, 1, 2), flag=flag), FOUR_DAYS)
        lost = sum(Fraction(row[CO2]) for row in ROWS[:3]) * SHORT_TON
        assert found.tonnes == of_masses(masses(), FOUR_DAYS).tonnes - lost
        assert dict(found.gaps) == {flag: 3}

    def test_hours_in_which_the_source_stood_are_not_expected(self) -> None:
        found = of_masses(masses(without=(0, 1), flag="F"), FOUR_DAYS)
        assert (found.stopped, found.completeness) == (2, Fraction(1))

    def test_of_the_period_alone(self) -> None:
        day = Period(first_hour=FIRST, end_hour=FIRST + 24, zone_name="-05:00")
        assert of_masses(masses(), day).valid == 24


class TestTheFigure:
    def test_says_what_lacks(self) -> None:
        found = of_masses(masses(without=(5,), flag="D"), FOUR_DAYS)
        figure = measured(found, stack_source("/v1/books/x", "/items/0", found))
        assert figure.known == found.tonnes
        assert [flag.en for flag in figure.flags] == [
            "1 hours of stack measurement lack (instrument fault); they are no noughts"
        ]
        assert figure.source is not None
        assert figure.source.notes["gap_D"] == "1"

    def test_without_a_valid_hour_it_is_missing(self) -> None:
        found = of_masses(Masses(hour=(), mass=(), flag=()), FOUR_DAYS)
        figure = measured(found, stack_source("", "", found))
        assert figure.value is None
        assert "no valid hour" in figure.missing[0].en


def test_concentration_times_flow() -> None:
    stack = Stack(
        hour=(FIRST, FIRST + 1, FIRST + 2),
        concentration=(Fraction(150_000), None, Fraction(100_000)),
        flow=(Fraction(2_000_000), Fraction(1), Fraction(1_000_000)),
        flag=("N", "N", "M"),
    )
    found = of_stack(stack, Period(first_hour=FIRST, end_hour=FIRST + 4, zone_name="UTC"))
    assert found.tonnes == 300
    assert dict(found.gaps) == {"": 2, "M": 1}


def test_units_and_doubled_hours() -> None:
    one = Masses(hour=(FIRST,), mass=(Fraction(1),), flag=("N",), unit="lb")
    assert of_masses(one, FOUR_DAYS).tonnes == POUND
    assert SHORT_TON == 2000 * POUND
    with pytest.raises(ValueError, match="no unit of mass"):
        of_masses(Masses(hour=(), mass=(), flag=(), unit="stone"), FOUR_DAYS)
    twice = Masses(hour=(1, 1), mass=(None, None), flag=("N", "N"))
    with pytest.raises(ValueError, match=re.escape("an hour stands here twice")):
        of_masses(twice, FOUR_DAYS)
    assert (worse(["N", "N"]), worse(["N", "D"])) == ("N", "D")
