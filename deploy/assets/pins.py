"""Which files of which npm packages are wanted, and what their bytes must be."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import yaml

PINS_FILE = "files.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One file: its place below the assets' folder, and below node_modules; its SHA-256."""

    file: str
    source: str
    sha256: str


def read_pins(text: str) -> tuple[Pin, ...]:
    """The files that a list of pins names; ValueError that says which entry is wrong."""
    entries = (yaml.safe_load(text) or {}).get("files") or []
    pins = tuple(_pin(number, entry) for number, entry in enumerate(entries, 1))
    if not pins:
        raise ValueError("the list of pins names no file")
    if len({pin.file for pin in pins}) != len(pins):
        raise ValueError("the list of pins names a file twice")
    return pins


def _pin(number: int, entry: dict[str, str]) -> Pin:
    try:
        pin = Pin(file=entry["file"], source=entry["source"], sha256=entry["sha256"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"pin {number}: file, source and sha256 are needed") from error
    for path in (PurePosixPath(pin.file), PurePosixPath(pin.source)):
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"pin {number} ({pin.file}): {path} leads out of its folder")
    if len(pin.sha256) != 64 or set(pin.sha256) - set("0123456789abcdef"):
        raise ValueError(f"pin {number} ({pin.file}): sha256 must be 64 hexadecimal digits")
    return pin


def missing(pins: Iterable[Pin], folder: Path) -> tuple[Pin, ...]:
    """The pins whose file is not in the folder, or is there with other bytes."""
    return tuple(pin for pin in pins if digest_of(folder / pin.file) != pin.sha256)


def digest_of(path: Path) -> str | None:
    """SHA-256 of a file in hexadecimal; None where there is no file."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
