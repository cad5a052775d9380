"""What the HTTP side answers, to whom, and what it refuses with which words."""

import httpx
import pytest

from services.alerts.domain.warning import warning_id
from services.alerts.entrypoints.door import new_door
from tests.unit.alerts.builders import assessment
from tests.usecases.alerts.parts import READER, SENDER, Service


@pytest.fixture
async def service() -> Service:
    new = Service()
    city = ("150200", "150000")
    await new.hear(
        assessment((1, "red")),
        assessment((1, "yellow"), (3, "orange"), subject="enterprise:X", regions=city),
        assessment((1, "notice"), subject="tag:T", regions=()),
    )
    return new


async def subjects(client: httpx.AsyncClient, query: str = "", **headers: str) -> list[str]:
    answer = await client.get(f"/v1/warnings{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return [item["subject"] for item in answer.json()["items"]]


class TestTheList:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["tag:T", "enterprise:X", "region:150000"]),
            ("?region=150200", ["enterprise:X"]),
            ("?level=orange", ["enterprise:X", "region:150000"]),
            ("?state=resolved", []),
            ("?state=open&rule=used&budget=B1&subject=tag:T", ["tag:T"]),
            ("?since=2030-01-01T00:00:00%2B08:00", []),
        ],
    )
    async def test_keeps_to_its_filters(
        self, service: Service, query: str, expected: list[str]
    ) -> None:
        async with service.client() as client:
            assert await subjects(client, query) == expected

    async def test_shows_a_reader_its_regions_and_a_sender_its_enterprises(
        self, service: Service
    ) -> None:
        async with service.client() as client:
            assert await subjects(client, **READER) == ["enterprise:X"]
            assert await subjects(client, **SENDER) == ["enterprise:X"]

    async def test_can_be_counted(self, service: Service) -> None:
        async with service.client() as client:
            mine = (await client.get("/v1/warnings/summary?region=150000")).json()
            theirs = (await client.get("/v1/warnings/summary", headers=READER)).json()
        assert mine["levels"] == {"notice": 0, "yellow": 0, "orange": 1, "red": 1}
        assert theirs["levels"] == {"notice": 0, "yellow": 0, "orange": 1, "red": 0}
        assert mine["newest"] == 4

    async def test_is_paged_by_a_cursor(self, service: Service) -> None:
        async with service.client() as client:
            first = (await client.get("/v1/warnings?limit=2")).json()
            rest = (await client.get(f"/v1/warnings?limit=2&cursor={first['next']}")).json()
        assert [item["subject"] for item in rest["items"]] == ["region:150000"]
        assert (first["newest"], rest["next"]) == (4, None)

    @pytest.mark.parametrize(
        ("query", "says"),
        [
            ("?level=purple", "known are none, notice, yellow, orange, red"),
            ("?since=2030-01-01T00:00:00", "needs a zone"),
            ("?cursor=x", "was not given out here"),
            ("?state=half", "open"),
            ("?limit=0", "greater than or equal to 1"),
        ],
    )
    async def test_refuses_values_that_make_no_sense(
        self, service: Service, query: str, says: str
    ) -> None:
        async with service.client() as client:
            answer = await client.get(f"/v1/warnings{query}")
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert says in answer.json()["detail"]


class TestOneWarning:
    async def test_comes_with_history_and_evidence(self, service: Service) -> None:
        key = warning_id("enterprise:X", "B1", "used")
        async with service.client() as client:
            answer = (await client.get(f"/v1/warnings/{key}")).json()
        assert (answer["level"], answer["state"], answer["entries"]) == ("orange", "open", 2)
        assert answer["since"] == "2026-05-01T15:00:00Z"
        assert answer["evidence"]["completeness"] == "0.99"
        assert [(entry["id"], entry["type"]) for entry in answer["history"]] == [
            (2, "warning.raised"),
            (3, "warning.raised_level"),
        ]

    async def test_is_not_there_for_whoever_may_not_see_it(self, service: Service) -> None:
        key = warning_id("region:150000", "B1", "used")
        async with service.client() as client:
            assert (await client.get(f"/v1/warnings/{key}")).status_code == 200
            answer = await client.get(f"/v1/warnings/{key}", headers=READER)
        assert (answer.status_code, answer.json()["type"]) == (404, "no-such-warning")


