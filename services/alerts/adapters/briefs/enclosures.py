"""The files of published briefs, as they go with notices by mail."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from services.alerts.domain.briefs.document import Edition
from services.alerts.domain.briefs.flow import Brief, File
from services.alerts.domain.telling.items import BRIEF_PUBLISHED, hashes_of
from services.alerts.domain.telling.notice import Document
from services.alerts.ports.briefs import BriefStore
from services.alerts.ports.telling import Enclosed

_FORMS = ("pdf", "docx")
_MOST_BYTES = 15 * 1024 * 1024
"""Many mail servers take no more than 20 MB or so, and base64 adds a third."""


class BriefEnclosures:
    """The port Enclosures: PDF and DOCX of the office's edition, as far as a mail has room."""

    def __init__(self, store: BriefStore) -> None:
        self._store = store

    async def of(self, document: Document) -> Sequence[Enclosed]:
        """Only files whose hashes the notice names: no other revision is ever sent."""
        found: list[Enclosed] = []
        room = _MOST_BYTES
        for item in document["firing"]:
            if item["event"] != BRIEF_PUBLISHED:
                continue
            brief = await self._brief(item)
            for file in _of_office(brief, item) if brief else ():
                data = await self._store.data(file.sha256) if file.bytes <= room else None
                if brief is not None and data is not None:
                    room -= len(data)
                    found.append(_enclosed(brief, file, data))
        return found

    async def _brief(self, item: Any) -> Brief | None:
        try:
            listed = await self._store.one(UUID(item["facts"].get("brief", "")))
        except ValueError:
            return None
        return listed.brief if listed else None


def _of_office(brief: Brief, item: Any) -> Iterator[File]:
    named = set(hashes_of(item["facts"]).values())
    for form in _FORMS:
        for file in brief.files:
            is_office = file.form == form and file.edition == Edition.OFFICE.value
            if is_office and file.sha256 in named:
                yield file


def _enclosed(brief: Brief, file: File, data: bytes) -> Enclosed:
    name = f"{brief.region}-{brief.period}-{file.name}".replace("/", "-")
    return Enclosed(name=name, media_type=file.media_type, data=data)
