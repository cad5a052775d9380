"""Writing briefs beside the loop, and keeping what they are made of as canonical JSON."""

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from services.alerts.adapters.briefs import facts_codec
from services.alerts.adapters.briefs.pages_codec import decode_pages, encode_pages
from services.alerts.domain.briefs.document import Document, Edition, Language
from services.alerts.domain.briefs.facts import Facts, Label
from services.alerts.ports.briefs import Pages, Written

Writes = Callable[[Facts, Language, Edition], Document]
Checks = Callable[[Facts, Pages], Sequence[Label]]
_FORM = 1
_FIGURES = msgspec.json.Encoder(order="deterministic")
_DIGEST = msgspec.json.Decoder(dict[str, msgspec.Raw])


class LocalScribe:
    """The port Scribe in this process: rules of phrases, and an independent reader."""

    def __init__(self, write: Writes, check: Checks) -> None:
        """`write` makes a page of facts; `check` reads the pages and says what is wrong."""
        self._write = write
        self._check = check

    def sealed(self, facts: Facts) -> Facts:
        """By the codec."""
        return facts_codec.sealed(facts)

    async def write(
        self, facts: Facts, languages: Sequence[Language], editions: Sequence[Edition]
    ) -> Written:
        """In a thread: a province takes a second or two."""
        return await asyncio.to_thread(self._written, facts, tuple(languages), tuple(editions))

    def _written(
        self, facts: Facts, languages: tuple[Language, ...], editions: tuple[Edition, ...]
    ) -> Written:
        pages = {
            (language, edition): self._write(facts, language, edition)
            for language in languages
            for edition in editions
        }
        return Written(pages=pages, findings=tuple(self._check(facts, pages)))

    def keep(self, facts: Facts, pages: Pages) -> tuple[bytes, bytes]:
        """The same bytes for the same facts and pages."""
        return facts_codec.encode(facts), encode_pages(pages)

    def facts(self, kept: bytes) -> Facts:
        """By the codec."""
        return facts_codec.facts_of(kept)

    def pages(self, kept: bytes) -> Pages:
        """By the codec."""
        return decode_pages(kept)

    def page(self, kept: bytes, language: Language, edition: Edition) -> bytes | None:
        """As it was kept."""
        found = _DIGEST.decode(kept).get(f"{language.value}.{edition.value}")
        return None if found is None else bytes(found)

    def figures(self, facts: bytes, pages: bytes) -> bytes:
        """Facts, the office's pages by language, and the digest of the facts."""
        shown = _DIGEST.decode(pages)
        office = f".{Edition.OFFICE.value}"
        return _FIGURES.encode(
            {
                "form": _FORM,
                "digest": _DIGEST.decode(facts)["digest"],
                "facts": msgspec.Raw(facts),
                "documents": {
                    name.removesuffix(office): page
                    for name, page in shown.items()
                    if name.endswith(office)
                },
            }
        )
