"""Figures over HTTP: values by hand, scopes, what is missing, and who may see what."""

from fractions import Fraction

import pytest

from tests.usecases.evaluator.reckoning import (
    CITY,
    COKERY,
    EAST,
    HYBRID,
    MILL,
    PLANT,
    PROVINCE,
    WEST,
    Province,
)


@pytest.fixture
async def place() -> Province:
    made = Province()
    made.use(PLANT, "raw-coal", "import", "2024-03", "1000000")
    made.use(PLANT, "electricity", "conversion_output", "2024-03", "2000000")
    made.use(MILL, "electricity", "import", "2024-03", "500000")
    made.use(MILL, "natural-gas", "import", "2024-04", "10000")
    made.use(COKERY, "raw-coal", "import", "2024-05", "700000")
    made.use(COKERY, "coke", "conversion_output", "2024-05", "400000")
    made.use(COKERY, "electricity", "import", "2024-05", "30000")
    made.use(HYBRID, "raw-coal", "import", "2024-06", "300000")
    made.use(HYBRID, "electricity", "conversion_output", "2024-06", "600000")
    made.use(HYBRID, "electricity", "export", "2024-06", "550000")
    return made


COAL, POWER, COKE = Fraction("0.7143"), Fraction("0.1229"), Fraction("0.9714")


async def value(place: Province, figure: str, **options: str) -> Fraction | None:
    answer = await place.get(f"/v1/figures/{figure}", **options)
    assert answer.status_code == 200, answer.text
    found = answer.json()["value"]
    return None if found is None else Fraction(found)


async def test_what_conversion_gives_out_is_taken_off_once(place: Province) -> None:
    plant = (1_000_000 * COAL - 2_000_000 * POWER) / 1000
    hybrid = (300_000 * COAL - 550_000 * POWER) / 1000
    assert await value(place, f"{PLANT}/energy-total/2024") == plant
    assert await value(place, f"{HYBRID}/energy-total/2024") == hybrid
    assert await value(place, f"{WEST}/energy-total/2024") == plant + hybrid


async def test_a_region_is_the_sum_of_its_enterprises(place: Province) -> None:
    for measure in ("energy-total", "carbon-total"):
        parts = [
            await value(place, f"{who}/{measure}/2024") for who in (PLANT, MILL, COKERY, HYBRID)
        ]
        assert None not in parts
        counties = [await value(place, f"{who}/{measure}/2024") for who in (WEST, EAST)]
        for whole in (CITY, PROVINCE):
            assert await value(place, f"{whole}/{measure}/2024") == sum(filter(None, parts))
        assert sum(filter(None, counties)) == sum(filter(None, parts))


async def test_without_gdp_an_intensity_is_missing(place: Province) -> None:
    answer = (await place.get(f"/v1/figures/{PROVINCE}/energy-intensity/2024")).json()
    assert answer["value"] is None
    assert [reason["en"] for reason in answer["missing"]] == ["GDP missing"]
    await place.state(PROVINCE, "gdp", "2024", "2", "亿元", basis="2020")
    total = await value(place, f"{PROVINCE}/energy-total/2024")
    assert total is not None
    assert await value(place, f"{PROVINCE}/energy-intensity/2024") == total / 20_000


async def test_the_whole_region_is_monitored_and_the_rest(place: Province) -> None:
    assert await value(place, f"{PROVINCE}/energy-total/2024", scope="whole") is None
    await place.state(PROVINCE, "energy-unmonitored", "2024", "100", "tce")
    monitored = await value(place, f"{PROVINCE}/energy-total/2024")
    whole = await value(place, f"{PROVINCE}/energy-total/2024", scope="whole")
    assert monitored is not None
    assert whole == monitored + 100
    assert await value(place, f"{PROVINCE}/coverage/2024") == 100 * monitored / whole


async def test_several_at_once_are_as_of_one_commit(place: Province) -> None:
    answer = await place.get("/v1/figures", subject=WEST, period="2024", measure="energy-total")
    body = answer.json()
    assert [item["figure"] for item in body["items"]] == [f"{WEST}/energy-total/2024"]
    assert body["as_of"] == body["items"][0]["as_of"]
    four = (await place.get("/v1/figures", subject=WEST, period="2024")).json()["items"]
    assert [item["measure"] for item in four] == [
        "energy-total",
        "energy-intensity",
        "carbon-total",
        "carbon-intensity",
    ]


