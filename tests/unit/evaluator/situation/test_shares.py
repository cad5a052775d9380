"""Shares and pulls of parts, and texts of many values."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.adapters.industries_file import load_industries
from services.evaluator.domain.figures.rendering import exact, for_people
from services.evaluator.domain.situation.industries import division_of
from services.evaluator.domain.situation.shares import (
    Two,
    at_least,
    ranked,
    summed,
    together,
    weighed,
)
from services.evaluator.domain.situation.texts import Texts

values = st.fractions(max_denominator=10**6)
amounts = st.lists(st.one_of(st.none(), values), max_size=12)


class TestShares:
    def test_a_published_group_of_users_pulls_as_it_is_told(self) -> None:
        whole = Two(now=Fraction("355.4"), earlier=Fraction("355.4") / Fraction("0.999"))
        group = Two(now=Fraction("273.0"), earlier=Fraction("273.0") / Fraction("0.964"))
        found = weighed(group, whole)
        assert for_people(found.share, "%") == "76.81"
        assert for_people(found.pull, "pp") == "-2.87"
        assert for_people(group.change, "%") == "-3.60"

    def test_what_is_not_known_is_not_nought(self) -> None:
        found = weighed(Two(now=Fraction(1), earlier=None), Two(now=Fraction(4), earlier=None))
        assert (found.share, found.share_change, found.pull) == (Fraction(25), None, None)
        assert Two(now=Fraction(1), earlier=Fraction(0)).change is None

    @given(st.lists(st.tuples(values, values), min_size=1, max_size=8))
    def test_parts_of_a_whole_pull_as_much_as_it_moved(
        self, parts: list[tuple[Fraction, Fraction]]
    ) -> None:
        listed = [Two(now=now, earlier=earlier) for now, earlier in parts]
        whole = together(listed)
        pulls = [weighed(part, whole).pull for part in listed]
        assert summed(pulls) == whole.change

    @given(amounts, values)
    def test_the_largest_come_first_and_the_unknown_last(
        self, listed: list[Fraction | None], least: Fraction
    ) -> None:
        order = sorted(range(len(listed)), key=ranked(listed).__getitem__)
        known = [value for at in order if (value := listed[at]) is not None]
        assert known == sorted(known, reverse=True)
        assert all(listed[at] is None for at in order[len(known) :])
        assert [listed[at] for at in at_least(listed, least)] == [
            value for value in listed if value is not None and value >= least
        ]


decimals = st.decimals(allow_nan=False, allow_infinity=False, places=9).map(Fraction)


@given(st.lists(st.one_of(st.none(), st.fractions(), decimals)))
def test_texts_are_those_of_single_figures(listed: list[Fraction | None]) -> None:
    texts = Texts()
    assert [texts.exact(value) for value in listed] == [exact(value) for value in listed]


class TestIndustries:
    def test_all_divisions_are_there_once(self) -> None:
        known = load_industries()
        assert list(known.divisions) == [f"{nth:02d}" for nth in range(1, 98)]
        assert [one.letter for one in known.sections] == list("ABCDEFGHIJKLMNOPQRST")
        assert set(known.six) <= set(known.divisions)
        assert all(label.zh and label.en for label in known.divisions.values())

    @pytest.mark.parametrize(
        ("industry", "division", "sector"),
        [
            ("C3120", "31", "industry"),
            ("06", "06", "industry"),
            ("D441", "44", "industry"),
            ("4710", "47", "construction"),
            ("G54", "54", "transport"),
            ("A01", "01", "other"),
            ("9999", "99", "other"),
            ("", "", "other"),
            ("steel", "", "other"),
        ],
    )
    def test_sectors_are_made_of_sections(self, industry: str, division: str, sector: str) -> None:
        assert division_of(industry) == division
        assert load_industries().sector_of(division) == sector
