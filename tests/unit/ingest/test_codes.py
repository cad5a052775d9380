"""Codes of divisions, enterprises and industries."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.domain.catalogue import codes

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class TestEnterprises:
    # Published codes of real bodies, from the standard's own examples and public registers.
    @pytest.mark.parametrize("code", ["91110000600037341L", "91350100M000100Y43"])
    def test_known_codes_pass(self, code: str) -> None:
        assert codes.enterprise_code(code) == code

    @given(
        st.text(ALPHABET, min_size=2, max_size=2),
        st.text("0123456789", min_size=6, max_size=6),
        st.text(ALPHABET, min_size=9, max_size=9),
        st.integers(0, 16),
        st.data(),
    )
    def test_one_wrong_character_is_noticed(
        self, kind: str, place: str, body: str, index: int, data: st.DataObject
    ) -> None:
        first = kind + place + body
        code = first + codes.check_character(first)
        assert codes.enterprise_code(code) == code
        allowed = "0123456789" if 2 <= index < 8 else ALPHABET
        other = data.draw(st.sampled_from([c for c in allowed if c != code[index]]))
        with pytest.raises(ValueError, match="GB 32100"):
            codes.enterprise_code(code[:index] + other + code[index + 1 :])


class TestRegions:
    @pytest.mark.parametrize(
        ("child", "parent"),
        [
            ("150000", codes.COUNTRY),
            ("150200", "150000"),
            ("150203", "150200"),
            ("150203001", "150203"),
            ("150203001002", "150203001"),
            ("150203001002", "150203001000"),
            ("429004", "420000"),
            ("150203001000", "150203"),
        ],
    )
    def test_a_division_lies_in_those_whose_digits_it_continues(
        self, child: str, parent: str
    ) -> None:
        assert codes.lies_in(child, parent)
        assert not codes.lies_in(parent, child)

    @pytest.mark.parametrize("code", ["1502", "15020X", "990000", "1502030012", ""])
    def test_other_codes_are_refused(self, code: str) -> None:
        with pytest.raises(ValueError, match=r"division|province"):
            codes.region_code(code)


class TestIndustries:
    @pytest.mark.parametrize("code", ["06", "C31", "3120", "C3120", "D44", "T97"])
    def test_divisions_groups_and_classes_pass(self, code: str) -> None:
        assert codes.industry_code(code) == code

    @pytest.mark.parametrize("code", ["3", "98", "00", "C44", "Z31", "31200", "steel"])
    def test_others_are_refused(self, code: str) -> None:
        with pytest.raises(ValueError, match="4754"):
            codes.industry_code(code)


@pytest.mark.parametrize(
    ("read", "good", "bad"),
    [
        (codes.word, "park-a.2_x", "-park"),
        (codes.word, "so2", "a b"),
        (codes.member_code, "park/91110000600037341L", "park"),
        (codes.point_code, "锅炉/1号:kWh", "a b"),
        (codes.point_code, "B01/elec#2", ""),
    ],
)
def test_words_of_our_own(read: Callable[[str], str], good: str, bad: str) -> None:
    assert read(good) == good
    with pytest.raises(ValueError, match=r"not|is"):
        read(bad)
