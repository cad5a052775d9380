"""`qingyu silence` against the real service: preview, add, approve, edit, expire, quiet times."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from shared.kit.postgres import Database
from tests.contract.alerts_site import site_on
from tests.unit.alerts.builders import assessment

pytestmark = pytest.mark.real

QINGYU = Path(sys.executable).with_name("qingyu")
QUIET = """
- name: nights
  reason: 夜间
  matchers: ['level="notice"']
  when: [{holidays: cn}]
"""


async def qingyu(address: str, key: str, *arguments: str) -> tuple[int, str]:
    """The command's exit code, and what it said."""
    process = await asyncio.create_subprocess_exec(
        str(QINGYU),
        "silence",
        *arguments,
        env={**os.environ, "QINGYU_ALERTS_URL": address, "QINGYU_KEY": key, "COLUMNS": "300"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_a_silence_from_preview_to_end(database: Database, tmp_path: Path) -> None:
    async with site_on(database) as (site, address):
        await site.hear([assessment((1, "red"))])

        async def say(*arguments: str, key: str = "operator-key") -> str:
            code, said = await qingyu(address, key, *arguments)
            assert code == 0, said
            return said

        assert "second person" in await say("preview", 'level="red"')
        made = await say("add", 'level="red"', "--reason", "检修", "--hours", "3")
        assert "hides 1 open warnings" in made
        key = made.split()[0]
        assert "needs a second person" in await say("list")
        code, refused = await qingyu(address, "operator-key", "approve", key)
        assert (code, "second person" in refused) == (1, True)
        assert "active" in await say("approve", key, "-c", "同意", key="second-key")
        assert "active" in await say("edit", key, "--hours", "1")
        assert "expired" in await say("expire", key)
        (tmp_path / "quiet.yaml").write_text(QUIET, "utf-8")
        assert "休息日" in await say("quiet-times", str(tmp_path / "quiet.yaml"))
