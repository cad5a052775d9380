"""`qingyu bench stress` and `bench province`: a whole country, made up, and what it takes."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from deploy.bench.figures import Spread
from deploy.bench.new_factor import MOST_RECOMPUTE_S, Recomputed, recompute
from deploy.bench.province.load import Loaded, load
from deploy.bench.province.size import BRIEF, STRESS, Size
from deploy.bench.stress import MOST_CHANGE_S, Changes, Province, await_catalogue, change_readings
from deploy.cli.terminal import fail, out
from deploy.demo.site import Site, SiteError
from deploy.local.background import running_system
from deploy.local.options import DEFAULT_PORTS
from deploy.local.process import PartError

_SIZES = {"stress": STRESS, "brief": BRIEF}
_PHASES = ("readings", "factor")
_MARK = "province.json"
_BYTES_A_POINT_YEAR = 800_000
_GIB = 1024**3

Folder = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        "-d",
        help="Folder to keep the system in: one that was filled before is used again.",
    ),
]
SizeName = Annotated[str, typer.Option("--size", help=f"One of {', '.join(_SIZES)}.")]
Enterprises = Annotated[
    int | None, typer.Option(min=1, help="So many enterprises instead of 17,000.")
]
Counties = Annotated[int | None, typer.Option(min=1, help="So many counties instead.")]
JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Write the figures to this file too.", dir_okay=False)
]


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
    _filled(_sized(size, enterprises, counties), data_dir)


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
    wanted = _sized(size, enterprises, counties)
    try:
        with _folder(data_dir) as folder:
            filled, loaded = _ready(wanted, folder)
            ports = dict.fromkeys(DEFAULT_PORTS, 0)
            with running_system(folder, ports, quiet=True) as state, Site.of(state, folder) as site:
                found = _measured(site, Province(filled), changes, phase)
    except (PartError, SiteError) as error:
        fail(str(error))
    _show(found)
    if json_file is not None:
        written = {"size": asdict(filled), "load": loaded and asdict(loaded)} | _document(found)
        json_file.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    raise typer.Exit(0 if found.passed else 1)


def _measured(site: Site, made_up: Province, changes: int, phase: str | None) -> Found:
    _say(f"the services know everybody after {await_catalogue(site, made_up):.0f} s")
    changed = recomputed = None
    if phase in (None, "readings"):
        changed = asyncio.run(change_readings(site, made_up, changes, _say))
    if phase in (None, "factor"):
        recomputed = asyncio.run(recompute(site, made_up, _say))
    return Found(changes=changed, recomputed=recomputed)


def _sized(name: str, enterprises: int | None, counties: int | None) -> Size:
    if name not in _SIZES:
        fail(f"there is no size {name!r}; there are {', '.join(_SIZES)}")
    chosen = {"enterprises": enterprises, "counties": counties}
    try:
        return replace(_SIZES[name], **{n: v for n, v in chosen.items() if v is not None})
    except ValueError as error:
        fail(str(error))


@contextmanager
def _folder(data_dir: Path | None) -> Iterator[Path]:
    if data_dir is not None:
        yield data_dir.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="qingyu-stress-") as fresh:
        yield Path(fresh).resolve()


def _ready(wanted: Size, folder: Path) -> tuple[Size, Loaded | None]:
    """The size that the folder was filled with, or that it is filled with now."""
    mark = folder / _MARK
    if mark.is_file():
        return msgspec.json.decode(mark.read_bytes(), type=Size), None
    return wanted, _filled(wanted, folder)


def _filled(size: Size, folder: Path) -> Loaded:
    """Fill a new folder, and note its size in it."""
    if (folder / "postgres").exists():
        fail(f"{folder} holds a system already: name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    needed = size.enterprises * size.lanes * size.points * _BYTES_A_POINT_YEAR + _GIB
    free = shutil.disk_usage(folder).free
    if free < needed:
        fail(
            f"{folder} has {free / _GIB:.0f} GiB left and this needs {needed / _GIB:.0f}: name "
            "another folder with --data-dir, or make it smaller with --enterprises and --counties"
        )
    _say(f"{size.enterprises:,} enterprises in {size.counties:,} counties, year {size.year}")
    try:
        loaded = load(size, folder, _say)
    except PartError as error:
        fail(str(error))
    (folder / _MARK).write_bytes(msgspec.json.encode(size))
    _say(f"filled in {loaded.seconds:.0f} s, {loaded.disk_bytes / _GIB:.1f} GiB")
    return loaded


def _say(words: str) -> None:
    out.print(f"[dim]·[/] {words}")


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
