"""What people stated and planned in the made-up province, as rows of the register.

GDP of every region by cumulative quarters and years, output of every enterprise, and targets of
the country, the provinces and the leagues. A region's GDP is the sum of its counties'.
"""

from collections.abc import Iterator
from decimal import Decimal

from deploy.bench.province.estate import Estate
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
_MEASURES = (
    ("energy-intensity", Form.REDUCTION, "14.0", "15.5"),
    ("carbon-intensity", Form.REDUCTION, "18.0", "20.0"),
)
"""Measure, form, least and most per cent from 2020 to 2025."""


def register(estate: Estate) -> Iterator[str]:
    """Lines of the register's table."""
    for subject, gdp in regional_gdp(estate).items():
        for years in (1, 0):
            yield from _gdp(estate, subject, gdp, estate.size.year - years)
    for place in range(estate.size.enterprises):
        yield _line(RecordKind.STATEMENT, _output(estate, place))
    for code in _holders(estate):
        for measure, form, least, most in _MEASURES:
            yield _line(RecordKind.TARGET, _target(code, measure, form, least, most))


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


def _gdp(estate: Estate, subject: str, gdp: int, year: int) -> Iterator[str]:
    # A twentieth more than a year ago, in whole numbers.
    whole = gdp if year == estate.size.year else gdp * 20 // 21
    for quarter, percent in _SHARES.items():
        yield _line(
            RecordKind.STATEMENT,
            Statement(
                subject=subject,
                item="gdp",
                period=f"{year}{quarter}",
                value=Decimal(whole * percent) / 100,
                unit="万元",
                basis=_BASIS,
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


def _holders(estate: Estate) -> Iterator[str]:
    for region in estate.regions:
        if region.level != "county":
            yield region.code


def _target(code: str, measure: str, form: Form, least: str, most: str) -> Target:
    step = Decimal(int(code[:4]) % 4) / 4
    return Target(
        code=f"{measure}-{code}",
        name=f"{measure} {code}",
        holder=f"region:{code}",
        measure=measure,
        form=form,
        value=Decimal(least) + (Decimal(most) - Decimal(least)) * step,
        unit="%",
        base_year=2020,
        first_year=2021,
        last_year=2025,
        state=State.IN_FORCE,
        approver="演示",
        approved_on="2021-01-01",
        effective_from="2021-01-01",
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
