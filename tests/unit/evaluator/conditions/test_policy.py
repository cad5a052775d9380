"""The policy of conditions: what is shipped, what is refused, periods that are ready, spells."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from services.evaluator.adapters.conditions_policy import PolicyError, load_policy
from services.evaluator.adapters.shipped import load_records
from services.evaluator.domain.conditions.policy import Cadence, Every
from services.evaluator.domain.conditions.ready import ready
from services.evaluator.domain.conditions.spells import Spell, levels
from services.evaluator.ports.register import RecordKind
from shared.model.condition import Measure
from shared.model.level import Level

POLICY = load_policy()
NONE, NOTICE, YELLOW, ORANGE, RED = Level


def test_every_shipped_rule_sets_levels_have_one_of_ours() -> None:
    for rule in load_records()[RecordKind.RULE]:
        for grade in rule.grades:
            assert POLICY.level(rule.code, grade.severity).value == grade.severity
            if grade.colour in ("red", "orange", "yellow"):
                assert POLICY.level(rule.code, grade.severity).word == grade.colour


def test_a_rule_set_of_its_own(tmp_path: Path) -> None:
    text = Path("services/evaluator/data/conditions/policy.yaml").read_text(encoding="utf-8")
    file = tmp_path / "policy.yaml"
    file.write_text(text.replace("\nlevels:\n", "\nlevels:\n  N2021H1: {2: orange}\n"), "utf-8")
    made = load_policy(str(file))
    assert made.level("N2021H1", 2) is ORANGE
    assert made.level("N2021H1", 4) is RED
    assert made.level("N2020", 2) is YELLOW


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("4: red}\n\n", "4: purple}\n\n", "unknown level"),
        ('"*": {0: none,', '"*": {', "levels"),
        ("aim: yellow", "aim: orange, dream: red", "dream"),
        ("binding: red, ", "", "missed"),
        ("limit: {every: quarter, look_back: 4}", "", "cadence: limit"),
        ("look_back: 4", "look_back: 0", "look_back"),
        ("every: quarter", "every: fortnight", "fortnight"),
        ("concerns:", "concern:", "concern"),
        ("levels:", "levels: [", "while parsing"),
    ],
)
def test_what_is_no_policy_is_refused(tmp_path: Path, was: str, now: str, says: str) -> None:
    text = Path("services/evaluator/data/conditions/policy.yaml").read_text(encoding="utf-8")
    assert was in text
    file = tmp_path / "policy.yaml"
    file.write_text(text.replace(was, now), "utf-8")
    with pytest.raises(PolicyError, match=says):
        load_policy(str(file))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="none"):
        load_policy(str(tmp_path / "none.yaml"))


@pytest.mark.parametrize(
    ("every", "today", "found"),
    [
        (Every.MONTH, "2025-03-01", ("2024M11", "2024", "2025M1", "2025M2")),
        (Every.QUARTER, "2025-06-30", ("2024Q2", "2024Q3", "2024", "2025Q1")),
        (Every.QUARTER, "2025-07-01", ("2024Q3", "2024", "2025Q1", "2025Q2")),
        (Every.HALF_YEAR, "2025-07-01", ("2023", "2024H1", "2024", "2025H1")),
        (Every.YEAR, "2025-12-31", ("2021", "2022", "2023", "2024")),
    ],
)
def test_periods_that_have_ended(every: Every, today: str, found: tuple[str, ...]) -> None:
    assert ready(Cadence(every=every, look_back=4), date.fromisoformat(today)) == found


@pytest.mark.parametrize(
    ("percent", "level"),
    [(0, NONE), (Fraction(1, 10**9), YELLOW), (1, ORANGE), (5, RED), (-3, NONE)],
)
def test_parts_beyond_the_whole(percent: Fraction | int, level: Level) -> None:
    assert POLICY.excess(Fraction(percent)) is level


def test_whose_concern() -> None:
    assert POLICY.indicators.of(["coal-share", "煤炭消费比重"]) is Measure.ENERGY
    assert POLICY.indicators.of(["co2-per-freight-turnover"]) is Measure.CARBON
    assert POLICY.indicators.of(["wetland-protection", "湿地保护率"]) is Measure.CARBON
    assert POLICY.tasks.of(["区发改局"]) is Measure.ENERGY
    assert POLICY.tasks.of(["区生态环境分局"]) is Measure.CARBON
    assert POLICY.tasks.of(["区发改局", "气象局"]) is Measure.DATA


SPELLS = (
    ((), ()),
    ((Spell(since_us=1, until_us=None, level=RED),), ((1, RED),)),
    ((Spell(since_us=1, until_us=1, level=RED),), ()),
    (
        (
            Spell(since_us=1, until_us=9, level=YELLOW),
            Spell(since_us=3, until_us=9, level=RED),
            Spell(since_us=2, until_us=12, level=NOTICE),
        ),
        ((1, YELLOW), (3, RED), (9, NOTICE), (12, NONE)),
    ),
)


@pytest.mark.parametrize(("spells", "found"), SPELLS)
def test_the_worst_of_what_lasts(
    spells: tuple[Spell, ...], found: tuple[tuple[int, Level], ...]
) -> None:
    assert levels(spells) == found
