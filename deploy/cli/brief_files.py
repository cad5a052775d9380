"""The finished files of a brief: fetched, held against their hashes, and put into a folder."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.brief_words import size_of
from deploy.cli.client import Api, show_problem
from deploy.cli.terminal import fail

Document = Mapping[str, Any]
FOLDER = Path("briefs")
_UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')


def folder_of(brief: Document, chosen: Path | None) -> Path:
    """Where its files go: what was chosen, else `briefs/REGION-PERIOD` (`…-errata` for a sheet)."""
    if chosen is not None:
        return chosen
    kind = "-errata" if brief.get("kind") == "errata" else ""
    name = f"{brief['region']}-{brief['period']}{kind}"
    return FOLDER / _UNSAFE.sub("-", name)


def save(api: Api, brief: Document, names: Sequence[str], folder: Path) -> list[Path]:
    """Fetch the files (all of them where none is named); each is checked before it is written."""
    listed = {str(file["name"]): file for file in brief["files"]}
    unknown = [name for name in names if name not in listed]
    if unknown:
        there = ", ".join(listed) or "none yet"
        fail(f"the brief has no file {', '.join(unknown)}; there are: {there}")
    folder.mkdir(parents=True, exist_ok=True)
    return [_saved(api, brief, listed[name], folder) for name in names or listed]


def _saved(api: Api, brief: Document, file: Document, folder: Path) -> Path:
    name = str(file["name"])
    found = api.send("GET", "alerts", f"/v1/briefs/{brief['id']}/files/{quote(name)}")
    if found.is_error:
        show_problem(found)
        raise typer.Exit(1)
    if hashlib.sha256(found.content).hexdigest() != file["sha256"]:
        fail(f"{name} arrived damaged: its sha256 is not the one listed. Nothing was written.")
    target = folder / Path(name).name
    target.write_bytes(found.content)
    return target


def table_of(brief: Document) -> Table:
    """The files with size and sha256; whoever got one elsewhere can compare."""
    table = Table("file", box=None, header_style="bold")
    table.add_column("size", justify="right", no_wrap=True)
    for file in brief["files"]:
        words = " ".join(str(file[name]) for name in ("edition", "language") if file.get(name))
        name = f"[bold]{escape(str(file['name']))}[/] {escape(words)}\n[dim]{file['sha256']}[/]"
        table.add_row(name, size_of(int(file["bytes"])))
    return table
