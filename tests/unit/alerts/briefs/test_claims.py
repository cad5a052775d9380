"""A brief claims no more than the facts: what is not known, not rated or only a part is said so."""

from dataclasses import replace
from fractions import Fraction

import pytest

from services.alerts.domain.briefs import facts as f
from services.alerts.domain.briefs.checks import reconciled
from services.alerts.domain.briefs.document import (
    Annex,
    Document,
    Edition,
    Heading,
    Kind,
    Language,
    Paragraph,
    Table,
)
from services.alerts.domain.briefs.proof import proof
from services.alerts.domain.briefs.writing import write
from tests.unit.alerts.briefs.example import example_facts, measured
from tests.unit.alerts.briefs.test_phrases import paragraph

ZH, EN = Language.ZH, Language.EN


def told(language: Language = ZH, *, preliminary: bool = False, **changes: object) -> Document:
    """The example with other figures, written, and found right by the proof in both editions."""
    whole = example_facts()
    situation = replace(whole.situation, **changes)  # type: ignore[arg-type]
    facts = replace(whole, situation=situation, preliminary=preliminary)
    for edition in Edition:
        assert proof(write(facts, language, edition), facts) == ()
    return write(facts, language, Edition.OFFICE)


def unknown(part: f.Group) -> f.Group:
    """The part without any number."""
    nothing = f.Amount(unit=part.moved.now.unit, missing=(f.Label("没有数据", "no data"),))
    moved = f.Moved(now=nothing, earlier=nothing)
    return replace(part, moved=moved, share=None, share_change=None, pull=None)


def test_a_part_without_data_keeps_its_row() -> None:
    """Else the parts would read as all there is of the whole, and not add up to it."""
    sectors, *others = example_facts().situation.groupings
    parts = (*sectors.parts[:-1], unknown(sectors.parts[-1]))
    document = told(groupings=(replace(sectors, parts=parts), *others))
    table = next(one for one in document.blocks if one.name == "grouping.sector.carbon-total")
    assert isinstance(table, Table)
    assert [cell.text for cell in table.rows[-1]] == ["建筑", *["暂无数据"] * 6]


def _calm(one: f.Place) -> f.Place:
    rated = tuple(replace(level, colour="green", severity=0, state="rated") for level in one.rated)
    return replace(one, measures=(measured("carbon-total", 1000, "1"),), rated=rated)


def _still(one: f.Place) -> f.Place:
    return replace(one, measures=())


@pytest.mark.parametrize(
    ("preliminary", "grows", "zh"),
    [
        (False, True, "没有等级为红色或总量增长10%及以上的地区。"),
        (True, True, "没有总量增长10%及以上的地区。"),
        (False, False, "没有等级为红色的地区。"),
        (True, False, "各地区等级和总量变化暂无数据。"),
    ],
)
def test_what_is_not_rated_is_not_said_to_be_well(preliminary: bool, grows: bool, zh: str) -> None:
    """No level is no good level, and no change no small one."""
    counties = tuple(_calm(one) for one in example_facts().situation.counties)
    if not grows:
        counties = tuple(_still(one) for one in counties)
    document = told(preliminary=preliminary, counties=counties)
    assert paragraph(document, "severe") == zh
    told(EN, preliminary=preliminary, counties=counties)


@pytest.mark.parametrize(
    ("preliminary", "zh"),
    [
        (False, "等级为红色或总量增长10%及以上的地区有30个，形势最严峻的5个是：新城区（"),
        (True, "总量增长10%及以上的地区有30个，形势最严峻的5个是：新城区（"),
    ],
)
def test_a_few_are_not_said_to_be_all_that_are_severe(preliminary: bool, zh: str) -> None:
    """The worst five are named, and of how many they are is told."""
    fast = (measured("carbon-total", 1000, "16"),)
    here = example_facts().situation
    counties = tuple(replace(one, measures=fast) for one in here.counties)
    counties = tuple(sorted(counties, key=lambda one: one.code))
    calm = tuple(replace(one, rated=_calm(one).rated) for one in counties)
    assert paragraph(told(preliminary=preliminary, counties=calm), "severe").startswith(zh)
    told(EN, preliminary=preliminary, counties=calm)


