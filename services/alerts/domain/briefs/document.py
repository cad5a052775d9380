"""A finished brief in one language, as plain parts: every form (DOCX, PDF …) shows just these.

All numbers are printed here once; whoever draws a form adds and rounds nothing.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Language(StrEnum):
    """What a brief is written in."""

    ZH = "zh"
    EN = "en"


class Edition(StrEnum):
    """Who a brief is for."""

    OFFICE = "office"
    PUBLIC = "public"
    """公开版: what may be let out; enterprises only where they are marked public."""


class Colour(StrEnum):
    """Colours that mean something. GREY: not rated, or no data."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    GREY = "grey"


class Kind(StrEnum):
    """What a paragraph is. REMARK: written by a person; NOTE: small print."""

    BODY = "body"
    NOTE = "note"
    REMARK = "remark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """level 1 is 一、(黑体), 2 is (一)(楷体), 3 is 1.; the number is in the text.

    name: the same in all languages, for addresses and comparison.
    """

    level: int
    text: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Sentences. name: which paragraph it is, the same in all languages and periods."""

    text: str
    name: str
    kind: Kind = Kind.BODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table. share: of the table's width, in relation to the others."""

    name: str
    label: str
    is_number: bool = False
    share: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell as it is printed; colour: of a level, None for plain cells."""

    text: str
    colour: Colour | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; its head is repeated on every page. notes: small print below it.

    whole_rows: how many rows there would be in all; the XLSX annex then has the rest.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    whole_rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place on a map or a bar of a chart: value is None without data; text: as printed."""

    code: str
    label: str
    value: float | None
    text: str
    colour: Colour | None = None


class ChartKind(StrEnum):
    """How marks are drawn."""

    MAP = "map"
    """红黄绿地图: the regions below in the colours of their levels."""
    BARS = "bars"
    """Ranking, the best first; colours are those of levels."""
    PULL = "pull"
    """拉动: bars to both sides of nought, in percentage points."""
    SHARES = "shares"
    """Bars of 0 to 100 per cent, such as the coverage of data."""
    BURN = "burn"
    """Running sum against the budget's line, with a fan of what may come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burn:
    """Running sums at the ends of days (ISO dates), in the chart's unit; None where none is."""

    days: tuple[str, ...]
    actual: tuple[float | None, ...]
    low: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    high: tuple[float | None, ...]
    line: tuple[float | None, ...]
    limit: float | None
    words: tuple[str, str, str, str, str]
    """What actual, expected, the fan, line and limit are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture. alt: what it shows, in words. region: whose map. Floats are for drawing only.

    legend: colour and what it means, in the order in which they are shown.
    """

    name: str
    kind: ChartKind
    caption: str
    alt: str
    unit: str = ""
    region: str = ""
    marks: tuple[Mark, ...] = ()
    burn: Burn | None = None
    legend: tuple[tuple[Colour, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """An annex begins (附表): on a new page, with its title."""

    text: str
    name: str


Block: TypeAlias = Heading | Paragraph | Table | Chart | Annex


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet of the XLSX annex; cells are numbers (decimal strings) where the column says so."""

    name: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A brief to be shown. number: 编号, empty for a draft. issuer, date: below the text.

    banner: words that stand above everything else (草稿, 初步数据，不作评级). copies: 抄送.
    digest: of the facts it was made of, in the small print of every form.
    """

    language: Language
    edition: Edition
    title: str
    subtitle: str
    number: str
    banner: tuple[str, ...]
    issuer: str
    date: str
    copies: str
    blocks: tuple[Block, ...]
    sheets: tuple[Sheet, ...]
    digest: str
