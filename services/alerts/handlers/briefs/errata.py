"""Errata: published briefs held against the figures of now, and the sheets that come of it."""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Protocol
from uuid import UUID

from services.alerts.domain.briefs.document import Document, Edition, Language
from services.alerts.domain.briefs.errata import (
    EXPLANATION,
    Changed,
    Sheeted,
    changes,
    for_public,
    renewed,
    sheet,
)
from services.alerts.domain.briefs.facts import Facts, Label
from services.alerts.domain.briefs.flow import (
    ERRATA,
    Brief,
    Happened,
    Order,
    Outcome,
    State,
    errata_id,
)
from services.alerts.handlers.briefs.parts import BriefParts
from services.alerts.handlers.briefs.printing import printed
from services.alerts.ports.briefs import (
    AskedInVainError,
    CannotPrintError,
    Pages,
    Revision,
    number_of,
)

log = logging.getLogger(__name__)

_UNCHECKED = {"action": "brief_unchecked"}


class Saying(Protocol):
    """Told how far the making is."""

    async def say(self, step: str) -> None:
        """This step begins."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A published brief held against other figures: what differs, and the facts of now.

    public: what differs in the edition for the public, as that prints it.
    """

    facts: Facts
    found: tuple[Changed, ...] = ()
    public: tuple[Changed, ...] = ()


async def held(parts: BriefParts, brief: Brief, commit: int) -> Held:
    """The brief, as corrected so far, against the figures as of the commit.

    Both are written now, by the same rules, so that nothing differs but for its figures.
    """
    last = await _last_facts(parts, brief)
    since = last.before.commit if last.before else None
    now = await parts.situations.of(brief.region, brief.period, commit=commit, since=since)
    facts = renewed(last, now)
    if facts == last:
        return Held(facts=facts)
    shown = tuple(Edition) if brief.public else (Edition.OFFICE,)
    old = await parts.scribe.write(last, brief.languages, shown)
    new = await parts.scribe.write(facts, brief.languages, shown)
    office, public = (
        (_by_language(old.pages, edition), _by_language(new.pages, edition)) for edition in Edition
    )
    return Held(facts=facts, found=changes(*office), public=for_public(*public))


async def errata_of(
    parts: BriefParts, one: Brief, saying: Saying
) -> tuple[Outcome, Revision | None]:
    """Make a sheet, or make its draft anew."""
    await saying.say("figures")
    corrected = await _corrected(parts, one)
    commit = one.order.commit
    commit = await parts.situations.newest() if commit is None else commit
    found = await held(parts, corrected, commit)
    outcome = Outcome(
        name=corrected.name,
        regions=corrected.regions,
        title=_title(corrected),
        languages=corrected.languages,
        commit=commit,
        journal=corrected.journal or 0,
        digest=(await parts.sealed(found.facts)).digest,
        second_person=corrected.second_person,
        publish_on_approval=corrected.publish_on_approval,
        # Where the public was told nothing that is wrong there is no sheet for it.
        public=bool(found.public),
        changes=found.found,
        public_changes=found.public,
    )
    if not found.found:
        return replace(outcome, findings=(_NOTHING,)), None
    await saying.say("printing")
    revision = await printed_sheet(
        parts, replace(one, changes=found.found, public_changes=found.public), found.facts
    )
    return replace(outcome, files=tuple(file for file, _ in revision.files)), revision


_NOTHING = Label(
    "与已发布文本相比，已无不同数据", "no figure differs from what was published any more"
)


async def printed_sheet(
    parts: BriefParts,
    one: Brief,
    facts: Facts,
    *,
    number: str = "",
    date: str = "",
) -> Revision:
    """The pages and files of a sheet of errata; without a number it is a draft."""
    found = {Edition.OFFICE: one.changes, Edition.PUBLIC: one.public_changes}
    corrected = await _corrected(parts, one)
    kept = await parts.store.revision(corrected.id)
    pages = parts.scribe.pages(kept[1]) if kept else {}
    said = Sheeted(
        corrected=number_of(corrected).text,
        number=number,
        date=date,
        explanation=one.remarks.get(EXPLANATION, ""),
        digest=(await parts.sealed(facts)).digest,
    )
    sheets: Pages = {
        (language, edition): sheet(page, found[edition], said, language)
        for (language, edition), page in pages.items()
        if found[edition]
    }
    return await printed(parts, facts, sheets, errata=True)


