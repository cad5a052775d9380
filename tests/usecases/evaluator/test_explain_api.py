"""Every number can be made again from its explanation and the addresses that its leaves name."""

import random
from collections.abc import Iterator
from decimal import Context, Decimal
from fractions import Fraction
from math import prod
from typing import Any

import pytest

from services.evaluator.domain.records.statement import Status
from services.evaluator.domain.records.target import Form
from services.evaluator.ports.register import RecordKind
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
    target,
)

Document = dict[str, Any]
SUBJECTS = (PLANT, MILL, COKERY, HYBRID, WEST, EAST, CITY, PROVINCE)
MEASURES = (
    *("energy-total", "energy-intensity", "carbon-total", "carbon-intensity"),
    *("co2e", "coverage", "change:energy-total", "account:energy.calorific.group.coal"),
)
OPTIONS: tuple[dict[str, str], ...] = (
    {},
    {"series": "equivalent"},
    {"basis": "net"},
    {"scope": "whole"},
    {"scope": "whole", "basis": "net", "series": "equivalent"},
)


async def busy() -> Province:
    """Two years of everybody, with statements of every kind that a figure is made from."""
    made, rng = Province(), random.Random(4)
    for owner, carrier, flow in (
        (PLANT, "raw-coal", "import"),
        (PLANT, "electricity", "conversion_output"),
        (MILL, "electricity", "import"),
        (MILL, "natural-gas", "import"),
        (COKERY, "raw-coal", "import"),
        (COKERY, "coke", "conversion_output"),
        (COKERY, "electricity", "import"),
        (HYBRID, "raw-coal", "import"),
        (HYBRID, "electricity", "conversion_output"),
        (HYBRID, "electricity", "export"),
    ):
        for month in (f"{year}-{nth:02d}" for year in (2020, 2023, 2024) for nth in (1, 5, 9)):
            amount = f"{rng.randrange(10**5, 10**7)}.{rng.randrange(100):02d}"
            made.use(owner, carrier, flow, month, amount)
    for who in (WEST, EAST, CITY, PROVINCE):
        for year, status in (("2020", "final"), ("2023", "final"), ("2024", "preliminary")):
            gdp = f"{rng.randrange(10, 99)}.{rng.randrange(100):02d}"
            await made.state(who, "gdp", year, gdp, "亿元", basis="2020", status=Status(status))
            await made.state(who, "energy-unmonitored", year, str(rng.randrange(1000)), "tce")
            await made.state(who, "co2-unmonitored", year, str(rng.randrange(1000)), "tCO2")
            await made.state(who, "feedstock-energy", year, str(rng.randrange(50)), "tce")
    for who in (PLANT, MILL, COKERY, HYBRID):
        for year in ("2020", "2023", "2024"):
            await made.state(who, "output-value", year, str(rng.randrange(1, 9999)), "万元")
    await made.put(
        RecordKind.TARGET,
        target("T-I", PROVINCE, "energy-intensity", "15.5"),
        target("T-C", PROVINCE, "carbon-intensity", "18"),
        target("T-E", CITY, "energy-total", "0.5", form=Form.INCREMENT, unit="万tce"),
        target("T-M", MILL, "energy-total", "3000", form=Form.TOTAL, unit="tce"),
    )
    return made


def parts_of(body: Document) -> Iterator[Document]:
    yield body
    for part in body["operands"]:
        yield from parts_of(part)


def again(body: Document) -> Fraction:
    """The value by this test's own arithmetic, from the leaves alone."""
    if body["op"] is None:
        return Fraction(body["value"])
    first, *rest = [again(part) for part in body["operands"]]
    match body["op"]:
        case "sum":
            return first + sum(rest)
        case "difference":
            return first - sum(rest)
        case "product":
            return first * prod(rest)
        case "quotient":
            (divisor,) = rest
            return first / divisor
        case "power":
            (exponent,) = rest
            assert exponent.denominator == 1
            return first ** int(exponent)
        case "minimum":
            return min(first, *rest)
        case "maximum":
            return max(first, *rest)
    raise AssertionError(body["op"])


