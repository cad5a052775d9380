"""`qingyu target`: what was set for whom by when, shared out, approved, exchanged, tried out."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.files import body_of
from deploy.cli.taken import post_records, tell
from deploy.cli.target_tables import (
    effects,
    facts,
    heading,
    nodes,
    steps,
    sums_line,
    table,
    versions,
)
from deploy.cli.terminal import out

app = typer.Typer(help="Targets: set, shared out, approved, exchanged, tried out.")

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")]
Code = Annotated[str, typer.Argument(help="The target's code, from `qingyu target list`.")]
Files = Annotated[
    list[Path], typer.Argument(help="YAML and CSV files.", exists=True, dir_okay=False)
]
On = Annotated[str | None, typer.Option("--on", help="As it stands on this day.")]


@app.command("import")
def import_(
    files: Files,
    dry_run: DryRun = False,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Imports files of targets: all of them, or none.

    A YAML file holds a list called `targets`; a CSV file names its columns in the first line: code,
    name, holder, measure, form, value, unit, first_year, last_year and, where wanted, parent,
    reserve, unmonitored, yearly.2025 and the rest. What is shared out must add up exactly.

    \b
    $ qingyu target import targets.yaml
    $ qingyu target import --dry-run totals.csv
    """
    with connect(data_dir, key) as api:
        report = post_records(api, "/v1/targets/imports", body_of(files, dry_run=dry_run))
    tell(report, as_json=as_json)


@app.command("what-if")
def what_if(
    files: Files,
    period: Annotated[
        str, typer.Option("--period", help="Levels of this period too, such as 2025Q3.")
    ] = "",
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Tries targets out before they are approved: what does not add up, which levels would change.

    \b
    $ qingyu target what-if drafts.yaml --period 2025Q3
    """
    path = "/v1/targets/imports"
    with connect(data_dir, key) as api:
        report = post_records(api, path, body_of(files, dry_run=True), period=period)
    tell(report, as_json=as_json)
    if not as_json and report["effects"]:
        out.print(effects(report["effects"]))


@app.command("list")
def list_(
    holder: Annotated[
        str | None, typer.Option("--holder", help="Only of this one, such as region:150000.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Only this region and what lies below it.")
    ] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", help="Such as energy-intensity.")
    ] = None,
    state: Annotated[
        str | None, typer.Option("--state", help="draft, approved, in-force or superseded.")
    ] = None,
    on: On = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one target a line.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lists targets as they stand on a day.

    \b
    $ qingyu target list --region 150000 --state in-force
    """
    asked = {"holder": holder, "region": region, "measure": measure, "state": state, "on": on}
    filters = {name: value for name, value in asked.items() if value is not None}
    with connect(data_dir, key) as api:
        found = list(api.pages("evaluator", "/v1/targets", filters))
    if as_json:
        for target in found:
            out.print_json(json.dumps(target, ensure_ascii=False), indent=None)
        return
    out.print(table(found) if found else "No targets. Add some: qingyu target import FILES")


@app.command()
def show(
    code: Code,
    on: On = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows one target: its numbers, its versions, what it asks for quarter by quarter."""
    params = {} if on is None else {"on": on}
    with connect(data_dir, key) as api:
        found = api.get("evaluator", f"/v1/targets/{code}", params=params)
        path = api.get("evaluator", f"/v1/targets/{code}/path", params=params)
    if as_json:
        out.print_json(json.dumps({**found, "path": path["steps"]}, ensure_ascii=False))
        return
    out.print(heading(found))
    out.print(facts(found))
    out.print(versions(found))
    out.print(steps(path))


@app.command()
def tree(
    code: Code,
    in_force: Annotated[
        bool, typer.Option("--in-force", help="Only what is in force, without drafts.")
    ] = False,
    on: On = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows a target with all below it, and whether it adds up.

    \b
    $ qingyu target tree nm-energy-2025
    """
    params = {"view": "in-force" if in_force else "newest", **({"on": on} if on else {})}
    with connect(data_dir, key) as api:
        found = api.get("evaluator", f"/v1/targets/{code}/tree", params=params)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    out.print(nodes(found["nodes"]) if found["nodes"] else "Nothing of it is in force.")
    for sums in found["sums"]:
        out.print(sums_line(sums))


@app.command()
def phasing(
    code: Code,
    year: Annotated[int, typer.Option("--year", help="The year whose months are followed.")],
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Works out shares of the months as a year went, to be put into the target's `shares`.

    \b
    $ qingyu target phasing nm-energy-2025 --year 2020
    """
    with connect(data_dir, key) as api:
        found = api.get("evaluator", f"/v1/targets/{code}/phasing", params={"year": year})
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    for month in found["months"]:
        out.print(f"{month['period']}  {escape(month['value'] or '-')} {escape(month['unit'])}")
    if found["problem"]:
        out.print(f"[yellow]![/] no shares: {escape(found['problem'])}")
    else:
        out.print(f"shares: \\[{', '.join(found['shares'])}]")


@app.command()
def approve(  # noqa: PLR0913, PLR0917 - every option is an argument
    code: Code,
    approver: Annotated[str, typer.Option("--approver", help="Who approves it.")],
    since: Annotated[str, typer.Option("--from", help="The first day on which it counts.")],
    on: Annotated[str, typer.Option("--on", help="The day of the approval; else today.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why, or the document.")] = "",
    alone: Annotated[
        bool, typer.Option("--alone", help="Without the parts that wait with it.")
    ] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Approves a draft, and the drafts among its parts.

    \b
    $ qingyu target approve nm-energy-2025 --approver 自治区人民政府 --from 2021-01-01
    """
    body = {
        "approver": approver,
        "effective_from": since,
        "approved_on": on,
        "reason": reason,
        "with_parts": not alone,
    }
    with connect(data_dir, key) as api:
        path = f"/v1/targets/{code}/approve"
        report = post_records(api, path, body, dry_run=str(dry_run).lower())
    tell(report, as_json=as_json)


@app.command()
def transfer(  # noqa: PLR0913, PLR0917 - every option is an argument
    giver: Annotated[str, typer.Argument(help="Code of the part that gives, or of the whole.")],
    taker: Annotated[str, typer.Argument(help="Code of the part that takes.")],
    amount: Annotated[str, typer.Argument(help="How much, in the targets' unit.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    approver: Annotated[
        str, typer.Option("--approver", help="Who approves it, if the two are in force.")
    ] = "",
    since: Annotated[str, typer.Option("--from", help="The first day on which it counts.")] = "",
    dry_run: DryRun = False,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Moves an amount from one part to another of the same whole; the sum stays what it was.

    \b
    $ qingyu target transfer A B 7.5 --reason 铝厂搬迁 --approver 发展改革委 --from 2022-01-01
    """
    body = {
        "giver": giver,
        "taker": taker,
        "amount": amount,
        "reason": reason,
        "approver": approver,
        "effective_from": since,
    }
    with connect(data_dir, key) as api:
        report = post_records(api, "/v1/targets/transfers", body, dry_run=str(dry_run).lower())
    tell(report, as_json=as_json)
