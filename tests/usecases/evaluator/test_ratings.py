"""What targets are judged by: exemptions, prices, scopes and published changes that fit them."""

from decimal import Decimal
from typing import Any

import pytest

from services.evaluator.domain.records.target import Form
from services.evaluator.ports.register import RecordKind
from tests.usecases.evaluator.reckoning import PLANT, PROVINCE, Province, target

TOTAL: dict[str, Any] = {"form": Form.TOTAL, "unit": "tce", "yearly": {"2021": Decimal(100)}}
SHARE: dict[str, Any] = {"form": Form.AT_LEAST, "unit": "%"}


@pytest.fixture
def place() -> Province:
    return Province()


async def rated(place: Province, period: str = "2021") -> dict[str, Any]:
    """The province's targets as rated, by measure."""
    answer = await place.get(f"/v1/ratings/{PROVINCE}", period=period)
    assert answer.status_code == 200, answer.text
    return {one["measure"]: one for one in answer.json()["measures"]}


def said(one: dict[str, Any], key: str = "reasons") -> str:
    """All the remarks or reasons."""
    return "; ".join(text["en"] for text in one[key])


async def used(place: Province, fall: str) -> None:
    """110 tce of 100 were used, the intensity has changed by so much."""
    await place.state(PROVINCE, "energy-whole", "2021", "110", "tce")
    await place.state(PROVINCE, "energy-intensity-change", "2021", fall, "%")


@pytest.mark.parametrize("elastic", [True, False])
async def test_any_total_is_exempt_by_the_incentive_target(place: Province, elastic: bool) -> None:
    await used(place, "-4")
    goal = target("T-I", PROVINCE, "energy-intensity", "13", incentive=Decimal("14.5"))
    whole = target("T-T", PROVINCE, "energy-total", "100", elastic=elastic, **TOTAL)
    await place.put(RecordKind.TARGET, goal, whole)
    assert (await rated(place))["energy-total"]["state"] == "exempt"


@pytest.mark.parametrize(("elastic", "remarked"), [(True, True), (False, False)])
async def test_the_basic_target_exempts_no_total(
    place: Province, elastic: bool, remarked: bool
) -> None:
    await used(place, "-3")
    goal = target("T-I", PROVINCE, "energy-intensity", "13", incentive=Decimal("14.5"))
    whole = target("T-T", PROVINCE, "energy-total", "100", elastic=elastic, **TOTAL)
    await place.put(RecordKind.TARGET, goal, whole)
    found = (await rated(place))["energy-total"]
    assert found["state"] == "rated"
    assert ("elastic total" in said(found, "flags")) is remarked


async def test_gdp_at_other_prices_than_the_targets_is_not_taken(place: Province) -> None:
    for year, prices, gdp in (("2020", "2020", "100"), ("2021", "2015", "104")):
        await place.state(PROVINCE, "gdp", year, gdp, "亿元", basis=prices)
        await place.state(PROVINCE, "energy-whole", year, "1000", "tce")
    await place.put(RecordKind.TARGET, target("T-I", PROVINCE, "energy-intensity", "13"))
    found = (await rated(place))["energy-intensity"]
    assert found["state"] == "not-rated"
    assert "GDP at constant prices of 2020 missing" in said(found)
    change = f"/v1/figures/{PROVINCE}/change:energy-intensity/2021"
    missing = (await place.get(change, scope="whole")).json()
    assert missing["value"] is None
    assert "constant prices of one year" in said(missing, "missing")
    await place.state(PROVINCE, "gdp", "2021", "108", "亿元", basis="2020")
    assert (await rated(place))["energy-intensity"]["state"] == "rated"
    assert (await place.get(change, scope="whole")).json()["value"] is not None


async def test_indicators_keep_to_the_prices_too(place: Province) -> None:
    for year, prices in (("2020", "2020"), ("2021", "2015")):
        await place.state(PROVINCE, "gdp", year, "1", "亿元", basis=prices)
        await place.state(PROVINCE, "water", year, "10000", "m3")
    goal = target("T-W", PROVINCE, "water-intensity", "10")
    await place.put(RecordKind.TARGET, goal)
    assert "GDP at constant prices of 2020 missing" in said((await rated(place))["water-intensity"])
    await place.state(PROVINCE, "gdp", "2021", "2", "亿元", basis="2020")
    assert (await rated(place))["water-intensity"]["state"] == "rated"


async def test_a_share_of_the_whole_region_is_divided_by_the_whole_region(place: Province) -> None:
    place.use(PLANT, "raw-coal", "import", "2021-03", "100000")
    await place.state(PROVINCE, "non-fossil-energy", "2021", "30", "tce")
    await place.put(RecordKind.TARGET, target("T-N", PROVINCE, "non-fossil-share", "20", **SHARE))
    before = (await rated(place))["non-fossil-share"]
    assert (before["state"], before["scope"]) == ("not-rated", "whole")
    await place.state(PROVINCE, "energy-whole", "2021", "150", "tce")
    path = f"/v1/figures/{PROVINCE}/indicator:non-fossil-share/2021"
    scopes: tuple[dict[str, str], ...] = ({}, {"scope": "monitored"}, {"scope": "whole"})
    for scope in scopes:
        assert (await place.get(path, **scope)).json()["value"] == "20"
    answer = await place.get(f"/v1/ratings/{PROVINCE}", period="2021", scope="monitored")
    assert answer.json()["measures"][0]["scope"] == "whole"
    coal = f"/v1/figures/{PROVINCE}/indicator:coal-share/2021"
    assert (await place.get(coal, scope="whole")).json()["value"] == "100"


async def test_a_gross_change_is_not_taken_for_a_target_that_deducts(place: Province) -> None:
    await place.state(PROVINCE, "energy-intensity-change", "2021", "-4", "%")
    goal = target("T-I", PROVINCE, "energy-intensity", "13", exclusions=("feedstock",))
    await place.put(RecordKind.TARGET, goal)
    found = (await rated(place))["energy-intensity"]
    assert found["state"] == "not-rated"
    assert "the published change is gross" in said(found)
    await place.state(PROVINCE, "energy-intensity-change", "2021", "-2", "%", qualifier="net")
    found = (await rated(place))["energy-intensity"]
    assert found["state"] == "rated"
    assert found["value"] == "2"
