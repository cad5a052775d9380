"""Section seven (存在问题与风险): the data, their coverage, users over budget, corrections."""

from collections.abc import Iterator
from fractions import Fraction

from services.alerts.domain.briefs.document import Block, Chart, ChartKind, Mark
from services.alerts.domain.briefs.facts import Correction, Label, Place, Users
from services.alerts.domain.briefs.periods import day_name
from services.alerts.domain.briefs.printing import (
    MISSING,
    both,
    listed,
    percent,
)
from services.alerts.domain.briefs.writing.corrected import corrected_labels
from services.alerts.domain.briefs.writing.pen import Head, Pen
from services.alerts.domain.briefs.writing.words import FINDINGS, known

MOST_NAMED = 5
MOST_CORRECTIONS = 20
MOST_BARS = 24
ALL = percent(Fraction(100)).mantissa
UNKNOWN = -1


def problems(pen: Pen) -> Iterator[Block]:
    """The section's blocks; the public edition has only the state of the data as a whole."""
    title = Label("七、存在问题与风险", "7. Problems and risks")
    if pen.is_public:
        title = Label("五、数据说明", "5. About the data")
    yield pen.heading(1, "problems", title)
    yield from pen.paragraph("problems.data", _data_sentences(pen))
    yield from _coverage_chart(pen)
    if not pen.is_public:
        yield from pen.paragraph("problems.users", users_sentences(pen))
    yield from pen.paragraph("problems.corrections", [_corrected(pen)])
    if not pen.is_public:
        yield from _corrections_table(pen)
    yield from pen.paragraph("problems.unreconciled", _unreconciled(pen))


def _data_sentences(pen: Pen) -> Iterator[Label | None]:
    yield _reporting(pen)
    yield _share_sentence(
        Label("数据完整率", "Completeness of the data"), pen.situation.data.completeness
    )
    yield _share_sentence(
        Label("估补数据占能源消费的比重", "Share of energy that is estimated"),
        pen.situation.data.estimated,
    )
    yield _share_sentence(
        Label("重点用能单位能源消费占全社会的比重", "Key users' share of the region's energy"),
        pen.situation.data.coverage_energy,
    )
    yield _share_sentence(
        Label("重点用能单位二氧化碳排放占全社会的比重", "Key users' share of the region's CO2"),
        pen.situation.data.coverage_carbon,
    )
    if not pen.is_public:
        yield _findings(pen)
        yield _hidden(pen)


def _reporting(pen: Pen) -> Label:
    """D1: `纳入监测的重点用能单位300家、计量点1200个，有数据上报的296家。`"""
    data = pen.situation.data
    return Label(
        f"纳入监测的重点用能单位{data.enterprises}家、计量点{data.points}个，"
        f"有数据上报的{data.reporting}家。",
        f"Monitored key users: {data.enterprises}, metering points: {data.points},"
        f" users reporting: {data.reporting}.",
    )


def _share_sentence(subject: Label, share: Fraction | None) -> Label:
    """D2: `数据完整率为98.2%。`, or that nobody knows it."""
    if share is None:
        return Label(f"{subject.zh}{MISSING.zh}。", f"{subject.en}: {MISSING.en}.")
    number = percent(share)
    return Label(f"{subject.zh}为{number}%。", f"{subject.en}: {number}%.")


def _findings(pen: Pen) -> Label:
    """D3: `未处理的数据质量问题7项：数据缺口4项、表计归零3项。`"""
    found = {kind: count for kind, count in pen.situation.data.findings.items() if count}
    whole = sum(found.values())
    if not whole:
        return Label("没有未处理的数据质量问题。", "No findings on the data are open.")
    named = [(known(FINDINGS, kind), found[kind]) for kind in sorted(found)]
    some = listed(tuple(Label(f"{word.zh}{n}项", f"{n} {word.en}") for word, n in named))
    return Label(
        f"未处理的数据质量问题{whole}项：{some.zh}。",
        f"Open findings on the data: {whole}, of which {some.en}.",
    )


def _hidden(pen: Pen) -> Label | None:
    count = pen.situation.hidden
    if not count:
        return None
    return Label(
        f"另有{count}家重点用能单位计入合计、不单独列示。",
        f"Further key users that are in the sums and not listed: {count}.",
    )


def over_budget(pen: Pen) -> tuple[int, ...]:
    """Positions of users that have used more than their budget, as printed, the worst first."""
    users = pen.situation.users
    found = [(share, n) for n, share in enumerate(printed_shares(users.used)) if share > ALL]
    return _worst_first(users, found)


def over_line(pen: Pen) -> tuple[int, ...]:
    """Positions of users within their budget that have used more than is due, the worst first."""
    users = pen.situation.users
    pairs = zip(printed_shares(users.used), printed_shares(users.due), strict=True)
    found = [(used - due, n) for n, (used, due) in enumerate(pairs) if 0 <= due < used <= ALL]
    return _worst_first(users, found)


