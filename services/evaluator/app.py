"""The wiring of the evaluator: its consumers, its HTTP side, and how it runs."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, FastAPI

from services.evaluator.adapters.budgets_store import PostgresBudgetStore
from services.evaluator.adapters.conditions_store import PostgresConditions
from services.evaluator.adapters.forecasting.worker import WorkerForecaster
from services.evaluator.adapters.judge_store import PostgresJudgeStore
from services.evaluator.adapters.reading_store import SCHEMA, PostgresReadingStore
from services.evaluator.adapters.totals_codec import decode as decode_totals
from services.evaluator.entrypoints.door import Door, new_door
from services.evaluator.entrypoints.follow import CatalogueFollower
from services.evaluator.entrypoints.readings_consumer import ReadingsConsumer
from services.evaluator.entrypoints.rounds import Rounds
from services.evaluator.entrypoints.totals_consumer import TotalsConsumer
from services.evaluator.handlers.bookkeeper import Bookkeeper
from services.evaluator.handlers.judge import Judge
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.memory import Memory
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.settings import EvaluatorSettings
from services.evaluator.wiring import ROUTERS, Ground, recorded_on, state_of
from shared.contracts.readings import partition_of
from shared.contracts.topics import (
    ASSESSMENTS,
    BUDGETS,
    CATALOGUE,
    CONDITIONS,
    DEAD_LETTERS,
    KEYS,
    READINGS,
    TOTALS,
)
from shared.kit.clock import now_us
from shared.kit.condition import problem_of
from shared.kit.frozen import cutting_frozen
from shared.kit.kafka.admin import TopicSpec, ensure_topics
from shared.kit.kafka.consumer import (
    BatchHandler,
    CompactedReader,
    ConsumerLoop,
    read_compacted,
)
from shared.kit.kafka.dead_letters import DeadLetterLimit, DeadLetters
from shared.kit.kafka.producer import Producer
from shared.kit.outbox import Outbox
from shared.kit.postgres import Database, wait_for_schema
from shared.kit.process import run_service, serve
from shared.kit.web import Readiness, create_app

NAME = "evaluator"
VERSION = "0.1.0"
REVISION = "0012_evaluator_conditions"
REVIEW_S = 5.0
"""Between looks at what was published."""
LOOK_AHEAD_S = 60.0
"""Between looks at what was not yet forecast today."""
WATCH_S = 5.0
"""Between rounds over what people are to be told of."""

_DESCRIPTION = """Exact books of enterprises, regions and tags, and the budgets they are held to.

All quantities are decimal strings: nothing is rounded on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the service is made of; a test passes parts of its own."""

    rulebook: Rulebook
    door: Door
    readings: BatchHandler
    totals: BatchHandler
    publish_budgets: Callable[[], Awaitable[None]]
    """Sends the budgets that were stored just before an earlier process ended."""
    routers: tuple[APIRouter, ...]
    state: Mapping[str, object]
    review: Callable[[], Awaitable[object]]
    """Looks whether published figures have changed."""
    look_ahead: Callable[[], Awaitable[object]]
    """Makes some of the day's forecasts."""
    watch: Callable[[], Awaitable[object]]
    """Tells of conditions that have changed."""
    close: Callable[[], Awaitable[None]]
    """Ends what was started beside the service."""


def http_app(parts: Parts, ready: Readiness) -> FastAPI:
    """The HTTP side."""
    return create_app(
        title="Qingyu evaluator",
        version=VERSION,
        description=_DESCRIPTION,
        ready=ready,
        routers=parts.routers,
        state={"door": parts.door, **parts.state},
    )


def parts_on(db: Database, producer: Producer, settings: EvaluatorSettings) -> Parts:
    """The real parts. Each consumer has an outbox: neither waits for what the other sends."""
    rulebook = Rulebook()
    letters = DeadLetters(
        producer, DEAD_LETTERS.name, limit=DeadLetterLimit(most=settings.dead_letters_a_minute)
    )
    recorded = recorded_on(db, settings)
    ground = Ground(
        db=db,
        readings=PostgresReadingStore(db, Outbox(db, SCHEMA, producer)),
        budgets=PostgresBudgetStore(db, Outbox(db, SCHEMA, producer)),
        rulebook=rulebook,
        recorded=recorded,
        factors=recorded.shelf(),
        forecaster=WorkerForecaster(),
        conditions=PostgresConditions(db, Outbox(db, SCHEMA, producer)),
        settings=settings,
    )
    judgements = PostgresJudgeStore(db, Outbox(db, SCHEMA, producer))
    state = state_of(ground)
    return Parts(
        rulebook=rulebook,
        door=new_door(),
        readings=ReadingsConsumer(
            _bookkeeper(ground, settings), ground.readings, rulebook, letters
        ),
        totals=TotalsConsumer(
            _judge(ground, judgements, settings),
            judgements,
            rulebook,
            letters,
            decode=decode_totals,
            partitions=settings.totals_partitions,
        ),
        publish_budgets=ground.budgets.publish_leftovers,
        routers=ROUTERS,
        state=state.of_routes,
        review=state.publisher.review,
        look_ahead=state.daily.round,
        watch=state.conditions.round,
        close=ground.forecaster.close,
    )


