"""`qingyu bench`: measure this machine with the whole path, or the idle system's memory."""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.bench.path import PHASES, Bench, Phase, memory
from deploy.bench.screen import MOST_IDLE, document, memory_table, show
from deploy.bench.workload import Names
from deploy.cli.bench_brief import brief
from deploy.cli.bench_forecast import forecast
from deploy.cli.bench_stress import province, stress
from deploy.cli.bench_warnings import warnings
from deploy.cli.terminal import fail, out
from deploy.demo.site import Site, SiteError
from deploy.local.background import running_system
from deploy.local.options import DEFAULT_PORTS
from deploy.local.process import PartError
from shared.kit import clock

app = typer.Typer(help="Measure this machine with the whole path.")
app.command()(forecast)
app.command()(stress)
app.command()(province)
app.command()(warnings)
app.command()(brief)

_MOST_RUNS = 31**4
_SETTLE_S = 10.0

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", "-d", help="Folder of a system to use, instead of a fresh one."),
]
JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Write the figures to this file too.", dir_okay=False)
]


@app.command()
def path(
    seconds: Annotated[float, typer.Option(min=1, help="How long each phase sends.")] = 60.0,
    phase: Annotated[
        list[str] | None,
        typer.Option(help=f"Only this one: {', '.join(one.name for one in PHASES)}."),
    ] = None,
    limits: Annotated[bool, typer.Option(help="Measure bare PostgreSQL and Kafka as well.")] = True,
    json_file: JsonFile = None,
    data_dir: DataDir = None,
) -> None:
    """Send readings as fast as they are taken, and see when they are in the books.

    5,000 registers of 100 enterprises, a reading every 15 minutes, from a process of its own over
    HTTP into a fresh system (in a temporary folder). Each phase ends when the books hold
    everything; the sum read back must equal the sum sent, or the exit code is 1.

    \b
    $ qingyu bench path
    $ qingyu bench path --seconds 10 --phase live --json live.json
    """
    chosen = _chosen(phase)
    with _site(data_dir) as site:
        names = Names(int(clock.now().timestamp()) % _MOST_RUNS)
        bench = Bench(site=site, names=names, seconds=seconds, say=_say)
        outcome = bench.run(chosen, limits=limits)
    console = Console(highlight=False, width=None if out.is_terminal else 140)
    console.print()
    show(outcome, console)
    if json_file is not None:
        json_file.write_text(json.dumps(document(outcome), indent=1) + "\n", encoding="utf-8")
    raise typer.Exit(0 if all(one.exact for one in outcome.phases) else 1)


@app.command()
def idle(json_file: JsonFile = None, data_dir: DataDir = None) -> None:
    """Measure the memory of a system that does nothing; exit code 1 above 1.2 GiB.

    \b
    $ qingyu bench idle
    """
    with _site(data_dir) as site:
        time.sleep(_SETTLE_S)
        found = memory(site)
    out.print(memory_table({"idle": found}))
    if json_file is not None:
        json_file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    raise typer.Exit(0 if sum(found.values()) < MOST_IDLE else 1)


def _say(text: str) -> None:
    out.print(f"[dim]·[/] {text}")


def _chosen(names: list[str] | None) -> tuple[Phase, ...]:
    known = {one.name: one for one in PHASES}
    unknown = [name for name in names or () if name not in known]
    if unknown:
        fail(f"there is no phase {unknown[0]!r}; there are {', '.join(known)}")
    return tuple(known[name] for name in names) if names else PHASES


@contextmanager
def _site(data_dir: Path | None) -> Iterator[Site]:
    """A fresh system, or the one that runs in the folder."""
    try:
        with tempfile.TemporaryDirectory(prefix="qingyu-bench-") as fresh:
            folder = (data_dir or Path(fresh)).resolve()
            _say(f"system in {folder}")
            free = dict.fromkeys(DEFAULT_PORTS, 0)
            with running_system(folder, free, quiet=True) as state, Site.of(state, folder) as site:
                yield site
    except (PartError, SiteError) as error:
        fail(str(error))
