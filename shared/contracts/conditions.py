"""Conditions other than budgets' use, on their way from evaluator to alerts: JSON, one a series."""

from typing import Any

import msgspec

from shared.contracts.errors import UnreadableError


class Step(msgspec.Struct, frozen=True):
    """From the instant `at` on (RFC 3339, UTC) the level is `level`, by the period it judges.

    `value` and `limit` are decimal strings in `unit`, empty where there is none; `ratio_percent`
    says how far the value uses up the limit, empty where that means nothing. A step whose level is
    that of the step before tells of a new period.
    """

    at: str
    level: str
    period: str = ""
    value: str = ""
    limit: str = ""
    ratio_percent: str = ""
    unit: str = ""


class ConditionMade(msgspec.Struct, frozen=True):
    """All that alerts needs to keep the warning of one series of judgements.

    A series is one `kind` × `subject` × `about` × `rule`, and `number` grows by one with each
    message of it; a lower or equal one is ignored. `sequence`: the surviving steps in time order,
    from `none`; empty if the level was never anything else. `watermark`: judged is everything up to
    it. `about` is the code of what is judged (target, product, task, metering point) and
    `about_name` its name. `facts` are figures and links (`figure`: the address that explains the
    number) as they are shown; alerts never computes with them.
    """

    id: str
    kind: str
    subject: str
    subject_name: str
    regions: list[str]
    measure: str
    about: str
    about_name: str
    rule: str
    number: int
    commit: int
    made_at: str
    cause: str
    watermark: str
    sequence: list[Step]
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    correlation_id: str = ""


_CONDITION = msgspec.json.Decoder(ConditionMade)


def encode(message: ConditionMade) -> bytes:
    """The message as bytes."""
    return msgspec.json.encode(message)


def decode(value: bytes) -> ConditionMade:
    """The bytes as a message (unknown fields are ignored); raises UnreadableError."""
    try:
        return _CONDITION.decode(value)
    except msgspec.MsgspecError as error:
        raise UnreadableError(f"not a condition: {error}") from error
