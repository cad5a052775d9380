"""Published tables come out to the printed digit, with the exceptions that are known by name."""

from fractions import Fraction

import pytest

from services.evaluator.domain.accounting.account import account
from services.evaluator.domain.budget import Series, shown
from services.evaluator.domain.figures.figure import Label, over
from tests.unit.evaluator.accounting.builder import (
    BOOK,
    SHIPPED,
    YEAR,
    bundle,
    metered,
    period,
    record,
    registered,
    rows,
)

COAL = rows("policy/standard_coal.csv")
FUELS = rows("policy/fuel_co2.csv")
GWP = rows("policy/gwp.csv")
GRIDS = rows("policy/grid_regions.csv")
FINAL_2007 = rows("statistics/oracle_final_consumption_2007_conversion.csv")
PRINTED_OTHERWISE = {
    "coal-tar": ("1.1429", "1.1428"),
    "other-coking-products": ("1.1429", "1.1428"),
    "coke-gas": ("0.5571", "0.5572"),
    "steam": ("0.1286", "0.1284"),
    "electricity": ("0.1229", "0.1228"),
    "fresh-water": ("0.2571", "0.2573"),
    "soft-water": ("0.4857", "0.4859"),
    "compressed-air": ("0.0400", "0.0399"),
}


def decimals(text: str) -> int:
    return len(text.partition(".")[2])


class TestStandardCoal:
    @pytest.mark.parametrize("row", COAL, ids=lambda row: str(row["carrier"]))
    def test_the_printed_coefficient_is_in_use(self, row: dict[str, str]) -> None:
        found = BOOK.find("tce-calorific", row["carrier"], ("CN",), YEAR)
        assert found.known == Fraction(row["kgce"])
        assert found.unit == f"kgce/{row['unit']}"

    @pytest.mark.parametrize("row", COAL, ids=lambda row: str(row["carrier"]))
    def test_follows_from_the_calorific_value_beside_it(self, row: dict[str, str]) -> None:
        ncv = BOOK.find("ncv", row["carrier"], ("CN",), YEAR).known
        computed = shown(ncv * 10 / 293_076, decimals(row["kgce"]))
        printed = row["kgce"]
        assert (printed, computed) == PRINTED_OTHERWISE.get(row["carrier"], (printed, printed))
        assert computed == row["computed"]

    def test_nothing_else_is_printed_otherwise(self) -> None:
        others = {row["carrier"] for row in COAL if row["kgce"] != row["computed"]}
        assert others == set(PRINTED_OTHERWISE)


class TestFuels:
    @pytest.mark.parametrize("row", FUELS, ids=lambda row: str(row["fuel"]))
    def test_co2_to_the_printed_digit(self, row: dict[str, str]) -> None:
        code = row["fuel"]
        found = account(
            bundle(
                metered(code, "import", 1, unit=row["unit"]), carriers={code: {"unit": row["unit"]}}
            )
        )
        carbon = found["co2.fuel"].known
        assert shown(carbon, decimals(row["tco2_per_unit"])) == row["tco2_per_unit"]
        coal = Fraction(row["ncv"]) / Fraction("29.3076")
        assert shown(carbon / coal, 3) == row["tco2_per_tce"]

    def test_another_edition_stands_beside_the_usual_one(self) -> None:
        usual = BOOK.find("fuel-ncv", "diesel", ("CN",), YEAR)
        other = BOOK.find("fuel-ncv-power-2022", "diesel", ("CN",), YEAR)
        assert (usual.known, other.known) == (Fraction("43.33"), Fraction("42.652"))
        assert other.source is not None
        assert other.source.confidence == "R"


class TestGrids:
    @pytest.mark.parametrize("row", GRIDS, ids=lambda row: str(row["region"]))
    def test_falls_as_computed(self, row: dict[str, str]) -> None:
        place = (row["region"],)
        before = BOOK.find("grid", "electricity", place, period("2022"))
        after = BOOK.find("grid", "electricity", place, period("2023"))
        label = Label("变化", "change")
        change = over(label, "", after, before).known - 1
        assert shown(change * 100, 2) == row["computed_fall_pct"]
        if row["region"] != "东北":
            assert shown(change * 100, 1) == row["published_fall_pct"]

    def test_northeast_is_the_named_exception(self) -> None:
        (row,) = [row for row in GRIDS if row["region"] == "东北"]
        assert (row["published_fall_pct"], row["computed_fall_pct"]) == ("-8.0", "-7.94")

    def test_series_of_grids_never_stand_in_for_one_another(self) -> None:
        ets = BOOK.find("grid-ets", "electricity", ("CN",), period("2022"))
        grid = BOOK.find("grid", "electricity", ("CN",), period("2022"))
        assert (ets.known, grid.known) == (Fraction("0.5703"), Fraction("0.5366"))
        assert BOOK.find("footprint", "electricity", ("CN",), period("2022")).value is None


