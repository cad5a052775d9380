"""Budgets as figures: what is used of them, made again from what `/v1/budgets` answers."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol
from urllib.parse import quote

from services.evaluator.domain.budget import Budget, MeasureKind
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
_HUNDRED = constant(Label("百分比", "per cent"), 100, "%")


class BudgetFigures(Protocol):
    """Budgets' figures by code."""

    async def used(self, code: str, subject: str) -> Figure:
        """Per cent used up to the watermark; missing while nobody has judged it."""


class JudgedBudgets:
    """The BudgetFigures over what the judge last said."""

    def __init__(self, desk: BudgetDesk, briefs: Briefs, reader: BooksReader) -> None:
        """`briefs`: not the judge's own; this object renews them."""
        self._desk, self._briefs, self._reader = desk, briefs, reader

    async def used(self, code: str, subject: str) -> Figure:
        """See BudgetFigures."""
        budget = (await self._desk.budgets()).get(code)
        if budget is None or str(budget.subject) != subject:
            reason = Label(f"{subject}没有预算{code}", f"{subject} has no budget {code}")
            return absent(_USED, "%", reason)
        judged = (await self._reader.judged([code])).get(code)
        self._briefs.renew()
        brief = self._briefs.of(budget)
        if judged is None or judged.basis != brief.basis:
            reason = Label(f"预算{code}尚未评判", f"the budget {code} has not been judged yet")
            return absent(_USED, "%", reason)
        figures = figures_of(brief, judged)
        granted = _leaf(
            code, "/total", f"{figures.version.total:f}", budget.unit, "预算总量", "budget"
        )
        used = over(_USED, "", _quantity(budget, figures), granted)
        return times(_USED, "%", used, _HUNDRED)


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
