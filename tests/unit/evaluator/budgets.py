"""Budgets, books and points for the tests of the judge."""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from services.evaluator.domain.books import I64, Books, Series, day_of
from services.evaluator.domain.budget import (
    FROM_THE_BEGINNING,
    STANDARD,
    Budget,
    BudgetVersion,
    Measure,
    MeasureKind,
    Phasing,
    Policy,
)
from services.evaluator.domain.completeness import Spans
from services.evaluator.domain.factors import ALWAYS, Weight, Weights
from services.evaluator.domain.judgement import Brief, Hours, brief_of
from services.evaluator.domain.totals import Lane
from services.evaluator.domain.watermark import PointSet
from shared.model.period import Period, parse_period
from shared.model.subject import Subject

POWER = Lane(carrier="electricity", flow="import", scale=2)
SUBJECT = Subject.parse("enterprise:E")
NO_SPANS = Spans(
    point=np.empty(0, np.int64),
    interval=np.empty(0, np.int64),
    first=np.empty(0, np.int64),
    end=np.empty(0, np.int64),
)


def version(
    total: str | int,
    *,
    number: int = 1,
    effective: int = FROM_THE_BEGINNING,
    phasing: Phasing | None = None,
) -> BudgetVersion:
    """A version of a budget."""
    return BudgetVersion(
        version=number,
        recorded_commit=number,
        recorded_at_us=0,
        effective_from_hour=effective,
        total=Decimal(total),
        phasing=phasing or Phasing(),
    )


def budget(
    *versions: BudgetVersion,
    period: Period | str = "2018H1",
    zone: str = "+09:00",
    policy: Policy = STANDARD,
    code: str = "B1",
    subject: Subject = SUBJECT,
    measure: Measure | None = None,
) -> Budget:
    """A budget of electricity in kWh."""
    measure = measure or Measure(kind=MeasureKind.CARRIER, carrier="electricity")
    return Budget(
        code=code,
        name=f"budget {code}",
        subject=subject,
        measure=measure,
        unit="tce" if measure.kind is MeasureKind.TCE else "kWh",
        period=parse_period(period, zone) if isinstance(period, str) else period,
        period_text=period if isinstance(period, str) else "a period",
        policy=policy,
        versions=versions,
    )


def points(*rows: tuple[int, int, int]) -> PointSet:
    """Points by catalogue number, interval and end (microseconds)."""
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    return PointSet(number=columns[0], interval=columns[1], end=columns[2])


def brief(of: Budget, weights: Weights | None = None) -> Brief:
    """The budget ready to be judged, with the plain weights of electricity."""
    plain = Weight(first_hour=ALWAYS[0], end_hour=ALWAYS[1], mantissa=1, scale=0)
    return brief_of(of, weights or {("electricity", "import"): (plain,)}, NO_SPANS, points())


class Ledger:
    """A book of one subject that answers for its hours."""

    def __init__(self, lanes: tuple[Lane, ...] = (POWER,)) -> None:
        self.books = Books(most_bytes=1)
        self.numbers = {lane: self.books.number(Series("enterprise:E", lane)) for lane in lanes}

    def put(self, hours: Mapping[int, int], lane: Lane = POWER, estimated: int = 0) -> None:
        """Add mantissas to hours."""
        rows = sorted(hours.items())
        if not rows:
            return
        of = np.array([hour for hour, _ in rows], np.int64)
        keys = Books.keys(np.full(len(of), self.numbers[lane]), of // 24)
        self.books.learn({}, keys.tolist())
        amounts = np.array([[amount, estimated, 3600] for _, amount in rows], np.int64)
        self.books.add(keys, of % 24, amounts)

    @property
    def hours(self) -> Hours:
        """What the judge asks for."""

        def find(lane: Lane, first: int, end: int) -> I64:
            days = np.arange(day_of(first), day_of(end - 1) + 1)
            keys = Books.keys(np.full(len(days), self.numbers[lane]), days)
            self.books.begin()
            self.books.learn({}, keys.tolist())
            return self.books.hours(self.numbers[lane], first, end)

        return find
