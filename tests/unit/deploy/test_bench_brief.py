"""What the bench of briefs expects of a brief, and how it reads progress and costs."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from deploy.bench.brief.checking import Expected
from deploy.bench.brief.making import MOST_S, Made, costs_of, phases
from deploy.bench.brief.run import Outcome
from deploy.bench.brief.screen import document, tables, wrongs
from deploy.bench.province.reckoning import FOUR
from deploy.bench.province.size import Size

SIZE = Size(provinces=1, leagues=2, counties=3, enterprises=5, readings_a_day=1)
MADE = Made(
    name="cold",
    languages=("zh",),
    seconds=8.0,
    phases_s={"figures": 3.0, "printing": 5.0},
    forms_cpu_s={"pdf": 1.5},
    cpu_s={"evaluator": 3.0},
    others_s=4.0,
    progress=9,
    files={"brief.zh.pdf": 1},
)


@pytest.fixture(scope="module")
def expected() -> Expected:
    return Expected(SIZE)


def text(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def facts(expected: Expected) -> dict[str, Any]:
    """Facts as a brief that is right has them."""
    due = {measure: text(value) for measure, value in expected.measures.items()}
    half = {measure: text(expected.measures[measure] / 2) for measure in due}
    each = text(expected.measures["energy-total"] / SIZE.enterprises)
    return {
        "situation": {
            "measures": [
                {"measure": one, "scope": "monitored", "moved": {"now": {"value": due[one]}}}
                for one in FOUR
            ],
            "groupings": [
                {
                    "name": "sector",
                    "measure": one,
                    "parts": [{"moved": {"now": {"value": half[one]}}}] * 2,
                }
                for one in ("energy-total", "carbon-total")
            ],
            "users": {"code": ["E"] * SIZE.enterprises, "energy": [each] * SIZE.enterprises},
            "counties": [{}] * SIZE.counties,
            "data": {"reporting": SIZE.enterprises},
        }
    }


def without(found: dict[str, Any], name: str, **values: object) -> Mapping[str, Any]:
    situation = dict(found["situation"])
    return {"situation": {**situation, name: {**situation[name], **values}}}


class TestExpected:
    def test_nothing_is_wrong_with_what_the_readings_add_up_to(self, expected: Expected) -> None:
        assert expected.wrong(facts(expected)) == []

    @pytest.mark.parametrize("measure", FOUR)
    def test_a_measure_that_is_a_little_off_is_named(
        self, expected: Expected, measure: str
    ) -> None:
        found = facts(expected)
        one = next(o for o in found["situation"]["measures"] if o["measure"] == measure)
        one["moved"]["now"]["value"] = text(expected.measures[measure] + Fraction(1, 10**9))
        assert [wrong.split()[0] for wrong in expected.wrong(found)] == [measure]

    def test_a_measure_that_is_missing_is_named(self, expected: Expected) -> None:
        found = facts(expected)
        found["situation"]["measures"] = found["situation"]["measures"][1:]
        assert expected.wrong(found)[0].startswith(f"{FOUR[0]} is None")

    def test_enterprises_must_add_up(self, expected: Expected) -> None:
        found = without(facts(expected), "users", energy=["1"] * SIZE.enterprises)
        assert [wrong.split(" is ")[0] for wrong in expected.wrong(found)] == [
            "energy of all enterprises"
        ]

    def test_everybody_must_be_there(self, expected: Expected) -> None:
        found = without(facts(expected), "data", reporting=SIZE.enterprises - 1)
        assert [wrong.split(" is ")[0] for wrong in expected.wrong(found)] == [
            "enterprises with data"
        ]


class TestPhases:
    def test_each_step_goes_on_until_the_next(self) -> None:
        seen = [(0.0, "queued", 0), (0.5, "figures", 0), (3.0, "printing", 50)]
        assert phases(seen, 5.0) == {"queued": 0.5, "figures": 2.5, "printing": 2.0}

    def test_steps_that_are_seen_twice_are_one(self) -> None:
        seen = [(0.0, "printing", 50), (1.0, "printing", 70), (2.0, "keeping", 95)]
        assert phases(seen, 2.5) == {"printing": 2.0, "keeping": 0.5}


def test_costs_are_read_by_form() -> None:
    metrics = "\n".join(
        (
            "# TYPE qingyu_alerts_brief_form_cpu_seconds_total counter",
            'qingyu_alerts_brief_form_cpu_seconds_total{form="pdf"} 1.25',
            'qingyu_alerts_brief_form_cpu_seconds_total{form="xlsx"} 2.5',
            "qingyu_alerts_briefs 3",
        )
    )
    assert costs_of(metrics) == {"pdf": 1.25, "xlsx": 2.5}


class TestOutcome:
    def test_right_in_time_and_seen_to_get_on_is_passed(self) -> None:
        assert MADE.passed
        assert MADE.others == pytest.approx(0.5)

    @pytest.mark.parametrize(
        "change", [{"seconds": MOST_S}, {"wrong": ("energy-total",)}, {"progress": 1}]
    )
    def test_anything_else_is_not(self, change: dict[str, Any]) -> None:
        made = replace(MADE, **change)
        assert not Outcome(size=SIZE, period="2025", made=(MADE, made)).passed

    def test_is_shown_and_written(self) -> None:
        wrong = replace(MADE, name="warm", wrong=("energy-total is 1, and must be 2",))
        outcome = Outcome(size=SIZE, period="2025", made=(MADE, wrong))
        assert [table.row_count for table in tables(outcome)] == [2, 2, 2]
        assert wrongs(outcome) == ["zh, warm: energy-total is 1, and must be 2"]
        assert [one["passed"] for one in document(outcome)["made"]] == [True, False]
