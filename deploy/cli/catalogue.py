"""`qingyu catalogue`: what is measured where: files in, entities out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import Api, DataDir, Key, connect
from deploy.cli.files import body_of
from deploy.cli.terminal import out

app = typer.Typer(help="Regions, enterprises, tags, carriers and metering points.")

_SHOWN_LINES = 40
_IMPORT_S = 600.0
_KIND = "carriers, regions, enterprises, tags, members or points"

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="YAML and CSV files.", exists=True, dir_okay=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change.")
    ] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Imports files into the catalogue: all of them, or none.

    A YAML file maps carriers, regions, enterprises, tags, members and points to lists. A CSV file
    is named after its kind (points.csv) or has a column `entity`. All faults of all files come in
    one report with their lines. The same files again change nothing.

    \b
    $ qingyu catalogue import catalogue.yaml points.csv
    $ qingyu catalogue import --dry-run points.csv
    """
    body = body_of(files, dry_run=dry_run)
    with connect(data_dir, key) as api:
        report = api.post("ingest", "/v1/catalogue/imports", json=body, timeout=_IMPORT_S)
    if as_json:
        out.print_json(json.dumps(report, ensure_ascii=False))
        return
    _tell(report)


def _tell(report: Mapping[str, Any]) -> None:
    if report["unchanged"]:
        out.print(f"Nothing to change: version {report['version']} says all of that already.")
    else:
        added, changed = report["added"], report["changed"]
        for line in report["lines"][:_SHOWN_LINES]:
            out.print(f"[green]·[/] {escape(line)}")
        if (more := added + changed - _SHOWN_LINES) > 0:
            out.print(f"[dim]  ... and {more} more[/]")
        if report["dry_run"]:
            out.print(f"Would add {added} and change {changed}; nothing was written.")
        else:
            out.print(f"[bold]Version {report['version']}[/]: {added} added, {changed} changed.")
    for note in report["notes"]:
        out.print(f"[yellow]·[/] {escape(note)}")
    if not report["published"]:
        out.print("[yellow]·[/] Kafka is away: the other services will hear of it when it is back.")


@app.command()
def show(
    kind: Annotated[str, typer.Argument(help=f"One of {_KIND}.")],
    code: Annotated[str, typer.Argument(help="Its code.")],
    as_of_version: Annotated[
        int | None, typer.Option("--as-of-version", help="As it was known with that version.")
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows one entity: how it is when, and when that became known."""
    params = {} if as_of_version is None else {"as_of_version": as_of_version}
    with connect(data_dir, key) as api:
        found = api.get("ingest", f"/v1/catalogue/{kind}/{code}", params=params)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    out.print(f"[bold]{found['kind']} {escape(found['code'])}[/] [dim]number {found['number']}[/]")
    for segment in found["segments"]:
        out.print(f"\n{_span(segment)}")
        for name, value in segment["attributes"].items():
            if value is not None:
                out.print(f"  [dim]{name:20}[/] {escape(str(value))}")
    out.print()
    for record in found["records"]:
        out.print(
            f"[dim]version {record['version']}, recorded {record['recorded_at']}: "
            f"{_span(record)}[/]"
        )


def _span(dated: Mapping[str, Any]) -> str:
    start, end = dated["valid_from"], dated["valid_to"]
    return f"from {start or 'ever'} until {end or 'further notice'}"


@app.command("list")
def list_(
    kind: Annotated[
        str | None, typer.Argument(help=f"One of {_KIND}; without it, how many.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Only in this region and below it.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", help="Only points of this enterprise:... or region:...")
    ] = None,
    contains: Annotated[
        str | None, typer.Option("--contains", "-q", help="Only with this in code or name.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 100,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lists entities by code; without a kind, says how many there are of each.

    \b
    $ qingyu catalogue list
    $ qingyu catalogue list points --owner enterprise:91150203MA0DEM001G
    $ qingyu catalogue list enterprises --region 150200 --json
    """
    with connect(data_dir, key) as api:
        if kind is None:
            summary = api.get("ingest", "/v1/catalogue")
            _show_summary(summary, as_json=as_json)
            return
        filters = {"region": region, "owner": owner, "q": contains}
        found, more = _listed(api, kind, filters, limit)
    if as_json:
        for entity in found:
            out.print_json(json.dumps(entity, ensure_ascii=False), indent=None)
        return
    out.print(_table(found) if found else f"No {kind}.")
    if more:
        out.print(f"[dim]There are more; these are the first {limit} (--limit).[/]")


def _show_summary(summary: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        out.print_json(json.dumps(summary))
        return
    out.print(f"[bold]Version {summary['version']}[/]")
    for kind, count in summary["counts"].items():
        out.print(f"  {kind:12} {count:>9,}")


def _listed(
    api: Api, kind: str, filters: Mapping[str, str | None], limit: int
) -> tuple[list[Mapping[str, Any]], bool]:
    found: list[Mapping[str, Any]] = []
    after: str | None = None
    while len(found) < limit:
        params: dict[str, str | int] = {"limit": min(limit - len(found), 1000)}
        params |= {name: value for name, value in filters.items() if value is not None}
        if after is not None:
            params["after"] = after
        page = api.get("ingest", f"/v1/catalogue/{kind}", params=params)
        found += page["items"]
        after = page["next"]
        if after is None:
            return found, False
    return found, True


def _table(found: list[Mapping[str, Any]]) -> Table:
    """Columns: what tells entities of the kind apart."""
    leading = ("name", "parent", "region", "owner", "carrier", "kind", "unit", "industry", "zone")
    used = [n for n in leading if any(e["attributes"].get(n) is not None for e in found)]
    table = Table("code", *used, "from", "until", box=None, header_style="bold")
    for entity in found:
        values = (entity["attributes"].get(name) for name in used)
        table.add_row(
            escape(entity["code"]),
            *("" if value is None else escape(str(value)) for value in values),
            entity["valid_from"] or "",
            entity["valid_to"] or "",
        )
    return table
