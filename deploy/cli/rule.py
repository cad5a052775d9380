"""`qingyu rule`: what another rule would have raised, before it goes live."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import Api, DataDir, Key, connect
from deploy.cli.terminal import fail, out
from shared.model.period import zone

app = typer.Typer(help="Rules: what others would have raised.")

Document = Mapping[str, Any]

_TIMEOUT_S = 300.0
_COLOURS = {
    "none": "dim",
    "notice": "cyan",
    "yellow": "yellow",
    "orange": "dark_orange",
    "red": "red",
}
_MOVES = {
    "gained": "[red]+ gained[/]",
    "lost": "[green]− lost[/]",
    "earlier": "[cyan]← earlier[/]",
    "later": "[yellow]→ later[/]",
    "same": "[dim]= same[/]",
}
_SUMS = ("tried", "silent", "raised_in_force", "raised_tried")
_NUMBERS = "The rule's numbers; what is left out stays as in force"
_CHOICE = "For whom"

Rule = Annotated[str, typer.Argument(metavar="used|pace|RULE_SET", help="RULE_SET: N2020, …")]
Begin = Annotated[str, typer.Option("--from", help="A date, 2025-01-01.")]
End = Annotated[str, typer.Option("--to", help="A date; not included.")]
Levels = Annotated[
    list[str] | None,
    typer.Option(
        "--level",
        "-l",
        metavar="LEVEL=PERCENT",
        help="Such as yellow=85; levels not named are not raised.",
        rich_help_panel=_NUMBERS,
    ),
]
Clear = Annotated[
    str | None,
    typer.Option(help="Of used: per cent of the line to fall.", rich_help_panel=_NUMBERS),
]
Fall = Annotated[
    str | None, typer.Option(help="Of pace: points to fall.", rich_help_panel=_NUMBERS)
]
Since = Annotated[
    str | None,
    typer.Option(help="Of pace: per cent of the period first.", rich_help_panel=_NUMBERS),
]
Region = Annotated[
    str, typer.Option("--region", "-r", help="It and all in it.", rich_help_panel=_CHOICE)
]
Subject = Annotated[str, typer.Option(help="Such as enterprise:9115….", rich_help_panel=_CHOICE)]
Budget = Annotated[str, typer.Option(help="Code of a budget.", rich_help_panel=_CHOICE)]
Same = Annotated[bool, typer.Option("--same", help="Also list what does not change.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, all pages in one.")]


@app.callback()
def main() -> None:
    """Rules: what others would have raised."""


@app.command("try")
def try_(  # noqa: PLR0913, PLR0917 an option a wish
    rule: Rule,
    begin: Begin,
    end: End,
    level: Levels = None,
    clear: Clear = None,
    fall: Fall = None,
    since: Since = None,
    region: Region = "",
    subject: Subject = "",
    budget: Budget = "",
    same: Same = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Judge the past by another rule, beside the one in force; nothing is changed by it.

    Each line is a level of a budget or target that the two rules reach at different times: gained
    (only the rule tried reaches it), lost, earlier or later.

    \b
    $ qingyu rule try used --from 2025-01-01 --to 2026-01-01 -l yellow=85 -l red=100
    $ qingyu rule try pace --from 2025-01-01 --to 2026-01-01 --since 25 --region 150000
    $ qingyu rule try N2021H1 --from 2025-01-01 --to 2026-01-01
    """
    is_budget = rule in {"used", "pace"}
    body: dict[str, Any] = {
        "rule": rule if is_budget else "barometer",
        "rule_set": "" if is_budget else rule,
        "from": begin,
        "to": end,
        "region": region,
        "subject": subject,
        "budget": budget,
        "thresholds": _thresholds(level),
        "clear_line_percent": clear,
        "fall_points": fall,
        "from_percent": since,
    }
    with connect(data_dir, key) as api:
        pages = list(_pages(api, body, quiet=as_json))
    found = _together(pages)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    _show(found, same=same)


def _thresholds(levels: Sequence[str] | None) -> dict[str, str] | None:
    if not levels:
        return None
    found: dict[str, str] = {}
    for one in levels:
        word, _, percent = one.partition("=")
        if not percent:
            fail(f"--level {one}: write LEVEL=PERCENT, such as yellow=85")
        found[word.strip()] = percent.strip()
    return found


def _pages(api: Api, body: Document, *, quiet: bool) -> Iterator[Document]:
    """Page after page; on a terminal how far it has come is told."""
    cursor, tried = "", 0
    while True:
        page = api.post(
            "evaluator", "/v1/replays", json={**body, "cursor": cursor}, timeout=_TIMEOUT_S
        )
        yield page
        tried += page["tried"] + len(page["unjudged"])
        cursor = page["next"] or ""
        if not cursor:
            return
        if not quiet:
            out.print(f"[dim]{tried} of {page['selected']} …[/]")


def _together(pages: Sequence[Document]) -> dict[str, Any]:
    """All pages as one answer."""
    found = dict(pages[0])
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update(page["counts"])
    return found | {
        **{name: sum(page[name] for page in pages) for name in _SUMS},
        "counts": dict(counts),
        "unjudged": [code for page in pages for code in page["unjudged"]],
        "items": [item for page in pages for item in page["items"]],
        "next": None,
    }


def _show(found: Document, *, same: bool) -> None:
    kind = "target" if found["rule"] == "barometer" else "budget"
    kind += "" if found["tried"] == 1 else "s"
    out.print(
        f"[bold]{found['tried']} {kind}[/] [dim]{found['from']} to {found['to']}[/]: "
        f"raised [bold]{found['raised_in_force']}[/] times by the rule in force, "
        f"[bold]{found['raised_tried']}[/] by this one"
    )
    counts = found["counts"]
    out.print("  ".join(f"{_MOVES[name]} {counts.get(name, 0)}" for name in _MOVES))
    table = _table(found["items"], same=same)
    if table.row_count:
        out.print(table)
    else:
        out.print("[dim]Both rules reach the same levels at the same times.[/]")
    if found["unjudged"]:
        out.print(f"[yellow]Not judged yet:[/] {escape(', '.join(found['unjudged']))}")


def _table(items: Sequence[Document], *, same: bool) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for heading in ("who", "code", "period"):
        table.add_column(heading, overflow="fold")
    for heading in ("level", "change"):
        table.add_column(heading, no_wrap=True)
    for heading in ("in force", "tried", "days"):
        table.add_column(heading, justify="right", no_wrap=True)
    for item in items:
        for one in item["differences"]:
            if same or one["moved"] != "same":
                table.add_row(*_row(item, one))
    return table


def _row(item: Document, one: Document) -> tuple[str, ...]:
    colour = _COLOURS[one["level"]]
    hours = one["hours"]
    return (
        escape(item["subject_name"]),
        escape(item["code"]),
        item["period"],
        f"[{colour}]{one['level']}[/]",
        _MOVES[one["moved"]],
        _day(one["in_force_at"], item["zone"]),
        _day(one["tried_at"], item["zone"]),
        "" if not hours else f"{hours / 24:+.1f}",
    )


def _day(at: str | None, zone_name: str) -> str:
    """The hour where it happened."""
    if at is None:
        return "[dim]never[/]"
    return f"{datetime.fromisoformat(at).astimezone(zone(zone_name)):%Y-%m-%d %H:%M}"
