"""`qingyu budget`: what was granted to whom, and how it stands."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.files import body_of
from deploy.cli.terminal import out
from shared.model.period import zone

app = typer.Typer(help="Budgets of enterprises, regions and tags.")

_IMPORT_S = 600.0
_COLOURS = {
    "none": "green",
    "notice": "cyan",
    "yellow": "yellow",
    "orange": "dark_orange",
    "red": "bold red",
}
_FATES = (("added", "new"), ("changed", "new version"))

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Document = Mapping[str, Any]


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="YAML and CSV files.", exists=True, dir_okay=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change.")
    ] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Imports files of budgets: all of them, or none.

    A YAML file holds a list called `budgets`; a CSV file names its columns in the first line: code,
    subject, carrier (or tce, or co2), period, total and, where wanted, name, flows, zone, months,
    effective_from. A code that exists gets a new version when total or months differ. The same
    files again change nothing.

    \b
    $ qingyu budget import budgets.yaml
    $ qingyu budget import --dry-run budgets.csv
    """
    body = body_of(files, dry_run=dry_run)
    with connect(data_dir, key) as api:
        report = api.post("evaluator", "/v1/budgets/imports", json=body, timeout=_IMPORT_S)
    if as_json:
        out.print_json(json.dumps(report, ensure_ascii=False))
        return
    _tell(report)


@app.command("list")
def list_(
    subject: Annotated[
        str | None, typer.Option("--subject", help="Only this one, such as region:150000.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Only this region and what lies below it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one budget a line.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lists budgets with how they stand.

    \b
    $ qingyu budget list --region 150000
    $ qingyu budget list --json | jq .state.used_percent
    """
    filters = {k: v for k, v in (("subject", subject), ("region", region)) if v is not None}
    with connect(data_dir, key) as api:
        found = list(api.pages("evaluator", "/v1/budgets", filters))
    if as_json:
        for budget in found:
            out.print_json(json.dumps(budget, ensure_ascii=False), indent=None)
        return
    out.print(_table(found) if found else "No budgets. Add some: qingyu budget import FILES")


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="The budget's code, from `qingyu budget list`.")],
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows one budget: its versions, how it stands, and when its levels changed."""
    with connect(data_dir, key) as api:
        found = api.get("evaluator", f"/v1/budgets/{code}")
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    out.print(_heading(found))
    out.print(_standing(found))
    out.print(_versions(found))
    for rule, steps in found["sequences"].items():
        out.print(_sequence(rule, steps, found))


def _tell(report: Document) -> None:
    for fate, words in _FATES:
        for code in report[fate]:
            out.print(f"[green]·[/] {escape(code)} [dim]{words}[/]")
    added, changed = len(report["added"]), len(report["changed"])
    if not added and not changed:
        out.print(f"Nothing to change: all {report['rows']} say what is known already.")
    elif report["dry_run"]:
        out.print(f"Would add {added} and change {changed}; nothing was written.")
    else:
        out.print(f"[bold]{added} added, {changed} changed.[/]")


def _table(found: list[Document]) -> Table:
    table = Table(box=None, header_style="bold")
    for column in ("code", "subject", "period"):
        table.add_column(column, no_wrap=True, overflow="fold")
    for column in ("total", "used", "over the line", "complete"):
        table.add_column(column, justify="right", no_wrap=True)
    for column in ("rule used", "rule pace", "judged to"):
        table.add_column(column, no_wrap=True)
    for budget in found:
        state = budget["state"] or {}
        levels = state.get("levels", {})
        table.add_row(
            escape(budget["code"]),
            escape(f"{budget['subject']} {budget['subject_name']}"),
            escape(budget["period"]),
            escape(f"{budget['total']} {budget['unit']}"),
            _percent(state.get("used_percent")),
            _percent(state.get("over_line_percent")),
            str(state.get("completeness") or "-"),
            _level(levels.get("used")),
            _level(levels.get("pace")),
            _local(state.get("watermark"), budget["zone"]),
        )
    return table


def _heading(budget: Document) -> str:
    coal = f"standard coal ({budget['tce']})" if budget["tce"] else f"CO2 ({budget['co2']})"
    measure = budget["carrier"] or coal
    return (
        f"\n[bold]{escape(budget['name'])}[/] {escape(budget['code'])}: "
        f"{escape(budget['subject'])} {escape(budget['subject_name'])}\n"
        f"[dim]{escape(measure)}, {escape(' '.join(budget['flows']))}; {escape(budget['period'])} "
        f"({escape(budget['zone'])}); policy {escape(budget['policy'])}[/]\n"
    )


def _standing(budget: Document) -> Table | str:
    state, unit = budget["state"], escape(budget["unit"])
    if state is None:
        return "Not judged yet by its newest version."
    table = Table(box=None, show_header=False)
    rows = (
        ("books", f"{state['quantity']} {unit}, of it estimated {state['estimated']}"),
        ("line", f"{state['line']} {unit}"),
        ("used", f"{state['used_percent']} % of {budget['total']} {unit}"),
        ("over the line", _percent(state["over_line_percent"])),
        ("line first passed", _local(state["first_over_line"], budget["zone"])),
        ("completeness", str(state["completeness"] or "-")),
        ("hours judged", f"{state['hours_judged']} of {state['period_hours']}"),
        ("watermark", _local(state["watermark"], budget["zone"])),
        ("levels", "  ".join(f"{rule} {_level(word)}" for rule, word in state["levels"].items())),
    )
    for name, value in rows:
        table.add_row(f"[dim]{name}[/]", value)
    for factor in budget["factors"]:
        amount = f"{factor['kgce']} kgce/" if "kgce" in factor else f"{factor['value']} "
        text = f"{amount}{factor['unit']} ({factor['version']})"
        table.add_row(f"[dim]factor {escape(factor['carrier'])}[/]", escape(text))
    return table


def _versions(budget: Document) -> Table:
    table = Table("version", "total", "phasing", "in effect from", box=None, header_style="bold")
    for one in budget["versions"]:
        begins = one["effective_from"]
        table.add_row(
            str(one["version"]),
            escape(f"{one['total']} {budget['unit']}"),
            escape(one["phasing"]),
            _local(begins, budget["zone"]) if begins else "the beginning",
        )
    return table


def _sequence(rule: str, steps: list[Document], budget: Document) -> Table | str:
    if not steps:
        return f"[dim]{escape(rule)}: no warning[/]"
    table = Table(rule, "hour", "books", "line", "used", box=None, header_style="bold")
    for step in steps:
        table.add_row(
            _level(step["level"]),
            _local(step["hour"], budget["zone"]),
            step["quantity"],
            step["line"],
            _percent(step["used_percent"]),
        )
    return table


def _level(word: str | None) -> str:
    return f"[{_COLOURS.get(word, 'white')}]● {word}[/]" if word else "-"


def _percent(text: str | None) -> str:
    return "-" if text is None else f"{text} %"


def _local(instant: str | None, zone_name: str) -> str:
    if instant is None:
        return "-"
    local = datetime.fromisoformat(instant).astimezone(zone(zone_name))
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"
