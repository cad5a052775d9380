"""amtool, schemathesis and Prometheus against the real service: Alertmanager's tools work with it.

A tool that is not installed is skipped, and the run says so.
"""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from deploy.local.ports import free_port
from shared.kit.postgres import Database
from tests.contract.alerts_site import Site, run, site_on
from tests.unit.alerts.builders import assessment

pytestmark = pytest.mark.real

AMTOOL = shutil.which("amtool")
PROMETHEUS = shutil.which("prometheus")
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
OPENAPI = Path(__file__).parents[1] / "data" / "alertmanager" / "openapi.yaml"
PATIENCE_S = 60.0

Amtool = Callable[..., Awaitable[str]]


@asynccontextmanager
async def amtool_on(db: Database, key: str = "operator-key") -> AsyncGenerator[tuple[Site, Amtool]]:
    """The service, and amtool with a key as the password of its address."""
    async with site_on(db) as (site, address):
        url = address.replace("http://", f"http://duty:{key}@")

        async def amtool(*arguments: str, stdin: str = "") -> str:
            code, said = await run(
                AMTOOL or "", f"--alertmanager.url={url}", *arguments, stdin=stdin
            )
            assert code == 0, said
            return said.strip()

        yield site, amtool


@pytest.mark.skipif(AMTOOL is None, reason="amtool is not installed (prometheus-alertmanager)")
class TestAmtool:
    async def test_adds_and_queries_alerts(self, database: Database) -> None:
        async with amtool_on(database) as (site, amtool):
            await site.hear([assessment((1, "notice"), (5, "red"))])
            await amtool("alert", "add", "alertname=disk", "node=n1", "--annotation=summary=full")
            listed = await amtool("alert", "query", "disk")
            assert "full" in listed
            assert "active" in listed
            (ours,) = json.loads(
                await amtool("alert", "query", "-o", "json", 'subject=~"region:.*"')
            )
            assert ours["labels"]["level"] == "red"
            assert ours["annotations"]["summary"].startswith("内蒙古自治区")
            assert "/warnings/" in ours["generatorURL"]
            (theirs,) = json.loads(await amtool("alert", "query", "-o", "json", "node=n1"))
            assert theirs["labels"] == {"alertname": "disk", "node": "n1"}

    async def test_an_alert_that_is_not_sent_again_ends(self, database: Database) -> None:
        async with amtool_on(database) as (site, amtool):
            await amtool("alert", "add", "alertname=disk")
            site.forward(timedelta(minutes=6))
            (time,) = [j for arm in site.parts.arms for j in arm.jobs if j.name == "time"]
            await time.work(site.tick())
            assert "disk" not in await amtool("alert", "query")

    async def test_adds_queries_updates_and_expires_silences(self, database: Database) -> None:
        async with amtool_on(database) as (_, amtool):
            await amtool("alert", "add", "alertname=disk", "node=n1")
            key = await amtool(
                "silence", "add", "disk", "node=~n.*", "--comment=repair", "-d", "2h"
            )
            assert key in await amtool("silence", "query", "alertname=disk")
            assert key not in await amtool("silence", "query", "alertname=other")
            assert "disk" not in await amtool("alert", "query", "--active")
            assert "disk" in await amtool("alert", "query", "--silenced")
            updated = await amtool("silence", "update", key, "-d", "3h", "--comment=longer")
            assert key in updated
            assert "longer" in updated
            await amtool("silence", "expire", key)
            assert key not in await amtool("silence", "query")
            assert key in await amtool("silence", "query", "--expired")
            assert "disk" in await amtool("alert", "query", "--active")

    async def test_imports_silences(self, database: Database) -> None:
        async with amtool_on(database) as (_, amtool):
            key = await amtool("silence", "add", "alertname=disk", "--comment=repair")
            kept = await amtool("silence", "query", "-o", "json")
            await amtool("silence", "expire", key)
            again = await amtool("silence", "import", stdin=kept)
            assert again
            assert again != key
            elsewhere = kept.replace(key, "6e0f2f5c-3f0c-4b6b-9d3c-1b1d2f3a4b5c")
            assert await amtool("silence", "import", stdin=elsewhere)

    async def test_shows_tests_and_checks_routes(self, database: Database, tmp_path: Path) -> None:
        async with amtool_on(database) as (_, amtool):
            shown = await amtool("config", "routes", "show")
            assert "default-route" in shown
            tested = await amtool("config", "routes", "test", "alertname=heartbeat")
            assert tested in shown
            config = tmp_path / "alertmanager.yml"
            config.write_text(await amtool("config", "show"), "utf-8")
            assert "SUCCESS" in await amtool("check-config", str(config))
            assert "disabled" in await amtool("cluster", "show")

    async def test_a_silence_that_hides_much_waits_for_a_second_person(
        self, database: Database
    ) -> None:
        async with amtool_on(database) as (site, amtool):
            await site.hear([assessment((1, "red"))])
            key = await amtool("silence", "add", "level=red", "--comment=quiet please")
            (made,) = json.loads(await amtool("silence", "query", "-o", "json"))
            assert made["status"]["state"] == "pending"
            assert "region:150000" in await amtool("alert", "query", "-o", "extended", "--active")
            await site.approve(key, "second-key")
            (made,) = json.loads(await amtool("silence", "query", "-o", "json"))
            assert made["status"]["state"] == "active"
            assert "region:150000" not in await amtool(
                "alert", "query", "-o", "extended", "--active"
            )
            await amtool("silence", "update", key, "-d", "4h")
            (made,) = json.loads(await amtool("silence", "query", "-o", "json"))
            assert made["status"]["state"] == "pending"

    async def test_another_departments_key_sees_and_ends_nothing(self, database: Database) -> None:
        async with amtool_on(database, "carbon-key") as (site, amtool):
            await site.hear([assessment((1, "notice"))])
            key = await site.silence("region-key", 'level="notice"')
            assert "pace" not in await amtool("alert", "query")
            assert key not in await amtool("silence", "query")
            with pytest.raises(AssertionError):
                await amtool("silence", "expire", key)


