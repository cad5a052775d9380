"""The routes of books, corrections and findings: what they show and to whom."""

from typing import Any

import pytest

from services.evaluator.domain.totals import Cause, Lane
from services.evaluator.ports.point_books import FindingRow
from shared.model.instants import HOUR_US, hour_iso
from tests.usecases.evaluator.api import Site
from tests.usecases.evaluator.api_world import (
    COUNTY,
    E0,
    FIRST,
    site,
)
from tests.usecases.evaluator.court import POWER, totals

__all__ = ["site"]


class TestBooks:
    async def books(self, site: Site, subject: str = E0, **params: str) -> Any:
        answer = await site.get(f"/v1/books/{subject}", **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def test_are_cut_by_days_of_the_zone(self, site: Site) -> None:
        rows = [(E0, FIRST + i, 100 + i) for i in range(30)]
        await site.court.hear(totals(1, rows))
        found = await self.books(site, **{"from": "2026-03-02", "to": "2026-03-04", "step": "day"})
        (book,) = found["items"]
        assert (found["zone"], found["start"]) == ("Asia/Shanghai", "2026-03-01T16:00:00Z")
        assert (book["carrier"], book["flow"], book["unit"]) == ("electricity", "import", "kWh")
        first, second = book["hours"]
        assert first["quantity"] == "26.76"
        assert (first["start"], first["end"]) == (found["start"], second["start"])
        assert first["tce"] == "0.003288804"
        assert (first["completeness"], second["completeness"]) == ("0.250000", "0.062500")
        assert book["total"]["quantity"] == "34.35"
        assert book["factors"][0]["kgce"] == "0.1229"

    async def test_are_cut_by_hour_month_and_not_at_all(self, site: Site) -> None:
        await site.court.hear(totals(1, [(E0, FIRST - 1, 1), (E0, FIRST, 2), (E0, FIRST + 720, 4)]))
        span = {"from": hour_iso(FIRST - 1), "to": hour_iso(FIRST + 721)}
        for step, amounts in (
            ("hour", ["0.01", "0.02", *["0.00"] * 719, "0.04"]),
            ("month", ["0.03", "0.04"]),
            ("total", ["0.07"]),
        ):
            (book,) = (await self.books(site, step=step, **span))["items"]
            assert [entry["quantity"] for entry in book["hours"]] == amounts, step

    async def test_without_a_time_are_all_there_are(self, site: Site) -> None:
        await site.court.hear(totals(1, [(E0, FIRST, 1), (E0, FIRST + 100, 2)]))
        (book,) = (await self.books(site, step="total"))["items"]
        assert book["total"]["quantity"] == "0.03"
        assert await self.books(site, "enterprise:E1") == {
            **await self.books(site, "enterprise:E1"),
            "start": None,
            "items": [],
        }

    async def test_asked_for_by_name_are_there_even_if_empty(self, site: Site) -> None:
        span = {"from": "2026-03-02", "to": "2026-03-03", "step": "total"}
        found = await self.books(
            site, "enterprise:E2", carrier="natural-gas", flow="import", **span
        )
        (book,) = found["items"]
        assert (book["total"]["quantity"], book["total"]["completeness"]) == ("0", "0.000000")
        assert (book["unit"], book["total"]["tce"]) == ("m3", "0")

    async def test_are_told_as_of_a_commit(self, site: Site) -> None:
        await site.court.hear(totals(1, [(E0, FIRST, 1), (E0, FIRST + 30, 5)]))
        await site.court.hear(totals(2, [(E0, FIRST, 10), (E0, FIRST + 720, 7)]))
        site.register.last = 2
        for as_of, amount in (("commit:0", "0.00"), ("commit:1", "0.06"), ("commit:2", "0.23")):
            found = await self.books(site, step="total", as_of=as_of)
            assert found["as_of"] == int(as_of[7:])
            assert found["items"][0]["total"]["quantity"] == amount, as_of
        assert (await self.books(site, step="total"))["as_of"] is None
        span = {"from": "2026-03-02", "to": "2026-03-03", "step": "day"}
        (book,) = (await self.books(site, as_of="commit:1", **span))["items"]
        assert [entry["quantity"] for entry in book["hours"]] == ["0.01"]
        answer = await site.get(f"/v1/books/{E0}", as_of="commit:3")
        assert (answer.status_code, answer.json()["type"]) == (422, "bad-as-of")

    async def test_add_scales_and_keep_flows_apart(self, site: Site) -> None:
        finer = Lane(carrier="electricity", flow="import", scale=4)
        out = Lane(carrier="electricity", flow="export", scale=2)
        await site.court.hear(
            totals(1, [(E0, FIRST, 1)]),
            totals(2, [(E0, FIRST, 1)], lanes=[finer]),
            totals(3, [(E0, FIRST, 5)], lanes=[out]),
        )
        found = (await self.books(site, step="total"))["items"]
        assert [(b["flow"], b["total"]["quantity"]) for b in found] == [
            ("export", "0.05"),
            ("import", "0.0101"),
        ]
        (only,) = (await self.books(site, step="total", flow="export"))["items"]
        assert only["flow"] == "export"

    async def test_of_a_boundary_have_a_net(self, site: Site) -> None:
        out = Lane(carrier="electricity", flow="export", scale=3)
        who = "boundary:150203"
        await site.court.hear(
            totals(1, [(who, FIRST, 900)]), totals(2, [(who, FIRST, 1)], lanes=[out])
        )
        found = (await self.books(site, who, step="total"))["items"]
        assert [(b["flow"], b["total"]["quantity"], b["total"]["tce"]) for b in found] == [
            ("export", "0.001", "0.0000001229"),
            ("import", "9.00", "0.001106100"),
            ("net", "8.999", "0.0011059771"),
        ]

    async def test_of_a_point_come_from_its_readings(self, site: Site) -> None:
        site.points.put("M1", POWER, {FIRST: 5, FIRST + 30: 7})
        (book,) = (await self.books(site, "point:M1", step="total"))["items"]
        assert (book["total"]["quantity"], book["total"]["completeness"]) == ("0.12", "0.064516")
        day = await self.books(
            site, "point:M1", step="hour", **{"from": "2026-03-03", "to": "2026-03-04"}
        )
        assert [e["quantity"] for e in day["items"][0]["hours"]][5:8] == ["0.00", "0.07", "0.00"]
        assert (await self.books(site, "point:M2"))["items"] == []

    @pytest.mark.parametrize(
        ("params", "kind"),
        [
            ({"from": "2026-03-02", "to": "2026-03-02"}, "bad-time"),
            ({"from": "yesterday", "to": "2026-03-02"}, "bad-time"),
            ({"from": "2026-03-02T00:30:00+08:00", "to": "2026-03-03"}, "bad-time"),
            ({"from": "2016-01-01", "to": "2026-01-01", "step": "hour"}, "too-many-entries"),
            ({"from": "1950-01-01", "to": "2500-01-01", "step": "total"}, "too-many-entries"),
            ({"step": "week"}, "invalid-request"),
        ],
    )
    async def test_refuse_what_cannot_be_answered(
        self, site: Site, params: dict[str, str], kind: str
    ) -> None:
        answer = await site.get(f"/v1/books/{E0}", **params)
        assert (answer.status_code, answer.json()["type"]) == (422, kind)

    async def test_take_a_plus_sign_that_was_not_escaped(self, site: Site) -> None:
        answer = await site.client.get(
            f"/v1/books/{E0}?from=2026-03-02T00:00:00+08:00&to=2026-03-03",
            headers={"Authorization": "Bearer operator"},
        )
        assert answer.json()["start"] == "2026-03-01T16:00:00Z"

    async def test_are_for_those_who_may_see_them(self, site: Site) -> None:
        for key, subject, status in (
            ("county", E0, 200),
            ("county", "point:M1", 200),
            ("county", "region:150200", 404),
            ("sender", E0, 200),
            ("sender", "enterprise:E1", 404),
            ("elsewhere", COUNTY, 404),
            ("operator", "enterprise:E9", 404),
            ("operator", "point:M9", 404),
            ("operator", "E0", 422),
        ):
            answer = await site.get(f"/v1/books/{subject}", key)
            assert answer.status_code == status, (key, subject)


class TestCorrectionsAndFindings:
    async def test_tell_old_new_and_cause(self, site: Site) -> None:
        ends = {1: (FIRST + 2) * HOUR_US}
        await site.court.hear(totals(1, [(E0, FIRST, 100), (E0, FIRST + 1, 100)], ends))
        late = Cause.LATE | Cause.REVISED
        await site.court.hear(totals(2, [(E0, FIRST, 5), (E0, FIRST + 1, -5)], cause=late))
        found = (await site.get("/v1/corrections", subject=E0)).json()
        (item,) = found["items"]
        first, second = item["hours"]
        assert first == {
            "hour": hour_iso(FIRST),
            "old": {"quantity": "1.00", "estimated": "0.00", "known_s": "900.000000"},
            "new": {"quantity": "1.05", "estimated": "0.00", "known_s": "1800.000000"},
            "causes": ["late", "revised"],
        }
        assert second["new"]["quantity"] == "0.95"
        part = await site.get(
            "/v1/corrections", subject=E0, **{"from": hour_iso(FIRST + 1), "to": "2026-03-03"}
        )
        assert [hour["hour"] for hour in part.json()["items"][0]["hours"]] == [hour_iso(FIRST + 1)]
        assert (await site.get("/v1/corrections", "elsewhere", subject=E0)).status_code == 404

    async def test_come_in_pages(self, site: Site) -> None:
        await site.court.hear(totals(1, [(E0, FIRST, 100)], {1: (FIRST + 1) * HOUR_US}))
        for commit in range(2, 5):
            await site.court.hear(totals(commit, [(E0, FIRST, 1)]))
        page = (await site.get("/v1/corrections", subject=E0, limit="2")).json()
        assert len(page["items"]) == 2
        last = (
            await site.get("/v1/corrections", subject=E0, limit="2", cursor=page["next"])
        ).json()
        assert (len(last["items"]), last["next"]) == (1, None)

    async def test_findings_are_those_of_the_subjects_points(self, site: Site) -> None:
        site.points.found = [
            FindingRow(
                point=code, kinds=("gap",), start_us=0, end_us=HOUR_US, commit=1, ended_commit=None
            )
            for code in ("M1", "M2", "M3")
        ]

        async def codes(subject: str) -> list[str]:
            answer = await site.get("/v1/findings", subject=subject)
            return [item["point"] for item in answer.json()["items"]]

        assert await codes(E0) == ["M1"]
        assert await codes(COUNTY) == ["M1", "M2"]
        assert await codes("boundary:150203") == ["M3"]
        assert await codes("point:M2") == ["M2"]
        assert await codes("enterprise:E2") == []


async def test_the_description_of_the_routes_is_complete(site: Site) -> None:
    paths = site.app.openapi()["paths"]
    for path in ("/v1/budgets", "/v1/budgets/imports", "/v1/books/{subject}", "/v1/corrections"):
        assert path in paths, sorted(paths)
    assert paths["/v1/budgets"]["post"]["requestBody"]["content"]
