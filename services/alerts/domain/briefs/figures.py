"""What a finished brief prints, one figure at a time: by a name, with where it stands.

Names are the same in all periods, so that two briefs can be laid side by side. Rows are called by
their first words, which differ by language: there the place is what is the same.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.alerts.domain.briefs.document import (
    Annex,
    Chart,
    Document,
    Heading,
    Kind,
    Paragraph,
    Sheet,
    Table,
)

_SENTENCES = re.compile(r"(?<=[。；;])|(?<=\.)\s")
SENTENCE = "text:"
"""With it begin the names of sentences."""
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A figure (or a sentence with figures) as it is printed.

    place: where it stands, the same in all languages of one brief.
    """

    place: str
    label: str
    where: str
    text: str


def figures_of(document: Document) -> Mapping[str, Printed]:
    """Everything printed that is a figure: cells of tables, marks of charts, and sentences.

    A sheet's cells count where no table has them. What people wrote themselves does not count.
    """
    found: dict[str, Printed] = {}
    section = document.title
    for block in document.blocks:
        match block:
            case Heading():
                section = block.text
            case Annex():
                section = block.text
            case Table():
                found.update(_of_table(block, section))
            case Paragraph() if block.kind is not Kind.REMARK:
                found.update(_of_paragraph(block, section))
            case Chart():
                found.update(_of_chart(block, section))
            case _:
                pass
    for sheet in document.sheets:
        found.update(_of_sheet(sheet))
    return found


def _of_table(table: Table, section: str) -> Iterator[tuple[str, Printed]]:
    rows = tuple(tuple(cell.text for cell in row) for row in table.rows)
    names = tuple((column.name, column.label, column.is_number) for column in table.columns)
    yield from _cells(f"table:{table.name}", f"{section} · {table.caption}", names, rows)


def _of_sheet(sheet: Sheet) -> Iterator[tuple[str, Printed]]:
    names = tuple((column.name, column.label, column.is_number) for column in sheet.columns)
    yield from _cells(f"sheet:{sheet.name}", sheet.label, names, sheet.rows)


def _cells(
    name: str,
    where: str,
    columns: tuple[tuple[str, str, bool], ...],
    rows: tuple[tuple[str, ...], ...],
) -> Iterator[tuple[str, Printed]]:
    counts: Counter[str] = Counter()
    labels = _labels(columns, rows)
    # Rows are called by the words at their head: a rank that moves is a figure like any other.
    heads = [place for place, (_, _, is_number) in enumerate(columns) if not is_number][:1] or [0]
    for nth, row in enumerate(rows):
        called = row[heads[0]] if row else ""
        counts[called] += 1
        again = f"#{counts[called]}" if counts[called] > 1 else ""
        for place, text in enumerate(row):
            if place == heads[0] or place >= len(columns):
                continue
            column, label, _ = columns[place]
            printed = Printed(
                place=f"{name}/{nth}/{column}",
                label=f"{labels[nth]} {label}".strip(),
                where=where,
                text=text,
            )
            yield f"{name}/{called}{again}/{column}", printed


def _labels(
    columns: tuple[tuple[str, str, bool], ...], rows: tuple[tuple[str, ...], ...]
) -> list[str]:
    """What rows are called: by their first words, and by those in which rows so called differ."""
    words = [place for place, (_, _, is_number) in enumerate(columns) if not is_number] or [0]
    alike: dict[str, list[int]] = {}
    for nth, row in enumerate(rows):
        alike.setdefault(row[words[0]] if row else "", []).append(nth)
    labels = [""] * len(rows)
    for called, nths in alike.items():
        apart = [at for at in words[1:] if len({rows[nth][at : at + 1] for nth in nths}) > 1]
        for nth in nths:
            more = (word for at in apart for word in rows[nth][at : at + 1])
            labels[nth] = " · ".join(filter(None, (called, *more)))
    return labels


def _of_paragraph(paragraph: Paragraph, section: str) -> Iterator[tuple[str, Printed]]:
    said = [one.strip() for one in _SENTENCES.split(paragraph.text)]
    for nth, sentence in enumerate((one for one in said if _DIGIT.search(one)), 1):
        name = f"{SENTENCE}{paragraph.name}/{nth}"
        label = f"{paragraph.name} {nth}"
        yield name, Printed(place=name, label=label, where=section, text=sentence)


def _of_chart(chart: Chart, section: str) -> Iterator[tuple[str, Printed]]:
    for mark in chart.marks:
        name = f"chart:{chart.name}/{mark.code or mark.label}"
        where = f"{section} · {chart.caption}"
        yield name, Printed(place=name, label=mark.label, where=where, text=mark.text)
