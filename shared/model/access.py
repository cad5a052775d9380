"""Who may do what: keys with a role and a scope, and the one place that decides."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

EVERYTHING = "*"


class Role(StrEnum):
    """What a key is for."""

    SENDER = "sender"
    """Sends readings of the owners in its scope and reads their books and warnings."""
    OPERATOR = "operator"
    """Runs the service: everything."""
    READER = "reader"
    """Reads everything below the regions in its scope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who a request comes from; `scope` holds `enterprise:9115…`, `region:150000`, or `*`."""

    key_id: str
    name: str
    role: Role
    scope: frozenset[str]

    @property
    def sees_all(self) -> bool:
        """Whether the scope is not limited."""
        return self.role is Role.OPERATOR or EVERYTHING in self.scope


def may_send(principal: Principal, owner: str) -> bool:
    """Whether readings of the owner (`enterprise:…` or `region:…`) are taken from the principal."""
    if principal.role is Role.READER:
        return False
    return principal.sees_all or owner in principal.scope


def may_read(principal: Principal, subject: str, region_codes: Collection[str]) -> bool:
    """Whether the principal may see the subject's books and warnings.

    `region_codes`: the codes of the region that the subject lies in and of those above it; empty
    for a tag, which only an unlimited reader or one with the tag in its scope sees.
    """
    if principal.sees_all or subject in principal.scope:
        return True
    if principal.role is not Role.READER:
        return False
    return any(f"region:{code}" in principal.scope for code in region_codes)


def may_operate(principal: Principal) -> bool:
    """Whether the principal may change the catalogue, keys, budgets and webhooks."""
    return principal.role is Role.OPERATOR
