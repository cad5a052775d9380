"""The book of statements: what is stated of a subject, also put together from other periods."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count

from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    LeafKind,
    Source,
    absent,
    constant,
    leaf,
    less,
    times,
    total,
)
from services.evaluator.domain.records.statement import Statement, Status
from services.evaluator.domain.statistics.items import Nature, item_of, usual_unit
from services.evaluator.domain.statistics.leaves import record_source
from services.evaluator.domain.statistics.qualifiers import qualified
from shared.model.period import Period, reporting_period

PRELIMINARY = Label("初步核算数", "preliminary statistic")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """A statement as it is on record: its version of the key, made by `commit`."""

    statement: Statement
    version: int
    commit: int

    @property
    def period(self) -> Period:
        """The hours that the statement is about."""
        return reporting_period(self.statement.period, self.statement.zone)


@dataclass(frozen=True, slots=True)
class _Edge:
    """lots: what is stated for these hours; their figure is made of those that are gone along."""

    first: int
    end: int
    lots: tuple[StatementLine, ...]
    preliminary: bool
    commit: int

    def figure(self) -> Figure:
        """The statement in its usual unit, or the sum of its lots."""
        parts = [_usual(line) for line in self.lots]
        if len(parts) == 1:
            return parts[0]
        stated = self.lots[0].statement
        return total(_label(stated.item, stated.qualifier, stated.period), parts[0].unit, parts)


_Key = tuple[str, str, str]
_Step = tuple[bool, _Edge]


class StatementBook:
    """The newest versions of statements as of one commit."""

    def __init__(self, lines: Iterable[StatementLine] = ()) -> None:
        """Withdrawn statements (value None) may be among the lines; they do not count."""
        self._lines: dict[_Key, list[StatementLine]] = defaultdict(list)
        for line in lines:
            stated = line.statement
            if stated.value is not None:
                self._lines[stated.subject, stated.item, stated.qualifier].append(line)
        self._qualifiers: dict[tuple[str, str], list[str]] = defaultdict(list)
        for subject, item, qualifier in sorted(self._lines):
            self._qualifiers[subject, item].append(qualifier)
        self._edges: dict[tuple[_Key, str], list[list[_Edge]]] = {}

    def find(
        self, subject: str, item: str, period: Period, qualifier: str = "", basis: str = ""
    ) -> Figure:
        """The item over the period: as stated, else added and subtracted from other periods.

        Fewest statements, then fewest preliminary ones. Only one basis is ever used: `basis`, or
        without one the newest that the period can be put together from. Rates are never added.
        """
        for alike in self._edges_of((subject, item, qualifier), basis):
            edges = alike
            if item_of(item).nature is not Nature.FLOW:
                edges = [edge for edge in edges if _spans(edge, period)]
            steps = _path(edges, period.first_hour, period.end_hour)
            if steps:
                return _joined(item, qualifier, steps)
        return nothing_of(item, qualifier)

    def level_at(
        self, subject: str, item: str, period: Period, qualifier: str = "", basis: str = ""
    ) -> Figure:
        """The item as it stands at the period's end: stated for any period with that end."""
        lines = [
            line
            for line in self._lines.get((subject, item, qualifier), [])
            if line.period.end_hour == period.end_hour and basis in ("", line.statement.basis)
        ]
        edges = sorted(
            _edges(lines),
            key=lambda edge: (
                not _spans(edge, period),
                edge.preliminary,
                -edge.first,
                -edge.commit,
            ),
        )
        return edges[0].figure() if edges else nothing_of(item, qualifier)

    def lots(
        self, subject: str, item: str, qualifier: str, period: Period
    ) -> tuple[StatementLine, ...]:
        """What is stated of the item for just these hours: one statement, or one for each lot.

        Of several ways of writing the same hours one counts: a final one, then the later.
        """
        groups: dict[tuple[str, str, str], list[StatementLine]] = defaultdict(list)
        for line in self._lines.get((subject, item, qualifier), []):
            if _hours(line.period) == _hours(period):
                stated = line.statement
                groups[stated.period, stated.zone, stated.basis].append(line)
        ways = [_lots(group) for group in groups.values()]
        return min(ways, key=_rank, default=())

    def qualifiers(self, subject: str, item: str) -> tuple[str, ...]:
        """What the subject has statements of the item for (carriers, products, gases)."""
        return tuple(self._qualifiers.get((subject, item), ()))

    def _edges_of(self, key: _Key, basis: str) -> list[list[_Edge]]:
        """The edges of one item for each group of statements that may be added, made once."""
        known = self._edges.get((key, basis))
        if known is None:
            known = [_edges(alike) for alike in _alike(self._lines.get(key, []), basis)]
            self._edges[key, basis] = known
        return known

    def periods(self, subject: str, item: str, qualifier: str = "") -> tuple[str, ...]:
        """The periods for which the item is stated, as written, in order of time."""
        lines = sorted(
            self._lines.get((subject, item, qualifier), []),
            key=lambda line: (line.period.first_hour, line.period.end_hour),
        )
        return tuple(dict.fromkeys(line.statement.period for line in lines))


def statement_leaf(line: StatementLine) -> Figure:
    """The statement as a leaf, in the unit that it was stated in."""
    stated = line.statement
    source = record_source(LeafKind.STATEMENT, "statements", stated.key, line.commit, "/value")
    return leaf(
        _label(stated.item, stated.qualifier, stated.period),
        None if stated.value is None else Fraction(stated.value),
        stated.unit,
        _described(source, line),
        missing=() if stated.value is not None else (_missing(stated.item, stated.qualifier),),
        flags=(PRELIMINARY,) if stated.status is Status.PRELIMINARY else (),
    )