class TestTheDoor:
    @pytest.mark.parametrize(
        "path", ["/v1/warnings", "/v1/warnings/stream", f"/v1/warnings/{warning_id('a', 'b', 'c')}"]
    )
    @pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer no"}, {"Authorization": "x"}])
    async def test_is_shut_without_a_known_key(
        self, service: Service, path: str, header: dict[str, str]
    ) -> None:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=service.app), base_url="http://alerts"
        ) as client:
            answer = await client.get(path, headers=header)
        assert (answer.status_code, answer.json()["type"]) == (401, "unknown-key")
        assert answer.headers["www-authenticate"] == "Bearer"

    async def test_asks_to_wait_until_the_keys_are_known(self, service: Service) -> None:
        service.door = new_door()
        async with service.client() as client:
            answer = await client.get("/v1/warnings")
        assert (answer.status_code, answer.json()["type"]) == (503, "keys-not-loaded")
        assert answer.headers["retry-after"] == "2"


class TestWebhooks:
    async def test_show_their_secret_once(self, service: Service) -> None:
        async with service.client() as client:
            made = await client.post(
                "/v1/webhooks", json={"url": "https://example.org/hook", "description": "目"}
            )
            listed = (await client.get("/v1/webhooks")).json()
        assert made.status_code == 201
        assert made.json()["secret"].startswith("whsec_")
        assert "secret" not in listed["items"][0]
        assert listed["items"][0]["created_by"] == "operator-key"

    async def test_show_what_became_of_each_event(self, service: Service) -> None:
        async with service.client() as client:
            key = (await client.post("/v1/webhooks", json={"url": "http://x/"})).json()["id"]
            await service.hear(assessment((1, "notice"), number=2, budget="B2"))
            waiting = (await client.get(f"/v1/webhooks/{key}/deliveries?state=waiting")).json()
            (endpoint,) = await service.store.all()
            await service.courier.round(endpoint)
            done = (await client.get(f"/v1/webhooks/{key}/deliveries")).json()
        assert [item["state"] for item in waiting["items"]] == ["waiting"]
        (item,) = done["items"]
        assert (item["state"], item["attempts"], item["last_status"]) == ("acknowledged", 1, 204)
        assert (item["event"], item["next_at"]) == (5, None)

    async def test_can_be_removed_once(self, service: Service) -> None:
        async with service.client() as client:
            key = (await client.post("/v1/webhooks", json={"url": "http://x/"})).json()["id"]
            assert (await client.delete(f"/v1/webhooks/{key}")).status_code == 204
            assert (await client.delete(f"/v1/webhooks/{key}")).status_code == 404
            assert (await client.get(f"/v1/webhooks/{key}/deliveries")).status_code == 404

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://example.org/",
            "example.org/hook",
            "http://",
            "file:///x",
            "http://x:0/",
            "http://[x/",
        ],
    )
    async def test_are_http_or_https(self, service: Service, url: str) -> None:
        async with service.client() as client:
            answer = await client.post("/v1/webhooks", json={"url": url})
        assert (answer.status_code, answer.json()["type"]) == (422, "bad-url")

    @pytest.mark.parametrize("headers", [READER, SENDER])
    async def test_belong_to_operators(self, service: Service, headers: dict[str, str]) -> None:
        async with service.client() as client:
            answers = [
                await client.get("/v1/webhooks", headers=headers),
                await client.post("/v1/webhooks", json={"url": "http://x/"}, headers=headers),
                await client.delete(f"/v1/webhooks/{warning_id('a', 'b', 'c')}", headers=headers),
            ]
        assert [answer.status_code for answer in answers] == [403, 403, 403]

    async def test_are_not_without_end(self, service: Service) -> None:
        async with service.client() as client:
            for number in range(100):
                await client.post("/v1/webhooks", json={"url": f"http://x/{number}"})
            answer = await client.post("/v1/webhooks", json={"url": "http://x/"})
        assert (answer.status_code, answer.json()["type"]) == (409, "too-many-endpoints")
