"""CSV bodies without quotes and spaces as columns without making objects."""

from collections.abc import Sequence

import numpy as np

from services.ingest.adapters.bodies.plain import check_header
from services.ingest.domain.admission.admission import Offer
from services.ingest.domain.admission.texts import NULL, PAD, Buffer, Texts
from services.ingest.ports import UnreadableBody

_NEVER_NULL = frozenset({"point", "at"})
_COMMA, _NEWLINE, _RETURN = ord(","), ord("\n"), ord("\r")


def header_of(body: bytes) -> bytes | None:
    """The first line if the body is as simple as that, else None."""
    if b'"' in body or b" " in body or b"\t" in body:
        return None
    header, newline, _ = body.partition(b"\n")
    header = header.rstrip(b"\r")
    return header if newline and header.isascii() else None


def columns_of(header: bytes) -> list[str] | None:
    """The names of the columns; None if they are not those of readings."""
    names = header.decode("ascii").split(",")
    try:
        check_header(names)
    except UnreadableBody:
        return None
    return names


def scan(names: Sequence[str], bodies: Sequence[bytes]) -> tuple[Offer, list[int]] | None:
    """The columns of all bodies and how many rows each has; None if a line has other cells."""
    lines = [body.partition(b"\n")[2].rstrip(b"\r\n") for body in bodies]
    rows = [line.count(b"\n") + 1 if line else 0 for line in lines]
    buffer = Buffer(*(part for line in lines if line for part in (line, b"\n")))
    octets = np.frombuffer(buffer.data, np.uint8)
    edges = np.flatnonzero((octets == _COMMA) | (octets == _NEWLINE))
    if len(edges) != sum(rows) * len(names):
        return None
    by_row = edges.reshape(sum(rows), len(names))
    marks = octets[by_row]
    if (marks[:, :-1] != _COMMA).any() or (marks[:, -1] != _NEWLINE).any():
        return None
    end = by_row.copy()
    end[:, -1] -= octets[by_row[:, -1] - 1] == _RETURN
    start = np.empty_like(by_row)
    start[:, 1:] = by_row[:, :-1] + 1
    start[1:, 0] = by_row[:-1, -1] + 1
    start[:1, 0] = PAD
    columns = {
        name: Texts(buffer, start[:, place], end[:, place] - start[:, place])
        for place, name in enumerate(names)
    }
    for name, column in columns.items():
        if name not in _NEVER_NULL:
            column.length[column.length == 0] = NULL
    return _offer(columns), rows


def _offer(columns: dict[str, Texts]) -> Offer:
    return Offer(
        point=columns["point"],
        at=columns["at"],
        value=columns["value"],
        unit=columns.get("unit"),
        quality=columns.get("quality"),
        revision=columns.get("revision"),
    )
