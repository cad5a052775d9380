"""A list of principals against the keys there are: what has to be made, changed and revoked."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from services.ingest.domain.keys import Key, measures_of, role_of, scope_of
from shared.model.access import Role
from shared.model.condition import Measure

DEFAULT_LIST = "principals"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ONE = ("name", "role", "sha256", "make")
_MANY = ("scope", "regions", "enterprises", "measures")
_LONGEST = 100
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What is wrong in which line; `field` is empty where it is not one field's fault."""

    line: int
    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One entry of the file as it is written: each field's words, and the line it is in."""

    line: int
    words: Mapping[str, tuple[str, ...]]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A principal that is to have a key; without `sha256` one is made."""

    line: int
    name: str
    role: Role
    scope: tuple[str, ...]
    measures: frozenset[Measure]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done; nothing if there is a mistake."""

    add: tuple[Wanted, ...] = ()
    change: tuple[Key, ...] = ()
    revoke: tuple[Key, ...] = ()
    keep: tuple[Key, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


class _MistakeError(Exception):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read(entries: Sequence[Stated]) -> tuple[tuple[Wanted, ...], tuple[Mistake, ...]]:
    """The principals of the file, and every mistake in it."""
    wanted: list[Wanted] = []
    mistakes: list[Mistake] = []
    seen: dict[str, int] = {}
    for entry in entries:
        try:
            wanted.append(_wanted(entry, seen))
        except _MistakeError as error:
            line = entry.lines.get(error.field, entry.line)
            mistakes.append(Mistake(line=line, field=error.field, message=str(error)))
    return tuple(wanted), tuple(mistakes)


def plan(keys: Sequence[Key], managed_by: str, wanted: Sequence[Wanted], *, prune: bool) -> Plan:
    """How the keys of the list become what is wanted; applied twice, the second does nothing.

    A principal is known by its name in the list. Its key stays when only its rights change, and is
    replaced when another hash is stated. `prune` revokes keys of the list that are gone from it.
    """
    mine = {k.name: k for k in keys if k.managed_by == managed_by and k.revoked_at is None}
    mistakes = tuple(_taken(keys, managed_by, wanted))
    if mistakes:
        return Plan(mistakes=mistakes)
    add: list[Wanted] = []
    change: list[Key] = []
    revoke: list[Key] = []
    keep: list[Key] = []
    for one in wanted:
        known = mine.get(one.name)
        if known is None:
            add.append(one)
        elif one.sha256 not in ("", known.sha256):
            revoke.append(known)
            add.append(one)
        elif (now := _with_rights(known, one)) == known:
            keep.append(known)
        else:
            change.append(now)
    names = {one.name for one in wanted}
    revoke.extend(key for name, key in mine.items() if prune and name not in names)
    return Plan(add=tuple(add), change=tuple(change), revoke=tuple(revoke), keep=tuple(keep))


def _with_rights(key: Key, wanted: Wanted) -> Key:
    return replace(key, role=wanted.role, scope=wanted.scope, measures=wanted.measures)


def _taken(keys: Sequence[Key], managed_by: str, wanted: Sequence[Wanted]) -> Iterator[Mistake]:
    """Hashes that cannot be given to whom the file gives them."""
    by_hash = {key.sha256: key for key in keys}
    stated: dict[str, str] = {}
    for one in wanted:
        known = by_hash.get(one.sha256)
        if one.sha256 and one.sha256 in stated:
            other = stated[one.sha256]
            message = f"is that of {other!r} already: everybody has a key of their own"
            yield Mistake(line=one.line, field="sha256", message=message)
        elif known is not None and known.revoked_at is not None:
            message = f"the key {known.id} ({known.name}) was revoked for ever: make another"
            yield Mistake(line=one.line, field="sha256", message=message)
        elif known is not None and (known.managed_by, known.name) != (managed_by, one.name):
            message = f"is that of the key {known.id} ({known.name}), which is not of this entry"
            yield Mistake(line=one.line, field="sha256", message=message)
        stated[one.sha256] = one.name


def _wanted(entry: Stated, seen: dict[str, int]) -> Wanted:
    for field in entry.words:
        if field not in (*_ONE, *_MANY):
            known = ", ".join((*_ONE, *_MANY))
            raise _MistakeError(field, f"there is no such field; there are {known}")
    name = _one(entry, "name")
    if not name or len(name) > _LONGEST:
        raise _MistakeError("name", f"who it is, in 1 to {_LONGEST} characters")
    if seen.setdefault(name, entry.line) != entry.line:
        raise _MistakeError("name", f"{name!r} stands in line {seen[name]} already")
    role = _checked("role", lambda: role_of(_one(entry, "role")))
    return Wanted(
        line=entry.line,
        name=name,
        role=role,
        scope=_checked("scope", lambda: scope_of(role, _scope(entry))),
        measures=_checked("measures", lambda: measures_of(role, entry.words.get("measures", ()))),
        sha256=_sha256(entry),
    )


def _scope(entry: Stated) -> tuple[str, ...]:
    regions = (f"region:{code}" for code in entry.words.get("regions", ()))
    enterprises = (f"enterprise:{code}" for code in entry.words.get("enterprises", ()))
    return (*entry.words.get("scope", ()), *regions, *enterprises)


def _sha256(entry: Stated) -> str:
    stated, make = _one(entry, "sha256").lower(), _one(entry, "make").lower()
    if make not in ("", "true", "false"):
        raise _MistakeError("make", f"{make!r} is neither true nor false")
    if (make == "true") == bool(stated):
        raise _MistakeError(
            "sha256" if stated else "name",
            "state either sha256 (of a key that somebody has) or make: true (a key is made and "
            "shown once)",
        )
    if stated and not _SHA256.fullmatch(stated):
        raise _MistakeError("sha256", "the SHA-256 of a key has 64 hexadecimal digits")
    return stated


def _one(entry: Stated, field: str) -> str:
    words = entry.words.get(field, ())
    if len(words) > 1:
        raise _MistakeError(field, "must be a single value")
    return words[0].strip() if words else ""


def _checked(field: str, read_it: Callable[[], _T]) -> _T:
    try:
        return read_it()
    except ValueError as error:
        raise _MistakeError(field, str(error)) from error
