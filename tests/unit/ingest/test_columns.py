"""Columns of texts, numbers and instants: the quick way means what the slow way means."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.ingest.domain.admission import decimals, instants, texts
from services.ingest.domain.admission.decimals import Fault
from services.ingest.domain.admission.instants import Form
from shared.model.instants import to_us

WORDS = st.text(max_size=40)
PLAIN = st.from_regex(r"-?[0-9]{1,19}(\.[0-9]{0,10})?", fullmatch=True)
ODD = st.from_regex(r"[-+ ]?[0-9]{0,12}\.?[0-9]{0,12}([eE][-+]?[0-9]{1,4})?[ -/]?", fullmatch=True)


def parsed(values: Sequence[str], scale: int) -> list[tuple[int, int]]:
    numbers = decimals.parse(texts.of(values), np.full(len(values), scale, np.int64))
    return list(zip(numbers.mantissa.tolist(), numbers.fault.tolist(), strict=True))


class TestNumbers:
    @given(st.lists(PLAIN | ODD | WORDS, min_size=1, max_size=30), st.integers(0, 9))
    @example(["12345678.12345678", "-0.00", "-", "", ".", "1./2", "0.10", "1234567890123456.5"], 2)
    def test_the_quick_way_reads_what_the_slow_way_reads(
        self, values: list[str], scale: int
    ) -> None:
        slow = [decimals.parse_one(value, scale) for value in values]
        assert parsed(values, scale) == [(mantissa, int(fault)) for mantissa, fault in slow]

    @given(st.integers(0, 10**18 - 1), st.integers(0, 9))
    def test_every_number_of_the_books_is_read_exactly(self, mantissa: int, scale: int) -> None:
        written = format(Decimal((0, tuple(map(int, str(mantissa))), -scale)), "f")
        assert decimals.parse_one(written, scale) == (mantissa, Fault.NONE)

    @pytest.mark.parametrize(
        ("written", "scale", "expected"),
        [
            ("12.50", 1, (125, Fault.NONE)),
            ("12.55", 1, (0, Fault.TOO_FINE)),
            ("1e3", 0, (1000, Fault.NONE)),
            ("1E-2", 2, (1, Fault.NONE)),
            ("1e999", 2, (0, Fault.TOO_LARGE)),
            ("1e-999", 2, (0, Fault.TOO_FINE)),
            ("0e-999", 2, (0, Fault.NONE)),
            ("-0", 2, (0, Fault.NONE)),
            ("-0.1", 2, (0, Fault.NEGATIVE)),
            ("1_000", 0, (0, Fault.NOT_A_NUMBER)),
            ("NaN", 0, (0, Fault.NOT_A_NUMBER)),
            ("Infinity", 0, (0, Fault.NOT_A_NUMBER)),
            ("١٢", 0, (0, Fault.NOT_A_NUMBER)),
            ("1,5", 1, (0, Fault.NOT_A_NUMBER)),
            ("9" * 18, 0, (10**18 - 1, Fault.NONE)),
            ("9" * 19, 0, (0, Fault.TOO_LARGE)),
        ],
    )
    def test_what_texts_mean(self, written: str, scale: int, expected: tuple[int, Fault]) -> None:
        assert decimals.parse_one(written, scale) == expected
        assert parsed([written], scale) == [(expected[0], int(expected[1]))]

    def test_whole_numbers_are_minus_one_where_there_is_none(self) -> None:
        column = texts.of(["0", "17", "-1", "1.5", "x", None])
        assert decimals.whole_numbers(column).tolist() == [0, 17, -1, -1, -1, -1]


MOMENTS = st.datetimes(
    min_value=datetime(1, 1, 3),  # noqa: DTZ001 - zones are drawn
    max_value=datetime(9999, 12, 29),  # noqa: DTZ001
)
ZONES = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda m: timezone(timedelta(minutes=m)))
MUTATED = st.from_regex(
    r"[0-9]{4}-[0-1][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9]"
    r"(\.[0-9]{1,8})?([Zz]|[+-][0-2][0-9]:[0-6][0-9])?",
    fullmatch=True,
)


def instants_of(values: Sequence[str]) -> list[tuple[int, int]]:
    found = instants.parse(texts.of(values))
    return list(zip(found.us.tolist(), found.form.tolist(), strict=True))


class TestInstants:
    @given(st.lists(MUTATED | WORDS, min_size=1, max_size=20))
    @example(["2026-03-02T00:00:00Z", "2026-03-02T00:00:00.5Z", "2026-03-02T00:00:00"])
    @example(["2026-03-02T00:00:00X"])
    @example(["2026-02-29T00:00:00+08:00"])
    @example(["0000-01-01T00:00:00Z"])
    def test_the_quick_way_reads_what_the_slow_way_reads(self, values: list[str]) -> None:
        slow = [instants.parse_one(value) for value in values]
        assert instants_of(values) == [(us, int(form)) for us, form in slow]

    @given(st.lists(MUTATED, min_size=1, max_size=3), st.integers(0, 24), st.characters())
    def test_one_strange_character_does_not_slip_through(
        self, values: list[str], place: int, strange: str
    ) -> None:
        values = [value[:place] + strange + value[place + 1 :] for value in values]
        slow = [instants.parse_one(value) for value in values]
        assert instants_of(values) == [(us, int(form)) for us, form in slow]

    @given(MOMENTS, ZONES)
    def test_what_python_writes_is_read_as_python_means_it(
        self, moment: datetime, zone: timezone
    ) -> None:
        aware = moment.replace(tzinfo=zone)
        assert instants.parse_one(aware.isoformat()) == (to_us(aware), Form.ZONED)

    @given(MOMENTS)
    def test_without_a_zone_it_is_the_clock_on_the_wall(self, moment: datetime) -> None:
        wall = to_us(moment.replace(tzinfo=UTC))
        assert instants.parse_one(moment.isoformat()) == (wall, Form.LOCAL)

    @pytest.mark.parametrize(
        "written",
        [
            "2026-03-02T00:00:60Z",
            "2026-03-02T24:00:00Z",
            "2026-03-02T00:00Z",
            "2026-03-02",
            "2026-03-02T00:00:00.1234567Z",
            "2026-03-02T00:00:00+24:00",
            "2026-03-02T00:00:00+0800",
            "2026-13-02T00:00:00Z",
        ],
    )
    def test_what_is_none(self, written: str) -> None:
        assert instants.parse_one(written) == (0, Form.BAD)


class TestTexts:
    @given(st.lists(st.none() | WORDS, max_size=20))
    def test_a_column_gives_its_texts_back(self, values: list[str | None]) -> None:
        column = texts.of(values)
        assert [column.text(index) for index in range(len(column))] == values

    @given(st.sets(st.text(min_size=1, max_size=70), max_size=60), st.lists(WORDS, max_size=30))
    def test_what_is_known_is_found_and_nothing_else(
        self, known: set[str], others: list[str]
    ) -> None:
        ordered = sorted(known)
        wanted = [*ordered, *others]
        found = texts.Lookup(ordered).find(texts.of(wanted))
        places = {word: place for place, word in enumerate(ordered)}
        assert found.tolist() == [places.get(word, -1) for word in wanted]

    def test_many_alike_codes_are_told_apart(self) -> None:
        codes = [f"meter-{number:06d}" for number in range(20_000)]
        assert texts.Lookup(codes).find(texts.of(codes)).tolist() == list(range(20_000))
