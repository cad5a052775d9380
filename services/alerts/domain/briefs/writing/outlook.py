"""Section six (全年预测与情景): where the year is going, and what its rest may still use."""

from collections.abc import Iterator
from fractions import Fraction

from services.alerts.domain.briefs.document import Block, Burn, Chart, ChartKind
from services.alerts.domain.briefs.facts import Label, Outlooked, Path, Scenario
from services.alerts.domain.briefs.periods import period_name
from services.alerts.domain.briefs.printing import (
    MISSING,
    Printed,
    amount,
    both,
    change,
    percent,
    percent_text,
    unit_of,
)
from services.alerts.domain.briefs.writing.choosing import outlooks_in_order
from services.alerts.domain.briefs.writing.moves import measure_name
from services.alerts.domain.briefs.writing.pen import Head, Pen, Row
from services.alerts.domain.briefs.writing.words import SCOPES, known

_NTHS = "一二三四五六七八"
_CURVES = (
    Label("实际累计", "So far"),
    Label("预计", "Expected"),
    Label("预测区间", "Range"),
    Label("序时线", "Due"),
    Label("全年控制目标", "Limit of the year"),
)


def outlook(pen: Pen) -> Iterator[Block]:
    """The section's blocks: one part for each total that is looked ahead at."""
    title = Label("六、全年预测与情景", "6. Forecast of the year and scenarios")
    yield pen.heading(1, "outlook", title)
    found = outlooks_in_order(pen)
    if not found:
        yield from pen.paragraph("outlook", [Label("本期未作预测。", "There is no forecast.")])
    for nth, one in enumerate(found):
        key, name = f"{one.measure}.{one.scope}", _name(one)
        title = Label(f"（{_NTHS[nth]}）{name.zh}", f"6.{nth + 1} {_capital(name.en)}")
        yield pen.heading(2, f"outlook.{key}", title)
        yield from pen.paragraph(f"outlook.{key}", _sentences(one, is_over=is_over(pen, one)))
        if not is_over(pen, one):
            yield from _table(pen, one, key)
        yield from _chart(pen, one, key)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _name(one: Outlooked) -> Label:
    scope, name = known(SCOPES, one.scope), measure_name(one.measure)
    return Label(f"{scope.zh}{name.zh}", f"{scope.en}, {name.en}")


def is_over(pen: Pen, one: Outlooked) -> bool:
    """Whether the period is the whole year, and over: then there is nothing to look ahead at."""
    span = pen.situation.span
    return span.over and span.last == f"{one.year}-12-31"


def _sentences(one: Outlooked, *, is_over: bool) -> Iterator[Label | None]:
    yield _so_far(one)
    if is_over:
        yield _expected(one, Label("全年实际", "The year came to"))
        return
    if one.refusal is not None:
        why, name = one.refusal, _name(one)
        yield Label(f"{name.zh}暂不预测：{why.zh}。", f"{name.en}, no forecast: {why.en}.")
    yield _expected(one, Label("预计全年", "Expected for the year:"))
    yield _probability(one)
    yield _needed(one)


def printed(one: Outlooked, value: Fraction) -> Printed:
    """An amount of the forecast as it is printed."""
    return amount(value, one.unit)


def _said(one: Outlooked, value: Fraction) -> Label:
    unit, number = unit_of(one.unit).spoken, printed(one, value)
    return Label(f"{number}{unit.zh}", f"{number} {unit.en}")


def used_share(one: Outlooked) -> Fraction | None:
    """Per cent of the year's limit that is used."""
    if one.so_far is None or not one.limit:
        return None
    return 100 * one.so_far / one.limit


def _so_far(one: Outlooked) -> Label:
    """B1: `2026年全社会能源消费总量累计355.40万吨标准煤，全年控制目标500.00万吨标准煤，…。`"""
    name, year = _name(one), period_name(one.year)
    zh, en = f"{year.zh}{name.zh}累计", f"{year.en}, {name.en} so far"
    if one.so_far is None:
        return Label(f"{zh}{MISSING.zh}。", f"{en}: {MISSING.en}.")
    so_far = _said(one, one.so_far)
    zh, en = f"{zh}{so_far.zh}", f"{en}: {so_far.en}"
    used = used_share(one)
    if one.limit is None or used is None:
        return Label(f"{zh}，未设全年控制目标。", f"{en}, with no limit of the year.")
    limit, share = _said(one, one.limit), percent(used)
    return Label(
        f"{zh}，全年控制目标{limit.zh}，已使用{share}%。",
        f"{en}, the limit of the year {limit.en}, used {share}%.",
    )


def scenario(one: Outlooked, name: str) -> Scenario | None:
    """The scenario of the name, if it says where the year ends."""
    return next(
        (case for case in one.scenarios if case.name == name and case.at_end is not None), None
    )


def _expected(one: Outlooked, said: Label) -> Label | None:
    """B2: `预计全年501.00万吨标准煤（区间490.00—512.00万吨标准煤），同比增长1.0%，超出…。`"""
    case = scenario(one, "expected")
    if case is None or case.at_end is None:
        return None
    end = _said(one, case.at_end)
    more = tuple(part for part in (_range(one), _year_change(one, case), _over(one, case)) if part)
    return Label(
        f"{said.zh}{end.zh}{''.join(part.zh for part in more)}。",
        f"{said.en} {end.en}{''.join(part.en for part in more)}.",
    )


