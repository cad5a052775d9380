"""Admitted readings on their way to Kafka: one message a partition, acknowledged by all."""

from collections.abc import Sequence

from services.ingest.ports import Bundle
from shared.contracts.readings import ReadingsAdmitted, encode
from shared.contracts.topics import READINGS
from shared.kit.kafka.producer import Message, Sender


class KafkaReadingLog:
    """See ReadingLog."""

    def __init__(self, producer: Sender) -> None:
        self._producer = producer

    async def append(
        self,
        bundles: Sequence[Bundle],
        *,
        catalogue_version: int,
        received_at_us: int,
        correlation_id: str,
    ) -> None:
        """Returns when all are safe; raises ConnectionError if that is not certain."""
        messages = [
            Message(
                READINGS.name,
                encode(
                    ReadingsAdmitted(
                        catalogue_version=catalogue_version,
                        received_at_us=received_at_us,
                        correlation_id=correlation_id,
                        readings=bundle.readings,
                    )
                ),
                partition=bundle.partition,
            )
            for bundle in bundles
        ]
        await self._producer.send(messages)
