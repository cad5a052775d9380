"""The evaluator's copy of the catalogue, kept up to date from its topic."""

import asyncio
import gc
import logging

from services.evaluator.handlers.rulebook import Rulebook
from shared.contracts.catalogue import CatalogueReader
from shared.contracts.errors import UnreadableError
from shared.kit.kafka.compacted import CompactedReader
from shared.kit.kafka.records import Record
from shared.kit.metrics import gauge

log = logging.getLogger(__name__)

_VERSION = gauge("qingyu_evaluator_catalogue_version", "the catalogue version in use")


class CatalogueFollower:
    """Feeds the rulebook; while old records are read, only the last version is taken over."""

    def __init__(self, reader: CompactedReader, rulebook: Rulebook) -> None:
        """`reader`: of the topic `catalogue.v1`."""
        self._reader = reader
        self._rulebook = rulebook
        self._catalogue = CatalogueReader()
        self.caught_up = asyncio.Event()

    @property
    def problem(self) -> str | None:
        """What is wrong at present, None if nothing is."""
        return self._reader.problem

    async def run(self, stopping: asyncio.Event) -> None:
        """Follow the topic until told to stop."""
        await self._reader.run(stopping, self._learn, self._caught_up)

    def _learn(self, record: Record) -> None:
        try:
            complete = self._catalogue.feed(record.key, record.value)
        except UnreadableError as error:
            log.error(  # noqa: TRY400 - the reason says it all
                "a record of the catalogue was not understood: %s",
                error,
                extra={"action": "bad_catalogue", "offset": record.offset},
            )
            return
        if complete and self._reader.caught_up:
            self._take_over()

    def _caught_up(self) -> None:
        self._take_over()
        self.caught_up.set()

    def _take_over(self) -> None:
        if self._catalogue.catalogue.version > self._rulebook.version:
            self._rulebook.update(self._catalogue.catalogue)
            # Millions of objects that stay for good: the collector of cycles would stop everything
            # for seconds to look through them again and again.
            gc.freeze()
            _VERSION.set(self._rulebook.version)
            log.info(
                "catalogue version %d in use",
                self._rulebook.version,
                extra={"action": "catalogue_in_use"},
            )