def at(document: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


async def check(place: Province, body: Document, seen: dict[str, Any]) -> None:
    """The document computes to its own value, and every leaf is where it says."""
    for part in parts_of(body):
        if part["op"] is not None:
            assert len(part["operands"]) > 1, "a step whose operand is the result"
            continue
        source = part["source"]
        if source is None or source["kind"] == "constant":
            assert part["value"] is not None or part["missing"]
            continue
        if source["href"] not in seen:
            answer = await place.get(source["href"])
            assert answer.status_code == 200, (source["href"], answer.text)
            seen[source["href"]] = answer.json()
        held = at(seen[source["href"]], source["pointer"])
        assert Fraction(str(held)) == Fraction(part["value"]), source
    if body["value"] is not None:
        assert again(body) == Fraction(body["value"])
    elif not body["is_long"]:
        assert body["missing"]


async def test_random_figures_can_be_made_again() -> None:
    place, rng = await busy(), random.Random(5)
    seen: dict[str, Any] = {}
    known = 0
    for _ in range(60):
        who, measure = rng.choice(SUBJECTS), rng.choice(MEASURES)
        figure = f"{who}/{measure}/{rng.choice(('2024', '2024Q2', '2024-05'))}"
        options = rng.choice(OPTIONS)
        answer = await place.get(f"/v1/explain/{figure}", **options)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        plain = (await place.get(f"/v1/figures/{figure}", **options)).json()
        assert plain["value"] == found["tree"]["value"], figure
        await check(place, found["tree"], seen)
        known += found["tree"]["value"] is not None
    assert known > 20


@pytest.mark.parametrize(
    ("who", "code"), [(PROVINCE, "T-I"), (PROVINCE, "T-C"), (CITY, "T-E"), (MILL, "T-M")]
)
async def test_levels_can_be_judged_again(who: str, code: str) -> None:
    place = await busy()
    for year in ("2021", "2022", "2023"):
        for measure in ("energy-intensity-change", "carbon-intensity-change"):
            await place.state(PROVINCE, measure, year, "-2.5", "%")
        await place.state(CITY, "energy-growth", year, "1.5", "%")
    answer = await place.get(f"/v1/explain/{who}/target:{code}/2024", scope="monitored")
    found = answer.json()
    level = found["level"]
    seen: dict[str, Any] = {}
    assert level["state"] == "rated", level["reasons"]
    assert level["colour"] in {"red", "yellow", "green"}
    assert (level["target"], level["target_version"]) == (code, 1)
    for step in [found["tree"], *level["steps"]]:
        await check(place, step, seen)
    decisive = level["decisive"]
    left, right = again(decisive["left"]), again(decisive["right"])
    held = {"<=": left <= right, "<": left < right, ">=": left >= right, ">": left > right}
    assert held[decisive["relation"]] == decisive["holds"]
    for one in level["approximate"]:
        check_approximate(one)


def check_approximate(one: Document) -> None:
    context = Context(prec=50)
    values = [again(operand) for operand in one["operands"]]
    first, second = (
        context.ln(context.divide(Decimal(v.numerator), Decimal(v.denominator))) for v in values[:2]
    )
    made = context.multiply(Decimal(100), context.divide(first, second))
    if one["formula"].endswith("-c"):
        third = values[2]
        made -= context.divide(Decimal(third.numerator), Decimal(third.denominator))
    assert abs(made - Decimal(one["shown"])) <= Decimal("0.005")


async def test_the_page_can_be_printed_and_runs_nothing() -> None:
    place = await busy()
    await place.state(PROVINCE, "output-value", "2024", "1", "万元")
    for lang, word in (("zh", "计算过程"), ("en", "How it was computed")):
        figure = f"{PROVINCE}/target:T-I/2024"
        answer = await place.get(f"/v1/explain/{figure}", format="html", lang=lang)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert word in answer.text
        assert "@media print" in answer.text
        assert "<script" not in answer.text
        assert "http://" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_readings_behind_a_figure_are_counted() -> None:
    place = await busy()
    found = (await place.get(f"/v1/explain/{MILL}/energy-total/2024-05")).json()
    assert {one["carrier"] for one in found["readings"]} == {"electricity", "natural-gas"}
    power = next(one for one in found["readings"] if one["carrier"] == "electricity")
    assert power["points"] == 1
    assert power["readings"] == 31 * 24
    assert power["completeness"] is not None
    assert power["links"][0].startswith("/v1/points/M3/readings?from=2024-04-30T16:00:00Z")


async def test_preliminary_statistics_are_flagged_all_the_way_up() -> None:
    place = await busy()
    found = (await place.get(f"/v1/figures/{PROVINCE}/energy-intensity/2024")).json()
    assert "preliminary statistic" in [flag["en"] for flag in found["flags"]]


async def test_leaves_as_of_a_commit_stay_what_they_were() -> None:
    place = await busy()
    figure, then = f"{PROVINCE}/energy-intensity/2024", f"commit:{place.commit}"
    before = (await place.get(f"/v1/explain/{figure}", as_of=then)).json()["tree"]
    await place.state(PROVINCE, "gdp", "2024", "77", "亿元", basis="2020")
    place.use(PLANT, "raw-coal", "import", "2024-02", "123456")
    after = (await place.get(f"/v1/explain/{figure}", as_of=then)).json()["tree"]
    assert after == before
    seen: dict[str, Any] = {}
    await check(place, after, seen)
    now = (await place.get(f"/v1/explain/{figure}")).json()["tree"]
    assert now["value"] != before["value"]
    await check(place, now, seen)
