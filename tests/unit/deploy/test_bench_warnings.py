"""The bench of warnings: what it makes up is what the desk reads; its bars are told honestly."""

from collections import Counter
from dataclasses import replace

import pytest
from rich.console import Console

from deploy.bench.warnings.arriving import Arrived
from deploy.bench.warnings.asking import ACT, GROUPS, OTHER, PAGE, Answered, Checked
from deploy.bench.warnings.made_up import MadeUp
from deploy.bench.warnings.run import Outcome
from deploy.bench.warnings.screen import document, tables
from services.alerts.domain.hearing import Known, hear
from services.alerts.domain.warning import Assessment, Kind
from services.alerts.entrypoints.reading import read_assessment, read_condition
from shared.model.instants import HOUR_US, from_us
from shared.model.level import Level

NOW_US = 490_000 * HOUR_US + 17
COUNT = 2_000

ANSWERED = Answered(
    group=PAGE, name="all", who="operator", count=10, p50=0.01, p95=0.02, p99=0.03, bytes=40_000
)
ARRIVED = Arrived(
    topic="conditions.v1",
    messages=60_000,
    bytes=70_000_000,
    warnings=60_000,
    entries=60_000,
    first_s=1.0,
    committed_s=10.0,
    telling_s=20.0,
    ladder_s=15.0,
    cpu={"postgres": 2.0, "alerts": 9.0},
    others_cpu=0.5,
)
OUTCOME = Outcome(
    arrived=(ARRIVED,),
    settled_s=30.0,
    open=60_000,
    answered=(ANSWERED,),
    checked=Checked(entries=60_000, seconds=2.0, whole=True),
)


@pytest.fixture(scope="module")
def made_up() -> MadeUp:
    return MadeUp(NOW_US)


def raised(heard: list[Assessment]) -> Counter[Level]:
    found = hear(Known(numbers={}, warnings={}), heard, from_us(NOW_US))
    assert len(found.warnings) == len(found.entries) == COUNT
    assert {entry.kind for entry in found.entries} == {Kind.RAISED}
    return Counter(warning.level for warning in found.warnings)


def test_every_condition_raises_a_warning_of_its_own(made_up: MadeUp) -> None:
    heard = [read_condition(one.value or b"") for one in made_up.conditions(COUNT)]
    assert raised(heard) == {
        Level.NOTICE: 800,
        Level.YELLOW: 600,
        Level.ORANGE: 400,
        Level.RED: 200,
    }
    assert len({one.kind for one in heard}) == 10
    assert len({one.subject for one in heard if one.subject.startswith("region:")}) > 10


def test_every_assessment_raises_a_warning_of_its_own(made_up: MadeUp) -> None:
    heard = [read_assessment(one.value or b"") for one in made_up.assessments(COUNT)]
    assert sum(raised(heard).values()) == COUNT


def test_the_bars() -> None:
    assert ARRIVED.rate == 6_000
    assert ARRIVED.exact
    assert not replace(ARRIVED, entries=59_999).exact
    assert ANSWERED.passed
    assert not replace(ANSWERED, p95=0.05).passed
    assert not replace(ANSWERED, group=GROUPS, bytes=200_000).passed
    assert replace(ANSWERED, group=ACT, bytes=200_000).passed
    assert not replace(ANSWERED, group=OTHER).barred


def test_one_bar_that_is_not_met_is_enough() -> None:
    assert OUTCOME.passed
    assert not replace(OUTCOME, arrived=(replace(ARRIVED, committed_s=12.1),)).passed
    assert not replace(OUTCOME, answered=(replace(ANSWERED, p95=0.06),)).passed
    assert not replace(OUTCOME, checked=Checked(entries=1, seconds=1.0, whole=False)).passed


def test_what_is_shown_and_written() -> None:
    console = Console(width=200, record=True)
    slow = replace(ANSWERED, group=GROUPS, p95=0.06)
    for table in tables(replace(OUTCOME, answered=(ANSWERED, slow))):
        console.print(table)
    shown = console.export_text()
    assert "6,000" in shown
    assert "not met" in shown
    written = document(OUTCOME)
    assert written["passed"] is True
    assert written["arrived"][0]["rate"] == 6_000
