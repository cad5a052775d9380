"""What was used of each carrier: metered in less given out, or by the balance of stocks."""

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What was used of a carrier in a part of the period, by meters, in its canonical unit.

    quantity: in less given out. feedstock: the part of it that became products, if there is one.
    """

    carrier: str
    period: Period
    quantity: Figure
    feedstock: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A carrier's uses: by meters part by part, by stock in all, and which of them counts."""

    carrier: str
    attributes: Attributes
    label: Label
    metered: tuple[Use, ...]
    lots: tuple[Lot, ...]
    basis: Basis

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
            found.append(
                Usage(
                    carrier=carrier,
                    attributes=attributes,
                    label=label_of(bundle, carrier),
                    metered=uses,
                    lots=held,
                    basis=_basis(bundle, carrier, bool(uses), bool(held)),
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


def _basis(bundle: Bundle, carrier: str, is_metered: bool, is_stocked: bool) -> Basis:
    """As the method on record says, where there is what it asks for; else by meters."""
    if not (is_metered and is_stocked):
        return Basis.METERED if is_metered else Basis.STOCK
    method = method_of(bundle, carrier)
    return method.basis if method else Basis.METERED


def _lanes(metered: Sequence[Metered]) -> Mapping[str, Sequence[Metered]]:
    found: dict[str, list[Metered]] = {}
    for one in metered:
        found.setdefault(one.carrier, []).append(one)
    return found


def _metered(bundle: Bundle, carrier: str, lanes: Sequence[Metered]) -> tuple[Use, ...]:
    out = _ways_out(bundle.kind, lanes)
    crossing = {Flow.IMPORT.value, *out}
    if not any(lane.flow in crossing for lane in lanes):
        return ()
    given_back = [one for one in bundle.adjustments if one.carrier == carrier]
    periods = {one.period for one in lanes} | {one.period for one in given_back}
    label, unit = label_of(bundle, carrier), _unit(bundle, carrier)
    found: list[Use] = []
    for period in sorted(periods, key=lambda one: (one.first_hour, one.end_hour)):
        here = [lane for lane in lanes if lane.period == period]
        ins = [lane.quantity for lane in here if lane.flow == Flow.IMPORT]
        ins += [one.quantity for one in given_back if one.period == period]
        outs = [lane.quantity for lane in here if lane.flow in out]
        split = [lane.quantity for lane in here if lane.flow == Flow.FEEDSTOCK]
        if ins or outs:
            found.append(
                Use(
                    carrier=carrier,
                    period=period,
                    quantity=_net(label, unit, ins, outs),
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

    An enterprise that has export points of it: those; else what its conversion gives out. An
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
