"""`qingyu key`: keys for senders, readers, regulators and operators."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.files import text_of
from deploy.cli.terminal import err, out

app = typer.Typer(help="Keys for senders, readers, regulators and operators.")

EXAMPLE = Path(__file__).with_name("principals.example.yaml")

_HEADS = ("id", "role", "name", "scope", "measures", "list", "made", "revoked")

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command()
def create(
    role: Annotated[str, typer.Option("--role", help="sender, reader, regulator or operator.")],
    name: Annotated[str, typer.Option("--name", help="Who or what will use it.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            help="enterprise:CODE or region:CODE, as often as needed; * for all; none for "
            "operators.",
        ),
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", help="energy or carbon; both without it."),
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Makes a key and prints it, this once: only its hash is kept.

    A regulator reads everything below its regions and acts on the warnings of its measures:
    energy for the energy-saving department (节能主管部门), carbon for the ecology department
    (生态环境厅).

    \b
    $ qingyu key create --role sender --scope enterprise:91150203MA0DEM001G --name gateway-1
    $ qingyu key create --role reader --scope region:150000 --name "statistics"
    $ qingyu key create --role regulator --scope region:150000 --measure energy --name 节能处
    """
    wanted = {"name": name, "role": role, "scope": scope or [], "measures": measure or []}
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
    table = Table(*_HEADS, box=None, header_style="bold")
    for entry in found:
        table.add_row(
            entry["id"],
            entry["role"],
            escape(entry["name"]),
            escape(" ".join(entry["scope"])),
            " ".join(entry["measures"]),
            escape(entry["managed_by"]),
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


@app.command(
    help="Makes the keys of a list those of its file; the same file again changes nothing.\n\n"
    "A key is known by its name in the list. Its rights follow the file; with `make: true` it is "
    "made and printed this once, with `sha256` the one whose hash is stated is let in. Mistakes "
    "are named with their lines, and then nothing is changed. `-` reads standard input. Such a "
    "file (`qingyu key example > principals.yaml`):\n\n\b\n"
    + escape(EXAMPLE.read_text(encoding="utf-8"))
)
def apply(
    file: Annotated[Path, typer.Argument(help="YAML.", allow_dash=True)],
    prune: Annotated[
        bool, typer.Option("--prune", help="Revoke keys of the list that are gone from the file.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """See the help above."""
    body = {
        "filename": str(file),
        "text": typer.get_text_stream("stdin").read() if str(file) == "-" else text_of(file),
        "prune": prune,
        "dry_run": dry_run,
    }
    with connect(data_dir, key) as api:
        done = api.request("PUT", "ingest", "/v1/keys/principals", json=body)
    if as_json:
        out.print_json(json.dumps(done, ensure_ascii=False))
        return
    _show(done)


@app.command()
def example() -> None:
    """Prints a file of principals to begin with."""
    out.print(EXAMPLE.read_text(encoding="utf-8"), markup=False, end="")


def _show(done: Mapping[str, Any]) -> None:
    for word in ("added", "changed", "revoked"):
        for entry in done[word]:
            scope = " ".join(entry["scope"])
            rights = f"{entry['role']} {scope} {' '.join(entry['measures'])}"
            err.print(f"{word:8} {escape(entry['name'])}: {escape(rights)}")
    counts = ", ".join(f"{len(done[word])} {word}" for word in ("added", "changed", "revoked"))
    would = " (not done: --dry-run)" if done["dry_run"] else ""
    err.print(f"List {escape(done['name'])}: {counts}, {done['kept']} as they were.{would}")
    if done["made"]:
        err.print("Keep these keys, they are not shown again:")
    for entry in done["made"]:
        out.print(f"{escape(entry['key'])}  {escape(entry['name'])}")
