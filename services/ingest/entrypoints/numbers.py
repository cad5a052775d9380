"""What operators can watch of this service."""

from services.ingest.domain.admission.admission import REASONS, Reason
from services.ingest.handlers.intake import BatchDone
from shared.kit.metrics import counter, gauge, histogram

_ROWS = (1, 10, 50, 100, 500, 1_000, 5_000, 20_000, 100_000)
_REQUESTS_IN_BATCH = (1, 2, 5, 10, 20, 50, 100, 200)
_FAST = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)

_ACCEPTED = counter("qingyu_ingest_accepted_total", "readings that Kafka has acknowledged")
_REFUSED = counter("qingyu_ingest_refused_total", "readings not admitted", ("reason",))
_REQUESTS = counter("qingyu_ingest_requests_total", "requests of readings", ("status",))
_BYTES = counter("qingyu_ingest_received_bytes_total", "bytes of readings, unpacked")
_BATCH_ROWS = histogram("qingyu_ingest_batch_readings", "readings in a batch", buckets=_ROWS)
_BATCH_REQUESTS = histogram(
    "qingyu_ingest_batch_requests", "requests in a batch", buckets=_REQUESTS_IN_BATCH
)
_JUDGED = histogram(
    "qingyu_ingest_admission_seconds", "decoding and judging a batch", buckets=_FAST
)
_WRITTEN = histogram("qingyu_ingest_write_seconds", "until Kafka acknowledged a batch")
_VERSION = gauge("qingyu_ingest_catalogue_version", "catalogue version that readings are judged by")
_POINTS = gauge("qingyu_ingest_points", "metering points known")

_REFUSED_BY = {reason: _REFUSED.labels(reason.value) for reason in REASONS[1:]}
_BY_STATUS = {status: _REQUESTS.labels(str(status)) for status in (202, 400, 401, 403, 413, 503)}


def batch_done(batch: BatchDone) -> None:
    """Count a batch that was written."""
    _BATCH_ROWS.observe(batch.rows)
    _BATCH_REQUESTS.observe(batch.requests)
    _JUDGED.observe(batch.judged_s)
    _WRITTEN.observe(batch.written_s)
    _BYTES.inc(batch.bytes)
    for reason, count in batch.reasons.items():
        if reason == Reason.ADMITTED:
            _ACCEPTED.inc(count)
        else:
            _REFUSED_BY[Reason(reason)].inc(count)


def answered(status: int) -> None:
    """Count a request of readings that was answered."""
    (_BY_STATUS.get(status) or _REQUESTS.labels(str(status))).inc()


def catalogue_known(version: int, points: int) -> None:
    """Show what readings are judged by."""
    _VERSION.set(version)
    _POINTS.set(points)
