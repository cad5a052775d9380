"""Quantities become standard coal and CO2: products of a quantity and its factors."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from services.evaluator.domain.accounting.bundle import Bundle, Lot, Term
from services.evaluator.domain.accounting.uses import Usage, Use, method_of
from services.evaluator.domain.budget import Series
from services.evaluator.domain.carbon import CARBON_TO_CO2, scaling, series_of
from services.evaluator.domain.factor_book import Conventions
from services.evaluator.domain.factors import TCE_SERIES
from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    absent,
    constant,
    less,
    times,
    total,
)
from services.evaluator.domain.records.method import Basis
from shared.model.period import Period

KJ_A_KGCE = Fraction(293_076, 10)
_FRACTIONS = {"%": Fraction(1, 100), "": Fraction(1)}
_WANTED = {
    Term.OPENING: Label("期初库存", "the opening stock"),
    Term.CLOSING: Label("期末库存", "the closing stock"),
}
"""Terms without which nothing is known; purchases and sales that nobody states were none."""
_NEGATIVE = Label(
    "盘存消费量为负，请核对库存和购销数据",
    "the stock balance is negative: check stocks and purchases",
)
_ELSEWHERE = Label("用量另行计入", "what was used counts elsewhere")
_NO_PURCHASES = Label("未申报购进量，按没有购进计", "no purchases are stated: taken as none")


def tce(bundle: Bundle, usage: Usage, series: Series, basis: Basis | None = None) -> Figure:
    """The carrier's energy in tonnes of standard coal, by the basis that counts or a named one."""
    label = Label(f"{usage.label.zh}能耗", f"energy of {usage.label.en}")
    if (basis or usage.basis) is Basis.STOCK:
        terms = [(lot, tce_of_lot(bundle, usage, lot, series)) for lot in usage.lots]
        return remarked(_signed_sum(label, "tce", usage, terms), usage.remarks)
    parts = [
        tce_of(bundle, usage, use.quantity, use.period, series, label)
        for use in usage.metered
        if use.quantity is not None
    ]
    return remarked(joined(label, "tce", parts), usage.remarks)


def tce_of(
    bundle: Bundle, usage: Usage, quantity: Figure, period: Period, series: Series, label: Label
) -> Figure:
    """A quantity by the coefficient of the time and place."""
    nature = bundle.factors.conventions.nature(usage.carrier)
    item = nature.energy or usage.carrier
    factor = bundle.factors.find(TCE_SERIES[series], item, bundle.places, period)
    if factor.value is None or quantity.value is None:
        return times(label, "tce", quantity, factor)
    above, _, below = factor.unit.partition("/")
    size = _size(bundle, usage, quantity.unit, below)
    final = bundle.factors.conventions.size(above, "tce")
    if size is None or final is None:
        return _misfit(label, "tce", usage, factor)
    return times(label, "tce", quantity, factor, *_scale(size * final, quantity.unit, "tce"))


def tce_of_lot(bundle: Bundle, usage: Usage, lot: Lot, series: Series) -> Figure:
    """A term of the stock balance, by its own measured calorific value where it has one."""
    label = lot.quantity.label
    quantity = dry(lot)
    if lot.ncv is None or quantity.value is None:
        return tce_of(bundle, usage, quantity, usage.period, series, label)
    above, _, below = lot.ncv.unit.partition("/")
    size = _size(bundle, usage, quantity.unit, below)
    energy = bundle.factors.conventions.size(above, "kJ")
    if size is None or energy is None:
        return _misfit(label, "tce", usage, lot.ncv)
    coal = constant(
        Label("标准煤热值", "calorific value of standard coal"),
        1 / KJ_A_KGCE,
        "kgce/kJ",
        "1/29307.6",
    )
    ratio = size * energy / 1000
    return times(label, "tce", quantity, lot.ncv, coal, *_scale(ratio, quantity.unit, "tce"))


