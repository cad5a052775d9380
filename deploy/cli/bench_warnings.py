"""`qingyu bench warnings`: new warnings a second, and answers with many of them open."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from deploy.bench.warnings.run import Outcome, run
from deploy.bench.warnings.screen import document, tables
from deploy.cli.terminal import fail, out
from deploy.demo.site import Site, SiteError
from deploy.local.background import running_system
from deploy.local.options import DEFAULT_PORTS
from deploy.local.process import PartError


def warnings(
    count: Annotated[int, typer.Option(min=1_000, help="New warnings from each topic.")] = 60_000,
    times: Annotated[
        int, typer.Option(min=10, max=400, help="How often each question is asked.")
    ] = 200,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", help="Write the figures to this file too.", dir_okay=False),
    ] = None,
) -> None:
    """Measure the warning desk: 5,000 new warnings a second, and answers with 50,000 open.

    In a fresh system (in a temporary folder), made-up judgements of a province with 17,000
    enterprises lie in the topic before the service may begin; what counts are rows that PostgreSQL
    has committed, with everything running that follows them. Exit code 0 whether the bars are met
    or not; 1 when anything is not as it must be.

    \b
    $ qingyu bench warnings
    $ qingyu bench warnings --count 20000 --json warnings.json
    """
    outcome = _measured(count, times)
    console = Console(highlight=False, width=None if out.is_terminal else 160)
    for table in tables(outcome):
        console.print()
        console.print(table)
    if json_file is not None:
        text = json.dumps(document(outcome), indent=1, ensure_ascii=False)
        json_file.write_text(text + "\n", encoding="utf-8")


def _measured(count: int, times: int) -> Outcome:
    ports = dict.fromkeys(DEFAULT_PORTS, 0)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="qingyu-bench-") as fresh,
            Progress(
                TextColumn("  {task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                console=out,
                transient=True,
                disable=not out.is_terminal,
            ) as bars,
            running_system(Path(fresh).resolve(), ports, quiet=True) as state,
            Site.of(state, Path(fresh).resolve()) as site,
        ):
            return run(site, count, times, _Screen(bars))
    except (PartError, SiteError) as error:
        fail(str(error))


class _Screen:
    """The run's news on the terminal."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def say(self, text: str) -> None:
        """A line; of a bar before it nothing is left."""
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
        out.print(f"[dim]·[/] {text}")

    def bar(self, title: str, total: int) -> Callable[[int], None]:
        """A bar of so many."""
        task = self._task = self._bars.add_task(title, total=total)
        return lambda done: self._bars.update(task, completed=done)
