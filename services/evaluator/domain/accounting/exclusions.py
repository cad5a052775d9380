"""Deductions from energy, each a line with its evidence, and what is left for each measure."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from services.evaluator.domain.accounting.bundle import Bundle
from services.evaluator.domain.accounting.conversion import remarked, tce, tce_of
from services.evaluator.domain.accounting.lines import (
    CERTIFICATES,
    CERTIFICATES_LEFT_OUT,
    EXCLUSIONS,
    FEEDSTOCK,
    MAJOR_PROJECTS,
    NEW_RENEWABLES,
    NON_FOSSIL,
    OF_MEASURE,
)
from services.evaluator.domain.accounting.uses import Usage
from services.evaluator.domain.budget import Series
from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    absent,
    constant,
    least,
    less,
    times,
    total,
)
from services.evaluator.domain.records.method import Basis

FEEDSTOCK_LABEL = Label("原料用能", "feedstock energy")
NON_FOSSIL_LABEL = Label("非化石能源", "non-fossil energy")
CERTIFICATES_LABEL = Label("绿证交易净抵扣", "green certificates, net")
IN_LABEL = Label("跨省转入绿证", "certificates received from other provinces")
OUT_LABEL = Label("转出绿证", "certificates given away")
LEFT_OUT_LABEL = Label(
    "省内绿证和随绿电交易的绿证（不重复扣除）", "certificates that are not deducted twice"
)
ITEMS = {
    FEEDSTOCK: ("feedstock-energy", FEEDSTOCK_LABEL),
    NON_FOSSIL: ("non-fossil-energy", NON_FOSSIL_LABEL),
    NEW_RENEWABLES: (
        "new-renewable-energy",
        Label("新增可再生能源", "newly added renewable energy"),
    ),
    MAJOR_PROJECTS: ("major-project-energy", Label("国家重大项目能耗", "energy of major projects")),
}
"""The item of statements of each deduction, and what it is called."""
COUNTED_CERTIFICATES = frozenset({"", "inter-provincial"})
"""Qualifiers of certificates that are deducted; `in-province` and `bundled` are there already."""
HALF = constant(
    Label("绿证抵扣上限比例", "share that certificates may cover"), Fraction(1, 2), "", "50 %"
)
_PER_CENT = constant(Label("百分之一", "one per cent"), Fraction(1, 100), "", "1/100")


class ExclusionError(ValueError):
    """The target asks for a deduction that dual control does not know."""


def check(names: Iterable[str]) -> None:
    """Raises ExclusionError for anything but EXCLUSIONS, such as sinks."""
    for name in names:
        if name not in EXCLUSIONS:
            why = "sinks never offset anything in dual control" if "sink" in name else "unknown"
            raise ExclusionError(
                f"{name!r} cannot be deducted ({why}): use {', '.join(EXCLUSIONS)}"
            )


def exclusions(bundle: Bundle, usage: tuple[Usage, ...], series: Series) -> Mapping[str, Figure]:
    """Every deduction there is any evidence of, by name, in tce."""
    found = {
        name: figure
        for name, (item, label) in ITEMS.items()
        if (figure := stated(bundle, item, "tce", label)) is not None
    }
    for name, metered in (
        (FEEDSTOCK, _metered_feedstock(bundle, usage, series)),
        (NON_FOSSIL, _metered_non_fossil(bundle, usage, series)),
    ):
        # What is stated covers what is metered: both together would count twice.
        if name not in found and metered is not None:
            found[name] = metered
    net_certificates = _certificates(bundle)
    if net_certificates is not None:
        found[CERTIFICATES] = net_certificates
    left_out = _of_qualifiers(bundle, "certificates-in", LEFT_OUT_LABEL, counted=False)
    if left_out is not None:
        found[CERTIFICATES_LEFT_OUT] = left_out
    return found


def stated(bundle: Bundle, item: str, unit: str, label: Label) -> Figure | None:
    """All that is stated of the item, in the unit; None if nothing is."""
    return _sum(
        label,
        unit,
        [in_unit(bundle, bundle.stated.find(item, q), unit) for q in _listed(bundle, item)],
    )


def in_unit(bundle: Bundle, figure: Figure, unit: str) -> Figure:
    """A statement in another unit of the same kind; a missing figure if there is no way."""
    size = bundle.factors.conventions.size(figure.unit, unit)
    if size == 1:
        return figure
    if figure.value is None:
        return times(figure.label, unit, figure)
    if size is None:
        reason = Label(
            f"{figure.label.zh}的单位{figure.unit}不能换算成{unit}",
            f"{figure.label.en} is in {figure.unit}, which is not {unit}",
        )
        return absent(figure.label, unit, reason)
    step = constant(Label("单位换算", "change of units"), size, "", f"{figure.unit} → {unit}")
    return times(figure.label, unit, figure, step)


def left(
    label: Label,
    gross: Figure,
    found: Mapping[str, Figure],
    measure: str,
    chosen: tuple[str, ...] | None,
) -> Figure:
    """Gross energy less what the measure deducts; `chosen`: what the target names, None for all.

    What the target names and nobody has evidence of is remarked upon: one of two years that are
    compared may lack what the other one has.
    """
    names = [
        name for name in OF_MEASURE[measure] if name in found and (chosen is None or name in chosen)
    ]
    may_trade = NON_FOSSIL in OF_MEASURE[measure] and (chosen is None or NON_FOSSIL in chosen)
    if CERTIFICATES in found and may_trade:
        names.append(CERTIFICATES)
    named = [name for name in chosen or () if name in OF_MEASURE[measure] and name not in found]
    remarks = [_without_evidence(ITEMS[name][1]) for name in named]
    return remarked(less(label, "tce", gross, *(found[name] for name in names)), remarks)


def _without_evidence(what: Label) -> Label:
    return Label(
        f"没有{what.zh}的申报或计量，未扣减",
        f"{what.en}: nothing is stated or metered, nothing is deducted",
    )


def saving_needed(base_intensity: Figure, target: Figure, output: Figure) -> Figure:
    """The saving by which a target is met: base intensity × target (per cent) × GDP, in tce."""
    label = Label("完成目标所需节能量", "saving that the target needs")
    share = times(Label("目标降幅", "target"), "", target, _PER_CENT)
    return times(label, "tce", base_intensity, share, output)


def _certificates(bundle: Bundle) -> Figure | None:
    """Received from other provinces, up to half of the saving needed, less those given away."""
    received = _of_qualifiers(bundle, "certificates-in", IN_LABEL, counted=True)
    given = stated(bundle, "certificates-out", "tce", OUT_LABEL)
    if received is None and given is None:
        return None
    credited = received and _capped(bundle, received)
    nothing = constant(Label("没有转入绿证", "no certificates received"), 0, "tce")
    return less(CERTIFICATES_LABEL, "tce", credited or nothing, *([given] if given else []))


def _capped(bundle: Bundle, received: Figure) -> Figure:
    label = Label(
        "可抵扣绿证（不超过所需节能量的50%）", "certificates up to half of the saving needed"
    )
    saving = bundle.saving or absent(
        Label("完成目标所需节能量", "saving that the target needs"),
        "tce",
        Label(
            "缺少目标所需节能量，绿证抵扣上限无法计算", "no saving needed to cap certificates by"
        ),
    )
    cap = times(Label("绿证抵扣上限", "cap of certificates"), "tce", saving, HALF)
    return least(label, "tce", received, cap)


def _of_qualifiers(bundle: Bundle, item: str, label: Label, *, counted: bool) -> Figure | None:
    parts = [
        in_unit(bundle, bundle.stated.find(item, qualifier), "tce")
        for qualifier in _listed(bundle, item)
        if (qualifier in COUNTED_CERTIFICATES) is counted
    ]
    return _sum(label, "tce", parts)


def _metered_feedstock(bundle: Bundle, usage: tuple[Usage, ...], series: Series) -> Figure | None:
    parts = [
        tce_of(bundle, one, use.feedstock, use.period, series, use.feedstock.label)
        for one in usage
        for use in one.metered
        if use.feedstock is not None
    ]
    return _sum(FEEDSTOCK_LABEL, "tce", parts)


def _metered_non_fossil(bundle: Bundle, usage: tuple[Usage, ...], series: Series) -> Figure | None:
    conventions = bundle.factors.conventions
    parts = [
        tce(bundle, one, series)
        for one in usage
        if conventions.nature(one.carrier).group == NON_FOSSIL and _counts(one)
    ]
    return _sum(NON_FOSSIL_LABEL, "tce", parts)


def _counts(usage: Usage) -> bool:
    return usage.is_metered or usage.basis is Basis.STOCK


def _listed(bundle: Bundle, item: str) -> list[str]:
    return sorted(bundle.stated.qualifiers(item))


def _sum(label: Label, unit: str, parts: list[Figure]) -> Figure | None:
    return total(label, unit, parts) if parts else None
