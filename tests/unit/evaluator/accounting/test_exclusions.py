"""Deductions: each from its own measure, none twice, certificates under their cap."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

from services.evaluator.domain.accounting.account import account
from services.evaluator.domain.accounting.bundle import Account, Kind
from services.evaluator.domain.accounting.exclusions import saving_needed
from services.evaluator.domain.figures.figure import Figure, Label, over
from tests.unit.evaluator.accounting.builder import bundle, metered, read

COAL = Fraction("0.7143")


def region(
    stated: Mapping[tuple[str, str], Figure],
    *,
    saving: str = "",
    exclusions: tuple[str, ...] | None = None,
) -> Account:
    """A region that burns 1,000 t of coal, 714.3 tce."""
    asked = bundle(metered("raw-coal", "import", 1000), kind=Kind.AGGREGATE, stated=stated)
    needed = read(saving, "tce", "saving") if saving else None
    return account(replace(asked, saving=needed, exclusions=exclusions))


def nets(found: Account) -> tuple[Fraction | None, Fraction | None]:
    """Net for the total, net for the intensity."""
    return (
        found["energy.net.total.calorific"].value,
        found["energy.net.intensity.calorific"].value,
    )


GROSS = 1000 * COAL


class TestWhatEachMeasureDeducts:
    @pytest.mark.parametrize(
        ("item", "name", "total", "intensity"),
        [
            ("feedstock-energy", "feedstock", 10, 10),
            ("new-renewable-energy", "new-renewables", 10, 0),
            ("non-fossil-energy", "non-fossil", 0, 10),
            ("major-project-energy", "major-projects", 10, 10),
        ],
    )
    def test_one_item(self, item: str, name: str, total: int, intensity: int) -> None:
        found = region({(item, ""): read(10, "tce")})
        assert nets(found) == (GROSS - total, GROSS - intensity)
        assert found[f"exclusion.{name}.calorific"].known == 10
        assert found["energy.calorific"].known == GROSS

    def test_a_target_may_name_fewer(self) -> None:
        stated = {("feedstock-energy", ""): read(10, "tce"),
                  ("non-fossil-energy", ""): read(7, "tce")}  # fmt: skip
        assert nets(region(stated, exclusions=("feedstock",))) == (GROSS - 10, GROSS - 10)
        assert nets(region(stated, exclusions=())) == (GROSS, GROSS)

    def test_what_a_target_names_and_nobody_states_is_remarked_upon(self) -> None:
        """Else a base year without a statement would be compared gross with a net one."""
        stated = {("feedstock-energy", ""): read(10, "tce")}
        lacking, there = (region(one, exclusions=("feedstock",)) for one in ({}, stated))
        for measure in ("total", "intensity"):
            name = f"energy.net.{measure}.calorific"
            assert "nothing is deducted" in lacking[name].flags[-1].en
            assert not [flag for flag in there[name].flags if "deducted" in flag.en]
        assert nets(lacking) == (GROSS, GROSS)
        other = region({}, exclusions=("new-renewables",))
        assert not [f for f in other["energy.net.intensity.calorific"].flags if "deducted" in f.en]

    def test_without_any_net_is_gross(self) -> None:
        assert nets(region({})) == (GROSS, GROSS)

    def test_statements_in_other_units_and_of_several_kinds(self) -> None:
        found = region(
            {
                ("non-fossil-energy", "wind"): read("0.001", "万tce"),
                ("non-fossil-energy", "sun"): read(5, "tce"),
            }
        )
        assert nets(found)[1] == GROSS - 15

    def test_a_unit_of_something_else_is_named(self) -> None:
        found = region({("feedstock-energy", ""): read(10, "kWh")})
        assert "kWh, which is not tce" in found["energy.net.total.calorific"].missing[0].en


class TestMetered:
    def test_feedstock_flows_are_evidence(self) -> None:
        found = account(
            bundle(metered("raw-coal", "import", 1000), metered("raw-coal", "feedstock", 300))
        )
        assert found["exclusion.feedstock.calorific"].known == 300 * COAL
        assert nets(found) == (700 * COAL, 700 * COAL)

    def test_what_is_stated_counts_instead_of_what_is_metered(self) -> None:
        found = account(
            bundle(
                metered("raw-coal", "import", 1000),
                metered("raw-coal", "feedstock", 300),
                stated={("feedstock-energy", ""): read(200, "tce")},
            )
        )
        assert nets(found)[0] == GROSS - 200

    def test_own_renewable_power_is_non_fossil(self) -> None:
        found = account(
            bundle(metered("raw-coal", "import", 1000), metered("solar-power", "import", 100_000))
        )
        power = Fraction("12.29")
        assert nets(found) == (GROSS + power, GROSS)
        assert found["energy.calorific.group.non-fossil"].known == power

    def test_both_years_are_compared_net(self) -> None:
        """E′ = E − F in the base year as in the target year."""
        years = [
            account(
                bundle(
                    metered("raw-coal", "import", burnt + raw),
                    metered("raw-coal", "feedstock", raw),
                )
            )
            for burnt, raw in ((1000, 100), (970, 400))
        ]
        before, after = (one["energy.net.intensity.calorific"] for one in years)
        assert over(Label("比", "ratio"), "", after, before).known == Fraction(97, 100)


class TestCertificates:
    def test_are_capped_at_half_of_the_saving(self) -> None:
        stated = {("certificates-in", ""): read(80, "tce")}
        found = region(stated, saving="100")
        assert found["exclusion.certificates.calorific"].known == 50
        assert nets(found) == (GROSS, GROSS - 50)
        assert nets(region(stated, saving="400"))[1] == GROSS - 80

    def test_without_a_known_saving_the_net_is_missing(self) -> None:
        found = region({("certificates-in", ""): read(80, "tce")})
        assert nets(found) == (GROSS, None)
        assert "no saving needed" in found["energy.net.intensity.calorific"].missing[0].en

    def test_of_the_province_or_bundled_with_power_are_there_already(self) -> None:
        found = region(
            {
                ("non-fossil-energy", ""): read(60, "tce"),
                ("certificates-in", "inter-provincial"): read(20, "tce"),
                ("certificates-in", "in-province"): read(30, "tce"),
                ("certificates-in", "bundled"): read(5, "tce"),
            },
            saving="1000",
        )
        assert nets(found)[1] == GROSS - 60 - 20
        assert found["exclusion.certificates-left-out.calorific"].known == 35

    def test_what_was_sold_counts_for_the_buyer(self) -> None:
        found = region(
            {
                ("non-fossil-energy", ""): read(60, "tce"),
                ("certificates-out", ""): read(25, "tce"),
            }
        )
        assert nets(found)[1] == GROSS - 60 + 25

    def test_need_the_target_to_allow_non_fossil(self) -> None:
        stated = {("certificates-in", ""): read(80, "tce")}
        assert nets(region(stated, saving="100", exclusions=("feedstock",)))[1] == GROSS

    def test_saving_needed(self) -> None:
        found = saving_needed(read("0.5", "tce/万元"), read("14", "%"), read(10_000, "万元", "GDP"))
        assert found.known == 700
