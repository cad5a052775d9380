"""What every enterprise of a region used and emitted in a period, and what of it the region counts.

Most are counted in whole columns; whoever states more than meters say, moved, or had its meters
changed within the period is counted by its account, one by one.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from services.evaluator.domain.accounting import lines
from services.evaluator.domain.accounting.account import account
from services.evaluator.domain.accounting.bundle import Bundle, Kind
from services.evaluator.domain.budget import Series
from services.evaluator.domain.factors import counts_energy
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.figures.names import FigureId, Options
from services.evaluator.domain.situation.columns import (
    Ledger,
    Way,
    signs_in_sum,
    signs_of,
)
from services.evaluator.domain.totals import Lane as BookLane
from services.evaluator.handlers.reckoner.bundles import metered, shifted
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.reckoner.world import Who, World, overlap
from services.evaluator.handlers.situation.firms import Census, Firm, Lane, Stay, lanes_of
from services.evaluator.ports.book_sums import BookSum
from shared.model.instants import HOUR_US
from shared.model.period import Period

_NOUGHT = Fraction(0)
_HUNDRED = 100
Books = Mapping[tuple[str, Period], Sequence[BookSum]]
Wanted = dict[Period, set[str]]
Both = tuple[Fraction | None, Fraction | None]
"""Energy and CO2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Enterprises in one period, by their numbers; None where nothing is known.

    energy, carbon: of the enterprise itself, tce and tCO2. to_energy, to_carbon: what the region
    counts of it, nought for one that is not in it. inside: whether it is in it at all.
    """

    energy: list[Fraction | None]
    carbon: list[Fraction | None]
    to_energy: list[Fraction | None]
    to_carbon: list[Fraction | None]
    inside: list[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Microseconds of energy meters heard of an enterprise in a period, of `expected` hours."""

    known: int
    expected: int

    @property
    def percent(self) -> Fraction | None:
        """What was heard of all that should be; None where nothing should."""
        return percent_of(self.known, self.expected)


def percent_of(known_us: int, hours: int) -> Fraction | None:
    """Heard time in per cent of what should be heard; None where nothing should."""
    return Fraction(_HUNDRED * known_us, hours * HOUR_US) if hours else None


Ledgers = tuple[Ledger, Ledger | None]
"""Of enterprises themselves, and of what the region counts of them where that is not the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How rows of books count, in their order: for the enterprise, and for the region.

    silent: lanes of which nothing was heard. alike: both are the same.
    """

    own: tuple[Way, ...]
    to_sum: tuple[Way, ...]
    silent: tuple[Way, ...]
    alike: bool

    def add(self, number: int, rows: Sequence[BookSum], ledgers: Ledgers) -> None:
        """Add rows to the ledgers."""
        own, to_sum = ledgers
        for way, row in zip(self.own, rows, strict=True):
            own.add(number, way, row.quantity)
        for way in self.silent:
            own.add(number, way, 0)
        if to_sum is not None:
            for way, row in zip(self.to_sum, rows, strict=False):
                to_sum.add(number, way, row.quantity)


