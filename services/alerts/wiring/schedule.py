"""What is done at set times, by one copy at a time, and how good the warnings are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from services.alerts.adapters.conditions import policies_in
from services.alerts.adapters.desk import PostgresDesk
from services.alerts.adapters.heartbeat import HttpListeners, SystemPulse, heartbeat_policy
from services.alerts.adapters.quality import EvaluatorReplays, PostgresQuality
from services.alerts.adapters.ticks import PostgresTicks
from services.alerts.domain.quality.counting import NoisePolicy
from services.alerts.domain.tick import Job
from services.alerts.entrypoints import heartbeat, me, quality
from services.alerts.entrypoints.schedule import Schedule
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.heartbeat import Heart, Watch
from services.alerts.handlers.quality import QualityDesk
from services.alerts.wiring import Arm, Ground
from shared.contracts.topics import ASSESSMENTS, CONDITIONS
from shared.kit.kafka.ends import end_offsets
from shared.kit.postgres import Database


def arm(ground: Ground, others: tuple[Job, ...]) -> Arm:
    """Its parts. `others`: the jobs of all other arms."""
    heart = _heart(ground, others)
    jobs = (*others, Job(name="heartbeat", every=heart.policy.interval, work=heart.beat))

    @asynccontextmanager
    async def ticks() -> AsyncIterator[PostgresTicks]:
        locks = await Database.open(
            ground.settings.database_url,
            application="qingyu alerts schedule",
            pool_size=max(len(jobs), 1),
        )
        try:
            yield PostgresTicks(ground.db, locks)
        finally:
            await locks.close()

    schedule = Schedule(jobs, ticks, ground.clock)
    return Arm(
        routers=(heartbeat.router, me.router, quality.router),
        state={"heartbeat": Watch(heart, ground.clock), "quality": _quality(ground)},
        tasks={"schedule": schedule.run},
    )


def _heart(ground: Ground, jobs: tuple[Job, ...]) -> Heart:
    policy = heartbeat_policy(ground.policy)
    ends = partial(end_offsets, ground.settings.kafka)
    topics = {one.name: one.partitions for one in (ASSESSMENTS, CONDITIONS)}
    return Heart(
        pulse=SystemPulse(ground.db, jobs, topics, ends),
        listeners=HttpListeners(ground.client, policy),
        policy=policy,
        desk=WarningDesk(desk=PostgresDesk(ground.db), policies=policies_in(ground.policy)),
        archive=ground.archive,
        told=heartbeat.tell,
        word=ground.word,
    )


def _quality(ground: Ground) -> QualityDesk:
    return QualityDesk(
        quality=PostgresQuality(ground.db),
        replays=EvaluatorReplays(ground.client, ground.settings.evaluator_url),
        noise=NoisePolicy(),
        policy_of=policies_in(ground.policy).of,
    )
