"""Puts two sources of one quantity side by side, from figures and books of one world."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from urllib.parse import quote, urlencode

import numpy as np

from services.evaluator.domain.budget import Series
from services.evaluator.domain.completeness import UNKNOWN_POINT, Spans, expected_hours
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.figures.names import FigureId, Options, Scope
from services.evaluator.domain.figures.periods import year_earlier
from services.evaluator.domain.statistics.items import usual_unit
from services.evaluator.domain.watching.gaps import Pair, Source
from services.evaluator.domain.watching.policy import Cross, CrossTerms
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.reckoner.reckoner import children_of
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.ports.book_sums import BookSum
from shared.model.catalogue import EntityKind, Flow
from shared.model.instants import HOUR_US
from shared.model.period import Period
from shared.model.subject import SubjectKind

_SIGNS = {Flow.IMPORT.value: 1, Flow.EXPORT.value: -1}
_NAMES = {names.ENERGY_TOTAL: "能源消费总量", names.CARBON_TOTAL: "二氧化碳排放总量"}


@dataclass(frozen=True, slots=True)
class _Total:
    """A total that statistics state: the item, its qualifier, and the figure of the same rule."""

    item: str
    qualifier: str
    measure: str
    series: Series
    unit: str

    @property
    def statement(self) -> str:
        """`item` or `item:qualifier`."""
        return f"{self.item}:{self.qualifier}" if self.qualifier else self.item


_TOTALS = (
    (
        _Total("energy-whole", "equivalent", names.ENERGY_TOTAL, Series.EQUIVALENT, "tce"),
        _Total("energy-whole", "calorific", names.ENERGY_TOTAL, Series.CALORIFIC, "tce"),
        _Total("energy-whole", "", names.ENERGY_TOTAL, Series.CALORIFIC, "tce"),
    ),
    (_Total("co2-whole", "", names.CARBON_TOTAL, Series.CALORIFIC, "tCO2"),),
)
"""Of each group the first that is stated counts; one without a series is taken as calorific."""


@dataclass(slots=True)
class Pairs:
    """All that can be held against one another in the world; everything must have been read."""

    world: World
    terms: CrossTerms
    _measures: Measures = field(init=False)

    def __post_init__(self) -> None:
        """Figures are made from the same world."""
        self._measures = Measures(self.world)

    def of(self, who: Who, periods: Sequence[str], months: Sequence[str]) -> Iterator[Pair]:
        """The pairs of a subject, each by the newest period (month) of which both are known.

        What is missing is not nought: there is no pair then.
        """
        if who.subject.kind is SubjectKind.REGION:
            for group in _TOTALS:
                yield from _first(self._monitored(who, group, text) for text in periods)
                yield from _first(self._children(who, group, text) for text in periods)
            yield from self._boundary(who, months)
        elif who.subject.kind is SubjectKind.ENTERPRISE:
            yield from _first(self._unit_energy(who, text) for text in periods)
            yield from _first(self._production(who, text) for text in periods)

    def _monitored(self, who: Who, group: Sequence[_Total], text: str) -> Pair | None:
        """Statistics of the whole region, and what is monitored of it."""
        for total in group:
            stated = self._stated(who, total.statement, text, total.unit)
            if stated is None:
                continue
            metered = self._metered(who, total.measure, text, total.series)
            if metered is None:
                return None
            return _pair(
                Cross.MONITORED, who, total, text,
                Source(name="全社会统计数", value=stated,
                       href=_statements(who, total.statement, text)),
                Source(name="重点用能单位监测合计", value=metered,
                       href=_figure(who, total.measure, text, Scope.MONITORED)),
            )  # fmt: skip
        return None

    def _children(self, who: Who, group: Sequence[_Total], text: str) -> Pair | None:
        """Statistics of a region, and the sum of those of all regions right below it."""
        below = children_of(self.world, who.subject.code, EntityKind.REGION)
        for total in group:
            stated = self._stated(who, total.statement, text, total.unit)
            parts = [self._stated(one, total.statement, text, total.unit) for one in below]
            known = [part for part in parts if part is not None]
            if stated is None or not parts or len(known) < len(parts):
                continue
            return _pair(
                Cross.CHILDREN, who, total, text,
                Source(name="本级统计数", value=stated,
                       href=_statements(who, total.statement, text)),
                Source(name=f"下级{len(parts)}个地区统计数之和", value=sum(known, Fraction(0)),
                       href=_barometer(who, text)),
            )  # fmt: skip
        return None

    def _boundary(self, who: Who, months: Sequence[str]) -> Iterator[Pair]:
        """Net inflow over the boundary meters of each carrier, and what enterprises took in net."""
        newest: dict[str, Pair] = {}
        for text in months:
            newest = {pair.about: pair for pair in self._inflows(who, text)} | newest
        yield from (newest[carrier] for carrier in sorted(newest))

    def _inflows(self, who: Who, text: str) -> Iterator[Pair]:
        key = f"{SubjectKind.BOUNDARY}:{who.subject.code}"
        meters = self.world.who(key)
        period = self.world.period(who, text)
        lanes = meters.lanes(period) if meters else frozenset()
        for carrier in sorted({carrier for carrier, _ in lanes}):
            inflow = self._net(key, who, period, carrier)
            taken = self._net(who.key, who, period, carrier)
            if inflow is None or taken is None:
                continue
            yield Pair(
                check=Cross.BOUNDARY,
                subject=who.key,
                about=carrier,
                about_name=self._carrier_name(carrier),
                period=text,
                unit=str(self.world.carriers.get(carrier, {}).get("unit") or ""),
                first=Source(name="边界净流入", value=inflow, href=_books(key, carrier, text)),
                second=Source(
                    name="企业净购入合计", value=taken, href=_books(who.key, carrier, text)
                ),
            )

    def _unit_energy(self, who: Who, text: str) -> Pair | None:
        """Energy by the meters, and stated energy per unit times stated production."""
        products = self.world.statement_book.qualifiers(who.key, "product")
        parts = [self._of_product(who, product, text) for product in products]
        known = [part for part in parts if part is not None]
        metered = self._metered(who, names.ENERGY_TOTAL, text, Series.CALORIFIC)
        if metered is None or not parts or len(known) < len(parts):
            return None
        return _energy_pair(
            Cross.UNIT_ENERGY, who, text, metered,
            Source(name="申报单耗×申报产量", value=sum(known, Fraction(0)),
                   href=_statements(who, f"unit-energy:{products[0]}", text)),
        )  # fmt: skip

    def _of_product(self, who: Who, product: str, text: str) -> Fraction | None:
        """Tonnes of standard coal for what was made of a product, as both are stated."""
        each = self._measures.stated(who, f"unit-energy:{product}", text)
        made = self._measures.stated(who, f"product:{product}", text)
        if each.value is None or made.value is None:
            return None
        energy, _, per = each.unit.partition("/")
        of_each, size = usual_unit(energy)
        if of_each != "tce" or usual_unit(per)[0] != usual_unit(made.unit)[0]:
            return None
        amount = made.value * usual_unit(made.unit)[1] / usual_unit(per)[1]
        return each.value * size * amount

    def _production(self, who: Who, text: str) -> Pair | None:
        """Energy by the meters, and what the year before needed for as much; of one product."""
        products = self.world.statement_book.qualifiers(who.key, "product")
        before = year_earlier(text)
        if len(products) != 1 or before is None:
            return None
        now, then = (
            self._measures.stated(who, f"product:{products[0]}", one) for one in (text, before)
        )
        metered = self._metered(who, names.ENERGY_TOTAL, text, Series.CALORIFIC)
        needed = self._metered(who, names.ENERGY_TOTAL, before, Series.CALORIFIC)
        if None in (now.value, metered, needed) or not then.value or now.unit != then.unit:
            return None
        expected = (needed or Fraction(0)) * (now.value or Fraction(0)) / then.value
        return _energy_pair(
            Cross.PRODUCTION, who, text, metered or Fraction(0),
            Source(name=f"按{before}单耗折算", value=expected,
                   href=_statements(who, f"product:{products[0]}", text)),
        )  # fmt: skip

    def _stated(self, who: Who, statement: str, text: str, unit: str) -> Fraction | None:
        return _in(self._measures.stated(who, statement, text), unit)

    def _metered(self, who: Who, measure: str, text: str, series: Series) -> Fraction | None:
        """What the meters say, where enough of their time is known."""
        if not self._is_known(who.key, self.world.period(who, text), who):
            return None
        options = Options(scope=Scope.MONITORED, series=series, as_of=self.world.as_of)
        name = FigureId(subject=who.subject, measure=measure, period=text, options=options)
        unit = "tCO2" if measure == names.CARBON_TOTAL else "tce"
        return _in(self._measures.total(who, name), unit)

    def _net(self, key: str, who: Who, period: Period, carrier: str) -> Fraction | None:
        """What came in less what went out, in the carrier's unit; None if too little is known."""
        if not self._is_known(key, period, who, carrier):
            return None
        rows = [row for row in self._sums(key, who, period) if row.lane.carrier == carrier]
        return sum(
            (Fraction(_SIGNS[row.lane.flow] * row.quantity, 10**row.lane.scale)
             for row in rows if row.lane.flow in _SIGNS),
            Fraction(0),
        )  # fmt: skip

    def _is_known(self, key: str, period: Period, who: Who, carrier: str = "") -> bool:
        """Whether enough of the expected point-time is known; never where nobody is expected."""
        hours = self._expected(key, period, carrier)
        if not hours:
            return False
        known = sum(
            row.known
            for row in self._sums(key, who, period)
            if not carrier or (row.lane.carrier == carrier and row.lane.flow in _SIGNS)
        )
        return known * 100 >= Fraction(self.terms.known_percent) * hours * HOUR_US

    def _expected(self, key: str, period: Period, carrier: str) -> int:
        """Point-hours; whoever has no meters is not missed here."""
        spans = self.world.scopes.spans(
            key, lambda code, flow: not carrier or (code == carrier and flow in _SIGNS)
        )
        metered = spans.point != UNKNOWN_POINT
        spans = Spans(
            point=spans.point[metered],
            interval=spans.interval[metered],
            first=spans.first[metered],
            end=spans.end[metered],
        )
        edges = np.array([period.first_hour, period.end_hour], np.int64)
        return int(expected_hours(spans, edges)[0])

    def _sums(self, key: str, who: Who, period: Period) -> Iterator[BookSum]:
        """What the books of the key hold; read in the parts in which the subject's are."""
        for part in self.world.parts(who, period):
            yield from self.world.sums(key, part)

    def _carrier_name(self, carrier: str) -> str:
        return str(self.world.carriers.get(carrier, {}).get("name") or carrier)


