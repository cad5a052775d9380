"""Records as the JSON of their rows, and back; amounts are strings, so that no digit is lost."""

from collections.abc import Mapping
from typing import Any

import msgspec

from services.evaluator.domain.records.factor import FactorRecord
from services.evaluator.domain.records.indicator import Indicator
from services.evaluator.domain.records.inventory import Inventory
from services.evaluator.domain.records.limit import Limit
from services.evaluator.domain.records.method import Method
from services.evaluator.domain.records.progress import Progress
from services.evaluator.domain.records.rule import RuleSet
from services.evaluator.domain.records.score import Score
from services.evaluator.domain.records.sheet import Sheet
from services.evaluator.domain.records.statement import Statement
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.records.task import Task
from services.evaluator.ports.register import RecordKind

TYPES: Mapping[RecordKind, type[Any]] = {
    RecordKind.STATEMENT: Statement,
    RecordKind.FACTOR: FactorRecord,
    RecordKind.TARGET: Target,
    RecordKind.RULE: RuleSet,
    RecordKind.INDICATOR: Indicator,
    RecordKind.LIMIT: Limit,
    RecordKind.METHOD: Method,
    RecordKind.TASK: Task,
    RecordKind.PROGRESS: Progress,
    RecordKind.INVENTORY: Inventory,
    RecordKind.SHEET: Sheet,
    RecordKind.SCORE: Score,
}
"""The dataclass of each kind of record."""

_ENCODER = msgspec.json.Encoder(decimal_format="string", order="deterministic")
_DECODERS = {kind: msgspec.json.Decoder(made) for kind, made in TYPES.items()}


def encode(body: object) -> str:
    """The record as JSON; the same record always gives the same text."""
    return _ENCODER.encode(body).decode()


def decode(kind: RecordKind, body: str | bytes) -> Any:
    """The record of a row. Raises ValueError when the row is of another shape."""
    return _DECODERS[kind].decode(body)


def plain(body: object) -> Any:
    """The record as what JSON has: mappings, lists, strings, whole numbers."""
    return msgspec.to_builtins(body)
