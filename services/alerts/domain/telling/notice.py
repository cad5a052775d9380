"""A notice: what one recipient is told of one group (or in one digest), as a plain document."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.alerts.domain.telling.contacts import Contact
from services.alerts.domain.telling.deciding import Reason
from services.alerts.domain.telling.ends import Ending, ending_document, ending_of
from services.alerts.domain.telling.items import Item, item_document
from services.alerts.domain.telling.routes import Group
from shared.model.instants import iso, to_us
from shared.model.level import Level

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:qingyu:notice")
MOST_ITEMS = 50
"""How many items a notice lists; the rest is counted."""

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Muted:
    """An item that is not told now, and why."""

    item: Item
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An item that the recipient is told of no more, and how that came."""

    item: Item
    ending: Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told; `document` has all of it, the rest is what filters and access look at."""

    id: UUID
    recipient: str
    group: UUID | None
    reason: Reason
    level: Level
    at: datetime
    warnings: tuple[UUID, ...]
    document: Document


def notice_id(group: UUID | None, recipient: str, at: datetime) -> UUID:
    """The same for ever for the same group, recipient and moment."""
    return uuid5(_NAMESPACE, f"{group}\n{recipient}\n{to_us(at)}")


def worst_of(levels: Iterable[Level]) -> Level:
    """The worst of the levels; none without any."""
    return max(levels, default=Level.NONE)


def make_notice(
    contact: Contact,
    group: Group,
    reason: Reason,
    items: Sequence[Item],
    ended: Sequence[Ended],
    muted: Sequence[Muted],
    at: datetime,
) -> Notice:
    """The notice of a group; the worst comes first."""
    firing = sorted(items, key=_worst_first)
    over = [(one.item, one.ending) for one in ended]
    key = notice_id(group.id, contact.name, at)
    head = {
        "group": {"key": group.key, "receiver": group.receiver, "labels": dict(group.labels)},
        "muted": [item_document(one.item, one.why) for one in muted[:MOST_ITEMS]],
    }
    body = _body([item_document(item) for item in firing], [_ended(*one) for one in over])
    return Notice(
        id=key,
        recipient=contact.name,
        group=group.id,
        reason=reason,
        level=worst_of(item.level for item in firing),
        at=at,
        warnings=_warnings((*firing, *(item for item, _ in over))),
        document={**_head(key, contact, reason, at), **head, **body},
    )


def made_at(document: Document) -> datetime:
    """When a notice was made."""
    return datetime.fromisoformat(document["at"])


def warnings_of(documents: Iterable[Document]) -> frozenset[UUID]:
    """The warnings that the documents list."""
    return frozenset(
        UUID(one["warning"])
        for document in documents
        for name in ("firing", "resolved")
        for one in document[name]
        if one["warning"]
    )


def digest_of(
    contact: Contact,
    held: Sequence[Document],
    at: datetime,
    stand: Mapping[UUID, Item],
    told: Mapping[UUID, datetime],
) -> Notice | None:
    """One notice of everything that was held back for the contact; None if nothing is left of it.

    `stand`: the warnings as they stand now. `told`: when the contact was told of them at once; what
    was held back before that is told already.
    """
    newest: dict[str, tuple[bool, Document]] = {}
    for document in held:
        for holds, one in _listed(document, told):
            newest[one["id"]] = _as_it_stands(holds, one, stand)
    hidden, more = _unlisted(held)
    if not newest and not more:
        return None
    firing = [one for holds, one in newest.values() if holds]
    firing.sort(key=lambda one: -Level.of(one["level"]))
    ended = [one for holds, one in newest.values() if not holds]
    key = notice_id(None, contact.name, at)
    counts = Counter(one["level"] for one in firing) + hidden
    return Notice(
        id=key,
        recipient=contact.name,
        group=None,
        reason=Reason.DIGEST,
        level=worst_of(Level.of(word) for word in counts),
        at=at,
        warnings=tuple(
            dict.fromkeys(UUID(one["warning"]) for _, one in newest.values() if one["warning"])
        ),
        document={
            **_head(key, contact, Reason.DIGEST, at),
            "group": None,
            "muted": [],
            **_body(firing, ended, more=more),
            "counts": dict(counts),
        },
    )


def _listed(document: Document, told: Mapping[UUID, datetime]) -> Iterator[tuple[bool, Document]]:
    at = made_at(document)
    for name in ("firing", "resolved"):
        for one in document[name]:
            later = told.get(UUID(one["warning"])) if one["warning"] and not one["event"] else None
            if later is None or later < at:
                yield name == "firing", one


def _as_it_stands(holds: bool, one: Document, stand: Mapping[UUID, Item]) -> tuple[bool, Document]:
    item = stand.get(UUID(one["warning"])) if one["warning"] and not one["event"] else None
    if item is None or (item.holds and not holds):
        return holds, one
    if item.holds:
        return True, item_document(item)
    return False, _ended(item, ending_of(item, Level.of(one["level"])))


def _ended(item: Item, ending: Ending) -> Document:
    return {**item_document(item), **ending_document(ending)}


def _unlisted(held: Sequence[Document]) -> tuple[Counter[str], int]:
    """Of the last document of each group: how many of each level, and how many in all, it hides."""
    last = {document["group"]["key"]: document for document in held}
    hidden: Counter[str] = Counter()
    for document in last.values():
        hidden.update(document["counts"])
        hidden.subtract(one["level"] for one in document["firing"])
    return +hidden, sum(document["more"] for document in last.values())


def notice_of_test(contact: Contact, by: str, at: datetime) -> Notice:
    """A notice that shows that the ways to a contact work."""
    key = notice_id(None, contact.name, at)
    document = {
        **_head(key, contact, Reason.TEST, at),
        "group": None,
        "muted": [],
        **_body([], []),
        "asked_by": by,
    }
    return Notice(
        id=key,
        recipient=contact.name,
        group=None,
        reason=Reason.TEST,
        level=Level.NONE,
        at=at,
        warnings=(),
        document=document,
    )


def _head(key: UUID, contact: Contact, reason: Reason, at: datetime) -> dict[str, object]:
    return {
        "type": "notice",
        "id": str(key),
        "recipient": contact.name,
        "recipient_title": contact.title,
        "language": contact.language.value,
        "reason": reason.value,
        "at": iso(to_us(at)),
    }


def _body(
    firing: Sequence[Document], ended: Sequence[Document], more: int = 0
) -> dict[str, object]:
    counts: dict[str, int] = {}
    for one in firing:
        counts[one["level"]] = counts.get(one["level"], 0) + 1
    hidden = max(len(firing) - MOST_ITEMS, 0) + max(len(ended) - MOST_ITEMS, 0)
    return {
        "counts": counts,
        "firing": list(firing[:MOST_ITEMS]),
        "resolved": list(ended[:MOST_ITEMS]),
        "more": hidden + more,
    }


def _worst_first(item: Item) -> tuple[int, str, str]:
    return -item.level, item.subject, str(item.id)


def _warnings(items: Sequence[Item]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(item.warning for item in items if item.warning))
