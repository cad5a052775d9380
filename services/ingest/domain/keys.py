"""Keys: what a role may have in its scope."""

from dataclasses import dataclass

from services.ingest.domain.catalogue import codes
from shared.model.access import EVERYTHING, Role

_SCOPES = {
    Role.SENDER: ("enterprise", "region"),
    Role.READER: ("region", "enterprise", "tag"),
    Role.REGULATOR: ("region", "enterprise", "tag"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as it is kept: its hash, never itself; instants in microseconds."""

    id: str
    name: str
    sha256: str
    role: Role
    scope: tuple[str, ...]
    created_at: int
    revoked_at: int | None = None


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
