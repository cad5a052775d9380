"""Every scenario file holds, and every kind, step and channel that there is has one."""

from pathlib import Path

import pytest

from services.alerts.domain.ladder.words import StepKind
from services.alerts.domain.telling.contacts import ChannelKind
from shared.model.condition import ConditionKind
from tests.usecases.scenarios.script import FOLDER
from tests.usecases.scenarios.stage import Outcome, outcome_of

FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_who_is_told_what_and_when(path: Path) -> None:
    outcome = await outcome_of(path)
    assert not outcome.faults, "\n\n".join((outcome.scenario.title, *outcome.faults))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_what_a_file_is_there_for_happens_in_it(path: Path) -> None:
    outcome = await outcome_of(path)
    covers = outcome.scenario.covers
    assert set(covers.kinds) <= outcome.kinds, outcome.kinds
    assert set(covers.steps) <= outcome.steps, outcome.steps
    assert set(covers.channels) <= outcome.channels, outcome.channels


@pytest.fixture(scope="module")
async def outcomes() -> list[Outcome]:
    return [await outcome_of(path) for path in FILES]


@pytest.mark.parametrize("kind", ConditionKind)
def test_every_kind_of_condition_is_raised_by_some_scenario(
    kind: ConditionKind, outcomes: list[Outcome]
) -> None:
    files = [one for one in outcomes if kind in one.scenario.covers.kinds and kind in one.kinds]
    assert files, f"no scenario in {FOLDER.name} covers the kind {kind}"


@pytest.mark.parametrize("kind", StepKind)
def test_every_step_of_the_ladder_is_proposed_in_some_scenario(
    kind: StepKind, outcomes: list[Outcome]
) -> None:
    files = [one for one in outcomes if kind in one.scenario.covers.steps and kind in one.steps]
    assert files, f"no scenario in {FOLDER.name} covers the step {kind}"


@pytest.mark.parametrize("channel", ChannelKind)
def test_every_channel_is_used_in_some_scenario(
    channel: ChannelKind, outcomes: list[Outcome]
) -> None:
    files = [
        one
        for one in outcomes
        if channel in one.scenario.covers.channels and channel in one.channels
    ]
    assert files, f"no scenario in {FOLDER.name} covers the channel {channel}"