def dry(lot: Lot) -> Figure:
    """The lot's quantity on the basis that its calorific value is meant for."""
    if lot.moisture is None:
        return lot.quantity
    hundred = constant(Label("全部", "the whole"), 1 if lot.moisture.unit == "" else 100, "%")
    share = less(Label("干基比例", "dry share"), "%", hundred, lot.moisture)
    label = Label(f"{lot.quantity.label.zh}（干基）", f"{lot.quantity.label.en}, dry")
    part = _FRACTIONS.get(lot.moisture.unit, Fraction(1, 100))
    return times(label, lot.quantity.unit, lot.quantity, share, *_scale(part, "%", "1"))


def balance(bundle: Bundle, usage: Usage) -> Figure:
    """Opening stock + purchases − sales − closing stock, in the carrier's canonical unit."""
    label = Label(f"{usage.label.zh}盘存消费量", f"{usage.label.en} used by stock balance")
    terms: list[tuple[Lot, Figure]] = []
    for lot in usage.lots:
        size = _size(bundle, usage, lot.quantity.unit, usage.unit)
        if lot.quantity.value is None:
            size = Fraction(1)
        if size is None:
            return _misfit(label, usage.unit, usage, lot.quantity)
        scale = _scale(size, lot.quantity.unit, usage.unit)
        turned = times(lot.quantity.label, usage.unit, lot.quantity, *scale)
        terms.append((lot, turned if scale else lot.quantity))
    return _signed_sum(label, usage.unit, usage, terms)


def co2(bundle: Bundle, usage: Usage, basis: Basis | None = None) -> Figure | None:
    """The carrier's CO2: burnt fuel (feedstock left out), or electricity or heat by its factor.

    By the basis that counts or a named one. None for what has no CO2.
    """
    method = method_of(bundle, usage.carrier, usage.period)
    names = series_of(usage.carrier, bundle.factors, method.edition if method else "")
    if not names:
        return None
    label = Label(f"{usage.label.zh}二氧化碳排放", f"CO2 of {usage.label.en}")
    if (basis or usage.basis) is Basis.STOCK:
        return remarked(_stock_co2(bundle, usage, names, label), usage.remarks)
    parts = [
        _product(bundle, usage, burnt(usage, use), names, use.period, label)
        for use in usage.metered
    ]
    return remarked(joined(label, "tCO2", parts), usage.remarks)


def burnt(usage: Usage, use: Use) -> Figure:
    """What was used and did not become products.

    Without a quantity less than nothing: the use itself counts by stock, or by its enterprise.
    """
    label = Label(f"{usage.label.zh}燃烧量", f"{usage.label.en} burnt")
    used = use.quantity or constant(_ELSEWHERE, 0, usage.unit)
    return less(label, usage.unit, used, use.feedstock) if use.feedstock else used


def _stock_co2(
    bundle: Bundle, usage: Usage, names: Sequence[tuple[str, str]], label: Label
) -> Figure:
    terms = [
        (
            lot,
            _product(bundle, usage, dry(lot), names, usage.period, lot.quantity.label, lot),
        )
        for lot in usage.lots
    ]
    whole = _signed_sum(label, "tCO2", usage, terms)
    feedstocks = [
        _product(bundle, usage, use.feedstock, names, use.period, use.feedstock.label)
        for use in usage.metered
        if use.feedstock is not None
    ]
    return less(label, "tCO2", whole, *feedstocks) if feedstocks else whole


