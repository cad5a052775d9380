"""`qingyu barometer`: a region and all below it as traffic lights."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.figure import level
from deploy.cli.terminal import out

Document = Mapping[str, Any]

_TRENDS = {
    "better": "[green]↑[/]",
    "worse": "[red]↓[/]",
    "same": "[dim]=[/]",
    "new": "[cyan]new[/]",
    "lost": "[yellow]lost[/]",
}


def command(  # noqa: PLR0913, PLR0917 - every option is an argument
    region: Annotated[str, typer.Argument(help="Code of the region, such as 150000.")],
    period: Annotated[str, typer.Argument(help="Cumulative: 2025Q3, 2025M7 or 2025.")],
    of: Annotated[str, typer.Option("--of", help="regions, enterprises or tags.")] = "regions",
    rule: Annotated[
        str | None, typer.Option("--rule", help="A rule set instead of the targets' own.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="commit:N, or an instant.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="zh or en.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows the levels of a region and of all below it, with change since the last period and rank.

    \b
    $ qingyu barometer 150000 2025Q3
    $ qingyu barometer 150000 2025 --rule N2021H1 --lang zh
    $ qingyu barometer 150203 2025M7 --of enterprises --json
    """
    given = {"region": region, "period": period, "of": of, "rule": rule, "as_of": as_of}
    params = {name: value for name, value in given.items() if value is not None}
    with connect(data_dir, key) as api:
        found = api.get("evaluator", "/v1/barometer", params=params)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    _print(found, lang)


def _print(found: Document, lang: str) -> None:
    before = f", compared with {found['before']}" if found["before"] else ""
    out.print(
        f"\n[bold]{escape(found['region_name'])}[/] {escape(found['period'])}"
        f"[dim]{escape(before)}; as of {escape(found['as_of'])}[/]\n"
    )
    rows = [found["own"], *found["items"]]
    measures = sorted({one["measure"] for row in rows for one in row["measures"]})
    if not measures:
        out.print("No targets are in force for that period. See: qingyu target list")
        return
    out.print(_table(rows, measures, lang))
    for measure, counts in found["counts"].items():
        said = ", ".join(f"{count} {colour}" for colour, count in sorted(counts.items()))
        out.print(f"[dim]{escape(measure)}: {escape(said)}[/]")
    for reason in _reasons(rows, lang):
        out.print(f"[dim]· {escape(reason)}[/]")


def _table(rows: Sequence[Document], measures: Sequence[str], lang: str) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column("", no_wrap=True)
    for measure in measures:
        table.add_column(measure, no_wrap=True)
    for row in rows:
        cells = [_cell(row["measures"], measure, lang) for measure in measures]
        table.add_row(escape(row["name"]), *cells)
    return table


def _cell(found: Sequence[Document], measure: str, lang: str) -> str:
    cells = [_one(one, lang) for one in found if one["measure"] == measure]
    return "\n".join(cells) or "[dim]-[/]"


def _one(one: Document, lang: str) -> str:
    progress = f" {one['progress']} %" if one["progress"] is not None else ""
    rank = f" [dim]#{one['rank']}[/]" if one["rank"] is not None else ""
    trend = _TRENDS.get(one["change"], "")
    return f"{level(one, lang)}{progress}{rank} {trend}".rstrip()


def _reasons(rows: Sequence[Document], lang: str) -> list[str]:
    """Why somebody is not rated, each reason once."""
    said = {
        f"{row['name']}, {one['measure']}: {reason[lang]}"
        for row in rows
        for one in row["measures"]
        for reason in one["reasons"]
    }
    return sorted(said)[:20]
