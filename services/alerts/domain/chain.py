"""The chain of the journal: each entry's hash covers its own text and the hash before it.

Nothing in the journal can be changed, taken out or put in later without every hash after it
becoming another one.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

BEGINNING = bytes(32)
"""Stands before the first entry."""


def link(before: bytes, entry: int, data: str) -> bytes:
    """The hash of an entry: SHA-256 of the hash before it, its id (8 bytes), its text (UTF-8)."""
    return sha256(before + entry.to_bytes(8, "big") + data.encode()).digest()


def linked(before: bytes, entries: Iterable[tuple[int, str]]) -> Iterator[bytes]:
    """The hashes of entries `(id, text)` in order, the first one after `before`."""
    for entry, data in entries:
        before = link(before, entry, data)
        yield before


def first_broken(before: bytes, entries: Iterable[tuple[int, str, bytes]]) -> int | None:
    """The id of the first entry `(id, text, hash)` that does not follow; None if all do."""
    for entry, data, kept in entries:
        if link(before, entry, data) != kept:
            return entry
        before = kept
    return None
