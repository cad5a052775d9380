"""What enterprises count for beyond their meters: stocks, processes, other gases, stated parts.

Books of regions and tags hold what meters measured. Such an amount of an enterprise's account is a
line `beyond.NAME`; the account of a region adds those of its members to its own line NAME.
"""

from collections.abc import Mapping
from dataclasses import replace

from services.evaluator.domain.accounting import lines
from services.evaluator.domain.accounting.bundle import Bundle
from services.evaluator.domain.accounting.conversion import co2, joined, tce
from services.evaluator.domain.accounting.exclusions import exclusions
from services.evaluator.domain.accounting.uses import Usage
from services.evaluator.domain.budget import Series
from services.evaluator.domain.figures.figure import Figure, Label, less, total
from services.evaluator.domain.records.method import Basis

PREFIX = "beyond."
_STATED = (lines.FEEDSTOCK, lines.NON_FOSSIL, lines.NEW_RENEWABLES, lines.MAJOR_PROJECTS)


def beyond(
    bundle: Bundle, listed: tuple[Usage, ...], found: Mapping[str, Figure]
) -> dict[str, Figure]:
    """An enterprise's amounts beyond its meters, by `beyond.` and the line that they belong to."""
    result: dict[str, Figure] = {}
    stocks: dict[str, list[Figure]] = {}
    for usage in (one for one in listed if one.basis is Basis.STOCK):
        for name, figure in _of_stock(bundle, usage).items():
            stocks.setdefault(name, []).append(figure)
    result |= {name: joined(each[0].label, each[0].unit, each) for name, each in stocks.items()}
    for name, figure in found.items():
        if name.startswith((f"{lines.CO2_PROCESS}.", f"{lines.GHG}.")):
            result[PREFIX + name] = figure
    plain = _without_statements(bundle)
    by_meters = tuple(replace(usage, basis=Basis.METERED) for usage in listed if usage.metered)
    for series in Series:
        metered = exclusions(plain, by_meters, series)
        for name in _STATED:
            line = lines.exclusion(name, series)
            if line in found and found[line] != metered.get(name):
                result[PREFIX + line] = _more(found[line], metered.get(name))
    return result


def of_members(bundle: Bundle, name: str) -> list[Figure]:
    """What the members have beyond their meters for a line."""
    return [figure for one in bundle.members if (figure := one.get(PREFIX + name)) is not None]


def names(bundle: Bundle, prefix: str) -> list[str]:
    """What follows the prefix in the lines that members have something for, in order."""
    start = PREFIX + prefix
    return sorted(
        {
            line.removeprefix(start)
            for one in bundle.members
            for line in one.lines
            if line.startswith(start)
        }
    )


def with_members(bundle: Bundle, name: str, own: Figure | None, label: Label) -> Figure | None:
    """A line of one's own with those of the members added; None where there is neither."""
    parts = [*([own] if own else []), *of_members(bundle, name)]
    if len(parts) <= 1:
        return parts[0] if parts else None
    return total(own.label if own else label, parts[0].unit, parts)


def _of_stock(bundle: Bundle, usage: Usage) -> dict[str, Figure]:
    result: dict[str, Figure] = {}
    for series in Series:
        stock = tce(bundle, usage, series, Basis.STOCK)
        metered = tce(bundle, usage, series, Basis.METERED) if usage.is_metered else None
        result[PREFIX + lines.energy(series, usage.carrier)] = _more(stock, metered)
    carbon = co2(bundle, usage)
    if carbon is not None:
        metered = co2(bundle, usage, Basis.METERED) if usage.metered else None
        result[PREFIX + f"{lines.CO2_FUEL}.{usage.carrier}"] = _more(carbon, metered)
    return result


def _more(counted: Figure, metered: Figure | None) -> Figure:
    if metered is None:
        return counted
    label = Label(f"{counted.label.zh}（超出计量部分）", f"{counted.label.en} beyond meters")
    return less(label, counted.unit, counted, metered)


def _without_statements(bundle: Bundle) -> Bundle:
    return Bundle(
        subject=bundle.subject,
        kind=bundle.kind,
        period=bundle.period,
        places=bundle.places,
        carriers=bundle.carriers,
        factors=bundle.factors,
        metered=bundle.metered,
    )
