"""`qingyu task`: who is to do what by when, how far it is, what is behind."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.files import body_of
from deploy.cli.taken import post_records, tell
from deploy.cli.terminal import out

app = typer.Typer(help="Tasks of the plans: deadlines, reports, what is behind.")

_STATES = {
    "not-started": "dim",
    "in-progress": "cyan",
    "overdue": "bold red",
    "done": "green",
    "done-late": "yellow",
    "dropped": "dim",
}

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Code = Annotated[str, typer.Argument(help="The task's code, from `qingyu task list`.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")]
On = Annotated[str | None, typer.Option("--on", help="As it stands on this day.")]
Region = Annotated[
    str | None, typer.Option("--region", help="Only this region and what lies below it.")
]
Department = Annotated[
    str | None, typer.Option("--department", help="Only what it leads or joins.")
]
Document = Mapping[str, Any]


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="YAML and CSV files.", exists=True, dir_okay=False)
    ],
    dry_run: DryRun = False,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Imports files of tasks, reports of progress and inventories: all of them, or none.

    A YAML file holds lists called `tasks`, `progress`, `inventories`; a CSV file holds tasks, its
    columns are code, name, holder, lead, joining, deadline and the rest; `;` stands between
    departments. The same files again change nothing.

    \b
    $ qingyu task import tasks.yaml
    """
    with connect(data_dir, key) as api:
        report = post_records(api, "/v1/tasks/imports", body_of(files, dry_run=dry_run))
    tell(report, as_json=as_json)


