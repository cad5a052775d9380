"""What a set of changed targets must pass, and how faults are told."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from services.evaluator.domain.records.target import Form, State, Target
from services.evaluator.domain.targets.check import check_targets, remarks
from services.evaluator.domain.targets.tree import divisions, sums
from tests.unit.evaluator.targets.make import (
    TODAY,
    approved,
    catalogue,
    fall,
    known,
    plan,
    standing,
    told,
    total,
)

PLACES = catalogue()


def faults(*drafts: Target, upon: tuple[Target, ...] = ()) -> dict[str, str]:
    return told(check_targets(drafts, known(*upon), PLACES, TODAY))


class TestTotals:
    def test_adds_up_with_reserve_and_unmonitored(self) -> None:
        assert faults(*plan()) == {}

    def test_names_parent_sum_and_difference(self) -> None:
        whole, a, b, _ = plan()
        assert faults(whole, a, b) == {
            "R.value": "the 2 parts of R (cut places) hold 70 + reserve 5 + unmonitored 15 = 90 "
            "tce, but R is 100 tce: 10 tce short"
        }

    def test_is_checked_at_every_change(self) -> None:
        changed = replace(plan()[2], value=Decimal("20.000000000000000000000000000001"))
        (message,) = faults(changed, upon=plan()).values()
        assert "0.000000000000000000000000000001 tce too much" in message

    def test_goes_over_any_number_of_levels(self) -> None:
        counties = (
            total("B1", "150202", "12", parent="B"),
            total("B2", "150203", "7.5", parent="B"),
        )
        assert "0.5 tce short" in faults(*counties, upon=plan())["B1.value"]
        city = replace(plan()[2], reserve=Decimal("0.5"))
        assert faults(city, *counties, upon=plan()) == {}

    def test_each_cut_adds_up_by_itself(self) -> None:
        sectors = (
            total("S1", "tag:industry", "60", parent="R"),
            total("S2", "tag:transport", "20", parent="R"),
        )
        assert faults(*sectors, upon=plan()) == {}
        less = replace(sectors[1], value=Decimal(19))
        assert "(cut tags)" in faults(sectors[0], less, upon=plan())["S1.value"]
        whole = replace(plan()[0], undivided={"tags": Decimal(21)})
        assert faults(whole, sectors[0], less, upon=plan()) == {}

    def test_waits_for_values_not_yet_handed_down(self) -> None:
        whole, a, b, c = plan()
        open_c = replace(c, value=None)
        assert faults(whole, a, b, open_c) == {}
        (remark,) = remarks({t.code: t for t in (whole, a, b, open_c)})
        assert remark.message == "not yet known: C"
        more = replace(a, value=Decimal(61))
        assert "1 tce too much" in faults(whole, more, b, open_c)["R.value"]

    def test_keeps_no_more_undivided_than_there_is(self) -> None:
        alone = total("R", "150000", "10", reserve=Decimal(11))
        assert "more than the whole of R" in faults(alone)["R.reserve"]

    def test_years_of_parts_stay_within_the_whole(self) -> None:
        whole, a, b, c = plan()
        yearly = [replace(t, yearly={"2023": Decimal(30)}) for t in (a, b, c)]
        limited = replace(whole, yearly={"2023": Decimal(89)})
        assert "hold 90 tce, more than its 89" in faults(limited, *yearly)["R.yearly.2023"]

    def test_adds_areas_but_no_shares(self) -> None:
        mu = {"form": Form.AT_LEAST, "base_year": None}
        sinks = total("S", "150200", "13.4", unit="10^6 mu", measure="sink-projects", **mu)
        parts = [
            total(code, "150200", value, unit="10^6 mu", measure=code, parent="S", **mu)
            for code, value in (("forest", "3.3"), ("grass", "10"), ("wetland", "0.1"))
        ]
        assert faults(sinks, *parts) == {}
        assert "0.1 10^6 mu short" in faults(sinks, *parts[:2])["S.value"]
        share = total("N", "150000", "18", unit="%", form=Form.AT_LEAST, measure="non-fossil")
        below = replace(share, code="N1", holder="region:150100", parent="N", value=Decimal(90))
        assert faults(share, below) == {}


class TestReductions:
    def test_are_weighed_by_gdp(self) -> None:
        whole = fall("I", "150000", "15.5")
        parts = (
            fall("I1", "150100", "18", parent="I", weight=Decimal(50)),
            fall("I2", "150200", "13", parent="I", weight=Decimal(50)),
        )
        assert faults(whole, *parts) == {}
        less = replace(parts[1], value=Decimal("12.6"))
        (message,) = faults(whole, parts[0], less).values()
        assert "reduction of 15.3 %" in message
        assert "15.5 %: 0.2 percentage points short" in message

    def test_take_gdp_where_no_share_is_written(self) -> None:
        whole = fall("I", "150000", "15")
        parts = (fall("I1", "150100", "20", parent="I"), fall("I2", "150200", "10", parent="I"))
        gdp = {("region:150100", 2020): Fraction(1), ("region:150200", 2020): Fraction(2)}
        (wrong,) = check_targets((whole, *parts), {}, PLACES, TODAY, gdp)
        assert "13.333333 %" in wrong.message
        even = {("region:150100", 2020): Fraction(3), ("region:150200", 2020): Fraction(3)}
        assert check_targets((whole, *parts), {}, PLACES, TODAY, even) == ()

    def test_without_any_weight_are_remarked_on(self) -> None:
        whole, part = fall("I", "150000", "15"), fall("I1", "150100", "20", parent="I")
        other = fall("I2", "150200", "10", parent="I")
        assert faults(whole, part, other) == {}
        (remark,) = remarks({t.code: t for t in (whole, part, other)})
        assert "without a share of it (weight) are I1, I2" in remark.message
        assert "are I2" in faults(whole, replace(part, weight=Decimal(40)), other)["I.value"]

    def test_shares_of_gdp_are_at_most_everything(self) -> None:
        whole = fall("I", "150000", "15")
        one = fall("I1", "150100", "20", parent="I", weight=Decimal(60))
        two = fall("I2", "150200", "10", parent="I", weight=Decimal(50))
        assert "add up to 110 %" in faults(whole, one, two)["I.value"]
        (division,) = divisions((one,), {"I": whole})
        assert "cover only 60 %" in sums(division).remark


class TestPlaces:
    @pytest.mark.parametrize(
        ("holder", "what"),
        [
            ("region:630000", "does not lie in region:150000 on 2021-01-01"),
            ("region:150000", "does not lie in region:150000"),
            ("enterprise:E1", "does not lie in region:150000"),
            ("region:999999", "there is no region 999999"),
            ("boundary:150000", "a boundary holds no targets"),
            ("150000", "is not a subject"),
        ],
    )
    def test_holders_lie_below_the_holder_of_the_whole(self, holder: str, what: str) -> None:
        wanted = replace(total("A", "150100", None, parent="R"), holder=holder)
        assert what in faults(total("R", "150000", "100"), wanted)["A.holder"]

    def test_tags_divide_into_those_that_carry_them(self) -> None:
        sector = total("S", "tag:industry", "10")
        inside = total("E", "enterprise:E0", "10", parent="S")
        assert faults(sector, inside) == {}
        outside = replace(inside, holder="enterprise:E1")
        assert "does not carry the tag industry" in faults(sector, outside)["E.holder"]
        place = replace(inside, holder="region:150100")
        assert "not by region:150100" in faults(sector, place)["E.holder"]
        below = total("X", "150203", "1", parent="Y")
        plant = total("Y", "enterprise:E0", "1")
        assert "nothing lies below it" in faults(plant, below)["X.holder"]

    def test_parents_exist_and_are_not_circular(self) -> None:
        assert "no target Z" in faults(total("A", "150100", "1", parent="Z"))["A.parent"]
        a = total("A", "150100", "1", parent="B")
        b = total("B", "150200", "1", parent="A")
        assert "A → B → A" in faults(a, b)["A.parent"]

    def test_parts_are_of_the_same_kind(self) -> None:
        whole = total("R", "150000", "100")
        part = total("A", "150100", "100", parent="R", unit="t", last_year=2024, base_year=2019)
        other = replace(part, measure="carbon-total")
        assert set(faults(whole, other)) == {"A.unit", "A.last_year", "A.base_year", "A.measure"}
        assert (
            "A: t differs" in faults(replace(whole, value=Decimal(1)), upon=(whole, part))["R.unit"]
        )


class TestOneTarget:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"code": "R 1"}, "code"),
            ({"name": " "}, "name"),
            ({"unit": ""}, "unit"),
            ({"value": Decimal(-1)}, "value"),
            ({"first_year": 2026}, "last_year"),
            ({"base_year": 2026}, "base_year"),
            ({"yearly": {"2026": Decimal(1)}}, "yearly.2026"),
            ({"yearly": {"2025": Decimal(99)}}, "yearly.2025"),
            ({"shares": (Decimal(50), Decimal(50))}, "shares"),
            ({"shares": (Decimal(25), Decimal(25), Decimal(25), Decimal("24.9"))}, "shares"),
            ({"incentive": Decimal(101)}, "incentive"),
            ({"value": None, "incentive": Decimal(1)}, "incentive"),
            ({"reserve": Decimal(-1)}, "reserve"),
            ({"undivided": {"tags": Decimal(-1)}}, "undivided.tags"),
            ({"weight": Decimal(101)}, "weight"),
            ({"parent": "R"}, "parent"),
            ({"effective_from": "2021"}, "effective_from"),
            ({"approved_on": "soon"}, "approved_on"),
            ({"measure": "energy-intensity"}, "form"),
            ({"measure": "coal", "elastic": True}, "elastic"),
        ],
    )
    def test_makes_sense_by_itself(self, changes: dict[str, Any], field: str) -> None:
        code = str(changes.get("code", "R"))
        assert f"{code}.{field}" in faults(replace(total("R", "150000", "100"), **changes))

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"unit": "tce"}, "value"),
            ({"value": Decimal(100)}, "value"),
            ({"base_year": None}, "base_year"),
            ({"incentive": Decimal(12)}, "incentive"),
            ({"reserve": Decimal(1)}, "reserve"),
        ],
    )
    def test_reductions_are_per_cents(self, changes: dict[str, Any], field: str) -> None:
        assert f"R.{field}" in faults(replace(fall("R", "150000", "13"), **changes))
        assert faults(fall("R", "150000", "13", incentive=Decimal("14.5"))) == {}


class TestLife:
    def test_an_approved_target_names_who_and_when(self) -> None:
        bare = replace(total("R", "150000", "1"), state=State.APPROVED)
        assert set(faults(bare)) == {"R.approver", "R.approved_on", "R.effective_from"}
        late = approved(total("R", "150000", "1"), "2026-01-01", approved_on="2022-06-02")
        assert set(faults(late)) == {"R.approved_on", "R.effective_from"}

    def test_dates_of_approval_do_not_run_backwards(self) -> None:
        first = approved(total("R", "150000", "1"), approved_on="2021-06-01")
        second = approved(total("R", "150000", "2"), "2022-01-01", approved_on="2021-05-31")
        assert "2021-06-01" in faults(second, upon=(first,))["R.approved_on"]

    def test_what_was_approved_is_fixed(self) -> None:
        (first,) = standing(total("R", "150000", "1"))
        other = replace(total("R", "150100", "1"), measure="carbon-total", unit="t")
        assert set(faults(other, upon=(first,))) == {"R.holder", "R.measure", "R.unit"}
        draft = total("R", "150000", "1")
        assert faults(other, upon=(draft,)) == {}

    def test_only_what_was_approved_is_superseded(self) -> None:
        repeal = replace(approved(total("R", "150000", "1")), state=State.SUPERSEDED)
        assert "R.state" in faults(repeal, upon=(total("R", "150000", "1"),))
        assert faults(repeal, upon=standing(total("R", "150000", "1"))) == {}

    def test_what_is_in_force_adds_up_on_every_day(self) -> None:
        upon = standing(*plan())
        whole, a, _, _ = plan()
        more = approved(replace(whole, value=Decimal(110)), "2023-01-01")
        later = approved(replace(a, value=Decimal(60)), "2023-07-01")
        found = check_targets((more, later), known(*upon), PLACES, TODAY)
        (wrong,) = found
        assert wrong.message.startswith("in force on 2023-01-01: ")
        assert "10 tce short" in wrong.message
        together = replace(later, effective_from="2023-01-01")
        assert faults(more, together, upon=upon) == {}

    def test_a_part_is_not_in_force_before_the_whole(self) -> None:
        whole, *parts = plan()
        assert "approve it" in faults(*standing(*parts), upon=(whole,))["A.effective_from"]
        assert faults(*standing(whole, *parts)) == {}
        assert faults(*standing(whole), upon=tuple(parts)) == {}

    def test_the_whole_is_not_repealed_before_its_parts(self) -> None:
        upon = standing(*plan())
        repeals = [
            replace(target, state=State.SUPERSEDED, effective_from="2023-01-01") for target in upon
        ]
        assert "A, B, C are parts of it" in faults(repeals[0], upon=upon)["R.state"]
        assert faults(*repeals, upon=upon) == {}