@dataclass(slots=True)
class Plans:
    """Plans for enterprises with the same lanes at the same place, each made once."""

    census: Census
    carriers: frozenset[str]
    own: Ledger
    to_sum: Ledger
    _known: dict[tuple[Hashable, ...], Plan] = field(default_factory=dict)

    def of(self, firm: Firm, stay: Stay, part: Period, rows: Sequence[BookSum]) -> Plan:
        """How these rows count."""
        lanes = tuple([row.lane for row in rows])
        expected = tuple(lanes_of(firm.own, part))
        place = (firm.home.places, part, lanes, expected, stay.in_columns, stay.shifted)
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = self._made(firm, stay, part, lanes, expected)
        return known

    def _made(
        self,
        firm: Firm,
        stay: Stay,
        part: Period,
        lanes: Sequence[BookLane],
        expected: Iterable[Lane],
    ) -> Plan:
        """A lane that should be heard and was not makes the enterprise unknown, not the region."""
        heard = {(lane.carrier, lane.flow) for lane in lanes}
        silent = [one for one in expected if one not in heard and one[0] in self.carriers]
        flows: dict[str, set[str]] = {}
        for carrier, flow in (*heard, *silent):
            flows.setdefault(carrier, set()).add(flow)
        signs = {carrier: signs_of(frozenset(ways)) for carrier, ways in flows.items()}
        here, there = firm.home.places, self.census.region.places
        mine = [
            (self.census.unit(here, lane.carrier, part), signs[lane.carrier][lane.flow])
            for lane in lanes
        ]
        summed = [
            (
                self.census.unit(there, lane.carrier, part),
                signs_in_sum(lane.flow, shifted=(lane.carrier, lane.flow) in stay.shifted),
            )
            for lane in lanes
            if stay.in_columns
        ]
        scales = [lane.scale for lane in lanes]
        ways = zip(summed, scales, strict=False)
        return Plan(
            own=tuple(self.own.way(u, n, s) for (u, s), n in zip(mine, scales, strict=True)),
            to_sum=tuple(self.to_sum.way(unit, scale, sign) for (unit, sign), scale in ways),
            silent=tuple(
                self.own.silence(self.census.unit(here, carrier, part), signs[carrier][flow])
                for carrier, flow in silent
            ),
            alike=mine == summed and bool(lanes) and not silent,
        )


