"""How a region's briefs are made: how often, of whom, when, and how they are written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from string import Formatter

from services.alerts.domain.briefs.document import Language
from services.alerts.domain.briefs.facts import Label, Proposal, WritingSettings


class Cadence(StrEnum):
    """How often: each kind of period has a brief when it has ended."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    MIDTERM = "midterm"
    """The first three years of a five-year plan (中期评估)."""
    FINAL = "final"
    """All five years of a plan."""


class Tier(StrEnum):
    """Levels of administration that have briefs of their own."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


class Gdp(StrEnum):
    """What to do while the output of the period is not out."""

    WAIT = "wait"
    PRELIMINARY = "preliminary"
    """初步数据，不作评级."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """When a draft is prepared: so many working days after the period's last day.

    With `coverage` (per cent of the hours that are expected) as soon as the data have come that
    far, but at least `at_least` working days after it, and after `after` ones all the same.
    """

    after: int
    coverage: Fraction | None = None
    at_least: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefSettings:
    """One file of settings. `wait`: working days for which it waits for the output at most.

    `number`: the pattern of 编号 with {year} and {nth}. `zone`: whose days count.
    `proposals`: the rules by which measures are proposed.
    """

    name: str
    title: Label
    source: str
    cadences: frozenset[Cadence]
    levels: frozenset[Tier]
    trigger: Trigger
    gdp: Gdp
    wait: int
    languages: tuple[Language, ...]
    measure_first: str
    second_person: bool
    publish_on_approval: bool
    public: bool
    issuer: Label
    copies: Label
    number: str
    map_name: str = ""
    proposals: tuple[Proposal, ...] = ()
    zone: str = "Asia/Shanghai"

    @property
    def writing(self) -> WritingSettings:
        """What of it decides how a brief is written."""
        return WritingSettings(
            measure_first=self.measure_first,
            gdp=self.gdp.value,
            issuer=self.issuer,
            copies=self.copies,
            map_name=self.map_name,
            proposals=self.proposals,
        )


def tier_of(level: str) -> Tier | None:
    """The level of administration by its name in the situation; None for another one."""
    return Tier(level) if level in set(Tier) else None


def assigned(chain: tuple[str, ...], known: Mapping[str, str]) -> tuple[str, bool] | None:
    """The name of the settings of a region and whether they are its own.

    `chain`: the region and those above it, nearest first; `known`: region -> name. None without.
    """
    for place, code in enumerate(chain):
        if code in known:
            return known[code], place == 0
    return None


_MOST_DAYS = 250


def faults(settings: BriefSettings) -> Iterator[tuple[str, str]]:
    """What is wrong with them: place and reason."""
    trigger = settings.trigger
    for name, days in (
        ("trigger.after_workdays", trigger.after),
        ("trigger.after_workdays_at_least", trigger.at_least),
        ("wait_at_most_workdays", settings.wait),
    ):
        if not 0 <= days <= _MOST_DAYS:
            yield name, f"must be from 0 to {_MOST_DAYS} working days"
    if trigger.coverage is not None and not 0 < trigger.coverage <= 100:
        yield "trigger.coverage_percent", "must be above 0 and at most 100"
    if trigger.coverage is not None and trigger.at_least > trigger.after:
        yield "trigger.after_workdays_at_least", "must not be more than after_workdays"
    if settings.measure_first not in {"carbon", "energy"}:
        yield "measure_first", "must be carbon or energy"
    if not settings.languages:
        yield "languages", "must name zh, en or both"
    yield from _faulty_number(settings.number)


def _faulty_number(pattern: str) -> Iterator[tuple[str, str]]:
    try:
        names = sorted(name for _, name, _, _ in Formatter().parse(pattern) if name is not None)
    except ValueError as error:
        yield "number", f"is no pattern: {error}"
        return
    if names != ["nth", "year"]:
        yield "number", "must have {year} and {nth}, each once, and no other braces"
