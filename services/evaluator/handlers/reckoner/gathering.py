"""Reads all that some subjects and periods need in a few statements, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.evaluator.domain.completeness import Scopes
from services.evaluator.domain.outlets import Outlets, outlets_of
from services.evaluator.domain.records.method import Basis, Method
from services.evaluator.domain.slices import OwnerSlice
from services.evaluator.handlers.reckoner.archive import Archive, Records
from services.evaluator.handlers.reckoner.world import Who, World, common_regions, overlap
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.book_sums import BookSum, BookSums
from shared.model.catalogue import Attributes, EntityKind
from shared.model.period import Period
from shared.model.subject import SubjectKind

Ask = tuple[str, str]
"""A subject and a reporting period as it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What one catalogue version says, worked out once."""

    version: int
    carriers: Mapping[str, Attributes]
    slices: Mapping[int, OwnerSlice]
    outlets: Outlets
    commons: Mapping[str, tuple[str, ...]]
    members: Mapping[str, tuple[tuple[str, int, int], ...]]
    scopes: Scopes


@dataclass(slots=True)
class Gatherer:
    """Makes worlds. The catalogue is that in use, also for figures as of an earlier commit."""

    archive: Archive
    sums: BookSums
    rulebook: Rulebook
    _ground: _Ground | None = field(default=None)

    async def open(self, as_of: int | None) -> World:
        """Records as of a commit, nothing of any subject yet. Raises Unavailable."""
        number = await self.archive.commit(as_of)
        ground, records = self.ground(), await self.archive.records(number)
        return World(
            as_of=number,
            catalogue=self.rulebook.catalogue,
            carriers=ground.carriers,
            records=records,
            outlets=ground.outlets,
            slices=ground.slices,
            commons=ground.commons,
            stock_members=_stock_members(records, ground.members),
        )

    async def add(self, world: World, asks: Iterable[Ask]) -> None:
        """Read into the world what these subjects and periods need and it does not have yet.

        Subjects that nobody has are passed over. Raises ValueError for a period that is none,
        HistoryError, Unavailable.
        """
        wanted: defaultdict[Period, set[str]] = defaultdict(set)
        speakers: set[str] = set()
        for key, text in dict.fromkeys(asks):
            who = world.who(key)
            if who is not None:
                speakers |= _speakers(world, who)
                for subject, period in _needs(world, who, world.period(who, text)):
                    if (subject, period) not in world.books:
                        wanted[period].add(subject)
        await self._read_books(world, wanted)
        new = sorted(speakers - set(world.statements))
        if new:
            found = await self.archive.statements(new, world.as_of)
            world.learn({key: found.get(key, ()) for key in new})

    def ground(self) -> _Ground:
        """What the catalogue in use says."""
        if self._ground is None or self._ground.version != self.rulebook.version:
            self._ground = _ground_of(self.rulebook)
        return self._ground

    async def _read_books(self, world: World, wanted: Mapping[Period, set[str]]) -> None:
        """One statement for all periods that the same subjects want."""
        alike: defaultdict[frozenset[str], list[Period]] = defaultdict(list)
        for period, subjects in wanted.items():
            alike[frozenset(subjects)].append(period)
        books: dict[tuple[str, Period], Sequence[BookSum]] = dict(world.books)
        for group, periods in alike.items():
            found = await self.sums.sums(sorted(group), periods, world.as_of)
            for subject in group:
                for nr, period in enumerate(periods):
                    books[subject, period] = found.get((subject, nr), ())
        world.books = books


def _needs(world: World, who: Who, period: Period) -> Iterable[tuple[str, Period]]:
    """Whose books over which hours: the subject's, its boundary's, and those held twice."""
    parts = world.parts(who, period)
    for part in parts:
        yield who.key, part
        if who.subject.kind is SubjectKind.REGION:
            yield f"{SubjectKind.BOUNDARY}:{who.subject.code}", part
        for doubled in who.doubled:
            shared = overlap(part, doubled.first_hour, doubled.end_hour)
            if shared is not None:
                yield doubled.enterprise, shared
        for enterprise, first, end in world.stock_members.get(who.key, ()):
            shared = overlap(part, first, end)
            if shared is not None:
                yield enterprise, shared


def _speakers(world: World, who: Who) -> set[str]:
    """Whose statements matter."""
    return {who.key, *(member for member, _, _ in world.stock_members.get(who.key, ()))}


def _stock_members(
    records: Records, members: Mapping[str, tuple[tuple[str, int, int], ...]]
) -> dict[str, tuple[tuple[str, int, int], ...]]:
    """Enterprises counted by stock, by the regions and tags that they count for, and when."""
    found: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for key in sorted({entry.body.subject for entry in records.methods if _by_stock(entry.body)}):
        for subject, first, end in members.get(key, ()):
            found[subject].append((key, first, end))
    return {subject: tuple(listed) for subject, listed in found.items()}


def _by_stock(method: Method) -> bool:
    return method.basis is Basis.STOCK


def _ground_of(rulebook: Rulebook) -> _Ground:
    slices = {
        entity.number: made
        for kind in (EntityKind.ENTERPRISE, EntityKind.REGION)
        for entity in rulebook.catalogue.of_kind(kind)
        if (made := rulebook.slice_of(entity.number)) is not None
    }
    members: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for each in slices.values():
        for chain in each.chains:
            members[each.owner] += [
                (subject, chain.first_hour, chain.end_hour)
                for subject in chain.subjects
                if subject != each.owner
            ]
    scopes = Scopes()
    scopes.update(rulebook.rules.owners)
    return _Ground(
        scopes=scopes,
        version=rulebook.version,
        carriers={
            entity.code: entity.latest()
            for entity in rulebook.catalogue.of_kind(EntityKind.CARRIER)
        },
        slices=slices,
        outlets=outlets_of(slices.values()),
        commons=common_regions(slices.values()),
        members={owner: tuple(listed) for owner, listed in members.items()},
    )
