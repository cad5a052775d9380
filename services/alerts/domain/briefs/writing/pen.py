"""What all sections write with: the facts, the language and the edition, and blocks in them."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.alerts.domain.briefs.document import (
    Block,
    Cell,
    Colour,
    Column,
    Edition,
    Heading,
    Kind,
    Language,
    Paragraph,
    Sheet,
    Table,
)
from services.alerts.domain.briefs.facts import Facts, Label, Situation
from services.alerts.domain.briefs.printing import MISSING

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A column's name and title, before the language is chosen."""

    name: str
    label: Label
    number: bool = False
    share: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """Writes labels in one language, for one edition."""

    facts: Facts
    language: Language
    edition: Edition

    def __call__(self, label: Label) -> str:
        """The label in the language of the brief."""
        return label.zh if self.language is Language.ZH else label.en

    @property
    def situation(self) -> Situation:
        """What the evaluator knows."""
        return self.facts.situation

    @property
    def is_public(self) -> bool:
        """Whether only what may be let out is written."""
        return self.edition is Edition.PUBLIC

    @property
    def rates(self) -> bool:
        """Whether levels are shown at all."""
        return not self.facts.preliminary

    def heading(self, level: int, name: str, label: Label) -> Heading:
        """A heading with its number in the text."""
        return Heading(level=level, text=self(label), name=name)

    def paragraph(
        self, name: str, sentences: Iterable[Label | None], kind: Kind = Kind.BODY
    ) -> tuple[Paragraph, ...]:
        """The sentences that there are, as one paragraph; nothing if there are none."""
        said = [begun(self(one)) for one in sentences if one is not None]
        text = ("" if self.language is Language.ZH else " ").join(filter(None, said))
        return (Paragraph(text=text, name=name, kind=kind),) if text else ()

    def columns(self, heads: Iterable[Head]) -> tuple[Column, ...]:
        """The columns of a table or sheet."""
        return tuple(
            Column(name=one.name, label=self(one.label), is_number=one.number, share=one.share)
            for one in heads
        )

    def cell(self, label: Label, colour: Colour | None = None) -> Cell:
        """A cell in the language of the brief."""
        return Cell(text=self(label), colour=colour)

    def cells(self, labels: Iterable[Label]) -> Row:
        """A row of plain cells."""
        return tuple(self.cell(one) for one in labels)

    def table(
        self,
        name: str,
        caption: Label,
        heads: tuple[Head, ...],
        rows: tuple[Row, ...],
        *,
        most: int | None = None,
        whole: int | None = None,
        notes: tuple[Label, ...] = (),
    ) -> tuple[Block, ...]:
        """A table of the first `most` rows; nothing if there are none.

        A column under which no row says anything is left out.

        whole: how many rows there would be in all, where not all of them are given.
        """
        if not rows:
            return ()
        heads, rows = _saying(heads, rows, {self(MISSING), "—"})
        whole = whole or len(rows)
        cut = most is not None and whole > most
        more = (_rest(most or 0, whole),) if cut else ()
        return (
            Table(
                name=name,
                caption=self(caption),
                columns=self.columns(heads),
                rows=rows[:most],
                notes=tuple(self(one) for one in (*notes, *more)),
                whole_rows=whole if cut else None,
            ),
        )

    def sheet(
        self, name: str, label: Label, heads: tuple[Head, ...], rows: Iterable[tuple[str, ...]]
    ) -> Sheet:
        """A sheet of the annex."""
        return Sheet(name=name, label=self(label), columns=self.columns(heads), rows=tuple(rows))


def _saying(
    heads: tuple[Head, ...], rows: tuple[Row, ...], nothing: set[str]
) -> tuple[tuple[Head, ...], tuple[Row, ...]]:
    """Without columns that say `nothing` in all rows; the first one names what the rows are."""
    kept = [
        nth
        for nth in range(len(heads))
        if nth == 0 or any(row[nth].text not in nothing for row in rows)
    ]
    return tuple(heads[n] for n in kept), tuple(tuple(row[n] for n in kept) for row in rows)


def begun(sentence: str) -> str:
    """A sentence with a capital letter, where its language has any."""
    return sentence[:1].upper() + sentence[1:]


def _rest(most: int, whole: int) -> Label:
    return Label(
        f"本表列示{most}行，全部{whole}行见电子表格附件。",
        f"This table shows {most} rows; all {whole} rows are in the spreadsheet annex.",
    )
