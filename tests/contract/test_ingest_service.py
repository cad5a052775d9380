"""The ingest service as a process of its own, on a real PostgreSQL and a real Kafka."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from deploy.local import kafka
from deploy.local.ports import free_port
from shared.contracts.catalogue import CatalogueReader
from shared.contracts.readings import decode
from shared.contracts.topics import CATALOGUE, READINGS
from shared.kit.kafka.compacted import read_compacted
from shared.kit.kafka.consumer import ConsumerLoop
from shared.kit.kafka.records import Batch, Record
from tests.usecases.ingest.parts import CATALOGUE as FILE
from tests.usecases.ingest.parts import OPERATOR

pytestmark = pytest.mark.real

PATIENCE_S = 60.0


@pytest.fixture
def own_kafka(tmp_path: Path) -> Generator[str]:
    """A Kafka whose topics no other test has written to."""
    broker = kafka.start(tmp_path)
    try:
        yield broker.bootstrap
    finally:
        broker.stop()


class Collector:
    """Takes all messages of all partitions from their beginning."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self.values: list[int] = []
        self.done = asyncio.Event()

    async def assigned(self, partitions: frozenset[int]) -> Mapping[int, int]:
        return dict.fromkeys(partitions, 0)

    async def revoked(self, partitions: frozenset[int]) -> None:
        """Nothing is kept."""

    async def handle(self, records: Batch) -> None:
        for record in (record for part in records.values() for record in part):
            self.values += decode(record.value or b"").readings.value.tolist()
        if len(self.values) >= self._wanted:
            self.done.set()

    async def idle(self) -> None:
        """Nothing to do."""


@asynccontextmanager
async def ingest(
    database_url: str, bootstrap: str
) -> AsyncGenerator[tuple[int, httpx.AsyncClient]]:
    """The running process and a client with the operator's key; it is stopped by SIGTERM."""
    port = free_port()
    settings = {
        "QINGYU_DATABASE_URL": database_url,
        "QINGYU_KAFKA": bootstrap,
        "QINGYU_PORT": str(port),
        "QINGYU_BOOTSTRAP_OPERATOR_KEY": OPERATOR,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.ingest", env={**os.environ, **settings}
    )
    headers = {"Authorization": f"Bearer {OPERATOR}"}
    base_url = f"http://127.0.0.1:{port}"
    try:
        async with (
            asyncio.timeout(PATIENCE_S),
            httpx.AsyncClient(headers=headers, base_url=base_url, timeout=PATIENCE_S) as http,
        ):
            await until_ready(http)
            yield process.pid, http
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        code = await process.wait()
    assert code == 0


async def until_ready(http: httpx.AsyncClient) -> None:
    while True:
        try:
            answer = await http.get("/readyz")
        except httpx.TransportError:
            await asyncio.sleep(0.1)
            continue
        if answer.status_code == 200:
            return
        await asyncio.sleep(0.1)


async def newest_catalogue(bootstrap: str) -> CatalogueReader:
    reader, stopping = CatalogueReader(), asyncio.Event()

    def feed(record: Record) -> None:
        reader.feed(record.key, record.value)

    topic = read_compacted(bootstrap, CATALOGUE.name, client_id="test")
    await topic.run(stopping, feed, stopping.set)
    return reader


def rows(first: int, count: int) -> list[dict[str, str]]:
    return [
        {"point": "m1", "at": f"2026-01-{day:02d}T{hour:02d}:00:00Z", "value": str(number)}
        for number, (day, hour) in enumerate(
            ((1 + n // 24, n % 24) for n in range(first, first + count)), first
        )
    ]


async def test_what_is_acknowledged_is_in_kafka_also_when_the_process_is_stopped(
    database_url: str, own_kafka: str
) -> None:
    acknowledged = 0
    async with ingest(database_url, own_kafka) as (pid, http):
        files = {"files": [{"filename": "a.yaml", "text": FILE}]}
        report = (await http.post("/v1/catalogue/imports", json=files)).json()
        assert (report["version"], report["published"]) == (1, True)
        reader = await newest_catalogue(own_kafka)
        assert reader.catalogue.version == 1
        assert "point:m1" in reader.catalogue.entities
        sending = [
            asyncio.create_task(http.post("/v1/readings", json=rows(n * 10, 10))) for n in range(40)
        ]
        await sending[0]
        os.kill(pid, signal.SIGTERM)
        for answer in await asyncio.gather(*sending, return_exceptions=True):
            if isinstance(answer, httpx.Response) and answer.status_code == 202:
                acknowledged += answer.json()["accepted"]
    assert acknowledged >= 10
    collector, stopping = Collector(acknowledged), asyncio.Event()
    loop = ConsumerLoop(own_kafka, READINGS.name, "test", collector, client_id="test")
    running = asyncio.create_task(loop.run(stopping))
    async with asyncio.timeout(PATIENCE_S):
        await collector.done.wait()
    stopping.set()
    await running
    assert len(set(collector.values)) >= acknowledged
