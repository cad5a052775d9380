"""Admitted readings on the topic `readings.v1`: a fixed head and five columns, little-endian.

Head (64 bytes): magic `QYR1`, uint32 count, uint64 catalogue version that admitted them, int64
microseconds when the request came in, 32 bytes correlation id (ASCII, padded with zeros), 8 zero
bytes. Columns of `count` each: at int64 (microseconds), value int64 (mantissa at the point's
declared decimals), point uint32 (catalogue number), revision uint32, flags uint8 (bits of Mark).
All owners of one message belong to the partition that it stands in.
"""

import struct
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from shared.contracts.errors import UnreadableError
from shared.model.readings import Readings

MAGIC = b"QYR1"
_HEAD = struct.Struct("<4sIQq32s8x")
ROW_BYTES = 8 + 8 + 4 + 4 + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingsAdmitted:
    """One message of admitted readings."""

    catalogue_version: int
    received_at_us: int
    correlation_id: str
    readings: Readings


def partition_of(owner: str, partitions: int) -> int:
    """The partition of an owner key such as `enterprise:…`; the same for ever (CRC-32)."""
    return crc32(owner.encode()) % partitions


def encode_columns(readings: Readings) -> bytes:
    """The five columns one after another: the body of a message and of a stored block."""
    return b"".join(
        (
            readings.at.astype("<i8", copy=False).tobytes(),
            readings.value.astype("<i8", copy=False).tobytes(),
            readings.point.astype("<u4", copy=False).tobytes(),
            readings.revision.astype("<u4", copy=False).tobytes(),
            readings.flags.astype("u1", copy=False).tobytes(),
        )
    )


def decode_columns(body: bytes | memoryview, count: int, offset: int = 0) -> Readings:
    """Read-only views of the columns; raises UnreadableError when the length does not fit."""
    if len(body) - offset != count * ROW_BYTES:
        raise UnreadableError(f"{count} readings need {count * ROW_BYTES} bytes after the head")
    return Readings(
        at=np.frombuffer(body, "<i8", count, offset),
        value=np.frombuffer(body, "<i8", count, offset + 8 * count),
        point=np.frombuffer(body, "<u4", count, offset + 16 * count),
        revision=np.frombuffer(body, "<u4", count, offset + 20 * count),
        flags=np.frombuffer(body, "u1", count, offset + 24 * count),
    )


def encode(message: ReadingsAdmitted) -> bytes:
    """The message as bytes."""
    head = _HEAD.pack(
        MAGIC,
        len(message.readings),
        message.catalogue_version,
        message.received_at_us,
        message.correlation_id.encode("ascii", "replace")[:32],
    )
    return head + encode_columns(message.readings)


def decode(value: bytes) -> ReadingsAdmitted:
    """The bytes as a message; raises UnreadableError with the reason."""
    if len(value) < _HEAD.size:
        raise UnreadableError(f"shorter than the head of {_HEAD.size} bytes")
    magic, count, version, received, correlation = _HEAD.unpack_from(value)
    if magic != MAGIC:
        raise UnreadableError(f"begins with {magic!r}, not {MAGIC!r}")
    return ReadingsAdmitted(
        catalogue_version=version,
        received_at_us=received,
        correlation_id=correlation.rstrip(b"\0").decode("ascii", "replace"),
        readings=decode_columns(value, count, _HEAD.size),
    )
