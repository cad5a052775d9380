"""A document as its PDF's template reads it: parts, lines and cells as JSON, pictures by number."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from services.alerts.adapters.briefs.advances import Faces, faces
from services.alerts.adapters.briefs.balance import balanced
from services.alerts.adapters.briefs.columns import heads, is_wide, planned
from services.alerts.adapters.briefs.glyphs import known, printer
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
    Kind,
    Language,
    Paragraph,
    Table,
)

Words = Callable[[str], str]
Part = Sequence[Block]

TITLE_ROOM = 19.5
"""How many Chinese characters of the title's 22 points stand in a line of 156 mm."""
_LONG = re.compile(r"[!-~]{20,}")
_PIECE = 8
"""Characters of long names that stay together."""


def inputs(document: Document, pictures: Mapping[str, str], fonts: Path) -> dict[str, str]:
    """What the template is given: `brief` as JSON, and the pictures as `picture:NAME`."""
    printable = printer(known(fonts))
    pen = _Pen(
        words=_words(printable, _PIECE),
        flowing=_words(printable, 1),
        faces=faces(fonts),
        language=document.language,
    )
    brief = msgspec.json.encode(pen.brief(document)).decode()
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


def _words(printable: Words, piece: int) -> Words:
    """Printable, and with places where long names and sums of digits may be broken."""

    def broken(found: re.Match[str]) -> str:
        text = found[0]
        return "\u200b".join(text[at : at + piece] for at in range(0, len(text), piece))

    return lambda text: _LONG.sub(broken, printable(text))


def _day(document: Document) -> dict[str, int]:
    day = stamp(document)
    return {"year": day.year, "month": day.month, "day": day.day}


def _lies(part: Part, table: Table, faces: Faces) -> bool:
    """An annex lies as a whole; in the text a table is set small before it lies."""
    if part and isinstance(part[0], Annex):
        return any(is_wide(block, faces) for block in part if isinstance(block, Table))
    return is_wide(table, faces, at_any_rate=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    """Writes the parts of a document down for the template.

    flowing: words of paragraphs, whose lines are filled: what is long may be broken anywhere.
    """

    words: Words
    flowing: Words
    faces: Faces
    language: Language

    def brief(self, document: Document) -> dict[str, Any]:
        words = self.words
        return {
            "language": document.language.value,
            "heading": words(document.title.replace("\n", "")),
            "title": self._all(balanced(document.title, TITLE_ROOM)),
            "subtitle": words(document.subtitle),
            "number": words(document.number),
            "banner": self._all(document.banner),
            "issuer": words(document.issuer),
            "date": words(document.date),
            "day": _day(document),
            "copies": words(document.copies),
            "mark": words(digest_line(document)),
            "shades": {colour.value: shade._asdict() for colour, shade in SHADES.items()},
            "sections": [self._part(part) for part in parts(document)],
        }

    def _part(self, part: Part) -> list[dict[str, Any]]:
        """Headings also get `depth`, their level without a gap, as readers of PDF want it.

        Notes that follow one another are one block: they stand at even distances.
        """
        part = tuple(self._table(one) if isinstance(one, Table) else one for one in part)
        made: list[dict[str, Any]] = []
        depth = 0
        for block in part:
            shown = self._block(block, part)
            if made and _is_note(made[-1]) and _is_note(shown):
                made[-1]["lines"] += shown["lines"]
                continue
            made.append(shown)
            if isinstance(block, Annex):
                depth = 1
            elif isinstance(block, Heading):
                depth = min(block.level, depth + 1)
                made[-1]["depth"] = depth
        return made

    def _block(self, block: Block, part: Part) -> dict[str, Any]:
        match block:
            case Heading():
                return {"is": "heading", "level": block.level, "text": self.words(block.text)}
            case Paragraph():
                shown = [self.flowing(line) for line in lines(block.text)]
                return {"is": "paragraph", "kind": block.kind.value, "lines": shown}
            case Annex():
                return {"is": "annex", "text": self.words(block.text)}
            case Chart():
                return self._chart(block)
            case Table():
                return self._set(block, _lies(part, block, self.faces))

    def _chart(self, chart: Chart) -> dict[str, Any]:
        return {
            "is": "chart",
            "picture": f"picture:{chart.name}",
            "caption": self.words(chart.caption),
            "alt": chart.alt,
            "notes": self._all(chart.notes),
        }

    def _table(self, table: Table) -> Table:
        """With words that can be printed: the widths of columns depend on them."""
        columns = (replace(one, label=self.words(one.label)) for one in table.columns)
        rows = (tuple(replace(one, text=self.words(one.text)) for one in row) for row in table.rows)
        return replace(table, columns=tuple(columns), rows=tuple(rows))

    def _set(self, table: Table, lies: bool) -> dict[str, Any]:
        plan = planned(table, self.faces, lies=lies)
        return {
            "is": "table",
            "lies": lies,
            "size": plan.size,
            "widths": plan.widths,
            "apart": plan.apart,
            "caption": self.words(table.caption),
            "columns": [
                {"label": label, "is-number": column.is_number}
                for label, column in zip(heads(table, plan, self.faces), table.columns, strict=True)
            ],
            "rows": [[_cell(cell) for cell in row] for row in table.rows],
            "notes": self._all(notes(table, self.language)),
        }

    def _all(self, texts: Iterable[str]) -> list[str]:
        return [self.words(text) for text in texts]


def _is_note(shown: Mapping[str, Any]) -> bool:
    return shown.get("kind") == Kind.NOTE.value


def _cell(cell: Cell) -> dict[str, Any]:
    return {"text": cell.text, "colour": cell.colour and cell.colour.value}
