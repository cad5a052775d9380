"""A document as its PDF's template reads it: parts, lines and cells as JSON, pictures by number."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from services.alerts.adapters.briefs.balance import balanced
from services.alerts.adapters.briefs.glyphs import printer
from services.alerts.adapters.briefs.shades import SHADES
from services.alerts.adapters.briefs.stamp import stamp
from services.alerts.adapters.briefs.words import digest_line, lines, notes
from services.alerts.domain.briefs.document import (
    Annex,
    Block,
    Cell,
    Chart,
    Document,
    Heading,
    Language,
    Paragraph,
    Table,
)

Words = Callable[[str], str]
Part = Sequence[Block]

TITLE_ROOM = 19.5
"""How many Chinese characters of the title's 22 points stand in a line of 156 mm."""
_LONG = re.compile(r"[!-~]{20,}")


def inputs(
    document: Document, pictures: Mapping[str, str], known: frozenset[str]
) -> dict[str, str]:
    """What the template is given: `brief` as JSON, and the pictures as `picture:NAME`."""
    words = _words(printer(known))
    brief = msgspec.json.encode(_brief(document, words)).decode()
    return {"brief": brief} | {f"picture:{name}": svg for name, svg in pictures.items()}


def parts(document: Document) -> tuple[Part, ...]:
    """The text, then the annexes; each annex begins with its own block."""
    made: list[list[Block]] = [[]]
    for block in document.blocks:
        if isinstance(block, Annex):
            made.append([])
        made[-1].append(block)
    return tuple(map(tuple, made))


def charts(part: Part) -> Iterable[Chart]:
    """The charts of a part."""
    return (block for block in part if isinstance(block, Chart))


def _words(printable: Words) -> Words:
    """Printable, and with places where long names and sums of digits may be broken."""
    return lambda text: _LONG.sub(_broken, printable(text))


def _broken(found: re.Match[str]) -> str:
    text = found[0]
    return "\u200b".join(text[at : at + 8] for at in range(0, len(text), 8))


def _brief(document: Document, words: Words) -> dict[str, Any]:
    language = document.language
    return {
        "language": language.value,
        "heading": words(document.title.replace("\n", "")),
        "title": _all(balanced(document.title, TITLE_ROOM), words),
        "subtitle": words(document.subtitle),
        "number": words(document.number),
        "banner": _all(document.banner, words),
        "issuer": words(document.issuer),
        "date": words(document.date),
        "day": _day(document),
        "copies": words(document.copies),
        "mark": words(digest_line(document)),
        "shades": {colour.value: shade._asdict() for colour, shade in SHADES.items()},
        "sections": [_section(part, words, language) for part in parts(document)],
    }


def _day(document: Document) -> dict[str, int]:
    day = stamp(document)
    return {"year": day.year, "month": day.month, "day": day.day}


def _section(part: Part, words: Words, language: Language) -> list[dict[str, Any]]:
    """Blocks; headings also get `depth`, their level without a gap, as readers of PDF want it."""
    made: list[dict[str, Any]] = []
    depth = 0
    for block in part:
        made.append(_block(block, words, language))
        if isinstance(block, Annex):
            depth = 1
        elif isinstance(block, Heading):
            depth = min(block.level, depth + 1)
            made[-1]["depth"] = depth
    return made


def _block(block: Block, words: Words, language: Language) -> dict[str, Any]:
    match block:
        case Heading():
            return {"is": "heading", "level": block.level, "text": words(block.text)}
        case Paragraph():
            return {
                "is": "paragraph",
                "kind": block.kind.value,
                "lines": _all(lines(block.text), words),
            }
        case Annex():
            return {"is": "annex", "text": words(block.text)}
        case Chart():
            return _chart(block, words)
        case Table():
            return _table(block, words, language)


def _all(texts: Iterable[str], words: Words) -> list[str]:
    return [words(text) for text in texts]


def _chart(chart: Chart, words: Words) -> dict[str, Any]:
    return {
        "is": "chart",
        "picture": f"picture:{chart.name}",
        "caption": words(chart.caption),
        "alt": chart.alt,
        "notes": _all(chart.notes, words),
    }


def _table(table: Table, words: Words, language: Language) -> dict[str, Any]:
    columns = [
        {"label": words(one.label), "is-number": one.is_number, "share": max(1, one.share)}
        for one in table.columns
    ]
    return {
        "is": "table",
        "caption": words(table.caption),
        "columns": columns,
        "rows": [[_cell(cell, words) for cell in row] for row in table.rows],
        "notes": _all(notes(table, language), words),
    }


def _cell(cell: Cell, words: Words) -> dict[str, Any]:
    return {"text": words(cell.text), "colour": cell.colour and cell.colour.value}
