"""Warnings, ladders and people for tests of the ladder; working days are China's."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from services.alerts.adapters.ladder_policy import read_ladder, shipped
from services.alerts.domain.ladder import steps as acts
from services.alerts.domain.ladder.policy import Ladder
from services.alerts.domain.ladder.review import Case, review, running
from services.alerts.domain.ladder.steps import Happening, Step
from services.alerts.domain.warning import Change, Warning, warning_id
from shared.kit.workdays import after
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import HOUR_US, from_us
from shared.model.level import Level

MONDAY = datetime(2026, 5, 11, 1, tzinfo=UTC)
"""A Monday morning in China, without holidays for weeks to come."""

CITY = "region:150200"
CITY_CHAIN = ("150200", "150000")

LADDER = """
name: short
title: 试用阶梯
source: 试用文件
offices: {energy: 节能主管部门, carbon: 生态环境主管部门, data: 两部门}
records: {task: 任务台账}
steps:
  - {code: circular, kind: circular, title: 通报, clause: 一, formal: true, days: 3,
     passed: {step: talk}, demands: [整改]}
  - {code: talk, kind: talk, title: 约谈, clause: 二, formal: true, days: 3,
     passed: {step: supervision, up: true}}
  - {code: supervision, kind: supervision, title: 督导, clause: 三, formal: true, days: 5,
     passed: {up: true}}
  - {code: gate, kind: gate, title: 限批, clause: 四, formal: true, days: 5,
     gate: {state: restricted, projects: [two_high], exempt: [national_major], offset: [energy]}}
rules:
  - {code: red, clause: 一, when: {level: red}, propose: [circular]}
  - {code: twice, clause: 二, when: {level: red, periods: 2}, propose: [talk]}
  - {code: shut, clause: 四, propose: [gate],
     when: {level: red, kinds: [intensity], measures: [energy], tiers: [prefecture, county]}}
"""


def short() -> Ladder:
    """A ladder of three steps and a gate."""
    return read_ladder(LADDER)


def ladder(name: str) -> Ladder:
    """One of those that come with the service."""
    return shipped()[name].ladder


def warning(
    *changes: tuple[str, str],
    kind: ConditionKind = ConditionKind.BAROMETER,
    measure: Measure = Measure.ENERGY,
    subject: str = CITY,
    regions: tuple[str, ...] = CITY_CHAIN,
    name: str = "包头市",
    about: str = "NM-ENERGY-INTENSITY",
) -> Warning:
    """A warning whose level was, one after the other, this in that period."""
    sequence = tuple(
        Change(
            hour=500_000 + place,
            level=Level.of(level),
            quantity="12.5",
            line="10",
            used_percent="",
            period=period,
            unit="%",
        )
        for place, (level, period) in enumerate(changes)
    )
    level = sequence[-1].level if sequence else Level.NONE
    at = from_us(500_000 * HOUR_US)
    return Warning(
        id=warning_id(subject, about, kind.value),
        subject=subject,
        subject_name=name,
        regions=regions,
        about=about,
        about_name="单位地区生产总值能耗",
        rule=kind.value,
        level=level,
        highest=max((change.level for change in sequence), default=Level.NONE),
        sequence=sequence,
        entries=len(sequence),
        opened_at=at,
        changed_at=at,
        watermark=at,
        number=1,
        facts={},
        kind=kind,
        measure=measure,
    )


class Office:
    """Reviews a warning day by day and issues what it is told to; keeps every line."""

    def __init__(self, ladder: Ladder, now: datetime = MONDAY) -> None:
        self.ladder = ladder
        self.now = now
        self.steps: dict[object, Step] = {}
        self.lines: list[Happening] = []

    def see(self, one: Warning) -> list[str]:
        """Review it; what happened, as `code did`."""
        case = Case(
            warning=one,
            steps=tuple(self.steps.values()),
            ladder=self.ladder,
            now=self.now,
            days=after,
        )
        return self._keep(review(case))

    def on(self, day: str) -> "Office":
        """At nine in the morning of that day."""
        self.now = datetime.fromisoformat(f"{day}T01:00:00+00:00")
        return self

    def step(self, code: str) -> Step:
        """The newest step of that code."""
        return [step for step in self.steps.values() if step.code == code][-1]

    def issue(self, code: str, document: str = "文〔2026〕1号") -> Step:
        """Issue it today."""
        step = self.step(code)
        today = self.now.astimezone(UTC).date()
        begins = running(self.ladder, today, step.days, after)
        issued = acts.issue(step, by="王五", at=self.now, begins=begins, document=document)
        self._keep([issued])
        return self.step(code)

    def answer(self, code: str) -> None:
        """It is answered."""
        self._keep([acts.answer(self.step(code), by="赵六", at=self.now, text="已整改")])

    def finish(self, code: str) -> None:
        """The answer is sufficient."""
        self._keep([acts.finish(self.step(code), by="王五", at=self.now)])

    def withdraw(self, code: str) -> None:
        """A person decides against it."""
        self._keep([acts.withdraw(self.step(code), by="王五", at=self.now, reason="另案处理")])

    def days(self, one: Warning, first: str, last: str) -> list[str]:
        """See it every day from the first to the last; `date code did` of all that happened."""
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        found: list[str] = []
        while day <= end:
            found += [f"{day} {line}" for line in self.on(day.isoformat()).see(one)]
            day += timedelta(days=1)
        return found

    def live(self) -> set[str]:
        """The codes of the steps of which anything is still to come."""
        return {step.code for step in self.steps.values() if step.state.is_live}

    def _keep(self, happened: Iterable[Happening]) -> list[str]:
        found = list(happened)
        self.lines += found
        for one in found:
            self.steps[one.step.id] = one.step
        return [f"{one.step.code} {one.did.value}" for one in found]


def raised(one: Warning, changes: Sequence[tuple[str, str]]) -> Warning:
    """The same warning with another sequence."""
    other = warning(*changes)
    return replace(one, sequence=other.sequence, level=other.level, entries=len(changes))
