"""The bench's own catalogue and budgets, and what the books should say of them."""

from collections.abc import Sequence
from decimal import Decimal

from deploy.bench.workload import (
    CARRIER,
    ENTERPRISES,
    INTERVAL_S,
    POINTS,
    QUARTERS_A_DAY,
    STEP,
    Names,
    day_text,
    used,
)
from deploy.demo.site import Site, import_catalogue, total
from services.ingest.domain.catalogue.codes import check_character

REGIONS = ("150203", "150200", "150000")
_LARGEST_RATE = 1_000_000
_HOURS_OF_BUDGET = range(4, 20)

_COMMON = """\
carriers:
  - {code: electricity, name: 电力, name_en: electricity, unit: kWh, units: "MWh=1000;万kWh=10000"}
regions:
  - {code: "150000", name: 内蒙古自治区, level: province}
  - {code: "150200", name: 包头市, level: prefecture, parent: "150000"}
  - {code: "150203", name: 昆都仑区, level: county, parent: "150200"}
"""


def enterprises(names: Names) -> tuple[str, ...]:
    """The codes of all enterprises of the run, by number."""
    bases = (names.enterprise_17(number) for number in range(ENTERPRISES))
    return tuple(base + check_character(base) for base in bases)


def catalogue(names: Names) -> dict[str, str]:
    """The catalogue of a run as files: 100 enterprises in one county and one tag, 5,000 points."""
    codes = enterprises(names)
    county, _, _ = REGIONS
    firms = [f"{code},演示负荷{n},{county},C3120,true" for n, code in enumerate(codes)]
    points = [
        f"{names.point(number)},enterprise:{codes[number // POINTS]},{CARRIER},kWh,register,2,"
        f"{INTERVAL_S},{_LARGEST_RATE}"
        for number in range(ENTERPRISES * POINTS)
    ]
    return {
        "bench.yaml": f"{_COMMON}tags:\n  - {{code: {names.tag}, name: 演示, kind: park}}\n",
        "enterprises.csv": _csv("code,name,region,industry,demonstration", firms),
        "members.csv": _csv("tag,enterprise", [f"{names.tag},{code}" for code in codes]),
        "points.csv": _csv("code,owner,carrier,unit,kind,decimals,interval_s,max_rate", points),
    }


def _csv(header: str, lines: Sequence[str]) -> str:
    return "\n".join((header, *lines)) + "\n"


def set_up(site: Site, names: Names) -> None:
    """Import the catalogue of the run."""
    import_catalogue(site, catalogue(names))


def budgets(names: Names, quarter: int, days: int) -> list[dict[str, object]]:
    """A budget a day for every enterprise, so tight that each is warned about several times.

    What an enterprise uses in an hour is nearly the same always; its budget of a day is what it
    uses in 4 to 19 hours, so that the levels are reached all over the day.
    """
    hourly = Decimal(POINTS * STEP * 4) / 100
    return [
        {
            "code": f"{names.tag}-{number:03}-{day_text(quarter + day * QUARTERS_A_DAY)}",
            "name": f"演示日预算 {number}",
            "subject": f"enterprise:{code}",
            "carrier": CARRIER,
            "period": _one_day(quarter + day * QUARTERS_A_DAY),
            "zone": "Asia/Shanghai",
            "total": str(hourly * _HOURS_OF_BUDGET[number % len(_HOURS_OF_BUDGET)]),
        }
        for day in range(days)
        for number, code in enumerate(enterprises(names))
    ]


def _one_day(quarter: int) -> str:
    return f"{day_text(quarter)}/{day_text(quarter + QUARTERS_A_DAY)}"


def expected(starts: Sequence[int], nexts: Sequence[int]) -> Decimal:
    """What all enterprises together used, from each one's first quarter to its last, in kWh."""
    parts = zip(range(ENTERPRISES), starts, nexts, strict=True)
    return Decimal(sum(used(number, start, end - 1) for number, start, end in parts)) / 100


def booked(site: Site, names: Names) -> Decimal:
    """What the books of the run's tag say now, in kWh."""
    return total(site, f"tag:{names.tag}", CARRIER).quantity
