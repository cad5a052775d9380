"""Which enterprises a region has in a period, and which of them whole columns can count."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from services.evaluator.domain.accounting.account import cuts
from services.evaluator.domain.accounting.bundle import Bundle, Kind
from services.evaluator.domain.fences import Shift, edges, shifted_lanes
from services.evaluator.domain.situation.columns import Unit, unit_of
from services.evaluator.domain.slices import OwnerSlice
from services.evaluator.domain.subjects import zone_of
from services.evaluator.handlers.reckoner.world import Who, World, overlap
from shared.model.catalogue import EntityKind, Flow
from shared.model.instants import FOREVER_US, HOUR_US
from shared.model.period import Period, reporting_period
from shared.model.subject import SubjectKind

_AT_FENCE = frozenset({Flow.IMPORT.value, Flow.EXPORT.value})
_COUNTY, _COUNTY_DIGITS = "county", 6
Lane = tuple[str, str]
"""Carrier and flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What follows from the region that an enterprise lies in.

    regions: codes, nearest first. places: where its factors are looked up. county: the code of
    the county, or of whatever is nearest.
    """

    regions: tuple[str, ...]
    zone: str
    places: tuple[str, ...]
    county: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """An enterprise as the catalogue knows it; public: it may be named to the public."""

    key: str
    code: str
    name: str
    industry: str
    public: bool
    own: OwnerSlice
    home: Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """An enterprise in one period.

    period: in its own zone. runs: when it counts for the region, in the region's zone. parts: of
    the period, in which no factor changes; none where the account itself must say what it used.
    in_columns: whether columns also say what it counts for the region. shifted: lanes that the
    region adds by name.
    """

    period: Period
    runs: tuple[Period, ...]
    parts: tuple[Period, ...] = ()
    in_columns: bool = False
    shifted: frozenset[Lane] = frozenset()


@dataclass(slots=True)
class Census:
    """Looks at everybody of a region; what many share is worked out once."""

    world: World
    region: Who
    _homes: dict[str, Home] = field(default_factory=dict)
    _parts: dict[tuple[tuple[str, ...], Period], tuple[Period, ...]] = field(default_factory=dict)
    _periods: dict[tuple[str, str], Period] = field(default_factory=dict)
    _units: dict[tuple[tuple[str, ...], str, Period], Unit] = field(default_factory=dict)
    _shifts: dict[str, tuple[Shift, ...]] | None = None
    _stating: frozenset[str] | None = None
    _methodical: frozenset[str] | None = None

    def firms(self, *periods: Period) -> list[Firm]:
        """Whoever counts for the region at some time of the periods, by code."""
        found = [
            self._firm(each)
            for each in self.world.slices.values()
            if each.owner.startswith(f"{SubjectKind.ENTERPRISE}:")
            and any(_is_in(each, self.region.key, period) for period in periods)
        ]
        return sorted(found, key=lambda firm: firm.code)

    def stay(self, firm: Firm, text: str) -> Stay:
        """How the enterprise is counted in a reporting period. Raises ValueError."""
        here, period = self._period(text, self.region.zone), self._period(text, firm.home.zone)
        runs = tuple(_runs(firm.own, self.region.key, here))
        if self._by_account(firm.key):
            return Stay(period=period, runs=runs)
        lanes = _shifts(firm.own, period)
        if lanes is None:
            return Stay(period=period, runs=runs)
        return Stay(
            period=period,
            runs=runs,
            parts=self.parts(firm.home.places, period),
            in_columns=runs == (period,),
            shifted=lanes,
        )

    def parts(self, places: tuple[str, ...], period: Period) -> tuple[Period, ...]:
        """The period cut where a factor of these places changes."""
        known = self._parts.get((places, period))
        if known is None:
            factors = self.world.records.factors
            known = cuts(factors, self.world.carriers, places, period)
            self._parts[places, period] = known
        return known

    def unit(self, places: tuple[str, ...], carrier: str, part: Period) -> Unit:
        """What one unit of a carrier counts at a place in a part without a change."""
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

    def shifts_of(self, key: str) -> tuple[Shift, ...]:
        """Lanes of an enterprise that the region adds by name."""
        if self._shifts is None:
            found: dict[str, list[Shift]] = {}
            for shift in self.region.shifts:
                found.setdefault(shift.enterprise, []).append(shift)
            self._shifts = {of: tuple(listed) for of, listed in found.items()}
        return self._shifts.get(key, ())

    def states(self, key: str) -> bool:
        """Whether the enterprise counts for the region by more than meters."""
        if self._stating is None:
            beyond = self.world.beyond.get(self.region.key, ())
            self._stating = frozenset(one for one, _, _ in beyond)
        return key in self._stating

    def _period(self, text: str, zone_name: str) -> Period:
        known = self._periods.get((text, zone_name))
        if known is None:
            known = self._periods[text, zone_name] = reporting_period(text, zone_name)
        return known

    def _by_account(self, key: str) -> bool:
        """Whether it counts by statements or methods too."""
        if self._methodical is None:
            methods = self.world.records.methods
            self._methodical = frozenset(entry.body.subject for entry in methods)
        return key in self._methodical or self.states(key)

    def _firm(self, each: OwnerSlice) -> Firm:
        code = each.owner.partition(":")[2]
        entity = self.world.catalogue.get(EntityKind.ENTERPRISE, code)
        said = entity.latest() if entity else {}
        return Firm(
            key=each.owner,
            code=code,
            name=str(said.get("name") or code),
            industry=str(said.get("industry") or ""),
            public=bool(said.get("public")),
            own=each,
            home=self._home(str(said.get("region") or "")),
        )

    def _home(self, code: str) -> Home:
        known = self._homes.get(code)
        if known is None:
            catalogue = self.world.catalogue
            regions = catalogue.ancestors(code, FOREVER_US - 1) if code else ()
            known = self._homes[code] = Home(
                regions=regions,
                zone=zone_of(catalogue, regions),
                places=self.world.records.factors.places(regions),
                county=_county(self.world, regions),
            )
        return known


def lanes_of(own: OwnerSlice, period: Period) -> Mapping[Lane, int]:
    """Lanes with counted points in the period, and the hours that these should be heard in all."""
    first, end = period.first_hour, period.end_hour
    found: dict[Lane, int] = {}
    for point in own.points:
        for segment in point.segments:
            low = max(first, segment.start // HOUR_US)
            high = min(end, -(-segment.end // HOUR_US))
            if segment.counted and low < high:
                lane = (point.carrier, point.flow)
                found[lane] = found.get(lane, 0) + high - low
    return found


def _is_in(each: OwnerSlice, region: str, period: Period) -> bool:
    return any(
        region in chain.subjects
        and chain.first_hour < period.end_hour
        and period.first_hour < chain.end_hour
        for chain in each.chains
    )


def _runs(each: OwnerSlice, region: str, period: Period) -> Iterator[Period]:
    """The hours of the period in which it counts for the region; runs that touch are one."""
    if len(each.chains) == 1:
        # Most never moved.
        chain = each.chains[0]
        if chain.first_hour <= period.first_hour and period.end_hour <= chain.end_hour:
            if region in chain.subjects:
                yield period
            return
    held: Period | None = None
    for chain in each.chains:
        shared = overlap(period, chain.first_hour, chain.end_hour)
        if shared is None or region not in chain.subjects:
            continue
        if held is not None and held.end_hour == shared.first_hour:
            held = overlap(period, held.first_hour, shared.end_hour)
            continue
        if held is not None:
            yield held
        held = shared
    if held is not None:
        yield held


def _shifts(own: OwnerSlice, period: Period) -> frozenset[Lane] | None:
    """Lanes that a sum adds by name all through the period; None where that changes within it."""
    if all(point.flow in _AT_FENCE for point in own.points):
        return frozenset()
    if any(period.first_hour < hour < period.end_hour for hour in edges(own)):
        return None
    found: set[Lane] = set()
    for carrier, flow, first, end in shifted_lanes(own):
        if first <= period.first_hour and period.end_hour <= end:
            found.add((carrier, flow))
        elif first < period.end_hour and period.first_hour < end:
            return None
    return frozenset(found)


def _county(world: World, regions: tuple[str, ...]) -> str:
    """The region that the catalogue calls a county, else the nearest with a county's code."""
    for code in regions:
        region = world.catalogue.get(EntityKind.REGION, code)
        if region is not None and region.latest().get("level") == _COUNTY:
            return code
    near = (code for code in regions if len(code) == _COUNTY_DIGITS)
    return next(near, regions[0] if regions else "")
