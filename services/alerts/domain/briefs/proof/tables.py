"""Lays the tables of a document beside those that the facts call for."""

import re
from collections.abc import Iterator
from decimal import Decimal

from services.alerts.domain.briefs.document import Annex, Cell, Chart, Document, Table
from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.proof import tables_figures as figures
from services.alerts.domain.briefs.proof import tables_work as work
from services.alerts.domain.briefs.proof.cells import Expected
from services.alerts.domain.briefs.proof.comparing import same
from services.alerts.domain.briefs.proof.finding import Finding, missing, surplus, wrong
from services.alerts.domain.briefs.proof.view import View

_TEXT = (figures.measures, figures.targets, figures.barometer, figures.parts, figures.ranking)
_OFFICE = (work.handling, work.scenarios, work.corrections)


def tables(view: View, document: Document) -> Iterator[Finding]:
    """Tables that are missing or in excess, and cells that are not what the facts say."""
    made = (*_TEXT, *(() if view.public else _OFFICE), work.annexes)
    expected = {one.name: one for make in made for one in make(view)}
    there = [block for block in document.blocks if isinstance(block, Table)]
    yield from same([one.name for one in there], list(expected), "tables")
    for found in there:
        if found.name in expected:
            yield from _table(found, expected[found.name])
    yield from captions(view, document, {name: one.caption for name, one in expected.items()})


def captions(view: View, document: Document, said: dict[str, str]) -> Iterator[Finding]:
    """Captions of tables; tables and charts of the text are numbered in order."""
    counts = {Table: 0, Chart: 0}
    annexed = False
    for block in document.blocks:
        annexed = annexed or isinstance(block, Annex)
        if not isinstance(block, Table | Chart):
            continue
        counts[type(block)] += 1
        start = _start(view, type(block), counts[type(block)])
        should = said.get(block.name)
        if annexed:
            start = ""
        elif not block.caption.startswith(start):
            yield wrong(block.name, "caption", block.caption, start)
        if should is not None and block.caption != start + (
            should if annexed else view.begin(should)
        ):
            yield wrong(block.name, "caption", block.caption, start + should)


def _start(view: View, kind: type, nth: int) -> str:
    if view.zh:
        return f"{'表' if kind is Table else '图'}{nth}  "
    return f"{'Table' if kind is Table else 'Figure'} {nth}. "


def _table(found: Table, should: Expected) -> Iterator[Finding]:
    columns = tuple((one.name, one.label) for one in found.columns)
    if columns != should.columns:
        yield wrong(found.name, "columns", columns, should.columns)
    if found.whole_rows != should.whole:
        yield wrong(found.name, "whole_rows", found.whole_rows, should.whole)
    if found.notes != should.notes:
        yield wrong(found.name, "notes", found.notes, should.notes)
    names = [name for name, _ in should.columns]
    for nth, (row, other) in enumerate(zip(found.rows, should.rows, strict=False), 1):
        if row != other:
            yield from _row(f"{found.name}[{nth}]", names, row, other)
    for nth in range(len(should.rows), len(found.rows)):
        yield surplus(f"{found.name}[{nth + 1}]", tuple(cell.text for cell in found.rows[nth]))
    for nth in range(len(found.rows), len(should.rows)):
        yield missing(f"{found.name}[{nth + 1}]", tuple(one.text for one in should.rows[nth]))
    for column in should.summed:
        yield from _sum(found, column)


def _row(
    where: str, names: list[str], row: tuple[Cell, ...], other: tuple[Cell, ...]
) -> Iterator[Finding]:
    if len(row) != len(other):
        yield wrong(where, "cells", len(row), len(other))
    for name, one, due in zip(names, row, other, strict=False):
        if one.text != due.text:
            yield wrong(f"{where}.{name}", name, one.text, due.text)
        if one.colour != due.colour:
            yield wrong(f"{where}.{name}", "colour", one.colour, due.colour)


def _sum(found: Table, column: str) -> Iterator[Finding]:
    """The printed parts make up the printed total within parts × half a printed unit."""
    at = next((nth for nth, one in enumerate(found.columns) if one.name == column), None)
    texts = [] if at is None else [row[at].text for row in found.rows if len(row) > at]
    if column == "share":
        # The total has no share of its own.
        texts = ["100.0", *texts[1:]]
    if len(texts) < 2 or not all(re.fullmatch(r"-?\d+(\.\d+)?", text) for text in texts):
        return
    whole, *parts = (Decimal(text) for text in texts)
    unit = Decimal(1).scaleb(int(whole.as_tuple().exponent))
    total = sum(parts, Decimal(0))
    if abs(total - whole) > len(parts) * unit / 2:
        what = Label(
            f"{len(parts)}项之和{total}，合计{whole}",
            f"{len(parts)} parts add up to {total}, total {whole}",
        )
        yield Finding(where=f"{found.name}.{column}", what=what, text=str(whole))
