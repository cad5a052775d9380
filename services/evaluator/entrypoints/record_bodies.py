"""Bodies of requests about records, as written values with their places; files, and faults."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import msgspec

from services.evaluator.domain.budget_rows import Fault, Place
from services.evaluator.domain.forms.written import Written
from services.evaluator.entrypoints.budget_bodies import escaped, told, unreadable
from shared.kit.web import Problem

MOST_BYTES = 96 * 1024 * 1024
"""A statement a line for every enterprise of a large province and every month is below it."""
_MOST_FAULTS = 200
_DEPTH = 8

ReadRecords: TypeAlias = Callable[[str, str, str], tuple[dict[str, list[Written]], list[Fault]]]
"""File name, text and the kind that a CSV file holds -> lists by kind, and the faults."""


class RecordFile(msgspec.Struct, forbid_unknown_fields=True):
    """One file. kind: what a CSV file holds, where its name does not begin with it."""

    filename: str
    text: str
    kind: str = ""


class RecordImport(msgspec.Struct, forbid_unknown_fields=True):
    """Files to be imported together."""

    files: list[RecordFile]
    dry_run: bool = False


_IMPORT = msgspec.json.Decoder(RecordImport)


def import_of(body: bytes) -> RecordImport:
    """The files of an import; raises Problem 400."""
    try:
        return _IMPORT.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise unreadable(
            f'Send {{"files": [{{"filename": "statements.csv", "text": "..."}}]}}: {error}'
        ) from error


def written_of(body: bytes) -> list[Written]:
    """One record or a list of them; raises Problem 400 if the body is no JSON."""
    try:
        found = json.loads(body, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise unreadable(f"The body is not JSON: {error}") from error
    if isinstance(found, dict):
        return [_written(found, "", 0)]
    if not isinstance(found, list) or not found:
        raise unreadable("Send one record as an object, or a list of at least one.")
    return [_written(item, f"/{i}", 0) for i, item in enumerate(found)]


def faulty(faults: Sequence[Fault], records: int) -> Problem:
    """Every fault in one answer, the first two hundred of very many."""
    ordered = sorted(faults, key=lambda fault: fault.place)
    count, first = len(ordered), ordered[:_MOST_FAULTS]
    words = "fault" if count == 1 else "faults"
    rest = f" (the first {len(first)} are told)" if len(first) < count else ""
    return Problem(
        422,
        "Some values are not acceptable",
        f"{count} {words}{rest} in {records} records; nothing was stored. Mend them and send "
        "everything again.",
        kind="faulty-records",
        errors=[told(fault) for fault in first],
    )


def _written(value: Any, pointer: str, depth: int) -> Written:
    place = Place(pointer=pointer)
    if depth > _DEPTH:
        raise unreadable(f"{pointer} is nested too deeply")
    if isinstance(value, dict):
        named = {
            name: _written(one, f"{pointer}/{escaped(name)}", depth + 1)
            for name, one in value.items()
        }
        return Written(value=named, place=place)
    if isinstance(value, list):
        items = (_written(one, f"{pointer}/{i}", depth + 1) for i, one in enumerate(value))
        return Written(value=tuple(items), place=place)
    if isinstance(value, bool):
        return Written(value=str(value).lower(), place=place)
    return Written(value=value, place=place)
