"""What the evaluator knows of a region in a period, as exact records.

They have the fields of the contract, with exact numbers in the place of their texts; None is what
nobody knows, never nought. Nothing here is rounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Label:
    """What something is called, in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A quantity in `unit`; without a value `missing` says why. flags: remarks on the value."""

    unit: str
    value: Fraction | None = None
    missing: tuple[Label, ...] = ()
    flags: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A quantity beside that of the same period a year earlier.

    change: in per cent. change_before: what `change` was in the period reported before. trend:
    the first less the second, in percentage points.
    """

    now: Amount
    earlier: Amount
    change: Fraction | None = None
    change_before: Fraction | None = None
    trend: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One of the four measures in one scope. single: the last quarter or month alone.

    scope: `whole` (全社会) or `monitored` (重点用能单位). main: the one that the brief goes by.
    """

    measure: str
    scope: str
    main: bool
    moved: Moved
    single: Moved | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A target's level. state: rated, not-rated or exempt; change: against the period before.

    severity: 0 green … 4 worst. progress, required, remaining, each_year and since_base are per
    cent, of the plan's whole span.
    """

    target: str
    target_name: Label
    measure: str
    measure_label: Label
    scope: str
    state: str
    colour: str
    label: Label
    change: str
    binding: str
    rule: str
    rule_version: str
    target_version: int
    unit: str = ""
    severity: int | None = None
    colour_before: str = ""
    label_before: Label | None = None
    value: Fraction | None = None
    target_value: Fraction | None = None
    goal: Fraction | None = None
    margin: Fraction | None = None
    margin_unit: str = ""
    progress: Fraction | None = None
    required: Fraction | None = None
    since_base: Fraction | None = None
    remaining: Fraction | None = None
    each_year: Fraction | None = None
    rank: int | None = None
    reasons: tuple[Label, ...] = ()
    figure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A region below, at `level` (prefecture, county), with its main figures and levels.

    parent: the code of the region that it lies in.
    """

    code: str
    name: str
    level: str
    parent: str
    measures: tuple[Measured, ...]
    rated: tuple[Rated, ...] = ()
    completeness: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of a whole. share: per cent of the whole; share_change and pull: percentage points.

    pull (拉动): (now − earlier) ÷ the whole a year earlier. printed_share: as it was stated, where
    somebody stated it. count: enterprises in it, of which `count_earlier` were there a year ago.
    """

    code: str
    name: Label
    moved: Moved
    share: Fraction | None = None
    share_change: Fraction | None = None
    pull: Fraction | None = None
    printed_share: Fraction | None = None
    count: int | None = None
    count_earlier: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """A whole and its parts: by `sector`, `industry`, `six`, `key-users`, or `stated:ITEM`.

    complete: the parts are all there is of the whole. printed_unit: of the last printed digit
    (0.01) of what was stated, empty for what was added up.
    """

    name: str
    label: Label
    measure: str
    whole: Moved
    parts: tuple[Group, ...]
    complete: bool = True
    printed_unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """Enterprises as columns, all of the same length; the largest energy first.

    energy, carbon: of the period; `earlier`: a year before; used and due: per cent of the
    enterprise's budget of the year (the worst one) that is used, and that the line allows; limit:
    that budget. level: `green`, `notice`, `yellow`, `orange` or `red` by the budget's policy, empty
    without a budget. public: may be named to the public.
    """

    code: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    county: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    energy: tuple[Fraction | None, ...] = ()
    energy_earlier: tuple[Fraction | None, ...] = ()
    carbon: tuple[Fraction | None, ...] = ()
    carbon_earlier: tuple[Fraction | None, ...] = ()
    completeness: tuple[Fraction | None, ...] = ()
    budget: tuple[str, ...] = ()
    limit: tuple[Fraction | None, ...] = ()
    limit_unit: tuple[str, ...] = ()
    used: tuple[Fraction | None, ...] = ()
    due: tuple[Fraction | None, ...] = ()
    level: tuple[str, ...] = ()
    public: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreconciled:
    """Parts that do not add up: which grouping, what is wrong, and the numbers as printed."""

    grouping: str
    label: Label
    what: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Running sums at the ends of days, for a chart; None where there is none."""

    days: tuple[str, ...] = ()
    actual: tuple[Fraction | None, ...] = ()
    low: tuple[Fraction | None, ...] = ()
    expected: tuple[Fraction | None, ...] = ()
    high: tuple[Fraction | None, ...] = ()
    line: tuple[Fraction | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What the year comes to if the rest of it goes so. name: expected, low, high, as-last-year …

    change: of the year against the year before, per cent. over: of the limit, negative when below.
    """

    name: str
    label: Label
    at_end: Fraction | None
    change: Fraction | None = None
    over: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlooked:
    """The year's end of one total measure. limit: the budget or target of the year.

    so_far, limit, allowed_rest and rest_last_year are amounts in `unit`. needed: by how many per
    cent the rest of the year must stay below the same rest of last year for the limit to hold
    (negative: it may be above). refusal: why there is no forecast. probability: that the limit is
    exceeded, from 0 to 1.
    """

    measure: str
    scope: str
    unit: str
    year: str
    so_far: Fraction | None = None
    limit: Fraction | None = None
    limit_name: Label | None = None
    scenarios: tuple[Scenario, ...] = ()
    allowed_rest: Fraction | None = None
    rest_last_year: Fraction | None = None
    needed: Fraction | None = None
    probability: Fraction | None = None
    path: Path | None = None
    refusal: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A task that is behind: percent done and expected on the period's last day."""

    code: str
    name: str
    department: str
    state: str
    due: str
    percent: Fraction | None = None
    expected: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """Tasks of the plan on the period's last day. states: how many are in each."""

    total: int = 0
    states: Mapping[str, int] = field(default_factory=dict)
    behind: tuple[Behind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A published figure that changed after the brief before."""

    figure: str
    old: str | None
    new: str | None
    cause: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataState:
    """How good the data are. Shares are per cent.

    completeness: known hours of all that is expected; estimated: of the energy; coverage: monitored
    of the whole region's energy and CO2; findings: open ones by kind.
    """

    points: int = 0
    enterprises: int = 0
    reporting: int = 0
    completeness: Fraction | None = None
    estimated: Fraction | None = None
    coverage_energy: Fraction | None = None
    coverage_carbon: Fraction | None = None
    findings: Mapping[str, int] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    corrections_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Something that the figures went by: kind (factors, rule, target, method, catalogue)."""

    kind: str
    code: str
    name: Label
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """GDP at constant prices. status: final, preliminary or missing."""

    moved: Moved
    status: str
    basis: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The period. first, last: its days; single: the last quarter or month alone, if that differs.

    earlier: the same a year before; before: the one reported before. over: it had ended at the
    instant of the commit. kind: month, quarter, half, year, midterm or final.
    """

    text: str
    kind: str
    first: str
    last: str
    cumulative: bool
    over: bool
    zone: str
    single: str = ""
    earlier: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything that the evaluator knows of the region in the period, as of one commit.

    at: the instant of the commit (RFC 3339, UTC). places: regions right below; counties: all
    counties below, where those are others. own: the region's own targets. hidden: how many
    enterprises the asking key may not see (their amounts are in all sums).
    """

    form: int
    region: str
    name: str
    level: str
    parents: tuple[str, ...]
    span: Span
    commit: int
    at: str
    catalogue_version: int
    output: Output
    measures: tuple[Measured, ...]
    own: tuple[Rated, ...]
    places: tuple[Place, ...]
    counties: tuple[Place, ...]
    groupings: tuple[Grouping, ...]
    users: Users
    outlook: tuple[Outlooked, ...]
    tasks: Tasks
    data: DataState
    versions: tuple[Version, ...]
    unreconciled: tuple[Unreconciled, ...] = ()
    hidden: int = 0

    @property
    def awaits_output(self) -> bool:
        """Whether it lacks GDP: none is stated, nor its growth, nor how an intensity has changed.

        Bulletins often tell rates alone: then what needs GDP is known without it.
        """
        rates = (one.moved.change for one in self.measures if one.measure.endswith("-intensity"))
        known = (self.output.moved.change, *rates)
        return self.output.status == "missing" and all(one is None for one in known)
