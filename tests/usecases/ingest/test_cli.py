"""`qingyu catalogue` and `qingyu key`: what an operator types, against ingest on fakes."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import typer
from typer.testing import CliRunner

from deploy.cli import catalogue, key
from deploy.local.ports import LOOPBACK, free_port
from services.ingest.adapters.secret_keys import id_of
from shared.kit.process import serve
from tests.usecases.ingest.parts import CATALOGUE, ENTERPRISE, OPERATOR, House, house


@asynccontextmanager
async def served(here: House) -> AsyncGenerator[str]:
    """The address at which the service answers real requests."""
    port = free_port()
    server = serve(here.app, LOOPBACK, port)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0)
    yield f"http://{LOOPBACK}:{port}"
    server.should_exit = True
    await running


async def typed(
    here: House, app: typer.Typer, words: Sequence[str], *, code: int = 0
) -> tuple[str, str]:
    """Standard output and standard error of the command."""
    async with served(here) as url:
        settings = {"QINGYU_INGEST_URL": url, "QINGYU_KEY": OPERATOR, "COLUMNS": "200"}
        result = await asyncio.to_thread(CliRunner(env=settings).invoke, app, list(words))
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


class TestCatalogue:
    async def test_import_tells_what_it_did(self, tmp_path: Path) -> None:
        path = tmp_path / "more.csv"
        path.write_text("entity,code,name,parent\nregion,150100,呼和浩特市,150000\n", "gb18030")
        async with house() as here:
            first, _ = await typed(here, catalogue.app, ["import", str(path)])
            again, _ = await typed(here, catalogue.app, ["import", str(path)])
            assert "new region 150100" in first
            assert "Version 2: 1 added, 0 changed" in first
            assert "Nothing to change" in again
            assert here.store.catalogue.entities["region:150100"].latest()["name"] == "呼和浩特市"

    async def test_faults_are_shown_with_their_places(self, tmp_path: Path) -> None:
        path = tmp_path / "regions.csv"
        path.write_text("code,name\n15,x\n\n99,y\n")
        async with house() as here:
            _, told = await typed(here, catalogue.app, ["import", str(path)], code=1)
            assert "line 2 field code" in told
            assert "line 4 field code" in told

    async def test_show_and_list(self) -> None:
        async with house() as here:
            shown, _ = await typed(here, catalogue.app, ["show", "points", "m1"])
            counted, _ = await typed(here, catalogue.app, ["list"])
            listed, _ = await typed(here, catalogue.app, ["list", "points", "--json", "-n", "1"])
            assert f"enterprise:{ENTERPRISE}" in shown
            assert "regions              3\n" in counted
            assert json.loads(listed)["code"] == "m1"

    async def test_a_dry_run_says_so(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(CATALOGUE.replace("包头市", "包头"), "utf-8")
        async with house() as here:
            told, _ = await typed(here, catalogue.app, ["import", "--dry-run", str(path)])
            assert "Would add 0 and change 1" in told
            assert here.store.catalogue.version == 1


class TestKeys:
    async def test_a_key_is_made_listed_and_revoked(self) -> None:
        scope = f"enterprise:{ENTERPRISE}"
        words = ["create", "--role", "sender", "--scope", scope, "--name", "gateway"]
        async with house() as here:
            made, _ = await typed(here, key.app, words)
            plain = made.strip()
            listed, _ = await typed(here, key.app, ["list", "--json"])
            assert json.loads(listed)[-1]["id"] == id_of(plain)
            await typed(here, key.app, ["revoke", id_of(plain)])
            assert here.parts.keys.principal(plain) is None
