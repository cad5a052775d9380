"""The parts of sentences and tables that tell how an amount has moved."""

from services.alerts.domain.briefs.facts import Label, Moved
from services.alerts.domain.briefs.printing import (
    MISSING,
    Printed,
    amount,
    amount_text,
    change,
    percent,
    percent_text,
    trend,
    unit_of,
)
from services.alerts.domain.briefs.writing.pen import Head
from services.alerts.domain.briefs.writing.words import MEASURES, known

MOVED_HEADS = (
    Head(name="now", label=Label("本期", "This period"), number=True),
    Head(name="earlier", label=Label("上年同期", "Year earlier"), number=True),
    Head(name="change", label=Label("同比（%）", "Change (%)"), number=True),
    Head(name="change_before", label=Label("上期同比（%）", "Change before (%)"), number=True),
    Head(name="trend", label=Label("较上期（百分点）", "Trend (pp)"), number=True),
)


def measure_name(measure: str) -> Label:
    """What the measure is called."""
    return known(MEASURES, measure)


def value_and_unit(moved: Moved) -> Label | None:
    """`355.40万吨标准煤`; None without a value."""
    if moved.now.value is None:
        return None
    unit = unit_of(moved.now.unit).spoken
    number = amount(moved.now.value, moved.now.unit)
    return Label(f"{number}{unit.zh}", f"{number} {unit.en}")


def year_on_year(moved: Moved, measure: str, *, sized: bool = False) -> Label:
    """`同比小幅下降0.1%`; that nobody knows the change is said."""
    if moved.change is None:
        return Label("同比变化暂无数据", "no data on the change year on year")
    word = change(percent(moved.change), measure, sized=sized)
    return Label(f"同比{word.zh}", f"{word.en} year on year")


def trend_of(moved: Moved) -> Label | None:
    """`降幅收窄9.2个百分点`; None where there was no period before."""
    if moved.change is None or moved.trend is None:
        return None
    before = None if moved.change_before is None else percent(moved.change_before)
    return trend(percent(moved.change), before, percent(moved.trend))


def total_sentence(subject: Label, moved: Moved, measure: str, *, with_trend: bool) -> Label:
    """S1: `{subject}{amount}{unit}，{year on year}[，{trend}]。`, or that there is none."""
    said = value_and_unit(moved)
    if said is None:
        return missing_sentence(subject, moved)
    year = year_on_year(moved, measure, sized=with_trend)
    turn = trend_of(moved) if with_trend else None
    zh, en = (f"，{turn.zh}", f"; {turn.en}") if turn else ("", "")
    return Label(
        f"{subject.zh}{said.zh}，{year.zh}{zh}。",
        f"{subject.en} came to {said.en}, {year.en}{en}.",
    )


def missing_sentence(subject: Label, moved: Moved) -> Label:
    """S0: `{subject}暂无数据[（why）]。`"""
    why = reasons(moved.now.missing)
    zh, en = (f"（{why.zh}）", f" ({why.en})") if why.zh else ("", "")
    return Label(f"{subject.zh}{MISSING.zh}{zh}。", f"{subject.en}: {MISSING.en}{en}.")


def reasons(why: tuple[Label, ...]) -> Label:
    """Why something has no value, in one line."""
    return Label("；".join(one.zh for one in why), "; ".join(one.en for one in why))


def moved_cells(moved: Moved) -> tuple[Label, ...]:
    """The cells under MOVED_HEADS."""
    return (
        amount_text(moved.now),
        amount_text(moved.earlier),
        percent_text(moved.change),
        percent_text(moved.change_before),
        percent_text(moved.trend),
    )


def printed_amount(moved: Moved | None) -> Printed | None:
    """The amount of this period as it is printed; None where nobody knows it."""
    if moved is None or moved.now.value is None:
        return None
    return amount(moved.now.value, moved.now.unit)
