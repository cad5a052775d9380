"""The route of a point's readings: exact values, revisions, pages, and who may see them."""

from typing import Any

from services.evaluator.ports.point_readings import PointReadings
from shared.model.instants import HOUR_US, iso
from tests.unit.evaluator.build import batch
from tests.usecases.evaluator.api import Site
from tests.usecases.evaluator.api_world import FIRST, site

__all__ = ["site"]

AT = FIRST * HOUR_US
CODE = "M1"


def put(site: Site, *rows: tuple[Any, ...]) -> None:
    readings = batch([(1, AT + minutes * 60_000_000, *rest) for minutes, *rest in rows])
    site.readings.rows[CODE] = PointReadings(decimals=2, rows=readings)


async def page(site: Site, **params: str) -> Any:
    answer = await site.get(f"/v1/points/{CODE}/readings", **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_values_are_exact_and_withdrawn_ones_are_null(site: Site) -> None:
    put(site, (0, 0, 12345), (15, 0, 5), (30, 1, None))
    assert len((await page(site))["items"]) == 2
    found = await page(site, every="true")
    assert (found["point"], found["owner"], found["as_of"]) == (CODE, "enterprise:E0", None)
    assert [(one["at"], one["value"], one["revision"]) for one in found["items"]] == [
        (iso(AT), "123.45", 0),
        (iso(AT + 900_000_000), "0.05", 0),
        (iso(AT + 1_800_000_000), None, 1),
    ]
    assert [one["flags"] for one in found["items"]] == [[], [], ["withdrawn"]]


async def test_only_the_last_revision_counts_unless_all_are_asked_for(site: Site) -> None:
    put(site, (0, 0, 1), (0, 1, 2))
    assert [one["value"] for one in (await page(site))["items"]] == ["0.02"]
    every = await page(site, every="true")
    assert [one["value"] for one in every["items"]] == ["0.01", "0.02"]


async def test_pages_follow_one_another_and_cut_no_instant(site: Site) -> None:
    put(site, (0, 0, 1), (15, 0, 2), (15, 1, 3), (30, 0, 4))
    first = await page(site, limit="2", every="true")
    assert ([one["value"] for one in first["items"]], first["next"]) == (
        ["0.01", "0.02", "0.03"],
        iso(AT + 1_800_000_000),
    )
    last = await page(site, limit="2", every="true", **{"from": first["next"]})
    assert ([one["value"] for one in last["items"]], last["next"]) == (["0.04"], None)
    day = await page(site, **{"from": "2026-03-02", "to": "2026-03-03"})
    assert len(day["items"]) == 3


async def test_strangers_see_no_points(site: Site) -> None:
    put(site, (0, 0, 1))
    for key, status in (("operator", 200), ("sender", 200), ("county", 200), ("elsewhere", 404)):
        assert (await site.get(f"/v1/points/{CODE}/readings", key)).status_code == status, key
    assert (await site.get("/v1/points/P99/readings")).status_code == 404


async def test_times_that_are_none_are_refused(site: Site) -> None:
    put(site, (0, 0, 1))
    for wrong in ("yesterday", "2026-03-02T00:00:00"):
        answer = await site.get(f"/v1/points/{CODE}/readings", **{"from": wrong})
        assert (answer.status_code, answer.json()["type"]) == (422, "bad-time")
    span = {"from": "2026-03-03", "to": "2026-03-03"}
    assert (await site.get(f"/v1/points/{CODE}/readings", **span)).status_code == 422
