"""Folders that hold a made-up country or province: named, filled once, and used again."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from deploy.bench.province.load import Loaded, load
from deploy.bench.province.size import BRIEF, STRESS, Size
from deploy.cli.terminal import fail, out
from deploy.local.process import PartError

SIZES = {"stress": STRESS, "brief": BRIEF}
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
SizeName = Annotated[str, typer.Option("--size", help=f"One of {', '.join(SIZES)}.")]
Enterprises = Annotated[
    int | None, typer.Option(min=1, help="So many enterprises instead of 17,000.")
]
Counties = Annotated[int | None, typer.Option(min=1, help="So many counties instead.")]
JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Write the figures to this file too.", dir_okay=False)
]


def sized(name: str, enterprises: int | None, counties: int | None) -> Size:
    """A size by its name, with other numbers where any are given; refuses what is none."""
    if name not in SIZES:
        fail(f"there is no size {name!r}; there are {', '.join(SIZES)}")
    chosen = {"enterprises": enterprises, "counties": counties}
    try:
        return replace(SIZES[name], **{n: v for n, v in chosen.items() if v is not None})
    except ValueError as error:
        fail(str(error))


@contextmanager
def folder(data_dir: Path | None) -> Iterator[Path]:
    """The folder that was named, or one that is gone afterwards."""
    if data_dir is not None:
        yield data_dir.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="qingyu-stress-") as fresh:
        yield Path(fresh).resolve()


def ready(wanted: Size, place: Path) -> tuple[Size, Loaded | None]:
    """The size that the folder was filled with, or that it is filled with now."""
    mark = place / _MARK
    if mark.is_file():
        return msgspec.json.decode(mark.read_bytes(), type=Size), None
    return wanted, fill(wanted, place)


def fill(size: Size, place: Path) -> Loaded:
    """Fill a new folder, and note its size in it."""
    if (place / "postgres").exists():
        fail(f"{place} holds a system already: name a new folder")
    place.mkdir(parents=True, exist_ok=True)
    needed = size.enterprises * size.lanes * size.points * _BYTES_A_POINT_YEAR + _GIB
    free = shutil.disk_usage(place).free
    if free < needed:
        fail(
            f"{place} has {free / _GIB:.0f} GiB left and this needs {needed / _GIB:.0f}: name "
            "another folder with --data-dir, or make it smaller with --enterprises and --counties"
        )
    say(f"{size.enterprises:,} enterprises in {size.counties:,} counties, year {size.year}")
    try:
        loaded = load(size, place, say)
    except PartError as error:
        fail(str(error))
    (place / _MARK).write_bytes(msgspec.json.encode(size))
    say(f"filled in {loaded.seconds:.0f} s, {loaded.disk_bytes / _GIB:.1f} GiB")
    return loaded


def say(words: str) -> None:
    """A line of news."""
    out.print(f"[dim]·[/] {words}")
