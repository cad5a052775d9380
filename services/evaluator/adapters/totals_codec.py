"""`totals.v1` as bytes: magic `QYT1`, uint32 length of a JSON head, the head, then columns.

Columns, little-endian, of `rows` each: hour int64, quantity int64, estimated int64, known int64,
subject uint32, lane uint32, cause uint8; then of `points` each: booked_end int64, point uint32.
"""

import struct
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from services.evaluator.domain.totals import Changes, Frontier, Lane, Totals
from shared.contracts.errors import UnreadableError

MAGIC = b"QYT1"
_START = struct.Struct("<4sI")
_CHANGES = (
    ("hour", "<i8"),
    ("quantity", "<i8"),
    ("estimated", "<i8"),
    ("known", "<i8"),
    ("subject", "<u4"),
    ("lane", "<u4"),
    ("cause", "u1"),
)
_FRONTIER = (("booked_end", "<i8"), ("point", "<u4"))


class _Head(msgspec.Struct, frozen=True):
    commit: int
    sources: list[int]
    catalogue_version: int
    received_at_us: int
    correlation_id: str
    subjects: list[str]
    lanes: list[tuple[str, str, int]]
    rows: int
    points: int


_HEAD = msgspec.json.Decoder(_Head)


def encode(totals: Totals) -> bytes:
    """The message as bytes."""
    head = msgspec.json.encode(
        _Head(
            commit=totals.commit,
            sources=list(totals.sources),
            catalogue_version=totals.catalogue_version,
            received_at_us=totals.received_at_us,
            correlation_id=totals.correlation_id,
            subjects=list(totals.subjects),
            lanes=[(lane.carrier, lane.flow, lane.scale) for lane in totals.lanes],
            rows=len(totals.changes),
            points=len(totals.frontier),
        )
    )
    columns = [
        getattr(part, name).astype(kind, copy=False).tobytes()
        for part, layout in ((totals.changes, _CHANGES), (totals.frontier, _FRONTIER))
        for name, kind in layout
    ]
    return b"".join((_START.pack(MAGIC, len(head)), head, *columns))


def decode(value: bytes) -> Totals:
    """The bytes as a message; raises UnreadableError with the reason."""
    head, offset = _head(value)
    changes, offset = _columns(value, offset, head.rows, _CHANGES)
    frontier, offset = _columns(value, offset, head.points, _FRONTIER)
    if offset != len(value):
        raise UnreadableError(f"{len(value) - offset} bytes follow the columns")
    return Totals(
        commit=head.commit,
        sources=tuple(head.sources),
        catalogue_version=head.catalogue_version,
        received_at_us=head.received_at_us,
        correlation_id=head.correlation_id,
        subjects=tuple(head.subjects),
        lanes=tuple(Lane(carrier=c, flow=f, scale=s) for c, f, s in head.lanes),
        changes=Changes(**changes),
        frontier=Frontier(**frontier),
    )


def _head(value: bytes) -> tuple[_Head, int]:
    if len(value) < _START.size or value[:4] != MAGIC:
        raise UnreadableError(f"does not begin with {MAGIC!r}")
    _, length = _START.unpack_from(value)
    try:
        return _HEAD.decode(value[_START.size : _START.size + length]), _START.size + length
    except msgspec.MsgspecError as error:
        raise UnreadableError(f"its head is not readable: {error}") from error


def _columns(
    value: bytes, offset: int, count: int, layout: tuple[tuple[str, str], ...]
) -> tuple[dict[str, npt.NDArray[Any]], int]:
    columns: dict[str, npt.NDArray[Any]] = {}
    for name, kind in layout:
        size = count * np.dtype(kind).itemsize
        if count < 0 or offset + size > len(value):
            raise UnreadableError(f"column {name} is cut short")
        columns[name] = np.frombuffer(value, kind, count, offset)
        offset += size
    return columns, offset
