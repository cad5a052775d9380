"""The topics: name, partitions, key, retention, and who writes and reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_LARGE = {"max.message.bytes": "10485760"}
_FOR_EVER = {"retention.ms": "-1"}
_COMPACTED = {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.1"}
_MONTH = {"retention.ms": str(30 * 24 * 3600 * 1000)}
"""Longer than any outage of the evaluator that people would let last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic; `partitions` is the default that settings may change before first use."""

    name: str
    partitions: int
    key: str
    written_by: str
    read_by: tuple[str, ...]
    configs: Mapping[str, str] = field(default_factory=dict)


READINGS = Topic(
    name="readings.v1",
    partitions=12,
    key="none; the partition is chosen by the owner",
    written_by="ingest",
    read_by=("evaluator",),
    configs={**_LARGE, **_MONTH},
)
TOTALS = Topic(
    name="totals.v1",
    partitions=12,
    key="none; the partition is chosen by the subject",
    written_by="evaluator",
    read_by=("evaluator",),
    configs={**_LARGE, **_MONTH},
)
ASSESSMENTS = Topic(
    name="assessments.v1",
    partitions=6,
    key="subject",
    written_by="evaluator",
    read_by=("alerts",),
    configs={**_LARGE, **_FOR_EVER},
)
CONDITIONS = Topic(
    name="conditions.v1",
    partitions=6,
    key="subject",
    written_by="evaluator",
    read_by=("alerts",),
    configs={**_LARGE, **_FOR_EVER},
)
NOTICES = Topic(
    name="notices.v1",
    partitions=6,
    key="recipient",
    written_by="alerts",
    read_by=("anybody",),
    configs={**_LARGE, **_MONTH},
)
CATALOGUE = Topic(
    name="catalogue.v1",
    partitions=1,
    key="kind:code, or `version`",
    written_by="ingest",
    read_by=("evaluator", "alerts"),
    configs={**_LARGE, **_COMPACTED},
)
KEYS = Topic(
    name="keys.v1",
    partitions=1,
    key="key id",
    written_by="ingest",
    read_by=("evaluator", "alerts"),
    configs=_COMPACTED,
)
BUDGETS = Topic(
    name="budgets.v1",
    partitions=1,
    key="budget code",
    written_by="evaluator",
    read_by=("alerts",),
    configs={**_LARGE, **_COMPACTED},
)
DEAD_LETTERS = Topic(
    name="dead-letters.v1",
    partitions=1,
    key="none",
    written_by="any consumer",
    read_by=("operators",),
    configs={**_LARGE, **_FOR_EVER},
)

ALL = (
    READINGS,
    TOTALS,
    ASSESSMENTS,
    CONDITIONS,
    NOTICES,
    CATALOGUE,
    KEYS,
    BUDGETS,
    DEAD_LETTERS,
)
