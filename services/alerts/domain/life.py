"""What people do about a warning: one pure decision, its outcome or why it is refused."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from services.alerts.domain.advancing import noted
from services.alerts.domain.handling import (
    Acknowledgement,
    By,
    Closed,
    CloseReason,
    Handling,
)
from services.alerts.domain.warning import Kind, Note, Warning
from shared.model.access import Act, Principal, may_act, may_see
from shared.model.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LifePolicy:
    """How long an acknowledgement stands without a response."""

    expires_after: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A file that belongs to a response: its hash covers it, and the journal covers the hash."""

    sha256: str
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Somebody has seen it and will respond."""

    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Something worth knowing."""

    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """Who answers for it, by name; an empty one takes the assignment back."""

    assignee: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Respond:
    """What was found and done about it, with proof."""

    text: str
    measures: tuple[str, ...] = ()
    attachments: tuple[Proof, ...] = ()
    missing: tuple[str, ...] = ()
    """Files that were named but never sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """The response does not do: why, and what is missing."""

    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Nothing more is done about it."""

    reason: CloseReason
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """It was closed too early."""

    comment: str


Deed = Acknowledge | Comment | Assign | Respond | Return | Close | Reopen
"""Anything that people do about a warning."""


class Why(StrEnum):
    """Why something is refused."""

    NOT_SEEN = "not_seen"
    """For whoever may not see it, it does not exist."""
    NOT_ALLOWED = "not_allowed"
    CHANGED = "changed"
    """Something has happened since the warning was looked at."""
    NOT_RAISED = "not_raised"
    """It is pending: nobody has been told of it."""
    RESOLVED = "resolved"
    IS_CLOSED = "is_closed"
    NOT_CLOSED = "not_closed"
    NO_RESPONSE = "no_response"
    """There is nothing to send back."""
    EMPTY = "empty"
    """It needs words."""
    NO_FILE = "no_file"
    TOO_MANY_FILES = "too_many_files"


