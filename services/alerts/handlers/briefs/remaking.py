"""Making a brief again as of the same commits, to see whether the same bytes come out."""

from dataclasses import dataclass, replace

from services.alerts.domain.briefs.desking import desk_of
from services.alerts.domain.briefs.document import Language
from services.alerts.domain.briefs.facts import Facts
from services.alerts.domain.briefs.flow import Brief, RefusedError
from services.alerts.handlers.briefs.making import stretch_of, with_desk
from services.alerts.handlers.briefs.parts import BriefParts, editions_of
from services.alerts.handlers.briefs.printing import printed
from services.alerts.ports.briefs import Remade


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaker:
    """Changes nothing that is stored."""

    parts: BriefParts

    async def remake(self, brief: Brief, languages: tuple[Language, ...]) -> Remade:
        """Ask for all its figures again, write and print it; compares files of these languages.

        Raises AskedInVainError, CannotPrintError, Unavailable, and RefusedError for what was never
        made or is a sheet of errata.
        """
        kept = await self.parts.store.revision(brief.id)
        if kept is None or brief.is_errata:
            raise RefusedError("no-draft", "only a brief that was made can be made again")
        known, pages = await self.parts.read(kept)
        facts = await self.parts.sealed(await self._again(known))
        written = await self.parts.scribe.write(facts, brief.languages, editions_of(pages))
        revision = await printed(self.parts, facts, written.pages)
        now = {file.name: file.sha256 for file, _ in revision.files}
        return Remade(
            digest=brief.digest,
            again=facts.digest,
            files=tuple(
                (file.name, file.sha256, now.get(file.name))
                for file in brief.files
                if not file.language or file.language in languages
            ),
        )

    async def _again(self, known: Facts) -> Facts:
        old = known.situation
        since = known.before.commit if known.before else None
        situation = await self.parts.situations.of(
            old.region, old.span.text, commit=old.commit, since=since
        )
        journal = known.desk.journal
        empty = desk_of((), old.region, stretch_of(situation), journal, {})
        facts = replace(known, situation=situation, desk=empty)
        return await with_desk(self.parts, facts, journal)
