"""What `qingyu target` prints: targets, their versions, trees and paths as tables."""

from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

_STATES = {
    "draft": "yellow",
    "approved": "cyan",
    "in-force": "green",
    "superseded": "dim",
}
_LEVELS = {"green": "green", "yellow": "yellow", "orange": "dark_orange", "red": "bold red"}
_FORMS = {
    "reduction": "−{} {}",
    "total": "≤ {} {}",
    "increment": "+ at most {} {}",
    "at-most": "≤ {} {}",
    "at-least": "≥ {} {}",
}

Document = Mapping[str, Any]


def table(found: list[Document]) -> Table:
    """Targets, one a line."""
    table = Table(box=None, header_style="bold")
    for column in ("code", "holder", "measure"):
        table.add_column(column, no_wrap=True, overflow="fold")
    table.add_column("asks for", justify="right", no_wrap=True)
    for column in ("years", "state", "part of"):
        table.add_column(column, no_wrap=True)
    for target in found:
        pending = f" [dim]+{target['newest'] - target['version']} newer[/]"
        table.add_row(
            escape(target["code"]),
            escape(f"{target['holder']} {target['holder_name']}"),
            escape(target["measure"]),
            _asked(target),
            _years(target),
            _state(target["state"]) + (pending if target["newest"] > target["version"] else ""),
            escape(target["parent"] or "-"),
        )
    return table


def _asked(target: Document) -> str:
    if target["value"] is None:
        return "[dim]as handed down[/]"
    return escape(_FORMS[target["form"]].format(target["value"], target["unit"]))


def _years(target: Document) -> str:
    base = f" on {target['base_year']}" if target["base_year"] else ""
    return f"{target['first_year']}–{target['last_year']}{base}"


def _state(word: str) -> str:
    return f"[{_STATES.get(word, 'white')}]{word}[/]"


def heading(target: Document) -> str:
    """Who is to reach what."""
    return (
        f"\n[bold]{escape(target['name'])}[/] {escape(target['code'])}: "
        f"{escape(target['holder'])} {escape(target['holder_name'])}\n"
        f"[dim]{escape(target['measure'])}, {target['binding']}; {_years(target)}; "
        f"{escape(target['plan'] or 'no plan named')}[/]\n"
    )


def facts(target: Document) -> Table:
    """Everything that is said of it."""
    table = Table(box=None, show_header=False)
    yearly = "  ".join(f"{year} {value}" for year, value in sorted(target["yearly"].items()))
    rows = (
        ("asks for", _asked(target)),
        ("incentive", escape(target["incentive"] or "")),
        ("state", _state(target["state"])),
        ("part of", escape(f"{target['parent']} ({target['cut']})" if target["parent"] else "")),
        ("parts", escape("  ".join(target["parts"]))),
        ("reserve", target["reserve"] if target["reserve"] != "0" else ""),
        ("unmonitored", target["unmonitored"] if target["unmonitored"] != "0" else ""),
        ("weight", f"{target['weight']} % of the whole's GDP" if target["weight"] else ""),
        ("years", escape(yearly)),
        ("phasing", " ".join(target["shares"])),
        ("elastic", "yes" if target["elastic"] else ""),
        ("source", escape(f"{target['source']} {target['confidence']}".strip())),
        ("note", escape(target["note"])),
    )
    for name, value in rows:
        if value:
            table.add_row(f"[dim]{name}[/]", value)
    return table


def versions(target: Document) -> Table:
    """All versions, oldest first."""
    names = ("version", "value", "state", "in effect from", "approved", "why", "commit")
    table = Table(*names, box=None, header_style="bold")
    for one in target["versions"]:
        moved = f" {one['transferred']} ({one['counterpart']})" if one["transferred"] else ""
        table.add_row(
            str(one["version"]),
            escape(f"{one['value'] or '-'} {target['unit']}"),
            _state(one["state"]),
            one["effective_from"] or "-",
            escape(f"{one['approved_on']} {one['approver']}".strip() or "-"),
            escape(f"{one['reason']}{moved}".strip() or "-"),
            str(one["commit"]),
        )
    return table


def steps(path: Document) -> Table:
    """What it asks for quarter by quarter."""
    table = Table("by", "way", "year alone", "required", box=None, header_style="bold")
    for step in path["steps"]:
        required = f"{step['required']} {step['unit']}" if step["required"] else "-"
        table.add_row(step["period"], step["progress"], step["year_value"] or "-", escape(required))
    return table


def nodes(nodes: list[Document]) -> Table:
    """A tree, each part below its whole."""
    table = Table("target", "holder", "cut", box=None, header_style="bold")
    table.add_column("value", justify="right")
    table.add_column("state")
    for one in nodes:
        value = "as handed down" if one["value"] is None else f"{one['value']} {one['unit']}"
        table.add_row(
            escape("  " * one["depth"] + one["code"]),
            escape(one["holder_name"]),
            one["cut"] or "-",
            escape(value),
            _state(one["state"]),
        )
    return table


def sums_line(sums: Document) -> str:
    """Whether a whole is the sum of its parts."""
    where = f"{escape(sums['parent'])} ({escape(sums['cut'])})"
    if sums["fault"]:
        return f"[bold red]✗[/] {where}: {escape(sums['fault'])}"
    if sums["adds_up"]:
        unit = escape(sums["unit"])
        held = f"parts {sums['held']} + undivided {sums['undivided']} {unit}"
        return f"[green]✓[/] {where}: {held}, of {sums['value']}"
    return f"[yellow]·[/] {where}: {escape(sums['remark'] or 'not added up')}"


def effects(effects: list[Document]) -> Table:
    """Levels now and then."""
    table = Table("target", "now", "then", "margin", box=None, header_style="bold")
    for one in effects:
        after = one["after"]
        table.add_row(
            escape(one["code"]),
            _level(one["before"]["level"]) if one["before"] else "-",
            _level(after["level"]),
            escape(after["margin"] or "; ".join(after["reasons"]) or "-"),
        )
    return table


def _level(word: str) -> str:
    return f"[{_LEVELS.get(word, 'white')}]● {escape(word)}[/]"
