"""What is left undone, out of PostgreSQL and Kafka; and the signal that all is well, over HTTP."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx

from services.alerts.adapters.policy import BadPolicyError, Section
from services.alerts.domain.heartbeat import (
    HeartbeatPolicy,
    Part,
    PartKind,
    Standing,
    standing,
)
from services.alerts.domain.tick import Job
from shared.kit.postgres import Database

_TICKS = "SELECT name, covered_until FROM alerts.ticks"
_POSITIONS = "SELECT topic, partition, next_offset FROM alerts.positions"
_UNREAD = """
    SELECT count(*) AS waiting, min(noticed_at) AS since
    FROM (SELECT noticed_at FROM alerts.history WHERE id > $1 ORDER BY id LIMIT 1000) AS unread
"""
# A notice waits on purpose behind an earlier one to the same address, and while that one rests.
_DUE = """
    SELECT count(*) AS waiting, min(next_at) AS since FROM (
        SELECT n.next_at FROM alerts.notices AS n
        WHERE n.state = 'waiting' AND n.claimed_by IS NULL AND n.next_at <= $1
            AND NOT EXISTS (
                SELECT 1 FROM alerts.notices AS before
                WHERE before.state = 'waiting' AND before.recipient = n.recipient
                    AND before.address = n.address AND before.number < n.number
            )
            AND NOT EXISTS (
                SELECT 1 FROM alerts.resting AS r
                WHERE r.recipient = n.recipient AND r.address = n.address AND r.until > $1
            )
        ORDER BY n.next_at LIMIT 1000
    ) AS due
"""
_JOURNAL = "journal:"

Ends = Callable[[str, int], Awaitable[Mapping[int, int]]]
"""A topic and how many partitions it has -> by partition the offset of the next message."""


def heartbeat_policy(policy: Section) -> HeartbeatPolicy:
    """The section `heartbeat` of the policy file; raises BadPolicyError with the place."""
    section = policy.section("heartbeat")
    section.only(("interval", "stuck_after", "urls", "alertmanagers", "labels"))
    default = HeartbeatPolicy()
    interval = section.length("interval", default.interval)
    if interval < timedelta(seconds=1):
        raise BadPolicyError(f"{section.at('interval')} must be 1s or longer")
    labels = section.section("labels")
    return HeartbeatPolicy(
        interval=interval,
        stuck_after=section.length("stuck_after", default.stuck_after),
        urls=_addresses(section, "urls"),
        alertmanagers=_addresses(section, "alertmanagers"),
        labels={name: labels.text(name, "") for name in labels.values},
    )


def _addresses(section: Section, name: str) -> tuple[str, ...]:
    found = section.texts(name)
    for i, url in enumerate(found):
        if not url.startswith(("http://", "https://")):
            raise BadPolicyError(f"{section.at(name)}[{i}]: {url!r} is no http address")
    return found


class SystemPulse:
    """The port Pulse."""

    def __init__(
        self, db: Database, jobs: Sequence[Job], topics: Mapping[str, int], ends: Ends
    ) -> None:
        """`topics`: those read with positions in the database, and how many partitions each has."""
        self._db = db
        self._jobs = tuple(jobs)
        self._topics = dict(topics)
        self._ends = ends
        self._standing: dict[tuple[str, int], Standing] = {}

    async def parts(self, now: datetime) -> tuple[Part, ...]:
        """All that the database knows, of one moment, and how far the topics go."""
        ends = {name: await self._ends(name, many) for name, many in self._topics.items()}
        async with self._db.reading() as tx:
            covered = {row["name"]: row["covered_until"] for row in await tx.raw.fetch(_TICKS)}
            rows = await tx.raw.fetch(_POSITIONS)
            positions = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
            journals = [
                _part(PartKind.JOURNAL, topic, await tx.raw.fetchrow(_UNREAD, position))
                for (topic, _), position in sorted(positions.items())
                if topic.startswith(_JOURNAL)
            ]
            notices = _part(PartKind.NOTICES, "notices", await tx.raw.fetchrow(_DUE, now))
        jobs = [_job(job, covered.get(job.name)) for job in self._jobs]
        topics = [self._topic(topic, ends[topic], positions, now) for topic in self._topics]
        return (*jobs, *topics, *journals, notices)

    def _topic(
        self,
        topic: str,
        ends: Mapping[int, int],
        positions: Mapping[tuple[str, int], int],
        now: datetime,
    ) -> Part:
        waiting = 0
        since: list[datetime] = []
        for partition, end in ends.items():
            place = (topic, partition)
            position = positions.get(place, 0)
            found = standing(self._standing.pop(place, None), position, end, now)
            if found is not None:
                self._standing[place] = found
                since.append(found.since)
                waiting += end - position
        return Part(
            kind=PartKind.TOPIC, name=topic, waiting=waiting, since=min(since, default=None)
        )


def _job(job: Job, covered: datetime | None) -> Part:
    return Part(kind=PartKind.JOB, name=job.name, waiting=0, since=covered, grace=2 * job.every)


def _part(kind: PartKind, name: str, row: Any) -> Part:
    return Part(kind=kind, name=name, waiting=row["waiting"], since=row["since"])


class HttpListeners:
    """The port Listeners: addresses that are fetched, and Alertmanagers that get an alert."""

    def __init__(self, client: httpx.AsyncClient, policy: HeartbeatPolicy) -> None:
        self._client = client
        self._policy = policy

    async def beat(self, now: datetime, journal: str) -> tuple[str, ...]:
        """One after the other; redirects are not followed."""
        wrong = [await self._said(self._client.get(url), url) for url in self._policy.urls]
        for base in self._policy.alertmanagers:
            url = f"{base.rstrip('/')}/api/v2/alerts"
            wrong.append(
                await self._said(self._client.post(url, json=self._alert(now, journal)), url)
            )
        return tuple(one for one in wrong if one)

    def _alert(self, now: datetime, journal: str) -> list[dict[str, object]]:
        """The alert that always fires; it ends by itself when it is not sent again."""
        return [
            {
                "labels": {"severity": "none", **self._policy.labels, "alertname": "heartbeat"},
                "annotations": {
                    "summary": "Qingyu works; it is the silence of this that matters.",
                    "journal": journal,
                },
                "startsAt": now.isoformat(),
                "endsAt": (now + 3 * self._policy.interval).isoformat(),
            }
        ]

    async def _said(self, asking: Awaitable[httpx.Response], url: str) -> str:
        try:
            answer = await asking
        except httpx.HTTPError as error:
            return f"{url}: {type(error).__name__} {error}".strip()
        return "" if answer.is_success else f"{url}: answered {answer.status_code}"
