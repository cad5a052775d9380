"""How large the made-up province is: every number that the generator may be given."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.model.instants import HOUR_US, to_us

ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """One lane of an enterprise: what its points measure, in the carrier's own unit.

    least, most: what a point uses in an hour on average, in quanta of `decimals` places.
    """

    carrier: str
    name: str
    name_en: str
    unit: str
    decimals: int
    least: int
    most: int
    flow: str = "import"


LANES = (
    Metered(
        carrier="electricity",
        name="电力",
        name_en="electricity",
        unit="kWh",
        decimals=1,
        least=4_000,
        most=250_000,
    ),
    Metered(
        carrier="raw-coal",
        name="原煤",
        name_en="raw coal",
        unit="kg",
        decimals=0,
        least=150,
        most=12_000,
    ),
    Metered(
        carrier="natural-gas",
        name="天然气",
        name_en="natural gas",
        unit="m3",
        decimals=1,
        least=200,
        most=9_000,
    ),
    Metered(
        carrier="heat",
        name="热力",
        name_en="heat",
        unit="MJ",
        decimals=0,
        least=900,
        most=60_000,
        flow="conversion_output",
    ),
    Metered(
        carrier="diesel",
        name="柴油",
        name_en="diesel",
        unit="kg",
        decimals=1,
        least=20,
        most=3_000,
    ),
)
"""In the order in which a larger `lanes` takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many of everything.

    leagues: of each province. counties, enterprises: in all. lanes: of each enterprise, so many of
    LANES. points: of each lane. readings_a_day: of each point, a divisor of 24. year: of books, in
    Chinese time. seed: another one gives other quantities to the same people.
    """

    provinces: int = 31
    leagues: int = 12
    counties: int = 3_000
    enterprises: int = 17_000
    lanes: int = 2
    points: int = 1
    readings_a_day: int = 24
    year: int = 2025
    seed: int = 1

    def __post_init__(self) -> None:
        """Raises ValueError for numbers that go beyond the codes."""
        limits = {
            "provinces": (self.provinces, 31),
            "leagues": (self.leagues, 90),
            "lanes": (self.lanes, len(LANES)),
            "counties": (self.counties, self.provinces * self.leagues * 99),
            "enterprises": (self.enterprises, 9_999_999),
        }
        for name, (number, most) in limits.items():
            if not 1 <= number <= most:
                raise ValueError(f"{name} must be 1 to {most}, not {number}")
        if 24 % self.readings_a_day:
            raise ValueError(f"readings_a_day must divide 24; {self.readings_a_day} does not")

    @property
    def metered(self) -> tuple[Metered, ...]:
        """The lanes of every enterprise."""
        return LANES[: self.lanes]

    @property
    def first_hour(self) -> int:
        """The UTC hour at which the year begins in China."""
        return _new_year(self.year)

    @property
    def end_hour(self) -> int:
        """The UTC hour at which it ends."""
        return _new_year(self.year + 1)

    @property
    def hours(self) -> int:
        """8,760 or 8,784."""
        return self.end_hour - self.first_hour

    @property
    def interval_h(self) -> int:
        """Hours from one reading of a point to the next."""
        return 24 // self.readings_a_day


def _new_year(year: int) -> int:
    return to_us(datetime(year, 1, 1, tzinfo=ZoneInfo(ZONE))) // HOUR_US


STRESS = Size()
"""17,000 enterprises in 3,000 counties of 31 provinces."""

BRIEF = Size(provinces=1, leagues=12, counties=100, enterprises=17_000)
"""One province with 12 leagues, 100 counties and 17,000 enterprises."""
