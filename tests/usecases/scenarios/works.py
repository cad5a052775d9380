"""The evaluator in memory: readings become books, books and records become judgements."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import httpx
import numpy as np

from services.evaluator.adapters.budgets_files import read_budgets
from services.evaluator.adapters.conditions_codec import contract_of
from services.evaluator.adapters.holidays import chinese_calendar
from services.evaluator.adapters.record_files import read_records
from services.evaluator.adapters.register_codec import TYPES
from services.evaluator.adapters.shipped import WithShipped
from services.evaluator.adapters.watch_policy import load_watch_policy
from services.evaluator.entrypoints import figures_api
from services.evaluator.entrypoints.door import new_door
from services.evaluator.handlers.bookkeeper import Batch, Bookkeeper
from services.evaluator.handlers.conditions.cross_check import CrossSource
from services.evaluator.handlers.conditions.forecast import OutlookSource
from services.evaluator.handlers.conditions.no_data import SilenceSource
from services.evaluator.handlers.conditions.quality import QualitySource
from services.evaluator.handlers.conditions.rounds import ConditionRounds
from services.evaluator.handlers.conditions.source import Source
from services.evaluator.handlers.forecast_rounds import DailyForecasts
from services.evaluator.handlers.forecaster import Forecasts
from services.evaluator.handlers.judge import Arrived, Judge
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.memory import Memory
from services.evaluator.handlers.reckoner.archive import Archive
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from services.evaluator.handlers.records_checks import targets_check, tasks_check
from services.evaluator.handlers.records_desk import RecordsDesk
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.handlers.target_book import TargetBook
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.handlers.tasks_desk import TasksDesk
from services.evaluator.settings import EvaluatorSettings
from services.evaluator.wiring.conditions import Plans, plan_sources
from shared.contracts.assessments import AssessmentMade
from shared.contracts.conditions import ConditionMade
from shared.contracts.keys import KeyBody, encode_key, hash_key
from shared.kit.errors import Unavailable
from shared.kit.kafka.records import Record
from shared.kit.web import create_app
from shared.model.instants import HOUR_US, from_us, to_us
from shared.model.readings import Mark, Readings
from tests.usecases.evaluator.api import FACTORS, MemoryPoints
from tests.usecases.evaluator.conditions import MemoryConditions, Meter
from tests.usecases.evaluator.forecasts import InlineForecaster, MemoryForecastStore
from tests.usecases.evaluator.judge_stores import MemoryBudgetStore
from tests.usecases.evaluator.reading_store import MemoryReadingStore
from tests.usecases.evaluator.reckoning import PACKAGE, RECORDS, Stating, Times
from tests.usecases.evaluator.watching import MemoryEnds, MemoryIntake, MemoryOutlooks
from tests.usecases.scenarios.script import ZONE, Place, as_yaml, instant
from tests.usecases.scenarios.shelves import Books, OneCount, Register, catalogue_of

_DECIMALS = 2


@dataclass(slots=True)
class Stream:
    """A point that tells every hour that it used so much; told up to an hour."""

    per_hour: Decimal
    hour: int


class Works:
    """The evaluator with all its sources; `assessments` and `conditions` are what went out."""

    def __init__(self, place: Place, now_us: Callable[[], int]) -> None:
        self.place, self._now_us = place, now_us
        self._count = OneCount()
        self.rulebook = Rulebook()
        since = instant(place.points_since) if place.points_since else from_us(now_us())
        self.rulebook.update(catalogue_of(place, to_us(since)))
        self.readings = MemoryReadingStore()
        self.books = Books(self._count)
        self.budgets = MemoryBudgetStore()
        self.pages = Register(self._count, now_us)
        self.register = WithShipped(self.pages, RECORDS)
        self.intake, self.ends, self.outlooks = MemoryIntake(), MemoryEnds(), MemoryOutlooks()
        self.conditions_kept = MemoryConditions(self.books, self.pages)
        self._numbers = {code: nr for nr, code in enumerate(place.points, 1)}
        self._streams: dict[str, Stream] = {}
        self._waiting: list[Readings] = []
        self._revisions: dict[tuple[str, int], int] = {}
        self._offset = self._heard = 0
        self.intake_is_up = True
        self._told = [0, 0]
        self._wire()

    def _wire(self) -> None:
        self.keeper = Bookkeeper(
            self.readings,
            self.rulebook,
            partition_of_owner=lambda _: 0,
            partition_of=lambda _: 0,
            memory=Memory(),
        )
        self.judge = Judge(
            self.books,
            self.budgets,
            Briefs(self.rulebook, FACTORS),
            partition_of=lambda _: 0,
            now_us=self._now_us,
            most_bytes=1 << 24,
        )
        stating = Stating(self.pages)
        self.gatherer = Gatherer(
            archive=Archive(
                register=self.register,
                conventions=PACKAGE.conventions,
                target_book=TargetBook(self.register),
            ),
            sums=self.books,
            rulebook=self.rulebook,
            stating=stating,
            points=MemoryPoints(),
            times=Times(self.pages),
        )
        self.reckoner = Reckoner(self.gatherer, self.books)
        self.desk = BudgetDesk(self.budgets, self.rulebook, FACTORS)
        targets = TargetsDesk(self.register, self.rulebook)
        tasks = TasksDesk(self.register, self.rulebook)
        checks = (targets_check(targets, self._today), tasks_check(tasks, self._today))
        self.records = RecordsDesk(self.register, self.rulebook, TYPES, checks)
        plans = Plans(targets=targets, tasks=tasks, budgets=self.desk, stating=stating)
        self.rounds = ConditionRounds(
            gatherer=self.gatherer,
            store=self.conditions_kept,
            sources=(
                *plan_sources(self.gatherer, plans, EvaluatorSettings()),
                *self._watching(stating),
            ),
            now_us=self._now_us,
            away=Unavailable,
            meter=Meter(),
        )
        self.daily = self._daily()

    def _daily(self) -> DailyForecasts:
        return DailyForecasts(
            forecasts=Forecasts(
                self.books,
                Briefs(self.rulebook, FACTORS),
                InlineForecaster(),
                chinese_calendar,
                MemoryForecastStore(),
                self._now_us,
            ),
            desk=self.desk,
            reckoner=self.reckoner,
            outlooks=self.outlooks,
            now_us=self._now_us,
        )

    def _watching(self, stating: Stating) -> Sequence[Source]:
        policy = load_watch_policy()
        return (
            OutlookSource(outlooks=self.outlooks, policy=policy),
            SilenceSource(
                intake=self.intake, ends=self.ends, policy=policy, partition_of=lambda _: 0
            ),
            QualitySource(intake=self.intake, sums=self.books, policy=policy),
            CrossSource(
                gatherer=self.gatherer, stating=stating, told=self.conditions_kept, policy=policy
            ),
        )

    def _today(self) -> date:
        return from_us(self._now_us()).astimezone(ZONE).date()

    def figures(self, keys: Mapping[str, KeyBody]) -> httpx.AsyncClient:
        """A client of the evaluator's figures, which asks whose key it is."""
        door = new_door()
        for plain, body in keys.items():
            key, value = encode_key(body)
            assert body.sha256 == hash_key(plain)
            door.learn(Record("keys.v1", 0, 0, key, value, (), 0))
        door.caught_up()

        async def ready() -> Mapping[str, str | None]:
            return {}

        app = create_app(
            title="evaluator",
            version="0",
            description="",
            ready=ready,
            routers=(figures_api.router,),
            state={"door": door, "rulebook": self.rulebook, "reckoner": self.reckoner},
        )
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://evaluator"
        )

    async def open(self) -> None:
        """Take the partitions."""
        await self.judge.open(frozenset({0}))

    async def record(self, body: Mapping[str, Any]) -> None:
        """What an operator's file of records says goes on record; every fault fails."""
        lists, faults = read_records("records.yaml", as_yaml(dict(body)))
        outcome = await self.records.take(lists, "scenario", faults=faults)
        assert outcome.faults == (), outcome.faults

    async def budget(self, body: Mapping[str, Any]) -> None:
        """An operator's budget is granted or changed; every fault fails."""
        rows, faults = read_budgets("budgets.yaml", as_yaml({"budgets": [dict(body)]}))
        planned = await self.desk.take(rows, faults)
        assert planned.faults == (), planned.faults

    def uses(self, point: str, per_hour: str) -> None:
        """From now on the point tells every hour that it used so much; nothing: it is silent."""
        self._deliver()
        self._streams.pop(point, None)
        if per_hour:
            hour = self._now_us() // HOUR_US
            self._streams[point] = Stream(per_hour=Decimal(per_hour), hour=hour)

    def read(self, point: str, begin: datetime, end: datetime, per_hour: str) -> None:
        """Now come hourly readings of an earlier time; they count in place of earlier ones."""
        hours = range(to_us(begin) // HOUR_US, to_us(end) // HOUR_US)
        self._tell(point, hours, Decimal(per_hour))

    def take_in(self, *, up: bool) -> None:
        """From now on nothing comes in; or it does again, and all that waited comes at once."""
        self._deliver()
        if up and not self.intake_is_up:
            self.intake_is_up = True
            self._deliver(at_once=True)
        self.intake_is_up = up

    def _deliver(self, *, at_once: bool = False) -> None:
        now = self._now_us() // HOUR_US
        for point, stream in self._streams.items() if self.intake_is_up else ():
            self._tell(point, range(stream.hour, now), stream.per_hour, at_once=at_once)
            stream.hour = now

    def _tell(self, point: str, hours: range, per_hour: Decimal, *, at_once: bool = True) -> None:
        number, size = self._numbers[point], len(hours)
        if not size:
            return
        at = (np.arange(hours.start, hours.stop, dtype=np.int64) + 1) * HOUR_US
        revisions = [self._revisions.get((point, hour), 0) for hour in hours]
        self._revisions.update(
            {(point, hour): r + 1 for hour, r in zip(hours, revisions, strict=True)}
        )
        self._waiting.append(
            Readings(
                point=np.full(size, number, np.uint32),
                at=at,
                value=np.full(size, int(per_hour.scaleb(_DECIMALS)), np.int64),
                revision=np.array(revisions, np.uint32),
                flags=np.zeros(size, np.uint8),
            )
        )
        now = self._now_us()
        self.intake.commits.extend([now] if at_once else at.tolist())
        self.intake.last[number] = max(self.intake.last.get(number, 0), int(at[-1]))

    def withdraw(self, point: str, begin: datetime, end: datetime) -> None:
        """Readings of an earlier time are withdrawn."""
        self.read(point, begin, end, "0")
        last = self._waiting[-1]
        last.flags[:] = int(Mark.NULL)

    async def work(self) -> tuple[Sequence[AssessmentMade], Sequence[ConditionMade]]:
        """All loops until nothing is left to do; the messages that went out."""
        self._deliver()
        await self._keep_books()
        await self._judge()
        await self.daily.round()
        await self.rounds.round()
        assessments = self.books.sent[self._told[0] :]
        conditions = [contract_of(one) for one in self.conditions_kept.sent[self._told[1] :]]
        self._told = [len(self.books.sent), len(self.conditions_kept.sent)]
        return assessments, conditions

    async def _keep_books(self) -> None:
        waiting, self._waiting = self._waiting, []
        for readings in waiting:
            batch = Batch(
                readings=readings,
                positions={0: (self._offset, self._offset + 1)},
                received_at_us=self._now_us(),
                correlation_id="",
            )
            await self.keeper.record(batch)
            self._offset += 1
        self.intake.found = [key for key, stands in self.readings.findings.items() if stands]

    async def _judge(self) -> None:
        messages = [totals for _, totals in self.readings.sent[self._heard :]]
        if messages:
            following = self._heard + len(messages)
            arrived = Arrived(expected=self._heard, next=following, messages=messages)
            await self.judge.take({0: arrived})
            self._heard = following
        await self.judge.refresh()
        while await self.judge.catch_up({0: self._heard}):
            pass
