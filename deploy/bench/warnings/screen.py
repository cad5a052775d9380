"""The bench of warnings on the terminal and as JSON, each figure beside its bar."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table

from deploy.bench.warnings.arriving import Arrived
from deploy.bench.warnings.asking import ACT, MOST_BYTES, MOST_S, Checked
from deploy.bench.warnings.run import MOST_RATE, Outcome


def tables(outcome: Outcome) -> Sequence[Table]:
    """What arrived, what it took, and what was answered."""
    return (
        _arrived(outcome.arrived),
        _cpu(outcome.arrived),
        _answered(outcome),
        _checked(outcome.checked),
    )


def _table(title: str, left: int, *names: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for place, name in enumerate(names):
        table.add_column(name, justify="left" if place < left else "right")
    return table


def _met(passed: bool) -> str:
    return "[green]met[/]" if passed else "[red]not met[/]"


def _arrived(found: Sequence[Arrived]) -> Table:
    table = _table(
        "New warnings, from the topic to committed rows",
        1,
        "topic",
        "messages",
        "bytes each",
        "first commit",
        "last commit",
        "a second",
        f"bar {MOST_RATE:,.0f}/s",
        "told by",
        "ladder by",
    )
    for one in found:
        table.add_row(
            one.topic,
            f"{one.messages:,}",
            f"{one.bytes / one.messages:,.0f}",
            f"{one.first_s:.2f} s",
            f"{one.committed_s:.2f} s",
            f"[bold]{one.rate:,.0f}[/]",
            _met(one.rate >= MOST_RATE),
            f"{one.telling_s:.1f} s",
            f"{one.ladder_s:.1f} s",
        )
    return table


def _cpu(found: Sequence[Arrived]) -> Table:
    parts = list(found[0].cpu)
    title = "CPU seconds until the last commit (others: not of this system)"
    table = _table(title, 1, "topic", *parts, "others")
    for one in found:
        cells = (f"{seconds:.2f}" for seconds in (*one.cpu.values(), one.others_cpu))
        table.add_row(one.topic, *cells)
    return table


def _answered(outcome: Outcome) -> Table:
    bars = f"bar {MOST_S * 1000:.0f} ms, {MOST_BYTES / 1000:.0f} kB"
    title = (
        f"With {outcome.open:,} warnings open, all groups looked at {outcome.settled_s:.0f} s "
        "after the journal was followed"
    )
    table = _table(title, 3, "what", "", "who", "times", "p50", "p95", "p99", "kB", bars)
    for one in outcome.answered:
        table.add_row(
            one.group,
            one.name,
            one.who,
            str(one.count),
            *(f"{seconds * 1000:.1f} ms" for seconds in (one.p50, one.p95, one.p99)),
            "" if one.group == ACT else f"{one.bytes / 1000:.1f}",
            _met(one.passed) if one.barred else "",
        )
    return table


def _checked(checked: Checked) -> Table:
    table = Table(title="The journal", title_justify="left", box=None, show_header=False)
    whole = "[green]whole[/]" if checked.whole else "[red]broken[/]"
    table.add_row(f"{checked.entries:,} entries checked in {checked.seconds:.1f} s", whole)
    return table


def document(outcome: Outcome) -> dict[str, Any]:
    """Everything measured, for --json."""
    return {
        "passed": outcome.passed,
        "bars": {"rate": MOST_RATE, "p95_s": MOST_S, "bytes": MOST_BYTES},
        "arrived": [
            {**asdict(one), "rate": one.rate, "passed": one.rate >= MOST_RATE}
            for one in outcome.arrived
        ],
        "settled_s": outcome.settled_s,
        "open": outcome.open,
        "answered": [
            {**asdict(one), "passed": one.passed if one.barred else None}
            for one in outcome.answered
        ],
        "checked": asdict(outcome.checked),
    }
