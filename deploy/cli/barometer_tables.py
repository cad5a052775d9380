"""The tables of `qingyu barometer`, made to fit the terminal however many targets there are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from rich.cells import cell_len
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from deploy.cli.figure import level

Document = Mapping[str, Any]

FOUR = ("energy-intensity", "energy-total", "carbon-intensity", "carbon-total")
_TRENDS = {
    "better": "[green]↑ better[/]",
    "worse": "[red]↓ worse[/]",
    "same": "[dim]= same[/]",
    "new": "[cyan]new[/]",
    "lost": "[yellow]lost[/]",
}
_RATED = "rated"
_ORDER = ("red", "orange", "yellow", "blue", "green", "exempt")
_COLOURS = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝", "green": "绿"}
_GAP = 2
_MOST_REASONS = 3
_LONGEST = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A measure of the children's table: its heading, a cell for each child, and counts."""

    heading: str
    cells: tuple[str, ...]
    counts: str

    @property
    def width(self) -> int:
        """The cells it takes on the terminal."""
        lines = [line for cell in (*self.cells, self.counts) for line in cell.split("\n")]
        widest = max(Text.from_markup(line).cell_len for line in lines)
        return max(widest, min(cell_len(self.heading), _LONGEST)) + _GAP


def own(measures: Sequence[Document], lang: str) -> Table | None:
    """A region's own targets that have a level, a line each; None without any."""
    rated = [one for one in measures if one["state"] == _RATED]
    if not rated:
        return None
    table = Table(box=None, header_style="bold", padding=(0, _GAP, 0, 0))
    table.add_column("target", overflow="fold")
    table.add_column("level", no_wrap=True)
    for heading in ("value", "required", "margin"):
        table.add_column(heading, justify="right", overflow="fold")
    table.add_column("change", no_wrap=True)
    for one in sorted(rated, key=_place):
        twice = sum(other["measure"] == one["measure"] for other in rated) > 1
        said = f" [dim]{escape(one['target_name'][lang])}[/]" if twice else ""
        table.add_row(
            escape(one["measure_label"][lang]) + said,
            f"{level(one, lang)} {_colour(one, lang)}",
            escape(_value(one)),
            escape(_required(one)),
            escape(one["margin"] or "-"),
            _TRENDS.get(one["change"], ""),
        )
    return table


def unrated(measures: Sequence[Document], lang: str, width: int, name: str = "") -> Iterator[str]:
    """Targets without a level, gathered by the reason; a paragraph for each."""
    groups: dict[str, list[str]] = {}
    for one in sorted(measures, key=_place):
        if one["state"] != _RATED:
            groups.setdefault(_reason(one, lang), []).append(one["measure_label"][lang])
    before = f"{name}: " if name else ""
    for reason, listed in sorted(groups.items(), key=lambda each: -len(each[1])):
        many = f" ({len(listed)})" if len(listed) > 1 else ""
        text = f"· {before}{_joined(listed, lang)}{many}: {reason}"
        yield "\n".join(f"[dim]{escape(line)}[/]" for line in _lines(text, width))


def children(
    rows: Sequence[Document], counts: Mapping[str, Document], lang: str, width: int
) -> Iterator[Table]:
    """All below with a target, and only measures that one of them has; several tables if need be.

    The last line of each counts the levels.
    """
    if not rows:
        return
    names = max(cell_len(str(row["name"])) for row in rows) + _GAP
    found = {one["measure"]: one for row in rows for one in row["measures"]}
    columns = [
        _column(one, rows, counts.get(one["measure"], {}), lang)
        for one in sorted(found.values(), key=_place)
    ]
    for listed in _packed(columns, width - names):
        table = Table(box=None, header_style="bold", padding=(0, _GAP, 0, 0), show_footer=True)
        table.add_column("", no_wrap=True)
        for column in listed:
            table.add_column(column.heading, column.counts, overflow="fold")
        for nr, row in enumerate(rows):
            table.add_row(escape(row["name"]), *(column.cells[nr] for column in listed))
        yield table


def _column(one: Document, rows: Sequence[Document], counts: Document, lang: str) -> _Column:
    measure = one["measure"]
    return _Column(
        heading=escape(one["measure_label"][lang]),
        cells=tuple(_cell(row["measures"], measure, lang) for row in rows),
        counts=_counts(counts),
    )


def _packed(columns: Iterable[_Column], width: int) -> Iterator[list[_Column]]:
    """As many columns in a table as fit; a column that never fits has one of its own."""
    listed: list[_Column] = []
    for column in columns:
        if listed and sum(one.width for one in listed) + column.width > width:
            yield listed
            listed = []
        listed.append(column)
    if listed:
        yield listed


def _cell(found: Sequence[Document], measure: str, lang: str) -> str:
    cells = [_one(one, lang) for one in found if one["measure"] == measure]
    return "\n".join(cells) or "[dim]-[/]"


def _one(one: Document, lang: str) -> str:
    progress = f" {one['progress']} %" if one["progress"] is not None else ""
    rank = f" [dim]#{one['rank']}[/]" if one["rank"] is not None else ""
    trend = _TRENDS.get(one["change"], "").replace(" better", "").replace(" worse", "")
    return f"{level(one, lang)}{progress}{rank} {trend.replace(' same', '')}".rstrip()


def _counts(counts: Document) -> str:
    order = sorted(counts, key=lambda colour: (*_ORDER, colour).index(colour))
    return ", ".join(f"{counts[colour]} {escape(colour)}" for colour in order)


def _place(one: Document) -> tuple[int, str, str]:
    measure = str(one["measure"])
    return (*FOUR, measure).index(measure), measure, str(one["target"])


def _colour(one: Document, lang: str) -> str:
    """The colour in words, for whoever sees or prints none."""
    colour = str(one["colour"])
    return escape(_COLOURS.get(colour, colour) if lang == "zh" else colour)


def _value(one: Document) -> str:
    shown = one["shown"]
    return f"{shown} {one['unit']}".strip() if shown is not None else "-"


def _required(one: Document) -> str:
    """How far it is and should be by now, in per cent of the whole; else what is asked for."""
    if one["required"] is not None and one["progress"] is not None:
        return f"{one['progress']} of {one['required']} %"
    return f"{one['goal']} {one['target_unit']}".strip() if one["goal"] is not None else "-"


def _reason(one: Document, lang: str) -> str:
    """Why it has no level; what is merely not stated itself is said alike of all."""
    label = one["measure_label"][lang]
    absent = {f"缺少{label}", f"{label} missing"}
    reasons = [reason[lang] for reason in one["reasons"]]
    if reasons and set(reasons) <= absent:
        return "尚未申报" if lang == "zh" else "not stated yet"
    return "; ".join(reasons[:_MOST_REASONS]) or str(one["label"][lang])


def _joined(listed: Sequence[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(dict.fromkeys(listed))


def _lines(text: str, width: int) -> list[str]:
    """Lines that fit; Chinese has no blanks to break at, and each of its characters takes two."""
    most = max(width, 20)
    if cell_len(text) == len(text):
        return wrap(text, most, subsequent_indent="  ")
    lines, line = [], ""
    for character in text:
        if cell_len(line + character) > most:
            lines.append(line)
            line = "  "
        line += character
    return [*lines, line]
