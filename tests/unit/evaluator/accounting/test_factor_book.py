"""Factors by place and time: the nearest, the newest that holds, and marks on anything else."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.adapters.factors_file import (
    FactorsError,
    load_factors,
    load_shipped,
    parse_factors,
)
from services.evaluator.domain.accounting.account import cuts
from services.evaluator.domain.budget import Series
from services.evaluator.domain.factor_book import FactorBook, FactorLine
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.records.factor import FactorRecord
from tests.unit.evaluator.accounting.builder import (
    BOOK,
    CARRIERS,
    SHIPPED,
    period,
    record,
    registered,
)


def flags(figure: Figure) -> str:
    return "; ".join(flag.en for flag in figure.flags)


def grid(region: str, when: str = "2023", book: FactorBook = BOOK) -> Figure:
    return book.find("grid", "electricity", book.places([region]), period(when))


class TestPlaces:
    @pytest.mark.parametrize(
        ("regions", "wanted"),
        [
            (("150203", "150200", "150000"), ("150000", "华北", "CN")),
            (("150203001",), ("150000", "华北", "CN")),
            (("150402",), ("150000", "东北", "CN")),
            (("540102",), ("540000", "西南", "CN")),
            (("430811", "430800", "430000", "100000"), ("430000", "华中", "CN")),
            (("100000",), ("CN",)),
            ((), ("?", "CN")),
            (("110101", "120101"), ("?", "CN")),
            (("710000",), ("710000", "CN")),
            (("park-7",), ("?", "CN")),
        ],
    )
    def test_chain(self, regions: tuple[str, ...], wanted: tuple[str, ...]) -> None:
        assert BOOK.places(regions) == wanted

    def test_a_place_with_factors_of_its_own_is_looked_at(self) -> None:
        own = registered(record("grid", "electricity", "0.5", "kgCO2/kWh", place="150200"))
        assert own.places(["150203"]) == ("150200", "150000", "华北", "CN")
        assert grid("150203", book=own).known == record("g", "e", "0.5", "u").value


class TestGrid:
    def test_of_the_province_without_a_remark(self) -> None:
        found = grid("150203")
        assert f"{float(found.known):.4f}" == "0.6479"
        assert "is used" not in flags(found)
        assert found.source is not None
        assert found.source.href == ("/v1/factors?key=grid%2Felectricity%2F150000%2F2023-01-01")
        assert found.source.pointer == "/items/0/body/value"

    def test_tibet_takes_that_of_the_southwest(self) -> None:
        found = grid("540102")
        assert f"{float(found.known):.4f}" == "0.2472"
        assert "the value of the grid region 西南 is used" in flags(found)

    def test_before_provinces_were_published_the_nation(self) -> None:
        found = grid("150000", "2021")
        assert f"{float(found.known):.4f}" == "0.5568"
        assert "the national value is used" in flags(found)

    @pytest.mark.parametrize("regions", [(), ("110101", "630102"), ("park-7",), ("990000",)])
    def test_of_nowhere_or_of_several_provinces_the_nation_and_it_says_so(
        self, regions: tuple[str, ...]
    ) -> None:
        found = BOOK.find("grid", "electricity", BOOK.places(regions), period("2023"))
        assert f"{float(found.known):.4f}" == "0.5306"
        assert "the national value is used" in flags(found)

    def test_of_the_nation_itself_without_a_remark(self) -> None:
        assert "is used" not in flags(grid("100000"))

    def test_after_the_last_year_carried_forward(self) -> None:
        found = grid("150000", "2025Q3")
        assert f"{float(found.known):.4f}" == "0.6479"
        assert "the value of 2023 is carried forward" in flags(found)

    def test_before_the_first_year_missing(self) -> None:
        found = grid("150000", "2015")
        assert found.value is None
        assert "series grid, item electricity, place 150000" in found.missing[0].en

    def test_a_period_of_several_years_is_cut(self) -> None:
        spans = BOOK.spans("grid", "electricity", BOOK.places(["150000"]), period("2020/2025"))
        assert [float(figure.value) if figure.value else None for _, figure in spans] == [
            None,
            0.5568,
            0.6849,
            0.6479,
            0.6479,
        ]
        assert spans[0][0].end_hour == period("2021").first_hour
        whole = BOOK.find("grid", "electricity", BOOK.places(["150000"]), period("2022/2024"))
        assert "changes in the period" in whole.missing[0].en

    def test_confidence_is_marked(self) -> None:
        assert "transcription (T)" in flags(grid("150000"))
        heat = BOOK.find("heat-co2", "heat", ("CN",), period("2023"))
        assert "not checked (R)" in flags(heat)


class TestTheRegister:
    def test_a_record_with_the_same_key_replaces_the_shipped_one(self) -> None:
        other = record(
            "grid",
            "electricity",
            "0.7",
            "kgCO2/kWh",
            place="150000",
            valid_from="2023-01-01",
            valid_to="2024-01-01",
        )
        book = registered(other, version=3, as_of=17)
        found = grid("150203", book=book)
        assert found.known == other.value
        assert found.source is not None
        assert found.source.version == "test #3"
        assert found.source.href.endswith("&as_of=commit:17")
        assert len(book.lines) == len(SHIPPED.records)

    def test_of_two_that_hold_the_later_begun_counts(self) -> None:
        book = FactorBook(
            lines=(
                FactorLine(record=record("s", "i", "1", "u")),
                FactorLine(record=record("s", "i", "2", "u", valid_from="2023-07-01")),
            )
        )
        spans = book.spans("s", "i", (), period("2023"))
        assert [figure.known for _, figure in spans] == [1, 2]

    @given(
        st.lists(
            st.tuples(st.integers(2015, 2025), st.integers(1, 3), st.sampled_from(["", "CN"])),
            unique_by=lambda row: (row[0], row[2]),
            max_size=8,
        )
    )
    def test_spans_fill_the_period_whatever_the_order(
        self, given_years: list[tuple[int, int, str]]
    ) -> None:
        records = [
            record(
                "s",
                "i",
                str(year),
                "u",
                place=place,
                valid_from=f"{year}-01-01",
                valid_to=f"{year + length}-01-01",
            )
            for year, length, place in given_years
        ]
        whole = period("2014/2030")

        def spans(listed: list[FactorRecord]) -> list[tuple[int, int, object]]:
            book = FactorBook(lines=tuple(FactorLine(record=one) for one in listed))
            found = book.spans("s", "i", ("CN",), whole)
            return [(p.first_hour, p.end_hour, figure.value) for p, figure in found]

        found = spans(records)
        assert found == spans(records[::-1])
        assert found[0][0] == whole.first_hour
        assert found[-1][1] == whole.end_hour
        assert all(a[1] == b[0] for a, b in pairwise(found))


def test_cuts_are_where_a_factor_of_the_carriers_changes() -> None:
    places = BOOK.places(["150000"])
    parts = cuts(BOOK, CARRIERS, places, period("2022/2024"))
    assert [part.first_hour for part in parts] == [
        period("2022").first_hour,
        period("2023").first_hour,
    ]
    coal = cuts(BOOK, ["raw-coal"], places, period("2022/2024"))
    assert coal == (period("2022/2024"),)


class TestFiles:
    def test_an_offices_file_replaces_rows_and_keeps_the_rest(self, tmp_path: object) -> None:
        text = (
            "version: ours-1\nsource: our laboratory\nfactors:\n"
            "  - {series: [tce-calorific, tce-equivalent], item: raw-coal, unit: kgce/kg,"
            ' value: "0.6500", confidence: S}\n'
        )
        path = f"{tmp_path}/ours.yaml"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        table = load_factors(path)
        (coal,) = table.of("raw-coal", Series.CALORIFIC)
        assert (str(coal.kgce), coal.version, table.version) == ("0.6500", "ours-1", "ours-1")
        assert len(load_shipped(path).records) == len(SHIPPED.records)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("factors: [", "cannot be read"),
            ("version: 1\nsource: s\nfactors: [{series: a}]", "factor 1: "),
            (
                "version: 1\nsource: s\nfactors: [{series: a, item: b, unit: c, value: 1,"
                " confidence: S, valid: [2023-01-01, 2022-01-01]}]",
                "no time at all",
            ),
            (
                "version: 1\nsource: s\nfactors:\n"
                "  - {series: a, item: b, unit: c, value: 1, confidence: S}\n"
                "  - {series: a, item: b, unit: c, value: 2, confidence: S}\n",
                "two factors hold",
            ),
        ],
    )
    def test_faults_are_named(self, text: str, said: str) -> None:
        with pytest.raises(FactorsError, match=said):
            parse_factors(text)
