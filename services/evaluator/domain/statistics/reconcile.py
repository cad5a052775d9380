"""Whether printed parts make the printed whole, within what rounding alone can explain."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.statistics.growth import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """adds_up: the sum is within `tolerance` of the whole. wrong_shares: parts whose share is not.

    difference: sum of the parts less the whole. shares: the part's share of the whole in per cent
    as computed, for every part whose printed share does not follow from the numbers.
    """

    total: Decimal
    difference: Decimal
    tolerance: Fraction
    adds_up: bool
    wrong_shares: Mapping[str, Fraction]
    findings: tuple[Label, ...]

    @property
    def ok(self) -> bool:
        """Nothing contradicts anything."""
        return not self.findings


def reconcile(
    parts: Mapping[str, Decimal],
    whole: Decimal,
    unit: Decimal,
    *,
    shares: Mapping[str, Decimal] | None = None,
    share_unit: Decimal = Decimal("0.1"),
) -> Reconciled:
    """Compares parts with their whole and shares (per cent) with both.

    unit: of the last printed digit (0.01). Every part, and no more, may be off by half of it, so
    the sum may be off by parts × unit ÷ 2. A share may be off by what its own last digit hides and
    by what the half units of part and whole can move it.
    """
    added = sum(parts.values(), Decimal(0))
    tolerance = len(parts) * Fraction(unit) / 2
    adds_up = abs(Fraction(added - whole)) <= tolerance
    wrong = {
        name: Fraction(parts[name]) * 100 / Fraction(whole)
        for name, printed in (shares or {}).items()
        if not _follows(parts[name], whole, unit, printed, share_unit)
    }
    findings = [] if adds_up else [_sum_finding(added, whole)]
    findings += [_share_finding(name, (shares or {})[name], real) for name, real in wrong.items()]
    return Reconciled(
        total=added,
        difference=added - whole,
        tolerance=tolerance,
        adds_up=adds_up,
        wrong_shares=wrong,
        findings=tuple(findings),
    )


def _follows(
    part: Decimal, whole: Decimal, unit: Decimal, printed: Decimal, share_unit: Decimal
) -> bool:
    half, half_share = Fraction(unit) / 2, Fraction(share_unit) / 2
    low = (Fraction(part) - half) / (Fraction(whole) + half) * 100
    high = (Fraction(part) + half) / (Fraction(whole) - half) * 100
    return low - half_share <= Fraction(printed) <= high + half_share


def _sum_finding(added: Decimal, whole: Decimal) -> Label:
    return Label(
        f"各部分之和{added:f}与总计{whole:f}不符", f"the parts add to {added:f}, not to {whole:f}"
    )


def _share_finding(name: str, printed: Decimal, real: Fraction) -> Label:
    right = shown(real, 1)
    return Label(
        f"{name}占比应为{right}%，所述为{printed:f}%",
        f"the share of {name} is {right} %, not {printed:f} %",
    )