def _bookkeeper(ground: Ground, settings: EvaluatorSettings) -> Bookkeeper:
    return Bookkeeper(
        ground.readings,
        ground.rulebook,
        partition_of_owner=partial(partition_of, partitions=settings.readings_partitions),
        partition_of=partial(partition_of, partitions=settings.totals_partitions),
        memory=Memory(rows=settings.rows_at_hand),
    )


def _judge(ground: Ground, store: PostgresJudgeStore, settings: EvaluatorSettings) -> Judge:
    return Judge(
        store,
        ground.budgets,
        Briefs(ground.rulebook, ground.factors),
        partition_of=partial(partition_of, partitions=settings.totals_partitions),
        now_us=now_us,
        most_bytes=settings.books_mib * 1024 * 1024,
        shelf=ground.factors,
    )


async def run(settings: EvaluatorSettings) -> int:
    """Run the service until it is told to stop; the exit code."""
    await ensure_topics(settings.kafka, _topics(settings), settings.replication)
    db = await Database.open(settings.database_url, application="qingyu evaluator", pool_size=12)
    producer = Producer(settings.kafka, "qingyu-evaluator")
    await wait_for_schema(db, REVISION)
    parts = parts_on(db, producer, settings)
    catalogue = CatalogueFollower(_reader(settings, CATALOGUE.name), parts.rulebook)
    parts.door.wait_for(catalogue.caught_up.is_set)
    keys = _reader(settings, KEYS.name)
    loops = {
        "readings": _loop(settings, READINGS.name, parts.readings),
        "totals": _loop(settings, TOTALS.name, parts.totals),
    }
    reviews = Rounds("published figures", parts.review, db.alone, rest_s=REVIEW_S)
    outlooks = Rounds("daily forecasts", parts.look_ahead, db.alone, rest_s=LOOK_AHEAD_S)
    conditions = Rounds("conditions", parts.watch, db.alone, rest_s=WATCH_S)

    async def ready() -> Mapping[str, str | None]:
        return {
            "postgresql": await problem_of(db.ping),
            "catalogue": catalogue.problem,
            "keys": keys.problem,
            **{name: loop.problem for name, loop in loops.items()},
        }

    async def follow_keys(stopping: asyncio.Event) -> None:
        await keys.run(stopping, parts.door.learn, parts.door.caught_up)

    return await run_service(
        NAME,
        server=serve(http_app(parts, ready), settings.host, settings.port),
        tasks={
            "catalogue": catalogue.run,
            "keys": follow_keys,
            "frozen": cutting_frozen(db),
            "budgets": partial(_once, parts.publish_budgets),
            "publications": partial(_after, catalogue, reviews),
            "outlooks": partial(_after, catalogue, outlooks),
            "conditions": partial(_after, catalogue, conditions),
            **{name: partial(_after, catalogue, loop) for name, loop in loops.items()},
        },
        closers=(
            ("forecaster", parts.close),
            ("postgresql", db.close),
            ("producer", producer.stop),
        ),
    )


async def _once(work: Callable[[], Awaitable[None]], stopping: asyncio.Event) -> None:
    """Do the work once, then wait for the end; the end does not wait for the work."""
    doing = asyncio.ensure_future(work())
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait({doing, stop}, return_when=asyncio.FIRST_COMPLETED)
    if not doing.done():
        doing.cancel()
        return
    await doing
    await stop


async def _after(
    catalogue: CatalogueFollower, loop: ConsumerLoop | Rounds, stopping: asyncio.Event
) -> None:
    """Nothing is taken in or made before the catalogue has been read once."""
    waiting = {
        asyncio.create_task(catalogue.caught_up.wait()),
        asyncio.create_task(stopping.wait()),
    }
    _, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    if not stopping.is_set():
        await loop.run(stopping)


def _loop(settings: EvaluatorSettings, topic: str, handler: BatchHandler) -> ConsumerLoop:
    return ConsumerLoop(
        settings.kafka,
        topic,
        f"qingyu-evaluator-{topic}",
        handler,
        client_id="qingyu-evaluator",
        max_bytes=settings.batch_mib * 1024 * 1024,
        min_poll_s=settings.min_poll_ms / 1000,
    )


def _reader(settings: EvaluatorSettings, topic: str) -> CompactedReader:
    return read_compacted(settings.kafka, topic, client_id=f"qingyu-evaluator-{topic}")


def _topics(settings: EvaluatorSettings) -> list[TopicSpec]:
    partitions = {
        READINGS.name: settings.readings_partitions,
        TOTALS.name: settings.totals_partitions,
    }
    return [
        TopicSpec(
            name=topic.name,
            partitions=partitions.get(topic.name, topic.partitions),
            configs=topic.configs,
        )
        for topic in (
            READINGS,
            TOTALS,
            ASSESSMENTS,
            CONDITIONS,
            CATALOGUE,
            KEYS,
            BUDGETS,
            DEAD_LETTERS,
        )
    ]