def printed_shares(shares: tuple[Fraction | None, ...]) -> list[int]:
    """Shares as they are printed, in whole units of the last decimal; UNKNOWN without one."""
    return [UNKNOWN if one is None else percent(one).mantissa for one in shares]


def _worst_first(users: Users, found: list[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(n for _, n in sorted(found, key=lambda one: (-one[0], users.code[one[1]])))


def users_sentences(pen: Pen) -> Iterator[Label | None]:
    """D4: how many users have a budget, are over it, or use it too fast, and the worst names."""
    users = pen.situation.users
    budgeted = sum(1 for used in users.used if used is not None)
    if not budgeted:
        yield Label("重点用能单位预算执行暂无数据。", "There are no data on key users' budgets.")
        return
    over, fast = over_budget(pen), over_line(pen)
    yield Label(
        f"实行用能预算管理的重点用能单位{budgeted}家，其中超出全年预算{len(over)}家、"
        f"超出序时进度{len(fast)}家。",
        f"Key users with a budget: {budgeted}, of which over the year's budget: {len(over)},"
        f" over the line: {len(fast)}.",
    )
    yield _worst(pen, over[:MOST_NAMED])


def _worst(pen: Pen, found: tuple[int, ...]) -> Label | None:
    """D5: `预算使用率最高的是甲公司（123.4%）、乙公司（101.0%）。`"""
    users = pen.situation.users
    if not found:
        return None
    labels = []
    for n in found:
        share = percent(users.used[n] or Fraction(0))
        labels.append(Label(f"{users.name[n]}（{share}%）", f"{users.name[n]} ({share}%)"))
    some = listed(tuple(labels))
    return Label(
        f"预算使用率最高的是{some.zh}。", f"The largest shares of budgets are used by {some.en}."
    )


def _corrected(pen: Pen) -> Label | None:
    """D6: `上期简报发布后更正数据3项。`; nothing where there was no brief before."""
    count = pen.situation.data.corrections_count
    if pen.facts.before is None and not count:
        return None
    if not count:
        return Label(
            "上期简报发布后没有更正数据。", "No figure was corrected since the last brief."
        )
    return Label(
        f"上期简报发布后更正数据{count}项。", f"Figures corrected since the last brief: {count}."
    )


def _corrections_table(pen: Pen) -> tuple[Block, ...]:
    found = pen.situation.data.corrections
    rows = tuple(pen.cells(corrected_labels(pen, one)) for one in found)
    caption = Label("上期简报发布后的更正", "Corrections since the last brief")
    return pen.table("corrections", caption, CORRECTION_HEADS, rows, most=MOST_CORRECTIONS)


CORRECTION_HEADS = (
    Head(name="figure", label=Label("数据", "Figure"), share=6),
    Head(name="old", label=Label("更正前", "Before"), share=3),
    Head(name="new", label=Label("更正后", "After"), share=3),
    Head(name="cause", label=Label("原因", "Cause"), share=4),
    Head(name="at", label=Label("时间", "On"), share=3),
)


def correction_labels(one: Correction) -> tuple[Label, ...]:
    """A correction's cells; old and new as they are on record."""
    return (
        both(one.figure),
        MISSING if one.old is None else both(one.old),
        MISSING if one.new is None else both(one.new),
        both(one.cause) if one.cause else MISSING,
        day_name(one.at),
    )


def _unreconciled(pen: Pen) -> Iterator[Label]:
    """D7: `“分领域”各项之和与合计不一致：…。`"""
    for one in pen.situation.unreconciled:
        yield Label(f"“{one.label.zh}”不平衡：{one.what.zh}。", f"“{one.label.en}”: {one.what.en}.")


def _coverage_chart(pen: Pen) -> Iterator[Block]:
    found = [one for one in pen.situation.places if one.completeness is not None]
    # Bars that are all as long tell nothing that the sentence does not.
    if len({percent(one.completeness or Fraction(0)) for one in found}) < 2:
        return
    found.sort(key=lambda one: (-(one.completeness or 0), one.code))
    caption = Label("分地区数据完整率", "Completeness of the data by region")
    marks = tuple(_mark(one) for one in found[:MOST_BARS])
    yield Chart(
        name="coverage",
        kind=ChartKind.SHARES,
        caption=pen(caption),
        alt=f"{marks[0].label} {marks[0].text} … {marks[-1].label} {marks[-1].text}",
        unit="%",
        marks=marks,
    )


def _mark(place: Place) -> Mark:
    share = percent(place.completeness or Fraction(0))
    return Mark(
        code=place.code, label=place.name, value=float(share.value), text=f"{share}%", colour=None
    )
