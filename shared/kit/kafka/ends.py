"""How far a topic goes: the offset of the next message of each partition."""

from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kit.errors import Unavailable
from shared.kit.kafka.connection import LostKafka, ask, close


async def end_offsets(bootstrap: str, topic: str, partitions: int) -> Mapping[int, int]:
    """By partition; nothing is read and nobody joins a group. Raises Unavailable."""
    places = [TopicPartition(topic, one) for one in range(partitions)]
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
    try:
        await ask(consumer.start(), while_connecting=True)
        ends: Mapping[TopicPartition, int] = await ask(consumer.end_offsets(places))
    except LostKafka as lost:
        raise Unavailable(str(lost)) from lost
    finally:
        await close(consumer)
    return {place.partition: end for place, end in ends.items()}
