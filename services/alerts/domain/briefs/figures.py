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
    Language,
    Paragraph,
    Sheet,
    Table,
)

# Only where a sentence ends in both languages: half-sentences are not joined alike in them.
_SENTENCES = re.compile(r"(?<=。)|(?<=\.)\s")
SENTENCE = "text:"
"""With it begin the names of sentences."""
_DIGIT = re.compile(r"\d")
_PLACES = {
    Language.ZH: "第{paragraph}段第{sentence}句",
    Language.EN: "paragraph {paragraph}, sentence {sentence}",
}


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
    everything = _of_document(document)
    return {name: one for name, one in everything if _is_figure(name, one)}


def by_place(document: Document) -> Mapping[str, Printed]:
    """The same by where it stands, and sentences without figures, which have one elsewhere."""
    return {one.place: one for _, one in _of_document(document)}


def _is_figure(name: str, one: Printed) -> bool:
    return not name.startswith(SENTENCE) or bool(_DIGIT.search(one.text))


def _of_document(document: Document) -> Iterator[tuple[str, Printed]]:
    section, nth = document.title, 0
    for block in document.blocks:
        match block:
            case Heading() | Annex():
                section, nth = block.text, 0
            case Table():
                yield from _of_table(block, section)
            case Paragraph() if block.kind is not Kind.REMARK:
                nth += 1
                yield from _of_paragraph(block, section, _PLACES[document.language], nth)
            case Chart():
                yield from _of_chart(block, section)
            case _:
                pass
    for sheet in document.sheets:
        yield from _of_sheet(sheet)


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


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph: as many in either language."""
    return [one for one in map(str.strip, _SENTENCES.split(text)) if one]


def _of_paragraph(
    paragraph: Paragraph, section: str, called: str, nth: int
) -> Iterator[tuple[str, Printed]]:
    for place, sentence in enumerate(sentences(paragraph.text), 1):
        name = f"{SENTENCE}{paragraph.name}/{place}"
        label = called.format(paragraph=nth, sentence=place)
        yield name, Printed(place=name, label=label, where=section, text=sentence)


def _of_chart(chart: Chart, section: str) -> Iterator[tuple[str, Printed]]:
    for mark in chart.marks:
        name = f"chart:{chart.name}/{mark.code or mark.label}"
        where = f"{section} · {chart.caption}"
        yield name, Printed(place=name, label=mark.label, where=where, text=mark.text)
