"""`qingyu record fields` and `items`: how records are written, told by the records themselves."""

import dataclasses
import inspect
import re
from enum import Enum
from typing import Annotated, Any, get_type_hints

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.terminal import fail, out
from services.evaluator.adapters.register_codec import TYPES
from services.evaluator.domain.statistics.items import ITEMS, Item
from services.evaluator.ports.register import RecordKind

_WORDS = (
    ("str", "text"),
    ("int", "whole number"),
    ("bool", "true or false"),
    ("Decimal", "number"),
    ("Mapping", "pairs of"),
    ("tuple", "list of"),
    ("None", "nothing"),
)


def fields(
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(RecordKind)}.", metavar="KIND")],
) -> None:
    """Lists the fields of a kind of record, as files and the API write them.

    \b
    $ qingyu record fields statements
    """
    if kind not in set(RecordKind):
        fail(f"there are no {kind}: ask for one of {', '.join(RecordKind)}")
    made = TYPES[RecordKind(kind)]
    out.print(escape(inspect.getdoc(made) or ""))
    table = Table(box=None, header_style="bold")
    for column in ("field", "what it takes", "if left out"):
        table.add_column(column, overflow="fold")
    hints = get_type_hints(made)
    for field in dataclasses.fields(made):
        table.add_row(field.name, escape(_takes(hints[field.name])), escape(_default(field)))
    out.print(table)


def items(
    words: Annotated[
        str, typer.Argument(help="Only those whose code or name contains this.", metavar="[WORDS]")
    ] = "",
) -> None:
    """Lists what statements can be made of: codes, names, units, of whom.

    \b
    $ qingyu record items
    $ qingyu record items turnover
    """
    found = [item for item in ITEMS.values() if _speaks_of(item, words)]
    if not found:
        fail(f"nothing is called {words}; all items: qingyu record items")
    table = Table(box=None, header_style="bold")
    for column in ("item", "name", "units", "of", "how it adds up"):
        table.add_column(column, overflow="fold")
    for item in found:
        table.add_row(
            item.code,
            f"{item.label.zh} {item.label.en}",
            ", ".join(item.units) or "any",
            ", ".join(item.kinds) or "anybody",
            _remarks(item),
        )
    out.print(table)


def _speaks_of(item: Item, words: str) -> bool:
    return words.lower() in f"{item.code} {item.label.zh} {item.label.en}".lower()


def _remarks(item: Item) -> str:
    remarks = [item.nature.value]
    if item.qualified:
        remarks.append("with a qualifier")
    if item.dated:
        remarks.append("with the year of its prices (basis)")
    return ", ".join(remarks)


def _takes(hint: Any) -> str:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return " | ".join(str(member.value) for member in hint)
    told = hint.__name__ if isinstance(hint, type) else str(hint)
    for name, word in _WORDS:
        told = re.sub(rf"(?:\w+\.)*\b{name}\b", word, told)
    return told.replace(", ...]", " …]")


def _default(field: "dataclasses.Field[Any]") -> str:
    if field.default is not dataclasses.MISSING:
        value = field.default.value if isinstance(field.default, Enum) else field.default
        return "nothing" if value in ("", None, ()) else str(value)
    return "must be given" if field.default_factory is dataclasses.MISSING else "nothing"
