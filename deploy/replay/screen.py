"""A replay on the terminal: a bar while it runs, and what the door said at the end."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from deploy.replay.batches import Batch, Order
from deploy.replay.run import Watcher, Wish, replay
from deploy.replay.sender import RefusedError, Sender
from deploy.replay.tally import Tally
from shared.model.instants import iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where readings go, with which key, over how many connections at once."""

    url: str
    key: str | None
    connections: int = 1
    patience_s: float = 300.0


def play(wish: Wish, door: Door, console: Console) -> Tally:
    """Replay with a bar; raises MappingError or SourceError for what the files hold.

    An interrupt or a door that refuses ends it early: the tally says why it stopped.
    """
    kept: list[Tally] = []
    try:
        asyncio.run(_play(wish, door, console, kept))
    except KeyboardInterrupt:
        kept[0].stopped = "interrupted"
    except RefusedError as error:
        kept[0].stopped = str(error)
    return kept[0]


async def _play(wish: Wish, door: Door, console: Console, kept: list[Tally]) -> None:
    sender = Sender(door.url, door.key, connections=door.connections, patience_s=door.patience_s)
    kept.append(sender.tally)
    try:
        with _bar(wish, console, sender.tally) as watcher:
            await replay(wish, sender, watcher)
    finally:
        await sender.close()


@contextmanager
def _bar(wish: Wish, console: Console, tally: Tally) -> Iterator[Watcher]:
    """Bytes of the files count until the number of readings is known, then readings."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        _Rate(),
        TextColumn("[dim]{task.fields[at]}[/]"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        total = sum(path.stat().st_size for path in wish.files)
        streaming = wish.order is Order.AS_WRITTEN and wish.speed is None
        word = "sending" if streaming else "reading"
        task = progress.add_task(word, total=total, sent=0, at="")

        def read(count: int) -> None:
            progress.advance(task, count)

        def known(count: int) -> None:
            progress.reset(task, total=count, description="sending")

        def sent(batch: Batch) -> None:
            progress.update(task, sent=tally.accepted, at=iso(batch.last_us))
            if not streaming:
                progress.advance(task, batch.size)

        yield Watcher(read=read, known=known, sent=sent)


class _Rate(ProgressColumn):
    """Readings accepted, and how many a second."""

    def render(self, task: Task) -> Text:
        sent, elapsed = int(task.fields["sent"]), task.elapsed or 0
        rate = f" {sent / elapsed:,.0f}/s" if elapsed > 0 else ""
        return Text(f"{sent:,} readings{rate}")


def report(tally: Tally, console: Console, seconds: float) -> None:
    """Say what the door said: counts, then each reason with its first examples."""
    rate = f", {tally.accepted / seconds:,.0f}/s" if seconds > 0 else ""
    mark = "[yellow]![/]" if tally.stopped else "[green]✓[/]"
    console.print(
        f"{mark} {tally.accepted:,} accepted, {tally.refused:,} refused "
        f"[dim]in {tally.requests:,} requests, {seconds:.1f} s{rate}[/]"
    )
    if tally.retries:
        console.print(f"[yellow]·[/] asked again {tally.retries} times while the door was busy")
    for reason, count in tally.reasons.most_common():
        console.print(f"[red]✗[/] {escape(reason)}: {count:,}")
        for example in tally.examples.get(reason, ()):
            console.print(f"    {escape(example)}", style="dim")
    if tally.stopped:
        console.print(f"[red]✗[/] {escape(tally.stopped)}")
        console.print("  The rest was not sent; sending it all again is harmless.")
