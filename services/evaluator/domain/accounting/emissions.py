"""Carbon lines: fuel, process, electricity, heat; other gases; the stack beside them; sinks."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.evaluator.domain.accounting import lines
from services.evaluator.domain.accounting.bundle import Bundle
from services.evaluator.domain.accounting.conversion import co2, joined
from services.evaluator.domain.accounting.exclusions import in_unit, stated
from services.evaluator.domain.accounting.members import names, with_members
from services.evaluator.domain.accounting.uses import Usage, label_of, method_of
from services.evaluator.domain.budget import Series
from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    absent,
    constant,
    less,
    over,
    times,
    total,
)

CO2_LABEL = Label("二氧化碳排放量", "CO2")
_PARTS = {
    lines.CO2_FUEL: Label("化石燃料燃烧排放", "CO2 of fuels"),
    lines.CO2_PROCESS: Label("工业过程排放", "CO2 of processes"),
    lines.CO2_ELECTRICITY: Label("净购入电力排放", "CO2 of net purchased electricity"),
    lines.CO2_HEAT: Label("净购入热力排放", "CO2 of net purchased heat"),
}
LINE_OF = {"electricity": lines.CO2_ELECTRICITY, "heat": lines.CO2_HEAT}
"""Groups of carriers whose factor is that of a grid, thus of the place where they are used."""
PROCESS_SERIES = "process-co2"
USUAL_GWP = "gwp-ar5"


def emissions(bundle: Bundle, usage: tuple[Usage, ...]) -> dict[str, Figure]:
    """All carbon lines."""
    found: dict[str, Figure] = {}
    parts: dict[str, list[Figure]] = {name: [] for name in _PARTS}
    for line, name, figure in (*_carriers(bundle, usage), *_processes(bundle)):
        found[f"{line}.{name}"] = figure
        parts[line].append(figure)
    found |= {
        name: total(_PARTS[name], "tCO2", figures) for name, figures in parts.items() if figures
    }
    found[lines.CO2] = _total(CO2_LABEL, found, tuple(_PARTS), bool(usage))
    direct = (lines.CO2_FUEL, lines.CO2_PROCESS)
    label = Label("直接二氧化碳排放", "direct CO2")
    found[lines.CO2_DIRECT] = _total(label, found, direct, bool(usage))
    found |= _other_gases(bundle, found[lines.CO2])
    found |= _measured(bundle, found[lines.CO2_DIRECT])
    sink = stated(
        bundle, "sink", "tCO2", Label("碳汇量（不计入双控）", "sinks, outside the account")
    )
    return found | ({lines.OUTSIDE_SINK: sink} if sink else {})


def _carriers(bundle: Bundle, usage: tuple[Usage, ...]) -> Iterator[tuple[str, str, Figure]]:
    """Line, carrier and CO2, with what members count beyond their meters."""
    own: dict[str, list[Figure]] = {}
    for one in usage:
        carbon = None if one.carrier in bundle.placed else co2(bundle, one)
        if carbon is not None:
            own.setdefault(one.carrier, []).append(carbon)
    own |= {carrier: list(figures) for carrier, figures in bundle.placed.items()}
    for carrier in sorted({*own, *names(bundle, f"{lines.CO2_FUEL}.")}):
        group = bundle.factors.conventions.nature(carrier).group
        line = LINE_OF.get(group, lines.CO2_FUEL)
        label = label_of(bundle, carrier)
        named = Label(f"{label.zh}二氧化碳排放", f"CO2 of {label.en}")
        mine = joined(named, "tCO2", own[carrier]) if carrier in own else None
        figure = with_members(bundle, f"{line}.{carrier}", mine, named)
        if figure is not None:
            yield line, carrier, figure


def _processes(bundle: Bundle) -> Iterator[tuple[str, str, Figure]]:
    """What is stated, and what members state, each process a line; a region's own goes first."""
    stated_here = bundle.stated.qualifiers("process-emission")
    for process in sorted(stated_here):
        yield lines.CO2_PROCESS, process, _process(bundle, process)
    for process in names(bundle, f"{lines.CO2_PROCESS}."):
        label = Label(f"{process}过程排放", f"CO2 of the process {process}")
        figure = with_members(bundle, f"{lines.CO2_PROCESS}.{process}", None, label)
        if figure is not None and process not in stated_here:
            yield lines.CO2_PROCESS, process, figure


