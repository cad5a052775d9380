"""A year of demonstration data: what is stated, handed down, reported and metered, and when.

Everything is written down; nothing is left to chance. Plants are invented and say so (演示).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from deploy.profiles import records
from deploy.profiles.model import Profile
from deploy.profiles.reader import read_document
from services.evaluator.domain.records.progress import Progress
from services.evaluator.domain.records.statement import Statement, Status
from services.evaluator.domain.records.target import Target
from shared.model.instants import HOUR_US, from_us
from shared.model.period import reporting_period, zone

ZONE = "Asia/Shanghai"
FOLDER = Path(__file__).parent / "years"
MONTHS = 12
SOURCE = "演示数据"
"""Marks every statement, so that nobody takes it for a real one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A meter of a plant. months: year -> what each month uses, in `unit`.

    One amount stands for all months, four for the months of the quarters, twelve for themselves.
    """

    carrier: str
    unit: str
    months: Mapping[str, tuple[Decimal, ...]]

    def of_month(self, year: int, month: int) -> Decimal:
        """What a month used."""
        amounts = self.months[str(year)]
        return amounts[(month - 1) * len(amounts) // MONTHS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """An invented enterprise. region: code of its county; serial: tells those of a county apart."""

    serial: int
    name: str
    name_en: str
    region: str
    industry: str
    tags: tuple[str, ...] = ()
    meters: tuple[Meter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Statements of one item by period. subject: empty for the place itself.

    known: period -> month (`2023-04`) in which it became known, where it was not the month after.
    """

    subject: str = ""
    item: str
    qualifier: str = ""
    unit: str
    basis: str = ""
    values: Mapping[str, Decimal]
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A value that was handed down for a target that the plan left open.

    holder: empty for the target's own; else the region that gets a target of its own.
    """

    target: str
    holder: str = ""
    value: Decimal
    incentive: Decimal | None = None
    known: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """One year. first: the first year with readings. title: what it is to show."""

    title: str
    profile: str
    year: int
    first: int
    plants: tuple[Plant, ...]
    statements: tuple[Row, ...]
    handed_down: tuple[Handed, ...] = ()
    progress: tuple[Progress, ...] = ()

    @property
    def months(self) -> tuple[str, ...]:
        """The months at whose ends one may look, to January after the year."""
        year = [f"{self.year}-{month:02}" for month in range(1, MONTHS + 1)]
        return (*year, f"{self.year + 1}-01")


def load_year(name: str) -> Year:
    """The year of demonstration data called so. Raises ProfileError."""
    path = FOLDER / f"{name}.yaml"
    return read_document(path.name, path.read_text(encoding="utf-8"), Year).record


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Records that became known in a month (`2023-04`)."""

    month: str
    record: Statement | Target | Progress


def everything(profile: Profile, year: Year) -> tuple[Known, ...]:
    """All that is stated, handed down and reported, in the order in which it became known."""
    found = [*_statements(profile, year), *_handed(profile, year), *_reports(year)]
    return tuple(sorted(found, key=lambda one: one.month))


def _statements(profile: Profile, year: Year) -> Iterator[Known]:
    for row in year.statements:
        for period, value in row.values.items():
            early = row.item == "gdp" and period.startswith(f"{year.year}Q")
            stated = Statement(
                subject=row.subject or profile.region,
                item=row.item,
                qualifier=row.qualifier,
                period=period,
                value=value,
                unit=row.unit,
                status=Status.PRELIMINARY if early else Status.FINAL,
                basis=row.basis,
                source=SOURCE,
            )
            yield Known(month=row.known.get(period) or month_after(period), record=stated)


def month_after(period: str) -> str:
    """The month after a reporting period's end, when statistics of it are out."""
    end_us = reporting_period(period, ZONE).end_hour * HOUR_US
    return f"{from_us(end_us).astimezone(zone(ZONE)):%Y-%m}"


def _handed(profile: Profile, year: Year) -> Iterator[Known]:
    printed = {target.code: target for target in records.targets(profile)}
    for one in year.handed_down:
        target = printed[one.target]
        place = one.holder.partition(":")[2]
        yield Known(
            month=one.known,
            record=replace(
                target,
                code=f"{target.code}-{place}" if place else target.code,
                holder=one.holder or target.holder,
                value=one.value,
                incentive=one.incentive,
                note=f"{SOURCE}：演示下达数",
                reason="下达（演示）",
                approved_on=f"{one.known}-20",
            ),
        )


def _reports(year: Year) -> Iterator[Known]:
    for report in year.progress:
        yield Known(month=report.on[:7], record=report)
