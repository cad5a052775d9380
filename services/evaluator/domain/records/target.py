"""A target (目标) of a plan: how far a measure or indicator of a holder is to come by when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Form(StrEnum):
    """What the target's value says."""

    REDUCTION = "reduction"
    """The measure falls by `value` per cent from the base year to the last year."""
    TOTAL = "total"
    """The measure's amount in the last year (or in each year named) is at most `value`."""
    INCREMENT = "increment"
    """The measure grows by at most `value` (in its unit) from the base year to the last year."""
    AT_MOST = "at-most"
    """The indicator is at most `value` in the last year."""
    AT_LEAST = "at-least"
    """The indicator is at least `value` in the last year."""


class Binding(StrEnum):
    """How strictly a target is meant."""

    BINDING = "binding"
    """约束性."""
    EXPECTED = "expected"
    """预期性."""
    AIM = "aim"
    """力争."""


class State(StrEnum):
    """Where a target stands between being written down and being replaced."""

    DRAFT = "draft"
    APPROVED = "approved"
    """Approved: in force from `effective_from` on, until a later version is."""
    IN_FORCE = "in-force"
    """On record the same as approved; of a day, what counts on it."""
    SUPERSEDED = "superseded"
    """On record: repealed from `effective_from` on; of a day, replaced or repealed by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One target.

    holder: `region:…`, `enterprise:…` or `tag:…` (sector, department, park). measure: one of
    the four (`energy-total`, `energy-intensity`, `carbon-total`, `carbon-intensity`) or an
    indicator's code. value: None when the plan says "as handed down" and nobody has stated it
    yet. incentive: the further target (激励目标) whose holder is exempt from the total test.
    first_year, last_year: the plan's years, both included; base_year: the year compared with.
    yearly: year -> value of that single year, in the same form, where one was set. shares: per
    cent of a year's value for its 12 months (or 4 quarters), empty for even. elastic: a total
    that may be exceeded while the intensity is met (总量弹性): it keeps its level, with a remark;
    any total is exempt from the test once the intensity meets its incentive target. parent:
    code of the target that this one is a part of; reserve and unmonitored: parts of `value`
    that no child holds. cut: which division of the parent this part belongs to, empty for the
    usual one of its holder (`places` or `tags`); each cut that has parts adds up to the parent
    by itself. undivided: cut -> what no part of that cut holds, for cuts in which this is not
    reserve + unmonitored. weight: share of the parent's GDP (per cent), for checking
    intensities. rule: code of the rule set that judges it, empty for the default of its
    measure. exclusions: the deductions that apply (`feedstock`, `non-fossil`,
    `new-renewables`, `major-projects`). approver, approved_on, effective_from: who approved
    this version, when, and from which day (ISO date) it is in force. reason: why this version
    was made. counterpart, transferred: with whom and how much was exchanged, positive for what
    came in. plan, source, confidence: where it is written, and how surely.
    """

    code: str
    name: str
    name_en: str = ""
    holder: str
    measure: str
    form: Form
    value: Decimal | None
    incentive: Decimal | None = None
    unit: str
    base_year: int | None = None
    first_year: int
    last_year: int
    yearly: Mapping[str, Decimal] = field(default_factory=dict)
    shares: tuple[Decimal, ...] = ()
    binding: Binding = Binding.BINDING
    elastic: bool = False
    parent: str = ""
    reserve: Decimal = Decimal(0)
    unmonitored: Decimal = Decimal(0)
    cut: str = ""
    undivided: Mapping[str, Decimal] = field(default_factory=dict)
    weight: Decimal | None = None
    rule: str = ""
    exclusions: tuple[str, ...] = ()
    state: State = State.DRAFT
    approver: str = ""
    approved_on: str = ""
    effective_from: str = ""
    reason: str = ""
    counterpart: str = ""
    transferred: Decimal | None = None
    plan: str = ""
    source: str = ""
    confidence: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """The code: a later record with it is the target's next version."""
        return self.code

    @property
    def starts(self) -> int:
        """The first year that counts: the one after the base year, from which it is measured."""
        return self.first_year if self.base_year is None else self.base_year + 1

    @property
    def span(self) -> int:
        """How many years the target runs from its base."""
        return self.last_year - self.starts + 1