def nothing_of(item: str, qualifier: str = "") -> Figure:
    """The figure of an item that nobody stated."""
    return absent(_label(item, qualifier), _unit(item), _missing(item, qualifier))


def _described(source: Source, line: StatementLine) -> Source:
    stated = line.statement
    notes = {"status": stated.status.value, "period": stated.period}
    notes |= {"basis": stated.basis} if stated.basis else {}
    notes |= {"evidence": stated.evidence} if stated.evidence else {}
    return replace(source, version=str(line.version), text=stated.source, notes=notes)


def _missing(item: str, qualifier: str) -> Label:
    label = _label(item, qualifier)
    return Label(f"缺少{label.zh}", f"{label.en} missing")


def _label(item: str, qualifier: str = "", period: str = "") -> Label:
    label = qualified(item_of(item).label, qualifier)
    when = f" {period}" if period else ""
    return Label(f"{label.zh}{when}", f"{label.en}{when}")


def _unit(item: str) -> str:
    units = item_of(item).units
    return usual_unit(units[0])[0] if units else ""


def _alike(lines: Sequence[StatementLine], basis: str) -> Iterator[list[StatementLine]]:
    """Statements that may be added to one another: of one basis (newest first) and one unit."""
    groups: dict[tuple[str, str], list[StatementLine]] = defaultdict(list)
    for line in lines:
        if basis in ("", line.statement.basis):
            groups[line.statement.basis, usual_unit(line.statement.unit)[0]].append(line)
    for key in sorted(groups, reverse=True):
        yield groups[key]


def _spans(edge: _Edge, period: Period) -> bool:
    return (edge.first, edge.end) == (period.first_hour, period.end_hour)


def _usual(line: StatementLine) -> Figure:
    """The statement in the usual unit, so that one can be added to another."""
    stated = statement_leaf(line)
    unit, size = usual_unit(stated.unit)
    if size == 1:
        return replace(stated, unit=unit)
    ratio = constant(Label(f"1 {stated.unit}折合", f"one {stated.unit}"), size, unit)
    return times(stated.label, unit, stated, ratio)


def _edges(lines: Sequence[StatementLine]) -> list[_Edge]:
    """One edge for each period (and spelling of it): the stated one, or the sum of its lots."""
    by_period: dict[tuple[str, str], list[StatementLine]] = defaultdict(list)
    for line in lines:
        by_period[line.statement.period, line.statement.zone].append(line)
    return [_edge(group) for group in by_period.values()]


def _edge(group: list[StatementLine]) -> _Edge:
    whole = [line for line in group if not line.statement.detail.get("lot")]
    chosen = whole or sorted(group, key=lambda line: line.statement.key)
    period = chosen[0].period
    return _Edge(
        first=period.first_hour,
        end=period.end_hour,
        lots=tuple(chosen),
        preliminary=any(line.statement.status is Status.PRELIMINARY for line in chosen),
        commit=max(line.commit for line in chosen),
    )


def _hours(period: Period) -> tuple[int, int]:
    return period.first_hour, period.end_hour


def _lots(group: Sequence[StatementLine]) -> tuple[StatementLine, ...]:
    """The whole, or its lots where they add up to it or there is no whole; never both."""
    whole = [line for line in group if not line.statement.detail.get("lot")]
    listed = [line for line in group if line not in whole]
    lots = tuple(sorted(listed, key=lambda line: line.statement.key))
    if not whole or not lots:
        return tuple(whole) or lots
    return lots if _sum(lots) == _sum(whole) else tuple(whole)


def _sum(lines: Sequence[StatementLine]) -> tuple[set[str], Fraction]:
    figures = [_usual(line) for line in lines]
    return {one.unit for one in figures}, sum((one.known for one in figures), Fraction(0))


def _rank(lines: Sequence[StatementLine]) -> tuple[bool, int]:
    """The less, the better: final ones first, then those made later."""
    preliminary = any(line.statement.status is Status.PRELIMINARY for line in lines)
    return preliminary, -max(line.commit for line in lines)


def _path(edges: Sequence[_Edge], start: int, goal: int) -> list[_Step]:
    """The cheapest way from hour to hour: edges forwards add, backwards subtract; [] if none."""
    leaving: dict[int, list[tuple[int, bool, _Edge]]] = defaultdict(list)
    for edge in sorted(edges, key=lambda edge: (edge.preliminary, -edge.commit)):
        leaving[edge.first].append((edge.end, True, edge))
        leaving[edge.end].append((edge.first, False, edge))
    order = count()
    ways: list[tuple[int, int, int, int, list[_Step]]] = [(0, 0, next(order), start, [])]
    done: set[int] = set()
    while ways:
        length, doubtful, _, hour, steps = heapq.heappop(ways)
        if hour == goal:
            return steps
        if hour in done:
            continue
        done.add(hour)
        for onward, forwards, edge in leaving[hour]:
            cost = (length + 1, doubtful + edge.preliminary, next(order), onward)
            heapq.heappush(ways, (*cost, [*steps, (forwards, edge)]))
    return []


def _joined(item: str, qualifier: str, steps: Sequence[_Step]) -> Figure:
    if len(steps) == 1:
        return steps[0][1].figure()
    label = _label(item, qualifier)
    added = [edge.figure() for forwards, edge in steps if forwards]
    taken = [edge.figure() for forwards, edge in steps if not forwards]
    unit = added[0].unit
    plus = added[0] if len(added) == 1 else total(label, unit, added)
    return less(label, unit, plus, *taken) if taken else plus
