"""How the command line speaks: to people in colour, to files in plain lines, errors to stderr."""

import json
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from deploy.local.state import State

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_WIDTH = 15


def fail(message: str, code: int = 1) -> NoReturn:
    """Say what went wrong and leave with a non-zero exit code."""
    err.print(f"[bold red]✗[/] {escape(message)}")
    raise typer.Exit(code)


class TerminalReporter:
    """The supervisor's news on a terminal, a line each."""

    def __init__(self) -> None:
        self._bar: Progress | None = None

    def fetching(self, done: int, total: int, name: str) -> None:
        """A bar on a terminal, a line now and then elsewhere."""
        if not out.is_terminal:
            if done in (0, total) or done % 10 == 0:
                out.print(f"  Kafka: fetched {done} of {total} jars {name}".rstrip())
            return
        if self._bar is None:
            columns = (
                TextColumn("  Kafka's jars, fetched once"),
                BarColumn(),
                MofNCompleteColumn(),
            )
            self._bar = Progress(*columns, console=out, transient=True)
            self._bar.add_task("", total=total)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done)
        if done == total:
            self._bar.stop()

    def up(self, title: str, address: str, seconds: float) -> None:
        """A part serves."""
        out.print(f"[green]✓[/] {title:{_WIDTH}} {seconds:5.1f} s  [dim]{address}[/]")

    def ready(self, state: State, seconds: float, folder: Path) -> None:
        """Everything serves: where to go now."""
        out.print(f"\n[bold green]Ready in {seconds:.1f} s.[/]\n")
        lines = (
            ("Open", state.urls["console"], "the console"),
            ("Send", f"{state.urls['ingest']}/v1/readings", "readings, with a sender's key"),
            ("Key", str(folder / "operator.key"), "the operator's key: keep it"),
            ("Logs", str(folder / "logs"), "or start with --follow"),
        )
        for what, where, remark in lines:
            out.print(f"  {what:6} [bold]{escape(where)}[/]  [dim]{remark}[/]")
        out.print("\n[dim]Ctrl-C stops everything in order; the same command carries on.[/]")

    def died(self, title: str, cause: str, delay: float) -> None:
        """A part ended by itself."""
        out.print(f"[yellow]![/] {title} {cause}; starting it again in {delay:.1f} s")

    def back(self, title: str, seconds: float) -> None:
        """A part that died serves again."""
        out.print(f"[green]✓[/] {title:{_WIDTH}} {seconds:5.1f} s  [dim]back[/]")

    def stopping(self) -> None:
        """The parts drain."""
        out.print("\nStopping in order (once more: hurry) ...")

    def stopped(self, title: str, seconds: float, code: int) -> None:
        """A part has ended."""
        killed = "  [yellow]had to be killed[/]" if code == -9 else ""
        out.print(f"[dim]■[/] {title:{_WIDTH}} {seconds:5.1f} s{killed}")

    def note(self, text: str) -> None:
        """Anything else."""
        out.print(f"[yellow]·[/] {escape(text)}")

    def line(self, part: str, text: str) -> None:
        """A line of a log: JSON events shortened to what a person reads."""
        out.print(f"[cyan]{part:>10}[/] [dim]│[/] {escape(shorten(text))}")


def shorten(text: str) -> str:
    """A service's JSON event as `level action message`; other lines as they are."""
    try:
        event = json.loads(text)
        return f"{event['level']} {event.get('action') or '-'} {event['message']}"
    except (ValueError, TypeError, KeyError):
        return text
