"""Made-up judgements as the evaluator would send them: a province with something wrong everywhere.

17,000 enterprises in 100 counties of 12 leagues. Each judgement is of a series of its own and
raises a new warning; texts and facts have the shapes and sizes of the evaluator's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from deploy.bench.province.estate import Estate
from deploy.bench.province.size import BRIEF
from deploy.bench.warnings import facts
from shared.contracts import assessments, conditions
from shared.contracts.assessments import AssessmentMade, BudgetBody, Evidence, Transition
from shared.contracts.conditions import ConditionMade, Step
from shared.contracts.topics import ASSESSMENTS, CONDITIONS
from shared.kit.kafka.producer import Message
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import HOUR_US, iso
from shared.model.level import Level

_LEVELS = (Level.NOTICE,) * 8 + (Level.YELLOW,) * 6 + (Level.ORANGE,) * 4 + (Level.RED,) * 2
"""Of twenty warnings so many of each level."""

_OF_ENTERPRISES = (
    ConditionKind.NO_DATA,
    ConditionKind.FORECAST,
    ConditionKind.LIMIT,
    ConditionKind.QUALITY,
    ConditionKind.CROSS_CHECK,
    ConditionKind.INDICATOR,
)
_OF_REGIONS = (
    ConditionKind.BAROMETER,
    ConditionKind.INTENSITY,
    ConditionKind.TASK,
    ConditionKind.CHILDREN,
)
_REGION_EVERY = 25
"""One in so many is of a region."""
_AGO_HOURS = 6

_DATA = (ConditionKind.NO_DATA, ConditionKind.QUALITY, ConditionKind.CROSS_CHECK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Somebody judged: subject, name, the regions it lies in (nearest first)."""

    subject: str
    name: str
    regions: tuple[str, ...]


@dataclass(frozen=True)
class MadeUp:
    """So many judgements; `now_us` is about when they are made."""

    now_us: int
    estate: Estate = field(default_factory=lambda: Estate(BRIEF))

    def conditions(self, count: int) -> Iterator[Message]:
        """Messages of `conditions.v1`, each a series of its own."""
        for number in range(count):
            made = self._condition(number)
            yield Message(CONDITIONS.name, conditions.encode(made), key=made.subject.encode())

    def assessments(self, count: int) -> Iterator[Message]:
        """Messages of `assessments.v1`, each of a budget of its own."""
        numbers: dict[str, int] = {}
        for number in range(count):
            whom = self.enterprise(number)
            numbers[whom.subject] = nth = numbers.get(whom.subject, 0) + 1
            made = self._assessment(number, nth, whom)
            yield Message(ASSESSMENTS.name, assessments.encode(made), key=made.subject.encode())

    def enterprise(self, number: int) -> Whom:
        """Any enterprise: neighbours in number are far apart."""
        place = number * 7 % BRIEF.enterprises
        county = self.estate.county_of(place)
        return Whom(
            subject=f"enterprise:{self.estate.enterprise(place)}",
            name=f"内蒙古演示能源化工有限责任公司第{place:05}厂",
            regions=(county.code, *county.above),
        )

    def region(self, number: int) -> Whom:
        """Any region below the province, or the province itself."""
        codes = self._chains
        code, name, chain = codes[number % len(codes)]
        return Whom(subject=f"region:{code}", name=name, regions=chain)

    @cached_property
    def _chains(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        parents = {one.code: one.parent for one in self.estate.regions}

        def chain(code: str | None) -> tuple[str, ...]:
            return (code, *chain(parents[code])) if code else ()

        return tuple((one.code, one.name, chain(one.code)) for one in self.estate.regions)

    def _condition(self, number: int) -> ConditionMade:
        of_region = number % _REGION_EVERY == 0
        nth = number // _REGION_EVERY if of_region else number - number // _REGION_EVERY
        kinds = _OF_REGIONS if of_region else _OF_ENTERPRISES
        whom = (self.region if of_region else self.enterprise)(nth // len(kinds))
        kind = kinds[nth % len(kinds)]
        about = f"{kind.value.upper()}-{number:06}"
        level = _LEVELS[number * 11 % len(_LEVELS)]
        made = facts.of(kind, whom.subject, about, number)
        at_us = self.now_us - _AGO_HOURS * HOUR_US
        return ConditionMade(
            id=f"{kind.value}|{whom.subject}|{about}|{made.rule}/1",
            kind=kind.value,
            subject=whom.subject,
            subject_name=whom.name,
            regions=list(whom.regions),
            measure=_measure(kind, number).value,
            about=about,
            about_name=made.name,
            rule=made.rule,
            number=1,
            commit=1_000 + number,
            made_at=iso(self.now_us),
            cause="readings",
            watermark=iso(self.now_us),
            sequence=[Step(at=iso(at_us), level=level.word, **made.numbers)],
            facts=made.facts,
        )

    def _assessment(self, number: int, nth: int, whom: Whom) -> AssessmentMade:
        level = _LEVELS[number * 11 % len(_LEVELS)]
        end_us = self.now_us - self.now_us % HOUR_US
        steps = _transitions(end_us - _AGO_HOURS * HOUR_US, level)
        return AssessmentMade(
            id=f"{whom.subject}/{nth}",
            subject=whom.subject,
            subject_name=whom.name,
            regions=list(whom.regions),
            number=nth,
            commit=0,
            made_at=iso(self.now_us),
            correlation_id=f"bench-{number:08}",
            cause="readings",
            rule="pace" if number % 3 else "used",
            thresholds={"notice": "0", "yellow": "5", "orange": "10", "red": "20"},
            budget=_budget(number),
            level=level.word,
            watermark=iso(end_us),
            sequence=steps,
            evidence=_evidence(steps[-1], number),
        )


def _measure(kind: ConditionKind, number: int) -> Measure:
    if kind in _DATA:
        return Measure.DATA
    return Measure.CARBON if number % 3 == 0 else Measure.ENERGY


def _transitions(at_us: int, level: Level) -> list[Transition]:
    figures: dict[str, Any] = {"quantity": "1843.207 tce", "line": "1702.115 tce"}
    hour = iso(at_us)
    return [Transition(hour=hour, level=level.word, used_percent="71.43", **figures)]


def _budget(number: int) -> BudgetBody:
    return BudgetBody(
        code=f"BUDGET-{number:06}",
        name=f"2026年度综合能耗预算{number:06}",
        version=1,
        total="25800",
        unit="tCO2" if number % 3 == 0 else "tce",
        period="2026",
        zone="Asia/Shanghai",
        phasing="even",
    )


def _evidence(last: Transition, number: int) -> Evidence:
    factor = {"item": "electricity", "value": "0.1229", "unit": "kgce/kWh", "source": "GB/T 2589"}
    part = {"carrier": "electricity", "quantity": "14997616.4 kWh", "tce": "1843.207"}
    return Evidence(
        quantity=last.quantity,
        estimated="0.000",
        unit="tce",
        line=last.line,
        used_percent=last.used_percent,
        over_line_percent="8.29",
        first_over_line=last.hour,
        completeness="0.9983",
        hours_judged=7_200 + number % 24,
        period_hours=8_760,
        catalogue_version=42,
        factors=[factor],
        parts=[part],
    )
