"""`qingyu books`: what was used, by hour, day or month."""

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.terminal import out
from shared.model.period import zone

_PATTERNS = {
    "hour": "%Y-%m-%d %H:%M",
    "day": "%Y-%m-%d",
    "month": "%Y-%m",
    "total": "%Y-%m-%d %H:%M",
}
_COLUMNS = ("carrier", "flow", "unit", "start", "end", "quantity", "estimated")

Document = Mapping[str, Any]


class Output(StrEnum):
    """How the books are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def command(  # noqa: PLR0913, PLR0917 - every option is an argument
    subject: Annotated[
        str,
        typer.Argument(help="enterprise:…, region:…, tag:…, boundary:… or point:…"),
    ],
    carrier: Annotated[str | None, typer.Option("--carrier", help="Only this carrier.")] = None,
    flow: Annotated[
        str | None, typer.Option("--flow", help="Only import, export, …; net for a boundary.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="A date in the zone, or a whole hour.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="Likewise; not included.")] = None,
    step: Annotated[str, typer.Option("--step", help="hour, day, month or total.")] = "month",
    series: Annotated[
        str, typer.Option("--series", help="Factors of tce: calorific or equivalent.")
    ] = "calorific",
    output: Annotated[Output, typer.Option("--output", "-o", help="How to print.")] = Output.TABLE,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows the books of a subject: exact quantities, how much is estimated, how much is known.

    \b
    $ qingyu books region:150203 --carrier electricity --step month
    $ qingyu books enterprise:91150203DEMG00001K --from 2018-05-01 --to 2018-06-01 --step day
    $ qingyu books point:M1 --step hour --from 2026-03-02 --to 2026-03-03 -o csv
    """
    given = {
        "carrier": carrier,
        "flow": flow,
        "from": from_,
        "to": to,
        "step": step,
        "series": series,
    }
    params = {name: value for name, value in given.items() if value is not None}
    with connect(data_dir, key) as api:
        found = api.get("evaluator", f"/v1/books/{subject}", params=params)
    match output:
        case Output.JSON:
            out.print_json(json.dumps(found, ensure_ascii=False))
        case Output.CSV:
            _write_csv(found)
        case Output.TABLE:
            _print(found)


def _write_csv(found: Document) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*_COLUMNS, "completeness", "tce"])
    for book in found["items"]:
        for entry in book["hours"]:
            merged = {**book, **entry}
            writer.writerow(
                [
                    *(merged[name] for name in _COLUMNS),
                    entry["completeness"] or "",
                    entry["tce"] or "",
                ]
            )


def _print(found: Document) -> None:
    out.print(
        f"\n[bold]{escape(found['subject_name'])}[/] {escape(found['subject'])} "
        f"[dim]by {escape(found['step'])} ({escape(found['zone'])})[/]\n"
    )
    if not found["items"]:
        out.print("No books for that.")
    for book in found["items"]:
        out.print(f"[bold]{escape(book['carrier'])}[/] {escape(book['flow'])}")
        out.print(_table(book, found["step"], found["zone"]))
        for factor in book["factors"]:
            out.print(
                f"[dim]tce by {factor['kgce']} kgce/{escape(factor['unit'])}, "
                f"{escape(factor['series'])}, {escape(factor['version'])} "
                f"({escape(factor['confidence'])})[/]"
            )
        out.print()


def _table(book: Document, step: str, zone_name: str) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column("from", no_wrap=True)
    for column in (book["unit"], "estimated", "complete", "tce"):
        table.add_column(escape(column), justify="right", no_wrap=True)
    for cells in _rows(book, step, zone_name):
        table.add_row(*cells)
    if len(book["hours"]) > 1:
        table.add_section()
        table.add_row("[bold]in all[/]", *(f"[bold]{cell}[/]" for cell in _cells(book["total"])))
    return table


def _rows(book: Document, step: str, zone_name: str) -> Iterator[tuple[str, ...]]:
    for entry in book["hours"]:
        local = datetime.fromisoformat(entry["start"]).astimezone(zone(zone_name))
        yield local.strftime(_PATTERNS[step]), *_cells(entry)


def _cells(entry: Document) -> tuple[str, ...]:
    if _unknown(entry):
        return ("-", "-", entry["completeness"], "-")
    return (
        entry["quantity"],
        entry["estimated"],
        entry["completeness"] or "-",
        entry["tce"] or "-",
    )


def _unknown(entry: Document) -> bool:
    """Whether nothing at all is known of the time: that is not the same as using nothing."""
    nothing = Decimal(entry["quantity"]) == 0
    return nothing and entry["completeness"] is not None and Decimal(entry["completeness"]) == 0