def _product(
    bundle: Bundle,
    usage: Usage,
    quantity: Figure,
    names: Sequence[tuple[str, str]],
    period: Period,
    label: Label,
    lot: Lot | None = None,
) -> Figure:
    """The quantity by its factors; those that a lot has measured stand for the usual ones."""
    measured = (lot.ncv, lot.carbon, None) if lot and len(names) == 3 else (None,) * len(names)
    factors = [
        own or bundle.factors.find(series, item, bundle.places, period)
        for own, (series, item) in zip(measured, names, strict=True)
    ]
    if any(one.value is None for one in (quantity, *factors)):
        return times(label, "tCO2", quantity, *factors)
    own = {**usage.attributes, "unit": usage.unit}
    size = scaling([factor.unit for factor in factors], own, bundle.factors)
    step = _size(bundle, usage, quantity.unit, usage.unit)
    if size is None or step is None:
        return _misfit(label, "tCO2", usage, factors[0])
    parts: list[Figure] = [quantity, *factors]
    if len(names) == 3:
        parts.append(
            constant(Label("碳折二氧化碳", "carbon to CO2"), CARBON_TO_CO2, "tCO2/tC", "44/12")
        )
        size /= CARBON_TO_CO2
    return times(label, "tCO2", *parts, *_scale(size * step, quantity.unit, "tCO2"))


def _size(bundle: Bundle, usage: Usage, unit: str, wanted: str) -> Fraction | None:
    """How many `wanted` one `unit` is, also by way of the carrier's own units."""
    sizes: Conventions = bundle.factors.conventions
    own = str(usage.attributes.get("units") or "")
    if unit == wanted or sizes.size(unit, wanted) is not None:
        return sizes.size(unit, wanted)
    there, back = sizes.size(unit, usage.unit, own), sizes.size(wanted, usage.unit, own)
    return there / back if there is not None and back else None


def _scale(size: Fraction, unit: str, wanted: str) -> tuple[Figure, ...]:
    """The constant by which units fit together, if one is needed."""
    if size == 1:
        return ()
    return (constant(Label("单位换算", "change of units"), size, "", f"{unit} → {wanted}"),)


def _misfit(label: Label, unit: str, usage: Usage, factor: Figure) -> Figure:
    return absent(
        label,
        unit,
        Label(
            f"{usage.label.zh}以{usage.unit}计量，{factor.label.zh}的单位是{factor.unit}，无法换算："
            "请在目录中为该品种补充单位",
            f"{usage.label.en} is kept in {usage.unit}, {factor.label.en} is in {factor.unit}: "
            "add the unit to the carrier's units",
        ),
    )


def joined(label: Label, unit: str, parts: Sequence[Figure]) -> Figure:
    """The sum of the parts, or the only one."""
    return parts[0] if len(parts) == 1 else total(label, unit, parts)


def _signed_sum(
    label: Label, unit: str, usage: Usage, terms: Sequence[tuple[Lot, Figure]]
) -> Figure:
    """Terms with their signs; a stock that nobody stated is missing, never nought."""
    lacking = [term for term in _WANTED if term not in {lot.term for lot, _ in terms}]
    stocks = [(term.sign, _unstated(usage, term, unit)) for term in lacking]
    signed = [*((lot.term.sign, figure) for lot, figure in terms), *stocks]
    added = [figure for sign, figure in signed if sign > 0]
    taken = [figure for sign, figure in signed if sign < 0]
    first = joined(Label("期初加购进", "opening stock and purchases"), unit, added)
    found = less(label, unit, first, *taken)
    bought = any(lot.term is Term.PURCHASE for lot, _ in terms)
    is_negative = found.value is not None and found.value < 0
    return remarked(
        found, [*([] if bought else [_NO_PURCHASES]), *([_NEGATIVE] if is_negative else [])]
    )


def _unstated(usage: Usage, term: Term, unit: str) -> Figure:
    what = _WANTED[term]
    reason = Label(
        f"缺少{usage.label.zh}{what.zh}（没有库存请申报0）",
        f"{what.en} of {usage.label.en} is not stated: state 0 where there is none",
    )
    return absent(what, unit, reason)


def remarked(figure: Figure, remarks: Sequence[Label]) -> Figure:
    """The figure with further remarks on it."""
    if not remarks:
        return figure
    return replace(figure, flags=tuple(dict.fromkeys((*figure.flags, *remarks))))