@pytest.mark.parametrize("row", GWP, ids=lambda row: str(row["gas"]))
def test_warming_potentials(row: dict[str, str]) -> None:
    for edition in ("ar4", "ar5", "ar6"):
        found = BOOK.find(f"gwp-{edition}", row["gas"], ("CN",), YEAR)
        assert found.known == Fraction(row[edition])


def test_every_shipped_factor_says_where_it_is_from_and_how_surely() -> None:
    for one in SHIPPED.records:
        assert one.source
        assert one.version
        assert set(one.confidence.split(",")) <= set("STCRI")
        assert one.series in SHIPPED.conventions.series


CODES = {
    "洗精煤": "cleaned-coal",
    "焦炭": "coke",
    "原油": "crude-oil",
    "汽油": "gasoline",
    "煤油": "kerosene",
    "柴油": "diesel",
    "燃料油": "fuel-oil",
    "液化石油气": "lpg",
    "炼厂干气": "refinery-gas",
    "天然气": "natural-gas",
    "热力": "heat",
    "电力": "electricity",
}
UNITS = {"万吨": "万t", "亿立方米": "亿m3", "万百万千焦(10^10 kJ)": "10TJ", "亿千瓦时": "亿kWh"}
YEARBOOK = registered(
    record("tce-calorific", "natural-gas", "1.33", "kgce/m3", valid_from="2007-01-01"),
    record("tce-equivalent", "natural-gas", "1.33", "kgce/m3", valid_from="2007-01-01"),
    record("tce-calorific", "heat", "0.0341", "kgce/MJ", valid_from="2007-01-01"),
    record("tce-equivalent", "heat", "0.0341", "kgce/MJ", valid_from="2007-01-01"),
)


class TestFinalConsumptionOf2007:
    """Quantities in 10 kt and the like; heat in 10¹⁰ kJ, which is ten TJ."""

    converted = tuple(row for row in FINAL_2007 if row["carrier"] in CODES)
    others = tuple(
        row for row in FINAL_2007 if row["carrier"] not in {*CODES, "煤合计", "油品合计"}
    )

    def energy(self, series: Series) -> dict[str, Fraction]:
        """10,000 tce by code."""
        year = period("2007")
        found = account(
            bundle(
                *(
                    metered(
                        CODES[row["carrier"]], "import", row["physical"], year, UNITS[row["unit"]]
                    )
                    for row in self.converted
                ),
                carriers={
                    CODES[row["carrier"]]: {
                        "unit": UNITS[row["unit"]],
                        "units": "MJ=0.0000001" if row["carrier"] == "热力" else "",
                    }
                    for row in self.converted
                },
                factors=YEARBOOK,
                of=year,
            )
        )
        return {code: found[f"energy.{series}.{code}"].known / 10_000 for code in CODES.values()}

    def test_twelve_carriers_exactly(self) -> None:
        found = self.energy(Series.CALORIFIC)
        assert len(found) == 12
        for row in self.converted:
            assert shown(found[CODES[row["carrier"]]], 4) == shown(
                Fraction(row["nominal_x_physical"]), 4
            )

    @pytest.mark.parametrize(
        ("series", "wanted"),
        [(Series.CALORIFIC, "183546.066"), (Series.EQUIVALENT, "253861.477")],
    )
    def test_the_total(self, series: Series, wanted: str) -> None:
        rest = sum((Fraction(row["tce_wan_ton"]) for row in self.others), Fraction(0))
        whole = sum(self.energy(series).values(), rest)
        assert shown(whole, 3) == wanted

    def test_by_the_coefficient_derived_from_the_yearbook(self) -> None:
        (found,) = YEARBOOK.spans("tce-equivalent", "electricity", ("CN",), period("2007"))
        assert shown(found[1].known * 10, 4) == "3.5231"
