"""Steps, restrictions, decisions and consultations as JSON and back, as they are stored."""

from typing import Any

import msgspec

from services.alerts.domain.ladder.consultations import Consultation
from services.alerts.domain.ladder.gates import Decision, Restriction
from services.alerts.domain.ladder.steps import Step

decode_step = msgspec.json.Decoder(Step).decode
decode_restriction = msgspec.json.Decoder(Restriction).decode
decode_decision = msgspec.json.Decoder(Decision).decode
decode_consultation = msgspec.json.Decoder(Consultation).decode


def encode(record: Any) -> str:
    """The record, or a document, as stored."""
    return msgspec.json.encode(record).decode()
