"""The barometer as a table of lights: a region and all below it, by measure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.console.entrypoints.explaining import link_of
from services.console.entrypoints.figures import number
from services.console.entrypoints.lights import change_of, text_of, word_of

Document = Mapping[str, Any]

FOUR = ("energy-intensity", "energy-total", "carbon-intensity", "carbon-total")
"""The measures in the order in which the plans name them."""
KINDS = ("regions", "enterprises", "tags")
_YEARS = 3
_NO_TARGET = "no-target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One target's light. `level`: the light's word, `no-target` where there is no target."""

    measure: str
    level: str
    text: str = ""
    shown: str | None = None
    unit: str = ""
    change: str = ""
    rank: int | None = None
    progress: str = ""
    required: str = ""
    margin: str = ""
    target: str = ""
    target_link: str = ""
    reasons: tuple[str, ...] = ()
    link: str = ""
    more: int = 0

    @property
    def bar(self) -> float:
        """The progress as the length of a bar, 0 to 100."""
        return _length(self.progress) or 0.0

    @property
    def mark(self) -> float | None:
        """Where the mark of what is required stands on it."""
        return _length(self.required)


def _length(percent: str) -> float | None:
    value = number(percent)
    return None if value is None else round(min(max(float(value), 0.0), 100.0), 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class BarometerRow:
    """A subject with a cell for each measure of the table."""

    subject: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A measure, its name if it is none of the four, and how many lights there are of each word."""

    measure: str
    name: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Barometer:
    """Everything that the page shows. own: the four measures; others: all else of the region."""

    region: str
    name: str
    period: str
    before: str
    as_of: str
    columns: tuple[Column, ...]
    own: BarometerRow
    others: tuple[Cell, ...]
    rows: tuple[BarometerRow, ...]


def barometer_of(found: Document, language: str) -> Barometer:
    """The table as the evaluator answers it, in one language."""
    listed: Sequence[Document] = found.get("items") or ()
    own: Document = found["own"]
    measures = _measures(listed)
    mine = _row(own, _measures([own]), language).cells
    counts: Mapping[str, Document] = found.get("counts") or {}
    return Barometer(
        region=str(found["region"]),
        name=str(found.get("region_name") or found["region"]),
        period=str(found["period"]),
        before=str(found.get("before") or ""),
        as_of=str(found.get("as_of") or ""),
        columns=tuple(
            Column(measure=m, name=_name(m, listed, language), counts=_counts(counts.get(m) or {}))
            for m in measures
        ),
        own=_row(own, [m for m in _measures([own]) if m in FOUR], language),
        others=tuple(cell for cell in mine if cell.measure not in FOUR),
        rows=tuple(_row(one, measures, language) for one in listed),
    )


def _measures(rows: Iterable[Document]) -> tuple[str, ...]:
    found = {str(one["measure"]) for row in rows for one in row.get("measures") or ()}
    return (*(m for m in FOUR if m in found), *sorted(found - set(FOUR)))


def _name(measure: str, rows: Iterable[Document], language: str) -> str:
    """What an indicator itself is called: targets of several subjects may name theirs apart."""
    if measure in FOUR:
        return ""
    found = (one for row in rows for one in row.get("measures") or () if one["measure"] == measure)
    first: Document = next(found, {})
    return text_of(first.get("measure_label"), language) or measure


def _counts(counts: Document) -> tuple[tuple[str, int], ...]:
    """In the order of severity; whatever is no colour counts by its own state."""
    found: dict[str, int] = {}
    for colour, count in counts.items():
        word = word_of({"colour": colour})
        found[word] = found.get(word, 0) + int(count)
    order = ("red", "orange", "yellow", "blue", "green", "exempt", "unrated")
    return tuple((word, found[word]) for word in order if found.get(word))


def _row(row: Document, measures: Sequence[str], language: str) -> BarometerRow:
    by_measure: dict[str, list[Document]] = {}
    for one in row.get("measures") or ():
        by_measure.setdefault(str(one["measure"]), []).append(one)
    return BarometerRow(
        subject=str(row["subject"]),
        name=str(row.get("name") or row["subject"]),
        cells=tuple(_cell(measure, by_measure.get(measure, []), language) for measure in measures),
    )


def _cell(measure: str, targets: Sequence[Document], language: str) -> Cell:
    """The worst of a measure's targets; the others are counted."""
    if not targets:
        return Cell(measure=measure, level=_NO_TARGET)
    worst = max(targets, key=lambda one: -1 if one.get("severity") is None else one["severity"])
    return Cell(
        measure=measure,
        level=word_of(worst),
        text=text_of(worst.get("label"), language),
        shown=worst.get("shown"),
        unit=str(worst.get("unit") or ""),
        change=change_of(worst.get("change")),
        rank=worst.get("rank"),
        progress=str(worst.get("progress") or ""),
        required=str(worst.get("required") or ""),
        margin=str(worst.get("margin") or ""),
        target=text_of(worst.get("target_name"), language) or str(worst.get("target") or ""),
        target_link=f"/targets/{worst['target']}" if worst.get("target") else "",
        reasons=tuple(text_of(reason, language) for reason in worst.get("reasons") or ()),
        link=link_of(str(worst.get("explain") or f"/v1/figures/{worst.get('figure', '')}")),
        more=len(targets) - 1,
    )


def periods_offered(today: date, asked: str) -> list[str]:
    """Cumulative quarters and years to choose from, the newest first; and what was asked for."""
    found = [
        f"{year}Q{quarter}" if quarter < 4 else str(year)
        for year in range(today.year, today.year - _YEARS, -1)
        for quarter in (4, 3, 2, 1)
        if (year, quarter) <= (today.year, (today.month - 1) // 3 + 1)
    ]
    return found if asked in found else [asked, *found]


def last_period(today: date) -> str:
    """The last cumulative quarter that has ended."""
    quarter = (today.month - 1) // 3
    return f"{today.year}Q{quarter}" if quarter else str(today.year - 1)
