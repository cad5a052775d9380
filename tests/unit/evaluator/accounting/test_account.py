"""Accounts: nothing counted twice, CO2 by source, other gases apart, missing is never nought."""

from dataclasses import replace
from fractions import Fraction

import pytest

from services.evaluator.domain.accounting.account import account
from services.evaluator.domain.accounting.bundle import Adjustment, Kind
from services.evaluator.domain.accounting.exclusions import ExclusionError
from services.evaluator.domain.figures.figure import Figure, apply
from services.evaluator.domain.records.method import Method
from tests.unit.evaluator.accounting.builder import (
    CARRIERS,
    YEAR,
    bundle,
    metered,
    period,
    read,
    record,
    registered,
)

MWH = 1000
GRID = Fraction("0.6479")
COAL_CO2 = Fraction("20.934") * Fraction("0.02618") * Fraction("0.93") * Fraction(44, 12)


def recomputed(figure: Figure) -> Fraction | None:
    """The value from the leaves alone."""
    if figure.op is None:
        return figure.value
    values = [recomputed(part) for part in figure.operands]
    known = [value for value in values if value is not None]
    return apply(figure.op, known) if len(known) == len(values) else None


class TestEnergy:
    def test_of_a_power_plant_is_what_goes_in_less_what_it_sells(self) -> None:
        found = account(
            bundle(
                metered("raw-coal", "import", 1000),
                metered("raw-coal", "conversion_input", 1000),
                metered("electricity", "conversion_output", 2_000 * MWH),
                metered("electricity", "export", 1_800 * MWH),
            )
        )
        wanted = 1000 * Fraction("0.7143") - 1_800 * Fraction("0.1229")
        assert found["energy.calorific"].known == wanted
        assert found["energy.calorific.group.coal"].known == Fraction("714.3")

    def test_without_export_points_conversion_output_is_given_out(self) -> None:
        found = account(
            bundle(metered("raw-coal", "import", 10), metered("heat", "conversion_output", 100))
        )
        assert found["energy.calorific"].known == Fraction("7.143") - 100 * Fraction("0.03412")

    def test_plant_and_customers_in_one_region_count_once(self) -> None:
        plant = (
            metered("raw-coal", "import", 1000),
            metered("electricity", "export", 2_000 * MWH),
        )
        customer = (metered("electricity", "import", 2_000 * MWH),)
        region = account(bundle(*plant, *customer, kind=Kind.AGGREGATE))
        parts = [account(bundle(*plant)), account(bundle(*customer))]
        for line in ("energy.calorific", "energy.equivalent", "co2"):
            assert region[line].known == sum(part[line].known for part in parts)
        assert region["energy.calorific"].known == Fraction("714.3")
        assert region["co2"].known == 1000 * COAL_CO2

    def test_output_of_exporters_is_given_back_to_the_sum(self) -> None:
        lanes = (
            metered("raw-coal", "import", 1000),
            metered("electricity", "export", 2_000 * MWH),
            metered("electricity", "conversion_output", 2_100 * MWH),
        )
        back = Adjustment(carrier="electricity", quantity=read(2_100 * MWH, "kWh"), period=YEAR)
        region = replace(bundle(*lanes, kind=Kind.AGGREGATE), adjustments=(back,))
        plant = account(bundle(*lanes))
        assert account(region)["energy.calorific"].known == plant["energy.calorific"].known

    def test_series_differ_by_the_years_coal_rate(self) -> None:
        year = period("2020")
        found = account(bundle(metered("electricity", "import", 10_000, year), of=year))
        assert found["energy.calorific"].known == Fraction("1.229")
        assert found["energy.equivalent"].known == Fraction("3.055")

    def test_pollutants_are_no_energy(self) -> None:
        found = account(bundle(metered("co2", "import", 5)))
        assert found["energy.calorific"].value is None
        assert found["co2"].value is None

    def test_a_quantity_over_a_change_of_factor_cannot_be_counted(self) -> None:
        two = period("2022/2024")
        found = account(bundle(metered("electricity", "import", 5, two), of=two))
        assert "changes in the period" in found["co2"].missing[0].en

    def test_a_carrier_without_a_coefficient_is_missing_not_nought(self) -> None:
        found = account(
            bundle(
                metered("straw", "import", 5),
                metered("raw-coal", "import", 5),
                carriers={**CARRIERS, "straw": {"unit": "t", "name_en": "straw"}},
            )
        )
        assert found["energy.calorific"].value is None
        assert "no factor" in found["energy.calorific"].missing[0].en
        assert found["energy.calorific.raw-coal"].known == Fraction("3.5715")

    def test_units_that_nobody_relates_are_named(self) -> None:
        found = account(
            bundle(
                metered("natural-gas", "import", 5, unit="bag"),
                carriers={"natural-gas": {"unit": "bag"}},
            )
        )
        assert "add the unit" in found["energy.calorific"].missing[0].en
        assert "add the unit" in found["co2"].missing[0].en

    def test_a_missing_quantity_makes_its_lines_missing(self) -> None:
        found = account(bundle(metered("raw-coal", "import", None)))
        assert found["energy.calorific"].missing == found["co2"].missing
        assert found["energy.calorific"].missing[0].en == "no reading"