def test_levels_without_any_before_are_not_said_to_be_the_same() -> None:
    """In a first brief nothing can have become better or worse, nor stayed."""
    places = tuple(
        replace(one, rated=tuple(replace(level, change="new") for level in one.rated))
        for one in example_facts().situation.places
    )
    assert "没有可与上期相比的等级。" in paragraph(told(places=places), "levels.carbon-intensity")
    told(EN, places=places)


def test_regions_by_another_scope_are_told_so() -> None:
    """Sums of key users are no figures of the region, and cannot be ranked with such unsaid."""
    places = example_facts().situation.places
    by_users = tuple(
        replace(one, measures=tuple(replace(m, scope="monitored") for m in one.measures))
        for one in places
    )
    said = paragraph(told(places=by_users), "places.carbon-total")
    assert said.endswith("以上为重点用能单位口径。")
    mixed = (*places[:5], *by_users[5:])
    said = paragraph(told(places=mixed), "places.carbon-total")
    assert said.endswith("以上口径不一：全社会5个、重点用能单位7个。")
    said = paragraph(told(EN, places=mixed), "places.carbon-total")
    assert said.endswith("The scopes differ: 5 whole region, 7 monitored key users.")


def test_what_is_used_of_a_rise_is_no_progress() -> None:
    """Little used of what is allowed is well: no measure is proposed against it."""
    carbon, energy = example_facts().situation.own
    used = replace(energy, unit="万tce", since_base=None, progress=Fraction(30),
                   required=Fraction(40), remaining=Fraction(70), each_year=None)  # fmt: skip
    document = told(own=(carbon, used))
    said = paragraph(document, "overall.targets")
    assert "“能耗强度”允许增量已使用30.00%，低于序时进度（40.00%）10.00个百分点。" in said
    assert "next.energy-gap" not in [one.name for one in document.blocks]
    rise = replace(energy, target_value=Fraction(-5), since_base=Fraction(3),
                   remaining=Fraction("-1.94"), each_year=Fraction("0.97"))  # fmt: skip
    said = paragraph(told(own=(carbon, rise)), "overall.targets")
    assert "“能耗强度”剩余年份累计最多上升1.94%，年均上升0.97%。" in said
    assert "提前完成" not in said
    told(EN, own=(carbon, rise))


def test_a_target_is_met_only_where_nothing_is_left() -> None:
    """What prints as nought may still be to come, where progress prints as 99.87 per cent."""
    one, *others = example_facts().situation.own
    for left, said in (("0.004", "剩余年份还需累计下降不足0.01%。"), ("0", "已提前完成。")):
        own = (replace(one, remaining=Fraction(left), progress=Fraction("99.87")), *others)
        assert said in paragraph(told(own=own), "overall.targets")
        told(EN, own=own)


def test_names_may_have_full_stops() -> None:
    """Enterprises and regions called `Co., Ltd.` stop no brief."""
    here = example_facts().situation
    users = replace(here.users, name=tuple(f"Co., Ltd. {n}" for n in range(len(here.users.name))))
    places = tuple(replace(one, name=f"St. {one.name}") for one in here.places)
    for language in Language:
        told(language, users=users, places=places)


def test_stated_shares_are_measured_by_their_own_digits() -> None:
    """71 % as stated is 70.6 % by amount: whoever knows the printed digits has looked already."""
    here = example_facts().situation
    sectors = here.groupings[0]
    part = replace(sectors.parts[0], share=Fraction("70.6"), printed_share=Fraction(71))
    one = replace(sectors, parts=(part,), complete=False)
    for unit, wrong in (("100", 0), ("", 1)):
        situation = replace(here, groupings=(replace(one, printed_unit=unit),))
        assert len(reconciled(replace(example_facts(), situation=situation))) == wrong


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("edition", Edition)
def test_other_headings_and_small_print_are_found(language: Language, edition: Edition) -> None:
    """A word or number of a heading, an annex's title or a note, or one that is gone."""
    facts = example_facts()
    document = write(facts, language, edition)
    for at, block in enumerate(document.blocks):
        is_note = isinstance(block, Paragraph) and block.kind is Kind.NOTE
        if not is_note and not isinstance(block, Heading | Annex):
            continue
        assert isinstance(block, Heading | Annex | Paragraph)
        before, after = document.blocks[:at], document.blocks[at + 1 :]
        changed = replace(block, text=f"{block.text[:-2]}x{block.text[-1]}")
        for blocks in ((*before, changed, *after), (*before, *after)):
            assert proof(replace(document, blocks=blocks), facts), block.name
