"""Products graded against limits, and score sheets filled in from ratings and marks."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from services.evaluator.domain.records.score import Mark, Score
from services.evaluator.domain.records.target import Form
from services.evaluator.entrypoints import assessing_api
from services.evaluator.handlers.reckoner.assessing import Assessor
from services.evaluator.ports.register import RecordKind
from tests.usecases.evaluator.reckoning import COKERY, MILL, PLANT, PROVINCE, Province, target
from tests.usecases.evaluator.test_explain_api import again


@pytest.fixture
async def place() -> Province:
    made = Province()
    made.client = made.client_of(assessing_api.router, assessor=Assessor(made.gatherer))
    return made


async def results(place: Province, *who: str, **params: str) -> list[dict[str, Any]]:
    path = "/v1/limit-results?" + "&".join(f"subject={one}" for one in who)
    path += "".join(f"&{name}={value}" for name, value in {"period": "2024", **params}.items())
    answer = await place.get(path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_product_is_graded_by_its_energy(place: Province) -> None:
    place.use(PLANT, "raw-coal", "import", "2024-03", "150000")
    place.use(PLANT, "electricity", "conversion_output", "2024-03", "0")
    await place.state(PLANT, "product", "2024", "1000", "t", qualifier="clinker")
    for who, value in ((MILL, "99.9"), (COKERY, "118")):
        await place.state(who, "unit-energy", "2024", value, "kgce/t", qualifier="clinker")
    found = {one["subject"]: one for one in await results(place, PLANT, MILL, COKERY)}
    assert (found[PLANT]["grade"], found[PLANT]["state"]) == (3, "graded")
    assert again(found[PLANT]["value"]) == Fraction("107.145")
    assert (found[MILL]["grade"], found[MILL]["standing"]) == (1, "benchmark")
    assert (found[COKERY]["grade"], found[COKERY]["state"]) == (None, "failed")
    assert [found[who]["rank"]["place"] for who in (MILL, PLANT, COKERY)] == [1, 2, 3]
    assert found[PLANT]["limits"]["2"]["source"]["href"].startswith("/v1/limits?key=clinker")
    assert await results(place, PLANT, limit="other") == []


async def test_a_sheet_is_filled_in_from_ratings_and_marks(place: Province) -> None:
    for year, gdp in (("2020", "100"), ("2023", "120"), ("2024", "125")):
        await place.state(PROVINCE, "gdp", year, gdp, "亿元", basis="2020")
        await place.state(PROVINCE, "energy-whole", year, "1000", "tce")
    for year in ("2021", "2022"):
        await place.state(PROVINCE, "energy-intensity-change", year, "-3", "%")
    await place.state(PROVINCE, "energy-intensity-change", "2023", "-3", "%")
    await place.put(
        RecordKind.TARGET,
        target("T-I", PROVINCE, "energy-intensity", "13"),
        target("T-T", PROVINCE, "energy-total", "1200", form=Form.TOTAL, unit="tce"),
    )
    marks = tuple(
        Mark(item=item, points=Decimal(points), evidence=("report",), by="panel")
        for item, points in (("structure", "9"), ("key-users", "10"), ("projects", "8"))
    )
    await place.put(
        RecordKind.SCORE,
        Score(sheet="dual-control-yearly", holder=PROVINCE, period="2024", marks=marks),
    )
    answer = await place.get("/v1/assessments", sheet="dual-control-yearly", period="2024")
    assert answer.status_code == 200, answer.text
    (one,) = answer.json()["items"]
    items = {item["item"]: item for item in one["items"]}
    assert again(items["total-year"]["completion"]) > 100
    assert items["intensity-progress"]["completion"]["value"] is not None
    assert again(items["structure"]["points"]) == 9
    assert one["result"] is None or one["vetoes"]
    assert {"panel"} == {item["by"] for item in one["items"] if item["by"]}
    assert one["rank"]["place"] == 1


async def _completions(place: Province, period: str) -> dict[str, Any]:
    score = Score(sheet="dual-control-yearly", holder=PROVINCE, period=period, marks=())
    await place.put(RecordKind.SCORE, score)
    answer = await place.get("/v1/assessments", sheet="dual-control-yearly", period=period)
    assert answer.status_code == 200, answer.text
    (one,) = answer.json()["items"]
    return {item["item"]: item for item in one["items"]}


@pytest.mark.parametrize(("yearly", "year_is_met"), [({}, False), ({"2022": Decimal("1.5")}, True)])
async def test_an_item_of_the_year_asks_for_the_years_own_target(
    place: Province, yearly: dict[str, Decimal], year_is_met: bool
) -> None:
    """A fall by 3.6 % in two of five years is too little for 17 %, if enough for 1.5 % a year."""
    for year in ("2021", "2022"):
        await place.state(PROVINCE, "energy-intensity-change", year, "-1.8", "%")
    await place.put(
        RecordKind.TARGET, target("T-I", PROVINCE, "energy-intensity", "17", yearly=yearly)
    )
    items = await _completions(place, "2022")
    assert again(items["intensity-progress"]["completion"]) < 60
    assert again(items["intensity-progress"]["points"]) == 0
    assert (again(items["intensity-year"]["completion"]) >= 100) is year_is_met
    assert items["intensity-year"]["vetoed"] is not year_is_met


async def test_an_allowance_below_nought_is_half_done_when_half_is_saved(place: Province) -> None:
    for year, used in (("2020", "1000"), ("2025", "990")):
        await place.state(PROVINCE, "energy-whole", year, used, "tce")
    more: dict[str, Any] = {"form": Form.INCREMENT, "unit": "tce"}
    await place.put(RecordKind.TARGET, target("T-T", PROVINCE, "energy-total", "-20", **more))
    items = await _completions(place, "2025")
    assert again(items["total-year"]["completion"]) == 50
    await place.put(RecordKind.TARGET, target("T-T", PROVINCE, "energy-total", "0", **more))
    items = await _completions(place, "2025")
    assert again(items["total-year"]["completion"]) == 100


async def test_what_cannot_be_asked(place: Province) -> None:
    missing = await place.get("/v1/assessments", sheet="none", period="2024")
    assert (missing.status_code, "no sheet" in missing.text) == (422, True)
    part = await place.get("/v1/assessments", key="county", sheet="x", period="2024")
    assert part.status_code == 403
    hidden = await place.get(f"/v1/limit-results?subject={MILL}&period=2024", key="county")
    assert hidden.status_code == 404
