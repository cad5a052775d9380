"""What is left undone, as PostgreSQL and the log of messages show it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from services.alerts.adapters.desk import PostgresDesk
from services.alerts.adapters.heartbeat import SystemPulse
from services.alerts.adapters.ticks import PostgresTicks
from services.alerts.domain.heartbeat import Part, PartKind
from services.alerts.domain.tick import Job, Tick
from services.alerts.handlers.desk import WarningDesk
from shared.kit.postgres import Database, Positions
from tests.unit.alerts.builders import NOON, assessment

pytestmark = pytest.mark.real

MINUTE = timedelta(minutes=1)
JOURNAL = "journal:telling"


async def nothing(_tick: Tick) -> None:
    """Work that is none."""


class Site:
    """A pulse, and a log of messages that goes as far as it is told."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.ends: dict[int, int] = {}
        job = Job(name="time", every=MINUTE, work=nothing)
        self.pulse = SystemPulse(db, [job], {"conditions.v1": 2}, self._ends)

    async def _ends(self, _topic: str, _partitions: int) -> Mapping[int, int]:
        return self.ends

    async def advance(self, topic: str, partition: int, step: tuple[int, int]) -> None:
        async with self.db.transaction() as tx:
            await Positions("alerts").advance(tx, topic, {partition: step})

    async def part(self, kind: PartKind, now: datetime = NOON) -> Part:
        (found,) = [part for part in await self.pulse.parts(now) if part.kind is kind]
        return found


async def test_a_job_has_left_undone_what_it_has_not_covered(database: Database) -> None:
    site = Site(database)
    assert (await site.part(PartKind.JOB)).since is None
    await PostgresTicks(database, database).cover(
        Tick(name="time", begin=NOON - MINUTE, end=NOON), None
    )
    found = await site.part(PartKind.JOB, NOON + MINUTE)
    assert (found.name, found.since, found.grace) == ("time", NOON, 2 * MINUTE)


async def test_a_topic_stands_where_nothing_is_read(database: Database) -> None:
    site = Site(database)
    site.ends = {0: 5, 1: 7}
    await site.advance("conditions.v1", 0, (0, 5))
    await site.advance("conditions.v1", 1, (0, 4))
    assert (await site.part(PartKind.TOPIC)).waiting == 3
    assert (await site.part(PartKind.TOPIC, NOON + MINUTE)).since == NOON
    await site.advance("conditions.v1", 1, (4, 6))
    found = await site.part(PartKind.TOPIC, NOON + 2 * MINUTE)
    assert (found.waiting, found.since) == (1, NOON + 2 * MINUTE)
    await site.advance("conditions.v1", 1, (6, 7))
    assert (await site.part(PartKind.TOPIC, NOON + 3 * MINUTE)).since is None


async def test_a_journal_has_left_undone_what_was_not_followed(database: Database) -> None:
    site = Site(database)
    desk = WarningDesk(desk=PostgresDesk(database))
    first, second = assessment((1, "notice")), assessment((1, "notice"), (5, "red"), number=2)
    await desk.hear("assessments.v1", [first], {}, NOON)
    await site.advance(JOURNAL, 0, (0, 1))
    assert (await site.part(PartKind.JOURNAL)).since is None
    await desk.hear("assessments.v1", [second], {}, NOON + MINUTE)
    found = await site.part(PartKind.JOURNAL)
    assert (found.name, found.waiting, found.since) == (JOURNAL, 1, NOON + MINUTE)


async def test_notices_that_nobody_sends_are_seen_and_those_that_wait_on_purpose_not(
    database: Database,
) -> None:
    site = Site(database)
    assert (await site.part(PartKind.NOTICES)).since is None
    await _notice(database, 1, "mail", NOON - 3 * MINUTE)
    await _notice(database, 2, "mail", NOON - 2 * MINUTE)
    await _notice(database, 3, "later", NOON + MINUTE)
    await _notice(database, 4, "resting", NOON - 9 * MINUTE)
    await _notice(database, 5, "sent", NOON - 9 * MINUTE, state="delivered")
    async with database.transaction() as tx:
        await tx.raw.execute(
            "insert into alerts.resting (recipient, address, until) values ('r', 'resting', $1)",
            NOON + MINUTE,
        )
    found = await site.part(PartKind.NOTICES)
    assert (found.waiting, found.since) == (1, NOON - 3 * MINUTE)


async def _notice(
    db: Database, number: int, address: str, next_at: datetime, *, state: str = "waiting"
) -> None:
    async with db.transaction() as tx:
        await tx.raw.execute(
            "insert into alerts.notices (number, notice, recipient, address, channel, reason, "
            "level, warnings, created_at, document, rendered, state, next_at) values "
            "($1, $2, 'r', $3, 'email', 'new', 4, '{}', $4, '{}', '', $5, $4)",
            number,
            uuid4(),
            address,
            next_at,
            state,
        )
