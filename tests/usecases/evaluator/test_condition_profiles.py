"""Which warnings a place sees that applies its profile with a year of data, years later."""

import pytest

from deploy.profiles import documents
from deploy.profiles.year import MONTHS, everything
from services.evaluator.handlers.conditions.targets import TargetSource
from shared.contracts.conditions import ConditionMade
from tests.usecases.evaluator.condition_site import POLICY, ConditionSite
from tests.usecases.evaluator.profile_year import SCENARIOS, Place, Scenario, scenario

LONG_AFTER = "2026-11-21"


async def told_of(wanted: Scenario) -> list[ConditionMade]:
    """All that is told of targets in the first round after everything was loaded at once."""
    place = Place.of(wanted.year)
    await place.record(documents.of_profile(place.profile))
    for year in range(place.year.first, place.year.year + 1):
        for month in range(1, MONTHS + 1):
            place.meter(year, month)
    await place.learn(everything(place.profile, place.year))
    site = ConditionSite(place.province, on=LONG_AFTER)
    site.sources = [TargetSource(gatherer=place.province.gatherer, policy=POLICY)]
    return await site.round()


def levels(told: list[ConditionMade], *kinds: str) -> dict[str, str]:
    """Code of the target -> its levels from quarter to quarter."""
    return {
        one.about: " ".join(f"{step.period}:{step.level}" for step in one.sequence)
        for one in told
        if one.kind in kinds
    }


BEHIND = {
    "baotou-2023": {},
    "inner-mongolia-2023": {
        "NM-ENERGY-INCREMENT": "2023Q2:yellow 2023Q3:none",
        "NM-ENERGY-INTENSITY": "2023Q2:red 2023Q3:yellow 2023:none",
        "NM-CARBON-INTENSITY": "2023Q2:red 2023Q3:red 2023:yellow",
        "NM-CARBON-INTENSITY-150200": "2023Q2:yellow 2023Q3:yellow 2023:none",
        "NM-CARBON-INTENSITY-150700": "2023Q1:yellow 2023Q2:red 2023Q3:red 2023:red",
    },
    "qinghai-2023": {
        "QH-ENERGY-TOTAL": "2023Q1:yellow 2023Q2:red 2023Q3:none",
        "QH-ENERGY-INTENSITY": "2023Q1:red 2023Q2:yellow 2023Q3:none",
    },
    "tibet-2018": {"XZ-CARBON-INTENSITY": "2018Q1:red 2018Q2:yellow 2018Q3:none"},
    "wulingyuan-2023": {
        "WLY-ENERGY-INTENSITY": "2023Q1:red 2023Q2:yellow 2023Q3:none 2023:yellow",
    },
}
"""Totals and intensities, as the scenarios derive them by hand."""

MISSED = {
    "baotou-2023": 9,
    "inner-mongolia-2023": 1,
    "qinghai-2023": 1,
    "tibet-2018": 3,
    "wulingyuan-2023": 1,
}
"""How many indicators stand missed at the end."""


@pytest.mark.parametrize("name", sorted(BEHIND))
async def test_the_years_warnings_are_told_long_after(name: str) -> None:
    (path,) = (path for path in SCENARIOS if path.stem == name)
    told = await told_of(scenario(path))
    assert levels(told, "barometer", "intensity") == BEHIND[name]
    standing = [one for one in told if one.kind == "indicator" if one.sequence[-1].level != "none"]
    assert len(standing) == MISSED[name]
