"""The wiring of the ingest service: the only file that knows every part."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from fastapi import FastAPI
from starlette.types import ASGIApp

from services.ingest.adapters.bodies.reader import BodyReader
from services.ingest.adapters.catalogue_store import PostgresCatalogue
from services.ingest.adapters.files import read_file
from services.ingest.adapters.key_store import PostgresKeys
from services.ingest.adapters.principals_file import read_principals
from services.ingest.adapters.publication import Publication
from services.ingest.adapters.reading_log import KafkaReadingLog
from services.ingest.adapters.republication import Republisher
from services.ingest.adapters.secret_keys import SECRETS
from services.ingest.entrypoints import catalogue, keys, numbers
from services.ingest.entrypoints.follow import Follower
from services.ingest.entrypoints.openapi import describe
from services.ingest.entrypoints.readings import ReadingsDoor
from services.ingest.handlers.intake import Intake, IntakePolicy, Surroundings
from services.ingest.handlers.keys import KeyDesk
from services.ingest.handlers.registrar import Registrar
from services.ingest.handlers.shelf import Shelf
from services.ingest.ports import CatalogueStore, KeyStore, ReadingLog, Wake
from services.ingest.settings import IngestSettings
from shared.contracts.readings import partition_of
from shared.contracts.topics import CATALOGUE, KEYS, READINGS, Topic
from shared.kit.clock import now_us
from shared.kit.condition import problem_of
from shared.kit.frozen import cutting_frozen
from shared.kit.kafka.admin import TopicSpec, ensure_topics
from shared.kit.kafka.compacted import CompactedReader, read_compacted
from shared.kit.kafka.producer import Producer
from shared.kit.logs import new_correlation_id
from shared.kit.postgres import Database, wait_for_schema
from shared.kit.process import run_service, serve
from shared.kit.web import Readiness, create_app
from shared.model.instants import DAY_US

NAME = "ingest"
VERSION = "0.1.0"
SCHEMA = "0013_principals"

_DESCRIPTION = """Readings of meters come in here; the catalogue and the keys are kept here.

A reading that is answered with 202 and not named among the items is safe. Sending it again, in
any order and any number of times, changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What the service stands on; a test passes parts of its own."""

    store: CatalogueStore
    keys: KeyStore
    log: ReadingLog
    wake: Wake
    settled: Callable[[float], Awaitable[bool]]
    clock_us: Callable[[], int] = now_us
    timer: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The handlers of one copy of the service."""

    shelf: Shelf
    keys: KeyDesk
    registrar: Registrar
    intake: Intake


def parts_on(ports: Ports, settings: IngestSettings) -> Parts:
    """The handlers on these ports."""
    owner_partition = partial(partition_of, partitions=settings.readings_partitions)
    shelf = Shelf(ports.store, owner_partition, ports.timer)
    desk = KeyDesk(store=ports.keys, secrets=SECRETS, clock_us=ports.clock_us, wake=ports.wake)
    registrar = Registrar(
        store=ports.store,
        shelf=shelf,
        read_file=read_file,
        clock_us=ports.clock_us,
        wake=ports.wake,
    )
    intake = Intake(
        decode=BodyReader(most_items=settings.most_items),
        shelf=shelf,
        log=ports.log,
        around=Surroundings(
            clock_us=ports.clock_us,
            timer=time.perf_counter,
            new_id=new_correlation_id,
            on_batch=numbers.batch_done,
        ),
        policy=_policy(settings),
    )
    return Parts(shelf=shelf, keys=desk, registrar=registrar, intake=intake)


def _policy(settings: IngestSettings) -> IntakePolicy:
    return IntakePolicy(
        most_bytes=settings.batch_bytes,
        in_flight=settings.batches_in_flight,
        pause_s=settings.batch_pause_s,
        waiting_bytes=settings.waiting_bytes,
        future_us=settings.future_s * 1_000_000,
        past_us=settings.past_years * 366 * DAY_US,
    )


def http_app(ports: Ports, parts: Parts, settings: IngestSettings, ready: Readiness) -> FastAPI:
    """The HTTP side without the door for readings."""
    app = create_app(
        title="Qingyu ingest",
        version=VERSION,
        description=_DESCRIPTION,
        ready=ready,
        routers=(catalogue.router, keys.router),
        state={
            "shelf": parts.shelf,
            "keys": parts.keys,
            "read_principals": read_principals,
            "registrar": parts.registrar,
            "settled": ports.settled,
            "import_bytes": settings.import_bytes,
        },
    )
    describe(app)
    return app


def door(app: FastAPI, parts: Parts, settings: IngestSettings) -> ASGIApp:
    """The whole HTTP side."""
    return ReadingsDoor(app, intake=parts.intake, keys=parts.keys, body_bytes=settings.body_bytes)


async def run(settings: IngestSettings) -> int:
    """Run the service until it is told to stop; the exit code."""
    await ensure_topics(settings.kafka, _topics(settings), settings.replication)
    db = await Database.open(settings.database_url, application="qingyu ingest")
    producer = Producer(settings.kafka, "qingyu-ingest")
    await wait_for_schema(db, SCHEMA)
    publication = Publication(db, producer)
    store, key_store = PostgresCatalogue(db, publication), PostgresKeys(db, publication)
    ports = Ports(
        store=store,
        keys=key_store,
        log=KafkaReadingLog(producer),
        wake=publication.wake,
        settled=publication.settled,
    )
    parts = parts_on(ports, settings)
    if settings.bootstrap_operator_key:
        await parts.keys.admit_operator(settings.bootstrap_operator_key)
    follower = Follower(parts.shelf, parts.keys, settings.refresh_s)
    republisher = Republisher(store, key_store, publication, partial(_reader, settings))

    async def ready() -> Mapping[str, str | None]:
        return {
            "postgresql": await problem_of(db.ping),
            "kafka": await problem_of(producer.ping),
            "catalogue": parts.shelf.problem,
            "keys": parts.keys.problem,
        }

    app = door(http_app(ports, parts, settings, ready), parts, settings)
    return await run_service(
        NAME,
        server=serve(app, settings.host, settings.port),
        tasks={
            "intake": parts.intake.run,
            "follower": follower.run,
            "publication": publication.run,
            "republication": republisher.run,
            "frozen": cutting_frozen(db),
        },
        closers=(("postgresql", db.close), ("producer", producer.stop)),
    )


def _reader(settings: IngestSettings, topic: str) -> CompactedReader:
    return read_compacted(settings.kafka, topic, client_id="qingyu-ingest-check")


def _topics(settings: IngestSettings) -> list[TopicSpec]:
    return [_spec(READINGS, settings.readings_partitions), _spec(CATALOGUE), _spec(KEYS)]


def _spec(topic: Topic, partitions: int | None = None) -> TopicSpec:
    return TopicSpec(
        name=topic.name, partitions=partitions or topic.partitions, configs=topic.configs
    )
