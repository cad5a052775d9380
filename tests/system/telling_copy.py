"""A copy of the part of alerts that tells, as a process of its own that can be killed."""

import asyncio
import multiprocessing
from multiprocessing.context import ForkServerContext, ForkServerProcess

import httpx

from services.alerts.adapters.archive import PostgresArchive
from services.alerts.settings import AlertsSettings
from services.alerts.wiring import Ground
from services.alerts.wiring.notices import arm
from shared.kit.kafka.producer import Producer
from shared.kit.postgres import Database

_TASKS = ("presence", "journal for telling", "telling", "postmen")


def spawner() -> ForkServerContext:
    """Copies begin in milliseconds: what they import is loaded once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.system.telling_copy"])
    return context


def begin(context: ForkServerContext, url: str) -> ForkServerProcess:
    """A new copy on the database."""
    process = context.Process(target=_run, args=(url,), daemon=True)
    process.start()
    return process


def _run(url: str) -> None:
    asyncio.run(_tell(url))


async def _tell(url: str) -> None:
    settings = AlertsSettings(database_url=url)
    db = await Database.open(url, application="a copy that tells", pool_size=8)
    async with httpx.AsyncClient(follow_redirects=False, timeout=10) as client:
        ground = Ground(
            db=db,
            settings=settings,
            producer=Producer(settings.kafka, "unused"),
            client=client,
            archive=PostgresArchive(db),
            word=lambda: None,
        )
        tasks, stopping = arm(ground).tasks, asyncio.Event()
        await asyncio.gather(*(tasks[name](stopping) for name in _TASKS))
