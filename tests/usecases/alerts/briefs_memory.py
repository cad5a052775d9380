"""The ports of briefs in memory: a store, figures that can be set, a press that prints plainly."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.alerts.adapters.briefs import settings_files
from services.alerts.adapters.briefs.pages_codec import encode_pages
from services.alerts.domain.briefs.desking import Entry
from services.alerts.domain.briefs.facts import Before, Label, Situation
from services.alerts.domain.briefs.flow import Brief, State
from services.alerts.domain.briefs.schedule import latest_before
from services.alerts.domain.briefs.settings import BriefSettings
from services.alerts.domain.selection import Sight
from services.alerts.ports.briefs import (
    AskedInVainError,
    BriefFilter,
    CannotPrintError,
    Change,
    Claimed,
    ClaimLostError,
    Key,
    Listed,
    NumberTakenError,
    Pages,
    Progress,
    Say,
    before_of,
)
from services.alerts.ports.journal import Line
from shared.kit.errors import Unavailable


@dataclass(slots=True)
class Turn:
    """A brief to be made."""

    token: UUID | None = None
    until: datetime | None = None
    next_at: datetime | None = None
    attempts: int = 0
    progress: Progress = field(default_factory=lambda: Progress(step="queued", done=0, whole=0))


class MemoryBriefs:
    """The ports BriefStore and BriefWork."""

    def __init__(self) -> None:
        self.briefs: dict[UUID, Brief] = {}
        self.turns: dict[UUID, Turn] = {}
        self.revisions: dict[UUID, tuple[bytes, bytes]] = {}
        self.files: dict[str, bytes] = {}
        self.journal: list[Line] = []
        self.checks: dict[UUID, tuple[int, datetime]] = {}

    @asynccontextmanager
    async def work(self) -> AsyncIterator["MemoryBriefs._Work"]:
        """All at once, or nothing."""
        kept = (dict(self.briefs), dict(self.turns), dict(self.revisions), list(self.journal))
        try:
            yield MemoryBriefs._Work(self)
        except BaseException:
            self.briefs, self.turns, self.revisions, self.journal = kept
            raise

    class _Work:
        def __init__(self, store: "MemoryBriefs") -> None:
            self._store = store

        async def one(self, key: UUID) -> Brief | None:
            """The brief."""
            return self._store.briefs.get(key)

        async def write(self, change: Change) -> None:
            """As the real one refuses."""
            store, brief = self._store, change.brief
            known = store.briefs.get(brief.id)
            assert known is None or known.state is not State.PUBLISHED, "published ones stay"
            if change.token is not None:
                turn = store.turns.get(brief.id)
                if turn is None or turn.token != change.token:
                    raise ClaimLostError(str(brief.id))
                del store.turns[brief.id]
            number = brief.number
            last = await store.last_number(brief.region, number.year) if number else 0
            if number is not None and not number.part and last + 1 != number.nth:
                raise NumberTakenError(number.text)
            store.briefs[brief.id] = brief
            if change.revision is not None:
                store.revisions[brief.id] = (change.revision.facts, change.revision.pages)
                store.files |= {file.sha256: data for file, data in change.revision.files}
            if change.queue:
                store.turns.setdefault(brief.id, Turn())
            store.journal.extend(change.lines)

    async def find(
        self, sight: Sight, wanted: BriefFilter, *, limit: int, below: int | None
    ) -> Sequence[Listed]:
        """The newest first."""
        found = [
            one
            for one in reversed(self._all())
            if (
                sight.everything
                or f"region:{one.brief.region}" in sight.subjects
                or set(one.brief.regions) & set(sight.regions)
            )
            and wanted.region in {None, *one.brief.regions}
            and wanted.period in {None, one.brief.period}
            and wanted.state in {None, one.brief.state}
            and wanted.is_public in {None, one.brief.public}
            and (below is None or one.place < below)
        ]
        return found[:limit]

    def _all(self) -> list[Listed]:
        return [
            Listed(
                brief=brief,
                place=place,
                sheets=tuple(
                    (one.id, one.state is State.PUBLISHED)
                    for one in self.briefs.values()
                    if one.corrects == brief.id
                ),
                progress=self.turns[brief.id].progress if brief.id in self.turns else None,
            )
            for place, brief in enumerate(self.briefs.values(), 1)
        ]

    async def one(self, key: UUID) -> Listed | None:
        """One brief."""
        return next((one for one in self._all() if one.brief.id == key), None)

    async def numbered(self, address: str) -> Listed | None:
        """By its address."""
        return next(
            (
                one
                for one in self._all()
                if one.brief.number and one.brief.number.address == address
            ),
            None,
        )

    async def public(self, *, limit: int, below: int | None) -> Sequence[Listed]:
        """The newest first."""
        found = [
            one
            for one in reversed(self._all())
            if one.brief.public
            and one.brief.state is State.PUBLISHED
            and (below is None or one.place < below)
        ]
        return found[:limit]

    async def revision(self, key: UUID) -> tuple[bytes, bytes] | None:
        """The newest one."""
        return self.revisions.get(key)

    async def data(self, sha256: str) -> bytes | None:
        """The bytes of a file."""
        return self.files.get(sha256)

    async def before(self, region: str, period: str, upto: int) -> Before | None:
        """In the order of the journal; ids are places in it."""
        out = {
            brief.period: brief
            for line in self.journal[:upto]
            if line.kind == "published"
            and (brief := self.briefs[line.key]).region == region
            and not brief.is_errata
        }
        found = latest_before(period, sorted(out))
        return before_of(out[found]) if found else None

    async def last_number(self, region: str, year: int) -> int:
        """0 without any."""
        return max(
            (
                one.number.nth
                for one in self.briefs.values()
                if one.number and (one.number.region, one.number.year) == (region, year)
            ),
            default=0,
        )

    async def known(self, keys: Sequence[UUID]) -> frozenset[UUID]:
        """Which exist."""
        return frozenset(keys) & self.briefs.keys()

    async def due(self, now: datetime, newest: int, *, limit: int) -> Sequence[Brief]:
        """Those due first."""
        found = [
            (one.try_at, str(one.id), one)
            for one in self.briefs.values()
            if one.try_at
            and one.try_at <= now
            and (
                one.state is State.WAITING
                or (
                    one.state is State.STOPPED
                    and one.order.commit is None
                    and (one.commit or 0) < newest
                )
            )
        ]
        return [one for _, _, one in sorted(found, key=lambda each: each[:2])][:limit]

    async def unchecked(self, commit: int, since: datetime, *, limit: int) -> Sequence[Brief]:
        """The one looked at longest ago first."""
        found = [
            one
            for one in self.briefs.values()
            if one.state is State.PUBLISHED
            and not one.is_errata
            and one.published_at
            and one.published_at >= since
            and self.checks.get(one.id, (0, since))[0] < commit
        ]
        found.sort(key=lambda one: self.checks[one.id][1] if one.id in self.checks else since)
        return found[:limit]

    async def checked(self, key: UUID, commit: int, at: datetime) -> None:
        """Noted."""
        self.checks[key] = (commit, at)

    async def sheets(self, key: UUID) -> Sequence[Brief]:
        """The oldest first."""
        return [one for one in self.briefs.values() if one.corrects == key]

    async def history(self, key: UUID) -> Sequence[tuple[int, bytes]]:
        """In the order of the journal."""
        lines = enumerate(self.journal, 1)
        return [(nth, line.data.encode()) for nth, line in lines if line.key == key]

    async def claim(self, now: datetime, until: datetime, token: UUID) -> Claimed | None:
        """The first that is free: somebody's before the calendar's."""
        for key, turn in sorted(
            self.turns.items(), key=lambda one: self.briefs[one[0]].editor is None
        ):
            if (turn.until is None or turn.until <= now) and (
                turn.next_at is None or turn.next_at <= now
            ):
                turn.token, turn.until = token, until
                turn.attempts += 1
                return Claimed(brief=self.briefs[key], token=token, attempt=turn.attempts)
        return None

    async def progress(self, key: UUID, token: UUID, progress: Progress, until: datetime) -> None:
        """Only with the claim."""
        turn = self.turns.get(key)
        if turn is None or turn.token != token:
            raise ClaimLostError(str(key))
        turn.progress, turn.until = progress, until

    async def put_off(
        self, key: UUID, token: UUID, progress: Progress, at: datetime, *, is_attempt: bool = True
    ) -> None:
        """Free again, later."""
        turn = self.turns.get(key)
        if turn is not None and turn.token == token:
            turn.attempts -= not is_attempt
            turn.progress, turn.next_at, turn.token, turn.until = progress, at, None, None

    async def counts(self) -> Mapping[State, int]:
        """By state."""
        return {state: sum(one.state is state for one in self.briefs.values()) for state in State}


class MemoryShelf:
    """The port SettingsShelf: the shipped files; `change` gives one other values."""

    def __init__(self) -> None:
        self.files = dict(settings_files.shipped())
        self.given: dict[str, str] = {}

    def known(self) -> Mapping[str, BriefSettings]:
        """All of them."""
        return self.files

    async def assignments(self) -> Mapping[str, str]:
        """Region -> name."""
        return dict(self.given)

    async def assign(self, region: str, name: str, _by: str, _at: datetime, /) -> None:
        """From now on."""
        self.given[region] = name


@dataclass(slots=True)
class MemorySituations:
    """The port Situations: figures by region, and from which commit on they are others.

    `make` gives the situation of a region and period as of a commit; None: there is none.
    """

    make: "Figures"
    commit: int = 1
    away: bool = False
    asked: list[tuple[str, str, int, int | None]] = field(default_factory=list)

    async def newest(self) -> int:
        """The newest commit."""
        if self.away:
            raise Unavailable("the evaluator is away")
        return self.commit

    async def knows(self, region: str) -> bool:
        """Whether `make` has figures of any year for it."""
        if self.away:
            raise Unavailable("the evaluator is away")
        return self.make.situation(region, "2026", self.commit) is not None

    async def of(
        self, region: str, period: str, *, commit: int, since: int | None = None
    ) -> Situation:
        """As `make` says."""
        if self.away:
            raise Unavailable("the evaluator is away")
        self.asked.append((region, period, commit, since))
        found = self.make.situation(region, period, commit)
        if found is None:
            raise AskedInVainError(Label("没有此地区", "no such region"))
        return found


class Figures(Protocol):
    """Situations by region, period and commit."""

    def situation(self, region: str, period: str, commit: int) -> Situation | None:
        """None: there is none."""
        ...


@dataclass(slots=True)
class MemoryHistory:
    """The port DeskHistory over entries that a test puts in."""

    store: MemoryBriefs
    told: list[Entry] = field(default_factory=list)
    chains: dict[str, tuple[str, ...]] = field(default_factory=dict)
    on_top: list[str] = field(default_factory=list)

    async def newest(self) -> int:
        """The newest of both."""
        return max([len(self.store.journal), *(one.id for one in self.told)])

    async def entries(self, _region: str, upto: int, /) -> Sequence[Entry]:
        """All of them: the domain leaves out what is not asked for."""
        return [one for one in self.told if one.id <= upto]

    async def chain(self, region: str) -> tuple[str, ...]:
        """As a test says."""
        return self.chains.get(region, ())

    async def tops(self) -> Sequence[str]:
        """As a test says."""
        return self.on_top


class PlainPress:
    """The port Press: every form is the page's JSON with the form's name in front."""

    def __init__(self) -> None:
        self.printed = 0
        self.fails = False

    def get_ready(self) -> None:
        """It always is."""

    async def forms(self, pages: Pages, say: Say) -> Mapping[Key, bytes]:
        """Two forms are enough."""
        if self.fails:
            raise CannotPrintError(Label("印刷失败", "the press is out of order"))
        self.printed += 1
        say("all", 1, 1)
        return {
            (language, edition, form): form.encode()
            + b"\n"
            + encode_pages({(language, edition): page})
            for (language, edition), page in pages.items()
            for form in ("docx", "pdf")
        }


def set_settings(shelf: MemoryShelf, name: str, **values: object) -> None:
    """Give shipped settings other values."""
    shelf.files[name] = replace(shelf.files[name], **values)  # type: ignore[arg-type]
