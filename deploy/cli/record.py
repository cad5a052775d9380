"""`qingyu record`: statements, factors, rules and the other kinds of records."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from deploy.cli.client import Api, DataDir, Key, connect
from deploy.cli.files import text_of
from deploy.cli.record_forms import fields, items
from deploy.cli.terminal import out

app = typer.Typer(help="Statements, factors, rules, limits: everything that people put on record.")
app.command()(fields)
app.command()(items)

_IMPORT_S = 1_800.0
_CHUNK = 256 * 1024
_SHOWN = 60
_LARGE = 1_000_000

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Kind = Annotated[
    str, typer.Argument(help="statements, factors, rules, indicators, limits, methods, sheets …")
]
Document = Mapping[str, Any]


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="YAML and CSV files.", exists=True, dir_okay=False)
    ],
    kind: Annotated[
        str, typer.Option("--kind", help="What CSV files hold, unless their names begin with it.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change.")
    ] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Imports files of records: all of them, or none.

    A YAML file holds a list for each kind of record under its name (statements, factors, targets,
    tasks …); a CSV file holds one kind and names the fields in its first line, `detail.lot` for a
    named value within one. The same files again change nothing.

    \b
    $ qingyu record import statements-2025.csv
    $ qingyu record import --dry-run plan.yaml
    """
    body = {
        "files": [
            {"filename": str(path), "text": text_of(path), "kind": _kind_of(path, kind)}
            for path in files
        ],
        "dry_run": dry_run,
    }
    content = json.dumps(body, ensure_ascii=False).encode()
    with connect(data_dir, key) as api:
        report = _sent(api, content)
    if as_json:
        out.print_json(json.dumps(report, ensure_ascii=False))
        return
    _tell(report)


@app.command("list")
def list_(
    kind: Kind,
    subject: Annotated[
        str | None, typer.Option("--subject", help="Only this one, such as region:150000.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Only this region and what lies below it.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="As known then: an instant, or commit:N.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one record a line.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lists records of a kind, the newest version of each.

    \b
    $ qingyu record list statements --subject region:150000
    $ qingyu record list factors --json | jq .body.value
    """
    wanted = {"subject": subject, "region": region, "as_of": as_of, "limit": "5000"}
    filters = {name: value for name, value in wanted.items() if value is not None}
    table, count = _new_table(), 0
    with connect(data_dir, key) as api:
        for record in api.pages("evaluator", f"/v1/{kind}", filters):
            count += 1
            if as_json:
                out.print_json(json.dumps(record, ensure_ascii=False), indent=None)
            else:
                table.add_row(*_row(record))
    if not as_json:
        out.print(table if count else f"No {kind}. Add some: qingyu record import FILES")


@app.command()
def history(
    kind: Kind,
    record: Annotated[str, typer.Argument(metavar="KEY", help="From `qingyu record list`.")],
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows all versions of one record: nothing is ever overwritten."""
    with connect(data_dir, key) as api:
        found = api.get("evaluator", f"/v1/{kind}/history", params={"key": record})
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    table = _new_table("recorded", "commit", "by")
    for one in found["items"]:
        when = one["recorded_at"] or "with the program"
        table.add_row(*_row(one), when, str(one["commit"]), escape(one["by"]))
    out.print(table)


def _kind_of(path: Path, kind: str) -> str:
    return kind if path.suffix.lower() == ".csv" else ""


def _sent(api: Api, content: bytes) -> Document:
    """Send a large body with a bar, then say that the service is at work."""
    headers = {"Content-Type": "application/json", "Content-Length": str(len(content))}
    path = "/v1/records/imports"
    if not out.is_terminal or len(content) < _LARGE:
        plain: Document = api.post(
            "evaluator", path, content=content, headers=headers, timeout=_IMPORT_S
        )
        return plain
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("sending", total=len(content))

        def parts() -> Iterator[bytes]:
            for start in range(0, len(content), _CHUNK):
                yield content[start : start + _CHUNK]
                progress.update(task, advance=_CHUNK)
            progress.update(task, description="being read and checked", total=None)

        report: Document = api.post(
            "evaluator", path, content=parts(), headers=headers, timeout=_IMPORT_S
        )
    return report


def _tell(report: Document) -> None:
    added, changed = sum(report["added"].values()), sum(report["changed"].values())
    for fate in ("added", "changed"):
        for kind, count in report[fate].items():
            out.print(f"[green]·[/] {count} {escape(kind)} [dim]{fate}[/]")
    if not added and not changed:
        out.print(f"Nothing to change: all {report['records']} say what is known already.")
    elif report["dry_run"]:
        out.print(f"Would add {added} and change {changed}; nothing was written.")
    else:
        out.print(f"[bold]{added} added, {changed} changed[/] in commit {report['commit']}.")


def _new_table(*more: str) -> Table:
    table = Table(box=None, header_style="bold")
    for column in ("key", "version", "what it says", *more):
        table.add_column(column, overflow="fold")
    return table


def _row(record: Document) -> tuple[str, str, str]:
    return escape(record["key"]), str(record["version"]), escape(_said(record["body"]))


def _said(body: Document) -> str:
    """A number with its unit, or a name, or the fields there are."""
    if "value" in body:
        value = "withdrawn" if body["value"] is None else body["value"]
        status = body.get("status")
        return f"{value} {body.get('unit', '')}" + (f" ({status})" if status else "")
    if body.get("name"):
        return " ".join(str(body[name]) for name in ("name", "name_en") if body.get(name))
    shown = ", ".join(f"{name} {value}" for name, value in body.items() if value)
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
