"""`qingyu status`: what runs in a folder."""

import time
from pathlib import Path
from typing import Annotated

import psutil
import typer
from rich.table import Table

from deploy.cli.client import DataDir, data_folder
from deploy.cli.terminal import fail, out
from deploy.local import dirlock, kafka, state
from deploy.local.options import KAFKA, SERVICES
from deploy.local.parts import is_ready
from deploy.local.state import PartState

Wait = Annotated[
    float, typer.Option("--wait", min=0, help="Wait up to so many seconds until it is ready.")
]


def command(data_dir: DataDir = None, wait: Wait = 0) -> None:
    """Show the parts of the system in a folder: address, process, memory, whether they serve.

    Exit code 0 if everything is well, 1 otherwise.

    \b
    $ qingyu status
    $ qingyu status -d /srv/qingyu
    $ qingyu status --wait 120         until a system that is starting is ready
    """
    folder = data_folder(data_dir)
    found = _running(folder, wait)
    if found is None:
        fail(f"nothing runs in {folder}. Start it: qingyu up --data-dir {folder}")
    table = Table("part", "state", "pid", "memory", "address", box=None)
    well = found.ready
    for name, part in found.parts.items():
        problem = _problem(name, part)
        well = well and problem is None
        mark = "[green]ready[/]" if problem is None else f"[red]{problem}[/]"
        table.add_row(name, mark, str(part.pid), f"{_megabytes(part):.0f} MB", part.address)
    out.print(table)
    started = found.started_at
    out.print(f"[dim]in {folder}, started {started}, supervisor pid {found.supervisor}[/]")
    raise typer.Exit(0 if well else 1)


def _running(folder: Path, wait: float) -> state.State | None:
    """What runs in the folder; a system that is not ready is looked at until `wait` is over."""
    deadline = time.monotonic() + wait
    while True:
        found = state.read(folder) if dirlock.holder(folder) else None
        if (found is not None and found.ready) or time.monotonic() >= deadline:
            return found
        time.sleep(0.2)


def _problem(name: str, part: PartState) -> str | None:
    if part.process() is None:
        return "dead"
    port = int(part.address.rpartition(":")[2])
    serving = {KAFKA: kafka.serves, **dict.fromkeys(SERVICES, is_ready)}
    return None if name not in serving or serving[name](port) else "not ready"


def _megabytes(part: PartState) -> float:
    """Proportional memory of the part and its children; 0 if it cannot be told."""
    process = part.process()
    if process is None:
        return 0.0
    try:
        family = [process, *process.children(recursive=True)]
        return float(sum(member.memory_full_info().pss for member in family)) / 1e6
    except (psutil.Error, AttributeError):  # AttributeError: pss is Linux's
        return 0.0