class TestCarbon:
    def test_by_source(self) -> None:
        found = account(
            bundle(
                metered("raw-coal", "import", 100),
                metered("raw-coal", "feedstock", 40),
                metered("electricity", "import", 10 * MWH),
                metered("heat", "import", 50),
                metered("solar-power", "import", 7 * MWH),
                stated={
                    ("process-emission", "limestone"): read(10, "t"),
                    ("process-emission", "clinker"): read(1, "万tCO2"),
                },
            )
        )
        assert found["co2.fuel"].known == 60 * COAL_CO2
        assert found["co2.electricity"].known == 10 * GRID
        assert found["co2.heat"].known == Fraction("5.5")
        assert found["co2.process"].known == Fraction("4.397") + 10_000
        parts = ("co2.fuel", "co2.process", "co2.electricity", "co2.heat")
        assert found["co2"].known == sum(found[part].known for part in parts)
        assert found["co2.direct"].known == found["co2.fuel"].known + found["co2.process"].known

    @pytest.mark.parametrize("item", ["process-emission", "ghg", "feedstock-energy"])
    def test_of_a_statement_that_is_missing_that_alone_is_said(self, item: str) -> None:
        """A missing statement may have no unit; that is nothing to tell anybody."""
        asked = bundle(metered("raw-coal", "import", 1), stated={(item, "ch4"): read(None, "")})
        line = {"process-emission": "co2", "ghg": "co2e"}.get(item, "energy.net.total.calorific")
        assert [reason.en for reason in account(asked)[line].missing] == ["no reading"]

    def test_gases_and_sinks_are_never_inside(self) -> None:
        plain = account(bundle(metered("raw-coal", "import", 100)))
        found = account(
            bundle(
                metered("raw-coal", "import", 100),
                stated={
                    ("ghg", "CH4"): read(2, "t"),
                    ("ghg", "SF6"): read(3, "kg"),
                    ("sink", ""): read(50, "tCO2"),
                },
            )
        )
        assert found["co2"].known == plain["co2"].known
        assert found["ghg"].known == 2 * 28 + Fraction("0.003") * 23500
        assert found["co2e"].known == found["co2"].known + found["ghg"].known
        assert found["outside.sink"].known == 50
        assert found["energy.net.total.calorific"].known == found["energy.calorific"].known

    def test_sinks_cannot_be_deducted(self) -> None:
        asked = replace(bundle(metered("raw-coal", "import", 1)), exclusions=("sink",))
        with pytest.raises(ExclusionError, match="sinks never offset"):
            account(asked)

    def test_methods_choose_the_edition_and_the_potentials(self) -> None:
        method = Method(subject="enterprise:E", edition="power-2022", gwp="gwp-ar6")
        asked = replace(
            bundle(metered("raw-coal", "import", 1), stated={("ghg", "CH4"): read(1, "t")}),
            methods=(method,),
        )
        found = account(asked)
        assert found["co2.fuel"].known == Fraction("20.934") * Fraction("0.03085") * Fraction(
            "0.99"
        ) * Fraction(44, 12)
        assert found["ghg"].known == Fraction("27.9")

    @pytest.mark.parametrize("coal", ["slime", "middlings", "gangue", "cleaned-coal"])
    def test_the_power_guideline_is_for_all_coal(self, coal: str) -> None:
        carriers = {**CARRIERS, coal: {"unit": "t"}}
        asked = bundle(metered(coal, "import", 1, unit="t"), carriers=carriers)
        found = account(
            replace(asked, methods=(Method(subject="enterprise:E", edition="power-2022"),))
        )
        ncv = {"cleaned-coal": "26.344"}.get(coal, "8.374")
        wanted = Fraction(ncv) * Fraction("0.03085") * Fraction("0.99") * Fraction(44, 12)
        assert found["co2.fuel"].known == wanted

    def test_by_standard_coal_as_regions_account(self) -> None:
        found = account(
            bundle(metered("raw-coal", "import", 100), metered("natural-gas", "import", 1000))
        )
        assert found["co2.by-standard-coal"].known == (
            Fraction("71.43") * Fraction("2.66") + Fraction("1.2143") * Fraction("1.56")
        )

    def test_the_stack_stands_beside_it_with_the_gap(self) -> None:
        asked = replace(
            bundle(metered("raw-coal", "import", 100)), measured=read(200, "tCO2", "stack")
        )
        found = account(asked)
        assert found["co2.measured"].known == 200
        assert found["co2.gap"].known == 200 - 100 * COAL_CO2
        assert found["co2.gap-share"].known == found["co2.gap"].known / COAL_CO2

    def test_a_carrier_without_co2_is_nought_not_missing(self) -> None:
        assert account(bundle(metered("solar-power", "import", 7)))["co2"].known == 0

    def test_another_version_gives_another_figure(self) -> None:
        lanes = metered("electricity", "import", 10 * MWH)
        book = registered(
            record("grid", "electricity", "0.6", "kgCO2/kWh", place="150000",
                   valid_from="2023-01-01", valid_to="2024-01-01")
        )  # fmt: skip
        assert account(bundle(lanes))["co2"].known == Fraction("6.479")
        assert account(bundle(lanes, factors=book))["co2"].known == 6


def test_every_line_follows_from_its_leaves() -> None:
    found = account(
        bundle(
            metered("raw-coal", "import", 100),
            metered("raw-coal", "feedstock", 30),
            metered("electricity", "import", 10 * MWH),
            metered("heat", "export", 20),
            kind=Kind.AGGREGATE,
            stated={
                ("energy-unmonitored", ""): read(30, "tce"),
                ("co2-unmonitored", ""): read(9, "tCO2"),
                ("ghg", "N2O"): read(1, "t"),
                ("major-project-energy", ""): read(2, "tce"),
            },
        )
    )
    for figure in found.lines.values():
        assert figure.value is not None
        assert recomputed(figure) == figure.value
