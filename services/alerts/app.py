"""The wiring of the alerts service: the only file that knows every part."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import httpx
from fastapi import FastAPI

from services.alerts.adapters.archive import PostgresArchive
from services.alerts.adapters.conditions import policies_in
from services.alerts.adapters.delivery_log import PostgresDeliveryLog, PostgresEndpoints
from services.alerts.adapters.desk import PostgresDesk
from services.alerts.adapters.listener import Listener
from services.alerts.adapters.policy import load
from services.alerts.adapters.secrets import new_secret
from services.alerts.adapters.webhook import WebhookChannel
from services.alerts.entrypoints import api, webhooks
from services.alerts.entrypoints.consumer import Judgements
from services.alerts.entrypoints.couriers import Couriers
from services.alerts.entrypoints.door import Door, new_door
from services.alerts.entrypoints.follow import count, follow
from services.alerts.entrypoints.reading import read_assessment, read_condition
from services.alerts.handlers.courier import Courier
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.feed import Feed
from services.alerts.ports.warnings import Archive, DeliveryLog, Endpoints
from services.alerts.settings import AlertsSettings
from services.alerts.wiring import (
    Arm,
    Ground,
    briefs,
    ladder,
    life,
    notices,
    schedule,
    silences,
)
from shared.contracts.topics import ASSESSMENTS, CONDITIONS, DEAD_LETTERS, KEYS, NOTICES
from shared.kit.clock import Clock, now
from shared.kit.condition import problem_of
from shared.kit.frozen import cutting_frozen
from shared.kit.kafka.admin import TopicSpec, ensure_topics
from shared.kit.kafka.consumer import ConsumerLoop, read_compacted
from shared.kit.kafka.dead_letters import DeadLetterLimit, DeadLetters
from shared.kit.kafka.producer import Producer
from shared.kit.postgres import Database, wait_for_schema
from shared.kit.process import Task, run_service, serve
from shared.kit.web import Readiness, create_app

NAME = "alerts"
VERSION = "0.1.0"
SCHEMA = "0016_alerts_briefs"

_DESCRIPTION = """Early warnings, their whole history, and how people hear of them.

Webhooks follow the Standard Webhooks scheme: check `webhook-signature` with the endpoint's secret,
and use `webhook-id` to recognise a repeat. Events of one warning arrive in order; each is repeated
until it is answered with 2xx."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the HTTP side stands on; a test passes parts of its own."""

    archive: Archive
    endpoints: Endpoints
    deliveries: DeliveryLog
    feed: Feed
    door: Door
    couriers: Couriers
    arms: tuple[Arm, ...] = ()
    clock: Clock = now


def http_app(parts: Parts, ready: Readiness) -> FastAPI:
    """The HTTP side."""
    return create_app(
        title="Qingyu alerts",
        version=VERSION,
        description=_DESCRIPTION,
        ready=ready,
        routers=(api.router, webhooks.router, *(r for arm in parts.arms for r in arm.routers)),
        state={
            "archive": parts.archive,
            "endpoints": parts.endpoints,
            "deliveries": parts.deliveries,
            "feed": parts.feed,
            "door": parts.door,
            "word": parts.couriers.word,
            "new_secret": new_secret,
            "clock": parts.clock,
            **{name: part for arm in parts.arms for name, part in arm.state.items()},
        },
    )


def courier(settings: AlertsSettings, log: DeliveryLog, client: httpx.AsyncClient) -> Courier:
    """A courier with the settings' patience."""
    return Courier(
        log=log,
        channel=WebhookChannel(client, whole_s=settings.webhook_timeout_s),
        policy=settings.retry,
        clock=now,
        chance=random.random,
        handful=settings.webhook_at_once,
        lease=settings.lease,
    )


def parts_on(
    db: Database, settings: AlertsSettings, client: httpx.AsyncClient, producer: Producer
) -> Parts:
    """The real parts."""
    archive, log, endpoints = PostgresArchive(db), PostgresDeliveryLog(db), PostgresEndpoints(db)
    feed = Feed(archive)
    couriers = Couriers(endpoints, log, courier(settings, log, client), now)
    ground = Ground(
        db=db,
        settings=settings,
        producer=producer,
        client=client,
        archive=archive,
        word=partial(_word, feed, couriers),
        policy=load(settings.alerts_policy),
    )
    return Parts(
        archive=archive,
        endpoints=endpoints,
        deliveries=log,
        feed=feed,
        door=new_door(),
        couriers=couriers,
        arms=_arms(ground),
    )


