"""What the templates show of budgets and warnings: rows in order, widths of bars, words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.console.entrypoints.figures import number, ratio
from services.console.entrypoints.places import Places, Region

LEVELS = ("red", "orange", "yellow", "notice")
_ORDER = {"none": 0, "notice": 1, "yellow": 2, "orange": 3, "red": 4}
_SCALE_PERCENT = 120.0
"""The right end of the bars: what is above it is cut off, its figure stands beside."""

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRow:
    """A budget and its state; widths are shares of the bar from 0 to 100."""

    code: str
    name: str
    subject: str
    subject_name: str
    unit: str
    total: str
    period: str
    zone: str
    quantity: str | None
    used_percent: str | None
    line_percent: str | None
    over_percent: str | None
    completeness: str | None
    watermark: str | None
    levels: Mapping[str, str]
    worst: str
    bar: float
    mark: float | None
    full: float = 100 / _SCALE_PERCENT * 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRow:
    """A line of the tree: a region or an enterprise, with its budgets."""

    depth: int
    subject: str
    name: str
    kind: str
    budgets: tuple[BudgetRow, ...]


def budget_row(item: Document, places: Places) -> BudgetRow:
    """A budget as the evaluator gives it."""
    state = item.get("state") or {}
    levels = {str(rule): str(level) for rule, level in (state.get("levels") or {}).items()}
    line_percent = ratio(state.get("line"), item.get("total"))
    return BudgetRow(
        code=item["code"],
        name=item.get("name") or item["code"],
        subject=item["subject"],
        subject_name=item.get("subject_name") or places.name(item["subject"]),
        unit=item["unit"],
        total=item["total"],
        period=str(item["period"]),
        zone=str(item["zone"]),
        quantity=state.get("quantity"),
        used_percent=state.get("used_percent"),
        line_percent=line_percent,
        over_percent=state.get("over_line_percent"),
        completeness=state.get("completeness"),
        watermark=state.get("watermark"),
        levels=levels,
        worst=max(levels.values(), key=rank, default="none"),
        bar=_width(state.get("used_percent")) or 0.0,
        mark=_width(line_percent),
    )


def rank(level: str) -> int:
    """Higher is worse."""
    return _ORDER.get(level, 0)


def tree(items: Iterable[Document], places: Places) -> tuple[TreeRow, ...]:
    """Budgets in the order of the regions' tree; regions without any in sight are left out."""
    by_subject: dict[str, list[BudgetRow]] = {}
    for item in items:
        by_subject.setdefault(item["subject"], []).append(budget_row(item, places))
    wanted = {
        region.code for subject in by_subject for region in places.path(places.region_of(subject))
    }
    rows = [
        row
        for depth, region in places.walk()
        if region.code in wanted
        for row in _rows_of(region, depth, by_subject, places)
    ]
    shown = {row.subject for row in rows}
    rows += [
        _row(0, subject, budgets) for subject, budgets in by_subject.items() if subject not in shown
    ]
    return tuple(rows)


def _rows_of(
    region: Region, depth: int, by_subject: Mapping[str, list[BudgetRow]], places: Places
) -> Iterable[TreeRow]:
    subject = f"region:{region.code}"
    yield TreeRow(
        depth=depth,
        subject=subject,
        name=region.name,
        kind="region",
        budgets=tuple(by_subject.get(subject, ())),
    )
    for enterprise in places.within(region.code):
        key = f"enterprise:{enterprise.code}"
        if key in by_subject:
            yield _row(depth + 1, key, by_subject[key])


def _row(depth: int, subject: str, budgets: Sequence[BudgetRow]) -> TreeRow:
    return TreeRow(
        depth=depth,
        subject=subject,
        name=budgets[0].subject_name,
        kind=subject.partition(":")[0],
        budgets=tuple(budgets),
    )


def _width(percent: str | None) -> float | None:
    value = number(percent)
    if value is None:
        return None
    return round(min(max(float(value), 0.0), _SCALE_PERCENT) / _SCALE_PERCENT * 100, 2)


def over_line(evidence: Document) -> tuple[str, str] | None:
    """Word and figure of the distance from the line, or None where there is no line."""
    value = number(evidence.get("over_line_percent"))
    if value is None:
        return None
    text = str(evidence["over_line_percent"]).removeprefix("-")
    return ("over_line" if value >= 0 else "under_line"), text


def shares(items: Iterable[Document]) -> list[Document]:
    """Book hours with the estimated part as a percentage, as text; what is unknown is left open."""
    return [
        {
            **hour,
            **(_OPEN if _unknown(hour) else {}),
            "estimated_percent": ratio(hour.get("estimated"), hour.get("quantity")),
        }
        for hour in items
    ]


_OPEN: Document = {"quantity": None, "estimated": None, "tce": None}


def _unknown(hour: Document) -> bool:
    """Whether nothing at all is known of the time: that is not the same as using nothing."""
    figures = (hour.get("quantity"), hour.get("completeness"))
    return all(figure is not None and not figure.strip("0.") for figure in figures)
