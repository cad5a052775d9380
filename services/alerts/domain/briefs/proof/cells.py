"""What tables are made of, as the proof expects them: columns, cells and notes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.alerts.domain.briefs.document import Cell, Colour
from services.alerts.domain.briefs.facts import Amount, Label, Moved
from services.alerts.domain.briefs.proof import vocabulary as words
from services.alerts.domain.briefs.proof.numerals import percent, target_percent
from services.alerts.domain.briefs.proof.view import View, number

Row = tuple[Cell, ...]
DASH = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A table: columns by name and title; summed: columns whose parts make up the first row."""

    name: str
    caption: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    whole: int | None = None
    summed: tuple[str, ...] = ()


def heads(view: View, table: str) -> tuple[tuple[str, str], ...]:
    """Lines of `name = Chinese = English` as columns."""
    found = []
    for line in table.strip().splitlines():
        name, zh, en = (part.strip() for part in line.split(" = "))
        found.append((name, zh if view.zh else en))
    return tuple(found)


MOVED = """
now = 本期 = This period
earlier = 上年同期 = Year earlier
change = 同比（%） = Change (%)
change_before = 上期同比（%） = Change before (%)
trend = 较上期（百分点） = Trend (pp)
"""


def table(
    view: View,
    name: str,
    caption: Label,
    columns: tuple[tuple[str, str], ...],
    rows: Sequence[Row],
    *,
    most: int | None = None,
    whole: int | None = None,
    notes: Iterable[Label] = (),
) -> Iterator[Expected]:
    """The table, cut after so many rows, without columns that say nothing; none without rows."""
    if not rows:
        return
    blank = (nothing(view), DASH)
    kept = [
        n for n in range(len(columns)) if not n or any(row[n].text not in blank for row in rows)
    ]
    columns = tuple(columns[n] for n in kept)
    rows = [tuple(row[n] for n in kept) for row in rows]
    count = whole or len(rows)
    cut = most is not None and count > most
    said = [view.say(one) for one in notes]
    if cut:
        zh = f"本表列示{most}行，全部{count}行见电子表格附件。"
        en = f"This table shows {most} rows; all {count} rows are in the spreadsheet annex."
        said.append(zh if view.zh else en)
    yield Expected(
        name=name,
        caption=view.say(caption),
        columns=columns,
        rows=tuple(rows[:most]),
        notes=tuple(said),
        whole=count if cut else None,
    )


def plain(texts: Iterable[str]) -> Row:
    """Cells without a colour."""
    return tuple(Cell(text=text) for text in texts)


def nothing(view: View) -> str:
    """That there are no data."""
    return view.say(words.NOTHING)


def share(view: View, value: Fraction | None) -> str:
    """Per cent, or that there are no data."""
    return nothing(view) if value is None else percent(value)


def duty(view: View, value: Fraction | None) -> str:
    """Per cent of a target, or that there are no data."""
    return nothing(view) if value is None else target_percent(value)


def sum_of(view: View, one: Amount) -> str:
    """An amount, or that there are no data."""
    return nothing(view) if one.value is None else number(one.value, one.unit)


def moved_texts(view: View, one: Moved) -> tuple[str, ...]:
    """The texts under MOVED."""
    return (
        sum_of(view, one.now),
        sum_of(view, one.earlier),
        share(view, one.change),
        share(view, one.change_before),
        share(view, one.trend),
    )


def shade(name: str) -> Colour:
    """The colour of a level; grey for all others."""
    known = {"red": Colour.RED, "orange": Colour.ORANGE, "yellow": Colour.YELLOW,
             "green": Colour.GREEN}  # fmt: skip
    return known.get(name, Colour.GREY)


def head_unit(view: View, unit: str) -> str:
    """A unit as it stands over a table."""
    return view.word(words.HEADED, unit)
