"""What flushing every append costs: `python -m deploy.local.measure_flush` (decisions/0002)."""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local import kafka

_TOPIC = "measure"
_PARTITIONS = 12
_SECONDS = 8.0
_ALONE = 400


async def _until(deadline: float, producer: AIOKafkaProducer, value: bytes, lane: int) -> int:
    """One sender that waits for each acknowledgement; returns how many messages it got through."""
    sent = 0
    while time.monotonic() < deadline:
        await producer.send_and_wait(_TOPIC, value, partition=lane % _PARTITIONS)
        sent += 1
    return sent


async def _throughput(producer: AIOKafkaProducer, value: bytes, senders: int) -> float:
    """Messages a second, acknowledged, with that many senders at once."""
    begin = time.monotonic()
    lanes = (_until(begin + _SECONDS, producer, value, lane) for lane in range(senders))
    sent = sum(await asyncio.gather(*lanes))
    return sent / (time.monotonic() - begin)


async def _latencies(producer: AIOKafkaProducer, value: bytes) -> tuple[float, float]:
    """Median and 99th percentile, in milliseconds, of one message at a time."""
    taken = []
    for number in range(_ALONE):
        begin = time.monotonic()
        await producer.send_and_wait(_TOPIC, value, partition=number % _PARTITIONS)
        taken.append((time.monotonic() - begin) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=100)[98]


async def _measure(bootstrap: str, label: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(_TOPIC, _PARTITIONS, 1)])
    await admin.close()
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=True, acks="all", max_batch_size=1 << 20
    )
    await producer.start()
    try:
        for size in (300, 30_000):
            value = bytes(size)
            await _throughput(producer, value, 4)
            middle, high = await _latencies(producer, value)
            rates = [await _throughput(producer, value, senders) for senders in (8, 100)]
            print(
                f"{label:10} {size:6} B   alone {middle:6.2f} ms (p99 {high:6.2f})   "
                f"8 senders {rates[0]:7.0f}/s   100 senders {rates[1]:7.0f}/s",
                flush=True,
            )
    finally:
        await producer.stop()


def main() -> int:
    """Two fresh nodes, one after the other, on the disk of the folder given (default: here)."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()
    for flush in (False, True):
        with tempfile.TemporaryDirectory(dir=folder) as data:
            node = kafka.start(Path(data), flush=flush)
            try:
                asyncio.run(_measure(node.bootstrap, "flush" if flush else "page cache"))
            finally:
                node.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
