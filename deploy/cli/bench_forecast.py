"""`qingyu bench forecast`: how far off forecasts are on real meters, against plain references."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.bench.forecast import run, summaries
from deploy.bench.forecast_data import CALENDARS
from deploy.bench.forecast_screen import document, goals, methods_table, table
from deploy.cli.terminal import fail, out


def forecast(
    calendar: Annotated[
        str, typer.Option(help=f"Days off that are known: {', '.join(CALENDARS)}.")
    ] = CALENDARS[0],
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0: as many as CPUs.")] = 0,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", help="Write the figures to this file too.", dir_okay=False),
    ] = None,
) -> None:
    """Forecast the rest of 2018 and 2019 for a university's meters from March, June and September.

    The error of the unseen rest, by carrier, against four plain references; days of an outage are
    left out. Exit code 1 unless the error is a tenth below the best reference for electricity, not
    above it for gas, and the 80 % interval holds 70 to 90 % of the rests. No system is needed;
    about a minute.

    \b
    $ qingyu bench forecast
    $ qingyu bench forecast --calendar weekends --json forecast.json
    """
    if calendar not in CALENDARS:
        fail(f"there is no calendar {calendar!r}; there are {', '.join(CALENDARS)}")
    # Each process fits one small series after another: more threads would only be in the way.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    found = summaries(run(calendar, workers or os.cpu_count() or 1, out.print))
    console = Console(highlight=False, width=None if out.is_terminal else 140)
    console.print(table(found))
    console.print(methods_table(found))
    for line in goals(found):
        out.print(line)
    if json_file is not None:
        text = json.dumps(document(found, calendar), indent=1)
        json_file.write_text(text + "\n", encoding="utf-8")
    raise typer.Exit(0 if all(one.reached for one in found if one.year is None) else 1)