@app.command("list")
def list_(
    region: Region = None,
    department: Department = None,
    state: Annotated[
        str | None,
        typer.Option("--state", help="not-started, in-progress, overdue, done, done-late, dropped"),
    ] = None,
    behind: Annotated[bool, typer.Option("--behind", help="Only what is behind.")] = False,
    on: On = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one task a line.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lists tasks as they stand on a day.

    \b
    $ qingyu task list --region 540000 --behind
    """
    asked = {"region": region, "department": department, "state": state, "on": on}
    filters = {name: value for name, value in asked.items() if value is not None}
    if behind:
        filters["behind"] = "true"
    with connect(data_dir, key) as api:
        found = list(api.pages("evaluator", "/v1/tasks", filters))
    if as_json:
        for task in found:
            out.print_json(json.dumps(task, ensure_ascii=False), indent=None)
        return
    out.print(_table(found) if found else "No such tasks. Add some: qingyu task import FILES")


@app.command()
def show(
    code: Code,
    on: On = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows one task: who does it, its milestones, and all that was reported."""
    params = {} if on is None else {"on": on}
    with connect(data_dir, key) as api:
        found = api.get("evaluator", f"/v1/tasks/{code}", params=params)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    out.print(_heading(found))
    out.print(_instances(found["all"]))
    if found["milestones"]:
        out.print(_milestones(found["milestones"]))
    if found["reports"]:
        out.print(_reports(found["reports"]))


@app.command()
def report(  # noqa: PLR0913, PLR0917 - every option is an argument
    code: Code,
    on: Annotated[str, typer.Option("--on", help="The day of which this is told.")],
    percent: Annotated[str | None, typer.Option("--percent", help="How far it is.")] = None,
    state: Annotated[str | None, typer.Option("--state", help="started, blocked or done.")] = None,
    text: Annotated[str, typer.Option("--text", help="What was done, what is in the way.")] = "",
    by: Annotated[str, typer.Option("--by", help="The department that reports.")] = "",
    instance: Annotated[
        str, typer.Option("--instance", help="Which period, such as 2025Q3s.")
    ] = "",
    milestone: Annotated[str, typer.Option("--milestone", help="Which step.")] = "",
    evidence: Annotated[
        list[str] | None, typer.Option("--evidence", help="Address of a document.")
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Reports how far a task has come.

    \b
    $ qingyu task report tibet-5-2 --on 2019-06-30 --percent 60 --by 交通运输厅
    """
    body = {
        "on": on,
        "percent": percent,
        "state": state,
        "text": text,
        "by": by,
        "instance": instance,
        "milestone": milestone,
        "evidence": evidence or [],
    }
    with connect(data_dir, key) as api:
        path = f"/v1/tasks/{code}/progress"
        answer = post_records(api, path, body, dry_run="true" if dry_run else "")
    tell(answer, as_json=as_json)


@app.command()
def summary(
    region: Region = None,
    department: Department = None,
    on: On = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Counts tasks by department and state, and names what is behind.

    \b
    $ qingyu task summary --region 540000 --on 2019-12-31
    """
    asked = {"region": region, "department": department, "on": on}
    params = {name: value for name, value in asked.items() if value is not None}
    with connect(data_dir, key) as api:
        found = api.get("evaluator", "/v1/tasks/summary", params=params)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    out.print(_tallies(found))
    for late in found["behind"]:
        out.print(_late(late))


def _table(found: list[Document]) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column("code", no_wrap=True)
    table.add_column("task", overflow="fold")
    table.add_column("lead", overflow="fold")
    for column in ("due", "state", "done", "late"):
        table.add_column(column, no_wrap=True)
    for task in found:
        one = task["current"] or {}
        table.add_row(
            escape(task["code"]),
            escape(task["name"]),
            escape("、".join(task["lead"]) or "-"),
            one.get("due") or "-",
            _state(one),
            f"{one['percent']} %" if one.get("percent") else "-",
            f"{one['days_overdue']} d" if one.get("days_overdue") else "-",
        )
    return table


def _state(one: Document) -> str:
    word = one.get("state")
    if not word:
        return "[dim]not begun[/]"
    instance = f" {one['instance']}" if one["instance"] else ""
    blocked = " [yellow]blocked[/]" if one["blocked"] else ""
    return f"[{_STATES.get(word, 'white')}]{word}[/]{instance}{blocked}"


def _heading(task: Document) -> str:
    joining = f", with {'、'.join(task['joining'])}" if task["joining"] else ""
    where = f"{task['plan']} {task['clause']}".strip() or "no plan named"
    return (
        f"\n[bold]{escape(task['name'])}[/] {escape(task['code'])}: "
        f"{escape(task['holder'])} {escape(task['holder_name'])}\n"
        f"{escape('、'.join(task['lead']) or 'nobody named')}{escape(joining)}\n"
        f"[dim]{escape(where)}; serves {escape(', '.join(task['serves']) or 'nothing named')}[/]\n"
    )


def _instances(found: list[Document]) -> Table:
    table = Table("state", "due", "done on", "percent", "late", box=None, header_style="bold")
    for one in found:
        table.add_row(
            _state(one),
            one["due"] or "-",
            one["done_on"] or "-",
            one["percent"] or "-",
            f"{one['days_overdue']} d" if one["days_overdue"] else "-",
        )
    return table


def _milestones(found: list[Document]) -> Table:
    table = Table("milestone", "due", "state", "done on", box=None, header_style="bold")
    for step in found:
        state = f"[{_STATES.get(step['state'], 'white')}]{step['state']}[/]"
        name = escape(f"{step['code']} {step['name']}")
        table.add_row(name, step["due"], state, step["done_on"] or "-")
    return table


def _reports(found: list[Document]) -> Table:
    table = Table("on", "about", "told", "by", "text", box=None, header_style="bold")
    for one in found:
        told = one["state"] or (f"{one['percent']} %" if one["percent"] else "-")
        table.add_row(
            one["on"],
            escape(one["milestone"] or one["instance"] or "-"),
            told,
            escape(one["by"] or "-"),
            escape(" ".join([one["text"], *one["evidence"]]).strip() or "-"),
        )
    return table


def _tallies(found: Document) -> Table:
    states = list(found["all"]["counts"])
    table = Table("lead department", "tasks", "behind", *states, box=None, header_style="bold")
    rows = [*found["departments"], {**found["all"], "department": "all"}]
    for one in rows:
        behind = f"[bold red]{one['behind']}[/]" if one["behind"] else "0"
        counts = (str(one["counts"][state]) for state in states)
        table.add_row(escape(one["department"] or "-"), str(one["total"]), behind, *counts)
    return table


def _late(late: Document) -> str:
    one = late["instance"]
    days = f"{one['days_overdue']} days overdue" if one["days_overdue"] else "behind"
    return (
        f"[red]![/] {escape(late['code'])} {escape(late['name'])} "
        f"[dim]{escape('、'.join(late['lead']))}[/] {one['instance']} {days}"
    )
