"""How long rounds over conditions take, what they tell, and how many series there are."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from services.evaluator.domain.conditions.seen import Change
from shared.kit.metrics import counter, gauge, histogram
from shared.model.condition import ConditionKind
from shared.model.level import Level

_SECONDS = histogram(
    "qingyu_evaluator_conditions_round_seconds",
    "how long a source's part of a round took",
    ("source",),
)
_TOLD = counter("qingyu_evaluator_conditions_told_total", "tellings", ("kind", "reason"))
_FAILED = counter(
    "qingyu_evaluator_conditions_failed_total", "subjects that could not be looked at", ("source",)
)
_SERIES = gauge("qingyu_evaluator_conditions_series", "series by level", ("kind", "level"))


class PrometheusConditionMeter:
    """The ConditionMeter of the process's metrics."""

    def round_of(self, source: str) -> AbstractContextManager[object]:
        """See ConditionMeter."""
        return _SECONDS.labels(source).time()

    def told(self, change: Change) -> None:
        """See ConditionMeter."""
        _TOLD.labels(change.told.series.kind.value, change.reason.value).inc()

    def failed(self, source: str) -> None:
        """See ConditionMeter."""
        _FAILED.labels(source).inc()

    def series(self, counts: Mapping[tuple[ConditionKind, Level], int]) -> None:
        """See ConditionMeter."""
        for kind in ConditionKind:
            for level in Level:
                _SERIES.labels(kind.value, level.word).set(counts.get((kind, level), 0))
