"""CO2 measured at stacks, beside what is calculated: mass meters, and concentration × flow."""

from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest

from services.evaluator.domain.records.method import Method
from services.evaluator.domain.totals import Lane
from services.evaluator.ports.register import RecordKind
from shared.model.catalogue import EntityKind
from shared.model.instants import HOUR_US, to_us
from tests.unit.evaluator.accounting.builder import rows
from tests.usecases.evaluator.catalogues import entity, meter
from tests.usecases.evaluator.reckoning import MILL, PLANT, Province, catalogue
from tests.usecases.evaluator.test_explain_api import again, check, parts_of
from tests.usecases.evaluator.test_figures_api import value

ROWS = rows("cems/bowen_2017-01-01_04.csv")
EASTERN = timezone(timedelta(hours=-5))
FLOW = 1_000_000
"""Cubic metres an hour."""
MG = Lane(carrier="co2-concentration", flow="export", scale=3)
GAS = Lane(carrier="flue-gas", flow="export", scale=0)


def hour_of(row: dict[str, str]) -> int:
    day = datetime.fromisoformat(row["Date"]).replace(tzinfo=EASTERN)
    return to_us(day) // HOUR_US + int(row["Hour"])


MASSES = {hour_of(row): Fraction(row["CO2 Mass (short tons)"]) for row in ROWS}
TONNES = Fraction("0.90718474")
FOUR_DAYS = "2017-01-01/2017-01-05"
"""In the province's zone; the plant's own days begin thirteen hours later."""


def place_of(interval_s: int = 3600) -> Province:
    """The province with a mass meter in short tons at the mill, and a stack at the plant."""
    pollutant = {"kind": "pollutant"}
    point = {"kind": "interval", "flow": "export", "counted": False, "interval_s": interval_s}
    more = [
        entity(EntityKind.CARRIER, "co2", 850, {"unit": "short-ton", **pollutant}),
        entity(EntityKind.CARRIER, MG.carrier, 851, {"unit": "g/m3", **pollutant}),
        entity(EntityKind.CARRIER, GAS.carrier, 852, {"unit": "m3", **pollutant}),
        meter(50, MILL, carrier="co2", unit="short-ton", **{**point, "counted": True}),
        meter(51, PLANT, carrier=MG.carrier, unit="g/m3", **{**point, "decimals": 3}),
        meter(52, PLANT, carrier=GAS.carrier, unit="m3", **{**point, "decimals": 0}),
    ]
    return Province(catalogue().with_entities(2, more))


def meter_of(place: Province, hours: dict[int, Fraction]) -> None:
    lane = Lane(carrier="co2", flow="export", scale=1)
    for hour, mass in hours.items():
        place.books.add(place.commit, MILL, lane, hour, int(mass * 10))


async def stack_of(place: Province, hours: dict[int, Fraction], readings: int = 1) -> None:
    """As many grams in a cubic metre as the row has short tons, in each of an hour's readings."""
    made = Method(subject=PLANT, stack="S1", concentration="M51", flow="M52")
    await place.put(RecordKind.METHOD, made)
    grams = {hour: int(mass * 1000) * readings for hour, mass in hours.items()}
    place.points.put("M51", MG, grams)
    place.points.put("M52", GAS, dict.fromkeys(hours, FLOW))


async def explained(place: Province, figure: str) -> Any:
    found = (await place.get(f"/v1/explain/{figure}")).json()
    await check(place, found["tree"], {})
    return found


def test_the_rows_are_four_days() -> None:
    assert len(MASSES) == 96


async def test_meters_of_mass_with_their_completeness() -> None:
    place = place_of()
    meter_of(place, MASSES)
    within = [hour for hour in MASSES if hour < max(MASSES) + 1 - 13]
    wanted = sum((MASSES[hour] for hour in within), start=Fraction(0)) * TONNES
    found = await explained(place, f"{MILL}/carbon-measured/{FOUR_DAYS}")
    assert Fraction(found["tree"]["value"]) == wanted
    assert again(found["tree"]) == wanted
    share = f"{float(100 * Fraction(len(within), 96)):.2f}"
    assert found["tree"]["flags"][0]["en"].startswith(f"stack measurement is {share} % complete")
    nothing = (await place.get(f"/v1/figures/{MILL}/carbon-measured/2018")).json()
    assert nothing["value"] is None
    assert nothing["missing"][0]["en"] == "no valid hour of stack measurement"


