"""What targets ask for by when: phasing, years derived, remaining duty, the exemption."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.figures.figure import Figure, Label, LeafKind, apply, constant
from services.evaluator.domain.records.target import Form, State, Target
from services.evaluator.domain.statistics.growth import equal_annual_rate
from services.evaluator.domain.targets import required as asks
from services.evaluator.domain.targets.lifecycle import (
    in_force,
    says_nothing_new,
    states_on,
)
from services.evaluator.domain.targets.phasing import progress_by, share_by, shares_from_profile
from services.evaluator.domain.targets.required import Versioned
from services.evaluator.domain.targets.whatif import Rated, what_if
from tests.unit.evaluator.targets.make import (
    TODAY,
    approved,
    catalogue,
    fall,
    known,
    plan,
    total,
)

SEASONS = tuple(map(Decimal, ("40", "15", "10", "35")))


def of(target: Target) -> Versioned:
    return Versioned(target=target, version=3)


def percent(value: str) -> Figure:
    return constant(Label(value, value), Fraction(value), "%")


def recomputed(figure: Figure) -> Fraction | None:
    """The value by the test's own walk over the steps."""
    if figure.op is None:
        return figure.value
    parts = [recomputed(part) for part in figure.operands]
    known_parts = [part for part in parts if part is not None]
    return apply(figure.op, known_parts) if len(known_parts) == len(parts) else None


class TestPhasing:
    def test_is_even_by_default(self) -> None:
        assert progress_by(fall("I", "150000", "15"), 2024, 9) == Fraction(375, 500)
        assert progress_by(fall("I", "150000", "15"), 2025, 12) == 1
        with pytest.raises(ValueError, match="2026 is not one of the years 2021 to 2025"):
            progress_by(fall("I", "150000", "15"), 2026, 3)

    def test_follows_seasons(self) -> None:
        assert share_by(SEASONS, 3) == Fraction(2, 5)
        assert share_by(SEASONS, 4) == Fraction(45, 100)
        assert share_by(SEASONS, 12) == 1
        assert share_by((), 0) == 0
        with pytest.raises(ValueError, match="no 13 months"):
            share_by((), 13)

    def test_follows_last_year(self) -> None:
        shares = shares_from_profile([Decimal(1)] * 3 + [Decimal(3)] * 9)
        assert sum(shares) == 100
        assert shares[:2] == (Decimal("3.3334"), Decimal("3.3333"))
        assert shares_from_profile([Decimal(7)] * 4) == (Decimal(25),) * 4

    @given(st.lists(st.integers(0, 10**12), min_size=12, max_size=12).filter(any))
    def test_always_comes_to_a_hundred(self, monthly: list[int]) -> None:
        shares = shares_from_profile([Decimal(amount) for amount in monthly])
        assert sum(map(Fraction, shares)) == 100
        assert all(
            abs(Fraction(share) - Fraction(100 * amount, sum(monthly))) < Fraction(1, 10**4)
            for share, amount in zip(shares, monthly, strict=True)
        )

    @pytest.mark.parametrize("monthly", [[1] * 5, [0] * 12, [2, 2, 2, -1]])
    def test_needs_a_year(self, monthly: list[int]) -> None:
        with pytest.raises(ValueError):
            shares_from_profile([Decimal(amount) for amount in monthly])


