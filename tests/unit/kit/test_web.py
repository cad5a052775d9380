"""The HTTP side every service has: health, readiness, metrics, problems, request ids."""

import json
import logging
from collections.abc import AsyncGenerator, Mapping

import httpx
import pytest
from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from shared.kit.logs import correlation
from shared.kit.web import Problem, create_app, problem_body, problem_response

router = APIRouter()


class Item(BaseModel):
    name: str
    price: int


@router.get("/correlated")
async def correlated() -> dict[str, str]:
    return {"id": correlation.get()}


@router.get("/state")
async def state(request: Request) -> dict[str, str]:
    return {"desk": request.state.desk}


@router.get("/items/{number}")
async def refuses(number: int) -> None:
    raise Problem(
        409,
        "Taken",
        f"Item {number} is taken; choose another.",
        kind="item-taken",
        headers={"Retry-After": "3"},
        number=number,
    )


@router.post("/items")
async def accepts(items: list[Item]) -> int:
    return len(items)


@router.get("/bug")
async def bug() -> None:
    raise LookupError("a bug")


@router.get("/half")
async def half() -> StreamingResponse:
    async def body() -> AsyncGenerator[bytes]:
        yield b"half"
        raise LookupError("a bug")

    return StreamingResponse(body())


@router.get("/teapot")
async def teapot() -> None:
    raise HTTPException(418, "I am a teapot")


@pytest.fixture
def parts() -> dict[str, str | None]:
    return {"database": None, "kafka": None}


@pytest.fixture
async def client(parts: dict[str, str | None]) -> AsyncGenerator[httpx.AsyncClient]:
    async def ready() -> Mapping[str, str | None]:
        return parts

    app = create_app(
        title="Test",
        version="1",
        description="of the kit",
        ready=ready,
        routers=[router],
        state={"desk": "the desk"},
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as found:
        yield found


class TestOperations:
    async def test_alive(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/healthz")).json() == {"status": "alive"}

    async def test_ready(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {"status": "ready", "parts": {"database": "ok", "kafka": "ok"}}

    async def test_not_ready_names_what_is_missing(
        self, client: httpx.AsyncClient, parts: dict[str, str | None]
    ) -> None:
        parts["kafka"] = "nobody listens"
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["parts"] == {"database": "ok", "kafka": "nobody listens"}

    async def test_metrics_count_requests_by_route_not_by_address(
        self, client: httpx.AsyncClient
    ) -> None:
        for path in ("/items/1", "/items/2", "/no/such/page"):
            await client.get(path)
        text = (await client.get("/metrics")).text
        assert (
            'qingyu_http_requests_total{method="GET",route="/items/{number}",status="409"}' in text
        )
        assert 'route="none",status="404"' in text
        assert "/no/such/page" not in text


class TestTheRequestId:
    async def test_is_the_callers_if_it_is_harmless(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/correlated", headers={"X-Request-Id": "abc-1"})
        assert answer.json() == {"id": "abc-1"}
        assert answer.headers["X-Request-Id"] == "abc-1"

    @pytest.mark.parametrize("given", ["", "a b", "x" * 129, "a\u00e9"])
    async def test_is_ours_otherwise(self, client: httpx.AsyncClient, given: str) -> None:
        headers = {"X-Request-Id": given.encode("latin-1").decode("latin-1")}
        answer = await client.get("/correlated", headers=httpx.Headers(headers, encoding="latin-1"))
        assert answer.headers["X-Request-Id"] == answer.json()["id"] != given

    async def test_differs_between_requests(self, client: httpx.AsyncClient) -> None:
        first, second = [(await client.get("/correlated")).json()["id"] for _ in range(2)]
        assert first != second


class TestAProblem:
    async def test_says_what_why_and_what_next(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/items/7", headers={"X-Request-Id": "abc"})
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["retry-after"] == "3"
        assert answer.json() == {
            "type": "item-taken",
            "title": "Taken",
            "status": 409,
            "detail": "Item 7 is taken; choose another.",
            "request_id": "abc",
            "number": 7,
        }

    async def test_of_values_names_every_place(self, client: httpx.AsyncClient) -> None:
        answer = await client.post("/items", json=[{"name": "a", "price": 1}, {"price": "x"}])
        body = answer.json()
        assert answer.status_code == 422
        assert body["type"] == "invalid-request"
        assert body["detail"].endswith("(and 1 more)")
        assert [item["pointer"] for item in body["errors"]] == ["/body/1/name", "/body/1/price"]

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [("GET", "/nothing", 404), ("DELETE", "/healthz", 405), ("GET", "/teapot", 418)],
    )
    async def test_of_the_framework_looks_the_same(
        self, client: httpx.AsyncClient, method: str, path: str, status: int
    ) -> None:
        answer = await client.request(method, path)
        assert answer.status_code == status == answer.json()["status"]
        assert answer.headers["content-type"] == "application/problem+json"

    async def test_of_ours_tells_nothing_but_is_in_the_log(
        self, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = await client.get("/bug")
        assert answer.status_code == 500
        assert "a bug" not in answer.text
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
        (record,) = [r for r in caplog.records if r.levelno == logging.ERROR]
        assert record.getMessage() == "the request failed"

    async def test_half_way_closes_the_connection(self, client: httpx.AsyncClient) -> None:
        with pytest.raises(LookupError):
            await client.get("/half")

    def test_can_be_written_without_a_framework(self) -> None:
        problem = Problem(503, "Full", "Try again in a second.", items=(1, 2))
        body = json.loads(problem_body(problem))
        assert body == {
            "type": "about:blank",
            "title": "Full",
            "status": 503,
            "detail": "Try again in a second.",
            "items": [1, 2],
        }
        assert problem_response(problem).status_code == 503


async def test_the_state_is_there_without_a_lifespan(client: httpx.AsyncClient) -> None:
    assert (await client.get("/state")).json() == {"desk": "the desk"}
