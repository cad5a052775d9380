"""The evaluator of a place whose demonstration year becomes known day after day."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from deploy.profiles import documents, places, reader
from deploy.profiles.year import MONTHS, Known, Year, everything, load_year
from services.evaluator.adapters.register_codec import TYPES
from services.evaluator.handlers.records_checks import targets_check, tasks_check
from services.evaluator.handlers.records_desk import RecordsDesk
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.handlers.tasks_desk import TasksDesk
from shared.model.catalogue import Catalogue, EntityKind
from tests.usecases.evaluator.profile_year import TODAY, Place, catalogue_of
from tests.usecases.evaluator.situations import Briefed
from tests.usecases.scenarios.script import ZONE

STATISTICS = timedelta(days=16, hours=10)
"""Statistics come out on the 17th of a month at ten, unless a test says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What becomes known at an instant: records (also as an operator's file has them, `text`), or
    what the plants used in a month before.
    """

    at: datetime
    records: tuple[Known, ...] = ()
    metered: tuple[int, int] | None = None
    text: str = ""


class Figures:
    """The evaluator in memory, asked over HTTP; `upto` lets time pass in it."""

    def __init__(self, name: str, late: dict[str, timedelta], revised: Sequence[News]) -> None:
        """`late`: month -> when in it its statistics come out, other than usual."""
        year = load_year(name)
        profile = reader.load(year.profile)
        self.province = Briefed(_inhabited(catalogue_of(places.catalogue(profile, year)), year))
        targets = TargetsDesk(self.province.register, self.province.rulebook)
        tasks = TasksDesk(self.province.register, self.province.rulebook)
        checks = (targets_check(targets, lambda: TODAY), tasks_check(tasks, lambda: TODAY))
        desk = RecordsDesk(self.province.register, self.province.rulebook, TYPES, checks)
        self.place = Place(profile=profile, year=year, province=self.province, desk=desk)
        self._late = late
        news = [*self._news(year), *revised]
        self._coming = deque(sorted(news, key=lambda one: one.at))

    @property
    def client(self) -> httpx.AsyncClient:
        """Asks over HTTP."""
        return self.province.client

    async def open(self) -> None:
        """The plan is on record, and what the years before have used."""
        year = self.place.year
        self.province.now(_first(year.year, 1) - timedelta(days=30))
        await self.place.record(documents.of_profile(self.place.profile))
        for each in range(year.first, year.year):
            for month in range(1, MONTHS + 1):
                self.place.meter(each, month)

    async def upto(self, now: datetime) -> None:
        """All that becomes known by then goes on record, each at its instant."""
        while self._coming and self._coming[0].at <= now:
            news = self._coming.popleft()
            self.province.now(news.at)
            await self.place.learn(news.records)
            if news.text:
                await self.place.record(news.text)
            if news.metered:
                self.place.meter(*news.metered)

    def _news(self, year: Year) -> list[News]:
        known: dict[str, list[Known]] = {}
        for one in everything(self.place.profile, year):
            known.setdefault(one.month, []).append(one)
        found = [
            News(at=_month(month) + self._late.get(month, STATISTICS), records=tuple(records))
            for month, records in known.items()
        ]
        for month in range(1, MONTHS + 1):
            after = _first(year.year + month // MONTHS, month % MONTHS + 1)
            found.append(News(at=after + timedelta(hours=1), metered=(year.year, month)))
        return found


def _inhabited(known: Catalogue, year: Year) -> Catalogue:
    """Without the regions in which no plant lies: a smaller place tells the same, faster."""
    codes = {plant.region for plant in year.plants}
    kept = {f"{code[:length]}{'0' * (6 - length)}" for code in codes for length in (2, 4, 6)}
    entities = known.entities.values()
    return Catalogue().with_entities(
        1, [one for one in entities if one.kind is not EntityKind.REGION or one.code in kept]
    )


def _month(text: str) -> datetime:
    year, month = map(int, text.split("-"))
    return _first(year, month)


def _first(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=ZONE)
