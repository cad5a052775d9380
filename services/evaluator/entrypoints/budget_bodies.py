"""Bodies of requests about budgets, as rows; numbers keep every digit they were written with."""

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import msgspec
from fastapi import Request

from services.evaluator.domain.budget_rows import Cell, Fault, Place, Row
from shared.kit.web import Problem

MOST_BYTES = 16 * 1024 * 1024
_DEPTH = 3

ReadFile: TypeAlias = Callable[[str, str], tuple[list[Row], list[Fault]]]
"""File name and text -> rows and the faults in reading them."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    filename: str
    text: str


class Import(msgspec.Struct, forbid_unknown_fields=True):
    """Files to be imported together."""

    files: list[_File]
    dry_run: bool = False


_IMPORT = msgspec.json.Decoder(Import)


async def body_of(request: Request, most: int = MOST_BYTES) -> bytes:
    """The whole body; raises Problem 413 as soon as it is too large."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise Problem(
                413,
                "Too large",
                f"At most {most // 1024 // 1024} MiB in one request: send budgets in parts.",
                kind="too-large",
            )
        parts.append(part)
    return b"".join(parts)


def files_of(body: bytes) -> Import:
    """The files of an import; raises Problem 400."""
    try:
        return _IMPORT.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise unreadable(
            f'Send {{"files": [{{"filename": "budgets.csv", "text": "..."}}]}}: {error}'
        ) from error


def rows_of(body: bytes) -> tuple[list[Row], list[Fault]]:
    """One budget or a list of them; raises Problem 400 if the body is no JSON."""
    try:
        found = json.loads(body, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise unreadable(f"The body is not JSON: {error}") from error
    single = isinstance(found, dict)
    listed = [found] if single else found
    if not isinstance(listed, list) or not listed:
        raise unreadable("Send one budget as an object, or a list of at least one.")
    rows: list[Row] = []
    faults: list[Fault] = []
    for i, item in enumerate(listed):
        place = Place(pointer="" if single else f"/{i}")
        if not isinstance(item, dict):
            faults.append(Fault(place=place, field=None, message="a budget must be an object"))
            continue
        cells: dict[str, Cell] = {}
        faults.extend(_cells(item, "", place.pointer, cells))
        rows.append(Row(place=place, cells=cells))
    return rows, faults


def _cells(
    item: dict[str, Any], prefix: str, pointer: str, cells: dict[str, Cell]
) -> Iterator[Fault]:
    for key, value in item.items():
        name = f"{prefix}{key}"
        place = Place(pointer=f"{pointer}/{escaped(key)}")
        if isinstance(value, dict) and prefix.count(".") < _DEPTH:
            yield from _cells(value, f"{name}.", place.pointer, cells)
        elif value is None or isinstance(value, str):
            cells[name] = Cell(text=value or "", place=place)
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            cells[name] = Cell(text=" ".join(value), place=place)
        else:
            yield Fault(
                place=place, field=name, message="must be text, a number, or a list of these"
            )


def faulty(faults: list[Fault], rows: int) -> Problem:
    """Every fault in one answer."""
    ordered = sorted(faults, key=lambda fault: fault.place)
    count = len(ordered)
    return Problem(
        422,
        "Some values are not acceptable",
        f"{count} {'fault' if count == 1 else 'faults'} in {rows} budgets; nothing was stored. "
        "Mend them and send everything again.",
        kind="faulty-budgets",
        errors=[told(fault) for fault in ordered],
    )


def escaped(name: str) -> str:
    """The name as a part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def told(fault: Fault) -> dict[str, object]:
    """One fault as the answer has it: its file and line, or where it stands in the body."""
    place = fault.place
    where: dict[str, object] = (
        {"file": place.file, "line": place.line} if place.file else {"pointer": place.pointer}
    )
    return {**where, "field": fault.field, "detail": fault.message}


def unreadable(detail: str) -> Problem:
    """A body that is not of the form asked for."""
    return Problem(400, "The request cannot be understood", detail, kind="unreadable-body")
