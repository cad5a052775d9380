"""`qingyu contact`: who is told, and by which ways."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.routes import read_document
from deploy.cli.terminal import out

app = typer.Typer(help="Who is told, and by which ways.")

Name = Annotated[str, typer.Argument(help="The contact's name.")]


@app.command("list")
def list_(data_dir: DataDir = None, key: Key = None) -> None:
    """Lists the contacts with their offices, what they may hear of, and their ways."""
    with connect(data_dir, key) as api:
        found = api.get("alerts", "/v1/contacts")["items"]
    if not found:
        out.print("No contacts. Add one: qingyu contact put NAME FILE")
        return
    table = Table(box=None, header_style="bold")
    for column in ("name", "title", "offices", "scope", "measures", "from", "ways"):
        table.add_column(column, overflow="fold")
    for one in found:
        ways = [f"{address['channel']} {address['target']}" for address in one["addresses"]]
        cells = (
            one["name"],
            one["title"],
            ", ".join(one["offices"]),
            ", ".join(one["scope"]),
            ", ".join(one["measures"]),
            one["min_level"],
            "\n".join(ways),
        )
        table.add_row(*map(escape, cells))
    out.print(table)


@app.command()
def show(name: Name, data_dir: DataDir = None, key: Key = None) -> None:
    """Shows one contact as JSON; secrets are masked."""
    with connect(data_dir, key) as api:
        found = api.get("alerts", f"/v1/contacts/{name}")
    out.print_json(json.dumps(found, ensure_ascii=False))


@app.command()
def put(
    name: Name,
    file: Annotated[Path, typer.Argument(help="YAML or JSON: title, offices, addresses, scope…")],
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Adds or replaces a contact from a file.

    \b
    $ cat ordos.yaml
    title: 鄂尔多斯市能源局
    offices: [energy-prefecture]
    scope: ["region:150600"]
    measures: [energy]
    addresses:
      - {channel: email, target: energy@example.org}
      - {channel: wecom, target: "wecombot://KEY"}
    $ qingyu contact put ordos-energy ordos.yaml
    """
    with connect(data_dir, key) as api:
        made = api.request("PUT", "alerts", f"/v1/contacts/{name}", json=read_document(file))
    out.print(f"[green]✓[/] {escape(name)}: {len(made['addresses'])} ways")
    for address in made["addresses"]:
        if address["secret"]:
            out.print(f"  {escape(address['key'])} secret [bold]{escape(address['secret'])}[/]")
            out.print("  [dim]It signs what is sent there, and is not shown again.[/]")


@app.command()
def remove(name: Name, data_dir: DataDir = None, key: Key = None) -> None:
    """Tells a contact nothing any more; what still waits for it is marked as failed."""
    with connect(data_dir, key) as api:
        api.delete("alerts", f"/v1/contacts/{name}")
    out.print(f"[green]✓[/] {escape(name)} removed")


@app.command("test")
def try_out(name: Name, data_dir: DataDir = None, key: Key = None) -> None:
    """Sends a test notice by every way to a contact."""
    with connect(data_dir, key) as api:
        numbers = api.post("alerts", f"/v1/contacts/{name}/test")["notices"]
    out.print(f"[green]✓[/] {len(numbers)} on their way; see what comes of them:")
    for number in numbers:
        out.print(f"  qingyu notice show {number}")
