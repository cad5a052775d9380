"""DIR/state.json: what runs, where, under which pid, so that other commands find it."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

_NAME = "state.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """One process; its start time guards against another process with the same pid."""

    pid: int
    created: float
    address: str

    def process(self) -> psutil.Process | None:
        """The process itself, if it still runs and is the one that was recorded."""
        try:
            found = psutil.Process(self.pid)
            return found if abs(found.create_time() - self.created) < 1 else None
        except psutil.Error:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A system as its supervisor last described it."""

    supervisor: int
    version: str
    started_at: str
    """RFC 3339, UTC."""
    ready: bool
    database_url: str = field(repr=False)
    kafka: str
    urls: Mapping[str, str]
    """Service name to base address, such as {"ingest": "http://127.0.0.1:8601"}."""
    parts: Mapping[str, PartState]


def describe(pid: int, address: str) -> PartState:
    """The record of a process that was just started."""
    try:
        created = psutil.Process(pid).create_time()
    except psutil.Error:
        created = 0.0
    return PartState(pid=pid, created=created, address=address)


def write(folder: Path, state: State) -> None:
    """Replace the file in one step; only its owner may read it (it holds a password)."""
    fresh = folder / f"{_NAME}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(state), file, indent=1)
    fresh.replace(folder / _NAME)


def read(folder: Path) -> State | None:
    """The last description, or None if there is none that can be understood."""
    try:
        raw: dict[str, Any] = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        parts = {name: PartState(**part) for name, part in raw.pop("parts").items()}
        return State(**raw, parts=parts)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def remove(folder: Path) -> None:
    """Nothing runs any more."""
    (folder / _NAME).unlink(missing_ok=True)
