"""Month sums of everybody as columns: each row with what its weight depends on."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np

from services.evaluator.domain.accounting.emissions import LINE_OF
from services.evaluator.domain.factors import counts_energy
from services.evaluator.domain.fences import is_shifted
from services.evaluator.domain.recompute import I64, Rows, Whole
from services.evaluator.handlers.reckoner.world import Who, World, overlap
from services.evaluator.handlers.recompute_weights import (
    CHANGING,
    MONTHS,
    UNKNOWN,
    Key,
    month_of,
)
from services.evaluator.ports.publications import MonthBlock
from shared.model.catalogue import Flow
from shared.model.period import Period


@dataclass(slots=True)
class Columns:
    """Rows in the making. keys: what each weight stands for, by its number."""

    subjects: dict[str, int] = field(default_factory=dict)
    keys: dict[Key, int] = field(default_factory=dict)
    _cell: list[int] = field(default_factory=list)
    _weight: list[int] = field(default_factory=list)
    _quantity: list[int] = field(default_factory=list)
    _done: list[tuple[I64, I64, Whole]] = field(default_factory=list)

    def add(self, subject: str, key: Key, quantity: int) -> None:
        """A quantity of a subject in the key's month."""
        number = self.subjects.setdefault(subject, len(self.subjects))
        self._cell.append(number * MONTHS + key.nth)
        self._weight.append(self.keys.setdefault(key, len(self.keys)))
        self._quantity.append(quantity)

    def settle(self) -> None:
        """Turn what was added since into arrays: a block's worth at a time is soon done."""
        self._done.append(
            (
                np.array(self._cell, np.int64),
                np.array(self._weight, np.int64),
                np.array(self._quantity, object),
            )
        )
        self._cell, self._weight, self._quantity = [], [], []

    def rows(self) -> Rows:
        """Everything as arrays."""
        self.settle()
        cell, weight, quantity = zip(*self._done, strict=True)
        return Rows(
            cell=np.concatenate(cell),
            weight=np.concatenate(weight),
            quantity=np.concatenate(quantity),
        )


def take(world: World, block: MonthBlock, columns: Columns, year: int, closed: int) -> None:
    """Add the block's rows: whatever counts for energy in the first `closed` months."""
    heard: defaultdict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    for subject, carrier, flow, scale, month, quantity in zip(
        block.subjects,
        block.carriers,
        block.flows,
        block.scales,
        block.months,
        block.quantities,
        strict=True,
    ):
        nth = month - year * MONTHS
        who = world.who(subject)
        known = world.carriers.get(carrier)
        if nth >= closed or who is None or known is None or not counts_energy(known):
            continue
        heard[who.key, nth].add((carrier, flow))
        for to, key in _keys(world, who, Key(who.is_sum, (), carrier, flow, scale, nth), year):
            columns.add(to, key, quantity)
    for (subject, nth), lanes in heard.items():
        who = world.who(subject)
        for carrier, flow in _unheard(world, who, lanes, month_of(year, nth)) if who else ():
            places = world.factor_places(who) if who else ()
            columns.add(subject, Key(False, places, carrier, flow, 0, nth), 1)
    columns.settle()


def _keys(world: World, who: Who, plain: Key, year: int) -> Iterator[tuple[str, Key]]:
    """What a row of somebody's books counts for: subjects and keys; places are filled in here."""
    month = month_of(year, plain.nth)
    shifted = _is_shifted(who, plain.carrier, plain.flow, month)
    own = plain._replace(places=world.factor_places(who))
    if shifted is False:
        yield who.key, _by_place(world, who, own)
        return
    for above, is_whole in _sums_of(world, who, month):
        flow = Flow.IMPORT.value if shifted and is_whole else CHANGING
        key = own._replace(is_sum=True, places=world.factor_places(above), flow=flow)
        yield above.key, _by_place(world, above, key)
    if shifted is None:
        yield who.key, own._replace(flow=CHANGING)
    elif plain.flow == Flow.CONVERSION_OUTPUT:
        yield who.key, plain._replace(flow="")
    else:
        yield who.key, own._replace(flow=Flow.IMPORT.value)
    if shifted and plain.flow == Flow.FEEDSTOCK:
        yield who.key, own


def _by_place(world: World, who: Who, key: Key) -> Key:
    """Power and heat of a tag across provinces have no factor of their own: accounts add it up."""
    group = world.records.factors.conventions.nature(key.carrier).group
    return key._replace(flow=CHANGING) if who.is_scattered and group in LINE_OF else key


def _unheard(
    world: World, who: Who, heard: Collection[tuple[str, str]], month: Period
) -> Iterator[tuple[str, str]]:
    """Lanes of energy in which somebody with meters was not heard: what they count is unknown."""
    lanes = who.lanes(month) if who.own else frozenset()
    for carrier, flow in sorted(lanes - set(heard)):
        if not counts_energy(world.carriers.get(carrier, {})):
            continue
        shifted = _is_shifted(who, carrier, flow, month)
        if shifted is None:
            yield carrier, CHANGING
        elif not shifted:
            yield carrier, UNKNOWN + flow
        elif flow != Flow.CONVERSION_OUTPUT:
            yield carrier, UNKNOWN + Flow.IMPORT


def _is_shifted(who: Who, carrier: str, flow: str, month: Period) -> bool | None:
    """Whether the lane counts otherwise than in a sum; None where that changes in the month."""
    if who.own is None:
        return False
    return is_shifted(who.own, carrier, flow, (month.first_hour, month.end_hour))


def _sums_of(world: World, who: Who, month: Period) -> Iterator[tuple[Who, bool]]:
    """Regions and tags that the enterprise counts for in the month, and whether all of it."""
    hours: dict[str, int] = {}
    for chain in who.own.chains if who.own else ():
        shared = overlap(month, chain.first_hour, chain.end_hour)
        for subject in chain.subjects if shared else ():
            hours[subject] = hours.get(subject, 0) + (shared.hours if shared else 0)
    for subject, known in hours.items():
        above = world.who(subject) if subject != who.key else None
        if above is not None:
            yield above, known == month.hours
