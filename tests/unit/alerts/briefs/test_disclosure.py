"""What may be let out: no enterprise that is not public, not even as the only one of a sum."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from services.alerts.domain.briefs import facts as f
from services.alerts.domain.briefs.checks import reconciled
from services.alerts.domain.briefs.writing.disclosure import LEAST_ENTERPRISES, disclosed
from tests.unit.alerts.briefs.example import example_facts, moved
from tests.unit.alerts.briefs.figures import groupings


def with_groupings(*found: f.Grouping) -> f.Facts:
    """The example with other groupings."""
    facts = example_facts()
    return replace(facts, situation=replace(facts.situation, groupings=found))


@settings(max_examples=60)
@given(
    grouping=groupings("sector", "energy-total"),
    counts=st.lists(st.integers(0, 6), min_size=6, max_size=6),
)
def test_no_part_is_of_one_or_two_enterprises(grouping: f.Grouping, counts: list[int]) -> None:
    """Parts of few are joined, the whole and its sum stay as they are."""
    parts = tuple(
        replace(part, count=count) for part, count in zip(grouping.parts, counts, strict=False)
    )
    shown = disclosed(with_groupings(replace(grouping, parts=parts)))
    for one in shown.situation.groupings:
        assert one.whole == grouping.whole
        assert all(not part.count or part.count >= LEAST_ENTERPRISES for part in one.parts)
        known = [part.moved.now.value or Fraction(0) for part in one.parts]
        assert sum(known, Fraction(0)) == grouping.whole.now.value
    assert reconciled(shown) == ()


def test_a_grouping_of_one_enterprise_is_left_out() -> None:
    """There is nobody to join it with."""
    amount = moved(1000, "1", "tce")
    alone = f.Group(code="1", name=f.Label("甲", "A"), moved=amount, count=1)
    label = f.Label("重点用能单位", "Key users")
    grouping = f.Grouping(
        name="key-users", label=label, measure="energy-total", whole=amount, parts=(alone,)
    )
    assert disclosed(with_groupings(grouping)).situation.groupings == ()


def test_internal_facts_are_gone() -> None:
    """No warnings, gates, tasks, forecasts, corrections or remarks; only public enterprises."""
    facts = example_facts()
    shown = disclosed(facts)
    assert shown.desk == f.Desk(journal=facts.desk.journal)
    assert shown.situation.tasks == f.Tasks()
    assert not shown.situation.outlook
    assert not shown.situation.data.corrections
    assert not shown.remarks
    assert all(shown.situation.users.public)
    assert len(shown.situation.users.code) == sum(facts.situation.users.public)


def test_a_county_of_few_enterprises_keeps_what_is_its_own() -> None:
    """Its monitored figures go, those of the whole county stay."""
    facts = example_facts()
    county = facts.situation.counties[0]
    other = replace(county.measures[0], scope="monitored", main=False)
    few = replace(county, code="159999", measures=(*county.measures, other))
    situation = replace(facts.situation, counties=(few,))
    shown = disclosed(replace(facts, situation=situation)).situation.counties[0]
    assert shown.measures == county.measures
