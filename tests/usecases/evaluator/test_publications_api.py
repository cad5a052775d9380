"""What was published stays; what it was made of may change, and then there is a correction."""

import asyncio
from decimal import Decimal

import pytest

from services.evaluator.domain.records.factor import FactorRecord
from services.evaluator.entrypoints import publications_api
from services.evaluator.handlers.publishing import Publisher
from services.evaluator.handlers.recompute import Recompute, Run
from services.evaluator.ports.register import RecordKind
from tests.usecases.evaluator.publications import MemoryPublications
from tests.usecases.evaluator.reckoning import EAST, MILL, PROVINCE, Province, target


class House:
    """The province with its publications."""

    def __init__(self) -> None:
        self.place = Province()
        self.publications = MemoryPublications(self.place.books, self.place.memory)
        self.publisher = Publisher(self.place.reckoner, self.publications)
        recompute = Recompute(self.place.gatherer, self.publications, self.publications)
        self.place.client = self.place.client_of(
            publications_api.router,
            publisher=self.publisher,
            publications=self.publications,
            recompute=Run(recompute),
        )


@pytest.fixture
async def house() -> House:
    made = House()
    await made.place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
    made.place.use(MILL, "electricity", "import", "2024-01", "1000")
    made.place.use(MILL, "natural-gas", "import", "2024-01", "0")
    return made


async def test_published_figures_stay_and_are_corrected(house: House) -> None:
    figure = f"{PROVINCE}/energy-intensity/2024"
    answer = await house.place.post("/v1/publications", {"figures": [figure]})
    assert answer.status_code == 201, answer.text
    (made,) = answer.json()["items"]
    assert made["value"] == "0.00001229"
    assert await house.publisher.review() == 0
    await house.place.state(PROVINCE, "gdp", "2024", "2", "亿元", basis="2020")
    assert await house.publisher.review() == 1
    assert await house.publisher.review() == 0
    found = (await house.place.get("/v1/figure-corrections", subject=PROVINCE)).json()
    (correction,) = found["items"]
    assert (correction["old"], correction["new"]) == ("0.00001229", "0.000006145")
    assert (correction["cause"], correction["figure"]) == ("statements", figure)
    assert correction["detail"]["publication"] == made["id"]
    (still,) = (await house.place.get("/v1/publications", subject=PROVINCE)).json()["items"]
    assert still["value"] == "0.00001229"
    then = await house.place.get(still["explain"])
    assert then.json()["tree"]["value"] == "0.00001229"


async def test_a_change_and_its_return_are_two_corrections_also_after_a_restart(
    house: House,
) -> None:
    figure = f"{PROVINCE}/energy-intensity/2024"
    await house.place.post("/v1/publications", {"figures": [figure]})
    await house.place.state(PROVINCE, "gdp", "2024", "2", "亿元", basis="2020")
    await house.publisher.review()
    await house.place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
    again = Publisher(house.place.reckoner, house.publications)
    assert await again.review() == 1
    assert [one.change.new for one in house.publications.changes] == ["0.000006145", "0.00001229"]


async def test_late_readings_touch_only_those_whose_they_are(house: House) -> None:
    figures = [f"{who}/energy-total/2024" for who in (EAST, PROVINCE, "region:150203")]
    await house.place.post("/v1/publications", {"figures": figures})
    await house.place.put(RecordKind.TARGET, target("T", PROVINCE, "energy-intensity", "10"))
    house.place.use(MILL, "electricity", "import", "2024-02", "500")
    house.place.use(MILL, "natural-gas", "import", "2024-02", "0")
    assert await house.publisher.review() == 2
    subjects = {one.change.subject for one in house.publications.changes}
    assert subjects == {EAST, PROVINCE}
    assert all("readings" in one.change.cause for one in house.publications.changes)


async def test_who_may_publish_what(house: House) -> None:
    body = {"figures": [f"{EAST}/energy-total/2024"]}
    assert (await house.place.post("/v1/publications", body, key="county")).status_code == 403
    wrong = {"figures": ["region:1/x"]}
    assert (await house.place.post("/v1/publications", wrong)).status_code == 422
    nobody = {"figures": ["region:9/energy-total/2024"]}
    assert (await house.place.post("/v1/publications", nobody)).status_code == 404
    hidden = await house.place.get("/v1/figure-corrections", key="county")
    assert hidden.status_code == 422
    other = await house.place.get("/v1/publications", key="county", subject=PROVINCE)
    assert other.status_code == 404


async def test_a_year_is_computed_anew_in_the_background(house: House) -> None:
    assert (await house.place.get("/v1/recomputations")).json()["state"] == "none"
    before = house.place.commit
    grid = FactorRecord(
        series="grid",
        item="electricity",
        place="150000",
        unit="kgCO2/kWh",
        value=Decimal("0.5"),
        version="new",
        valid_from="2024-01-01",
        valid_to="2025-01-01",
        source="test",
        confidence="S",
    )
    await house.place.put(RecordKind.FACTOR, grid)
    asked = {"year": "2024", "old_as_of": str(before)}
    begun = await house.place.post("/v1/recomputations", None, **asked)
    assert begun.status_code == 202, begun.text
    assert (await house.place.post("/v1/recomputations", None, **asked)).status_code == 409
    body = begun.json()
    while body["state"] == "running":
        await asyncio.sleep(0)
        body = (await house.place.get("/v1/recomputations")).json()
    assert body["state"] == "done", body
    assert body["report"]["changed"] == 4
    found = await house.place.get("/v1/figure-corrections", cause="factors", limit="2")
    assert len(found.json()["items"]) == 2
    assert found.json()["next"] is not None
