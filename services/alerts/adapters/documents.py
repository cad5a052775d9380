"""Records as JSON and back, as they are stored."""

from collections.abc import Sequence
from typing import Any

import msgspec

from services.alerts.domain.documents import entry_document
from services.alerts.domain.selection import Told
from services.alerts.domain.warning import Change, Entry, Facts
from shared.model.level import Level


class ChangeBody(msgspec.Struct, frozen=True):
    """A change of level as it is stored."""

    hour: int
    level: int
    quantity: str
    line: str
    used_percent: str


class _BudgetHead(msgspec.Struct, frozen=True):
    code: str


class _Head(msgspec.Struct, frozen=True):
    """What filters look at in an entry's document."""

    subject: str
    regions: tuple[str, ...]
    rule: str
    level: str
    level_before: str
    budget: _BudgetHead


_SEQUENCE = msgspec.json.Decoder(list[ChangeBody])
_FACTS = msgspec.json.Decoder(dict[str, Any])
_HEAD = msgspec.json.Decoder(_Head)


def encode_sequence(sequence: Sequence[Change]) -> str:
    """The sequence as stored."""
    bodies = [ChangeBody(c.hour, c.level, c.quantity, c.line, c.used_percent) for c in sequence]
    return msgspec.json.encode(bodies).decode()


def decode_sequence(text: str) -> tuple[Change, ...]:
    """The sequence from what was stored."""
    return tuple(
        Change(
            hour=body.hour,
            level=Level(body.level),
            quantity=body.quantity,
            line=body.line,
            used_percent=body.used_percent,
        )
        for body in _SEQUENCE.decode(text)
    )


def encode_facts(facts: Facts) -> str:
    """Facts as stored."""
    return msgspec.json.encode(facts).decode()


def decode_facts(text: str) -> Facts:
    """Facts from what was stored."""
    return _FACTS.decode(text)


def encode_entry(entry: Entry) -> str:
    """The document as JSON."""
    return msgspec.json.encode(entry_document(entry)).decode()


def told_of(data: bytes | str) -> Told:
    """What filters look at, out of an entry's document."""
    head = _HEAD.decode(data)
    return Told(
        subject=head.subject,
        regions=head.regions,
        level=Level.of(head.level),
        before=Level.of(head.level_before),
        rule=head.rule,
        budget=head.budget.code,
    )
