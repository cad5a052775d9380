"""What a source of conditions is to the rounds that ask it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.evaluator.domain.conditions.seen import Sight
from services.evaluator.handlers.reckoner.world import World
from services.evaluator.ports.conditions import ConditionNews
from shared.model.condition import ConditionKind
from shared.model.instants import HOUR_US, from_us, hour_iso, to_us
from shared.model.period import hour_of_day, zone

ZONE = "Asia/Shanghai"
"""In which days and months end for whatever has no zone of its own."""


def midnight_us(day: date, zone_name: str = ZONE) -> int:
    """The instant at which the day begins."""
    return hour_of_day(day, zone_name) * HOUR_US


def hour_text(now_us: int) -> str:
    """The hour as a mark of how far a source has looked: days begin with hours, in every zone."""
    return hour_iso(now_us // HOUR_US)


def hour_of(mark: str) -> int:
    """The hour (since 1970) of such a mark; that of 1970 for none."""
    return to_us(datetime.fromisoformat(mark)) // HOUR_US if mark else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look at everything as of one commit and one instant.

    world: records and catalogue as of the commit, with the books of nobody yet.
    """

    world: World
    now_us: int

    @property
    def commit(self) -> int:
        """The commit that everything is read as of."""
        return self.world.as_of

    def today(self, zone_name: str = ZONE) -> date:
        """The day that it is."""
        return from_us(self.now_us).astimezone(zone(zone_name)).date()

    def days(self) -> tuple[date, ...]:
        """The day that it is in each of the zones in which regions keep their days."""
        return tuple(map(self.today, self.world.zones))

    def days_text(self) -> str:
        """These as a mark of how far a source has looked."""
        return ",".join(day.isoformat() for day in self.days())

    def zone_of(self, key: str) -> str:
        """The zone in which a subject keeps its days; the usual one for whoever is unknown."""
        who = self.world.who(key)
        return who.zone if who else ZONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Who is to be looked at again; subjects None: everybody.

    mark: given back the next time, once these have been looked at.
    """

    subjects: frozenset[str] | None
    mark: str = ""


NOBODY: frozenset[str] = frozenset()


class Source(Protocol):
    """Sees conditions of some kinds, which no other source tells of.

    Whatever it raises but Unavailable is a fault of its own: its conditions stay as they were told.
    """

    @property
    def name(self) -> str:
        """Its name in logs, metrics and the table of how far it came; stays the same for ever."""

    @property
    def kinds(self) -> Collection[ConditionKind]:
        """What it tells of."""

    async def due(self, look: Look, news: ConditionNews, mark: str) -> Due:
        """Who must be looked at because of the news, or of the time that has passed since `mark`.

        It is asked in every round, so it should be cheap. mark: empty at first; everybody is
        looked at then whatever it says.
        """

    async def subjects(self, look: Look) -> Collection[str]:
        """Everybody (`kind:code`) of whom it may see something."""

    async def look(self, look: Look, subjects: Sequence[str]) -> Sequence[Sight]:
        """All that it sees of these subjects; what it no longer sees of them ends now.

        Subjects may have left the catalogue. The world is for this look alone: whatever is read may
        be read into it.
        """
