"""What is asked of the evaluator for briefs: how, with which key, and what is made of answers."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from services.alerts.adapters.briefs import facts_codec
from services.alerts.adapters.briefs.evaluator import EvaluatorSituations
from services.alerts.adapters.evaluator import Evaluator
from services.alerts.domain.briefs.facts import Situation
from services.alerts.ports.briefs import AskedInVainError, Situations
from shared.kit.errors import Unavailable
from tests.unit.alerts.briefs.example import example_situation
from tests.usecases.alerts.briefs_parts import REGION, Desk
from tests.usecases.evaluator.api import Site
from tests.usecases.evaluator.api_world import catalogue

Answer = Callable[[httpx.Request], httpx.Response]
SITUATION = facts_codec.encode(example_situation())


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "service.key"
    file.write_text("the-key\n", "ascii")
    return file


def changed(key_file: Path, key: str = "another-key") -> None:
    """Somebody puts another key there."""
    key_file.write_text(key, "ascii")


async def asked(answer: Answer, key_file: Path | None, since: int | None = None) -> Situation:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        ports = EvaluatorSituations(Evaluator(client, "http://evaluator/"), key_file)
        return await ports.of("150000", "2026Q3", commit=9, since=since)


async def test_as_of_the_commit_with_the_services_own_key(key_file: Path) -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, content=SITUATION)

    assert await asked(answer, key_file) == example_situation()
    changed(key_file)
    await asked(answer, key_file, since=4)
    first, second = requests
    assert str(first.url) == (
        "http://evaluator/v1/situations/150000?period=2026Q3&as_of=commit%3A9"
    )
    assert first.headers["authorization"] == "Bearer the-key"
    assert second.url.params["since"] == "commit:4"
    assert second.headers["authorization"] == "Bearer another-key", "read at every question"


async def test_the_newest_commit(key_file: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/commits"
        return httpx.Response(200, json={"commit": 42, "at": "2026-10-30T00:00:00Z"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        assert await EvaluatorSituations(Evaluator(client, "http://e"), key_file).newest() == 42


@pytest.mark.parametrize("status", [401, 403, 404, 422])
async def test_a_refusal_says_why(status: int, key_file: Path) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json={"detail": "there is no region 990000"})

    with pytest.raises(AskedInVainError) as refused:
        await asked(answer, key_file)
    assert "there is no region 990000" in refused.value.label.en
    assert "there is no region 990000" in refused.value.label.zh


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503, json={}),
        httpx.Response(429, json={"detail": "too many"}),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json={"form": 1}),
        httpx.Response(200, content=SITUATION.replace(b'"form":1', b'"form":2')),
    ],
)
async def test_whatever_may_pass_is_tried_again(answer: httpx.Response, key_file: Path) -> None:
    with pytest.raises(Unavailable):
        await asked(lambda _: answer, key_file)


async def known(ports: Situations, there: str) -> None:
    """What every Situations says of a region that there is, and of others."""
    assert await ports.knows(there)
    assert not await ports.knows("999999")
    assert not await ports.knows("E0"), "an enterprise is no region"


async def test_which_regions_there_are_in_memory() -> None:
    situations = Desk().situations
    await known(situations, REGION)
    assert situations.asked == [], "no figures were asked for"
    situations.away = True
    with pytest.raises(Unavailable):
        await situations.knows(REGION)


async def test_which_regions_there_are_as_the_evaluator_itself_answers(key_file: Path) -> None:
    site = Site(catalogue())
    await site.court.open()
    changed(key_file, "operator")
    async with site.client as client:
        await known(EvaluatorSituations(Evaluator(client, "http://evaluator"), key_file), "150203")


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (httpx.Response(404, json={"detail": "Not Found"}), AskedInVainError),
        (httpx.Response(401, json={"detail": "no such key"}), AskedInVainError),
        (httpx.Response(429, json={"detail": "too many"}), Unavailable),
        (httpx.Response(503, json={}), Unavailable),
        (httpx.Response(502, content=b"<html>"), Unavailable),
    ],
)
async def test_only_the_evaluator_says_that_there_is_no_region(
    answer: httpx.Response, raised: type[Exception], key_file: Path
) -> None:
    transport = httpx.MockTransport(lambda _: answer)
    async with httpx.AsyncClient(transport=transport) as client:
        with pytest.raises(raised):
            await EvaluatorSituations(Evaluator(client, "http://e"), key_file).knows(REGION)


async def test_without_a_key_there_is_nothing_to_ask_with(tmp_path: Path) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise AssertionError("nobody is asked")

    with pytest.raises(AskedInVainError, match="QINGYU_SERVICE_KEY_FILE"):
        await asked(answer, None)
    with pytest.raises(Unavailable):
        await asked(answer, tmp_path / "none")