async def test_as_of_gives_what_was_known_then(place: Province) -> None:
    first = await place.state(PROVINCE, "gdp", "2024", "2", "亿元", basis="2020")
    before = await value(place, f"{PROVINCE}/energy-intensity/2024")
    later = await place.state(PROVINCE, "gdp", "2024", "3", "亿元", basis="2020")
    place.use(PLANT, "raw-coal", "import", "2024-07", "50000")
    assert later > first
    then = await value(place, f"{PROVINCE}/energy-intensity/2024", as_of=f"commit:{first}")
    assert then == before
    assert await value(place, f"{PROVINCE}/energy-intensity/2024") != before


async def test_changes_and_books_and_products(place: Province) -> None:
    place.use(PLANT, "raw-coal", "import", "2023-03", "2000000")
    place.use(PLANT, "electricity", "conversion_output", "2023-03", "4000000")
    assert await value(place, f"{PLANT}/change:energy-total/2024") == -50
    assert await value(place, f"{PLANT}/book:raw-coal/2024Q1") == 1_000_000
    assert await value(place, f"{PLANT}/book:electricity:conversion_output/2024") == 2_000_000
    await place.state(PLANT, "product", "2024", "1000", "t", qualifier="brick")
    energy = (1_000_000 * COAL - 2_000_000 * POWER) / 1000
    assert await value(place, f"{PLANT}/unit-product:brick/2024") == energy


async def test_processes_and_stocks_of_enterprises_count_in_their_regions(place: Province) -> None:
    before = [await value(place, f"{who}/carbon-total/2024") for who in (EAST, PROVINCE)]
    for month, amount in (("2024-01", "30"), ("2024-02", "12.5")):
        await place.state(MILL, "process-emission", month, amount, "tCO2", qualifier="clinker")
    for item, amount in (("opening-stock", "10"), ("purchase", "100"), ("closing-stock", "4")):
        await place.state(MILL, item, "2024", amount, "t", qualifier="raw-coal")
    assert await value(place, f"{MILL}/account:co2.process/2024-02") == Fraction("12.5")
    quarter = (await place.get(f"/v1/figures/{MILL}/account:co2.process/2024Q1")).json()
    assert quarter["missing"][0]["en"] == "process emissions clinker missing"
    assert await value(place, f"{MILL}/account:fuel.raw-coal.stock/2024") == Fraction("75.7158")
    await place.state(MILL, "process-emission", "2024", "50", "tCO2", qualifier="clinker")
    after = [await value(place, f"{who}/carbon-total/2024") for who in (EAST, PROVINCE)]
    coal = await value(place, f"{MILL}/account:co2.fuel.raw-coal/2024")
    assert coal is not None
    assert coal > 0
    for old, new in zip(before, after, strict=True):
        assert old is not None
        assert new == old + 50 + coal
    parts = [
        await value(place, f"{who}/carbon-total/2024") for who in (PLANT, MILL, COKERY, HYBRID)
    ]
    assert sum(filter(None, parts)) == after[1]


async def test_nobody_else_sees_it(place: Province) -> None:
    hidden = await place.get(f"/v1/figures/{PROVINCE}/energy-total/2024", key="elsewhere")
    assert hidden.status_code == 404
    county = await place.get(f"/v1/figures/{WEST}/energy-total/2024", key="county")
    assert county.status_code == 200
    assert (
        await place.get(f"/v1/explain/{EAST}/energy-total/2024", key="county")
    ).status_code == 404


@pytest.mark.parametrize(
    ("figure", "status", "word"),
    [
        ("region:150000/heat/2024", 422, "no measure"),
        ("region:150000/energy-total/24", 422, "is not a period"),
        ("region:999999/energy-total/2024", 404, "no region:999999"),
        ("land:1/energy-total/2024", 422, "not a subject"),
        ("region:150000", 422, "names no figure"),
        ("region:150000/target:T9/2024", 200, "no target T9"),
        ("region:150000/indicator:I9/2024", 200, "no indicator I9"),
    ],
)
async def test_questions_that_mean_nothing(
    place: Province, figure: str, status: int, word: str
) -> None:
    answer = await place.get(f"/v1/figures/{figure}")
    assert answer.status_code == status
    assert word in answer.text
