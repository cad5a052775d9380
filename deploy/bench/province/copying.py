"""Rows in PostgreSQL's binary form of COPY, laid out as one numpy array instead of one by one."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Bytes: TypeAlias = npt.NDArray[np.void]
Cell: TypeAlias = bytes | tuple[str, npt.NDArray[Any] | int]
"""The same text in every row, or a kind (as numpy has it, big-endian for numbers) with values."""

_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_LARGE = 4 * 1024 * 1024


def rows(count: int, cells: Sequence[Cell]) -> Bytes:
    """`count` rows; their bytes, one after another, are the rows of a binary COPY."""
    kinds = [f"S{len(cell)}" if isinstance(cell, bytes) else cell[0] for cell in cells]
    fields: list[tuple[str, str]] = [("count", ">i2")]
    for place, kind in enumerate(kinds):
        fields += [(f"length{place}", ">i4"), (f"cell{place}", kind)]
    layout = np.dtype(fields)
    found = np.zeros(count, layout)
    found["count"] = len(cells)
    for place, cell in enumerate(cells):
        found[f"length{place}"] = layout[f"cell{place}"].itemsize
        found[f"cell{place}"] = cell if isinstance(cell, bytes) else cell[1]
    return found


def small(number: int) -> Cell:
    """A smallint that is the same in every row."""
    return ">i2", number


def whole(numbers: npt.NDArray[Any] | int) -> Cell:
    """A column of int."""
    return ">i4", numbers


def large(numbers: npt.NDArray[Any] | int) -> Cell:
    """A column of bigint."""
    return ">i8", numbers


def body(data: npt.NDArray[Any]) -> Cell:
    """A column of bytea, all of one length: the rows of `data`."""
    flat = np.ascontiguousarray(data).reshape(len(data), -1).view(np.uint8)
    size = flat.shape[1]
    return f"V{size}", flat.view(f"V{size}").reshape(-1)


async def stream(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """A whole binary COPY of the parts, in pieces of some megabytes."""
    held = bytearray(_HEAD)
    for part in parts:
        held += part
        if len(held) > _LARGE:
            yield bytes(held)
            held.clear()
    yield bytes(held) + _END


async def lines(texts: Iterable[str]) -> AsyncIterator[bytes]:
    """A whole text COPY of lines with tabs, in pieces of some megabytes."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size > _LARGE:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()