async def test_alertmanagers_own_openapi_finds_no_fault(database: Database, tmp_path: Path) -> None:
    """All checks but one: expired silences stay readable, as they do there."""
    async with site_on(database) as (site, address):
        await site.hear([assessment((1, "notice"), (5, "red"))])
        code, said = await run(
            str(SCHEMATHESIS),
            "run",
            str(OPENAPI),
            f"--url={address}/api/v2",
            "--header=Authorization: Bearer operator-key",
            "--checks=all",
            "--exclude-checks=use_after_free",
            "--seed=1",
            "--max-examples=4",
            "--no-color",
            cwd=tmp_path,
        )
    assert code == 0, said


@pytest.mark.skipif(PROMETHEUS is None, reason="prometheus is not installed")
async def test_prometheus_sends_its_alerts(database: Database, tmp_path: Path) -> None:
    async with site_on(database) as (_, address), httpx.AsyncClient() as http:
        where = address.removeprefix("http://")
        (tmp_path / "rules.yml").write_text(_RULES, "utf-8")
        (tmp_path / "prometheus.yml").write_text(_PROMETHEUS.format(where=where), "utf-8")
        process = await asyncio.create_subprocess_exec(
            PROMETHEUS or "",
            f"--config.file={tmp_path}/prometheus.yml",
            f"--storage.tsdb.path={tmp_path}/data",
            f"--web.listen-address=127.0.0.1:{free_port()}",
            "--rules.alert.resend-delay=1s",
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(PATIENCE_S):
                found: list[dict[str, dict[str, str]]] = []
                while not found:
                    answer = await http.get(
                        f"{address}/api/v2/alerts", auth=("prometheus", "operator-key")
                    )
                    found = answer.json()
                    await asyncio.sleep(0.1)
        finally:
            process.terminate()
            await process.wait()
    assert found[0]["labels"] == {"alertname": "Always", "region": "150200", "severity": "critical"}
    assert found[0]["annotations"] == {"summary": "always"}


_RULES = """
groups:
  - name: test
    interval: 1s
    rules:
      - alert: Always
        expr: vector(1)
        labels: {severity: critical, region: "150200"}
        annotations: {summary: always}
"""
_PROMETHEUS = """
global: {{evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - api_version: v2
      basic_auth: {{username: prometheus, password: operator-key}}
      static_configs: [{{targets: ["{where}"]}}]
"""
