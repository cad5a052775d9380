"""`qingyu gate`: how far regions are open to projects, and decisions about it."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.terminal import out

app = typer.Typer(help="Gates for projects (缓批限批): open, slowed, restricted.")

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Region = Annotated[str, typer.Argument(help="The region's code, such as 150200.")]
Document = Mapping[str, Any]

_COLOURS = {"open": "green", "slowed": "yellow", "restricted": "bold red"}


@app.command("list")
def list_(
    region: Annotated[
        str | None, typer.Option("--region", help="Only this region and what lies below it.")
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lists the regions whose gate is not open; what lies below them inherits it.

    \b
    $ qingyu gate list --region 150000
    """
    params = {"region": region} if region else {}
    with connect(data_dir, key) as api:
        found = api.get("alerts", "/v1/gates", params=params)["items"]
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    table = Table("region", "gate", "projects", "offset", "since", box=None, header_style="bold")
    for gate in found:
        lists = (", ".join(gate["projects"]), ", ".join(gate["offset"]))
        name = f"{escape(gate['region_name'])} {escape(gate['region'])}"
        table.add_row(name, _state(gate), *map(escape, lists), gate["since"])
    out.print(table if found else "All gates are open.")


@app.command()
def show(region: Region, as_json: Json = False, data_dir: DataDir = None, key: Key = None) -> None:
    """Shows a region's gate: state, projects, exemptions, offset, cause, clause, decisions.

    \b
    $ qingyu gate show 150202
    """
    with connect(data_dir, key) as api:
        found = api.get("alerts", f"/v1/gates/{region}")
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    out.print(f"\n{escape(found['region_name'])} {_state(found)}", end="")
    out.print(f" [dim]by that of {found['of']}[/]" if found["inherited"] else "")
    for one in found["restrictions"]:
        exempt = f", not {', '.join(one['exempt'])}" if one["exempt"] else ""
        offset = f", offset of {', '.join(one['offset'])}" if one["offset"] else ""
        out.print(
            f"  {_state(one)} {escape(', '.join(one['projects']) + exempt + offset)} since "
            f"{one['since']}\n    {escape(one['why'] or one['clause'])}\n"
            f"    [dim]{one['warning'] or ''}[/]"
        )
    for one in found["decisions"]:
        out.print(
            f"  [dim]{one['at']}[/] {_state(one)} {escape(one['document'])} "
            f"{escape(one['reason'])} [dim]{escape(one['by'])}[/]"
        )


@app.command()
def decide(
    region: Region,
    state: Annotated[str, typer.Option("--state", help="open, slowed or restricted.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    document: Annotated[str, typer.Option("--document", help="The document number (文号).")],
    warnings: Annotated[
        list[str] | None,
        typer.Option("--knowing", help="A warning that is still active; may be repeated."),
    ] = None,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Records a decision: the only way in which a gate opens.

    Warnings that are still active must be named; raised anew, they close the gate again.

    \b
    $ qingyu gate decide 150200 --state open --reason 整改完成 --document '内发改〔2026〕31号'
    """
    body = {
        "state": state,
        "reason": reason,
        "document": document,
        "warnings": warnings or [],
    }
    with connect(data_dir, key) as api:
        found = api.post("alerts", f"/v1/gates/{region}/decisions", json=body)
    out.print(f"[green]✓[/] {escape(found['region_name'])} is {_state(found)}")


def _state(one: Document) -> str:
    return f"[{_COLOURS[one['state']]}]{one['state']}[/]"
