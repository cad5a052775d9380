"""The demonstration on the terminal: what arrived, what the books say, who was warned."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.demo.checking import Checked
from deploy.demo.package import ZONE
from deploy.replay.tally import Tally
from shared.model.period import zone

_COLOURS = {
    "none": "green",
    "notice": "cyan",
    "yellow": "yellow",
    "orange": "dark_orange",
    "red": "bold red",
}
_MOST_STEPS = 6


def heading(console: Console, text: str) -> None:
    """A line that opens a part."""
    console.print(f"\n[bold]{text}[/]\n")


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name, justify in columns:
        table.add_column(name, justify="right" if justify == "right" else "left", no_wrap=True)
    return table


def arrived(console: Console, tallies: Mapping[str, Tally]) -> None:
    """Readings by replay."""
    table = _table(
        ("data", ""), ("accepted", "right"), ("refused", "right"), ("readings/s", "right")
    )
    for title, tally in tallies.items():
        rate = tally.accepted / tally.seconds if tally.seconds else 0
        table.add_row(title, f"{tally.accepted:,}", f"{tally.refused:,}", f"{rate:,.0f}")
    console.print(table)


def books(console: Console, checked: Sequence[Checked]) -> None:
    """Sums beside what was published."""
    table = _table(
        ("book", ""),
        ("carrier", ""),
        ("period", ""),
        ("books", "right"),
        ("published", ""),
        ("known", "right"),
    )
    for one in checked:
        table.add_row(
            one.figures.name or one.published.subject,
            one.published.carrier,
            one.published.span,
            f"{one.figures.quantity:,}",
            "[green]equal[/]" if one.equal else f"[bold red]{one.published.sum:,}[/]",
            _percent(one.figures.completeness),
        )
    console.print(table)


def _percent(share: str | None) -> str:
    if share is None:
        return "–"
    # Rounded down: 100 % is said only when nothing is missing.
    percent = (Decimal(share) * 100).quantize(Decimal("0.1"), ROUND_FLOOR)
    return f"{percent} %"


def warned(console: Console, warnings: Sequence[Mapping[str, Any]]) -> None:
    """Each warning with the hours at which its level changed, on the demonstration's clock."""
    table = _table(("budget", ""), ("rule", ""), ("hour", ""), ("level", ""), ("used", "right"))
    order = sorted(warnings, key=lambda one: (one["budget"]["code"], one["rule"]))
    for one in order:
        _rows(table, one)
    console.print(table)
    console.print(
        f"\n[dim]{len(order)} warnings. An hour is named by its beginning, China's clock; a level"
        " may fall again when the use falls back to the plan, or the period ends.[/]"
    )


def _rows(table: Table, warning: Mapping[str, Any]) -> None:
    steps = warning["sequence"]
    shown = steps if len(steps) <= _MOST_STEPS else [*steps[:3], None, *steps[-2:]]
    first = (str(warning["budget"]["name"]), str(warning["rule"]))
    for index, step in enumerate(shown):
        head = first if index == 0 else ("", "")
        if step is None:
            table.add_row(*head, "…", f"[dim]{len(steps) - 5} more[/]", "")
            continue
        used = f"{float(step['used_percent']):.2f} %"
        table.add_row(*head, _local(step["hour"]), _level(step["level"]), used)


def _level(word: str) -> str:
    shown = "cleared" if word == "none" else word
    return f"[{_COLOURS.get(word, 'default')}]{shown}[/]"


def _local(hour: str) -> str:
    return datetime.fromisoformat(hour).astimezone(zone(ZONE)).strftime("%Y-%m-%d %H:%M")


def farewell(console: Console, *, sign_in: str, console_url: str, folder: str, fine: bool) -> None:
    """Where to go now."""
    if not fine:
        console.print("\n[bold red]The books differ from what was published.[/]")
    heading(console, "Look around")
    console.print(f"  Open  [bold]{escape(sign_in)}[/]")
    console.print("        [dim]signs in whoever opens it first, for a short time[/]")
    console.print(
        f"  Later [bold]{escape(console_url)}[/]  [dim]with the key in {folder}/operator.key[/]"
    )
    console.print(f"  Ask   [bold]qingyu warnings list -d {folder}[/]")
