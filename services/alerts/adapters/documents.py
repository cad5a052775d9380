"""Records as JSON and back, as they are stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.alerts.domain.documents import line_document
from services.alerts.domain.handling import Handling
from services.alerts.domain.ladder.gates import gate_key
from services.alerts.domain.selection import Told
from services.alerts.domain.warning import Change, Facts, Line
from services.alerts.ports.journal import About
from shared.model.condition import Measure
from shared.model.instants import iso, to_us
from shared.model.level import Level


class ChangeBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """A change of level as it is stored."""

    hour: int
    level: int
    quantity: str
    line: str
    used_percent: str
    period: str = ""
    unit: str = ""
    into_us: int = 0


class _BudgetHead(msgspec.Struct, frozen=True):
    code: str


class _Head(msgspec.Struct, frozen=True):
    """What filters look at in an entry's document; early ones named the budget only inside it."""

    subject: str
    regions: tuple[str, ...]
    rule: str
    level: str
    level_before: str
    about: str | None = None
    budget: _BudgetHead | None = None
    measure: Measure = Measure.DATA
    kind: str = ""
    type: str = ""
    noticed_at: str = ""
    position: int | None = None
    warning: str | None = None
    step_id: str = ""
    consultation: str = ""
    silence: str = ""
    brief: str = ""


_SEQUENCE = msgspec.json.Decoder(list[ChangeBody])
_FACTS = msgspec.json.Decoder(dict[str, Any])
_LABELS = msgspec.json.Decoder(dict[str, str])
_HANDLING = msgspec.json.Decoder(Handling)
_HEAD = msgspec.json.Decoder(_Head)


def encode_sequence(sequence: Sequence[Change]) -> str:
    """The sequence as stored."""
    bodies = [
        ChangeBody(c.hour, c.level, c.quantity, c.line, c.used_percent, c.period, c.unit, c.into_us)
        for c in sequence
    ]
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
            period=body.period,
            unit=body.unit,
            into_us=body.into_us,
        )
        for body in _SEQUENCE.decode(text)
    )


def encode_facts(facts: Facts) -> str:
    """Facts as stored."""
    return msgspec.json.encode(facts).decode()


def decode_facts(text: str) -> Facts:
    """Facts from what was stored."""
    return _FACTS.decode(text)


def encode_labels(labels: Mapping[str, str]) -> str:
    """Labels as stored."""
    return msgspec.json.encode(labels).decode()


def decode_labels(text: str) -> Mapping[str, str]:
    """Labels from what was stored."""
    return _LABELS.decode(text)


def encode_handling(handling: Handling) -> str:
    """What people did, as stored."""
    return msgspec.json.encode(handling).decode()


def decode_handling(text: str) -> Handling:
    """What people did, from what was stored."""
    return _HANDLING.decode(text)


def encode_entry(entry: Line) -> str:
    """The document as JSON."""
    return msgspec.json.encode(line_document(entry)).decode()


def says(data: str, about: About, key: UUID, position: int, noticed_at: datetime) -> bool:
    """Whether an entry's document says that it belongs there; early ones said less."""
    head = _HEAD.decode(data)
    own = {About.WARNING: head.warning, About.STEP: head.step_id}
    own |= {About.CONSULTATION: head.consultation, About.SILENCE: head.silence}
    own |= {About.BRIEF: head.brief}
    if about is About.GATE:
        own[about] = str(gate_key(head.subject.removeprefix("region:")))
    return (
        (own.get(about) or str(key)) == str(key)
        and head.position in (None, position)
        and head.noticed_at in ("", iso(to_us(noticed_at)))
    )


def told_of(data: bytes | str) -> Told:
    """What filters look at, out of an entry's document."""
    head = _HEAD.decode(data)
    code = head.budget.code if head.budget else ""
    return Told(
        subject=head.subject,
        regions=head.regions,
        level=Level.of(head.level),
        before=Level.of(head.level_before),
        rule=head.rule,
        about=code if head.about is None else head.about,
        measure=head.measure,
        kind=head.kind,
        type=head.type,
    )
