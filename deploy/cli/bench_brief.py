"""`qingyu bench brief`: how long a brief of a whole province takes, and whether it is right."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.bench.brief.run import Outcome, run
from deploy.bench.brief.screen import document, tables, wrongs
from deploy.cli.bench_filled import (
    Counties,
    Enterprises,
    Folder,
    JsonFile,
    folder,
    ready,
    say,
    sized,
)
from deploy.cli.terminal import fail, out
from deploy.demo.site import SiteError
from deploy.local.process import PartError


def brief(
    data_dir: Folder = None,
    enterprises: Enterprises = None,
    counties: Counties = None,
    warm: Annotated[int, typer.Option(min=0, max=20, help="Further briefs after the first.")] = 2,
    json_file: JsonFile = None,
) -> None:
    """Measure a brief of a province with 12 leagues, 100 counties and 17,000 enterprises.

    Fills a fresh system first (3 minutes and 25 GB, not part of the figures), or takes a folder
    that `qingyu bench province --size brief` has filled. Both editions in all forms, in Chinese,
    and in Chinese and English, right after the start and again. Exit code 1 when a figure is not
    exactly what the readings add up to, or a brief takes 10 s or more.

    \b
    $ qingyu bench brief
    $ qingyu bench brief --data-dir /data/province --json brief.json
    """
    outcome = _measured(data_dir, enterprises, counties, warm)
    console = Console(highlight=False, width=None if out.is_terminal else 160)
    for table in tables(outcome):
        console.print()
        console.print(table)
    for wrong in wrongs(outcome):
        out.print(f"[red]✗[/] {wrong}")
    if json_file is not None:
        text = json.dumps(document(outcome), indent=1, ensure_ascii=False)
        json_file.write_text(text + "\n", encoding="utf-8")
    raise typer.Exit(0 if outcome.passed else 1)


def _measured(
    data_dir: Path | None, enterprises: int | None, counties: int | None, warm: int
) -> Outcome:
    wanted = sized("brief", enterprises, counties)
    try:
        with folder(data_dir) as place:
            size, _ = ready(wanted, place)
            return run(size, place, say, warm=warm)
    except (PartError, SiteError) as error:
        fail(str(error))
