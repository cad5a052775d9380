"""Briefs of regions and as of commits that there are not: refused at once, where somebody knows."""

import asyncio
from typing import Any

import pytest

from services.alerts.domain.briefs.facts import Label
from services.alerts.entrypoints import briefs_asking
from services.alerts.ports.briefs import AskedInVainError
from tests.usecases.alerts.briefs_parts import LEAGUE, QUARTER, REGION
from tests.usecases.alerts.parts import READER, SENDER
from tests.usecases.alerts.test_briefs_http import WANTED, Site, site

__all__ = ["site"]


async def test_a_region_that_there_is_not(site: Site) -> None:
    for method, path, body in (
        ("POST", "/v1/briefs", {"region": "159999", "period": QUARTER}),
        ("PUT", "/v1/briefs/settings/159999", {"name": "default"}),
    ):
        refused = await site.ask(method, path, json=body)
        assert (refused.status_code, refused.json()["type"]) == (404, "brief-region"), path
        assert refused.headers["content-type"] == "application/problem+json"
        assert "unknown region 159999" in refused.json()["detail"]
        assert "qingyu catalogue" in refused.json()["detail"]
    assert (site.desk.store.briefs, site.desk.store.turns, site.woken) == ({}, {}, 0)
    assert "159999" not in site.desk.shelf.given


@pytest.mark.parametrize("key", [READER, SENDER])
async def test_strangers_do_not_learn_which_regions_there_are(
    site: Site, key: dict[str, str]
) -> None:
    told = set()
    for region in (REGION, "159999"):
        for method, path, body in (
            ("POST", "/v1/briefs", {"region": region, "period": QUARTER, "as_of": "commit:9"}),
            ("PUT", f"/v1/briefs/settings/{region}", {"name": "default"}),
        ):
            refused = await site.ask(method, path, key=key, json=body)
            problem = refused.json()
            assert (refused.status_code, problem["type"]) == (404, "no-such-item")
            told.add(problem["detail"].replace(region, "X"))
    (said,) = told
    assert "region X that this key may see" in said


async def test_readers_learn_only_that_they_may_not(site: Site) -> None:
    for region in (LEAGUE, "150299"):
        body = {"region": region, "period": QUARTER}
        assert (await site.ask("POST", "/v1/briefs", key=READER, json=body)).status_code == 403


async def test_a_commit_that_there_is_not_yet(site: Site) -> None:
    site.desk.situations.commit = 412
    refused = await site.ask("POST", "/v1/briefs", json={**WANTED, "as_of": "commit:413"})
    assert refused.status_code == 422
    assert "as_of: the newest commit is 412" in refused.json()["detail"]
    assert site.desk.store.briefs == {}
    taken = await site.ask("POST", "/v1/briefs", json={**WANTED, "as_of": "commit:412"})
    assert taken.status_code == 202


@pytest.mark.parametrize("how", ["away", "without a word", "without a key"])
async def test_while_nobody_knows_better_it_is_taken_and_waits(
    site: Site, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(*_: object) -> Any:
        if how == "without a key":
            raise AskedInVainError(Label("没有密钥", "there is no key"))
        await asyncio.sleep(60)

    monkeypatch.setattr(briefs_asking, "_PATIENCE_S", 0.01)
    site.desk.situations.away = how == "away"
    if how != "away":
        for name in ("knows", "newest"):
            monkeypatch.setattr(type(site.desk.situations), name, answer)
    body = {"region": "159999", "period": QUARTER, "as_of": "commit:9"}
    answered = await site.ask("POST", "/v1/briefs", json=body)
    assert (answered.status_code, answered.json()["state"]) == (202, "making")
    path = "/v1/briefs/settings/159999"
    assert (await site.ask("PUT", path, json={"name": "default"})).status_code == 200
