"""`qingyu ladder`: which warning calls for which step of the administration, and by when."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.files import text_of
from deploy.cli.terminal import fail, out
from services.alerts.adapters.ladder_policy import read_ladder, shipped
from services.alerts.domain.ladder.policy import Ladder, Plan, Rule
from services.alerts.ports.ladder import BadLadderError

app = typer.Typer(help="Response ladders: which warning calls for which step, by when.")

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Name = Annotated[str, typer.Argument(help="A ladder's name, from `qingyu ladder list`.")]
File = Annotated[Path, typer.Argument(help="A ladder as YAML.", exists=True, dir_okay=False)]


@app.command("list")
def list_(as_json: Json = False, data_dir: DataDir = None, key: Key = None) -> None:
    """Lists the ladders of the running system, and which region has which.

    What lies below a region has its ladder too, unless it was given one of its own; regions
    without any have the ladder `default`.

    \b
    $ qingyu ladder list
    """
    with connect(data_dir, key) as api:
        found = api.get("alerts", "/v1/ladders")
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    table = Table("name", "title", "version", "steps", "rules", "regions", box=None)
    for item in found["items"]:
        numbers = (str(item[name]) for name in ("version", "steps", "rules"))
        table.add_row(item["name"], escape(item["title"]), *numbers, ", ".join(item["regions"]))
    out.print(table)


@app.command()
def show(
    name: Name,
    text: Annotated[bool, typer.Option("--text", help="The YAML itself, to be edited.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows a ladder as a table: its rules, then its steps in order.

    \b
    $ qingyu ladder show inner-mongolia-14fyp
    $ qingyu ladder show inner-mongolia-14fyp --text > mine.yaml
    """
    with connect(data_dir, key) as api:
        found = api.get("alerts", f"/v1/ladders/{name}")
    if text:
        out.print(escape(found["text"]), end="")
        return
    _show(read_ladder(found["text"]))


@app.command()
def validate(file: File) -> None:
    """Checks a file without a running system: every mistake with its line.

    \b
    $ qingyu ladder validate mine.yaml
    """
    ladder = _read(file)
    out.print(f"[green]✓[/] {escape(ladder.name)}: {len(ladder.rules)} rules, ", end="")
    out.print(f"{len(ladder.steps)} steps")


@app.command()
def put(file: File, data_dir: DataDir = None, key: Key = None) -> None:
    """Puts a ladder in its place, or beside those there are; holds for what comes next.

    Steps that were proposed already stay as they are.

    \b
    $ qingyu ladder put mine.yaml
    """
    ladder = _read(file)
    with connect(data_dir, key) as api:
        kept = api.request(
            "PUT", "alerts", f"/v1/ladders/{ladder.name}", content=text_of(file).encode()
        )
    out.print(f"[green]✓[/] {escape(ladder.name)}: version {kept['version']}")


@app.command()
def assign(
    region: Annotated[str, typer.Argument(help="The region's code, such as 150000.")],
    name: Name,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Gives a region a ladder, and all below it that has none of its own.

    \b
    $ qingyu ladder assign 150000 inner-mongolia-14fyp
    """
    with connect(data_dir, key) as api:
        api.request("PUT", "alerts", f"/v1/ladders/assignments/{region}", json={"ladder": name})
    out.print(f"[green]✓[/] {escape(region)} has {escape(name)}")


@app.command()
def due(
    begin: Annotated[str, typer.Argument(help="The day from which it counts, as 2026-09-30.")],
    days: Annotated[int, typer.Argument(help="How many working days.", min=0)],
    as_json: Json = False,
) -> None:
    """Says on which day a deadline of so many working days falls, by the calendar of China.

    Years whose days off are not announced yet count weekdays, and say `provisional`.

    \b
    $ qingyu ladder due 2025-09-30 3
    2025-10-11
    """
    from shared.kit.workdays import after  # noqa: PLC0415 - takes half a second

    try:
        end, provisional = after(date.fromisoformat(begin), days)
    except ValueError as error:
        fail(str(error))
    if as_json:
        out.print_json(json.dumps({"date": end.isoformat(), "provisional": provisional}))
        return
    out.print(f"{end}{' (provisional)' if provisional else ''}")


@app.command()
def example() -> None:
    """Prints the ladder `default` with its comments: how a ladder is written.

    \b
    $ qingyu ladder example > mine.yaml
    """
    out.print(escape(shipped()["default"].text), end="")


def _read(file: Path) -> Ladder:
    try:
        return read_ladder(text_of(file))
    except BadLadderError as error:
        lines = [f"{file}:{line or 1}: {place}: {why}" for line, place, why in error.faults]
        fail("\n  ".join(lines))


def _show(ladder: Ladder) -> None:
    out.print(f"\n[bold]{escape(ladder.title)}[/] {escape(ladder.name)}")
    out.print(f"[dim]{escape(ladder.source)}[/]\n")
    rules = Table("rule", "when", "proposes", "clause", box=None, header_style="bold")
    for rule in ladder.rules:
        rules.add_row(rule.code, escape(_when(rule)), ", ".join(rule.propose), escape(rule.clause))
    out.print(rules)
    out.print()
    steps = Table("step", "kind", "formal", "days", "then", "clause", box=None, header_style="bold")
    for plan in ladder.steps:
        formal = "formal" if plan.formal else ""
        then = escape(_then(plan))
        name = f"{plan.code} [dim]{escape(plan.title)}[/]"
        steps.add_row(name, plan.kind.value, formal, str(plan.days), then, escape(plan.clause))
    out.print(steps)
    for note in ladder.silent:
        out.print(f"[dim]the plan does not say: {escape(note)}[/]")


def _when(rule: Rule) -> str:
    lists: Mapping[str, Any] = {
        "": rule.kinds,
        "of ": rule.measures,
        "in ": rule.tiers,
    }
    said = [f"{word}{'/'.join(sorted(one))}" for word, one in lists.items() if one]
    row = f", {rule.periods} periods in a row" if rule.periods > 1 else ""
    yearly = ", once a year" if rule.yearly else ""
    below = f" below {rule.below.word}" if rule.below else ""
    return f"{rule.level.word}+{below} {' '.join(said)}{row}{yearly}"


def _then(plan: Plan) -> str:
    if plan.following:
        return f"→ {plan.following}{', next level' if plan.up else ''}"
    return "→ next level" if plan.up else ""
