"""The whole region beside its monitored part: statistics, or monitored and a stated rest."""

from collections.abc import Mapping, Sequence

from services.evaluator.domain.accounting import lines
from services.evaluator.domain.accounting.bundle import Bundle, Kind
from services.evaluator.domain.accounting.conversion import co2, remarked, tce
from services.evaluator.domain.accounting.exclusions import in_unit, left
from services.evaluator.domain.accounting.uses import Usage, usages
from services.evaluator.domain.budget import Series
from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    absent,
    constant,
    over,
    times,
    total,
)

_WHOLE_ENERGY = Label("全社会能源消费总量", "energy of the whole region")
_WHOLE_CO2 = Label("全社会二氧化碳排放量", "CO2 of the whole region")
_NOTHING_STATED = Label(
    "缺少全社会统计数，也没有申报非重点用能单位部分",
    "neither statistics of the whole region nor an unmonitored part are stated",
)
_POWER_AND_HEAT = {"electricity": lines.CO2_ELECTRICITY, "heat": lines.CO2_HEAT}
_UNSAID = Label("统计数未注明当量或等价", "the statistic does not say by which series it is")


def whole_region(
    bundle: Bundle,
    found: Mapping[str, Figure],
    deductions: Mapping[Series, Mapping[str, Figure]],
) -> dict[str, Figure]:
    """The whole region's lines, what comes in over its boundary, and the coverage."""
    result = _boundary(bundle)
    for series in Series:
        gross = _energy(bundle, found, series)
        result[lines.whole(series)] = gross
        for measure in lines.OF_MEASURE:
            label = Label("全社会能耗（扣除后）", f"energy of the whole region net for {measure}")
            result[lines.whole_net(series, measure)] = left(
                label, gross, deductions[series], measure, bundle.exclusions
            )
        result[lines.coverage(series)] = _share(found[lines.energy(series)], gross)
    result[lines.WHOLE_CO2] = _co2(bundle, found, result)
    result[lines.COVERAGE_CO2] = _share(found[lines.CO2], result[lines.WHOLE_CO2])
    return result


def _energy(bundle: Bundle, found: Mapping[str, Figure], series: Series) -> Figure:
    stated = _of_series(bundle, "energy-whole", series)
    if stated is not None:
        return stated
    rest = _of_series(bundle, "energy-unmonitored", series)
    if rest is None:
        return absent(_WHOLE_ENERGY, "tce", _NOTHING_STATED)
    return total(_WHOLE_ENERGY, "tce", [found[lines.energy(series)], rest])


def _of_series(bundle: Bundle, item: str, series: Series) -> Figure | None:
    """As stated for the series, else as stated without saying which."""
    known = bundle.stated.qualifiers(item)
    if series.value in known:
        return in_unit(bundle, bundle.stated.find(item, series.value), "tce")
    if "" in known:
        return remarked(in_unit(bundle, bundle.stated.find(item), "tce"), (_UNSAID,))
    return None


def _co2(bundle: Bundle, found: Mapping[str, Figure], inflow: Mapping[str, Figure]) -> Figure:
    """Statistics; else direct emissions, what flows in over the boundary, and the stated rest.

    Without boundary meters of power (or of heat) what was purchased of it stands for the inflow;
    never both.
    """
    if "" in bundle.stated.qualifiers("co2-whole"):
        return in_unit(bundle, bundle.stated.find("co2-whole"), "tCO2")
    if "" not in bundle.stated.qualifiers("co2-unmonitored"):
        return absent(_WHOLE_CO2, "tCO2", _NOTHING_STATED)
    rest = in_unit(bundle, bundle.stated.find("co2-unmonitored"), "tCO2")
    if lines.BOUNDARY_CO2 not in inflow:
        return total(_WHOLE_CO2, "tCO2", [found[lines.CO2], rest])
    coming = [
        figure
        for group, purchased in _POWER_AND_HEAT.items()
        if (figure := inflow.get(f"{lines.BOUNDARY_CO2}.{group}") or found.get(purchased))
    ]
    return total(_WHOLE_CO2, "tCO2", [found[lines.CO2_DIRECT], *coming, rest])


def _boundary(bundle: Bundle) -> dict[str, Figure]:
    """Net power and heat coming in over the region's boundary: energy and CO2."""
    if not bundle.boundary:
        return {}
    meters = Bundle(
        subject=bundle.subject,
        kind=Kind.ENTERPRISE,
        period=bundle.period,
        places=bundle.places,
        carriers=bundle.carriers,
        factors=bundle.factors,
        metered=bundle.boundary,
    )
    listed = [one for one in usages(meters) if _is_power_or_heat(bundle, one)]
    if not listed:
        return {}
    zh, en = "边界净调入", "net inflow over the boundary"
    result = {
        lines.boundary(series): total(
            Label(f"{zh}能量", f"energy: {en}"), "tce", [tce(meters, one, series) for one in listed]
        )
        for series in Series
    }
    return result | _boundary_co2(meters, listed, Label(f"{zh}电力热力排放", f"CO2: {en}"))


def _boundary_co2(meters: Bundle, listed: Sequence[Usage], label: Label) -> dict[str, Figure]:
    """Of power and of heat, and of both."""
    parts: dict[str, list[Figure]] = {}
    for one in listed:
        figure = co2(meters, one)
        if figure is not None:
            group = meters.factors.conventions.nature(one.carrier).group
            parts.setdefault(f"{lines.BOUNDARY_CO2}.{group}", []).append(figure)
    found = {name: total(label, "tCO2", figures) for name, figures in parts.items()}
    return found | ({lines.BOUNDARY_CO2: total(label, "tCO2", found.values())} if found else {})


def _is_power_or_heat(bundle: Bundle, usage: Usage) -> bool:
    """Fuels that come in over the boundary count where they are burnt, and only there."""
    nature = bundle.factors.conventions.nature(usage.carrier)
    return nature.group in _POWER_AND_HEAT or nature.energy in _POWER_AND_HEAT


def _share(part: Figure, of: Figure) -> Figure:
    label = Label("监测覆盖率", "coverage")
    hundred = constant(Label("百分比", "per cent"), 100, "%")
    return times(label, "%", over(label, "", part, of), hundred)
