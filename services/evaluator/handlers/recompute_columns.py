"""Month sums of everybody as columns: each row with what its weight depends on."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np

from services.evaluator.domain.factors import counts_energy
from services.evaluator.domain.outlets import doubled_carriers
from services.evaluator.domain.recompute import I64, Rows, Whole
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.handlers.recompute_weights import (
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
        if _twice(who, carrier, flow):
            for above in _sums_of(world, who, year, nth):
                places = world.factor_places(above)
                key = Key(True, places, carrier, Flow.IMPORT.value, scale, nth)
                columns.add(above.key, key, quantity)
            columns.add(who.key, Key(False, (), carrier, "", scale, nth), quantity)
            continue
        places = world.factor_places(who)
        columns.add(who.key, Key(who.is_sum, places, carrier, flow, scale, nth), quantity)
    for (subject, nth), lanes in heard.items():
        who = world.who(subject)
        for carrier, flow in _unheard(world, who, lanes, month_of(year, nth)) if who else ():
            places = world.factor_places(who) if who else ()
            columns.add(subject, Key(False, places, carrier, UNKNOWN + flow, 0, nth), 1)
    columns.settle()


def _unheard(
    world: World, who: Who, heard: Collection[tuple[str, str]], month: Period
) -> list[tuple[str, str]]:
    """Lanes of energy in which somebody with meters was not heard: what they count is unknown."""
    lanes = who.lanes(month) if who.own else frozenset()
    return [
        lane
        for lane in sorted(lanes - set(heard))
        if counts_energy(world.carriers.get(lane[0], {})) and not _twice(who, *lane)
    ]


def _twice(who: Who, carrier: str, flow: str) -> bool:
    """Whether an enterprise's conversion output leaves through an export meter too."""
    if flow != Flow.CONVERSION_OUTPUT or who.own is None:
        return False
    return carrier in doubled_carriers(who.own)


def _sums_of(world: World, who: Who, year: int, nth: int) -> Iterator[Who]:
    """Regions and tags that the enterprise counts for at the month's beginning."""
    first = month_of(year, nth).first_hour
    for chain in who.own.chains if who.own else ():
        if chain.first_hour <= first < chain.end_hour:
            for subject in chain.subjects:
                above = world.who(subject) if subject != who.key else None
                if above is not None:
                    yield above
