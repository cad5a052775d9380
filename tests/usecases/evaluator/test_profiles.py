"""Each profile runs a year of demonstration data, and another: levels are those derived by hand."""

from pathlib import Path

import pytest

from deploy.profiles import documents
from deploy.profiles.year import everything
from tests.usecases.evaluator.profile_year import SCENARIOS, Place, run, scenario

_EACH = pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)


@_EACH
async def test_levels_and_states_of_every_month(path: Path) -> None:
    wanted = scenario(path)
    assert await run(Place.of(wanted.year), wanted) == []


@_EACH
async def test_the_same_again_changes_nothing(path: Path) -> None:
    place = Place.of(scenario(path).year)
    first = documents.of_profile(place.profile)
    year = documents.of_year(everything(place.profile, place.year))
    assert await place.record(first)
    await place.record(year)
    commit = place.province.commit
    assert await place.record(first) == {}
    assert await place.record(year) == {}
    assert place.province.commit == commit
