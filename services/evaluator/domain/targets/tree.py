"""Totals shared out: children + reserve + unmonitored = parent, exactly, in every cut.

Reductions are held against each other weighted by GDP. All that is looked at here is one set of
targets, one version of each: the newest ones, or those in force on a day.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.targets.exactly import added, shown
from services.evaluator.domain.targets.holders import usual_cut
from services.evaluator.domain.targets.sound import adds_up

Weights = Mapping[tuple[str, int], Fraction]
"""Holder and year -> GDP of that year at constant prices, where no share is written down."""

_ALL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A parent and its parts in one cut."""

    parent: Target
    cut: str
    parts: tuple[Target, ...]

    @property
    def undivided(self) -> Fraction:
        """What no part holds: reserve + unmonitored, or what is said for this cut."""
        named = self.parent.undivided.get(self.cut)
        if named is not None:
            return Fraction(named)
        return added((self.parent.reserve, self.parent.unmonitored))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """How a division stands.

    held: what the parts hold. undivided: reserve and unmonitored. difference: how far parts and
    undivided go beyond the parent (for reductions: how far the weighted reduction of the parts goes
    beyond the parent's, in points); None when it cannot be said. open: codes of the parts that
    have no value yet, or no weight.
    """

    held: Fraction | None
    undivided: Fraction
    difference: Fraction | None
    open: tuple[str, ...] = ()
    fault: str = ""
    remark: str = ""


def cut_of(target: Target) -> str:
    """The cut of its parent that the target is a part of."""
    return target.cut or usual_cut(target.holder)


def divisions(targets: Iterable[Target], parents: Mapping[str, Target]) -> Iterator[Division]:
    """The parts among `targets` by parent and cut; those without a known parent are left out."""
    grouped: dict[tuple[str, str], list[Target]] = defaultdict(list)
    for target in targets:
        if target.parent in parents:
            grouped[target.parent, cut_of(target)].append(target)
    for (code, cut), parts in sorted(grouped.items()):
        yield Division(parent=parents[code], cut=cut, parts=tuple(parts))


def sums(division: Division, gdp: Weights | None = None) -> Sums:
    """How the parts stand to the whole, with a fault if they break the rule."""
    if division.parent.form is Form.REDUCTION:
        return _weighted(division, gdp or {})
    if not adds_up(division.parent):
        return Sums(held=None, undivided=Fraction(0), difference=None)
    return _added(division)


def _added(division: Division) -> Sums:
    parent, undivided = division.parent, division.undivided
    known = [part.value for part in division.parts if part.value is not None]
    unknown = tuple(part.code for part in division.parts if part.value is None)
    held = added(known)
    if parent.value is None:
        remark = f"{parent.code} has no value yet: its parts cannot be added up against it"
        return Sums(held=held, undivided=undivided, difference=None, open=unknown, remark=remark)
    difference = held + undivided - Fraction(parent.value)
    wrong = difference > 0 if unknown else difference != 0
    return Sums(
        held=held,
        undivided=undivided,
        difference=None if unknown else difference,
        open=unknown,
        fault=_uneven(division, held, difference) if wrong else "",
        remark=f"not yet known: {', '.join(unknown)}" if unknown else "",
    )


def _uneven(division: Division, held: Fraction, difference: Fraction) -> str:
    parent, unit = division.parent, division.parent.unit
    rest = (
        f"{shown(division.undivided)} that stays undivided in this cut"
        if division.cut in parent.undivided
        else f"reserve {shown(parent.reserve)} + unmonitored {shown(parent.unmonitored)}"
    )
    way = "too much" if difference > 0 else "short"
    return (
        f"the {len(division.parts)} parts of {parent.code} (cut {division.cut}) hold {shown(held)} "
        f"+ {rest} = {shown(held + division.undivided)} {unit}, but {parent.code} is "
        f"{shown(parent.value or Decimal(0))} {unit}: {shown(abs(difference))} {unit} {way}"
    )


def _weighted(division: Division, gdp: Weights) -> Sums:
    parent, parts = division.parent, division.parts
    unknown = tuple(part.code for part in parts if part.value is None)
    if parent.value is None or unknown:
        remark = f"not yet known: {', '.join(unknown) or parent.code}"
        return Sums(held=None, undivided=Fraction(0), difference=None, open=unknown, remark=remark)
    weights = _weights(division, gdp)
    lacking = tuple(part.code for part in parts if part.code not in weights)
    if lacking:
        return _unweighed(parent, parts, lacking)
    whole = sum(weights.values(), Fraction(0))
    written = any(part.weight is not None for part in parts)
    if written and whole > _ALL:
        return _overweight(parent, whole)
    held = sum((weights[p.code] * Fraction(p.value or 0) for p in parts), Fraction(0)) / whole
    difference = held - Fraction(parent.value)
    return Sums(
        held=held,
        undivided=Fraction(0),
        difference=difference,
        fault=_too_small(division, held, difference) if difference < 0 else "",
        remark=(
            f"the shares of GDP of the parts of {parent.code} cover only {shown(whole)} %"
            if written and whole < _ALL
            else ""
        ),
    )


def _overweight(parent: Target, whole: Fraction) -> Sums:
    message = f"the shares of GDP of the parts of {parent.code} add up to {shown(whole)} %"
    return Sums(held=None, undivided=Fraction(0), difference=None, fault=message)


def _weights(division: Division, gdp: Weights) -> dict[str, Fraction]:
    """Code -> weight; shares that are written down, else GDP of the base year."""
    written = {p.code: Fraction(p.weight) for p in division.parts if p.weight is not None}
    if written:
        return written if sum(written.values()) > 0 else {}
    year = division.parent.base_year or division.parent.first_year
    found = {part.code: gdp.get((part.holder, year)) for part in division.parts}
    return {code: weight for code, weight in found.items() if weight}


def _unweighed(parent: Target, parts: Sequence[Target], lacking: tuple[str, ...]) -> Sums:
    message = (
        f"the reductions of the parts of {parent.code} are weighed by GDP; without a share of it "
        f"(weight) are {', '.join(lacking)}"
    )
    partly = any(part.weight is not None for part in parts)
    return Sums(
        held=None,
        undivided=Fraction(0),
        difference=None,
        open=lacking,
        fault=message if partly else "",
        remark="" if partly else message,
    )


def _too_small(division: Division, held: Fraction, difference: Fraction) -> str:
    parent = division.parent
    return (
        f"weighted by GDP the {len(division.parts)} parts of {parent.code} (cut {division.cut}) "
        f"come to a reduction of {shown(held)} %, but {parent.code} asks for "
        f"{shown(parent.value or Decimal(0))} %: {shown(-difference)} percentage points short"
    )


def yearly_faults(division: Division) -> Iterator[tuple[str, str]]:
    """Years in which parts that all name a value exceed the parent's: year and message."""
    parent = division.parent
    if not adds_up(parent) or parent.form is Form.AT_LEAST:
        return
    for year, most in sorted(parent.yearly.items()):
        values = [part.yearly[year] for part in division.parts if year in part.yearly]
        if len(values) == len(division.parts) and added(values) > Fraction(most):
            yield (
                year,
                f"in {year} the parts of {parent.code} (cut {division.cut}) hold "
                f"{shown(added(values))} {parent.unit}, more than its {shown(most)}",
            )
