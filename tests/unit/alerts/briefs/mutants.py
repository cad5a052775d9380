"""Documents with one thing wrong: a digit, a word, a name, a cell, a colour, a sentence."""

import re
from collections.abc import Iterator
from dataclasses import replace

from services.alerts.domain.briefs.document import (
    Block,
    Chart,
    Colour,
    Document,
    Kind,
    Language,
    Paragraph,
    Table,
)

Mutant = tuple[str, Document]
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_STOPS = {Language.ZH: re.compile(r"(?<=。)"), Language.EN: re.compile(r"(?<=\.) (?=[A-Z“])")}
WORDS = (
    ("增长", "下降"), ("下降", "增长"), ("上升", "下降"), ("扩大", "收窄"), ("收窄", "扩大"),
    ("小幅", "大幅"), ("明显", "大幅"), ("大幅", ""), ("持平", "增长1.0%"), ("增幅", "降幅"),
    ("降幅", "增幅"), ("由升转降", "由降转升"), ("回落", "回升"), ("高于", "低于"),
    ("低于", "高于"), ("超出", "低于"), ("提高", "下降"), ("改善", "恶化"), ("恶化", "改善"),
    ("红色", "橙色"),
    ("黄色", "绿色"), ("限批", "缓批"), ("全社会", "重点用能单位"), ("碳", "能"), ("能源", "电力"),
    ("居前", "居后"), ("最多", "最少"), ("不超过", "至少"), ("至少", "至多"), ("三季度", "二季度"),
    ("万吨", "吨"), ("已", "未"), ("盟市", "市州"), ("第三", "第二"),
    ("up", "down"), ("down", "up"), ("rise", "fall"), ("fall", "rise"), ("widened", "narrowed"),
    ("narrowed", "widened"), ("slightly", "sharply"), ("markedly", "sharply"), ("higher", "lower"),
    ("lower", "higher"), ("above", "below"), ("below", "above"), ("adding", "taking"),
    ("better", "worse"), ("worse", "better"), ("red", "orange"), ("yellow", "green"),
    ("largest", "smallest"), ("added to", "taken off"), ("less", "more"), ("more", "less"),
    ("whole region", "monitored key users"), ("energy", "carbon"), ("CO2", "energy"),
    ("ten-thousand ", ""), ("restricted", "slowed"), ("unchanged", "up by 1.0%"),
    ("third", "second"), ("September", "June"), ("most", "least"),
)  # fmt: skip


def bodies(document: Document) -> Iterator[tuple[int, Paragraph]]:
    """Paragraphs that the rules wrote, with their places."""
    for at, block in enumerate(document.blocks):
        if isinstance(block, Paragraph) and block.kind is Kind.BODY:
            yield at, block


def put(document: Document, at: int, block: Block) -> Document:
    """The document with another block in the place."""
    return replace(document, blocks=(*document.blocks[:at], block, *document.blocks[at + 1 :]))


def other(number: str) -> str:
    """The number with its last digit changed."""
    return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


def said(document: Document, at: int, block: Paragraph, text: str) -> Mutant:
    """The document with another text in a paragraph, if it is another."""
    return f"{block.name}: {text}", put(document, at, replace(block, text=text))


def numbers(document: Document) -> Iterator[Mutant]:
    """Each number of each sentence, changed."""
    for at, block in bodies(document):
        for found in _DIGITS.finditer(block.text):
            start, end = found.span()
            yield said(document, at, block, block.text[:start] + other(found[0]) + block.text[end:])


def words(document: Document) -> Iterator[Mutant]:
    """Each word of direction, size, colour or scope, changed wherever it stands."""
    for at, block in bodies(document):
        for one, instead in WORDS:
            for found in re.finditer(re.escape(one), block.text):
                start, end = found.span()
                yield said(document, at, block, block.text[:start] + instead + block.text[end:])


def sentences(document: Document) -> Iterator[Mutant]:
    """Each sentence dropped, each said twice, and each paragraph dropped."""
    gap = "" if document.language is Language.ZH else " "
    for at, block in bodies(document):
        parts = [part for part in _STOPS[document.language].split(block.text) if part]
        for nth, part in enumerate(parts):
            rest = gap.join((*parts[:nth], *parts[nth + 1 :]))
            if rest:
                yield said(document, at, block, rest)
            yield said(document, at, block, gap.join((*parts[: nth + 1], part, *parts[nth + 1 :])))
        dropped = (*document.blocks[:at], *document.blocks[at + 1 :])
        yield f"without {block.name}", replace(document, blocks=dropped)


