"""The catalogue of a profile's place, its invented plants, and the readings of their meters."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from deploy.profiles.divisions import below
from deploy.profiles.model import Profile
from deploy.profiles.year import MONTHS, ZONE, Meter, Plant, Year
from services.ingest.domain.catalogue.codes import check_character

_MONTH_S = 31 * 86_400
_CARRIERS = (
    ("electricity", "电力", "electricity", "kWh", "MWh=1000;万kWh=10000"),
    ("raw-coal", "原煤", "raw coal", "t", ""),
)
_SIZES = {"MWh": 1000}
"""How many of the carrier's unit one unit of a meter is."""
Row = Sequence[object]


def catalogue(profile: Profile, year: Year | None) -> dict[str, str]:
    """The catalogue's files by name: regions, tags and, with a year, plants and their meters."""
    plants = year.plants if year else ()
    files: dict[str, tuple[Row, Iterable[Row]]] = {
        "carriers.csv": (("code", "name", "name_en", "unit", "units"), _CARRIERS),
        "regions.csv": (("code", "name", "parent", "level"), _regions(profile)),
        "tags.csv": (("code", "name", "name_en", "kind"), _tags(profile)),
        "enterprises.csv": (
            ("code", "name", "name_en", "region", "industry", "demonstration"),
            (_enterprise(plant) for plant in plants),
        ),
        "members.csv": (("tag", "enterprise"), _members(plants)),
        "points.csv": (
            ("code", "name", "owner", "carrier", "unit", "kind", "decimals", "interval_s", "zone"),
            _points(plants),
        ),
    }
    texts = {name: _csv(header, list(rows)) for name, (header, rows) in files.items()}
    return {name: text for name, text in texts.items() if text}


def _regions(profile: Profile) -> Iterator[Row]:
    for one in below(profile.place.region):
        yield one.code, one.name, one.parent, one.level


def _tags(profile: Profile) -> Iterator[Row]:
    for sector in profile.sectors:
        yield sector.code, sector.name, sector.name_en, sector.kind
    for one in profile.departments:
        yield f"{profile.name}-{one.code}", one.name, one.name_en, "department"


def code_of(plant: Plant) -> str:
    """The plant's social credit code: of its county, `DEMP`, its number, a check character."""
    first = f"91{plant.region}DEMP{plant.serial:05}"
    return f"{first}{check_character(first)}"


def point_of(plant: Plant, meter: Meter) -> str:
    """The code of one of its metering points."""
    return f"{code_of(plant)}-{meter.carrier}"


def _enterprise(plant: Plant) -> Row:
    name, name_en = f"{plant.name}（演示）", f"{plant.name_en} (demonstration)"
    return code_of(plant), name, name_en, plant.region, plant.industry, "true"


def _members(plants: Iterable[Plant]) -> Iterator[Row]:
    for plant in plants:
        for tag in plant.tags:
            yield tag, code_of(plant)


def _points(plants: Iterable[Plant]) -> Iterator[Row]:
    for plant in plants:
        for meter in plant.meters:
            owner = f"enterprise:{code_of(plant)}"
            name = f"{plant.name} {meter.carrier}"
            code = point_of(plant, meter)
            yield code, name, owner, meter.carrier, meter.unit, "register", 0, _MONTH_S, ZONE


def _csv(header: Row, rows: list[Row]) -> str:
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def counted(year: Year, meter: Meter) -> Decimal:
    """All that a meter counts from the first year to the last, in its carrier's unit."""
    used = sum(
        (
            meter.of_month(each, month)
            for each in range(year.first, year.year + 1)
            for month in range(1, MONTHS + 1)
        ),
        start=Decimal(0),
    )
    return used * _SIZES.get(meter.unit, 1)


def readings(year: Year) -> list[dict[str, str]]:
    """Registers read at the beginning of every month, from the first year's to the year after."""
    return [
        row
        for plant in year.plants
        for meter in plant.meters
        for row in _register(year, meter, point_of(plant, meter))
    ]


def _register(year: Year, meter: Meter, point: str) -> Iterator[dict[str, str]]:
    count = Decimal(0)
    for each in range(year.first, year.year + 1):
        for month in range(1, MONTHS + 1):
            yield _reading(point, each, month, count)
            count += meter.of_month(each, month)
    yield _reading(point, year.year + 1, 1, count)


def _reading(point: str, year: int, month: int, count: Decimal) -> dict[str, str]:
    return {"point": point, "at": f"{year}-{month:02}-01T00:00:00+08:00", "value": f"{count:f}"}
