"""The alerts service in memory: messages become warnings, steps and notices by recording ways."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec

from services.alerts.adapters.channels.apprised import problem_of
from services.alerts.adapters.conditions import life_policy_in, policies_in
from services.alerts.adapters.heartbeat import heartbeat_policy
from services.alerts.adapters.ladder_confirmations import EvaluatorConfirmations
from services.alerts.adapters.ladder_letters import DocxLetters
from services.alerts.adapters.ladder_policy import read_ladder
from services.alerts.adapters.policy import Section, load
from services.alerts.adapters.telling_policy import telling_policy
from services.alerts.adapters.templates import Templates
from services.alerts.app import Parts, http_app
from services.alerts.domain.delivery import RetryPolicy
from services.alerts.domain.ladder.hours import CLOSES, OPENS
from services.alerts.domain.telling.contacts import (
    ChannelKind,
)
from services.alerts.domain.telling.routes import all_routes
from services.alerts.domain.telling.sending import Patience
from services.alerts.domain.tick import Job, Tick
from services.alerts.entrypoints import contacts, heartbeat, notices, routes
from services.alerts.entrypoints.consumer import Judgements
from services.alerts.entrypoints.couriers import Couriers
from services.alerts.entrypoints.door import new_door
from services.alerts.entrypoints.ladder_parts import LadderParts
from services.alerts.entrypoints.reading import read_assessment, read_condition
from services.alerts.handlers.courier import Courier
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.feed import Feed
from services.alerts.handlers.heartbeat import Heart, Watch
from services.alerts.handlers.ladder import RHYTHM, LadderDesk
from services.alerts.handlers.ladder_acts import LadderActs
from services.alerts.handlers.placing import Follower
from services.alerts.handlers.postman import Postman
from services.alerts.handlers.suppression import Suppressor
from services.alerts.handlers.telling import Teller
from services.alerts.ports.ladder import Stored
from services.alerts.wiring import Arm, life, silences
from services.alerts.wiring.ladder import ROUTERS
from services.alerts.wiring.notices import Hushing
from shared.contracts import assessments, conditions
from shared.contracts.assessments import AssessmentMade
from shared.contracts.conditions import ConditionMade
from shared.contracts.keys import encode_key
from shared.contracts.topics import ASSESSMENTS, CONDITIONS
from shared.kit.clock import Clock
from shared.kit.kafka.records import Record
from shared.kit.workdays import after
from tests.usecases.alerts.memory import RecordingChannel
from tests.usecases.alerts.suppression import MemoryQuietTimes
from tests.usecases.scenarios import script
from tests.usecases.scenarios.people import contact_of, keys_of, sections_of
from tests.usecases.scenarios.script import Scenario, as_yaml
from tests.usecases.scenarios.stores import Directory, Ladder, Opened, Silences, Store, Telling
from tests.usecases.scenarios.ways import Pulse, RecordingWay, Sent, Watchers

_MINUTE = timedelta(minutes=1)


class Aside:
    """Nothing is unreadable here."""

    async def put(self, _record: Record, reason: str) -> None:
        """See Aside."""
        raise AssertionError(reason)


class Office:
    """Everything of alerts, driven by hand."""

    def __init__(self, scenario: Scenario, clock: Clock) -> None:
        self.clock = clock
        built_in = load()
        self.policy = Section(
            place="policy: ", values={**built_in.values, **sections_of(scenario, built_in)}
        )
        telling = telling_policy(self.policy)
        self.store = Store()
        self.directory = Directory(telling.routes)
        self.telling = Telling(self.store, self.directory)
        self.ladder = Ladder(self.store, clock)
        self.silences, self.quiet = Silences(self.store), MemoryQuietTimes()
        self.happened = clock()
        self.sent: list[Sent] = []
        self.ways = {kind: RecordingWay(kind, self.sent) for kind in ChannelKind}
        self.door = new_door()
        self.keys = keys_of(scenario)
        for body in self.keys.values():
            key, value = encode_key(body)
            self.door.learn(Record("keys.v1", 0, 0, key, value, (), 0))
        self.door.caught_up()
        self._offsets: dict[str, int] = defaultdict(int)
        self._ticked: dict[str, datetime] = {}
        self._assign(scenario)
        self._wire()

    def _assign(self, scenario: Scenario) -> None:
        self.ladder.regions.update(scenario.ladders)
        if scenario.ladder:
            text = as_yaml(scenario.ladder)
            made = read_ladder(text)
            self.ladder.own[made.name] = Stored(ladder=made, text=text, version=1)

    def _wire(self) -> None:
        self.desk = WarningDesk(desk=self.store, policies=policies_in(self.policy))
        self.ladder_desk = LadderDesk(store=self.ladder, shelf=self.ladder, days=after)
        self.pulse, self.watchers = Pulse(), Watchers()
        self.heart = Heart(
            pulse=self.pulse,
            listeners=self.watchers,
            policy=heartbeat_policy(self.policy),
            desk=self.desk,
            archive=self.store,
            told=lambda _: None,
            word=_nothing,
        )
        self.consumers = {
            topic.name: Judgements(
                topic.name, read, self.desk, self.store, Aside(), self.clock, _nothing
            )
            for topic, read in ((ASSESSMENTS, read_assessment), (CONDITIONS, read_condition))
        }
        self._hush = silences.arm_on(
            self.policy,
            silences=self.silences,
            quiet=self.quiet,
            opened=Opened(self.store),
            desk=self.store,
            directory=self.directory,
            console="https://qingyu.example",
            clock=self.clock,
        )
        suppressor = self._hush.state["suppressor"]
        assert isinstance(suppressor, Suppressor)
        self.suppressor = suppressor
        self._tell(suppressor)
        self._life = life.arm_of(
            self.desk,
            self.store,
            self.store,
            life_policy_in(self.policy),
            clock=self.clock,
            word=_nothing,
        )
        deadlines = Job(name="deadlines", every=RHYTHM, work=self.ladder_desk.deadlines)
        self.jobs = (*self._life.jobs, *self._hush.jobs, deadlines)

    def _tell(self, suppressor: Suppressor) -> None:
        policy = telling_policy(self.policy)
        self.teller = Teller(
            telling=self.telling,
            directory=self.directory,
            hush=Hushing(suppressor=suppressor),
            renderer=Templates("https://qingyu.example"),
            manners=policy.manners,
        )
        self.follower = Follower(
            telling=self.telling,
            directory=self.directory,
            read=msgspec.json.Decoder(dict[str, Any]).decode,
            reminders=policy.reminders,
        )
        self.postmen = [
            Postman(kind, self.telling, way, Patience(), self.clock, lambda: 0.0, at_once=1_000)
            for kind, way in self.ways.items()
        ]

    def client(self, figures: httpx.AsyncClient) -> httpx.AsyncClient:
        """Calls the HTTP side without a network."""

        async def ready() -> Mapping[str, str | None]:
            return {}

        app = http_app(self._parts(figures), ready)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://alerts")

    def _parts(self, figures: httpx.AsyncClient) -> Parts:
        courier = Courier(
            log=self.store,
            channel=RecordingChannel(),
            policy=RetryPolicy(),
            clock=self.clock,
            chance=lambda: 0.0,
            handful=4,
            lease=_MINUTE,
        )
        return Parts(
            archive=self.store,
            endpoints=self.store,
            deliveries=self.store,
            feed=Feed(self.store),
            door=self.door,
            couriers=Couriers(self.store, self.store, courier, self.clock),
            arms=(self._life, self._hush, self._ladder_arm(figures), self._telling_arm()),
            clock=self.clock,
        )

    def _ladder_arm(self, figures: httpx.AsyncClient) -> Arm:
        parts = LadderParts(
            store=self.ladder,
            shelf=self.ladder,
            acts=LadderActs(desk=self.ladder_desk),
            confirmations=EvaluatorConfirmations(figures, "http://evaluator"),
            letters=DocxLetters(),
            read=read_ladder,
            days=after,
        )
        return Arm(routers=ROUTERS, state={"ladder": parts, "ladder_word": _nothing})

    def _telling_arm(self) -> Arm:
        return Arm(
            routers=(routes.router, contacts.router, notices.router, heartbeat.router),
            state={
                "directory": self.directory,
                "notice_log": self.telling,
                "outbox": self.telling,
                "teller": self.teller,
                "notices_made": _nothing,
                "look_at_groups": _nothing,
                "check_apprise": problem_of,
                "quiet_names": Hushing(suppressor=self.suppressor).names,
                "heartbeat": Watch(self.heart, self.clock),
            },
        )

    async def open(self, scenario: Scenario) -> None:
        """Contacts become known, topics are taken."""
        for name, body in scenario.contacts.items():
            await self.directory.keep(contact_of(name, body), "scenario", self.clock())
        for consumer in self.consumers.values():
            await consumer.assigned(frozenset({0}))

    async def hear(self, judged: Sequence[AssessmentMade], found: Sequence[ConditionMade]) -> None:
        """Messages arrive by their topics, as bytes."""
        await self._arrive(ASSESSMENTS.name, [assessments.encode(one) for one in judged])
        await self._arrive(CONDITIONS.name, [conditions.encode(one) for one in found])

    async def _arrive(self, topic: str, values: Sequence[bytes]) -> None:
        if not values:
            return
        first = self._offsets[topic]
        records = [
            Record(topic, 0, first + nr, b"", value, (), 0) for nr, value in enumerate(values)
        ]
        self._offsets[topic] += len(values)
        await self.consumers[topic].handle({0: records})

    async def work(self) -> None:
        """All jobs and loops at this moment, until nothing is left to do."""
        now, entries = self.clock(), len(self.store.state.history)
        for job in self.jobs:
            begin = self._ticked.get(job.name, now - _MINUTE)
            if begin < now:
                await job.work(Tick(name=job.name, begin=begin, end=now))
                self._ticked[job.name] = now
        # The pulse is looked at every minute; scenarios pass over what lies between.
        await self.heart.beat(Tick(name="heartbeat", begin=now - _MINUTE, end=now))
        while await self.ladder_desk.follow(now) >= 0:
            pass
        while await self.follower.round(now):
            pass
        if len(self.store.state.history) != entries:
            self.happened = now
        while (await self.teller.round(now)).groups:
            pass
        await self.teller.digests(now)
        waiting = {row.letter.channel for row in self.telling.tables.notices if row.next_at}
        for postman in self.postmen:
            if postman.channel in waiting:
                await self._post(postman)

    async def _post(self, postman: Postman) -> None:
        await postman.round(1)
        while postman.under_way:
            await postman.some_answer(5)
            await postman.round(1)

    def next_due(self) -> datetime | None:
        """When time alone changes anything next, or a group is looked at again."""
        now = self.clock()
        looks = (row.due_at for row in self.telling.tables.groups.values())
        known = (self.next_change(), *looks)
        return min((at for at in known if at and at > now), default=None)

    def next_change(self) -> datetime | None:
        """When time alone changes anything next."""
        tables = self.telling.tables
        times = [
            *(one.wakes_at for one in self.store.state.warnings.values()),
            *(due for _, due, _ in tables.held),
            *(row.next_at for row in tables.notices),
            *self._silences(),
            *self._deadlines(),
            *self._repeats(),
        ]
        now = self.clock()
        return min((at for at in times if at and at > now), default=None)

    def pass_over(self, until: datetime) -> None:
        """Groups that were looked at since anything happened find nothing new before `until`.

        The looks in between are left out; the next one comes when it would have come.
        """
        for row in self.telling.tables.groups.values():
            if row.due_at and row.flushed_at and row.flushed_at >= self.happened:
                missed = max(-((row.due_at - until) // row.every), 0)
                row.due_at += missed * row.every
                row.flushed_at += missed * row.every

    def _repeats(self) -> Iterator[datetime]:
        """When somebody may be told once more, and when quiet times begin or end."""
        tables = self.telling.tables
        routes = {one.key: one for one in all_routes(self.directory.current.root)}
        for (group, _), last in tables.told.items():
            row = tables.groups.get(group)
            if row and row.group.route in routes:
                yield last.at + routes[row.group.route].timing.repeat
        times = (*self.suppressor.standing, *self.quiet.kept.values())
        yield from (one.next_edge(self.clock()) for quiet in times for one in quiet.intervals)

    def _deadlines(self) -> Iterator[datetime]:
        """Mornings and evenings on which the ladder has something to say."""
        state = self.ladder.state
        steps = (one.watch_on for one in state.steps.values())
        tasks = (task.watch_on for one in state.consultations.values() for task in one.tasks)
        for day in (*steps, *tasks):
            if day:
                yield datetime.combine(day, OPENS, script.ZONE)
                yield datetime.combine(day, CLOSES, script.ZONE)

    def _silences(self) -> list[datetime]:
        live = [one for one in self.silences.kept.values() if one.ended_at is None]
        remind = timedelta(hours=24)
        return [at for one in live for at in (one.starts_at, one.ends_at - remind, one.ends_at)]


def _nothing() -> None:
    """All loops are driven by hand."""
