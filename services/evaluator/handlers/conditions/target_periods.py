"""The periods of a target that are rated: the newest with data, and those just before it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from services.evaluator.domain.conditions.policy import Policy
from services.evaluator.domain.conditions.ready import ended
from services.evaluator.domain.conditions.search import Search
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.periods import years_of
from services.evaluator.domain.records.target import Target
from services.evaluator.handlers.conditions.source import Look
from services.evaluator.handlers.reckoner.gathering import Ask, needs
from services.evaluator.handlers.reckoner.ratings import Judged, Ratings, asks_of
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.handlers.target_book import standing
from services.evaluator.ports.register import Entry
from shared.model.instants import HOUR_US, from_us
from shared.model.period import zone

_STATED = frozenset((names.ENERGY_INTENSITY, names.CARBON_INTENSITY))
"""What nobody can rate without statements of the holder's own, such as its GDP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A rating of a period that counts. by: knows all that the rating was made from."""

    text: str
    at_us: int
    judged: Judged
    by: Ratings


@dataclass(slots=True, kw_only=True)
class Hunt:
    """A target in force with its periods, the newest first, and those that were rated.

    versions: which of its versions was in force at the end of each period.
    """

    who: Who
    now: Target
    texts: Sequence[str]
    versions: Sequence[Entry]
    search: Search
    found: dict[int, Rated] = field(default_factory=dict)

    @property
    def rated(self) -> list[Rated]:
        """The rated periods that count, the oldest first."""
        return [self.found[place] for place in self.search.counting]

    def since_us(self, world: World) -> int | None:
        """The end of the oldest period that was looked at; None if there is none."""
        place = self.search.oldest
        return None if place is None else end_us(world, self.who, self.texts[place])


def hunts(look: Look, key: str, policy: Policy) -> Iterator[Hunt]:
    """One for each target in force that somebody holds."""
    who = look.world.who(key)
    if who is None:
        return
    today = look.today(who.zone)
    for entries in look.world.targets_by_holder.get(key, ()):
        now = standing(entries, today)
        if now is None:
            continue
        cadence = policy.cadence_of(now.body, who.subject.kind)
        first = min(entry.body.first_year for entry in entries)
        last = max(entry.body.last_year for entry in entries)
        periods = [
            (text, entry)
            for text in ended(cadence.every, first, last, today)
            if (entry := standing(entries, look.world.last_day(who, text))) is not None
            and entry.body.first_year <= int(text[:4]) <= entry.body.last_year
        ]
        yield Hunt(
            who=who,
            now=now.body,
            texts=[text for text, _ in periods],
            versions=[entry for _, entry in periods],
            search=Search(
                years=[int(text[:4]) for text, _ in periods], look_back=cadence.look_back
            ),
        )


Piece = tuple[Hunt, tuple[int, ...]]
"""Places of periods of a hunt that are to be rated."""


def first_pieces(world: World, found: Sequence[Hunt]) -> tuple[list[Piece], Collection[Ask]]:
    """The newest periods of each, and what it takes to rate them and to see where data are."""
    pieces = _pieces(found, _anything)
    asks = dict.fromkeys(_asks(world, pieces))
    for hunt in found:
        newest = hunt.search.years[:1]
        asks |= {(hunt.who.key, str(y)): None for y in {*hunt.search.years} - {*newest}}
    return pieces, asks


def next_pieces(
    world: World, found: Sequence[Hunt], data: "Data"
) -> tuple[list[Piece], Collection[Ask]]:
    """What is still to be rated of each; no pieces when all is known."""
    pieces = _pieces(found, data.has)
    return pieces, dict.fromkeys(_asks(world, pieces))


def _anything(_hunt: Hunt, _year: int) -> bool:
    return True


def _pieces(found: Sequence[Hunt], has: Callable[[Hunt, int], bool]) -> list[Piece]:
    pieces = ((hunt, hunt.search.next(partial(has, hunt))) for hunt in found)
    return [(hunt, places) for hunt, places in pieces if places]


def _asks(world: World, pieces: Sequence[Piece]) -> Iterator[Ask]:
    for hunt, places in pieces:
        for place in places:
            yield from asks_of(world, hunt.who, hunt.versions[place], hunt.texts[place])


def end_us(world: World, who: Who, text: str) -> int:
    """The instant at which a period ends for the subject."""
    return world.period(who, text).end_hour * HOUR_US


@dataclass(slots=True)
class Data:
    """Of which years anything at all is known of whom, among what was read into the world."""

    world: World
    _known: dict[tuple[str, int, bool], bool] = field(default_factory=dict)

    def has(self, hunt: Hunt, year: int) -> bool:
        """Whether a period of the year could be rated at all."""
        only_stated = hunt.now.measure in _STATED
        place = (hunt.who.key, year, only_stated)
        if place not in self._known:
            self._known[place] = self._has(hunt, year, only_stated=only_stated)
        return self._known[place]

    def _has(self, hunt: Hunt, year: int, *, only_stated: bool) -> bool:
        world, who = self.world, hunt.who
        if year == hunt.search.years[0]:
            return True
        if year in self._stated(who):
            return True
        if only_stated:
            return False
        period = world.period(who, str(year))
        members = world.members(who, period)
        people = [(who, period), *members, *world.scattered(who, period)]
        return any(year in self._stated(one) for one, _ in members) or any(
            world.books.get(place) for one, within in people for place in needs(world, one, within)
        )

    def _stated(self, who: Who) -> frozenset[int]:
        entries = self.world.statements.get(who.key, ())
        texts = {entry.body.period for entry in entries}
        return frozenset(year for text in texts for year in years_in(self.world, who, text))


def years_in(world: World, who: Who, text: str) -> range:
    """The years that a period touches. Raises ValueError."""
    known = years_of(text)
    if known is None:
        period = world.period(who, text)
        begin, end = from_us(period.first_hour * HOUR_US), from_us(period.end_hour * HOUR_US - 1)
        known = begin.astimezone(zone(who.zone)).year, end.astimezone(zone(who.zone)).year
    return range(known[0], known[1] + 1)
