"""`qingyu factor`: what another edition of the factors changes."""

import json
import time
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.cli.client import Api, DataDir, Key, connect
from deploy.cli.terminal import fail, out

app = typer.Typer(help="Factors: what another edition of them changes.")

_POLL_S = 0.25
_STEPS = {
    "read": "reading months",
    "weights": "weighing lanes",
    "compare": "comparing measures",
    "accounts": "accounts one by one",
    "record": "recording changes",
}

Document = Mapping[str, Any]


@app.callback()
def _group() -> None:
    """Keeps `recompute` a command of its own."""


@app.command()
def recompute(
    year: Annotated[int, typer.Option("--year", help="The year whose closed months are computed.")],
    old_as_of: Annotated[
        int, typer.Option("--old-as-of", help="Commit whose factors were used before.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Computes everybody's closed months by the factors of now, and says what changed.

    Every month of every subject that comes out otherwise is put on record as a correction of the
    figure. Put the new factors on record first.

    \b
    $ qingyu record import factors.yaml
    $ qingyu factor recompute --year 2025 --old-as-of 1234
    """
    params = {"year": str(year), "old_as_of": str(old_as_of)}
    with connect(data_dir, key) as api:
        api.post("evaluator", "/v1/recomputations", params=params)
        found = _wait(api)
    if found["state"] != "done":
        fail(f"the year {year} was not computed anew: {found['problem']}")
    if as_json:
        out.print_json(json.dumps(found["report"], ensure_ascii=False))
        return
    _print(found["report"], year)


def _wait(api: Api) -> Document:
    columns = (
        TextColumn("{task.description:20}"),
        BarColumn(),
        TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=out, transient=True) as progress:
        bar = progress.add_task("", total=None, said="")
        while True:
            found: Document = api.get("evaluator", "/v1/recomputations")
            done, whole = found["done"], found["whole"]
            progress.update(
                bar,
                description=_STEPS.get(found["step"], found["step"]),
                total=whole or None,
                completed=done,
                said=f"{done} of {whole}" if whole else f"{done} rows",
            )
            if found["state"] != "running":
                return found
            time.sleep(_POLL_S)


def _print(report: Document, year: int) -> None:
    size = f"{report['subjects']} subjects, {report['cells']} months, {report['rows']} rows"
    out.print(f"\n{year}: {size}; [bold]{report['changed']} figures changed[/]")
    out.print(f"[dim]factors of commit {report['old_as_of']} and of {report['new_as_of']}[/]")
    table = Table(box=None, header_style="bold")
    table.add_column("measure", no_wrap=True)
    for column in ("months changed", "enterprises before", "after"):
        table.add_column(column, justify="right", no_wrap=True)
    for name, one in report["measures"].items():
        table.add_row(escape(name), str(one["changed"]), _short(one["old"]), _short(one["new"]))
    out.print(table)
    if report["left"]:
        out.print(f"[dim]{len(report['left'])} subjects count by statements too; included[/]")
    if report["cut"]:
        out.print(
            f"[dim]{report['cut']} lanes have a change of factors within a month; included[/]"
        )


def _short(value: str | None) -> str:
    if value is None:
        return "-"
    numerator, _, denominator = value.partition("/")
    number = float(numerator) / float(denominator or 1)
    return f"{number:,.2f}"