async def test_the_gap_to_what_is_calculated() -> None:
    place = place_of()
    meter_of(place, MASSES)
    place.use(MILL, "natural-gas", "import", "2017-01", "100000")
    direct = await value(place, f"{MILL}/account:co2.direct/2017-01")
    gap = await explained(place, f"{MILL}/carbon-gap/2017-01")
    assert direct is not None
    assert Fraction(gap["tree"]["value"]) == sum(MASSES.values()) * TONNES - direct
    share = await value(place, f"{MILL}/carbon-gap-share/2017-01")
    assert share == 100 * Fraction(gap["tree"]["value"]) / direct


@pytest.mark.parametrize(("interval_s", "readings"), [(3600, 1), (900, 4)])
async def test_concentration_times_flow_is_made_again_from_the_hours(
    interval_s: int, readings: int
) -> None:
    place = place_of(interval_s)
    await stack_of(place, MASSES, readings)
    wanted = sum(MASSES.values()) * FLOW / 10**6
    found = await explained(place, f"{PLANT}/stack:S1/2017-01")
    assert Fraction(found["tree"]["value"]) == wanted
    leaves = [part for part in parts_of(found["tree"]) if part["source"] and part["source"]["href"]]
    assert len(leaves) == 2 * len(MASSES)
    assert {one["points"] for one in found["readings"]} == {1}
    flags = [flag["en"] for flag in found["tree"]["flags"]]
    assert flags[0].startswith("stack measurement is 12.90 % complete")
    assert "648 hours of stack measurement lack (no data)" in flags[1]


async def test_a_year_is_made_of_months_that_are_figures_themselves() -> None:
    place = place_of()
    hours = dict(MASSES) | {hour + 31 * 24: mass for hour, mass in MASSES.items()}
    await stack_of(place, hours)
    found = await explained(place, f"{PLANT}/carbon-measured/2017")
    assert Fraction(found["tree"]["value"]) == 2 * sum(MASSES.values()) * FLOW / 10**6
    sources = [part["source"] for part in parts_of(found["tree"]) if part["op"] is None]
    assert [source["href"].split("?")[0] for source in sources] == [
        f"/v1/figures/{PLANT}/stack:S1/2017-01",
        f"/v1/figures/{PLANT}/stack:S1/2017-02",
    ]
    assert [source["notes"]["valid_hours"] for source in sources] == ["96", "96"]


async def test_estimated_and_partly_known_hours_are_gaps() -> None:
    place = place_of()
    await stack_of(place, MASSES)
    booked = place.points.booked["M52"]
    booked.estimated[0], booked.known[1] = 5, HOUR_US // 2
    kept = sum(list(MASSES.values())[2:]) * FLOW / 10**6
    assert await value(place, f"{PLANT}/stack:S1/2017-01") == kept


async def test_units_that_make_no_mass_are_named() -> None:
    place = place_of()
    flue = entity(EntityKind.CARRIER, MG.carrier, 851, {"unit": "ppm", "kind": "pollutant"})
    place.rulebook.update(place.rulebook.catalogue.with_entities(3, [flue]))
    await stack_of(place, MASSES)
    found = (await place.get(f"/v1/figures/{PLANT}/carbon-measured/2017")).json()
    assert [reason["en"] for reason in found["missing"]] == ["ppm × m3 makes no mass"]


async def test_a_record_is_held_against_the_catalogue() -> None:
    place = place_of()
    record = {"subject": PLANT, "stack": "S1", "concentration": "M51", "flow": "M52"}
    assert (await place.post("/v1/methods", record)).status_code == 200
    wrong = {**record, "concentration": "M1", "flow": "M50"}
    answer = (await place.post("/v1/methods", wrong)).json()
    assert [fault["field"] for fault in answer["errors"]] == ["concentration", "flow"]
    assert "is a register" in answer["errors"][0]["detail"]
    assert "not one of enterprise:PLANT" in answer["errors"][1]["detail"]
