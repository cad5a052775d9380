"""The policy file: what it says by itself, and what is refused by its place."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.alerts.adapters.conditions import life_policy_in, policies_in
from services.alerts.adapters.policy import BadPolicyError, Section, length_of, load, parse
from services.alerts.domain.condition import AT_ONCE
from shared.model.condition import ConditionKind
from shared.model.level import Level


class TestTheBuiltInPolicy:
    def test_tells_budgets_at_once(self) -> None:
        policies = policies_in(load())
        assert policies.of(ConditionKind.USED) == policies.of(ConditionKind.PACE) == AT_ONCE

    def test_names_every_kind(self) -> None:
        assert set(policies_in(load()).kinds) == set(ConditionKind)

    def test_lets_acknowledgements_stand_for_a_day(self) -> None:
        assert life_policy_in(load()).expires_after == timedelta(hours=24)


class TestAFileOfOnesOwn:
    def test_replaces_whole_sections_and_keeps_the_others(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        path.write_text("conditions: {default: {least: orange}, task: {hold: 1h30m}}", "utf-8")
        policy = load(path)
        policies = policies_in(policy)
        assert policies.of(ConditionKind.TASK).hold == timedelta(minutes=90)
        assert policies.of(ConditionKind.NO_DATA).hold == timedelta()
        assert policies.of(ConditionKind.TASK).least is Level.ORANGE
        assert life_policy_in(policy).expires_after == timedelta(hours=24)

    def test_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(BadPolicyError, match="cannot be read"):
            load(tmp_path / "none.yaml")


def understood(text: str) -> None:
    """Reads the sections of conditions and acknowledgements."""
    policy = parse(text, "p.yaml")
    life_policy_in(policy)
    policies_in(policy)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("conditions: [", "p.yaml is no YAML"),
        ("- 1", "p.yaml must be a table of names"),
        ("condition: {}", "p.yaml: condition is not known here; known are conditions,"),
        ("conditions: 3", "p.yaml: conditions must be a table of names, not 3"),
        ("conditions: {weather: {}}", "p.yaml: conditions.weather is not known here"),
        ("conditions: {task: {holds: 1h}}", "p.yaml: conditions.task.holds is not known here"),
        ("conditions: {task: {hold: 1x}}", "p.yaml: conditions.task.hold: '1x' is no length"),
        ("conditions: {task: {hold: 999999999w}}", "p.yaml: conditions.task.hold: '999999999w' is"),
        ("conditions: {task: {hold: true}}", "p.yaml: conditions.task.hold: 'True' is no length"),
        ("conditions: {task: {least: none}}", "can only be notice, yellow, orange, red"),
        ("conditions: {3: {}}", "the name 3 must be a text; quote it"),
        ("acknowledgement: {after: 1h}", "p.yaml: acknowledgement.after is not known here"),
    ],
)
def test_is_refused_by_its_place(text: str, says: str) -> None:
    with pytest.raises(BadPolicyError) as refused:
        understood(text)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("10m", 600), ("1h30m", 5400), ("3d", 259200), ("2w", 1209600)],
)
def test_lengths_of_time(text: str, seconds: int) -> None:
    assert length_of(text) == timedelta(seconds=seconds)


class TestASection:
    SECTION = Section(
        place="p.yaml: ", values={"a": "x", "n": 3, "t": True, "l": ["x"], "s": [{"b": 1}]}
    )

    def test_reads_what_it_is_asked_for(self) -> None:
        one = self.SECTION
        assert (one.text("a", ""), one.number("n", 0), one.truth("t", False)) == ("x", 3, True)
        assert (one.texts("l"), one.choice("a", ("x", "y"), "y")) == (("x",), "x")
        assert one.sections("s")[0].number("b", 0) == 1
        assert (one.text("z", "d"), one.texts("z"), one.sections("z")) == ("d", (), ())

    @pytest.mark.parametrize("name", ["n", "t", "l"])
    def test_refuses_another_kind_of_value(self, name: str) -> None:
        with pytest.raises(BadPolicyError, match="must be a text"):
            self.SECTION.text(name, "")

    def test_does_not_take_true_for_a_number(self) -> None:
        with pytest.raises(BadPolicyError, match="must be a whole number"):
            self.SECTION.number("t", 0)
