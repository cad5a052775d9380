"""How readings come in, from the bookkeeper's tables and from Kafka."""

import logging
import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.watching.quality import Tally
from services.evaluator.ports.intake import I64, Newest
from shared.contracts.topics import READINGS
from shared.kit.errors import Unavailable
from shared.kit.kafka.ends import end_offsets
from shared.kit.postgres import Database
from shared.model.instants import from_us, to_us

log = logging.getLogger(__name__)


class PostgresIntake:
    """The Intake on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def newest(self) -> Newest:
        """See Intake. Heads are small: one short row an owner, never a scan of readings."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_HEADS)
        bodies = [(row["body"], row["count"]) for row in rows]
        at = _joined([np.frombuffer(body, "<i8", count) for body, count in bodies])
        point = _joined([np.frombuffer(body, "<u4", count, 16 * count) for body, count in bodies])
        older = _joined([np.frombuffer(row["older"], "<u4") for row in rows])
        numbers, group = np.unique(point, return_inverse=True)
        newest = np.full(len(numbers), np.iinfo(np.int64).min)
        np.maximum.at(newest, group, at)
        return Newest(point=numbers, at=newest, hidden=np.setdiff1d(older, numbers))

    async def arrivals(self, since_us: int, until_us: int, step_us: int) -> Sequence[int]:
        """See Intake. One look into the index a step."""
        starts = range(since_us, until_us, step_us)
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(
                _ARRIVALS,
                [from_us(at) for at in starts],
                [from_us(min(at + step_us, until_us)) for at in starts],
            )
        return [to_us(row["start"]) for row in rows]

    async def positions(self) -> Mapping[int, int]:
        """See Intake."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_POSITIONS, READINGS.name)
        return {row["partition"]: row["next_offset"] for row in rows}

    async def findings(self, since_us: int) -> Sequence[Tally]:
        """See Intake."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_FINDINGS, since_us)
        return [
            Tally(
                point=row["point"], kind=row["kind"], count=row["count"], time_us=int(row["time"])
            )
            for row in rows
        ]


class KafkaEnds:
    """The Ends of the topic of readings."""

    def __init__(self, bootstrap: str, partitions: int) -> None:
        self._bootstrap, self._partitions = bootstrap, partitions

    async def ends(self) -> Mapping[int, int] | None:
        """See Ends."""
        try:
            return await end_offsets(self._bootstrap, READINGS.name, self._partitions)
        except Unavailable as error:
            log.warning("%s", error, extra={"action": "ends_unknown"})
            return None


def _joined(parts: Sequence[npt.NDArray[np.int64] | npt.NDArray[np.uint32]]) -> I64:
    return np.concatenate([np.empty(0, np.int64), *parts]).astype(np.int64, copy=False)


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_HEADS = "select count, body, older from evaluator.heads"

# A step ends at the first commit of readings in it: the index leads there, whatever came after.
_ARRIVALS = _sql("""
    select s.start from unnest($1::timestamptz[], $2::timestamptz[]) as s (start, past)
    where exists (
        select 1 from evaluator.commits as c
        where c.at >= s.start and c.at < s.past and c.kind = 'readings'
    )
    order by s.start
""")

_POSITIONS = """select partition, next_offset from evaluator.positions where topic = $1"""

_FINDINGS = _sql("""
    select point, kind, count(*) as count, sum(end_us - greatest(start_us, $1)) as time
    from evaluator.findings where ended_n is null and end_us >= $1
    group by point, kind
""")
