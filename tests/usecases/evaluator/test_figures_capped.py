"""Certificates capped by the saving needed; products against limits; the catalogue of then."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from services.evaluator.ports.register import RecordKind
from shared.model.catalogue import Catalogue, EntityKind, Record
from shared.model.instants import BEGINNING_US, FOREVER_US
from tests.usecases.evaluator.reckoning import EAST, MILL, PROVINCE, WEST, Province, target
from tests.usecases.evaluator.test_explain_api import again, check
from tests.usecases.evaluator.test_figures_api import value

NET = {"basis": "net"}


async def traded(received: str) -> Province:
    """A base year and a current one, a target of 20 % and certificates from another province."""
    place = Province()
    for month, amount in (("2020-03", "10000000"), ("2024-03", "9000000")):
        place.use(MILL, "natural-gas", "import", month, amount)
    for year, gdp in (("2020", "10"), ("2024", "12")):
        await place.state(PROVINCE, "gdp", year, gdp, "亿元", basis="2020")
    await place.put(RecordKind.TARGET, target("T-I", PROVINCE, "energy-intensity", "20"))
    await place.state(PROVINCE, "certificates-in", "2024", received, "tce")
    return place


@pytest.mark.parametrize("received", ["700", "5000"])
async def test_certificates_count_up_to_half_of_the_saving_needed(received: str) -> None:
    place = await traded(received)
    before = await value(place, f"{PROVINCE}/energy-intensity/2020")
    gross = await value(place, f"{PROVINCE}/energy-total/2024")
    assert before is not None
    assert gross is not None
    cap = before * Fraction(20, 100) * 120_000 / 2
    assert 700 < cap < 5000
    counted = min(Fraction(received), cap)
    found = (await place.get(f"/v1/explain/{PROVINCE}/energy-intensity/2024", **NET)).json()
    await check(place, found["tree"], {})
    assert again(found["tree"]) == (gross - counted) / 120_000
    kinds = {kind: len(listed) for kind, listed in found["leaves"].items()}
    assert kinds["target"] == 1
    assert await value(place, f"{PROVINCE}/energy-total/2024", **NET) == gross


async def test_without_a_target_the_cap_is_missing() -> None:
    place = await traded("700")
    await place.state(EAST, "certificates-in", "2024", "1", "tce")
    await place.state(EAST, "gdp", "2024", "1", "亿元", basis="2020")
    found = (await place.get(f"/v1/figures/{EAST}/energy-intensity/2024", **NET)).json()
    assert found["missing"][0]["en"] == "no saving needed to cap certificates by"


async def test_a_rating_of_the_net_intensity_has_its_cap() -> None:
    place = await traded("5000")
    deducting = target("T-I", PROVINCE, "energy-intensity", "20", exclusions=("non-fossil",))
    await place.put(RecordKind.TARGET, deducting)
    before = await value(place, f"{PROVINCE}/energy-intensity/2020")
    now = await value(place, f"{PROVINCE}/energy-intensity/2024", **NET)
    assert before is not None
    assert now is not None
    assert await value(place, f"{PROVINCE}/target:T-I/2024") == 100 * (before - now) / before


async def limited() -> Province:
    place = Province()
    limit: dict[str, Any] = {
        "code": "brick",
        "product": "砖",
        "product_en": "brick",
        "standard": "GB test",
        "measure": "单位产品综合能耗",
        "measure_en": "energy per unit",
        "unit": "kgce/t",
        "source": "test",
        "confidence": "T",
        "grades": ["40", "50", "60"],
        "valid_from": "2020-01-01",
    }
    taken = await place.post("/v1/limits", limit)
    assert taken.status_code == 200, taken.text
    place.use(MILL, "natural-gas", "import", "2024-03", "100000")
    place.use(MILL, "electricity", "import", "2024-03", "1000")
    await place.state(MILL, "product", "2024", "2500", "t", qualifier="brick")
    return place


async def test_a_product_against_its_limit() -> None:
    place = await limited()
    found = (await place.get(f"/v1/explain/{MILL}/limit:brick/2024")).json()
    assert found["grade"]["state"] == "graded", found["grade"]
    energy = await value(place, f"{MILL}/energy-total/2024")
    assert energy is not None
    unit = energy * 1000 / 2500
    assert again(found["tree"]) == unit
    assert 40 < unit <= 50
    assert found["grade"]["grade"] == 2
    seen: dict[str, Any] = {}
    for body in (found["tree"], *found["beside"]):
        await check(place, body, seen)
    assert [again(body) for body in found["beside"][3:]] == [40 - unit, 50 - unit, 60 - unit]
    plain = (await place.get(f"/v1/figures/{MILL}/limit:brick/2024")).json()
    assert plain["grade"]["limit"] == "brick"
    page = await place.get(f"/v1/explain/{MILL}/limit:brick/2024", format="html", lang="en")
    assert "limit of grade 2" in page.text
    none = (await place.get(f"/v1/figures/{MILL}/limit:tile/2024")).json()
    assert none["missing"][0]["en"] == "there is no limit tile in force"


def moved(known: Catalogue, at_us: int) -> Catalogue:
    """The mill renamed, and in the other county since ever, as became known at `at_us`."""
    mill = known.entities[f"{EntityKind.ENTERPRISE}:MILL"]
    record = Record(
        valid_from=BEGINNING_US,
        valid_to=FOREVER_US,
        version=2,
        recorded_at=at_us,
        attributes={**mill.latest(), "region": "150203", "name": "新厂"},
    )
    return known.with_entities(2, [replace(mill, records=(*mill.records, record))])


async def test_a_commit_has_the_catalogue_of_its_time() -> None:
    place = Province()
    await place.state(MILL, "process-emission", "2024", "5", "tCO2", qualifier="lime")
    place.use(MILL, "natural-gas", "import", "2024-03", "100000")
    then = {"as_of": f"commit:{place.commit}"}
    before = await value(place, f"{EAST}/carbon-total/2024")
    assert before is not None
    place.rulebook.update(moved(place.rulebook.catalogue, place.memory.at_us - 1))
    assert (await place.get(f"/v1/figures/{MILL}/carbon-total/2024")).json()[
        "subject_name"
    ] == "新厂"
    await place.state(PROVINCE, "gdp", "2024", "1", "亿元")
    old = (await place.get(f"/v1/figures/{MILL}/carbon-total/2024", **then)).json()
    assert old["subject_name"] == "MILL"
    assert await value(place, f"{EAST}/carbon-total/2024", **then) == before
    assert await value(place, f"{WEST}/account:co2.process/2024", **then) is None
    assert await value(place, f"{WEST}/account:co2.process/2024") == 5
    assert await value(place, f"{EAST}/account:co2.process/2024") is None
