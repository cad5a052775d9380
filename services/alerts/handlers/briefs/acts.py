"""What people do with briefs: have one made, edit its remarks, approve, return, publish it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.alerts.domain.briefs import flow
from services.alerts.domain.briefs.document import Heading, Language
from services.alerts.domain.briefs.errata import EXPLANATION
from services.alerts.domain.briefs.facts import Facts
from services.alerts.domain.briefs.flow import Brief, Happened, Order, RefusedError
from services.alerts.domain.briefs.numbering import Number, errata_numbered, numbered
from services.alerts.domain.handling import By
from services.alerts.handlers.briefs.errata import printed_sheet
from services.alerts.handlers.briefs.parts import BriefParts, editions_of
from services.alerts.handlers.briefs.printing import printed
from services.alerts.ports.briefs import NumberTakenError, Pages, Revision, number_of

_MOST_DRAWS = 5
Deed = Callable[[Brief], Happened]
"""What becomes of a brief as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefActs:
    """Each act gives the brief as it is afterwards, or raises RefusedError."""

    parts: BriefParts

    async def order(self, fresh: Brief, order: Order, by: By) -> Brief:
        """Have it made, or made anew; `fresh`: the brief where there was none before."""
        async with self.parts.store.work() as work:
            known = await work.one(fresh.id)
            if known is not None:
                known = replace(known, settings=fresh.settings)
            happened = flow.ordered(known, fresh, order, by)
            await work.write(self.parts.change(happened, queue=True))
        return happened.brief

    async def edit(
        self, key: UUID, remarks: Mapping[str, str], expected: int | None, by: By, now: datetime
    ) -> Brief:
        """Its files are made anew with the remarks; raises CannotPrintError."""
        brief = await self._one(key)
        flow.check_revision(brief, expected)
        flow.check_editable(brief)
        said = flow.edited(brief, remarks, brief.files, by, now).brief.remarks
        facts, pages = await self._kept(brief)
        _check_sections(brief, said, pages)
        revision = await self._reprinted(replace(brief, remarks=said), facts, pages)
        files = tuple(file for file, _ in revision.files)
        return await self._write(
            brief, lambda known: flow.edited(known, remarks, files, by, now), revision
        )

    async def approve(
        self, key: UUID, expected: int | None, by: By, now: datetime, comment: str
    ) -> Brief:
        """It may go out; where the settings want it so, it does at once (see `publish`)."""
        brief = await self._one(key)
        flow.check_revision(brief, expected)
        done = await self._write(brief, lambda known: flow.approved(known, by, now, comment))
        if not done.publish_on_approval:
            return done
        return await self.publish(key, None, by, now, "")

    async def give_back(
        self, key: UUID, expected: int | None, by: By, now: datetime, reason: str
    ) -> Brief:
        """It may not go out yet."""
        brief = await self._one(key)
        flow.check_revision(brief, expected)
        return await self._write(brief, lambda known: flow.returned(known, by, now, reason))

    async def publish(
        self, key: UUID, expected: int | None, by: By, now: datetime, comment: str
    ) -> Brief:
        """It gets the next number, and files that bear it; raises CannotPrintError.

        The number is drawn again where another brief was quicker, so that there is no gap. What
        its approval has published already is given as it is.
        """
        brief = await self._one(key)
        flow.check_revision(brief, expected)
        if _went_out(brief):
            return brief
        flow.check_publishable(brief)
        kept = await self._kept(brief)
        await self._check_same(brief, *kept)
        for _ in range(_MOST_DRAWS):
            number, day = await self._next_number(brief, now)
            revision = await self._reprinted(brief, *kept, number.text, day)
            happened = _publishing(number, revision, by, now, comment)
            try:
                return await self._write(brief, happened, revision)
            except NumberTakenError:
                continue
            except RefusedError:
                # Whoever looks after approved ones may have been quicker (see Calendar).
                now_it_is = await self._one(key)
                if not _went_out(now_it_is):
                    raise
                return now_it_is
        raise RefusedError("busy", "other briefs are being published: try again in a moment")

    async def _check_same(self, brief: Brief, facts: Facts, pages: Pages) -> None:
        """Raises RefusedError `rules` where it would be written otherwise than it was approved."""
        if brief.is_errata:
            return
        written = await self.parts.scribe.write(facts, brief.languages, editions_of(pages))
        if dict(written.pages) != dict(pages):
            raise RefusedError(
                "rules",
                "the service writes it otherwise by now than it was approved: return it, have it "
                "made anew, and look at it again",
            )

    async def _one(self, key: UUID) -> Brief:
        found = await self.parts.store.one(key)
        if found is None:
            raise RefusedError("not-found", "there is no such brief")
        return found.brief

    async def _write(self, seen: Brief, happened: Deed, revision: Revision | None = None) -> Brief:
        """In one transaction, unless it has changed since it was seen."""
        async with self.parts.store.work() as work:
            known = await work.one(seen.id)
            if known is None or (known.revision, known.entries) != (seen.revision, seen.entries):
                raise RefusedError("changed", "somebody else has changed it: look at it again")
            change = self.parts.change(happened(known), revision=revision)
            await work.write(change)
        return change.brief

    async def _kept(self, brief: Brief) -> tuple[Facts, Pages]:
        kept = await self.parts.store.revision(brief.id)
        if kept is None:
            raise RefusedError("no-draft", "it has not been made yet")
        return await self.parts.read(kept)

    async def _reprinted(
        self, brief: Brief, facts: Facts, pages: Pages, number: str = "", day: str = ""
    ) -> Revision:
        """The same figures with other remarks, or a number and date."""
        if brief.is_errata:
            return await printed_sheet(self.parts, brief, facts, number=number, date=day)
        facts = replace(facts, remarks=brief.remarks, number=number, date=day)
        facts = await self.parts.sealed(facts)
        written = await self.parts.scribe.write(facts, brief.languages, editions_of(pages))
        if written.findings:
            found = "; ".join(one.zh for one in written.findings)
            raise RefusedError("findings", f"it contradicts itself: {found}")
        return await printed(self.parts, facts, written.pages)

    async def _next_number(self, brief: Brief, now: datetime) -> tuple[Number, str]:
        settings = await self.parts.settings_for(brief)
        day = now.astimezone(ZoneInfo(settings.zone)).date()
        store = self.parts.store
        if brief.corrects is None:
            nth = await store.last_number(brief.region, day.year) + 1
            return numbered(brief.region, day.year, nth, settings.number), day.isoformat()
        corrected = await self._one(brief.corrects)
        sheets = await store.sheets(corrected.id)
        part = sum(one.state is flow.State.PUBLISHED for one in sheets) + 1
        return errata_numbered(number_of(corrected), part), day.isoformat()


def _check_sections(brief: Brief, remarks: Mapping[str, str], pages: Pages) -> None:
    """Raises RefusedError `sections` for remarks that would be printed nowhere."""
    shown = [one.name for page in pages.values() for one in page.blocks if isinstance(one, Heading)]
    names = [EXPLANATION] if brief.is_errata else list(dict.fromkeys(shown))
    known = {*names, *brief.remarks, *(f"{name}.{word}" for name in names for word in Language)}
    if odd := sorted(set(remarks) - known):
        raise RefusedError(
            "sections", f"it has no section {', '.join(odd)}; it has {', '.join(names)}"
        )


def _went_out(brief: Brief) -> bool:
    """Whether its approval has published it already."""
    return brief.publish_on_approval and brief.state is flow.State.PUBLISHED


def _publishing(number: Number, revision: Revision, by: By, now: datetime, comment: str) -> Deed:
    files = tuple(file for file, _ in revision.files)

    def happened(known: Brief) -> Happened:
        return flow.published(known, number, files, by, now, comment)

    return happened