_ARMS = (life.arm, silences.arm, ladder.arm, notices.arm, briefs.arm)


def _arms(ground: Ground) -> tuple[Arm, ...]:
    """All arms; the last one does what the others want done at set times."""
    arms = tuple(make(ground) for make in _ARMS)
    return (*arms, schedule.arm(ground, tuple(job for arm in arms for job in arm.jobs)))


async def run(settings: AlertsSettings) -> int:
    """Run the service until it is told to stop; the exit code."""
    desk_policies = policies_in(load(settings.alerts_policy))
    topics = [TopicSpec(name=t.name, partitions=t.partitions, configs=t.configs) for t in _TOPICS]
    await ensure_topics(settings.kafka, topics, settings.replication)
    db = await Database.open(settings.database_url, application="qingyu alerts", pool_size=16)
    producer = Producer(settings.kafka, "qingyu-alerts")
    client = httpx.AsyncClient(timeout=settings.webhook_timeout_s, follow_redirects=False)
    await wait_for_schema(db, SCHEMA)
    parts = parts_on(db, settings, client, producer)
    hears = WarningDesk(desk=PostgresDesk(db), policies=desk_policies)
    await parts.feed.start()
    loops = _consumers(settings, hears, producer, parts)
    keys = read_compacted(settings.kafka, KEYS.name, client_id="qingyu-alerts-keys")

    async def ready() -> Mapping[str, str | None]:
        return {
            "postgresql": await problem_of(db.ping),
            **{name: loop.problem for name, loop in loops.items()},
            "keys": keys.problem,
        }

    async def read_keys(stopping: asyncio.Event) -> None:
        await keys.run(stopping, parts.door.learn, parts.door.caught_up)

    return await run_service(
        NAME,
        server=serve(http_app(parts, ready), settings.host, settings.port),
        tasks={
            **{name: loop.run for name, loop in loops.items()},
            "keys": read_keys,
            "frozen": cutting_frozen(db),
            **_background(settings, parts),
        },
        closers=(
            *(closer for arm in parts.arms for closer in arm.closers),
            ("postgresql", db.close),
            ("producer", producer.stop),
            ("webhooks", client.aclose),
        ),
    )


_TOPICS = (ASSESSMENTS, CONDITIONS, NOTICES, KEYS, DEAD_LETTERS)


def _word(feed: Feed, couriers: Couriers) -> None:
    feed.word()
    couriers.word()


def _heard(parts: Parts) -> None:
    """There are new entries, written by this copy or another."""
    _word(parts.feed, parts.couriers)
    for arm in parts.arms:
        for word in arm.words:
            word()


def _consumers(
    settings: AlertsSettings, hears: WarningDesk, producer: Producer, parts: Parts
) -> Mapping[str, ConsumerLoop]:
    """One loop a topic of judgements; all write at the same desk."""
    desk = hears.desk
    aside = DeadLetters(producer, DEAD_LETTERS.name, limit=DeadLetterLimit())
    word = partial(_heard, parts)
    handlers = {
        "assessments": Judgements(
            ASSESSMENTS.name, read_assessment, hears, desk, aside, parts.clock, word
        ),
        "conditions": Judgements(
            CONDITIONS.name, read_condition, hears, desk, aside, parts.clock, word
        ),
    }
    return {
        name: ConsumerLoop(
            settings.kafka,
            handler.topic,
            f"qingyu-alerts{suffix}",
            handler,
            client_id="qingyu-alerts",
        )
        for (name, handler), suffix in zip(handlers.items(), ("", "-conditions"), strict=True)
    }


def _background(settings: AlertsSettings, parts: Parts) -> Mapping[str, Task]:
    listener = Listener(settings.database_url, partial(_heard, parts))
    return {
        "feed": partial(follow, parts.feed),
        "listener": listener.run,
        "couriers": parts.couriers.run,
        "numbers": partial(count, parts.archive, parts.deliveries, parts.feed),
        **{name: task for arm in parts.arms for name, task in arm.tasks.items()},
    }