def by_standard_coal(bundle: Bundle, found: dict[str, Figure]) -> Figure | None:
    """Coal, oil and gas in tce (calorific) × tCO2 per tce, as regions account."""
    parts = [
        times(
            Label(f"{name}", f"CO2 of {name}"),
            "tCO2",
            energy,
            bundle.factors.find("tce-co2", name, bundle.places, bundle.period),
        )
        for name in ("coal", "oil", "gas")
        if (energy := found.get(lines.group(Series.CALORIFIC, name))) is not None
    ]
    label = Label("化石能源排放（按标准煤系数）", "CO2 of fossil energy by standard coal")
    return total(label, "tCO2", parts) if parts else None


def _total(label: Label, found: dict[str, Figure], names: Sequence[str], anything: bool) -> Figure:
    parts = [found[name] for name in names if name in found]
    if parts or not anything:
        return total(label, "tCO2", parts)
    # There are carriers, but none that has CO2: that is known to be nought.
    return replace(constant(label, 0, "tCO2", "no carrier of the account has CO2"), label=label)


def _process(bundle: Bundle, process: str) -> Figure:
    """As stated in tonnes of CO2, or an activity stated in another unit × its factor."""
    figure = bundle.stated.find("process-emission", process)
    sizes = bundle.factors.conventions
    if figure.value is None or sizes.size(figure.unit, "tCO2") is not None:
        return in_unit(bundle, figure, "tCO2")
    label = Label(f"{process}过程排放", f"CO2 of the process {process}")
    factor = bundle.factors.find(PROCESS_SERIES, process, bundle.places, bundle.period)
    if factor.value is None:
        return times(label, "tCO2", figure, factor)
    above, _, below = factor.unit.partition("/")
    return times(label, "tCO2", in_unit(bundle, figure, below), in_unit_of(bundle, factor, above))


def in_unit_of(bundle: Bundle, factor: Figure, above: str) -> Figure:
    """A factor whose upper unit becomes tonnes of CO2."""
    size = bundle.factors.conventions.size(above, "tCO2")
    if size == 1:
        return factor
    if size is None:
        reason = Label(
            f"{factor.label.zh}的单位{factor.unit}不是二氧化碳",
            f"{factor.label.en} is in {factor.unit}, which is not CO2",
        )
        return absent(factor.label, factor.unit, reason)
    step = constant(Label("单位换算", "change of units"), size, "", f"{above} → tCO2")
    return times(factor.label, factor.unit, factor, step)


def _other_gases(bundle: Bundle, carbon: Figure) -> dict[str, Figure]:
    method = method_of(bundle, "")
    series = (method.gwp if method else "") or USUAL_GWP
    found: dict[str, Figure] = {}
    for gas in sorted(bundle.stated.qualifiers("ghg")):
        potential = bundle.factors.find(series, gas.lower(), bundle.places, bundle.period)
        mass = in_unit(bundle, bundle.stated.find("ghg", gas), "t")
        label = Label(f"{gas}排放（二氧化碳当量）", f"{gas} as CO2e")
        found[f"{lines.GHG}.{gas}"] = times(label, "tCO2e", mass, potential)
    for gas in names(bundle, f"{lines.GHG}."):
        name, label = f"{lines.GHG}.{gas}", Label(f"{gas}排放（二氧化碳当量）", f"{gas} as CO2e")
        figure = with_members(bundle, name, None, label)
        if figure is not None:
            found.setdefault(name, figure)
    if found:
        label = Label("其他温室气体（二氧化碳当量）", "other greenhouse gases")
        found[lines.GHG] = total(label, "tCO2e", list(found.values()))
    both = [carbon, *([found[lines.GHG]] if found else [])]
    found[lines.CO2E] = total(Label("温室气体排放总量", "greenhouse gases"), "tCO2e", both)
    return found


def _measured(bundle: Bundle, direct: Figure) -> dict[str, Figure]:
    measured = bundle.measured
    if measured is None:
        return {}
    gap = less(Label("实测与核算之差", "measured less calculated"), "tCO2", measured, direct)
    share = over(Label("差额占核算量比重", "gap to calculated"), "", gap, direct)
    hundred = constant(Label("百分比", "per cent"), 100, "%")
    return {
        lines.CO2_MEASURED: measured,
        lines.CO2_GAP: gap,
        lines.CO2_GAP_SHARE: times(
            Label("实测与核算偏差率", "gap in per cent"), "%", share, hundred
        ),
    }
