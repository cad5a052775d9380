"""OpenAPI of the services' routes, made by the applications themselves without their servers."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

import httpx
from fastapi import FastAPI

from services.alerts import app as alerts
from services.alerts.settings import AlertsSettings
from services.evaluator import app as evaluator
from services.evaluator.settings import EvaluatorSettings
from services.ingest import app as ingest
from services.ingest.adapters.catalogue_store import PostgresCatalogue
from services.ingest.adapters.key_store import PostgresKeys
from services.ingest.adapters.publication import Publication
from services.ingest.adapters.reading_log import KafkaReadingLog
from services.ingest.settings import IngestSettings
from shared.kit.kafka.producer import Producer
from shared.kit.postgres import Database


def documents() -> dict[str, dict[str, Any]]:
    """Service -> its OpenAPI document. Nothing is connected to."""
    return asyncio.run(_documents())


async def _documents() -> dict[str, dict[str, Any]]:
    settings = EvaluatorSettings()
    db = await Database.open(settings.database_url, application="contracts")
    producer = Producer(settings.kafka, "contracts")
    async with httpx.AsyncClient() as client:
        apps = {
            "ingest": _ingest(db, producer),
            "evaluator": evaluator.http_app(
                evaluator.parts_on(db, producer, settings), _nothing_missing
            ),
            "alerts": alerts.http_app(
                alerts.parts_on(db, AlertsSettings(), client, producer), _nothing_missing
            ),
        }
    await db.close()
    return {name: app.openapi() for name, app in apps.items()}


def _ingest(db: Database, producer: Producer) -> FastAPI:
    settings = IngestSettings()
    publication = Publication(db, producer)
    ports = ingest.Ports(
        store=PostgresCatalogue(db, publication),
        keys=PostgresKeys(db, publication),
        log=KafkaReadingLog(producer),
        wake=publication.wake,
        settled=partial(publication.settled),
    )
    return ingest.http_app(ports, ingest.parts_on(ports, settings), settings, _nothing_missing)


async def _nothing_missing() -> Mapping[str, str | None]:
    return {}
