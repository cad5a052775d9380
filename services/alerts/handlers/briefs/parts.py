"""What all work on briefs stands on, and how a change of one is written down."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.alerts.domain.briefs.document import Edition, Language
from services.alerts.domain.briefs.facts import Facts, Label
from services.alerts.domain.briefs.flow import Brief, Happened
from services.alerts.domain.briefs.schedule import WorkingDays
from services.alerts.domain.briefs.settings import BriefSettings, assigned
from services.alerts.domain.briefs.telling import happened_document
from services.alerts.domain.ladder.places import ancestors
from services.alerts.ports.briefs import (
    BriefStore,
    Change,
    DeskHistory,
    Pages,
    Press,
    Revision,
    Scribe,
    SettingsShelf,
    Situations,
)
from services.alerts.ports.journal import About, Line

DEFAULT = "default"
"""The settings of regions that were given none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefParts:
    """The ports; `encode` makes JSON of an entry's document."""

    store: BriefStore
    shelf: SettingsShelf
    situations: Situations
    history: DeskHistory
    scribe: Scribe
    press: Press
    days: WorkingDays
    encode: Callable[[Mapping[str, object]], str]

    async def chain(self, region: str) -> tuple[str, ...]:
        """The region and those above it, nearest first: as warnings tell, else by its code."""
        return ancestors(region, await self.history.chain(region))

    async def settings_of(self, chain: tuple[str, ...]) -> tuple[BriefSettings, bool]:
        """The settings of a region, and whether they were given to it itself."""
        known = self.shelf.known()
        found = assigned(chain, await self.shelf.assignments())
        if found is None or found[0] not in known:
            return known[DEFAULT], False
        return known[found[0]], found[1]

    async def settings_for(self, brief: Brief) -> BriefSettings:
        """The settings that the brief was begun with; its region's of now where they are gone."""
        found = self.shelf.known().get(brief.settings)
        return found or (await self.settings_of(brief.regions))[0]

    async def read(self, kept: tuple[bytes, bytes]) -> tuple[Facts, Pages]:
        """What was kept of a brief, in a thread: a province's takes most of a second."""
        facts, pages = kept
        return (
            await asyncio.to_thread(self.scribe.facts, facts),
            await asyncio.to_thread(self.scribe.pages, pages),
        )

    async def sealed(self, facts: Facts) -> Facts:
        """The facts with their digest, in a thread as well."""
        return await asyncio.to_thread(self.scribe.sealed, facts)

    def change(
        self,
        happened: Happened,
        *,
        revision: Revision | None = None,
        queue: bool = False,
        token: UUID | None = None,
    ) -> Change:
        """What to write of it, with its line in the journal where it is told of."""
        if happened.did is None:
            return Change(brief=happened.brief, revision=revision, queue=queue, token=token)
        brief = replace(happened.brief, entries=happened.brief.entries + 1)
        line = Line(
            about=About.BRIEF,
            key=brief.id,
            position=brief.entries,
            kind=happened.did.value,
            at=happened.at,
            data=self.encode(happened_document(replace(happened, brief=brief), brief.entries)),
        )
        return Change(brief=brief, lines=(line,), revision=revision, queue=queue, token=token)


def editions(settings: BriefSettings) -> tuple[Edition, ...]:
    """The editions that a brief has by its settings."""
    return (Edition.OFFICE, Edition.PUBLIC) if settings.public else (Edition.OFFICE,)


def editions_of(pages: Pages) -> tuple[Edition, ...]:
    """The editions that pages were written in."""
    return tuple(one for one in Edition if any(edition is one for _, edition in pages))


def in_order(words: tuple[Language, ...]) -> tuple[Language, ...]:
    """Languages once each, Chinese first."""
    return tuple(one for one in Language if one in words)


GDP = Label("地区生产总值（不变价）", "gross regional product at constant prices")
