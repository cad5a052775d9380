"""What people stated and planned in the made-up province, as rows of the register.

Of every region: GDP by cumulative quarters and years (the sum of its counties'), how its energy
and CO2 intensity changed in the five years up to the books', and a target for each of them. Of
every enterprise: its output.
"""

from collections.abc import Iterator
from decimal import Decimal

from deploy.bench.province.estate import Estate, Region
from deploy.bench.province.size import ZONE
from services.evaluator.adapters.register_codec import encode
from services.evaluator.domain.records.statement import Statement
from services.evaluator.domain.records.target import Form, State, Target
from services.evaluator.ports.register import RecordKind
from shared.model.period import reporting_period

REGISTER = (
    *("kind", "key", "version", "commit_n", "at", "by"),
    *("subject", "first_hour", "end_hour", "body"),
)
COMMIT = 2
"""All of it was put on record by the evaluator's second commit."""

_BASIS = "2020"
_BY = "province"
_SHARES = {"Q1": 21, "Q2": 45, "Q3": 71, "": 100}
"""Per cent of a year's GDP by the end of each cumulative quarter."""
_MEASURES = (("energy-intensity", "能耗强度", 140), ("carbon-intensity", "碳排放强度", 180))
"""Measure, its name, and the least reduction in five years that is asked for, in tenths of 1 %."""
_YEARS = 5


def register(estate: Estate) -> Iterator[str]:
    """Lines of the register's table."""
    for subject, gdp in regional_gdp(estate).items():
        for years in (1, 0):
            yield from _gdp(subject, gdp, estate.size.year - years, newest=not years)
        for measure, _, least in _MEASURES:
            yield from _changes(estate, subject, measure, least)
    for place in range(estate.size.enterprises):
        yield _line(RecordKind.STATEMENT, _output(estate, place))
    for region in estate.regions:
        for measure, name, least in _MEASURES:
            yield _line(RecordKind.TARGET, _target(estate, region, measure, name, least))


def regional_gdp(estate: Estate) -> dict[str, int]:
    """Whole 万元 of the year, by region."""
    found: dict[str, int] = {}
    for county in estate.counties:
        size = len(county.enterprises)
        own = 300_000 + int(county.code) * 7_919 % 900_000 + 180_000 * size
        for code in (county.code, *county.above):
            subject = f"region:{code}"
            found[subject] = found.get(subject, 0) + own
    return found


def _gdp(subject: str, gdp: int, year: int, *, newest: bool) -> Iterator[str]:
    # A twentieth more than a year ago, in whole numbers.
    whole = gdp if newest else gdp * 20 // 21
    for quarter, percent in _SHARES.items():
        yield _stated(subject, "gdp", f"{year}{quarter}", Decimal(whole * percent) / 100, "万元")


def _changes(estate: Estate, subject: str, measure: str, least: int) -> Iterator[str]:
    """By year, and by cumulative quarters of the last: mostly falling, here more and there less."""
    last = estate.size.year
    quarters = [f"{last}{quarter}" for quarter in _SHARES if quarter]
    for nth, period in enumerate([*map(str, range(last - _YEARS + 1, last + 1)), *quarters]):
        drawn = (int(subject[-6:]) * 2_654_435_761 + nth * 40_503 + least * 977) % 9_973
        change = Decimal(drawn % 25 - 12 - least * 107 // 500) / 10
        yield _stated(subject, f"{measure}-change", period, change, "%")


def _stated(subject: str, item: str, period: str, value: Decimal, unit: str) -> str:
    return _line(
        RecordKind.STATEMENT,
        Statement(
            subject=subject,
            item=item,
            period=period,
            value=value,
            unit=unit,
            basis=_BASIS if item == "gdp" else "",
            source="演示",
        ),
    )


def _output(estate: Estate, place: int) -> Statement:
    return Statement(
        subject=f"enterprise:{estate.enterprise(place)}",
        item="output-value",
        period=str(estate.size.year),
        value=Decimal(2_000 + place * 6_007 % 90_000),
        unit="万元",
        source="演示",
    )


def _target(estate: Estate, region: Region, measure: str, name: str, least: int) -> Target:
    last = estate.size.year
    return Target(
        code=f"{measure}-{region.code}",
        name=f"{region.name}{name}",
        holder=f"region:{region.code}",
        measure=measure,
        form=Form.REDUCTION,
        value=Decimal(least + int(region.code[:4]) % 4 * 5) / 10,
        unit="%",
        base_year=last - _YEARS,
        first_year=last - _YEARS + 1,
        last_year=last,
        state=State.IN_FORCE,
        approver="演示",
        approved_on=f"{last - _YEARS + 1}-01-01",
        effective_from=f"{last - _YEARS + 1}-01-01",
        plan="演示",
        source="演示",
        confidence="I",
    )


def _line(kind: RecordKind, body: Statement | Target) -> str:
    hours = ("\\N", "\\N")
    subject = body.holder if isinstance(body, Target) else body.subject
    if isinstance(body, Statement):
        period = reporting_period(body.period, ZONE)
        hours = (str(period.first_hour), str(period.end_hour))
    text = encode(body).replace("\\", "\\\\")
    head = f"{kind.value}\t{body.key}\t1\t{COMMIT}\tnow\t{_BY}\t{subject}"
    return f"{head}\t{hours[0]}\t{hours[1]}\t{text}\n"
