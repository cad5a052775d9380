"""Quantities of intervals turned into the register that a meter would have shown."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Context, Decimal

from deploy.replay.mapping import Register
from shared.model.exact import decimal
from shared.model.instants import SECOND_US, iso, to_us

_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A meter was replaced: what the old one showed at its end, and the new one at its start."""

    point: str
    at_us: int
    old_end: str
    new_start: str


@dataclass(slots=True, kw_only=True)
class RunningRegister:
    """One point's register; quantities must come in the order of time."""

    spec: Register
    point: str
    changes: list[Change] = field(default_factory=list)
    _total: Decimal | None = None
    _last_us: int = 0
    _pending: list[tuple[int, str]] = field(default_factory=list)

    def feed(self, at_us: int, quantity: Decimal) -> Iterator[tuple[int, str]]:
        """The register readings that follow from one quantity: instant and text.

        The first quantity gives two. Raises ValueError for one that is negative, out of order, or
        that passes a replacement without ending at it.
        """
        if quantity < 0:
            raise ValueError(f"a register cannot run backwards by {quantity}")
        begin, end = self._interval(at_us)
        if self._total is None:
            self._begin(begin)
            yield begin, self._shown()
        if end <= self._last_us:
            raise ValueError(f"{iso(end)} is not after {iso(self._last_us)}: order by time first")
        self._total = self._rolled(_EXACT.add(self._value(), quantity))
        self._last_us = end
        if self._pending and self._pending[0][0] <= end:
            self._replace(end)
        else:
            yield end, self._shown()

    def _interval(self, at_us: int) -> tuple[int, int]:
        length = self.spec.interval_s * SECOND_US
        return (at_us, at_us + length) if self.spec.stamp == "start" else (at_us - length, at_us)

    def _begin(self, begin: int) -> None:
        self._total = self._rolled(decimal(self.spec.start))
        self._last_us = begin
        instants = [(_instant(one.at), one.new_start) for one in self.spec.replaced]
        self._pending = sorted(one for one in instants if one[0] > begin)

    def _replace(self, end: int) -> None:
        at_us, new_start = self._pending.pop(0)
        if at_us != end:
            raise ValueError(f"a replacement at {iso(at_us)} falls between two readings")
        old_end = self._shown()
        self._total = decimal(new_start)
        change = Change(point=self.point, at_us=at_us, old_end=old_end, new_start=self._shown())
        self.changes.append(change)

    def _rolled(self, total: Decimal) -> Decimal:
        if self.spec.digits is None:
            return total
        return _EXACT.remainder(total, Decimal(10) ** self.spec.digits)

    def _value(self) -> Decimal:
        return self._total or Decimal(0)

    def _shown(self) -> str:
        return format(self._value(), "f")


def _instant(text: str) -> int:
    return to_us(datetime.fromisoformat(text))
