"""Lays the numbers of the text beside those of the table that stands with it."""

from collections.abc import Iterator

from services.alerts.domain.briefs.document import Document, Kind, Paragraph, Table
from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.proof.finding import Finding
from services.alerts.domain.briefs.proof.reader import Claim, read
from services.alerts.domain.briefs.proof.view import View

_WHOLE_TABLES = {"overall.carbon": "measures", "overall.energy": "measures",
                 "overall.output": "measures", "overall.targets": "targets"}  # fmt: skip
_SLOTS = {
    "total": ("amount", "year"), "single": ("amount", "year"), "other": ("amount", "year"),
    "output": ("amount", "year"), "output preliminary": ("amount", "year"),
    "since": ("move",), "progress": ("q",), "allowed": ("q",), "left": ("p", "move"),
    "part": ("amount", "year", "q"),
    "expected": ("amount", "move"), "actual": ("amount", "move"), "largest": ("shares",),
    "adding": ("pulls",), "taking": ("pulls",),
}  # fmt: skip


def beside(view: View, document: Document) -> Iterator[Finding]:
    """Numbers of sentences that are not in the table that they are drawn from."""
    tables = {block.name: block for block in document.blocks if isinstance(block, Table)}
    for block in document.blocks:
        if not isinstance(block, Paragraph) or block.kind is not Kind.BODY:
            continue
        table = tables.get(_table_of(block.name))
        if table is None or table.whole_rows is not None:
            continue
        cells = {cell.text.removeprefix("-") for row in table.rows for cell in row}
        claims, _ = read(block.name, block.text, zh=view.zh)
        if block.name.startswith("fields.six."):
            # All six together have no row.
            claims = [one for one in claims if one.kind != "part"]
        for claim in claims:
            yield from _claim(block.name, claim, cells, table.name)


def _table_of(name: str) -> str:
    family, _, rest = name.partition(".")
    others = {"fields": f"grouping.{rest}", "outlook": f"scenarios.{rest}"}
    return _WHOLE_TABLES.get(name) or others.get(family, "")


def _claim(where: str, claim: Claim, cells: set[str], table: str) -> Iterator[Finding]:
    # A part's name may end in digits, which then stand before its amount.
    ends = tuple(cell for cell in cells if "." in cell) if claim.kind == "part" else ()
    for number in _numbers(claim):
        if number.removeprefix("-") not in cells and not number.endswith(ends):
            what = Label(f"正文中的{number}不见于表{table}", f"{number} is not in table {table}")
            yield Finding(where=where, what=what, text=claim.text)


def _numbers(claim: Claim) -> Iterator[str]:
    """The numbers of the slots: first of an amount, last of a move or of an item of a list."""
    for name in _SLOTS.get(claim.kind, ()):
        value = claim.said.get(name, ())
        if isinstance(value, str):
            yield value
        elif name in ("shares", "pulls"):
            yield from (str(one[1]) for one in value if isinstance(one, tuple) and len(one) == 2)
        elif name == "amount" and value:
            yield str(value[0])
        elif len(value) == 2:
            yield str(value[1])
