"""How a figure is named: whose it is, what it measures and when, and by which of several rules."""

from dataclasses import dataclass, field
from enum import StrEnum

from services.evaluator.domain.budget import Series
from shared.model.subject import Subject

ENERGY_TOTAL = "energy-total"
ENERGY_INTENSITY = "energy-intensity"
CARBON_TOTAL = "carbon-total"
CARBON_INTENSITY = "carbon-intensity"
FOUR = (ENERGY_TOTAL, ENERGY_INTENSITY, CARBON_TOTAL, CARBON_INTENSITY)
"""The four measures of dual control."""

_FORM = "SUBJECT/MEASURE/PERIOD, such as region:150000/energy-intensity/2025Q3"


class Scope(StrEnum):
    """How much of a region a figure covers; a region always has both."""

    MONITORED = "monitored"
    """重点用能单位口径: the sum of its enterprises."""
    WHOLE = "whole"
    """全社会口径: as statistics say, or the monitored figure and a stated rest."""


class Basis(StrEnum):
    """Whether exclusions are taken off."""

    GROSS = "gross"
    NET = "net"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """By which of several rules a figure is made.

    scope: None leaves it to the figure: amounts are monitored, ratings take the whole region where
    it is known. rule: code of a rule set, empty for that of the target. as_of: a commit of the
    evaluator, None for all that is known.
    """

    scope: Scope | None = None
    series: Series = Series.CALORIFIC
    basis: Basis = Basis.GROSS
    rule: str = ""
    as_of: int | None = None

    @property
    def query(self) -> dict[str, str]:
        """What differs from the usual, as the parameters of an address."""
        usual = Options()
        said = {
            name: str(getattr(self, name))
            for name in ("scope", "series", "basis", "rule")
            if getattr(self, name) != getattr(usual, name)
        }
        return said | ({"as_of": f"commit:{self.as_of}"} if self.as_of is not None else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureId:
    """One figure: `measure` is a word, or `word:rest` (`target:T1`, `statement:product:steel`)."""

    subject: Subject
    measure: str
    period: str
    options: Options = field(default_factory=Options)

    def __str__(self) -> str:
        """`subject/measure/period`; options travel beside it."""
        return f"{self.subject}/{self.measure}/{self.period}"

    @property
    def word(self) -> str:
        """What kind of figure it is: the measure up to a colon."""
        return self.measure.partition(":")[0]

    @property
    def rest(self) -> str:
        """Which one of its kind: what follows the colon, empty without one."""
        return self.measure.partition(":")[2]


def parse_figure(text: str, options: Options | None = None) -> FigureId:
    """Read `subject/measure/period`; a period may have a slash. Raises ValueError."""
    parts = text.strip("/").split("/", 2)
    if len(parts) != 3 or not all(part.strip() for part in parts):
        raise ValueError(f"{text!r} names no figure: write {_FORM}")
    subject, measure, period = parts
    return FigureId(
        subject=Subject.parse(subject),
        measure=measure,
        period=period,
        options=options or Options(),
    )
