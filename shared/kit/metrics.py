"""Numbers an operator watches: one registry per process, one naming rule.

Names are `qingyu_<part>_<what>`; counters end in `_total`, durations in `_seconds`. Count a batch,
never the readings in it one by one: `increment by n` costs the same as `increment by 1`.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.gc_collector import GCCollector
from prometheus_client.metrics import MetricWrapperBase

#: From a fast request to a stalled dependency.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_NAME = re.compile(r"qingyu_[a-z][a-z0-9]*(_[a-z0-9]+)+")
_registry = CollectorRegistry(auto_describe=True)
_metrics: dict[str, MetricWrapperBase] = {}
ProcessCollector(registry=_registry)
PlatformCollector(registry=_registry)
GCCollector(registry=_registry)

_Metric = TypeVar("_Metric", bound=MetricWrapperBase)


def counter(name: str, doc: str, labels: Sequence[str] = ()) -> Counter:
    """A number that only grows; the same name gives the same counter. Ends in `_total`."""
    if not name.endswith("_total"):
        raise ValueError(f"{name}: the name of a counter ends in _total")
    return _once(name, Counter, lambda: Counter(name, doc, labels, registry=_registry))


def gauge(name: str, doc: str, labels: Sequence[str] = ()) -> Gauge:
    """A number that goes up and down; the same name gives the same gauge."""
    return _once(name, Gauge, lambda: Gauge(name, doc, labels, registry=_registry))


def histogram(
    name: str, doc: str, labels: Sequence[str] = (), buckets: Sequence[float] = SECONDS
) -> Histogram:
    """How often a value fell below each bound; the same name gives the same histogram."""
    return _once(
        name, Histogram, lambda: Histogram(name, doc, labels, buckets=buckets, registry=_registry)
    )


def render() -> tuple[bytes, str]:
    """Everything counted so far in the Prometheus text format, and its content type."""
    return generate_latest(_registry), CONTENT_TYPE_LATEST


def _once(name: str, kind: type[_Metric], make: Callable[[], _Metric]) -> _Metric:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name}: a metric is named qingyu_<part>_<what> in lower case")
    known = _metrics.get(name)
    if known is None:
        known = _metrics[name] = make()
    if not isinstance(known, kind):
        raise TypeError(f"{name} is already a {type(known).__name__}")
    return known
