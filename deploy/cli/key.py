"""`qingyu key`: keys for senders, readers and operators."""

import json
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.terminal import err, out

app = typer.Typer(help="Keys for senders, readers and operators.")

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command()
def create(
    role: Annotated[str, typer.Option("--role", help="sender, reader or operator.")],
    name: Annotated[str, typer.Option("--name", help="Who or what will use it.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            help="enterprise:CODE or region:CODE, as often as needed; * for all; none for "
            "operators.",
        ),
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Makes a key and prints it, this once: only its hash is kept.

    \b
    $ qingyu key create --role sender --scope enterprise:91150203MA0DEM001G --name gateway-1
    $ qingyu key create --role reader --scope region:150000 --name "energy bureau"
    """
    wanted = {"name": name, "role": role, "scope": scope or []}
    with connect(data_dir, key) as api:
        made = api.post("ingest", "/v1/keys", json=wanted)
    if as_json:
        out.print_json(json.dumps(made, ensure_ascii=False))
        return
    # The key alone on standard output: KEY=$(qingyu key create ...) works.
    err.print(f"Key {made['id']} for a {made['role']}; keep it, it is not shown again:")
    out.print(escape(made["key"]))


@app.command("list")
def list_(as_json: Json = False, data_dir: DataDir = None, key: Key = None) -> None:
    """Lists all keys, revoked ones too, never the keys themselves."""
    with connect(data_dir, key) as api:
        found = api.get("ingest", "/v1/keys")
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    table = Table("id", "role", "name", "scope", "made", "revoked", box=None, header_style="bold")
    for entry in found:
        table.add_row(
            entry["id"],
            entry["role"],
            escape(entry["name"]),
            escape(" ".join(entry["scope"])),
            entry["created_at"],
            entry["revoked_at"] or "",
        )
    out.print(table)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="The key's id, from `qingyu key list`.")],
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Revokes a key for ever: nobody is let in with it any more."""
    with connect(data_dir, key) as api:
        entry = api.delete("ingest", f"/v1/keys/{key_id}")
    out.print(f"Key {entry['id']} ({escape(entry['name'])}) is revoked.")
