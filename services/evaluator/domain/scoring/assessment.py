"""A score sheet filled in: points by item, vetoes, the result, and the order of the assessed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    LeafKind,
    absent,
    constant,
    greatest,
    least,
    over,
    times,
    total,
)
from services.evaluator.domain.limits.ranking import Rank, ranking
from services.evaluator.domain.records.score import Mark, Score
from services.evaluator.domain.records.sheet import (
    Band,
    ItemKind,
    Scoring,
    Sheet,
    SheetItem,
)
from services.evaluator.domain.statistics.growth import HUNDRED
from services.evaluator.domain.statistics.leaves import read, record_source

NOUGHT = constant(Label("零", "nought"), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """Points of one item. vetoed: the item fails the whole sheet. lacking: what is still needed."""

    item: str
    name: Label
    points: Figure
    most: Decimal
    completion: Figure | None
    vetoed: bool
    evidence: tuple[str, ...]
    by: str
    lacking: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The sheet of one holder. total: points; out_of: the most there are; percent: of them.

    result: 超额完成/完成/基本完成/未完成, None while items are lacking and no veto decides.
    provisional: the result if everything lacking got nothing.
    """

    sheet: str
    sheet_version: str
    holder: str
    period: str
    items: tuple[ItemResult, ...]
    total: Figure
    out_of: Decimal
    percent: Figure
    result: Label | None
    provisional: Label
    vetoes: tuple[Label, ...]
    lacking: tuple[Label, ...]


def assess(
    sheet: Sheet, score: Score, completions: Mapping[str, Figure], commit: int | None = None
) -> Assessment:
    """Fills in the sheet. completions: item -> completion of its target in per cent.

    A completion that is not among them may be stated in the item's mark; points that a person
    gives to a target item are taken as they are. commit: as of which sheet and score were read.
    """
    marks = {mark.item: (place, mark) for place, mark in enumerate(score.marks)}
    items = tuple(
        _item(one, sheet, score, marks.get(one.code), completions.get(one.code), commit)
        for one in sheet.items
    )
    known = [item.points for item in items if item.points.value is not None]
    added = total(Label("总得分", "points"), "", known or [NOUGHT])
    out_of = sum((one.points for one in sheet.items), Decimal(0))
    most = constant(Label("满分", "most points"), Fraction(out_of))
    percent = times(added.label, "%", over(added.label, "", added, most), HUNDRED)
    vetoes = tuple(_veto(item) for item in items if item.vetoed)
    lacking = tuple(reason for item in items for reason in item.lacking)
    found = band(sheet, percent.known, vetoed=bool(vetoes))
    return Assessment(
        sheet=sheet.code,
        sheet_version=sheet.version,
        holder=score.holder,
        period=score.period,
        items=items,
        total=added,
        out_of=out_of,
        percent=percent,
        result=None if lacking and not vetoes else found,
        provisional=found,
        vetoes=vetoes,
        lacking=lacking,
    )


def band(sheet: Sheet, percent: Fraction, *, vetoed: bool) -> Label:
    """The result for so many per cent of all points; a veto leads to the last one."""
    ordered = sorted(sheet.bands, key=lambda one: one.at_least, reverse=True)
    fitting = [one for one in ordered if percent >= Fraction(one.at_least)]
    chosen: Band = ordered[-1] if vetoed or not fitting else fitting[0]
    return Label(chosen.name, chosen.name_en)


def ranked(assessments: Iterable[Assessment]) -> tuple[Rank, ...]:
    """Holders by points, the most first; the same points have the same place."""
    return ranking({one.holder: one.percent for one in assessments}, lower_is_better=False)


def _veto(item: ItemResult) -> Label:
    return Label(f"{item.name.zh}未完成（一票否决）", f"{item.name.en} is missed, a veto")


def _item(
    item: SheetItem,
    sheet: Sheet,
    score: Score,
    marked: tuple[int, Mark] | None,
    completion: Figure | None,
    commit: int | None,
) -> ItemResult:
    place, mark = marked or (0, Mark(item=item.code))
    done = completion or _stated(score, place, mark, commit)
    points = _points(item, sheet, score, (place, mark), done, commit)
    return ItemResult(
        item=item.code,
        name=Label(item.name, item.name_en),
        points=points,
        most=item.points,
        completion=done,
        vetoed=item.veto and _missed(points, done),
        evidence=mark.evidence,
        by=mark.by,
        lacking=_lacking(item, mark, points),
    )


def _missed(points: Figure, done: Figure | None) -> bool:
    if done is not None and done.value is not None:
        return done.value < 100
    return points.value is not None and points.value <= 0


def _lacking(item: SheetItem, mark: Mark, points: Figure) -> tuple[Label, ...]:
    name = Label(item.name, item.name_en)
    lacking = [Label(f"{name.zh}: {one.zh}", f"{name.en}: {one.en}") for one in points.missing]
    if item.kind is ItemKind.MEASURE and item.evidence and mark.points and not mark.evidence:
        lacking.append(Label(f"{name.zh}：缺少佐证材料", f"{name.en}: evidence missing"))
    return tuple(lacking)


def _stated(score: Score, place: int, mark: Mark, commit: int | None) -> Figure | None:
    if mark.completion is None:
        return None
    pointer = f"/marks/{place}/completion"
    source = record_source(LeafKind.STATEMENT, "scores", score.key, commit, pointer)
    return read(Label("完成率", "completion"), mark.completion, "%", source)


def _points(
    item: SheetItem,
    sheet: Sheet,
    score: Score,
    marked: tuple[int, Mark],
    done: Figure | None,
    commit: int | None,
) -> Figure:
    place, mark = marked
    label = Label(f"{item.name}得分", f"points for {item.name_en}")
    number = sheet.items.index(item)
    source = record_source(LeafKind.RULE, "sheets", sheet.key, commit, f"/items/{number}/points")
    most = read(Label(f"{item.name}满分", f"most for {item.name_en}"), item.points, "", source)
    if mark.points is not None:
        pointer = f"/marks/{place}/points"
        given = record_source(LeafKind.STATEMENT, "scores", score.key, commit, pointer)
        return least(label, "", read(label, mark.points, "", given), most)
    if item.kind is ItemKind.MEASURE:
        return absent(label, "", Label("尚未评分", "not scored yet"))
    if done is None:
        return absent(label, "", Label("缺少完成情况", "completion missing"))
    return times(label, "", most, _part(item, done))


def _part(item: SheetItem, done: Figure) -> Figure:
    """The part of the points that a completion in per cent earns."""
    label = Label("得分比例", "part of the points")
    if done.value is None:
        return absent(label, "", *done.missing)
    if item.scoring is Scoring.PROPORTIONAL:
        held = least(label, "%", greatest(label, "%", done, NOUGHT), HUNDRED)
        return over(label, "", held, HUNDRED)
    steps = item.steps if item.scoring is Scoring.STEPS else ()
    shares = [one.share for one in steps if done.value >= Fraction(one.completion)]
    whole = Fraction(100 if done.value >= 100 else 0)
    share = Fraction(max(shares, default=Decimal(0))) if item.scoring is Scoring.STEPS else whole
    text = f"completion {done.value}" if done.value.denominator == 1 else "by completion"
    return over(label, "", constant(label, share, "%", text), HUNDRED)
