"""What was used of each carrier: metered in less given out, or by the balance of stocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.evaluator.domain.accounting.bundle import Bundle, Kind, Lot, Metered
from services.evaluator.domain.accounting.methods import method_at, stretches
from services.evaluator.domain.factors import counts_energy
from services.evaluator.domain.fences import ways_in, ways_out
from services.evaluator.domain.figures.figure import Figure, Label, absent, constant, less, total
from services.evaluator.domain.records.method import Basis, Method
from shared.model.catalogue import Attributes, Flow
from shared.model.period import Period

_NO_ENTRANCE = Label("没有购入计量点", "no point of what comes in")
_INSIDE = Label(
    "没有购入计量点，按加工转换投入和原料计量计入",
    "no point of what comes in: counted by what is metered into conversion and as feedstock",
)
_NO_STOCKS = Label(
    "核算方法为盘存，但没有申报盘存数据，按计量",
    "the method asks for stocks, but none are stated: counted by meters",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What was used of a carrier in a part of the period, by meters, in its canonical unit.

    quantity: in less given out; None where no meter says it. feedstock: the part of what was used
    that became products, if there is one. inside: what came in was metered inside the fence.
    """

    carrier: str
    period: Period
    quantity: Figure | None
    feedstock: Figure | None = None
    inside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A carrier's uses: by meters part by part, by stock in all, and which of them counts.

    period: in which it counts by one method. remarks: on the basis that counts.
    """

    carrier: str
    period: Period
    attributes: Attributes
    label: Label
    metered: tuple[Use, ...]
    lots: tuple[Lot, ...]
    basis: Basis
    remarks: tuple[Label, ...] = ()

    @property
    def is_metered(self) -> bool:
        """Whether meters say what was used, not only what of it became products."""
        return any(use.quantity is not None for use in self.metered)

    @property
    def is_entered(self) -> bool:
        """Whether anything says what was used."""
        return self.is_metered or bool(self.lots)

    @property
    def unit(self) -> str:
        """The canonical unit."""
        return str(self.attributes.get("unit") or "")


def usages(bundle: Bundle) -> tuple[Usage, ...]:
    """All energy carriers that the bundle has anything of, by code, and stretches of a method."""
    lanes = _lanes(bundle.metered)
    lots: dict[str, list[Lot]] = {}
    for lot in bundle.lots:
        lots.setdefault(lot.carrier, []).append(lot)
    found: list[Usage] = []
    for carrier in sorted({*lanes, *lots}):
        if counts_energy(bundle.carriers.get(carrier, {})):
            uses = _metered(bundle, carrier, lanes.get(carrier, ()))
            held = lots.get(carrier, ())
            for part in _stretches(bundle, carrier, uses, held):
                here = tuple(use for use in uses if _within(use.period, part))
                balance = tuple(lot for lot in held if _within(lot.period or bundle.period, part))
                if here or balance:
                    found.append(_usage(bundle, carrier, part, here, balance))
    return tuple(found)


def _stretches(
    bundle: Bundle, carrier: str, uses: Sequence[Use], lots: Sequence[Lot]
) -> Sequence[Period]:
    """The stretches with one method; the whole period if something reaches over their edges."""
    parts = stretches(_methods(bundle), carrier, bundle.period)
    spans = [*(use.period for use in uses), *(lot.period or bundle.period for lot in lots)]
    fits = all(any(_within(one, part) for part in parts) for one in spans)
    return parts if fits else (bundle.period,)


def _within(one: Period, part: Period) -> bool:
    return part.first_hour <= one.first_hour and one.end_hour <= part.end_hour


def _usage(
    bundle: Bundle, carrier: str, period: Period, uses: tuple[Use, ...], lots: tuple[Lot, ...]
) -> Usage:
    is_metered = any(use.quantity is not None for use in uses)
    at_fence = any(use.quantity is not None and not use.inside for use in uses)
    method = method_of(bundle, carrier, period)
    basis, remarks = _basis(method, carrier, is_metered, at_fence, bool(lots))
    if basis is Basis.METERED and any(use.inside for use in uses):
        remarks = (*remarks, _INSIDE)
    return Usage(
        carrier=carrier,
        period=period,
        attributes=bundle.carriers.get(carrier, {}),
        label=label_of(bundle, carrier),
        metered=uses,
        lots=lots,
        basis=basis,
        remarks=remarks,
    )


def label_of(bundle: Bundle, carrier: str) -> Label:
    """What the carrier is called, by the catalogue or else by its nature."""
    attributes = bundle.carriers.get(carrier, {})
    nature = bundle.factors.conventions.nature(carrier).label
    return Label(
        str(attributes.get("name") or nature.zh), str(attributes.get("name_en") or nature.en)
    )


def method_of(bundle: Bundle, carrier: str, period: Period | None = None) -> Method | None:
    """The method on record for the carrier (or for all) when the period (or the bundle's) ends."""
    return method_at(_methods(bundle), carrier, period or bundle.period)


def _methods(bundle: Bundle) -> list[Method]:
    return [method for method in bundle.methods if method.subject == bundle.subject]


def _basis(
    method: Method | None, carrier: str, is_metered: bool, at_fence: bool, is_stocked: bool
) -> tuple[Basis, tuple[Label, ...]]:
    """As the method on record says, where there is what it asks for; else by what there is.

    Without a method meters at the fence go before stocks, and stocks before meters inside.
    """
    usual = Basis.METERED if at_fence else Basis.STOCK
    wanted = method.basis if method else usual
    if is_metered and is_stocked:
        return wanted, ()
    if is_stocked:
        return Basis.STOCK, ()
    lacking = wanted is Basis.STOCK and method is not None and method.carrier == carrier
    return Basis.METERED, (_NO_STOCKS,) if lacking else ()


def _lanes(metered: Sequence[Metered]) -> Mapping[str, Sequence[Metered]]:
    found: dict[str, list[Metered]] = {}
    for one in metered:
        found.setdefault(one.carrier, []).append(one)
    return found


def _metered(bundle: Bundle, carrier: str, lanes: Sequence[Metered]) -> tuple[Use, ...]:
    shifted = [one for one in bundle.adjustments if one.carrier == carrier]
    periods = {one.period for one in lanes} | {one.period for one in shifted}
    label, unit = label_of(bundle, carrier), _unit(bundle, carrier)
    found: list[Use] = []
    for period in sorted(periods, key=lambda one: (one.first_hour, one.end_hour)):
        here = [lane for lane in lanes if lane.period == period]
        enter, leave = _ways(bundle.kind, here)
        ins = [lane.quantity for lane in here if lane.flow in enter]
        ins += [one.quantity for one in shifted if one.period == period]
        outs = [lane.quantity for lane in here if lane.flow in leave]
        split = [lane.quantity for lane in here if lane.flow == Flow.FEEDSTOCK]
        if ins or outs or split:
            found.append(
                Use(
                    carrier=carrier,
                    period=period,
                    quantity=_net(label, unit, ins, outs) if ins or outs else None,
                    feedstock=_sum(
                        Label(f"{label.zh}原料用量", f"{label.en} as feedstock"), unit, split
                    ),
                    inside=bool(ins) and Flow.IMPORT not in enter,
                )
            )
    return tuple(found)


def _unit(bundle: Bundle, carrier: str) -> str:
    return str(bundle.carriers.get(carrier, {}).get("unit") or "")


def _ways(kind: Kind, lanes: Sequence[Metered]) -> tuple[frozenset[str], frozenset[str]]:
    """The flows by which the carrier is taken in, and by which it is given out.

    An aggregate has all kinds of enterprises: what each of them counts otherwise is added to it.
    """
    flows = {lane.flow for lane in lanes}
    if kind is Kind.AGGREGATE:
        both = frozenset({Flow.EXPORT.value, Flow.CONVERSION_OUTPUT.value})
        return frozenset({Flow.IMPORT.value}), both
    return ways_in(flows), ways_out(flows)


def _net(label: Label, unit: str, ins: Sequence[Figure], outs: Sequence[Figure]) -> Figure:
    came = _sum(Label(f"{label.zh}购入", f"{label.en} in"), unit, ins)
    if not outs:
        return came or absent(label, unit)
    return less(
        Label(f"{label.zh}消费量", f"{label.en} used"),
        unit,
        came or constant(_NO_ENTRANCE, 0, unit),
        *outs,
    )


def _sum(label: Label, unit: str, parts: Sequence[Figure]) -> Figure | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else total(label, unit, parts)
