"""Brings tables and topics up to date, once, and ends: `python -m deploy.local.schema`."""

import asyncio
import sys

from shared.contracts import topics
from shared.kit.kafka.admin import TopicSpec, ensure_topics
from shared.kit.settings import Settings


def wanted_topics(settings: Settings) -> tuple[TopicSpec, ...]:
    """Every topic of the contracts, with the numbers of partitions that the settings choose."""
    chosen = {
        topics.READINGS.name: settings.readings_partitions,
        topics.TOTALS.name: settings.totals_partitions,
    }
    return tuple(
        TopicSpec(
            name=topic.name,
            partitions=chosen.get(topic.name, topic.partitions),
            configs=topic.configs,
        )
        for topic in topics.ALL
    )


def create_topics(settings: Settings) -> int:
    """Create what is missing, check what is there; returns how many topics there should be."""
    wanted = wanted_topics(settings)
    asyncio.run(ensure_topics(settings.kafka, wanted, settings.replication))
    return len(wanted)


def migrate(settings: Settings) -> tuple[str | None, str | None]:
    """Bring the tables to the newest revision; returns the one before and the one after."""
    from deploy.migrations.run import current_revision, upgrade  # noqa: PLC0415 alembic is slow

    before = current_revision(settings.database_url)
    upgrade(settings.database_url)
    return before, current_revision(settings.database_url)


def main() -> int:
    """Tables first: PostgreSQL is ready long before Kafka."""
    settings = Settings()
    migrate(settings)
    create_topics(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