@dataclass(slots=True)
class Counter:
    """Counts the enterprises `firms` in the period `text`; `until`: no hour after it is expected.

    First `wanted` says whose books are needed, and `asks` whose accounts; then `tally` counts.
    """

    census: Census
    firms: Sequence[Firm]
    text: str
    until: int
    stays: list[Stay] = field(init=False)
    carriers: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Look how everybody is counted. carriers: those of energy."""
        known = self.world.carriers
        self.carriers = frozenset(code for code in known if counts_energy(known[code]))
        self.stays = [self.census.stay(firm, self.text) for firm in self.firms]

    @property
    def world(self) -> World:
        """What everything is read from."""
        return self.census.world

    def wanted(self, into: Wanted) -> None:
        """Add whose books over which hours are needed, beside those of `asks`."""
        region = self.census.region
        for firm, stay in zip(self.firms, self.stays, strict=True):
            for part in stay.parts or (stay.period,):
                into.setdefault(part, set()).add(firm.key)
            for run in () if stay.in_columns else stay.runs:
                for part in self.world.parts(region, run):
                    into.setdefault(part, set()).add(firm.key)
                    for shift in self.census.shifts_of(firm.key):
                        shared = overlap(part, shift.first_hour, shift.end_hour)
                        if shared is not None:
                            into.setdefault(shared, set()).add(firm.key)

    def asks(self) -> list[tuple[str, str]]:
        """Whose accounts are needed."""
        pairs = zip(self.firms, self.stays, strict=True)
        return [(firm.key, self.text) for firm, stay in pairs if not stay.parts]

    def tally(self, books: Books, measures: Measures) -> Tally:
        """Everybody's amounts. Raises whatever accounts raise."""
        own, part = Ledger(), Ledger()
        plans = Plans(self.census, self.carriers, own, part)
        alike: list[int] = []
        for number, (firm, stay) in enumerate(zip(self.firms, self.stays, strict=True)):
            listed = [(stretch, self._rows(books, firm, stretch)) for stretch in stay.parts]
            found = [plans.of(firm, stay, stretch, rows) for stretch, rows in listed]
            is_alike = all(plan.alike for plan in found)
            for plan, (_, rows) in zip(found, listed, strict=True):
                plan.add(number, rows, (own, None if is_alike else part))
            if is_alike and stay.in_columns:
                alike.append(number)
        result = self._summed(own, part, alike)
        self._one_by_one(result, measures)
        return result

    def _summed(self, own: Ledger, part: Ledger, alike: Iterable[int]) -> Tally:
        """alike: whoever counts for the region just as for itself."""
        energy, carbon = own.sums(len(self.firms))
        to_energy, to_carbon = part.sums(len(self.firms), _NOUGHT)
        for number in alike:
            to_energy[number], to_carbon[number] = energy[number], carbon[number]
        return Tally(
            energy=energy,
            carbon=carbon,
            to_energy=to_energy,
            to_carbon=to_carbon,
            inside=[bool(stay.runs) for stay in self.stays],
        )

    def heard(self, books: Books) -> list[Heard]:
        """How much of everybody was heard."""
        return [
            Heard(
                known=sum(
                    [
                        row.known
                        for stretch in stay.parts or (stay.period,)
                        for row in self._rows(books, firm, stretch)
                    ]
                ),
                expected=self._expected(firm, stay.period),
            )
            for firm, stay in zip(self.firms, self.stays, strict=True)
        ]

    def _rows(self, books: Books, firm: Firm, part: Period) -> list[BookSum]:
        energy = self.carriers
        return [row for row in books.get((firm.key, part), ()) if row.lane.carrier in energy]

    def _one_by_one(self, into: Tally, measures: Measures) -> None:
        """Fill in what columns cannot count."""
        for number, (firm, stay) in enumerate(zip(self.firms, self.stays, strict=True)):
            who = self.world.who(firm.key) if not stay.parts or self._moved(stay) else None
            if who is None:
                continue
            if not stay.parts:
                into.energy[number] = self._total(measures, who, names.ENERGY_TOTAL)
                into.carbon[number] = self._total(measures, who, names.CARBON_TOTAL)
            into.to_energy[number], into.to_carbon[number] = _over(
                in_sum(measures, self.census, who, run) for run in stay.runs
            )

    @staticmethod
    def _moved(stay: Stay) -> bool:
        """Whether it counts for the region, but not as a whole."""
        return bool(stay.runs) and not stay.in_columns

    def _total(self, measures: Measures, who: Who, measure: str) -> Fraction | None:
        options = Options(as_of=self.world.as_of)
        name = FigureId(subject=who.subject, measure=measure, period=self.text, options=options)
        return measures.total(who, name).value

    def _expected(self, firm: Firm, period: Period) -> int:
        """Point-hours of energy until now; an enterprise without any point lacks one."""
        chains = firm.own.chains
        end = min(chains[-1].end_hour, self.until) if chains else 0
        here = overlap(period, chains[0].first_hour, end) if chains else None
        if here is None:
            return 0
        if not firm.own.points:
            return here.hours
        lanes = lanes_of(firm.own, here)
        return sum([hours for lane, hours in lanes.items() if lane[0] in self.carriers])


def in_sum(measures: Measures, census: Census, member: Who, run: Period) -> Both:
    """What the region's account counts of one enterprise in some hours of its membership."""
    world, region = measures.world, census.region
    mine = replace(region, shifts=census.shifts_of(member.key))
    bundle = Bundle(
        subject=member.key,
        kind=Kind.AGGREGATE,
        period=run,
        places=region.places,
        carriers=world.carriers,
        factors=world.records.factors,
        # Of whoever is in a sum, a lane that was not heard of counts nothing.
        metered=metered(world, replace(member, own=None), region, run),
        adjustments=tuple(shifted(world, mine, run)),
        members=(measures.account_over(member, run),) if census.states(member.key) else (),
    )
    made = account(bundle)
    return _amount(made[lines.energy(Series.CALORIFIC)]), _amount(made[lines.CO2])


def _amount(figure: Figure) -> Fraction | None:
    """Nought where there is nothing to add up; None where something of it is missing."""
    return _NOUGHT if figure.value is None and figure.op is None else figure.value


def _over(runs: Iterable[Both]) -> Both:
    energy: Fraction | None = _NOUGHT
    carbon: Fraction | None = _NOUGHT
    for one, other in runs:
        energy = None if energy is None or one is None else energy + one
        carbon = None if carbon is None or other is None else carbon + other
    return energy, carbon
