"""Keys: what a role may have in its scope, and which measures it may be there for."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.ingest.domain.catalogue import codes
from shared.model.access import EVERYTHING, Role
from shared.model.condition import DUAL, Measure

_SCOPES = {
    Role.SENDER: ("enterprise", "region"),
    Role.READER: ("region", "enterprise", "tag"),
    Role.REGULATOR: ("region", "enterprise", "tag"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as it is kept: its hash, never itself; instants in microseconds.

    `managed_by`: the list of principals that it stands in, empty for one made by hand.
    """

    id: str
    name: str
    sha256: str
    role: Role
    scope: tuple[str, ...]
    created_at: int
    revoked_at: int | None = None
    measures: frozenset[Measure] = DUAL
    managed_by: str = ""


def role_of(written: str) -> Role:
    """The role; raises ValueError with a sentence that names those there are."""
    try:
        return Role(written)
    except ValueError:
        raise ValueError(f"{written!r} is no role: write {' or '.join(Role)}") from None


def measures_of(role: Role, written: Iterable[str]) -> frozenset[Measure]:
    """The measures, both arms of dual control if none is written; raises ValueError.

    Data of both arms concerns everybody, so `data` is not written; an operator sees everything.
    """
    measures: set[Measure] = set()
    for word in written:
        if word not in DUAL:
            raise ValueError(f"{word!r} is no measure: write {' or '.join(sorted(DUAL))}")
        measures.add(Measure(word))
    if role is Role.OPERATOR and measures not in (set(), DUAL):
        raise ValueError("an operator is there for every measure: leave measures out")
    return frozenset(measures) or DUAL


def scope_of(role: Role, written: tuple[str, ...]) -> tuple[str, ...]:
    """The scope in order and without repeats; raises ValueError with a sentence."""
    if role is Role.OPERATOR:
        if written and written != (EVERYTHING,):
            raise ValueError("an operator may do everything: leave the scope out")
        return (EVERYTHING,)
    if not written:
        kinds = " or ".join(f"{kind}:CODE" for kind in _SCOPES[role])
        raise ValueError(f"a {role} needs a scope: {kinds}, or * for all")
    for item in written:
        _check(role, item)
    return tuple(sorted(set(written)))


def _check(role: Role, item: str) -> None:
    if item == EVERYTHING:
        return
    kind, _, code = item.partition(":")
    if kind not in _SCOPES[role]:
        kinds = " or ".join(f"{known}:CODE" for known in _SCOPES[role])
        raise ValueError(f"{item!r} is no scope of a {role}: write {kinds}, or * for all")
    if kind == "enterprise":
        codes.enterprise_code(code)
    elif kind == "region":
        codes.region_code(code)
    else:
        codes.word(code)
