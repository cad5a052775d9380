"""A notice as it goes to topics, webhooks and streams: JSON, one recipient a message."""

from typing import Any

import msgspec


class NoticeGroup(msgspec.Struct, frozen=True):
    """The group that is told of: its key, the receiver of its route, the labels in common."""

    key: str
    receiver: str
    labels: dict[str, str]


class NoticeItem(msgspec.Struct, frozen=True):
    """A warning (or, with an `event`, a reminder of what happened) that a notice speaks of.

    `why` only of those that are muted. `ended` of those in `resolved`: resolved by the data, closed
    (`ended_by` whom, `ended_because` of what: handled, false, duplicate or accepted), lowered to a
    level that is not for the recipient, or told elsewhere now. `facts` are shown as they are, never
    computed with.
    """

    id: str
    warning: str | None
    event: str
    kind: str
    level: str
    subject: str
    subject_name: str
    regions: list[str]
    measure: str
    rule: str
    about: str
    about_name: str
    since: str
    facts: dict[str, str]
    labels: dict[str, str]
    why: str = ""
    ended: str = ""
    ended_by: str = ""
    ended_because: str = ""


class NoticeMade(msgspec.Struct, frozen=True):
    """What one recipient is told at one moment.

    `reason`: first_notice, new_warnings, level_raised, renewed, some_resolved, all_resolved,
    closed, level_fell, told_elsewhere, some_ended, repeat_interval_elapsed, digest or test. `group`
    is null in digests and tests. `firing`: what holds; `resolved`: what the recipient is told of no
    more, which need not be over. At most 50 of each, the worst first; `more` counts the rest. The
    header `id` of a message is the same in every attempt; the header `repeat` is `1` if an earlier
    attempt may have arrived.
    """

    type: str
    id: str
    recipient: str
    recipient_title: str
    language: str
    reason: str
    at: str
    group: NoticeGroup | None
    counts: dict[str, int]
    firing: list[NoticeItem]
    resolved: list[NoticeItem]
    muted: list[NoticeItem]
    more: int
    asked_by: str = ""


def encode_notice(document: Any) -> bytes:
    """The document as bytes: the same at every attempt."""
    return msgspec.json.encode(document)
