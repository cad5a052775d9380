"""`qingyu record`: what an operator types, against the routes over a register in memory."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import record
from deploy.local.ports import LOOPBACK, free_port
from shared.kit.process import serve
from tests.usecases.evaluator.record_site import RecordSite

COUNTY = "region:150203"
ROWS = f"subject,item,period,value,unit\n{COUNTY},population,2025,7.5,persons\n"


@pytest.fixture
def site() -> RecordSite:
    return RecordSite()


async def typed(site: RecordSite, words: Sequence[str], *, code: int = 0) -> Result:
    """What the command says."""
    port = free_port()
    server = serve(site.app, LOOPBACK, port)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0)
    settings = {
        "QINGYU_EVALUATOR_URL": f"http://{LOOPBACK}:{port}",
        "QINGYU_KEY": "operator",
        "COLUMNS": "200",
    }
    result = await asyncio.to_thread(CliRunner(env=settings).invoke, record.app, list(words))
    server.should_exit = True
    await running
    assert result.exit_code == code, result.output
    return result


async def test_files_are_imported_listed_and_their_history_told(
    site: RecordSite, tmp_path: Path
) -> None:
    path = tmp_path / "statements-2025.csv"
    path.write_text(ROWS, "gb18030")
    assert "Would add 1" in (await typed(site, ["import", "--dry-run", str(path)])).stdout
    assert "1 added, 0 changed in commit 1" in (await typed(site, ["import", str(path)])).stdout
    assert "Nothing to change" in (await typed(site, ["import", str(path)])).stdout
    path.write_text(ROWS.replace("7.5", "8"))
    report = await typed(site, ["import", "--json", str(path)])
    assert json.loads(report.stdout)["changed"] == {"statements": 1}
    listed = (await typed(site, ["list", "statements", "--subject", COUNTY])).stdout
    assert "8 persons (final)" in listed
    before = await typed(site, ["list", "statements", "--as-of", "commit:1", "--json"])
    assert json.loads(before.stdout)["body"]["value"] == "7.5"
    told = (await typed(site, ["history", "statements", f"{COUNTY}/population///2025/"])).stdout
    assert "7.5 persons" in told
    assert "8 persons" in told


async def test_faults_are_shown_with_their_lines(site: RecordSite, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(ROWS.replace("persons", "kWh"))
    told = (await typed(site, ["import", "--kind", "statements", str(path)], code=1)).stderr
    assert "line 2 field item" in told
    assert "No statements" in (await typed(site, ["list", "statements"])).stdout
