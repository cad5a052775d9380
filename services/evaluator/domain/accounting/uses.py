"""What was used of each carrier: metered in less given out, or by the balance of stocks."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from services.evaluator.domain.accounting.bundle import Bundle, Kind, Lot, Metered
from services.evaluator.domain.factor_book import ZONE
from services.evaluator.domain.factors import counts_energy
from services.evaluator.domain.figures.figure import Figure, Label, absent, constant, less, total
from services.evaluator.domain.records.method import Basis, Method
from shared.model.catalogue import Attributes, Flow
from shared.model.instants import HOUR_US, from_us
from shared.model.period import Period, zone

_NO_ENTRANCE = Label("没有购入计量点", "no point of what comes in")
_INSIDE = frozenset({Flow.CONVERSION_INPUT.value, Flow.FEEDSTOCK.value})
_NO_STOCKS = Label(
    "核算方法为盘存,但没有申报盘存数据,按计量",
    "the method asks for stocks, but none are stated: counted by meters",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What was used of a carrier in a part of the period, by meters, in its canonical unit.

    quantity: in less given out; None where no meter is at the fence. feedstock: the part of what
    was used that became products, if there is one.
    """

    carrier: str
    period: Period
    quantity: Figure | None
    feedstock: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A carrier's uses: by meters part by part, by stock in all, and which of them counts.

    remarks: on the basis that counts.
    """

    carrier: str
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
    """All energy carriers that the bundle has anything of, by code."""
    lanes = _lanes(bundle.metered)
    lots: dict[str, list[Lot]] = {}
    for lot in bundle.lots:
        lots.setdefault(lot.carrier, []).append(lot)
    found: list[Usage] = []
    for carrier in sorted({*lanes, *lots}):
        attributes = bundle.carriers.get(carrier, {})
        if not counts_energy(attributes):
            continue
        uses = _metered(bundle, carrier, lanes.get(carrier, ()))
        held = tuple(lots.get(carrier, ()))
        if uses or held:
            is_metered = any(use.quantity is not None for use in uses)
            basis, remarks = _basis(bundle, carrier, is_metered, bool(held))
            found.append(
                Usage(
                    carrier=carrier,
                    attributes=attributes,
                    label=label_of(bundle, carrier),
                    metered=uses,
                    lots=held,
                    basis=basis,
                    remarks=remarks,
                )
            )
    return tuple(found)


def label_of(bundle: Bundle, carrier: str) -> Label:
    """What the carrier is called, by the catalogue or else by its nature."""
    attributes = bundle.carriers.get(carrier, {})
    nature = bundle.factors.conventions.nature(carrier).label
    return Label(
        str(attributes.get("name") or nature.zh), str(attributes.get("name_en") or nature.en)
    )


def method_of(bundle: Bundle, carrier: str) -> Method | None:
    """The method on record for the carrier (or for all) that holds when the period ends."""
    last = from_us((bundle.period.end_hour - 1) * HOUR_US).astimezone(zone(ZONE)).date()
    day = last.isoformat()
    holding = [
        method
        for method in bundle.methods
        if method.subject == bundle.subject
        and method.carrier in {"", carrier}
        and method.valid_from <= day
        and (not method.valid_to or day < method.valid_to)
    ]
    return max(holding, key=lambda one: (one.carrier, one.valid_from), default=None)


def _basis(
    bundle: Bundle, carrier: str, is_metered: bool, is_stocked: bool
) -> tuple[Basis, tuple[Label, ...]]:
    """As the method on record says, where there is what it asks for; else by what there is."""
    method = method_of(bundle, carrier)
    wanted = method.basis if method else Basis.METERED
    if is_metered and is_stocked:
        return wanted, ()
    if is_stocked:
        return Basis.STOCK, ()
    lacking = wanted is Basis.STOCK and method is not None and method.carrier == carrier
    return Basis.METERED, (_NO_STOCKS,) if lacking else ()


def unentered(bundle: Bundle, counted: Set[str]) -> tuple[Label, ...]:
    """Remarks on carriers of which meters see some use, while nothing says how much came in.

    counted: carriers that count all the same. What is made inside is none of these.
    """
    flows: dict[str, set[str]] = {}
    for one in bundle.metered:
        if counts_energy(bundle.carriers.get(one.carrier, {})):
            flows.setdefault(one.carrier, set()).add(one.flow)
    names = [
        label_of(bundle, code) for code in sorted(set(flows) - counted) if flows[code] <= _INSIDE
    ]
    return tuple(
        Label(
            f"{name.zh}只有加工转换投入或原料计量,未计入:请补充购入计量点或盘存数据",
            f"{name.en} is metered into conversion or as feedstock alone and not counted: add a "
            "point of what comes in, or its stocks",
        )
        for name in names
    )


def _lanes(metered: Sequence[Metered]) -> Mapping[str, Sequence[Metered]]:
    found: dict[str, list[Metered]] = {}
    for one in metered:
        found.setdefault(one.carrier, []).append(one)
    return found


def _metered(bundle: Bundle, carrier: str, lanes: Sequence[Metered]) -> tuple[Use, ...]:
    given_back = [one for one in bundle.adjustments if one.carrier == carrier]
    periods = {one.period for one in lanes} | {one.period for one in given_back}
    label, unit = label_of(bundle, carrier), _unit(bundle, carrier)
    found: list[Use] = []
    for period in sorted(periods, key=lambda one: (one.first_hour, one.end_hour)):
        here = [lane for lane in lanes if lane.period == period]
        ins = [lane.quantity for lane in here if lane.flow == Flow.IMPORT]
        ins += [one.quantity for one in given_back if one.period == period]
        outs = [lane.quantity for lane in here if lane.flow in _ways_out(bundle.kind, here)]
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
                )
            )
    return tuple(found)


def _unit(bundle: Bundle, carrier: str) -> str:
    return str(bundle.carriers.get(carrier, {}).get("unit") or "")


def _ways_out(kind: Kind, lanes: Sequence[Metered]) -> frozenset[str]:
    """The flows by which the carrier is given out.

    An enterprise that has export points of it then: those; else what its conversion gives out. An
    aggregate has both kinds of enterprises: both, and what would count twice is given back to it.
    """
    both = frozenset({Flow.EXPORT.value, Flow.CONVERSION_OUTPUT.value})
    if kind is Kind.AGGREGATE:
        return both
    exports = any(lane.flow == Flow.EXPORT for lane in lanes)
    return frozenset({Flow.EXPORT.value if exports else Flow.CONVERSION_OUTPUT.value})


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
