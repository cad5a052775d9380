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

    `why` only of those that are muted. `facts` are shown as they are, never computed with.
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


class NoticeMade(msgspec.Struct, frozen=True):
    """What one recipient is told at one moment.

    `reason`: first_notice, new_warnings, level_raised, some_resolved, all_resolved,
    repeat_interval_elapsed, digest or test. `group` is null in digests and tests. `firing`,
    `resolved`: at most 50 of each, the worst first; `more` counts the rest. The header `id` of a
    message is the same in every attempt; the header `repeat` is `1` if an earlier attempt may have
    arrived.
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
