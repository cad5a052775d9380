"""Figures and statements for tests, made in one line."""

from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.figures.figure import Figure, Label, constant
from services.evaluator.domain.records.statement import Statement, Status
from services.evaluator.domain.statistics.statement_book import StatementLine

NAME = Label("数", "number")


def number(text: str | int | Fraction, unit: str = "%") -> Figure:
    """A figure of the number as written."""
    return constant(NAME, Fraction(text), unit)


def exactly(figure: Figure | None) -> Fraction:
    """The figure's value; fails when it is missing."""
    assert figure is not None
    return figure.known


def line(
    item: str,
    period: str,
    value: str | None,
    unit: str = "万元",
    *,
    status: Status = Status.FINAL,
    basis: str = "2020",
    qualifier: str = "",
    lot: str = "",
    commit: int = 1,
    subject: str = "region:150000",
) -> StatementLine:
    """A statement on record."""
    stated = Statement(
        subject=subject,
        item=item,
        qualifier=qualifier,
        period=period,
        value=None if value is None else Decimal(value),
        unit=unit,
        status=status,
        basis=basis,
        detail={"lot": lot} if lot else {},
    )
    return StatementLine(statement=stated, version=1, commit=commit)
