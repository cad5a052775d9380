"""Topics are created before anything is sent, and never with another number of partitions."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, NoError, TopicAlreadyExistsError, for_code

from shared.kit.backoff import Backoff
from shared.kit.kafka.errors import Unavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSpec:
    """What a topic must be like; `configs` are Kafka's own names, such as cleanup.policy."""

    name: str
    partitions: int
    configs: Mapping[str, str] = field(default_factory=dict)


class TopicMismatch(Exception):  # noqa: N818 - the state of the topic, not of the call
    """A topic exists with another number of partitions than configured."""


async def ensure_topics(
    bootstrap: str, specs: Sequence[TopicSpec], replication: int, *, wait_s: float = 60.0
) -> None:
    """Create the topics that are missing and check those that are there.

    Raises TopicMismatch if the number of partitions differs, and Unavailable if Kafka cannot be
    reached, or the topics cannot be used, within `wait_s`.
    """
    problem = "Kafka was not tried yet"
    try:
        async with asyncio.timeout(wait_s):
            for delay in Backoff().delays():
                try:
                    if await _ensure(bootstrap, specs, replication):
                        return
                    problem = "some topics have no leader yet"
                except (KafkaError, OSError) as error:
                    problem = repr(error)
                await asyncio.sleep(delay)
    except TimeoutError as error:
        raise Unavailable(f"Kafka at {bootstrap}: {problem}") from error


async def _ensure(bootstrap: str, specs: Sequence[TopicSpec], replication: int) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        present = await _partitions(admin)
        missing = [spec for spec in specs if spec.name not in present]
        if missing:
            await _create(admin, missing, replication)
            present = await _partitions(admin)
        for spec in specs:
            _check(spec, present.get(spec.name, spec.partitions))
        return all(spec.name in present for spec in specs)
    finally:
        await admin.close()


async def _partitions(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """The number of partitions of every topic whose partitions all have a leader."""
    topics: list[dict[str, Any]] = await admin.describe_topics()
    return {
        topic["topic"]: len(topic["partitions"])
        for topic in topics
        if topic["partitions"] and all(p["leader"] >= 0 for p in topic["partitions"])
    }


async def _create(admin: AIOKafkaAdminClient, specs: Sequence[TopicSpec], replication: int) -> None:
    response = await admin.create_topics(
        [
            NewTopic(
                spec.name,
                num_partitions=spec.partitions,
                replication_factor=replication,
                topic_configs=dict(spec.configs),
            )
            for spec in specs
        ]
    )
    for name, code, *message in response.topic_errors:
        kind = for_code(code)
        # Two services starting together both find it missing; one of them creates it.
        if kind not in (NoError, TopicAlreadyExistsError):
            raise kind(f"{name}: {message}")
    log.info("topics created", extra={"action": "topics", "topics": [s.name for s in specs]})


def _check(spec: TopicSpec, partitions: int) -> None:
    if partitions != spec.partitions:
        raise TopicMismatch(
            f"topic {spec.name} has {partitions} partitions, but {spec.partitions} are configured. "
            "Changing the number would scatter the history of every owner: set the configured "
            "number back, or start with empty topics."
        )
