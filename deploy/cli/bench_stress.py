"""`qingyu bench stress` and `bench province`: a whole country, made up, and what it takes."""

import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.bench.figures import Spread
from deploy.bench.new_factor import MOST_RECOMPUTE_S, Recomputed, recompute
from deploy.bench.stress import MOST_CHANGE_S, Changes, Province, await_catalogue, change_readings
from deploy.cli.bench_filled import (
    Counties,
    Enterprises,
    Folder,
    JsonFile,
    SizeName,
    fill,
    folder,
    ready,
    say,
    sized,
)
from deploy.cli.terminal import fail, out
from deploy.demo.site import Site, SiteError
from deploy.local.background import running_system
from deploy.local.options import DEFAULT_PORTS
from deploy.local.process import PartError

_PHASES = ("readings", "factor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was measured; None for a phase that was left out."""

    changes: Changes | None
    recomputed: Recomputed | None

    @property
    def passed(self) -> bool:
        """Whether every phase that ran was right and in time."""
        return all(one.passed for one in (self.changes, self.recomputed) if one is not None)


def province(
    data_dir: Annotated[Path, typer.Argument(help="Folder for the system; a new one.")],
    size: SizeName = "stress",
    enterprises: Enterprises = None,
    counties: Counties = None,
) -> None:
    """Fill a new folder with a made-up country or province, for `qingyu up -d FOLDER`.

    17,000 enterprises with a year of hourly readings and books, their regions, GDP and targets:
    27 GB. `--size brief` is one province with 12 leagues and 100 counties.

    \b
    $ qingyu bench province /data/country
    $ qingyu bench province /data/small --enterprises 100 --counties 20
    """
    fill(sized(size, enterprises, counties), data_dir)


def stress(
    changes: Annotated[int, typer.Option(min=1, help="So many changed readings.")] = 20,
    size: SizeName = "stress",
    enterprises: Enterprises = None,
    counties: Counties = None,
    data_dir: Folder = None,
    phase: Annotated[str | None, typer.Option(help=f"Only this one: {', '.join(_PHASES)}.")] = None,
    json_file: JsonFile = None,
) -> None:
    """Measure changed readings and a new factor in a country of 17,000 enterprises.

    Fills a fresh system first (3 minutes and 27 GB, not part of the figures). Exit code 1 when a
    figure is wrong or later than it may be.

    \b
    $ qingyu bench stress
    $ qingyu bench stress --data-dir /data/country --changes 50 --json stress.json
    """
    if phase not in (None, *_PHASES):
        fail(f"there is no phase {phase!r}; there are {', '.join(_PHASES)}")
    wanted = sized(size, enterprises, counties)
    try:
        with folder(data_dir) as place:
            filled, loaded = ready(wanted, place)
            ports = dict.fromkeys(DEFAULT_PORTS, 0)
            with running_system(place, ports, quiet=True) as state, Site.of(state, place) as site:
                found = _measured(site, Province(filled), changes, phase)
    except (PartError, SiteError) as error:
        fail(str(error))
    _show(found)
    if json_file is not None:
        written = {"size": asdict(filled), "load": loaded and asdict(loaded)} | _document(found)
        json_file.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    raise typer.Exit(0 if found.passed else 1)


def _measured(site: Site, made_up: Province, changes: int, phase: str | None) -> Found:
    say(f"the services know everybody after {await_catalogue(site, made_up):.0f} s")
    changed = recomputed = None
    if phase in (None, "readings"):
        changed = asyncio.run(change_readings(site, made_up, changes, say))
    if phase in (None, "factor"):
        recomputed = asyncio.run(recompute(site, made_up, say))
    return Found(changes=changed, recomputed=recomputed)


def _show(found: Found) -> None:
    arrived = found.changes.arrived if found.changes else None
    if found.changes and arrived is not None:
        out.print(
            f"{_mark(found.changes.passed)} {arrived.count} changed readings reached their "
            f"provinces' four measures in p50 {arrived.p50:.3f} s, p99 {arrived.p99:.3f} s, "
            f"longest {arrived.longest:.3f} s (may be {MOST_CHANGE_S:.0f} s)"
        )
    again = found.recomputed
    if again is not None:
        out.print(
            f"{_mark(again.passed)} a new factor: {again.changed:,} of {again.months:,} months of "
            f"{again.subjects:,} subjects computed anew in {again.seconds:.1f} s (may be "
            f"{MOST_RECOMPUTE_S:.0f} s); {again.wrong or 'equal to the sums from scratch'}"
        )


def _mark(passed: bool) -> str:
    return "[green]✓[/]" if passed else "[red]✗[/]"


def _document(found: Found) -> dict[str, Any]:
    changes = found.changes
    arrived: Spread | None = changes.arrived if changes else None
    each = changes.each if changes else ()
    return {
        "changes": [asdict(one) | {"all_s": one.all_s} for one in each],
        "arrived": arrived and asdict(arrived),
        "recomputed": found.recomputed and asdict(found.recomputed),
        "passed": found.passed,
    }
