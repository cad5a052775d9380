"""What a warning rests on as one sheet: the figures that matter, then lines, tables and links."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.console.entrypoints.evidence import page_of
from services.console.entrypoints.figures import grouped, local, number
from services.console.entrypoints.lights import COLOURS, text_of
from services.console.entrypoints.words import CHINESE, known, translate

Document = Mapping[str, Any]

_LONGEST = 400
_MOST_ROWS = 100
_DEEPEST = 4
_LEVELS = ("none", "notice", "yellow", "orange", "red")
_NOTHING: tuple[Any, ...] = (None, "", [], {}, ())
_INSTANTS = frozenset({"newest_reading", "since", "starts_at", "ends_at", "updated_at", "at"})
_ADDRESSES = frozenset({"figure", "explain", "href"})
_NO_AMOUNTS = frozenset(
    {"period", "year", "last_year", "code", "version", "policy", "clause", "instance", "part"}
)
_WORDS = frozenset(
    {"state", "scope", "check", "side", "form", "binding", "standing", "measure", "colour"}
    | {"kind", "limited_by", "level", "light"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value: its text, a remark, the console's page about it, and its colour if it has one."""

    text: str
    note: str = ""
    link: str = ""
    level: str = ""
    light: str = ""
    is_bad: bool = False
    is_outside: bool = False
    """Whether the link leads to somebody else's page."""
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A value with its name; `rows` are what it consists of where it is no single one."""

    name: str
    cell: Cell
    rows: tuple["Row", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Things of one sort: a title, headings, and a line of cells each; `more` are left out."""

    title: str
    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: int = 0


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A sheet while it is being filled; what nobody took of the facts follows at the end."""

    facts: Document
    warning: Document
    language: str
    zone: str
    now: datetime
    named: Callable[[str], str] = str
    figures: list[Row] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def word(self, key: str) -> str:
        """The name of a fact."""
        return name_of(key, self.language)

    def said(self, key: str, value: Any) -> str:
        """The word for one of a fact's few values; the value itself where there is none."""
        return said_of(key, value, self.language)

    def take(self, name: str) -> Any:
        """A fact that is shown in a way of its own."""
        self._taken.add(name)
        return self.facts.get(name)

    def document(self, name: str) -> Document:
        """A fact with parts; nothing where it is missing or something else."""
        value = self.take(name)
        return value if isinstance(value, Mapping) else {}

    def documents(self, name: str) -> list[Document]:
        """A fact that is a list of things with parts."""
        value = self.take(name)
        listed = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
        return [one for one in listed if isinstance(one, Mapping)]

    def figure(self, name: str, text: str, **more: Any) -> None:
        """One of the figures on top; nothing for no text."""
        if text:
            self.figures.append(Row(name=self.word(name), cell=Cell(text=text, **more)))

    def row(self, name: str, text: str, **more: Any) -> None:
        """A line; nothing for no text."""
        if text:
            self.rows.append(Row(name=self.word(name), cell=Cell(text=text, **more)))

    def table(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """A table; nothing without rows. Columns of numbers are known by their cells."""
        if rows:
            numeric = [all(row[place].is_number for row in rows) for place in range(len(heads))]
            self.tables.append(
                Table(
                    title=self.word(title) if title else "",
                    heads=tuple(
                        Cell(text=self.word(head), is_number=is_number)
                        for head, is_number in zip(heads, numeric, strict=True)
                    ),
                    rows=tuple(tuple(row) for row in rows[:_MOST_ROWS]),
                    more=max(0, len(rows) - _MOST_ROWS),
                )
            )

    def rest(self) -> None:
        """Everything that has not been taken, under the names it came with."""
        for name, value in self.facts.items():
            if name not in self._taken and value not in _NOTHING:
                self._any(str(name), value)

    def _any(self, name: str, value: Any) -> None:
        things = _things(value)
        if things:
            heads = list(dict.fromkeys(str(key) for one in things for key in one))
            rows = [[self._cell(head, one.get(head)) for head in heads] for one in things]
            self.table(name, heads, rows)
        else:
            self.rows.append(row_of(name, value, self.language, self.zone))

    def _cell(self, name: str, value: Any) -> Cell:
        return cell_of(name, value, self.language, self.zone)


def name_of(key: str, language: str) -> str:
    """The word for a fact's name; the name itself where there is none."""
    return translate(language, f"fact_{key}" if known(f"fact_{key}") else key)


def said_of(key: str, value: Any, language: str) -> str:
    """The word for one of a fact's few values; the value itself where there is none."""
    text = str(value)
    special = f"said_{key}_{text}"
    return translate(language, special if known(special) else text)


def amount(value: Any, unit: Any = "", language: str = CHINESE) -> str:
    """A number with its unit as people write it; empty for nothing."""
    if value in _NOTHING:
        return ""
    text = grouped(str(value)) if number(str(value)) is not None else str(value)
    return f"{text} {unit_of(unit, language)}".strip()


def unit_of(unit: Any, language: str) -> str:
    """The unit in words where it has some."""
    text = str(unit or "")
    return translate(language, f"unit_{text}") if known(f"unit_{text}") else text


def row_of(name: str, value: Any, language: str, zone: str, depth: int = 0) -> Row:
    """Any value under its name, with its parts if it has some."""
    label = name_of(name, language)
    if isinstance(value, Mapping) and not _is_label(value) and depth < _DEEPEST:
        parts = tuple(
            row_of(str(key), one, language, zone, depth + 1)
            for key, one in value.items()
            if one not in _NOTHING
        )
        return Row(name=label, cell=Cell(text=""), rows=parts)
    return Row(name=label, cell=cell_of(name, value, language, zone))


def cell_of(name: str, value: Any, language: str, zone: str) -> Cell:
    """Any value on one line."""
    if name in _ADDRESSES and page_of(str(value)):
        return Cell(text=translate(language, "opens"), link=page_of(str(value)))
    if name == "level" and value in _LEVELS:
        return Cell(text=translate(language, str(value)), level=str(value))
    if name in ("colour", "light") and value in COLOURS:
        return Cell(text=translate(language, f"light_{value}"), light=str(value))
    if isinstance(value, (int, str)) and not isinstance(value, bool):
        is_number = name not in _NO_AMOUNTS and number(str(value)) is not None
        return Cell(text=_line(name, value, language, zone), is_number=is_number)
    return Cell(text=_line(name, value, language, zone), is_number=value is None)


def _line(name: str, value: Any, language: str, zone: str) -> str:
    """The text of a value of any shape."""
    if value in _NOTHING:
        return "–"
    if isinstance(value, bool):
        return translate(language, "yes" if value else "no")
    if isinstance(value, Mapping):
        text = _parts(value, language, zone)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        text = joined((_line(name, one, language, zone) for one in value), language)
    elif name in _INSTANTS:
        text = local(str(value), zone)
    elif name in _WORDS:
        text = said_of(name, value, language)
    else:
        text = str(value) if name in _NO_AMOUNTS else amount(value, "", language)
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text


def _parts(value: Document, language: str, zone: str) -> str:
    if _is_label(value):
        return text_of(value, language)
    parts = (
        f"{name_of(str(key), language)} {_line(str(key), one, language, zone)}"
        for key, one in value.items()
        if one not in _NOTHING
    )
    return "；".join(parts) if language == CHINESE else "; ".join(parts)


def joined(texts: Any, language: str) -> str:
    """A list in one line."""
    return ("、" if language == CHINESE else ", ").join(str(one) for one in texts)


def _is_label(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and value.keys() <= {"zh", "en"}


def _things(value: Any) -> list[Document]:
    """The items of a list that is a table; none where it is something else."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    things = [one for one in value if isinstance(one, Mapping) and not _is_label(one)]
    return things if len(things) == len(value) else []