def _first(pairs: Iterator[Pair | None]) -> Iterator[Pair]:
    found = next((pair for pair in pairs if pair is not None), None)
    if found is not None:
        yield found


def _in(figure: Figure, unit: str) -> Fraction | None:
    """The figure's value in the unit; None where it is missing or something else."""
    (mine, size), (theirs, wanted) = usual_unit(figure.unit), usual_unit(unit)
    if figure.value is None or mine != theirs:
        return None
    return figure.value * size / wanted


def _pair(check: Cross, who: Who, total: _Total, text: str, first: Source, second: Source) -> Pair:
    return Pair(
        check=check,
        subject=who.key,
        about=total.measure,
        about_name=_NAMES[total.measure],
        period=text,
        unit=total.unit,
        first=first,
        second=second,
    )


def _energy_pair(check: Cross, who: Who, text: str, metered: Fraction, second: Source) -> Pair:
    total = _TOTALS[0][-1]
    href = _figure(who, names.ENERGY_TOTAL, text, None)
    return _pair(check, who, total, text, Source(name="计量合计", value=metered, href=href), second)


def _figure(who: Who, measure: str, text: str, scope: Scope | None) -> str:
    query = f"?{urlencode({'scope': scope.value})}" if scope else ""
    return f"/v1/explain/{quote(f'{who.key}/{measure}/{text}', safe=':/')}{query}"


def _statements(who: Who, item: str, text: str) -> str:
    return _figure(who, f"statement:{item}", text, None)


def _barometer(who: Who, text: str) -> str:
    return f"/v1/barometer?{urlencode({'region': who.subject.code, 'period': text})}"


def _books(key: str, carrier: str, text: str) -> str:
    first = f"{text}-01"
    return f"/v1/books/{quote(key, safe=':')}?{urlencode({'carrier': carrier, 'from': first})}"
