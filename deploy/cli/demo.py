"""`qingyu demo`: a system with real data, from nothing to warnings."""

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.terminal import fail, out
from deploy.demo.screen import farewell
from deploy.demo.site import Site, SiteError
from deploy.demo.story import tell
from deploy.local import dirlock
from deploy.local.background import running_system
from deploy.local.options import DEFAULT_PORTS
from deploy.local.process import PartError

_LOOK_S = 1.0


def command(
    once: Annotated[
        bool, typer.Option("--once", help="Stop at the end instead of staying up.")
    ] = False,
    data_dir: Annotated[
        Path, typer.Option("--data-dir", "-d", help="Holds all data and logs.")
    ] = Path("data/demo"),
    free_ports: Annotated[
        bool, typer.Option("--free-ports", help="Any free ports, beside another system.")
    ] = False,
) -> None:
    """Start a system, fill it with real data, and show what it makes of it.

    A steel works' half-year and ten buildings' year are replayed through the same door as any
    meter's readings; the books must show the published sums to the last digit, and the budgets
    are chosen so that warnings of all levels come about. Regions are real; enterprises, budgets
    and places are invented and say so. Run it again: repeats change nothing.

    \b
    $ qingyu demo
    $ qingyu demo --once        ends there; exit code 1 if a sum is not as published
    """
    folder = data_dir.expanduser().resolve()
    ports = dict.fromkeys(DEFAULT_PORTS, 0) if free_ports else None
    try:
        with running_system(folder, ports) as state, Site.of(state, folder) as site:
            fine = tell(site, out)
            _invite(site, folder, fine=fine)
            if not once:
                _stay(folder)
    except (PartError, SiteError) as error:
        fail(str(error))
    raise typer.Exit(0 if fine else 1)


def _invite(site: Site, folder: Path, *, fine: bool) -> None:
    link = site.post("console", "/console/sign-in-tokens", {})
    farewell(
        out, sign_in=link["url"], console_url=site.url("console"), folder=str(folder), fine=fine
    )


def _stay(folder: Path) -> None:
    """Until Ctrl-C or SIGTERM, or until the system is gone."""
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    out.print("\n[dim]Ctrl-C stops everything; the same command carries on.[/]")
    while not asked.wait(_LOOK_S):
        if dirlock.holder(folder) is None:
            fail(f"the system has stopped; see {folder / 'logs'}")
