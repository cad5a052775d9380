"""The situation of a region in a reporting period (形势): all figures that a brief is made of.

The evaluator answers it as of one commit, alerts writes the brief. Values are exact: a decimal, or
`n/d` where the decimal would have no end; None where nothing is known, never nought. Nothing in it
is rounded, so that whoever prints decides once how; nothing in it depends on when it was asked.
"""

import msgspec

from shared.contracts.errors import UnreadableError

FORM = 1


class Label(msgspec.Struct, frozen=True):
    """What something is called, in Chinese and in English."""

    zh: str
    en: str


class Amount(msgspec.Struct, frozen=True, omit_defaults=True):
    """A quantity in `unit`; without a value `missing` says why. flags: remarks on the value."""

    unit: str
    value: str | None = None
    missing: tuple[Label, ...] = ()
    flags: tuple[Label, ...] = ()


class Moved(msgspec.Struct, frozen=True, omit_defaults=True):
    """A quantity beside that of the same period a year earlier.

    change: in per cent. change_before: what `change` was in the period reported before. trend:
    the first less the second, in percentage points.
    """

    now: Amount
    earlier: Amount
    change: str | None = None
    change_before: str | None = None
    trend: str | None = None


class Measured(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the four measures in one scope. single: the last quarter or month alone.

    scope: `whole` (全社会) or `monitored` (重点用能单位). main: the one that the brief goes by.
    """

    measure: str
    scope: str
    main: bool
    moved: Moved
    single: Moved | None = None


class Rated(msgspec.Struct, frozen=True, omit_defaults=True):
    """A target's level. state: rated, not-rated or exempt; change: against the period before.

    severity: 0 green … 4 worst. Numbers are decimals as they are told everywhere else; progress,
    required, remaining, each_year and since_base are per cent, of the plan's whole span.
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
    value: str | None = None
    target_value: str | None = None
    goal: str | None = None
    margin: str | None = None
    margin_unit: str = ""
    progress: str | None = None
    required: str | None = None
    since_base: str | None = None
    remaining: str | None = None
    each_year: str | None = None
    rank: int | None = None
    reasons: tuple[Label, ...] = ()
    figure: str = ""


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """A region below, at `level` (prefecture, county), with its main figures and levels.

    parent: the code of the region that it lies in.
    """

    code: str
    name: str
    level: str
    parent: str
    measures: tuple[Measured, ...]
    rated: tuple[Rated, ...] = ()
    completeness: str | None = None


class Group(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a whole. share: per cent of the whole; share_change and pull: percentage points.

    pull (拉动): (now − earlier) ÷ the whole a year earlier. printed_share: as it was stated, where
    somebody stated it. count: enterprises in it, of which `count_earlier` were there a year ago.
    """

    code: str
    name: Label
    moved: Moved
    share: str | None = None
    share_change: str | None = None
    pull: str | None = None
    printed_share: str | None = None
    count: int | None = None
    count_earlier: int | None = None


class Grouping(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole and its parts: by `sector`, `industry`, `six` (six energy-hungry industries, only
    some of the whole), `key-users`, or `stated:ITEM` (as statistics print it).

    complete: the parts are all there is of the whole. unit: of the last printed digit (`0.01`) of
    what was stated; empty for what was added up here.
    """

    name: str
    label: Label
    measure: str
    whole: Moved
    parts: tuple[Group, ...]
    complete: bool = True
    printed_unit: str = ""


class Users(msgspec.Struct, frozen=True, omit_defaults=True):
    """Enterprises as columns, all of the same length; the largest energy first.

    energy, carbon: of the period, tce and tCO2; `earlier`: a year before; completeness: per cent;
    used and due: per cent of the enterprise's budget of the year (the worst one) that is used, and
    that the line allows; limit: that budget. level: `green`, `notice`, `yellow`, `orange` or `red`
    by the budget's policy, empty without a budget. public: may be named to the public.
    """

    code: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    county: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    energy: tuple[str | None, ...] = ()
    energy_earlier: tuple[str | None, ...] = ()
    carbon: tuple[str | None, ...] = ()
    carbon_earlier: tuple[str | None, ...] = ()
    completeness: tuple[str | None, ...] = ()
    budget: tuple[str, ...] = ()
    limit: tuple[str | None, ...] = ()
    limit_unit: tuple[str, ...] = ()
    used: tuple[str | None, ...] = ()
    due: tuple[str | None, ...] = ()
    level: tuple[str, ...] = ()
    public: tuple[bool, ...] = ()


class Unreconciled(msgspec.Struct, frozen=True):
    """Parts that do not add up: which grouping, what is wrong, and the numbers as printed."""

    grouping: str
    label: Label
    what: Label


class Path(msgspec.Struct, frozen=True, omit_defaults=True):
    """Running sums at the ends of days, for a chart; None where there is none."""

    days: tuple[str, ...] = ()
    actual: tuple[str | None, ...] = ()
    low: tuple[str | None, ...] = ()
    expected: tuple[str | None, ...] = ()
    high: tuple[str | None, ...] = ()
    line: tuple[str | None, ...] = ()


class Scenario(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the year comes to if the rest of it goes so. name: expected, low, high, as-last-year …

    change: of the year against the year before, per cent. over: of the limit, negative when below.
    """

    name: str
    label: Label
    at_end: str | None
    change: str | None = None
    over: str | None = None


class Outlooked(msgspec.Struct, frozen=True, omit_defaults=True):
    """The year's end of one total measure. limit: the budget or target of the year.

    so_far, limit, allowed_rest and rest_last_year are amounts in `unit`. needed: by how many per
    cent the rest of the year must stay below the same rest of last year for the limit to hold
    (negative: it may be above). refusal: why there is no forecast.
    """

    measure: str
    scope: str
    unit: str
    year: str
    so_far: str | None = None
    limit: str | None = None
    limit_name: Label | None = None
    scenarios: tuple[Scenario, ...] = ()
    allowed_rest: str | None = None
    rest_last_year: str | None = None
    needed: str | None = None
    probability: str | None = None
    path: Path | None = None
    refusal: Label | None = None


class Behind(msgspec.Struct, frozen=True, omit_defaults=True):
    """A task that is behind: percent done and expected on the period's last day."""

    code: str
    name: str
    department: str
    state: str
    due: str
    percent: str | None = None
    expected: str | None = None


class Tasks(msgspec.Struct, frozen=True, omit_defaults=True):
    """Tasks of the plan on the period's last day. states: how many are in each."""

    total: int = 0
    states: dict[str, int] = msgspec.field(default_factory=dict)
    behind: tuple[Behind, ...] = ()


class Correction(msgspec.Struct, frozen=True, omit_defaults=True):
    """A published figure that changed after the brief before."""

    figure: str
    old: str | None
    new: str | None
    cause: str
    at: str


class DataState(msgspec.Struct, frozen=True, omit_defaults=True):
    """How good the data are. Shares are per cent.

    completeness: known hours of all that is expected; estimated: of the energy; coverage: monitored
    of the whole region's energy and CO2; findings: open ones by kind.
    """

    points: int = 0
    enterprises: int = 0
    reporting: int = 0
    completeness: str | None = None
    estimated: str | None = None
    coverage_energy: str | None = None
    coverage_carbon: str | None = None
    findings: dict[str, int] = msgspec.field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    corrections_count: int = 0


class Version(msgspec.Struct, frozen=True):
    """Something that the figures went by: kind (factors, rule, target, method, catalogue)."""

    kind: str
    code: str
    name: Label
    version: str


class Output(msgspec.Struct, frozen=True, omit_defaults=True):
    """GDP at constant prices. status: final, preliminary or missing."""

    moved: Moved
    status: str
    basis: str = ""
    source: str = ""


class Span(msgspec.Struct, frozen=True, omit_defaults=True):
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


class Situation(msgspec.Struct, frozen=True, omit_defaults=True):
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


_SITUATION = msgspec.json.Decoder(Situation)
_ENCODER = msgspec.json.Encoder(order="deterministic")


def encode(situation: Situation) -> bytes:
    """The situation as bytes, the same for the same situation everywhere."""
    return _ENCODER.encode(situation)


def decode(value: bytes) -> Situation:
    """The bytes as a situation (unknown fields are ignored); raises UnreadableError."""
    try:
        return _SITUATION.decode(value)
    except msgspec.MsgspecError as error:
        raise UnreadableError(f"not a situation: {error}") from error
