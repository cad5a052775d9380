"""Judgements on their way from evaluator to alerts: JSON, one a rule and subject."""

import msgspec

from shared.contracts.errors import UnreadableError


class Transition(msgspec.Struct, frozen=True):
    """From the UTC hour that begins at `hour` on (RFC 3339) the level is `level`.

    `quantity`, `line` and `used_percent` are the figures at that hour's end, as decimal strings.
    """

    hour: str
    level: str
    quantity: str
    line: str
    used_percent: str


class BudgetBody(msgspec.Struct, frozen=True):
    """The version of the budget that judged the last hour."""

    code: str
    name: str
    version: int
    total: str
    unit: str
    period: str
    zone: str
    phasing: str


class Evidence(msgspec.Struct, frozen=True):
    """The figures behind the judgement, up to the watermark."""

    quantity: str
    estimated: str
    unit: str
    line: str
    used_percent: str
    over_line_percent: str | None
    first_over_line: str | None
    completeness: str
    hours_judged: int
    period_hours: int
    catalogue_version: int
    factors: list[dict[str, str]] = msgspec.field(default_factory=list)
    parts: list[dict[str, str]] = msgspec.field(default_factory=list)


class AssessmentMade(msgspec.Struct, frozen=True):
    """All that alerts needs to keep the warning of one subject × budget × rule.

    `number` grows by one with each assessment of the subject; a lower or equal one is ignored.
    `sequence`: the surviving changes of level in time order, beginning from `none`; empty if the
    level was never anything else. `watermark`: judged are the hours that end at or before it.
    """

    id: str
    subject: str
    subject_name: str
    regions: list[str]
    number: int
    commit: int
    made_at: str
    correlation_id: str
    cause: str
    rule: str
    thresholds: dict[str, str]
    budget: BudgetBody
    level: str
    watermark: str
    sequence: list[Transition]
    evidence: Evidence


_ASSESSMENT = msgspec.json.Decoder(AssessmentMade)


def encode(message: AssessmentMade) -> bytes:
    """The message as bytes."""
    return msgspec.json.encode(message)


def decode(value: bytes) -> AssessmentMade:
    """The bytes as a message (unknown fields are ignored); raises UnreadableError."""
    try:
        return _ASSESSMENT.decode(value)
    except msgspec.MsgspecError as error:
        raise UnreadableError(f"not an assessment: {error}") from error
