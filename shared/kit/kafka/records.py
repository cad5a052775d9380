"""What arrives from a topic, and what a consumer of it promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Record:
    """One message as it was stored; no value means "this key is gone" on compacted topics."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp_ms: int


Batch = Mapping[int, Sequence[Record]]


class BatchHandler(Protocol):
    """What is done with messages. The loop calls one method at a time, never two at once.

    Any method may raise Unavailable (the loop pauses, backs off and does the same again) or
    Fenced (the loop asks for the positions anew). Anything else stops the process.
    """

    async def assigned(self, partitions: frozenset[int]) -> Mapping[int, int]:
        """These partitions, and no others, are ours now: the stored offset to read next of each.

        Called after every rebalance and after Fenced; whatever was kept in memory may be stale.
        """

    async def revoked(self, partitions: frozenset[int]) -> None:
        """These partitions are given away; nothing more of them will be handed over."""

    async def handle(self, records: Batch) -> None:
        """Take over a batch, in one transaction with the positions after it.

        `records` maps partition -> messages in order of their offsets. After Unavailable the same
        batch is handed over again, so nothing of the failed attempt may stay.
        """

    async def idle(self) -> None:
        """Nothing has arrived; called at most once a second."""


class Source(Protocol):
    """Where the loop gets messages from: Kafka, or the broker in memory."""

    async def poll(self, wait_s: float) -> Batch:
        """What has arrived, waiting for the first message that long at most; may be empty.

        Taking messages out and returning them happens without giving way in between, so that
        the caller can tell whether they were read from the positions it asked for.
        """

    def seek(self, positions: Mapping[int, int]) -> None:
        """Read on from these offsets, forgetting whatever was fetched already."""

    async def probe(self, positions: Mapping[int, int]) -> None:
        """Called while nothing arrives: check the connection and measure the lag."""

    def measure(self, positions: Mapping[int, int]) -> None:
        """Record how far behind these positions are, from what is known without asking."""
