"""What a profile holds: a plan's levels, holders, targets, tasks, gates, and where it is silent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from services.evaluator.domain.records.target import Binding, Form
from services.evaluator.domain.records.task import Milestone


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The plan itself. draft: it was only out for comment. issued, published: ISO dates."""

    title: str
    number: str = ""
    issuer: str
    issued: str
    published: str = ""
    draft: bool
    note: str = ""

    @property
    def citation(self) -> str:
        """Title and number, and that it is a draft where it is one."""
        return f"{self.title}{f'（{self.number}）' if self.number else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """The year compared with, and the plan's years, both included."""

    base: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The region whose plan it is, and the names of its response ladder and settings of briefs."""

    region: str
    ladder: str
    briefs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A level of administration, or a department."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A holder that cuts across regions: sector, department, park, township, area; a tag."""

    code: str
    name: str
    name_en: str
    kind: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One target of the plan.

    holder: empty for the place itself. value: None where it is handed down and not printed. about:
    左右. base, last: where they differ from the plan's. yearly: it holds for every single year.
    each: level of regions (`county`) of which every one holds it. part_of: the target whose part
    it is. clause: where the number stands.
    """

    code: str
    name: str
    name_en: str
    holder: str = ""
    measure: str
    form: Form
    value: Decimal | None
    incentive: Decimal | None = None
    unit: str
    base: int | None = None
    last: int | None = None
    clause: str
    binding: Binding
    elastic: bool = False
    about: bool = False
    yearly: bool = False
    each: str = ""
    part_of: str = ""
    exclusions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """An indicator that the plan names. better: `more` or `less`."""

    code: str
    name: str
    name_en: str
    unit: str
    better: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChoice:
    """Which rule set judges a measure; `source: ours` where the plan names none."""

    rule: str = ""
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """What the plan takes out of which measures."""

    code: str
    name: str
    name_en: str
    measures: tuple[str, ...]
    since: int | None = None
    clause: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Something that happens regularly, or once on a day. every: quarter, year, once, regular."""

    what: str
    name: str
    name_en: str
    every: str
    on: str = ""
    clause: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Regions that the plan treats alike. members_source: where the list comes from, how surely."""

    code: str
    name: str
    name_en: str
    severity: str
    words: str
    clause: str
    members: tuple[str, ...] = ()
    members_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A rule for projects. trigger: measure and what a region falls short of; empty: always."""

    code: str
    name: str
    name_en: str
    applies: str
    trigger: Mapping[str, str] = field(default_factory=dict)
    threshold: Decimal | None = None
    unit: str = ""
    per: str = ""
    above: bool = False
    clause: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A task of the plan. lead, joining: as the plan lists them, empty where it names nobody.

    due: ISO date, empty where the plan gives none. more: the list of departments ends with 等.
    every: quarter or year for one that falls due again. each: level of regions of which every one
    has it.
    """

    code: str
    title: str
    title_en: str
    clause: str
    lead: tuple[str, ...]
    joining: tuple[str, ...] = ()
    more: bool = False
    due: str = ""
    every: str = ""
    each: str = ""
    holder: str = ""
    serves: tuple[str, ...] = ()
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """Who follows a task for which the plan names no lead, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A number of the plan that is no target but lets data be checked."""

    what: str
    value: Decimal
    unit: str
    note: str = ""
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where the plan says other than the summary it was ordered by; the plan counts."""

    what: str
    summary: str
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A whole profile. demonstration: name of its year of demonstration data."""

    name: str
    title: str
    title_en: str
    plan: Document
    years: Years
    place: Place
    reading: Mapping[str, str]
    levels: tuple[Named, ...]
    departments: tuple[Named, ...]
    sectors: tuple[Sector, ...]
    targets: tuple[Goal, ...]
    indicators: tuple[Gauge, ...]
    rules: Mapping[str, RuleChoice]
    exclusions: tuple[Deduction, ...]
    cadence: tuple[Occasion, ...]
    differentiation: tuple[Tier, ...]
    gates: tuple[Gate, ...]
    tasks: tuple[Duty, ...]
    fallback_lead: Fallback
    silent: tuple[str, ...]
    plausibility: tuple[Known, ...] = ()
    differences: tuple[Difference, ...]
    demonstration: str

    @property
    def region(self) -> str:
        """The place as a subject."""
        return f"region:{self.place.region}"
