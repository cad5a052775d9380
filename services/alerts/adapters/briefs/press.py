"""The press: all forms of a brief in processes of their own, as many at a time as there are cores.

The libraries that set and draw are loaded by the processes alone, once, and never by the service.
"""

import asyncio
import gc
import multiprocessing
import multiprocessing.forkserver
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from multiprocessing.context import BaseContext
from time import process_time
from typing import Any

from services.alerts.domain.briefs.document import Chart, Document, Edition, Language
from services.alerts.domain.briefs.facts import Label
from services.alerts.ports.briefs import CannotPrintError, Key, Pages, Say
from shared.kit.metrics import counter

_COST = counter(
    "qingyu_alerts_brief_form_cpu_seconds_total",
    "processor time of pictures and forms of briefs in their processes",
    ("form",),
)
_JOBS = "services.alerts.adapters.briefs.press_jobs"
_NEEDS: Mapping[str, str | None] = {"xlsx": None, "pdf": "svg", "docx": "png", "html": "svg"}
"""Forms, and the pictures they show; the longest work comes first."""

_Drawings = Mapping[Chart, asyncio.Future[Mapping[str, bytes]]]


class ProcessPress:
    """The port Press with worker processes that live as long as one brief is printed."""

    def __init__(self, workers: int = 2) -> None:
        """`workers` processes, each of which takes about 300 MB while it works."""
        self._workers = workers
        self._one = asyncio.Lock()

    def get_ready(self) -> None:
        """The libraries are loaded meanwhile; another call is nothing."""
        _context()
        multiprocessing.forkserver.ensure_running()

    async def forms(self, pages: Pages, say: Say) -> Mapping[Key, bytes]:
        """All forms of all pages, one brief at a time; raises CannotPrintError."""
        async with self._one:
            pool = await asyncio.to_thread(self._opened)
            try:
                return await _Run(pool=pool, pages=pages, say=say).forms()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _opened(self) -> ProcessPoolExecutor:
        """A pool whose processes are there: a fork of one that has loaded everything."""
        pool = ProcessPoolExecutor(self._workers, mp_context=_context(), initializer=_begin)
        try:
            with _explained("fonts"):
                pool.submit(_work, "opened", ()).result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return pool


def _context() -> BaseContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_JOBS])
    return context


def _begin() -> None:
    """In a new worker process, which makes a million objects, and lives for seconds only."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def _work(job: str, given: Sequence[Any]) -> tuple[Any, float]:
    """In a worker process; the name stands for a function that the service does not load.

    Returns what it makes, and the processor time that this took.
    """
    began = process_time()
    made = getattr(import_module(_JOBS), job)(*given)
    return made, process_time() - began


@dataclass(slots=True, kw_only=True)
class _Run:
    """One brief on its way through the press."""

    pool: ProcessPoolExecutor
    pages: Pages
    say: Say
    done: int = 0
    whole: int = 0
    made: dict[Key, bytes] = field(default_factory=dict)

    async def forms(self) -> Mapping[Key, bytes]:
        """Pictures first, as most forms wait for them; the longest forms next."""
        charts = dict.fromkeys(
            chart
            for page in self.pages.values()
            for chart in page.blocks
            if isinstance(chart, Chart)
        )
        keys = [(*page, form) for form in _NEEDS for page in self.pages]
        self.whole = len(charts) + len(keys)
        drawings = {one: asyncio.ensure_future(self._pictures(one)) for one in charts}
        tasks = [asyncio.ensure_future(self._form(key, drawings)) for key in keys]
        try:
            made = await asyncio.gather(*tasks)
        finally:
            for task in (*drawings.values(), *tasks):
                task.cancel()
            await asyncio.gather(*drawings.values(), *tasks, return_exceptions=True)
        return dict(sorted(zip(keys, made, strict=True)))

    async def _pictures(self, chart: Chart) -> Mapping[str, bytes]:
        made = await self._job(chart.name, "pictures", "pictures", chart)
        return dict(made)

    async def _form(self, key: Key, drawings: _Drawings) -> bytes:
        language, edition, form = key
        page = self.pages[language, edition]
        pictures = await _shown(page, _NEEDS[form], drawings)
        # Sheets may have many thousand rows: only the form that shows them is sent them.
        slim = page if form == "xlsx" else replace(page, sheets=())
        name = _name(language, edition, form)
        return bytes(await self._job(name, form, "form", form, slim, pictures))

    async def _job(self, name: str, kind: str, job: str, *given: Any) -> Any:
        loop = asyncio.get_running_loop()
        with _explained(name):
            made, seconds = await loop.run_in_executor(self.pool, _work, job, given)
        _COST.labels(kind).inc(seconds)
        self.done += 1
        self.say(name, self.done, self.whole)
        return made


async def _shown(page: Document, form: str | None, drawings: _Drawings) -> dict[str, bytes]:
    if form is None:
        return {}
    charts = [block for block in page.blocks if isinstance(block, Chart)]
    return {chart.name: (await asyncio.shield(drawings[chart]))[form] for chart in charts}


def _name(language: Language, edition: Edition, form: str) -> str:
    return f"{'public' if edition is Edition.PUBLIC else 'brief'}.{language}.{form}"


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """What went wrong in a process, in the words of those who wait for the file."""
    try:
        yield
    except BrokenProcessPool as error:
        raise CannotPrintError(
            Label(
                f"制作“{name}”的进程意外终止（可能内存不足），请稍后重试。",
                f"The process making {name} ended early, perhaps for want of memory: try again.",
            )
        ) from error
    except Exception as error:
        raise CannotPrintError(
            Label(f"无法制作“{name}”：{error}", f"{name} cannot be made: {error}")
        ) from error
