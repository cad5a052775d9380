"""Looking at groups that are due: gather, decide, write; and giving the digests that are due."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.alerts.domain.suppression.explaining import Suppression
from services.alerts.domain.telling.contacts import Contact, Manners, throttle_of
from services.alerts.domain.telling.deciding import Reason
from services.alerts.domain.telling.flushing import Flushed, Gathered, Member, Verdict, flush
from services.alerts.domain.telling.items import item_of
from services.alerts.domain.telling.notice import Notice, digest_of, made_at, warnings_of
from services.alerts.domain.telling.phonebook import Phonebook
from services.alerts.domain.telling.routes import Route, all_routes
from services.alerts.domain.warning import Warning
from services.alerts.ports.telling import (
    ROUTES,
    Directory,
    Due,
    Holding,
    Hush,
    Judged,
    Letter,
    Renderer,
    Results,
    Telling,
)

_MOMENT = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of a round: groups looked at, reasons given (for or against), notices made."""

    groups: int = 0
    reasons: tuple[tuple[str, Reason], ...] = ()
    letters: int = 0
    held: int = 0


@dataclass(slots=True, kw_only=True)
class _Counts:
    """Notices each contact was given in its present period, counted on while deciding."""

    manners: Manners
    now: datetime
    known: Mapping[str, tuple[datetime, int]]
    fresh: dict[str, tuple[datetime, int]] = field(default_factory=dict)

    def of(self, contact: Contact) -> int:
        begin, told = self.fresh.get(contact.name) or self.known.get(contact.name, (_EPOCH, 0))
        return told if begin == self._begin(contact) else 0

    def add(self, contact: Contact) -> None:
        self.fresh[contact.name] = (self._begin(contact), self.of(contact) + 1)

    def _begin(self, contact: Contact) -> datetime:
        per = throttle_of(contact, self.manners).per
        return _EPOCH + (self.now - _EPOCH) // per * per


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Decides for groups that are due who is told what; several copies share the groups."""

    telling: Telling
    directory: Directory
    hush: Hush
    renderer: Renderer
    manners: Manners
    batch: int = 50

    async def round(self, now: datetime) -> Told:
        """One batch of due groups in one transaction; `groups` is 0 when none was due."""
        ruling = await self.directory.ruling()
        routes = {route.key: route for route in all_routes(ruling.root)}
        book = Phonebook(await self.directory.contacts())
        async with self.telling.work() as work:
            due = await work.due(now, self.batch)
            if not due:
                return Told()
            settled = await work.position(ROUTES) == ruling.version
            keys = {kept.item for one in due for kept in one.members if kept.event is None}
            warnings = await work.warnings(keys)
            muted = await self.hush.of(warnings.values(), now)
            quiet = await self.hush.quiet(now)
            gathered = tuple(_gathered(due, routes, book, warnings, muted, quiet))
            names = {contact.name for one in gathered for contact in one.contacts}
            counts = _Counts(manners=self.manners, now=now, known=await work.lately(names))
            flushed = [self._flush(one, counts) for one in gathered]
            results = self._results(flushed, due, counts)
            await work.write(results if settled else _waiting(results))
        return _told(flushed, results, len(due))

    async def digests(self, now: datetime) -> int:
        """Give a batch of the digests that are due; to how many contacts something was due.

        They say how things stand now, and nothing that was told at once in the meantime.
        """
        contacts = {contact.name: contact for contact in await self.directory.contacts()}
        async with self.telling.work() as work:
            held = await work.held(now, self.batch)
            if not held:
                return 0
            since = min(made_at(one) for documents in held.values() for one in documents)
            told = await work.told_since(held, since)
            keys = {key for documents in held.values() for key in warnings_of(documents)}
            stand = {key: item_of(one) for key, one in (await work.warnings(keys)).items()}
            letters: list[Letter] = []
            for name in filter(contacts.__contains__, held):
                known = {key: at for (who, key), at in told.items() if who == name}
                notice = digest_of(contacts[name], held[name], now, stand, known)
                letters.extend(self.letters(contacts[name], notice) if notice else ())
            await work.write(Results(now=now, letters=tuple(letters)))
        return len(held)

    def letters(self, contact: Contact, notice: Notice) -> Iterator[Letter]:
        """The notice made ready for every address of the contact."""
        for address in contact.addresses:
            rendered = self.renderer.render(contact, address.channel, notice.document)
            yield Letter(
                notice=notice, address=address.key, channel=address.channel, rendered=rendered
            )

    def _flush(self, gathered: Gathered, counts: _Counts) -> Flushed:
        recent = {contact.name: counts.of(contact) for contact in gathered.contacts}
        flushed = flush(gathered, self.manners, recent, counts.now)
        for verdict in flushed.verdicts:
            if verdict.notice and verdict.held_until is None:
                counts.add(verdict.contact)
        return flushed

    def _results(self, flushed: Sequence[Flushed], due: Sequence[Due], counts: _Counts) -> Results:
        verdicts = [(one, verdict) for one in flushed for verdict in one.verdicts]
        known = {one.group.id for one in flushed}
        return Results(
            now=counts.now,
            due={one.group.id: one.due_at for one in flushed},
            over={one.group.id: one.over for one in flushed if one.over},
            gone=frozenset(one.group.id for one in due if one.group.id not in known),
            judged=tuple(_judged(one, verdict) for one, verdict in verdicts),
            letters=tuple(
                letter
                for _, verdict in verdicts
                if verdict.notice and verdict.held_until is None
                for letter in self.letters(verdict.contact, verdict.notice)
            ),
            held=tuple(
                Holding(
                    contact=verdict.contact.name,
                    due_at=verdict.held_until,
                    document=verdict.notice.document,
                )
                for _, verdict in verdicts
                if verdict.notice and verdict.held_until is not None
            ),
            lately=counts.fresh,
        )


def _waiting(results: Results) -> Results:
    """Groups of unknown routes are kept until what is in them has been moved to other ones."""
    soon = dict.fromkeys(results.gone, results.now + _MOMENT)
    return replace(results, gone=frozenset(), due={**results.due, **soon})


def _gathered(
    due: Sequence[Due],
    routes: Mapping[str, Route],
    book: Phonebook,
    warnings: Mapping[UUID, Warning],
    muted: Mapping[UUID, Suppression],
    quiet: frozenset[str],
) -> Iterator[Gathered]:
    whys = {key: why_muted(suppression) for key, suppression in muted.items()}
    for one in due:
        route = routes.get(one.group.route)
        if route is None:
            continue  # such a route is no longer there: what was in the group sits elsewhere now
        members = tuple(_members(one, warnings))
        yield Gathered(
            group=one.group,
            route=route,
            members=members,
            last=one.last,
            contacts=book.reached(one.group.receiver, [member.item for member in members]),
            muted=whys,
            quiet=is_quiet(route, quiet),
        )


def _members(due: Due, warnings: Mapping[UUID, Warning]) -> Iterator[Member]:
    for kept in due.members:
        item = kept.event
        if item is None and kept.item in warnings:
            item = item_of(warnings[kept.item])
        if item is not None:
            yield Member(item=item, holds=kept.holds, level=kept.level)


def is_quiet(route: Route, quiet: frozenset[str]) -> bool:
    """Whether the route tells nothing now, `quiet` being the names of the times that are now."""
    return bool(quiet & set(route.quiet)) or bool(route.active and not quiet & set(route.active))


def why_muted(suppression: Suppression) -> str:
    """The explanation in one line."""
    return f"{suppression.by} {suppression.id} ({suppression.owner}): {suppression.reason}"


def _judged(flushed: Flushed, verdict: Verdict) -> Judged:
    return Judged(
        group=flushed.group.id,
        contact=verdict.contact.name,
        last=verdict.last,
        decision=verdict.decision,
        muted=verdict.muted,
    )


def _told(flushed: Sequence[Flushed], results: Results, groups: int) -> Told:
    return Told(
        groups=groups,
        reasons=tuple(
            (verdict.contact.name, verdict.decision.reason)
            for one in flushed
            for verdict in one.verdicts
        ),
        letters=len(results.letters),
        held=len(results.held),
    )
