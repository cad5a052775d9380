"""Budgets as figures: what is used of them, made again from what `/v1/budgets` answers."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol
from urllib.parse import quote

from services.evaluator.domain.budget import Budget, BudgetVersion, MeasureKind, PhasingKind, knots
from services.evaluator.domain.evidence import Figures, figures_of
from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    LeafKind,
    Source,
    absent,
    constant,
    leaf,
    less,
    over,
    times,
    total,
)
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.ports.judge import BooksReader

_USED = Label("预算执行率", "used of the budget")
_QUANTITY = Label("截至水位线的用量", "used up to the watermark")
_LINE = Label("时序线", "the phased line")
_OVER = Label("超时序线", "over the line")
_ELAPSED = ("已评判小时数", "hours judged")
_HUNDRED = constant(Label("百分比", "per cent"), 100, "%")


class BudgetFigures(Protocol):
    """Budgets' figures by code."""

    async def used(self, code: str, subject: str) -> tuple[Figure, ...]:
        """Per cent used up to the watermark, then the phased line and how far it is passed.

        The first alone, a missing one, while nobody has judged the budget.
        """


class JudgedBudgets:
    """The BudgetFigures over what the judge last said."""

    def __init__(self, desk: BudgetDesk, briefs: Briefs, reader: BooksReader) -> None:
        """`briefs`: not the judge's own; this object renews them."""
        self._desk, self._briefs, self._reader = desk, briefs, reader

    async def used(self, code: str, subject: str) -> tuple[Figure, ...]:
        """See BudgetFigures."""
        budget = (await self._desk.budgets()).get(code)
        if budget is None or str(budget.subject) != subject:
            reason = Label(f"{subject}没有预算{code}", f"{subject} has no budget {code}")
            return (absent(_USED, "%", reason),)
        judged = (await self._reader.judged([code])).get(code)
        self._briefs.renew()
        brief = self._briefs.of(budget)
        if judged is None or judged.basis != brief.basis:
            reason = Label(f"预算{code}尚未评判", f"the budget {code} has not been judged yet")
            return (absent(_USED, "%", reason),)
        figures = figures_of(brief, judged)
        granted = _leaf(
            code, "/total", f"{figures.version.total:f}", budget.unit, "预算总量", "budget"
        )
        quantity = _quantity(budget, figures)
        line = times(_LINE, budget.unit, granted, _share(budget, figures.version, judged.to_hour))
        excess = over(_OVER, "", less(_OVER, budget.unit, quantity, line), line)
        used = over(_USED, "", quantity, granted)
        return times(_USED, "%", used, _HUNDRED), line, times(_OVER, "%", excess, _HUNDRED)


def _share(budget: Budget, version: BudgetVersion, to_hour: int) -> Figure:
    """The part of the budget that is due when the hours before `to_hour` are over."""
    label = Label("时序进度", "share of the line")
    begins = budget.period.first_hour
    judged = _leaf(budget.code, "/state/hours_judged", str(to_hour - begins), "h", *_ELAPSED)
    if version.phasing.kind is PhasingKind.LINEAR:
        whole = constant(Label("预算期小时数", "hours of the period"), budget.period.hours, "h")
        return over(label, "", judged, whole)
    at = next(
        n
        for n, (hour, _) in enumerate(knots(version.phasing, budget.period)[1:])
        if to_hour <= hour
    )
    month = budget.period.months()[at]
    gone = constant(
        Label("此前各月小时数", "hours of the months before"), month.first_hour - begins
    )
    hours = constant(Label("当月小时数", "hours of the month"), month.hours, "h")
    within = over(
        label,
        "",
        less(Label("当月已过小时数", "hours of the month gone by"), "h", judged, gone),
        hours,
    )
    parts = [_of_month(version, nth) for nth in range(at)]
    parts.append(
        times(Label("当月应完成", "due of the month"), "%", _of_month(version, at), within)
    )
    return over(label, "", total(label, "%", parts), _HUNDRED)


def _of_month(version: BudgetVersion, nth: int) -> Figure:
    text = f"phasing of version {version.version}: {version.phasing.text}"
    label = Label(f"第{nth + 1}月份额", f"share of month {nth + 1}")
    return constant(label, Fraction(version.phasing.shares[nth]), "%", text)


def _quantity(budget: Budget, figures: Figures) -> Figure:
    """The sum of the parts, by carrier and flow, as they are answered."""
    added: list[Figure] = []
    taken: list[Figure] = []
    for nr, part in enumerate(figures.parts):
        is_carrier = budget.measure.kind is MeasureKind.CARRIER
        column = "quantity" if is_carrier else budget.measure.kind.value
        unit = budget.unit
        name = f"{part['carrier']} {part['flow']}"
        one = _leaf(budget.code, f"/parts/{nr}/{column}", part[column], unit, name, name)
        out = is_carrier and budget.measure.sign_of(part["flow"]) < 0
        (taken if out else added).append(one)
    return _signed(budget.unit, added, taken)


def _signed(unit: str, added: Sequence[Figure], taken: Sequence[Figure]) -> Figure:
    if not added and not taken:
        return absent(_QUANTITY, unit, Label("没有读数", "no readings"))
    first = total(_QUANTITY, unit, added) if added else constant(_QUANTITY, 0, unit)
    return less(_QUANTITY, unit, first, *taken) if taken else first


def _leaf(code: str, pointer: str, text: str, unit: str, zh: str, en: str) -> Figure:
    source = Source(kind=LeafKind.BOOK, href=f"/v1/budgets/{quote(code)}", pointer=pointer)
    return leaf(Label(zh, en), Fraction(text), unit, source)
