"""Who may do what: keys with a role and a scope, and the one place that decides.

Whatever is not allowed here is denied.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from shared.model.condition import DUAL, Measure, concerns

EVERYTHING = "*"


class Role(StrEnum):
    """What a key is for."""

    SENDER = "sender"
    """Sends readings of the owners in its scope, reads their books, answers their warnings."""
    OPERATOR = "operator"
    """Runs the service: everything."""
    READER = "reader"
    """Reads everything below the regions in its scope."""
    REGULATOR = "regulator"
    """Reads everything below the regions in its scope and acts on the warnings of its measures."""


class Act(StrEnum):
    """What a person does about warnings."""

    ACKNOWLEDGE = "acknowledge"
    COMMENT = "comment"
    RESPOND = "respond"
    ASSIGN = "assign"
    RETURN = "return"
    """Send a response back as not sufficient."""
    CLOSE = "close"
    REOPEN = "reopen"
    SILENCE = "silence"
    APPROVE = "approve"
    """Be the second person for a silence."""
    ISSUE = "issue"
    """Issue, answer for or withdraw a step of the response ladder."""
    CONSULT = "consult"
    """Record a consultation (会商) and its tasks."""
    DECIDE = "decide"
    """Decide on a gate for projects."""
    BRIEF = "brief"
    """Have a situation brief made, edit, approve and publish it."""


_ANSWERS = frozenset({Act.ACKNOWLEDGE, Act.COMMENT, Act.RESPOND})
"""What an enterprise may do about its own warnings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who a request comes from; `scope` holds `enterprise:9115…`, `region:150000`, or `*`.

    `measures`: the arms of dual control that the principal is there for.
    """

    key_id: str
    name: str
    role: Role
    scope: frozenset[str]
    measures: frozenset[Measure] = DUAL

    @property
    def sees_all(self) -> bool:
        """Whether the scope is not limited (measures may still be)."""
        return self.role is Role.OPERATOR or EVERYTHING in self.scope


def may_send(principal: Principal, owner: str) -> bool:
    """Whether readings of the owner (`enterprise:…` or `region:…`) are taken from the principal."""
    if principal.role not in (Role.SENDER, Role.OPERATOR):
        return False
    return principal.sees_all or owner in principal.scope


def may_read(principal: Principal, subject: str, region_codes: Collection[str]) -> bool:
    """Whether the principal may see the subject's books.

    `region_codes`: the codes of the region that the subject lies in and of those above it; empty
    for a tag, which only an unlimited reader or one with the tag in its scope sees.
    """
    if principal.sees_all or subject in principal.scope:
        return True
    if principal.role not in (Role.READER, Role.REGULATOR):
        return False
    return any(f"region:{code}" in principal.scope for code in region_codes)


def may_see(
    principal: Principal, subject: str, region_codes: Collection[str], measure: Measure
) -> bool:
    """Whether the principal may see a warning of the subject and measure, and what hangs on it."""
    if principal.role is not Role.OPERATOR and not concerns(principal.measures, measure):
        return False
    return may_read(principal, subject, region_codes)


def may_act(
    principal: Principal,
    act: Act,
    subject: str,
    region_codes: Collection[str],
    measure: Measure,
) -> bool:
    """Whether the principal may do this about a warning of the subject and measure."""
    if not may_see(principal, subject, region_codes, measure):
        return False
    if principal.role in (Role.OPERATOR, Role.REGULATOR):
        return True
    return principal.role is Role.SENDER and act in _ANSWERS


def may_operate(principal: Principal) -> bool:
    """Whether the principal may change the catalogue, keys, budgets and webhooks."""
    return principal.role is Role.OPERATOR