async def _corrected(parts: BriefParts, one: Brief) -> Brief:
    found = await parts.store.one(one.corrects) if one.corrects else None
    if found is None:
        raise CannotPrintError(Label("找不到所更正的文本", "what it corrects is not there"))
    return found.brief


async def _last_facts(parts: BriefParts, brief: Brief) -> Facts:
    """Those of the last sheet that was published, or of the brief itself."""
    sheets = await parts.store.sheets(brief.id)
    last = next((one for one in reversed(sheets) if one.state is State.PUBLISHED), brief)
    kept = await parts.store.revision(last.id)
    if kept is None:
        raise CannotPrintError(Label("找不到已发布的数据", "its figures are not there"))
    return await asyncio.to_thread(parts.scribe.facts, kept[0])


def _by_language(pages: Pages, edition: Edition) -> dict[Language, Document]:
    return {language: page for (language, one), page in pages.items() if one is edition}


def _title(corrected: Brief) -> Label:
    return Label(f"{corrected.title.zh}勘误表", f"{corrected.title.en}: errata")


class _Does(Enum):
    """What is to be done about a published brief."""

    NOTHING = "nothing"
    ASK = "ask"
    LATER = "later"


def _does(standing: Brief | None, found: tuple[Changed, ...]) -> _Does:
    """`standing`: the sheet that is not published, as it is at this instant."""
    if standing is None:
        return _Does.ASK if found else _Does.NOTHING
    if standing.state is State.DRAFT:
        return _Does.NOTHING if standing.changes == found else _Does.ASK
    if standing.state is State.STOPPED:
        # Without a change it says so already; with the same ones it could not be printed.
        return _Does.ASK if found or standing.changes else _Does.NOTHING
    is_said = standing.state is State.APPROVED and standing.changes == found
    return _Does.NOTHING if is_said else _Does.LATER


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrector:
    """Looks whether what was published still holds; a bounded number of briefs at a time."""

    parts: BriefParts
    at_once: int = 6

    async def round(self, commit: int, since: datetime, now: datetime) -> int:
        """Look at those looked at longest ago; how many sheets were asked for."""
        asked = 0
        store = self.parts.store
        for brief in await store.unchecked(commit, since, limit=self.at_once):
            try:
                found = await held(self.parts, brief, commit)
                does = await self._ask(brief, found.found, commit, now)
            except (AskedInVainError, CannotPrintError) as error:
                log.warning("%s cannot be checked: %s", brief.id, error, extra=_UNCHECKED)
                does = _Does.NOTHING
            except ConnectionError:
                raise
            except Exception:
                # One that cannot be read any more must not keep all others from being looked at.
                log.exception("%s cannot be checked", brief.id, extra=_UNCHECKED)
                does = _Does.NOTHING
            asked += does is _Does.ASK
            # While a sheet is in people's hands what came meanwhile has to wait, and is not lost.
            await store.checked(brief.id, commit - (does is _Does.LATER), now)
        return asked

    async def _ask(
        self, brief: Brief, found: tuple[Changed, ...], commit: int, now: datetime
    ) -> _Does:
        """A new sheet, or the draft of one anew; nothing where it says the same already."""
        sheets = await self.parts.store.sheets(brief.id)
        standing = next((one for one in sheets if one.state is not State.PUBLISHED), None)
        part = sum(one.state is State.PUBLISHED for one in sheets) + 1
        fresh = standing or _fresh(brief, errata_id(brief.id, part), now)
        async with self.parts.store.work() as work:
            known = await work.one(fresh.id)
            does = _does(known, found)
            if does is _Does.ASK:
                order = Order(commit=commit)
                made = replace(known or fresh, state=State.MAKING, order=order, try_at=None)
                quietly = Happened(brief=made, did=None, at=now)
                await work.write(self.parts.change(quietly, queue=True))
        return does


def _fresh(brief: Brief, key: UUID, now: datetime) -> Brief:
    return Brief(
        id=key,
        region=brief.region,
        name=brief.name,
        regions=brief.regions,
        period=brief.period,
        kind=ERRATA,
        settings=brief.settings,
        state=State.MAKING,
        created_at=now,
        languages=brief.languages,
        title=_title(brief),
        corrects=brief.id,
    )
