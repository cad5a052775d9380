"""Records read from what somebody wrote: every fault, at its place."""

from decimal import Decimal
from typing import Any

import pytest

from services.evaluator.adapters.record_files import read_records
from services.evaluator.domain.budget_rows import Place
from services.evaluator.domain.forms.reading import read, read_all
from services.evaluator.domain.forms.written import Written
from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.records.task import Task

YAML = """tasks:
  - code: T1
    name: 一
    holder: region:150000
    lead: [甲, 乙]
    milestones:
      - code: m
        name: 半
        due: 2020-01-01
targets:
  - code: R
    name: 总量
    holder: region:150000
    measure: energy-total
    form: total
    value: 0100.50
    unit: tce
    first_year: 2021
    last_year: 2025
    elastic: yes
    yearly: {2021: 1, 2022: ~}
"""


def lists(text: str, name: str = "a.yaml", kind: str = "") -> dict[str, list[Written]]:
    found, faults = read_records(name, text, kind)
    assert faults == []
    return found


class TestReading:
    def test_follows_the_fields_of_the_record(self) -> None:
        found = lists(YAML)
        task, wrong = read(Task, found["tasks"][0])
        assert (wrong, task and task.record.lead) == ([], ("甲", "乙"))
        assert task is not None
        assert task.record.milestones[0].due == "2020-01-01"
        assert task.places["milestones.0.due"] == Place(file="a.yaml", line=9)
        target, (fault,) = read(Target, found["targets"][0])
        assert target is None
        assert (fault.field, fault.place.line) == ("yearly.2022", 21)

    def test_takes_numbers_as_they_are_written(self) -> None:
        (read_one,), faults = read_all(Target, lists(YAML.replace(", 2022: ~", ""))["targets"])
        assert faults == []
        assert read_one.record.value == Decimal("100.50")
        assert read_one.record.elastic
        assert read_one.record.form is Form.TOTAL
        assert read_one.record.base_year is None

    def test_a_value_that_may_be_unknown_may_be_left_out(self) -> None:
        found = lists(YAML.replace("    value: 0100.50\n", "").replace(", 2022: ~", ""))
        (read_one,), _ = read_all(Target, found["targets"])
        assert read_one.record.value is None

    @pytest.mark.parametrize(
        ("written", "message"),
        [
            ("lead: {a: b}", "must be a list"),
            ("lead: [[a]]", "single value"),
            ("every: always", "none of once, month"),
            ("due_after: 1.5", "not a whole number"),
            ("milestones: [a]", "object with named values"),
            ("note: [a]", "single value"),
            ("colour: red", "no 'colour'"),
        ],
    )
    def test_says_what_would_be_right(self, written: str, message: str) -> None:
        text = f"tasks:\n  - {{code: T, name: n, holder: h, {written}}}\n"
        _, faults = read_all(Task, lists(text)["tasks"])
        assert any(message in fault.message for fault in faults)

    def test_a_mapping_is_no_text(self) -> None:
        text = YAML.replace("{2021: 1, 2022: ~}", "all")
        _, (fault,) = read_all(Target, lists(text)["targets"])
        assert "object with named values" in fault.message

    def test_a_mistake_is_told_at_the_nearest_place(self) -> None:
        (one,), _ = read_all(Task, lists(YAML)["tasks"])
        at = {
            field: one.fault(Wrong(key="T1", field=field, message="x")).place.line
            for field in ("milestones.0.due", "milestones.0.name_en", "deadline", "")
        }
        assert at == {"milestones.0.due": 9, "milestones.0.name_en": 7, "deadline": 2, "": 2}


class TestCsv:
    def test_columns_are_fields(self) -> None:
        text = (
            "\ufeffcode,name,holder,lead,milestones\n"
            'T1,"一,\n二",region:150000,甲；乙;丙,\n,,,,\nT2,b,h,,\n'
        )
        found = lists(text, "a.csv", "tasks")
        reads, faults = read_all(Task, found["tasks"])
        assert faults == []
        assert reads[0].record.lead == ("甲", "乙", "丙")
        assert [one.place.line for one in reads] == [2, 5]

    @pytest.mark.parametrize(
        ("name", "text", "line"),
        [
            ("a.csv", "code,,name\n", 1),
            ("a.csv", 'code,name\n"T1,x\n', 2),
            ("a.csv", "code,name\nT1\n", 2),
            ("a.xlsx", "", 1),
        ],
    )
    def test_names_the_line_of_what_cannot_be_read(self, name: str, text: str, line: int) -> None:
        _, (fault,) = read_records(name, text, "tasks")
        assert fault.place == Place(file=name, line=line)

    def test_needs_to_know_what_it_holds(self) -> None:
        _, (fault,) = read_records("a.csv", "code\nT1\n")
        assert ".yaml or .yml" in fault.message


def test_anchors_that_multiply_are_refused() -> None:
    rows = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    for before, name in zip("abcdefg", "bcdefgh", strict=True):
        rows.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    found: Any
    found, faults = read_records("a.yaml", "\n".join(rows))
    assert found == {}
    assert "holds too much" in faults[0].message