def _range(one: Outlooked) -> Label | None:
    low, high = scenario(one, "low"), scenario(one, "high")
    if low is None or high is None or low.at_end is None or high.at_end is None:
        return None
    unit = unit_of(one.unit).spoken
    ends = printed(one, low.at_end), printed(one, high.at_end)
    return Label(
        f"（区间{ends[0]}—{ends[1]}{unit.zh}）", f" (range {ends[0]} to {ends[1]} {unit.en})"
    )


def _year_change(one: Outlooked, case: Scenario) -> Label | None:
    if case.change is None:
        return None
    word = change(percent(case.change), one.measure)
    return Label(f"，同比{word.zh}", f", {word.en} year on year")


def excess(one: Outlooked, case: Scenario) -> Printed | None:
    """The year's end less the limit, of the numbers as they are printed; None without either."""
    if one.limit is None or case.at_end is None:
        return None
    return printed(one, case.at_end).less(printed(one, one.limit))


def _over(one: Outlooked, case: Scenario) -> Label | None:
    gap = excess(one, case)
    if gap is None:
        return None
    if gap.sign == 0:
        return Label("，与全年控制目标持平", ", equal to the limit of the year")
    word = Label("超出", "above") if gap.sign > 0 else Label("低于", "below")
    unit = unit_of(one.unit).spoken
    return Label(
        f"，{word.zh}全年控制目标{gap.size}{unit.zh}",
        f", {gap.size} {unit.en} {word.en} the limit of the year",
    )


def _probability(one: Outlooked) -> Label | None:
    """B3: `超出全年控制目标的概率为53.0%。`"""
    if one.probability is None or one.limit is None:
        return None
    share = percent(100 * one.probability)
    return Label(
        f"超出全年控制目标的概率为{share}%。",
        f"The probability of exceeding the limit of the year is {share}%.",
    )


def _needed(one: Outlooked) -> Label | None:
    """B4: `为完成全年控制目标，剩余时间须控制在144.60万吨标准煤以内，较上年同期至少下降2.9%。`"""
    if one.allowed_rest is None:
        return None
    if one.allowed_rest < 0:
        return Label("全年控制目标已经突破。", "The limit of the year is exceeded already.")
    rest = _said(one, one.allowed_rest)
    zh = f"为完成全年控制目标，剩余时间须控制在{rest.zh}以内"
    en = f"For the limit of the year to hold, the rest of the year may use at most {rest.en}"
    if one.needed is None:
        return Label(f"{zh}。", f"{en}.")
    needed = percent(one.needed)
    if needed.sign == 0:
        return Label(f"{zh}，与上年同期持平。", f"{en}, as much as a year earlier.")
    if needed.sign > 0:
        return Label(
            f"{zh}，较上年同期至少下降{needed.size}%。",
            f"{en}, at least {needed.size}% less than a year earlier.",
        )
    return Label(
        f"{zh}，较上年同期增长不超过{needed.size}%。",
        f"{en}, at most {needed.size}% more than a year earlier.",
    )


def _table(pen: Pen, one: Outlooked, key: str) -> tuple[Block, ...]:
    unit, name = unit_of(one.unit).label, _name(one)
    heads = (
        Head(name="scenario", label=Label("情景", "Scenario"), share=4),
        Head(name="at_end", label=Label("全年", "Year"), number=True),
        Head(name="change", label=Label("同比（%）", "Change (%)"), number=True),
        Head(name="over", label=Label("较控制目标", "Over the limit"), number=True),
    )
    caption = Label(f"{name.zh}情景（{unit.zh}）", f"Scenarios: {name.en} ({unit.en})")
    rows = tuple(_row(pen, one, case) for case in one.scenarios)
    limit = one.limit_name
    notes = () if limit is None else (Label(f"控制目标：{limit.zh}。", f"Limit: {limit.en}."),)
    return pen.table(f"scenarios.{key}", caption, heads, rows, notes=notes)


def _row(pen: Pen, one: Outlooked, case: Scenario) -> Row:
    gap = excess(one, case)
    labels = (
        case.label,
        MISSING if case.at_end is None else both(str(printed(one, case.at_end))),
        percent_text(case.change),
        MISSING if gap is None else both(str(gap)),
    )
    return pen.cells(labels)


def _chart(pen: Pen, one: Outlooked, key: str) -> Iterator[Block]:
    if one.path is None or not one.path.days:
        return
    name = _name(one)
    caption = Label(f"{name.zh}全年进度与预测", f"The year so far and ahead: {name.en}")
    case = scenario(one, "expected")
    ahead = _expected(one, Label("预计全年", "Expected for the year:")) if case else None
    said = (_so_far(one), ahead)
    yield Chart(
        name=f"burn.{key}",
        kind=ChartKind.BURN,
        caption=pen(caption),
        alt=" ".join(pen(part) for part in said if part is not None),
        unit=pen(unit_of(one.unit).label),
        burn=_burn(pen, one, one.path),
    )


def _burn(pen: Pen, one: Outlooked, path: Path) -> Burn:
    size = unit_of(one.unit).size
    actual, low, expected, high, line = (
        tuple(None if value is None else float(value / size) for value in column)
        for column in (path.actual, path.low, path.expected, path.high, path.line)
    )
    words = [pen(one) for one in _CURVES]
    return Burn(
        days=path.days,
        actual=actual,
        low=low,
        expected=expected,
        high=high,
        line=line,
        limit=None if one.limit is None else float(one.limit / size),
        words=(words[0], words[1], words[2], words[3], words[4]),
    )
