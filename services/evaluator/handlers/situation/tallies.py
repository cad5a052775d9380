"""What every enterprise of a region used and emitted in a period, and what of it the region counts.

Most are counted in whole columns; whoever states more than meters say, moved, or had its meters
changed within the period is counted by its account, one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
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
    Unit,
    signs_in_sum,
    signs_of,
    unit_of,
)
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
    _units: dict[tuple[tuple[str, ...], str, Period], Unit] = field(default_factory=dict)

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
                    for shift in region.shifts:
                        shared = overlap(part, shift.first_hour, shift.end_hour)
                        if shift.enterprise == firm.key and shared is not None:
                            into.setdefault(shared, set()).add(firm.key)

    def asks(self) -> list[tuple[str, str]]:
        """Whose accounts are needed."""
        pairs = zip(self.firms, self.stays, strict=True)
        return [(firm.key, self.text) for firm, stay in pairs if not stay.parts]

    def tally(self, books: Books, measures: Measures) -> Tally:
        """Everybody's amounts. Raises whatever accounts raise."""
        own, part = Ledger(), Ledger()
        for number, (firm, stay) in enumerate(zip(self.firms, self.stays, strict=True)):
            for stretch in stay.parts:
                rows = self._rows(books, firm, stretch)
                self._own(own, number, firm, stretch, rows)
                if stay.in_columns:
                    self._in_sum(part, number, stay, stretch, rows)
        energy, carbon = own.sums(len(self.firms))
        to_energy, to_carbon = part.sums(len(self.firms), _NOUGHT)
        found = Tally(
            energy=energy,
            carbon=carbon,
            to_energy=to_energy,
            to_carbon=to_carbon,
            inside=[bool(stay.runs) for stay in self.stays],
        )
        self._one_by_one(found, measures)
        return found

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

    def _own(
        self,
        into: Ledger,
        number: int,
        firm: Firm,
        part: Period,
        rows: Sequence[BookSum],
    ) -> None:
        """Every lane as its own account counts it; one that was not heard of makes it unknown."""
        flows: dict[str, set[str]] = {}
        heard: set[Lane] = set()
        for row in rows:
            heard.add((row.lane.carrier, row.lane.flow))
        silent = [
            lane
            for lane in lanes_of(firm.own, part)
            if lane not in heard and lane[0] in self.carriers
        ]
        for carrier, flow in (*heard, *silent):
            flows.setdefault(carrier, set()).add(flow)
        signs = {carrier: signs_of(frozenset(ways)) for carrier, ways in flows.items()}
        places = firm.home.places
        for row in rows:
            lane = row.lane
            unit = self._unit(places, lane.carrier, part)
            into.add(number, unit, lane.scale, row.quantity, signs[lane.carrier][lane.flow])
        for carrier, flow in silent:
            into.unheard(number, self._unit(places, carrier, part), signs[carrier][flow])

    def _in_sum(
        self, into: Ledger, number: int, stay: Stay, part: Period, rows: Iterable[BookSum]
    ) -> None:
        """Every lane as the region's books add it up, by the factors of the region's place."""
        places = self.census.region.places
        for row in rows:
            lane = row.lane
            is_shifted = (lane.carrier, lane.flow) in stay.shifted
            signs = signs_in_sum(lane.flow, shifted=is_shifted)
            unit = self._unit(places, lane.carrier, part)
            into.add(number, unit, lane.scale, row.quantity, signs)

    def _unit(self, places: tuple[str, ...], carrier: str, part: Period) -> Unit:
        known = self._units.get((places, carrier, part))
        if known is None:
            bundle = Bundle(
                subject="",
                kind=Kind.ENTERPRISE,
                period=part,
                places=places,
                carriers=self.world.carriers,
                factors=self.world.records.factors,
            )
            known = self._units[places, carrier, part] = unit_of(bundle, carrier)
        return known

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
                in_sum(measures, self.census.region, who, run) for run in stay.runs
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


def in_sum(measures: Measures, region: Who, member: Who, run: Period) -> Both:
    """What the region's account counts of one enterprise in some hours of its membership."""
    world = measures.world
    mine = replace(region, shifts=tuple(s for s in region.shifts if s.enterprise == member.key))
    beyond = any(key == member.key for key, _, _ in world.beyond.get(region.key, ()))
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
        members=(measures.account_over(member, run),) if beyond else (),
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
