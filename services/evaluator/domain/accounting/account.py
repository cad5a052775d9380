"""The account of one subject and period: energy, exclusions, carbon, other gases."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from services.evaluator.domain.accounting import lines
from services.evaluator.domain.accounting.bundle import Account, Bundle, Kind
from services.evaluator.domain.accounting.conversion import balance, joined, tce
from services.evaluator.domain.accounting.emissions import by_standard_coal, emissions
from services.evaluator.domain.accounting.exclusions import ITEMS, check, exclusions, left
from services.evaluator.domain.accounting.members import beyond, names, of_members, with_members
from services.evaluator.domain.accounting.regions import whole_region
from services.evaluator.domain.accounting.uses import Usage, label_of, usages
from services.evaluator.domain.budget import Series
from services.evaluator.domain.factor_book import FactorBook
from services.evaluator.domain.figures.figure import Figure, Label, less, total
from services.evaluator.domain.records.method import Basis
from shared.model.period import Period

_SERIES = {
    Series.CALORIFIC: Label("当量值", "calorific"),
    Series.EQUIVALENT: Label("等价值", "equivalent"),
}
_MEASURES = {
    lines.TOTAL: Label("总量考核", "the total"),
    lines.INTENSITY: Label("强度考核", "the intensity"),
}


def account(bundle: Bundle) -> Account:
    """Every line that the bundle allows; a line that something is missing for says what.

    Raises ExclusionError for a deduction that dual control does not know, such as sinks.
    """
    check(bundle.exclusions or ())
    listed = tuple(usage for usage in usages(bundle) if _counts(bundle, usage))
    found: dict[str, Figure] = {}
    deductions: dict[Series, Mapping[str, Figure]] = {}
    for series in Series:
        deductions[series] = _deductions(bundle, listed, series)
        found |= _energy(bundle, listed, series, deductions[series])
    for carrier in {usage.carrier: None for usage in listed}:
        found |= _bases(bundle, [usage for usage in listed if usage.carrier == carrier])
    found |= emissions(bundle, listed)
    carbon = by_standard_coal(bundle, found)
    found |= {lines.CO2_BY_COAL: carbon} if carbon else {}
    if bundle.kind is Kind.AGGREGATE:
        found |= whole_region(bundle, found, deductions)
    else:
        found |= beyond(bundle, listed, found)
    return Account(subject=bundle.subject, period=bundle.period, lines=found)


def _counts(bundle: Bundle, usage: Usage) -> bool:
    """Whether anything says what was used: feedstock alone does not, unless members have stocks."""
    line = lines.energy(Series.CALORIFIC, usage.carrier)
    return usage.is_entered or bool(of_members(bundle, line))


def _deductions(bundle: Bundle, listed: tuple[Usage, ...], series: Series) -> Mapping[str, Figure]:
    """A region's own statements, else what is metered and what its members state beyond that."""
    found = dict(exclusions(bundle, listed, series))
    for name in lines.EXCLUSIONS:
        if not bundle.stated.qualifiers(ITEMS[name][0]):
            line = lines.exclusion(name, series)
            figure = with_members(bundle, line, found.get(name), ITEMS[name][1])
            found |= {name: figure} if figure else {}
    return found


def _energy(
    bundle: Bundle,
    listed: Sequence[Usage],
    series: Series,
    deductions: Mapping[str, Figure],
) -> dict[str, Figure]:
    """Carriers, groups, gross and net energy, and each deduction, by one series."""
    by_carrier = _by_carrier(bundle, listed, series)
    name = _SERIES[series]
    gross = total(
        Label(f"综合能源消费量（{name.zh}）", f"comprehensive energy ({name.en})"),
        "tce",
        by_carrier.values(),
    )
    found = {lines.energy(series): gross}
    found |= {lines.energy(series, carrier): figure for carrier, figure in by_carrier.items()}
    groups: dict[str, list[Figure]] = {}
    for carrier, figure in by_carrier.items():
        groups.setdefault(bundle.factors.conventions.nature(carrier).group, []).append(figure)
    found |= {
        lines.group(series, group): total(
            Label(f"{group}类能耗", f"energy of {group}"), "tce", parts
        )
        for group, parts in groups.items()
    }
    found |= {lines.exclusion(name, series): figure for name, figure in deductions.items()}
    for measure, what in _MEASURES.items():
        label = Label(f"能耗（扣除后，{what.zh}）", f"energy net for {what.en} ({name.en})")
        found[lines.net(series, measure)] = left(
            label, gross, deductions, measure, bundle.exclusions
        )
    return found


def _by_carrier(bundle: Bundle, listed: Sequence[Usage], series: Series) -> dict[str, Figure]:
    """Each carrier's energy, with what members count beyond their meters."""
    own: dict[str, list[Figure]] = {}
    for usage in listed:
        if usage.is_entered:
            own.setdefault(usage.carrier, []).append(tce(bundle, usage, series))
    found: dict[str, Figure] = {}
    for carrier in sorted({*own, *names(bundle, lines.of_carriers(series))}):
        label = label_of(bundle, carrier)
        named = Label(f"{label.zh}能耗", f"energy of {label.en}")
        name = lines.energy(series, carrier)
        mine = joined(named, "tce", own[carrier]) if carrier in own else None
        figure = with_members(bundle, name, mine, named)
        if figure is not None:
            found[carrier] = figure
    return found


def _bases(bundle: Bundle, listed: Sequence[Usage]) -> dict[str, Figure]:
    """A fuel with stocks: what it is by each basis that there is, and the gap between them.

    listed: its stretches of the period.
    """
    if not all(usage.lots for usage in listed):
        return {}
    carrier, label = listed[0].carrier, listed[0].label

    def summed(unit: str, parts: Iterable[Figure]) -> Figure:
        return joined(label, unit, tuple(parts))

    stock = summed("tce", (tce(bundle, one, Series.CALORIFIC, Basis.STOCK) for one in listed))
    balances = (balance(bundle, one) for one in listed)
    found = {
        lines.by_basis("stock", carrier): stock,
        lines.by_basis("balance", carrier): summed(listed[0].unit, balances),
    }
    if all(usage.is_metered for usage in listed):
        metered = (tce(bundle, one, Series.CALORIFIC, Basis.METERED) for one in listed)
        by_meters = found[lines.by_basis("metered", carrier)] = summed("tce", metered)
        gap = Label(f"{label.zh}盘存与计量之差", f"{label.en}: stock less metered")
        found[lines.by_basis("gap", carrier)] = less(gap, "tce", stock, by_meters)
    return found


def cuts(
    factors: FactorBook, carriers: Iterable[str], places: Sequence[str], period: Period
) -> tuple[Period, ...]:
    """The parts of the period in which no factor of these carriers changes.

    Metered quantities have to be given for each part: one that spans several cannot be counted.
    """
    natures = [(carrier, factors.conventions.nature(carrier)) for carrier in carriers]
    wanted = {
        item
        for carrier, nature in natures
        for item in (carrier, nature.fuel, nature.energy)
        if item
    } | {nature.group for _, nature in natures}
    inner = {
        edge
        for line in factors.lines
        if line.record.item in wanted and line.record.place in {*places, ""}
        for edge in line.hours()
        if period.first_hour < edge < period.end_hour
    }
    edges = sorted({period.first_hour, *inner, period.end_hour})
    return tuple(
        Period(first_hour=a, end_hour=b, zone_name=period.zone_name) for a, b in pairwise(edges)
    )