def names(document: Document, found: tuple[str, ...]) -> Iterator[Mutant]:
    """Each name of the list in each sentence, replaced by the next of them."""
    after = dict(zip(found, (*found[1:], found[0]), strict=True))
    for at, block in bodies(document):
        for name, instead in after.items():
            if name in block.text:
                yield said(document, at, block, block.text.replace(name, instead, 1))


def characters(document: Document) -> Iterator[Mutant]:
    """Every character of every sentence left out."""
    for at, block in bodies(document):
        for nth in range(len(block.text)):
            yield said(document, at, block, block.text[:nth] + block.text[nth + 1 :])


def cells(document: Document) -> Iterator[Mutant]:
    """Each cell changed (of the first row and the last)."""
    for at, table, rows in _tables(document):
        for nth in rows:
            row = table.rows[nth]
            for place, cell in enumerate(row):
                text = other(cell.text) if cell.text[-1].isdigit() else f"{cell.text}x"
                changed = (*row[:place], replace(cell, text=text), *row[place + 1 :])
                yield _rowed(document, at, table, nth, changed)


def colours(document: Document) -> Iterator[Mutant]:
    """Each colour of a cell of a last row changed, or put where there is none."""
    for at, table, rows in _tables(document):
        for nth in rows[-1:]:
            row = table.rows[nth]
            for place, cell in enumerate(row):
                instead = Colour.GREEN if cell.colour is not Colour.GREEN else Colour.RED
                changed = (*row[:place], replace(cell, colour=instead), *row[place + 1 :])
                yield _rowed(document, at, table, nth, changed)


def rows(document: Document) -> Iterator[Mutant]:
    """Two rows that differ change places; a row is dropped; the whole number of rows is wrong."""
    for at, table, _ in _tables(document):
        if len(table.rows) > 1 and table.rows[0] != table.rows[-1]:
            swapped = (table.rows[-1], *table.rows[1:-1], table.rows[0])
            yield f"{table.name} swapped", put(document, at, replace(table, rows=swapped))
        yield f"{table.name} cut", put(document, at, replace(table, rows=table.rows[:-1]))
        yield f"{table.name} whole", put(document, at, replace(table, whole_rows=7))
        yield f"{table.name} notes", put(document, at, replace(table, notes=("x",)))
        yield f"{table.name} caption", put(document, at, replace(table, caption=table.caption[1:]))
        first, *others = table.columns
        columns = (replace(first, label=f"{first.label}x"), *others)
        yield f"{table.name} columns", put(document, at, replace(table, columns=columns))


def marks(document: Document) -> Iterator[Mutant]:
    """A mark of each chart with another text, value or colour, and other words for all of it."""
    for at, block in enumerate(document.blocks):
        if not isinstance(block, Chart):
            continue
        yield f"{block.name} alt", put(document, at, replace(block, alt=f"{block.alt}9"))
        yield (
            f"{block.name} caption",
            put(document, at, replace(block, caption=f"{block.caption}9")),
        )
        if block.burn is not None:
            burn = replace(block.burn, limit=1.0)
            yield f"{block.name} limit", put(document, at, replace(block, burn=burn))
        for mark in block.marks[:2]:
            instead = Colour.GREEN if mark.colour is not Colour.GREEN else Colour.RED
            for changed in (
                replace(mark, text="9.9%"), replace(mark, colour=instead),
                replace(mark, value=0.123), replace(mark, label="甲"),
            ):  # fmt: skip
                all_marks = tuple(changed if one is mark else one for one in block.marks)
                yield f"{block.name} {changed}", put(document, at, replace(block, marks=all_marks))


def _tables(document: Document) -> Iterator[tuple[int, Table, list[int]]]:
    for at, block in enumerate(document.blocks):
        if isinstance(block, Table):
            many = len(block.rows)
            yield at, block, sorted({0, many - 1})


def _rowed(document: Document, at: int, table: Table, nth: int, row: tuple[object, ...]) -> Mutant:
    changed = (*table.rows[:nth], row, *table.rows[nth + 1 :])
    block = replace(table, rows=changed)  # type: ignore[arg-type]
    return f"{table.name}[{nth + 1}]: {row}", put(document, at, block)
