"""Parts as printed against totals as printed: what is let pass, and what stops a brief."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from services.alerts.domain.briefs import facts as f
from services.alerts.domain.briefs.checking import checked
from services.alerts.domain.briefs.checks import apart, reconciled
from services.alerts.domain.briefs.printing import percent, rounded
from tests.unit.alerts.briefs.example import example_facts
from tests.unit.alerts.briefs.figures import groupings

_HUNAN = ("194.08", "408.70", "649.95", "700.04", "214.80", "806.87")
_TAIAN = (("mining", "采矿业", "42.7", "9.3"), ("manufacturing", "制造业", "343.0", "70.9"),
          ("utilities", "公用事业", "95.9", "19.8"))  # fmt: skip


def with_grouping(grouping: f.Grouping) -> f.Facts:
    """The example with one grouping only."""
    facts = example_facts()
    return replace(facts, situation=replace(facts.situation, groupings=(grouping,)))


def stated(whole: str, parts: tuple[tuple[str, str, str, str], ...]) -> f.Grouping:
    """A grouping of amounts in 万吨标准煤, with shares as stated."""

    def moved(text: str) -> f.Moved:
        value = f.Amount(unit="tce", value=Fraction(text) * 10_000)
        return f.Moved(now=value, earlier=f.Amount(unit="tce"))

    return f.Grouping(
        name="sector",
        label=f.Label("分门类", "By section"),
        measure="energy-total",
        whole=moved(whole),
        parts=tuple(
            f.Group(
                code=code,
                name=f.Label(name, code),
                moved=moved(text),
                share=100 * Fraction(text) / Fraction(whole),
                printed_share=Fraction(share) if share else None,
            )
            for code, name, text, share in parts
        ),
    )


def test_the_example_adds_up() -> None:
    """Nothing is found in figures that are sound."""
    assert reconciled(example_facts()) == ()


def test_hunan_passes() -> None:
    """Six parts of 2974.44 against 2974.43: one printed unit apart, three are allowed."""
    parts = tuple((str(nth), f"行业{nth}", text, "") for nth, text in enumerate(_HUNAN))
    grouping = stated("2974.43", parts)
    assert reconciled(with_grouping(grouping)) == ()


def test_taian_stops() -> None:
    """Mining's share is stated as 9.3 and is 8.8; the parts come to 481.60, not 484.10."""
    said = [one.zh for one in reconciled(with_grouping(stated("484.1", _TAIAN)))]
    assert any("采矿业占比申报为9.3%，按数量计算为8.8%" in one for one in said)
    assert any("3项之和481.60与合计484.10万吨标准煤不符" in one for one in said)
    assert not any("制造业" in one or "公用事业" in one for one in said)


def test_what_the_evaluator_found_is_not_told_twice() -> None:
    """Stated figures are measured by the evaluator, which says what is wrong in its own words."""
    facts = with_grouping(stated("484.1", _TAIAN))
    found = f.Unreconciled(
        grouping="sector", label=f.Label("泰安", "Tai'an"), what=f.Label("不符", "does not add up")
    )
    situation = replace(facts.situation, unreconciled=(found,))
    assert reconciled(replace(facts, situation=situation)) == ()
    assert checked(replace(facts, situation=situation), {}) == ()


def test_checks_of_a_brief_have_the_sums() -> None:
    """Whoever reads a brief again adds up its parts."""
    facts = with_grouping(stated("484.1", _TAIAN))
    assert set(reconciled(facts)) <= set(checked(facts, {}))


@settings(max_examples=40)
@given(grouping=groupings("sector", "energy-total"))
def test_exact_parts_always_pass(grouping: f.Grouping) -> None:
    """However parts are rounded, they stay within parts × half a unit of their exact sum."""
    assert reconciled(with_grouping(grouping)) == ()


@settings(max_examples=40)
@given(grouping=groupings("sector", "energy-total"), nth=st.integers(0, 5), more=st.booleans())
def test_a_part_that_is_off_is_found(grouping: f.Grouping, nth: int, more: bool) -> None:
    """One part off by more than the allowance of them all stops the brief."""
    at = nth % len(grouping.parts)
    part = grouping.parts[at]
    off = Fraction(len(grouping.parts) + 1) * 100 * (1 if more else -1)
    now = replace(part.moved.now, value=(part.moved.now.value or Fraction(0)) + off)
    wrong = replace(part, moved=replace(part.moved, now=now))
    parts = (*grouping.parts[:at], wrong, *grouping.parts[at + 1 :])
    assert reconciled(with_grouping(replace(grouping, parts=parts)))


def test_a_missing_part_is_not_a_wrong_sum() -> None:
    """Where a part is not known there is nothing to compare."""
    grouping = stated("484.1", _TAIAN[1:])
    unknown = replace(grouping.parts[0], moved=f.Moved(now=f.Amount(unit="tce"),
                                                       earlier=f.Amount(unit="tce")),
                      share=None)  # fmt: skip
    whole = replace(grouping, parts=(unknown, grouping.parts[1]))
    assert reconciled(with_grouping(whole)) == ()


@given(st.lists(st.integers(0, 10**6).map(lambda n: Fraction(n, 997)), min_size=1, max_size=12))
def test_the_allowance_is_tight(values: list[Fraction]) -> None:
    """Rounded parts of a rounded sum are never apart, whatever the numbers."""
    assert apart([rounded(one, 2) for one in values], rounded(sum(values, Fraction(0)), 2)) is None
    assert apart([percent(Fraction(50))] * 2, percent(Fraction(98))) is not None