_SENTENCES = {
    Why.NOT_SEEN: "there is no such warning that this key may see",
    Why.NOT_ALLOWED: "this key may see the warning but not do that",
    Why.CHANGED: "the warning has changed since it was looked at: read it again, then decide",
    Why.NOT_RAISED: "the warning is pending: it has not been raised, so there is nothing to do yet",
    Why.RESOLVED: "the figures have resolved the warning; a comment can still be added",
    Why.IS_CLOSED: "the warning is closed; reopen it first, or add a comment",
    Why.NOT_CLOSED: "the warning is not closed, so it cannot be reopened",
    Why.NO_RESPONSE: "there is no response to send back",
    Why.EMPTY: "say something: the text is empty",
    Why.NO_FILE: (
        "the warning has no such file; send files first (POST …/attachments), "
        "then name them by their sha256"
    ),
    Why.TOO_MANY_FILES: "the warning has as many files as one may have; put several into one",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nothing was done."""

    why: Why

    @property
    def sentence(self) -> str:
        """Why, for people."""
        return _SENTENCES[self.why]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The warning as it is now, and the line that tells of it."""

    warning: Warning
    note: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class _Effect:
    """What a deed makes of the handling, and what its line says."""

    handling: Handling
    kind: Kind
    said: dict[str, object] = field(default_factory=dict)


_ACTS: dict[type[Deed], Act] = {
    Acknowledge: Act.ACKNOWLEDGE,
    Comment: Act.COMMENT,
    Assign: Act.ASSIGN,
    Respond: Act.RESPOND,
    Return: Act.RETURN,
    Close: Act.CLOSE,
    Reopen: Act.REOPEN,
}


def act(
    warning: Warning,
    deed: Deed,
    principal: Principal,
    now: datetime,
    policy: LifePolicy,
    expected: int | None = None,
) -> Done | Refused:
    """Do it or say why not. `expected`: the number of entries that the person has seen."""
    why = barred(warning, _ACTS[type(deed)], principal) or _unfit(warning, deed)
    if why is None and expected not in (None, warning.entries):
        why = Why.CHANGED
    if why is not None:
        return Refused(why=why)
    by = by_of(principal)
    effect = _effect(warning, deed, by, now, policy)
    current, note = noted(warning, effect.handling, effect.kind, now, effect.said, by)
    return Done(warning=current, note=note)


def barred(warning: Warning, what: Act | None, principal: Principal) -> Why | None:
    """Why the principal may not do this (None: look at it), whatever state the warning is in."""
    place = (warning.subject, warning.regions, warning.measure)
    if not may_see(principal, *place):
        return Why.NOT_SEEN
    if what is None or may_act(principal, what, *place):
        return None
    return Why.NOT_ALLOWED


def by_of(principal: Principal) -> By:
    """The principal as the journal names it."""
    return By(name=principal.name, key_id=principal.key_id, role=principal.role.value)


def _unfit(warning: Warning, deed: Deed) -> Why | None:
    """Why the deed does not fit the state that the warning is in, or says nothing."""
    if not warning.entries:
        return Why.NOT_RAISED
    if isinstance(deed, Comment | Assign):
        return _wordless(deed)
    if isinstance(deed, Reopen):
        return None if warning.handling.closed else Why.NOT_CLOSED
    if warning.handling.closed:
        return Why.IS_CLOSED
    if isinstance(deed, Acknowledge | Close) and warning.level is Level.NONE:
        return Why.RESOLVED
    if isinstance(deed, Return) and warning.handling.responded_at is None:
        return Why.NO_RESPONSE
    if isinstance(deed, Respond) and deed.missing:
        return Why.NO_FILE
    return _wordless(deed)


def _wordless(deed: Deed) -> Why | None:
    match deed:
        case Comment(comment=words) | Return(comment=words) | Respond(text=words):
            return None if words.strip() else Why.EMPTY
    return None


def _effect(warning: Warning, deed: Deed, by: By, now: datetime, policy: LifePolicy) -> _Effect:
    handling = warning.handling
    match deed:
        case Acknowledge(comment=comment):
            expires_at = now + policy.expires_after
            seen = Acknowledgement(by=by.name, at=now, expires_at=expires_at, comment=comment)
            said = {"comment": comment, "expires_at": expires_at}
            return _Effect(
                handling=replace(handling, acknowledged=seen), kind=Kind.ACKNOWLEDGED, said=said
            )
        case Comment(comment=comment):
            return _Effect(handling=handling, kind=Kind.COMMENTED, said={"comment": comment})
        case Assign(assignee=name, comment=comment):
            said = {"assignee": name, "assignee_before": handling.assignee, "comment": comment}
            return _Effect(handling=replace(handling, assignee=name), kind=Kind.ASSIGNED, said=said)
        case Respond():
            return _responded(handling, deed, by, now)
        case Return(comment=comment):
            return _Effect(
                handling=replace(handling, returned_at=now),
                kind=Kind.RETURNED,
                said={"comment": comment, "responded_by": handling.responded_by},
            )
        case Close(reason=reason, comment=comment):
            closed = Closed(by=by.name, at=now, reason=reason, comment=comment)
            said = {"reason": reason.value, "comment": comment}
            return _Effect(handling=replace(handling, closed=closed), kind=Kind.CLOSED, said=said)
        case Reopen(comment=comment):
            return _Effect(
                handling=replace(handling, closed=None),
                kind=Kind.REOPENED,
                said={"comment": comment},
            )
    assert_never(deed)


def _responded(handling: Handling, deed: Respond, by: By, now: datetime) -> _Effect:
    said: dict[str, object] = {
        "text": deed.text,
        "measures": list(deed.measures),
        "attachments": [
            {
                "sha256": proof.sha256,
                "name": proof.name,
                "content_type": proof.content_type,
                "size": proof.size,
            }
            for proof in deed.attachments
        ],
    }
    return _Effect(
        # What was sent back is answered by this; equal instants would leave it open.
        handling=replace(handling, responded_by=by.name, responded_at=now, returned_at=None),
        kind=Kind.RESPONDED,
        said=said,
    )
