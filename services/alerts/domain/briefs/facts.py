"""The facts of a brief: what the evaluator knows of the region, and what the warning desk knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from services.alerts.domain.briefs.situation import (
    Amount,
    Behind,
    Correction,
    DataState,
    Group,
    Grouping,
    Label,
    Measured,
    Moved,
    Outlooked,
    Output,
    Path,
    Place,
    Rated,
    Scenario,
    Situation,
    Span,
    Tasks,
    Unreconciled,
    Users,
    Version,
)

__all__ = [
    "Amount",
    "Before",
    "Behind",
    "Correction",
    "Count",
    "DataState",
    "Desk",
    "Facts",
    "GateState",
    "Group",
    "Grouping",
    "Label",
    "Measured",
    "Moved",
    "Open",
    "Outlooked",
    "Output",
    "Path",
    "Place",
    "Proposal",
    "Rated",
    "Scenario",
    "Situation",
    "Span",
    "StepCount",
    "Tasks",
    "Unreconciled",
    "Users",
    "Version",
    "WritingSettings",
]

_UNNAMED = Label("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Warnings of a level and measure (energy, carbon, data).

    raised: in the period; answered, resolved: of those; overdue: a deadline of theirs has passed;
    open: at the period's end, as of the journal's entry.
    """

    level: str
    measure: str
    raised: int
    answered: int
    overdue: int
    resolved: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A warning that is open. kind: word of the condition; since: ISO date."""

    warning: str
    subject: str
    subject_name: str
    kind: str
    measure: str
    level: str
    since: str
    stage: str
    about_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCount:
    """How many steps of a kind (通报, 约谈 …) are how far.

    issued: all that were; of those, so many are answered, overdue or done.
    """

    kind: str
    title: Label
    proposed: int
    issued: int
    answered: int
    overdue: int
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GateState:
    """A region that is not open to all projects. state: slowed or restricted; kinds: of projects.

    because: why, for the office only.
    """

    region: str
    region_name: str
    state: str
    since: str
    kinds: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the warning desk knows as of an entry of its journal; open: the worst first."""

    journal: int
    counts: tuple[Count, ...] = ()
    open: tuple[Open, ...] = ()
    steps: tuple[StepCount, ...] = ()
    gates: tuple[GateState, ...] = ()
    consultations: int = 0
    consultation_tasks_overdue: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The brief of this region that was published before."""

    number: str
    id: str
    published_at: str
    period: str
    commit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A measure that is proposed where a figure says so; `{names}` in its text are those it names.

    figure: a name in writing/signals.py. It applies where the figure is known and every bound that
    is set holds: at_least and at_most include the bound, above and below do not.
    """

    code: str
    figure: str
    text: Label
    at_least: Fraction | None = None
    at_most: Fraction | None = None
    above: Fraction | None = None
    below: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingSettings:
    """How a region's briefs are written.

    measure_first: carbon or energy. gdp: `wait` for it, or `preliminary` without levels.
    map_name: whose outlines the map shows, empty for the region's own. proposals: the rules that
    propose measures, in the order in which the measures are written.
    """

    measure_first: str = "carbon"
    gdp: str = "preliminary"
    issuer: Label = _UNNAMED
    copies: Label = _UNNAMED
    map_name: str = ""
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a brief is written from. digest: of the facts themselves (sha256), for small print.

    number: 编号, empty for a draft. date: on which it is signed (ISO), empty for a draft.
    preliminary: there is no final GDP, and the settings let the brief go out all the same.
    remarks: a person's own words by section.
    """

    situation: Situation
    desk: Desk
    before: Before | None = None
    settings: WritingSettings = field(default_factory=WritingSettings)
    preliminary: bool = False
    remarks: Mapping[str, str] = field(default_factory=dict)
    number: str = ""
    date: str = ""
    digest: str = ""
