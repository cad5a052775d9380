"""`qingyu replay`: send files of readings through the HTTP door."""

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.client import DataDir, Key, find
from deploy.cli.terminal import fail, out
from deploy.replay.batches import Order
from deploy.replay.mapping import Mapping, MappingError, load
from deploy.replay.pace import parse_speed
from deploy.replay.run import Wish
from deploy.replay.screen import Door, play, report
from deploy.replay.sources import SourceError, expand
from shared.model.instants import to_us
from shared.model.period import zone

_SPAN = "Part and order"

Files = Annotated[
    list[str] | None,
    typer.Argument(help="Files or globs: CSV, .gz, .tar.gz.", show_default=False),
]
MappingFile = Annotated[
    Path, typer.Option("--mapping", "-m", help="YAML that says what the columns mean.")
]
Speed = Annotated[str, typer.Option(help="max, or N: N times as fast as it happened.")]
Batch = Annotated[int, typer.Option(min=1, max=20_000, help="Readings a request.")]
Connections = Annotated[int, typer.Option(min=1, max=100, help="Requests at once.")]
Shuffle = Annotated[
    int | None, typer.Option(help="Send in random order, from this seed.", rich_help_panel=_SPAN)
]
Backwards = Annotated[
    bool, typer.Option("--backwards", help="Send the last batch first.", rich_help_panel=_SPAN)
]
From = Annotated[
    str | None, typer.Option("--from", help="Leave out what is earlier.", rich_help_panel=_SPAN)
]
To = Annotated[
    str | None, typer.Option(help="Leave out this instant and later.", rich_help_panel=_SPAN)
]
AllowRefused = Annotated[
    bool, typer.Option("--allow-refused", help="Exit with 0 even if some were refused.")
]
Patience = Annotated[
    float, typer.Option(help="Seconds to keep asking a busy or absent door.", min=0)
]


def command(  # noqa: PLR0913, PLR0917 an option a wish
    files: Files = None,
    mapping: MappingFile = Path("mapping.yaml"),
    speed: Speed = "max",
    batch: Batch = 1000,
    connections: Connections = 1,
    shuffle: Shuffle = None,
    backwards: Backwards = False,
    from_: From = None,
    to: To = None,
    allow_refused: AllowRefused = False,
    patience: Patience = 300.0,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Send files of readings, as any meter would, through POST /v1/readings.

    The mapping says which column is the value, whose clock the stamps are, and which points they
    belong to. Sending the same file twice changes nothing. Exit code 1 if a reading was refused.

    \b
    $ qingyu replay meters.csv -m meters.yaml
    $ qingyu replay 'export/*.csv.gz' -m export.yaml --speed 3600    an hour a second
    $ qingyu replay meters.csv -m meters.yaml --shuffle 7 --connections 4

    \b
    A mapping:
      time:   {column: date, format: "%d/%m/%Y %H:%M", zone: "+08:00"}
      series: [{column: Usage_kWh, point: STEEL-EL}]
    """
    begun = time.monotonic()
    try:
        chosen = load(mapping)
        wish = Wish(
            mapping=chosen,
            files=_files(files, chosen),
            batch=batch,
            order=_order(shuffle, backwards=backwards),
            seed=shuffle or 0,
            speed=parse_speed(speed),
            from_us=_instant(from_, chosen),
            to_us=_instant(to, chosen),
        )
        _check(wish)
        tally = play(wish, _door(data_dir, key, connections, patience), out)
    except (MappingError, SourceError, ValueError) as error:
        fail(str(error))
    report(tally, out, time.monotonic() - begun)
    refused = tally.refused and not allow_refused
    raise typer.Exit(1 if refused or tally.stopped else 0)


def _files(named: list[str] | None, mapping: Mapping) -> tuple[Path, ...]:
    return expand(named or [str(mapping.folder / name) for name in mapping.files])


def _door(data_dir: Path | None, key: str | None, connections: int, patience: float) -> Door:
    target = find(data_dir, key)
    return Door(
        url=target.urls["ingest"], key=target.key, connections=connections, patience_s=patience
    )


def _order(shuffle: int | None, *, backwards: bool) -> Order:
    if shuffle is not None and backwards:
        raise ValueError("--shuffle and --backwards exclude each other")
    if shuffle is not None:
        return Order.SHUFFLED
    return Order.BACKWARDS if backwards else Order.AS_WRITTEN


def _check(wish: Wish) -> None:
    if not wish.files:
        raise ValueError("name a file to send, or write `files:` into the mapping")
    if wish.speed is not None and wish.order is not Order.AS_WRITTEN:
        raise ValueError("--speed N keeps the order of time: leave --shuffle and --backwards out")


def _instant(text: str | None, mapping: Mapping) -> int | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        if mapping.time.zone is None:
            raise ValueError(f"{text} needs a zone, as in 2026-01-01T00:00:00+08:00")
        moment = moment.replace(tzinfo=zone(mapping.time.zone))
    return to_us(moment)