class TestRequired:
    def test_of_a_reduction_is_its_share_of_the_way(self) -> None:
        figure = asks.required(of(fall("I", "150000", "15.5")), 2023, 9)
        assert figure.value == Fraction(155, 10) * Fraction(275, 500)
        assert recomputed(figure) == figure.value

    def test_of_an_increment_is_even_by_years(self) -> None:
        growth = total("P", "150000", "133", form=Form.INCREMENT)
        assert asks.of_year(of(growth), 2022).value == Fraction(266, 10)
        assert asks.required(of(growth), 2022).value == Fraction(532, 10)

    def test_of_a_total_is_the_share_of_its_year(self) -> None:
        budget = total("T", "150000", "100", yearly={"2023": Decimal(80)}, shares=SEASONS)
        assert asks.required(of(budget), 2023, 4).value == 36
        assert asks.required(of(budget), 2025, 12).value == 100
        assert asks.required(of(budget), 2025, 0).value == 0
        unknown = asks.required(of(budget), 2024, 3)
        assert unknown.value is None
        assert unknown.missing[0].en == "no target was set for 2024 alone"

    def test_of_a_total_is_on_the_straight_line_from_the_base(self) -> None:
        base = constant(Label("基年", "base year"), 150, "tce")
        cap = total("T", "150000", "100", shares=SEASONS)
        figure = asks.required(of(cap), 2022, 3, base)
        assert figure.value == recomputed(figure) == Fraction(130 * 2, 5)
        assert asks.required(of(cap), 2025, 12, base).value == 100
        set_alone = replace(cap, yearly={"2022": Decimal(80)})
        assert asks.of_year(of(set_alone), 2022, base).value == 80
        late = replace(cap, base_year=2022)
        assert asks.of_year(of(late), 2022, base).value == 150

    def test_of_a_cap_is_the_value_itself(self) -> None:
        cap = total("C", "150000", "75", unit="%", form=Form.AT_MOST, measure="coal-share")
        assert asks.required(of(cap), 2022, 3).value == 75
        yearly = replace(cap, yearly={"2022": Decimal(80)})
        assert asks.required(of(yearly), 2022, 3).value == 80

    def test_leaves_say_where_they_were_read(self) -> None:
        budget = total("T", "150000", "100", yearly={"2023": Decimal(80)}, confidence="S")
        leaf = asks.of_year(of(budget), 2023)
        assert leaf.source is not None
        assert (leaf.source.kind, leaf.source.href, leaf.source.pointer) == (
            LeafKind.TARGET,
            "/v1/targets/T?version=3",
            "/yearly/2023",
        )
        assert asks.value_of(of(replace(budget, value=None))).missing[0].zh.endswith("尚未下达")

    def test_is_measured_from_the_base_year_whenever_the_plan_begins(self) -> None:
        goal = fall("I", "150000", "65", base_year=2005, first_year=2026, last_year=2030)
        assert progress_by(goal, 2027, 6) == Fraction(43, 50)
        assert asks.progress_figure(of(goal), 2027, 6).value == Fraction(43, 50)
        late = fall("I", "150000", "5", base_year=2022)
        assert progress_by(late, 2021, 12) == 0
        assert asks.progress_figure(of(late), 2022).value == 0
        assert progress_by(late, 2023, 12) == Fraction(1, 3)
        growth = total(
            "G", "150000", "133", form=Form.INCREMENT, base_year=2015, first_year=2017,
            last_year=2020,
        )  # fmt: skip
        assert asks.of_year(of(growth), 2018).value == Fraction(133, 5)

    def test_is_decided_without_roots(self) -> None:
        bound, exponent = asks.bounds(of(fall("I", "150000", "15")), 2024, 9)
        assert exponent == 20
        assert bound.value == Fraction(85, 100) ** 15
        with pytest.raises(ValueError, match="no whole number of quarters"):
            asks.bounds(of(fall("I", "150000", "15")), 2024, 8)

    def test_growth_allowance_is_what_a_total_leaves(self) -> None:
        base = constant(Label("基年", "base year"), 189_270_000, "tce")
        whole = total("T", "150000", "225000000")
        assert asks.allowance(of(whole), base).value == 35_730_000
        growth = replace(whole, form=Form.INCREMENT, value=Decimal(35_700_000))
        assert asks.allowance(of(growth), base).value == 35_700_000
        assert asks.allowance(of(fall("I", "150000", "3")), base).value is None

    def test_remaining_duty_is_as_published(self) -> None:
        """Qinghai: 17 % in all, three years behind it: 12.75 % are left, 6.59 % a year for two."""
        goal = fall("Q", "630000", "17", base_year=2005, first_year=2006, last_year=2010)
        changes = [percent("1.51"), percent("-2.20"), percent("-4.18")]
        left = asks.remaining_duty(of(goal), changes)
        assert recomputed(left) == left.value
        assert round(float(left.known), 2) == 12.75
        years = constant(Label("年数", "years"), 2)
        each = equal_annual_rate(Label("年均", "a year"), left, years, 2)
        assert each.value == Decimal("6.59")

    @pytest.mark.parametrize(("whole", "each"), [("17", "3.66"), ("20", "4.3648"), ("15", "3.198")])
    def test_equal_rates_are_as_published(self, whole: str, each: str) -> None:
        places = Decimal(each).as_tuple().exponent
        assert isinstance(places, int)
        rate = asks.equal_annual_rate(Decimal(whole), 5)
        assert round(rate, -places) == Decimal(each)

    @pytest.mark.parametrize(("whole", "years"), [("100", 5), ("10", 0)])
    def test_equal_rates_need_something_left(self, whole: str, years: int) -> None:
        with pytest.raises(ValueError):
            asks.equal_annual_rate(Decimal(whole), years)


