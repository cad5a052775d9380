"""The bench's figures for people (tables) and for programs (JSON)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.bench.figures import Spread
from deploy.bench.path import SENDER, Measured, Outcome

_MIB = 1024 * 1024
MOST_IDLE = 1.2 * 1024 * _MIB
"""The whole stack, idle, in bytes."""


def show(outcome: Outcome, console: Console) -> None:
    """All tables."""
    if outcome.phases:
        console.print(_rates(outcome.phases))
        console.print(_cpu(outcome.phases))
    console.print(memory_table({"idle": outcome.idle, "after": outcome.after}))
    console.print(_limits(outcome))


def _rates(phases: Sequence[Measured]) -> Table:
    table = Table(title="Readings a second", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name in ("phase", "accepted/s", "in the books/s", "bytes a message", "answer p50 / p99"):
        table.add_column(name, justify="left" if name == "phase" else "right")
    table.add_column("warning p50 / p99", justify="right")
    table.add_column("sum read back")
    for one in phases:
        table.add_row(
            one.title,
            f"{one.accepted_rate:,.0f}",
            f"{one.committed_rate:,.0f}",
            f"{one.message_bytes:,}",
            _spread(one.answer),
            _spread(one.warnings),
            "[green]equal[/]" if one.exact else f"[red]{one.booked} instead of {one.sent}[/]",
        )
    ratio = disturbed_ratio(phases)
    if ratio is not None:
        table.caption = f"10 % repeated, late or revised: {ratio:.0%} of the undisturbed rate"
        table.caption_justify = "left"
    return table


def disturbed_ratio(phases: Sequence[Measured]) -> float | None:
    """The disturbed rate (in the books) as a share of the undisturbed one, if both were run."""
    rates = {one.phase: one.committed_rate for one in phases}
    if not rates.get("bulk") or "disturbed" not in rates:
        return None
    return rates["disturbed"] / rates["bulk"]


def _cpu(phases: Sequence[Measured]) -> Table:
    title = "CPU seconds per million readings"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    parts = [*(part for part in phases[0].cpu if part != SENDER), SENDER]
    table.add_column("phase")
    for part in (*parts, "all"):
        table.add_column(part, justify="right")
    for one in phases:
        figures = [one.cpu[part] for part in parts]
        table.add_row(one.title, *(f"{figure:.2f}" for figure in (*figures, sum(figures))))
    return table


def memory_table(columns: Mapping[str, Mapping[str, int]]) -> Table:
    """PSS of the parts, a column a moment."""
    title = "Memory, MiB (proportional set size)"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("part")
    for name in columns:
        table.add_column(name, justify="right")
    for part in next(iter(columns.values())):
        table.add_row(part, *(f"{column[part] / _MIB:,.0f}" for column in columns.values()))
    sums = [sum(column.values()) for column in columns.values()]
    table.add_row("[bold]all[/]", *(f"[bold]{one / _MIB:,.0f}[/]" for one in sums))
    return table


def _limits(outcome: Outcome) -> Table:
    title = "This machine's own limits, same readings and settings"
    table = Table(title=title, title_justify="left", box=None, show_header=False)
    rows, kafka = outcome.rows, outcome.kafka
    if rows is not None:
        words = "readings/s as rows: staged binary COPY, INSERT ON CONFLICT"
        table.add_row("PostgreSQL", f"{rows.rate:,.0f} {words}")
    if kafka is not None:
        flat = f"{kafka.rate:,.0f} messages/s of {kafka.size:,} bytes there and back"
        table.add_row("Kafka", f"{flat} ({kafka.bytes_rate / _MIB:,.0f} MiB/s), acks=all")
        table.add_row("", f"one alone: {_spread(kafka.round_trip)}")
    return table


def _spread(found: Spread | None) -> str:
    if found is None:
        return "–"
    return f"{_seconds(found.p50)} / {_seconds(found.p99)}"


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def document(outcome: Outcome) -> dict[str, Any]:
    """Everything measured, for --json."""
    phases = [
        {
            **asdict(one),
            "accepted_rate": one.accepted_rate,
            "committed_rate": one.committed_rate,
            "exact": one.exact,
        }
        for one in outcome.phases
    ]
    return {
        **asdict(outcome),
        "phases": phases,
        "disturbed_ratio": disturbed_ratio(outcome.phases),
        "rows_rate": outcome.rows.rate if outcome.rows else None,
        "kafka_rate": outcome.kafka.rate if outcome.kafka else None,
    }
