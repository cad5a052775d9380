"""The finished files of a brief: every form of every page, and all figures as JSON."""

import asyncio
import hashlib

from services.alerts.domain.briefs import flow
from services.alerts.domain.briefs.document import Language
from services.alerts.domain.briefs.facts import Facts, Label
from services.alerts.domain.briefs.flow import Brief, File
from services.alerts.handlers.briefs.parts import BriefParts
from services.alerts.ports.briefs import Pages, Revision, Say

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}


def title_of(pages: Pages, brief: Brief) -> Label:
    """The title in both languages; in one of them where the brief has but that."""
    titles = {language: page.title for (language, _), page in pages.items()}
    either = next(iter(titles.values()), brief.period)
    return Label(titles.get(Language.ZH, either), titles.get(Language.EN, either))


async def printed(
    parts: BriefParts, facts: Facts, pages: Pages, say: Say | None = None, *, errata: bool = False
) -> Revision:
    """All forms of the pages, and the JSON file of all figures; `say` is told how far that is."""
    keeping = asyncio.create_task(asyncio.to_thread(_kept, parts, facts, pages))
    try:
        forms = await parts.press.forms(pages, say or _silent)
    finally:
        await asyncio.wait([keeping])
    kept, shown, whole = keeping.result()
    files = [
        _file(
            flow.name_of(language, edition, form, errata=errata),
            form,
            (language.value, edition.value),
            data,
        )
        for (language, edition, form), data in forms.items()
    ]
    files.append(_file(f"{'errata' if errata else 'brief'}.json", "json", ("", ""), whole))
    ordered = tuple(sorted(files, key=lambda one: one[0].name))
    return Revision(facts=kept, pages=shown, files=ordered)


def _kept(parts: BriefParts, facts: Facts, pages: Pages) -> tuple[bytes, bytes, bytes]:
    """Facts, pages and the file of all figures: megabytes, beside the loop."""
    kept, shown = parts.scribe.keep(facts, pages)
    return kept, shown, parts.scribe.figures(kept, shown)


def _silent(_step: str, _done: int, _whole: int) -> None:
    """Nobody watches."""


def _file(name: str, form: str, of: tuple[str, str], data: bytes) -> tuple[File, bytes]:
    file = File(
        name=name,
        form=form,
        language=of[0],
        edition=of[1],
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=MEDIA.get(form, "application/octet-stream"),
    )
    return file, data