class TestVersions:
    def test_each_counts_from_its_day_until_the_next(self) -> None:
        first = approved(total("R", "150000", "1"), "2021-01-01")
        second = approved(total("R", "150000", "2"), "2023-01-01")
        draft = total("R", "150000", "3")
        versions = (first, second, draft)
        assert in_force(versions, date(2020, 12, 31)) is None
        assert in_force(versions, date(2022, 12, 31)) == first
        assert in_force(versions, date(2023, 1, 1)) == second
        assert states_on(versions, date(2022, 1, 1)) == (
            State.IN_FORCE,
            State.APPROVED,
            State.DRAFT,
        )
        assert states_on(versions, date(2023, 1, 1))[:2] == (State.SUPERSEDED, State.IN_FORCE)

    def test_a_correction_replaces_what_it_corrects(self) -> None:
        wrong = approved(total("R", "150000", "1"), "2023-01-01")
        right = approved(total("R", "150000", "2"), "2022-01-01")
        assert in_force((wrong, right), date(2024, 1, 1)) == right

    def test_a_repeal_ends_it(self) -> None:
        first = approved(total("R", "150000", "1"), "2021-01-01")
        end = replace(first, state=State.SUPERSEDED, effective_from="2023-01-01")
        assert in_force((first, end), date(2022, 12, 31)) == first
        assert in_force((first, end), date(2023, 1, 1)) is None
        assert states_on((first, end), date(2023, 1, 1)) == (State.SUPERSEDED,) * 2

    def test_repeating_what_is_known_is_nothing_new(self) -> None:
        draft = total("R", "150000", "1")
        first = approved(draft)
        assert says_nothing_new(draft, (draft, first))
        assert says_nothing_new(draft, (first,))
        assert says_nothing_new(first, (first, replace(first, value=Decimal(2))))
        assert not says_nothing_new(replace(draft, value=Decimal(2)), (first,))


class TestWhatIf:
    def test_shows_levels_before_and_after(self) -> None:
        upon = known(*(approved(target) for target in plan()))
        whole, a, b, _ = plan()
        drafts = (replace(a, value=Decimal(40)), replace(b, value=Decimal(30)))

        def rate(target: Target) -> Rated:
            return Rated(level="green" if (target.value or 0) >= 45 else "red")

        found = what_if(drafts, upon, catalogue(), TODAY, rate)
        assert found.faults == ()
        levels = {e.code: (e.before and e.before.level, e.after.level) for e in found.effects}
        assert levels == {"A": ("green", "red"), "B": ("red", "red")}
        assert [effect.code for effect in found.changed] == ["A"]
        assert what_if(drafts[:1], upon, catalogue(), TODAY, rate).faults != ()
        assert what_if((whole,), {}, catalogue(), TODAY).effects == ()

    def test_a_repealed_target_has_no_level(self) -> None:
        alone = approved(total("R", "150000", "1"))
        repeal = replace(alone, state=State.SUPERSEDED)

        def rate(target: Any) -> Rated:
            return Rated(level="green")

        (effect,) = what_if((repeal,), known(alone), catalogue(), TODAY, rate).effects
        assert effect.after.level == "none"
