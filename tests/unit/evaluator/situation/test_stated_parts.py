"""Parts as they were printed: which divide a whole, and whether they add up to it."""

from decimal import Decimal

import pytest

from services.evaluator.adapters.stated_parts_file import load_words
from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.situation.stated_parts import (
    Division,
    Printed,
    contradictions,
    last_digit,
)

WORDS = load_words()
HUNAN = ("194.08", "408.70", "649.95", "700.04", "214.80", "806.87")
TAIAN = {
    "mining": ("42.7", "9.3"),
    "manufacturing": ("343.0", "70.9"),
    "utilities": ("95.9", "19.8"),
}


def wan(text: str) -> Printed:
    return Printed(value=Decimal(text), unit="万tce")


def test_hunan_passes_though_it_is_off_by_one_printed_unit() -> None:
    parts = {Label(f"部分{nr}", f"part {nr}"): wan(one) for nr, one in enumerate(HUNAN)}
    assert contradictions(wan("2974.43"), parts, {}, complete=True) == ()
    (found,) = contradictions(wan("2974.40"), parts, {}, complete=True)
    assert found.en == "the parts add to 2974.44, not to 2974.40"


def test_taian_is_stopped_by_the_sum_and_by_mining() -> None:
    parts = {WORDS.name(code): wan(value) for code, (value, _) in TAIAN.items()}
    shares = {WORDS.name(code): Decimal(share) for code, (_, share) in TAIAN.items()}
    whole, mining = contradictions(wan("484.1"), parts, shares, complete=True)
    assert "481.6" in whole.zh
    assert "484.1" in whole.en
    assert mining.zh == "采矿业占比应为8.8%，所述为9.3%"
    assert mining.en == "the share of mining is 8.8 %, not 9.3 %"
    assert contradictions(wan("484.1"), parts, shares, complete=False) == (mining,)


def test_other_sizes_of_the_unit_are_brought_to_that_of_the_whole() -> None:
    parts = {
        Label("甲", "a"): Printed(value=Decimal(400_000), unit="tce"),
        Label("乙", "b"): wan("60"),
    }
    assert contradictions(wan("100"), parts, {}, complete=True) == ()
    assert Printed(value=Decimal("1.5"), unit="kgce").in_unit("万tce").value == Decimal("1.5E-7")


@pytest.mark.parametrize(
    ("text", "digit"), [("194.08", "0.01"), ("343.0", "0.1"), ("200", "1"), ("2E+2", "1")]
)
def test_the_last_digit(text: str, digit: str) -> None:
    assert wan(text).digit == Decimal(digit)


def test_the_finest_digit_counts_because_noughts_are_lost() -> None:
    assert last_digit([wan("343"), wan("42.7")]) == Decimal("0.1")


def divided(*stated: str, aside: tuple[str, ...] = ()) -> list[Division]:
    return list(WORDS.divisions(stated, aside))


def test_parts_divide_the_whole_and_key_users_cut_across() -> None:
    division, beside = divided("utilities", "mining", "manufacturing", "key-users", "自定义")
    assert division == Division(
        whole="", parts=("mining", "manufacturing", "utilities", "自定义"), complete=True
    )
    assert beside == Division(whole="", parts=("key-users",), complete=False)


def test_parts_of_a_part_stand_below_it() -> None:
    whole, industry = divided("industry", "mining", "manufacturing", "utilities", "households")
    assert whole.parts == ("industry", "households")
    assert industry == Division(
        whole="industry", parts=("mining", "manufacturing", "utilities"), complete=True
    )
    _, some = divided("industry", "chemicals", "households")
    assert some == Division(whole="industry", parts=("chemicals",), complete=False)


def test_one_part_alone_and_what_is_said_to_be_some_divide_nothing() -> None:
    assert divided("chemicals") == [Division(whole="", parts=("chemicals",), complete=False)]
    found = divided("primary", "secondary", "chemicals", aside=("chemicals",))
    assert [one.complete for one in found] == [True, False]
    assert divided() == []
