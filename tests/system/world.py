"""A small province whose every book is known beforehand: who is in it, what its meters read."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from shared.model.exact import text
from shared.model.instants import HOUR_US, iso

PROVINCE, CITY, COUNTIES = "150000", "150200", ("150203", "150204")
TAG = "KILLS-PARK"
ELECTRICITY, GAS = "electricity", "natural-gas"
SCALES = {ELECTRICITY: 2, GAS: 3}
UNITS = {ELECTRICITY: "kWh", GAS: "m3"}
FIRST_HOUR = 492_304 + 15 * 24
"""2026-03-15T16:00Z, the beginning of the 16th of March in +08:00."""

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_QUARTER_US = HOUR_US // 4
_DAYS = (132,) * 5 + (66,) * 6 + (140,) * 5 + (74,) * 5 + (118,) * 6 + (93,) * 4 + (100,) * 5
"""How busy each day is, in per cent: warnings come, rise, fall and go (a month and
five days)."""

Key = tuple[str, str]
"""Subject and carrier."""
Books = dict[Key, dict[int, int]]
"""Hour -> quantity, as a mantissa at the carrier's scale."""


def uscc(first_17: str) -> str:
    """The 17 characters with the check character of GB 32100 behind them."""
    total = sum(_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first_17))
    return first_17 + _ALPHABET[-total % 31]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A register: what it reads at the beginning, and what a usual step adds, in raw quanta."""

    code: str
    carrier: str
    decimals: int
    multiplier: int
    interval_us: int
    start: int
    usual: int

    @property
    def quantum(self) -> int:
        """One raw quantum in mantissas of the carrier's scale."""
        return int(self.multiplier * 10 ** (SCALES[self.carrier] - self.decimals))

    @property
    def row(self) -> str:
        """The point in `points.csv`, but for its owner."""
        return (
            f"{self.carrier},{UNITS[self.carrier]},register,{self.decimals},{self.multiplier},"
            f"{self.interval_us // 1_000_000},2000"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """Where it lies and what is measured."""

    code: str
    county: str
    tagged: bool
    meters: tuple[Meter, ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose books its own quantities are in."""
        regions = (self.county, CITY, PROVINCE)
        tags = (f"tag:{TAG}",) if self.tagged else ()
        return (f"enterprise:{self.code}", *(f"region:{code}" for code in regions), *tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a sender says; a value of None takes the reading away again."""

    point: str
    at_us: int
    value: str | None
    revision: int = 0

    @property
    def body(self) -> dict[str, object]:
        """As JSON."""
        return {
            "point": self.point,
            "at": iso(self.at_us),
            "value": self.value,
            "revision": self.revision,
        }


Request = tuple[Reading, ...]


def _enterprise(number: int) -> Enterprise:
    code = uscc(f"91{COUNTIES[number % 2]}KDEM0000{number}")

    def meter(name: str, carrier: str, decimals: int, multiplier: int, interval_us: int) -> Meter:
        usual = (3 + number) * (2_000 if carrier == ELECTRICITY else 40_000)
        start = 100_000_000 + number
        return Meter(
            code=f"K{number}-{name}",
            carrier=carrier,
            decimals=decimals,
            multiplier=multiplier,
            interval_us=interval_us,
            start=start,
            usual=usual // multiplier if decimals == SCALES[carrier] else usual // multiplier // 10,
        )

    return Enterprise(
        code=code,
        county=COUNTIES[number % 2],
        tagged=number in (1, 2, 5),
        meters=(
            meter("main", ELECTRICITY, 2, 1, _QUARTER_US),
            meter("furnace", ELECTRICITY, 1, 40, _QUARTER_US),
            meter("gas", GAS, 3, 1, HOUR_US),
        ),
    )


@dataclass(frozen=True)
class World:
    """Six enterprises in two counties for some hours; the same numbers give the same world."""

    seed: int
    hours: int = 24 * len(_DAYS)

    @property
    def end_hour(self) -> int:
        """The hour after the last."""
        return FIRST_HOUR + self.hours

    @cached_property
    def enterprises(self) -> tuple[Enterprise, ...]:
        """All six."""
        return tuple(_enterprise(number) for number in range(6))

    @cached_property
    def meters(self) -> dict[str, tuple[Meter, Enterprise]]:
        """By code."""
        return {meter.code: (meter, owner) for owner in self.enterprises for meter in owner.meters}

    @property
    def subjects(self) -> tuple[str, ...]:
        """Everybody who has books."""
        found = {subject for owner in self.enterprises for subject in owner.subjects}
        return tuple(sorted(found))

    @cached_property
    def registers(self) -> dict[str, dict[int, int]]:
        """What each meter reads (raw quanta) at each instant, by the meter's code."""
        chance = random.Random(self.seed)
        return {code: dict(self._run(meter, chance)) for code, (meter, _) in self.meters.items()}

    def _run(self, meter: Meter, chance: random.Random) -> Iterator[tuple[int, int]]:
        at, end, reads = FIRST_HOUR * HOUR_US, self.end_hour * HOUR_US, meter.start
        yield at, reads
        while at < end:
            busy = _DAYS[(at // HOUR_US - FIRST_HOUR) // 24]
            reads += meter.usual * busy * chance.randint(80, 120) // 10_000
            at += meter.interval_us
            yield at, reads

    @property
    def files(self) -> dict[str, str]:
        """The catalogue, by the names of its files."""
        owners = self.enterprises
        return {
            "carriers.csv": "code,name,unit\nelectricity,电力,kWh\nnatural-gas,天然气,m3\n",
            "regions.csv": "code,name,parent,level\n"
            f"{PROVINCE},内蒙古自治区,,province\n{CITY},包头市,{PROVINCE},prefecture\n"
            + "".join(f"{county},{county},{CITY},county\n" for county in COUNTIES),
            "enterprises.csv": "code,name,region,industry\n"
            + "".join(f"{one.code},企业 {one.code},{one.county},C3120\n" for one in owners),
            "tags.csv": f"code,name,kind\n{TAG},园区,park\n",
            "members.csv": "tag,enterprise\n"
            + "".join(f"{TAG},{one.code}\n" for one in owners if one.tagged),
            "points.csv": "code,owner,carrier,unit,kind,decimals,multiplier,interval_s,max_rate\n"
            + "".join(
                f"{meter.code},enterprise:{one.code},{meter.row}\n"
                for one in owners
                for meter in one.meters
            ),
        }

    def reading(
        self, meter: Meter, at_us: int, raw: int | None = None, revision: int = 0
    ) -> Reading:
        """What the meter truly read, or what somebody said that it read."""
        said = self.registers[meter.code][at_us] if raw is None else raw
        return Reading(
            point=meter.code, at_us=at_us, value=text(said, meter.decimals), revision=revision
        )


def believed(acknowledged: Iterable[Reading]) -> dict[tuple[str, int], str]:
    """What was said of each meter at each instant, as far as it holds: the highest revision."""
    best: dict[tuple[str, int], tuple[int, str | None]] = {}
    for one in acknowledged:
        if one.revision > best.get((one.point, one.at_us), (-1, None))[0]:
            best[one.point, one.at_us] = one.revision, one.value
    return {key: value for key, (_, value) in best.items() if value is not None}


def books_of(world: World, acknowledged: Iterable[Reading]) -> Books:
    """The books of everybody that follow from what was acknowledged.

    Plainly: an hour is the difference of what the register showed at its two ends, so the meters
    must have been read at every full hour of the time that they cover.
    """
    shown: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for (point, at), value in believed(acknowledged).items():
        if at % HOUR_US == 0:
            shown[point][at // HOUR_US] = int(value.replace(".", ""))
    books: defaultdict[Key, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for point, reads in shown.items():
        meter, owner = world.meters[point]
        for hour in (hour for hour in reads if hour + 1 in reads):
            quantity = (reads[hour + 1] - reads[hour]) * meter.quantum
            for subject in owner.subjects:
                books[subject, meter.carrier][hour] += quantity
    return {key: dict(hours) for key, hours in books.items()}
