"""Targets as the pages show them: in the order of their tree, with shares of the whole."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from services.console.entrypoints.explaining import figure_link
from services.console.entrypoints.figures import DASH, grouped, number

Document = Mapping[str, Any]
Word = Callable[[str], str]

_ADDED = frozenset({"total", "increment", "at-most", "at-least"})
_FACTS = (
    *("holder_name", "measure", "plan", "source", "confidence", "rule", "reserve", "unmonitored"),
    *("incentive", "weight", "cut", "approver", "approved_on", "effective_from", "reason", "note"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """A target in a list; `of_parent`: per cent of the whole that it is a part of."""

    code: str
    name: str
    holder: str
    holder_name: str
    measure: str
    form: str
    value: str | None
    unit: str
    base_year: int | None
    years: str
    state: str
    binding: str
    elastic: bool
    depth: int
    of_parent: str | None

    @property
    def link(self) -> str:
        """The target's own page."""
        return f"/targets/{quote(self.code, safe='')}"


def rows_of(items: Sequence[Document]) -> list[TargetRow]:
    """The targets with each part below its whole, in the order of codes otherwise."""
    known = {str(item["code"]): item for item in items}
    below: dict[str, list[Document]] = {}
    for item in items:
        parent = str(item.get("parent") or "")
        below.setdefault(parent if parent in known else "", []).append(item)
    return [row_of(item, depth, known) for item, depth in _walked("", below, 0, set())]


def _walked(
    parent: str, below: Mapping[str, list[Document]], depth: int, seen: set[str]
) -> Iterator[tuple[Document, int]]:
    for item in below.get(parent, ()):
        code = str(item["code"])
        if code not in seen:
            seen.add(code)
            yield item, depth
            yield from _walked(code, below, depth + 1, seen)


def row_of(item: Document, depth: int, known: Mapping[str, Document]) -> TargetRow:
    """One target as the evaluator lists it."""
    first, last = item.get("first_year"), item.get("last_year")
    return TargetRow(
        code=str(item["code"]),
        name=str(item.get("name") or item["code"]),
        holder=str(item["holder"]),
        holder_name=str(item.get("holder_name") or item["holder"]),
        measure=str(item.get("measure") or ""),
        form=str(item.get("form") or ""),
        value=item.get("value"),
        unit=str(item.get("unit") or ""),
        base_year=item.get("base_year"),
        years=DASH if first is None else f"{first}–{last}",
        state=str(item.get("state") or ""),
        binding=str(item.get("binding") or ""),
        elastic=bool(item.get("elastic")),
        depth=depth,
        of_parent=_of_parent(item, known.get(str(item.get("parent") or ""))),
    )


def _of_parent(item: Document, parent: Document | None) -> str | None:
    if parent is None or item.get("form", "total") not in _ADDED:
        return None
    if parent.get("unit") != item.get("unit"):
        return None
    part, whole = number(item.get("value")), number(parent.get("value"))
    return _percent(part, whole)


def _percent(part: Decimal | None, whole: Decimal | None) -> str | None:
    if part is None or not whole:
        return None
    percent = (part * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{min(max(percent, Decimal(0)), Decimal(100)):f}"


def branches_of(nodes: Sequence[Document], form: str) -> list[TargetRow]:
    """A target's tree: the nodes as they come, each with its share of its whole."""
    known = {str(node["code"]): {**node, "form": form} for node in nodes}
    return [row_of(known[str(n["code"])], int(n["depth"]), known) for n in nodes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """How a whole stands to its parts in one cut; `adds_up` None: it cannot be said yet."""

    parent: str
    cut: str
    words: str
    adds_up: bool | None
    fault: str


def divisions_of(sums: Iterable[Document]) -> list[Division]:
    """parts + undivided = whole, with the numbers put in."""
    return [_division(one) for one in sums]


def _division(one: Document) -> Division:
    held, undivided, value = (grouped(one.get(n)) for n in ("held", "undivided", "value"))
    return Division(
        parent=str(one["parent"]),
        cut=str(one.get("cut") or ""),
        words=f"{held} + {undivided} / {value} {one.get('unit') or ''}".strip(),
        adds_up=one.get("adds_up"),
        fault=str(one.get("fault") or one.get("remark") or ""),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is due by the end of a quarter; `percent`: k/n as a share of the way, 0 to 100."""

    period: str
    progress: str
    percent: str
    required: str
    missing: str


def steps_of(path: Document) -> list[Step]:
    """The target's way, quarter by quarter."""
    return [
        Step(
            period=str(one["period"]),
            progress=str(one["progress"]),
            percent=_share(str(one["progress"])),
            required=f"{grouped(one.get('required'))} {one.get('unit') or ''}".strip(),
            missing=", ".join(map(str, one.get("missing") or ())),
        )
        for one in path.get("steps") or ()
    ]


def _share(text: str) -> str:
    try:
        share = min(max(Fraction(text), Fraction(0)), Fraction(1))
    except (ValueError, ZeroDivisionError):
        return "0"
    return f"{float(share) * 100:.1f}"


def facts_of(item: Document, word: Word) -> list[tuple[str, str]]:
    """Everything else about a target that is said, name and words."""
    found = [(name, word(str(item[name]))) for name in _FACTS if item.get(name) not in (None, "")]
    yearly: Document = item.get("yearly") or {}
    if yearly:
        found.append(("years", ", ".join(f"{year}: {value}" for year, value in yearly.items())))
    if item.get("exclusions"):
        found.append(("basis", ", ".join(word(str(one)) for one in item["exclusions"])))
    return found


def rating_figure(item: Document, today: date) -> str:
    """The figure that rates a target by the last quarter that has ended, within its years."""
    year, quarter = (today.year, (today.month - 1) // 3) if today.month > 3 else (today.year - 1, 4)
    first, last = int(item.get("first_year") or year), int(item.get("last_year") or year)
    if year > last:
        year, quarter = last, 4
    year = max(year, first)
    return f"{item['holder']}/target:{item['code']}/{year}{'' if quarter == 4 else f'Q{quarter}'}"


def rating_link(item: Document, today: date) -> str:
    """The page of that figure."""
    return figure_link(rating_figure(item, today), {})
