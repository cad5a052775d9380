"""Following the journal: every warning that something happened to finds its place in groups."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.alerts.domain.matchers import Matcher
from services.alerts.domain.telling.items import Item, item_of, reminder_of
from services.alerts.domain.telling.routes import Route, all_routes, find, group_of
from services.alerts.domain.warning import Warning
from services.alerts.ports.telling import (
    JOURNAL,
    ROUTES,
    Directory,
    Move,
    Placed,
    Placement,
    Ruling,
    Seat,
    Telling,
    TellingWork,
)
from services.alerts.ports.warnings import Happened

_OF_WARNINGS = "warning."


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """Takes entries in batches; one cursor, compared and set, keeps two copies apart.

    `read` makes a mapping of an entry's document. `reminders` says by the label `event` which
    entries are told once as they are, besides what they do to a warning.
    """

    telling: Telling
    directory: Directory
    read: Callable[[bytes], Mapping[str, Any]]
    reminders: Matcher
    batch: int = 300

    async def round(self, now: datetime) -> int:
        """One batch in one transaction; how many entries were taken, 0 when there are none."""
        ruling = await self.directory.ruling()
        await self._resettle(ruling, now)
        async with self.telling.work() as work:
            position = await work.position(JOURNAL)
            entries = await work.entries(position, self.batch)
            if not entries:
                return 0
            await work.place(await self._placement(work, ruling.root, entries), now)
            await work.move(JOURNAL, position, entries[-1].id)
        return len(entries)

    async def _placement(
        self, work: TellingWork, root: Route, entries: Sequence[Happened]
    ) -> Placement:
        keys = {entry.warning for entry in entries if entry.type.startswith(_OF_WARNINGS)}
        warnings = await work.warnings(keys)
        seats = await work.seats(keys)
        standing = settle(root, tuple(warnings.values()), seats)
        reminders = tuple(self._reminders(root, entries))
        return Placement(placed=(*standing.placed, *reminders), ended=standing.ended)

    def _reminders(self, root: Route, entries: Sequence[Happened]) -> Iterator[Placed]:
        for entry in entries:
            if self.reminders.matches({"event": entry.type}):
                item = reminder_of(entry.id, entry.warning, self.read(entry.data), entry.noticed_at)
                yield from placed_by(root, item, item)

    async def _resettle(self, ruling: Ruling, now: datetime) -> None:
        """Other routes came into force: everything open moves to where it belongs now."""
        async with self.telling.work() as work:
            applied = await work.position(ROUTES)
        if applied == ruling.version:
            return
        after: UUID | None = None
        while True:
            async with self.telling.work() as work:
                found = await work.open_warnings(after, self.batch)
                seats = await work.seats([warning.id for warning in found])
                moved = settle(ruling.root, found, seats)
                moves = tuple(_moves(moved.placed, seats))
                removed = Placement(placed=moved.placed, removed=moved.ended, moves=moves)
                await work.place(removed, now)
                if not found:
                    await self._take_along(work, ruling.root, now)
                    await work.move(ROUTES, applied, ruling.version)
                    return
            after = found[-1].id

    async def _take_along(self, work: TellingWork, root: Route, now: datetime) -> None:
        """Reminders that wait where no route leads any more are told where they belong now."""
        strays = await work.strays([route.key for route in all_routes(root)])
        placed = [one for _, item in strays for one in placed_by(root, item, item)]
        seats = tuple(seat for seat, _ in strays)
        await work.place(Placement(placed=tuple(placed), removed=seats), now)


def settle(root: Route, warnings: Sequence[Warning], seats: Sequence[Seat]) -> Placement:
    """Where the warnings belong, and which of their seats they have left."""
    taken: dict[UUID, list[Seat]] = {}
    for seat in seats:
        taken.setdefault(seat.item, []).append(seat)
    placed: list[Placed] = []
    ended: list[Seat] = []
    for warning in warnings:
        item = item_of(warning)
        wanted = tuple(placed_by(root, item, None)) if item.holds else ()
        groups = {one.group.id for one in wanted}
        placed.extend(wanted)
        ended.extend(
            seat for seat in taken.get(item.id, ()) if seat.holds and seat.group not in groups
        )
    return Placement(placed=tuple(placed), ended=tuple(ended))


def _moves(placed: Sequence[Placed], seats: Sequence[Seat]) -> Iterator[Move]:
    """From every seat that an item has to every one that it gets."""
    taken: dict[UUID, list[UUID]] = {}
    for seat in seats:
        taken.setdefault(seat.item, []).append(seat.group)
    for one in placed:
        sources = taken.get(one.item, ())
        if one.group.id not in sources:
            for source in sources:
                yield Move(item=one.item, source=source, target=one.group.id)


def placed_by(root: Route, item: Item, event: Item | None) -> Iterator[Placed]:
    """Where the item belongs, once for each group; `event` is itself if it is a reminder.

    A reminder is told once: in each group it names the receivers of those before, so that whoever
    answers to several of them hears of it in the first. That is settled here and kept with it, as
    groups are looked at by different copies at different times.
    """
    groups: dict[UUID, Placed] = {}
    told_by: tuple[str, ...] = ()
    # Routes that are quiet at times come last: nobody waits for one who could be told at once.
    for route in sorted(find(root, item.labels), key=lambda one: bool(one.quiet or one.active)):
        group = group_of(route, item.labels)
        groups[group.id] = Placed(
            group=group,
            item=item.id,
            level=item.level,
            wait=route.timing.wait,
            interval=route.timing.interval,
            event=replace(event, told_by=told_by) if event else None,
        )
        told_by = (*told_by, route.receiver)
    yield from groups.values()
