"""The first key of a new system, so that somebody can make the others: DIR/operator.key."""

import os
import secrets
from base64 import b32encode, urlsafe_b64encode
from pathlib import Path

_NAME = "operator.key"


def new_key() -> str:
    """qy_ + 8 characters that identify the key + _ + 43 that prove it (256 random bits)."""
    identity = b32encode(secrets.token_bytes(5)).decode().lower()
    proof = urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return f"qy_{identity}_{proof}"


def ensure(folder: Path) -> str:
    """The folder's operator key, made at the first start; only its owner may read the file."""
    kept = read(folder)
    if kept is not None:
        return kept
    key = new_key()
    fresh = folder / f"{_NAME}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(key + "\n")
    fresh.replace(folder / _NAME)
    return key


def file(folder: Path) -> Path:
    """Where the folder's operator key is."""
    return folder / _NAME


def read(folder: Path) -> str | None:
    """The folder's operator key, or None before the first start."""
    try:
        return (folder / _NAME).read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None
