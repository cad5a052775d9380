"""`qingyu consultation`: who sat together (会商), what was decided, whether it is being done."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.files import text_of
from deploy.cli.terminal import fail, out
from shared.kit import yaml_text
from shared.model.period import zone

app = typer.Typer(help="Consultations (会商): participants, decisions, tasks with deadlines.")

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Id = Annotated[str, typer.Argument(help="Its id, from `qingyu consultation list`.")]
Document = Mapping[str, Any]

_EXAMPLE = """\
title: 二季度形势会商
region: "150200"
measure: energy            # energy, carbon or data (both departments)
held_on: 2026-05-11
participants: [市发改委, 市生态环境局, 市工信局]
decisions: [对未达进度的旗县区实行缓批限批]
tasks:
  - {title: 报送压减方案, assignee: 市工信局, days: 5}      # working days from today
  - {title: 现场核查, assignee: 市发改委, due: 2026-06-12}
warnings: []               # ids of warnings that it was about
note: ""
"""


@app.command("list")
def list_(
    region: Annotated[
        str | None, typer.Option("--region", help="Only this region and what lies below it.")
    ] = None,
    state: Annotated[str | None, typer.Option("--state", help="open or done.")] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lists consultations, the latest first; open are those with a task left to do.

    \b
    $ qingyu consultation list --state open
    """
    asked = {"region": region, "state": state}
    params = {name: value for name, value in asked.items() if value is not None}
    with connect(data_dir, key) as api:
        found = api.get("alerts", "/v1/consultations", params=params)["items"]
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    table = Table("held", "region", "title", "tasks", "id", box=None, header_style="bold")
    for one in found:
        left = sum(task["state"] in {"open", "overdue"} for task in one["tasks"])
        tasks = f"{left} of {len(one['tasks'])} left"
        table.add_row(_day(one), one["region"], escape(one["title"]), tasks, one["id"])
    out.print(table if found else "No consultations.")


@app.command()
def show(
    consultation: Id, as_json: Json = False, data_dir: DataDir = None, key: Key = None
) -> None:
    """Shows a consultation with its tasks."""
    with connect(data_dir, key) as api:
        found = api.get("alerts", f"/v1/consultations/{consultation}")
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    _show(found)


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="The record as YAML.", exists=True, dir_okay=False)],
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Records a consultation; its tasks are followed until they are done.

    \b
    $ qingyu consultation example > record.yaml
    $ qingyu consultation record record.yaml
    """
    try:
        body = yaml_text.load(text_of(file))
    except yaml.YAMLError as error:
        fail(f"{file} is not readable as YAML: {error}")
    with connect(data_dir, key) as api:
        content = json.dumps(body, default=str).encode()
        headers = {"Content-Type": "application/json"}
        found = api.post("alerts", "/v1/consultations", content=content, headers=headers)
    _show(found)


@app.command()
def task(
    consultation: Id,
    number: Annotated[int, typer.Argument(help="The task's number.")],
    dropped: Annotated[bool, typer.Option("--dropped", help="It will not be done.")] = False,
    note: Annotated[str, typer.Option("--note", help="What was done, or why not.")] = "",
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Says that a task is done (or dropped); nobody is reminded of it any more.

    \b
    $ qingyu consultation task 91d2… 1 --note 已报送
    """
    body = {"state": "dropped" if dropped else "done", "note": note}
    with connect(data_dir, key) as api:
        path = f"/v1/consultations/{consultation}/tasks/{number}"
        _show(api.post("alerts", path, json=body))


@app.command()
def example() -> None:
    """Prints a record to be filled in."""
    out.print(escape(_EXAMPLE), end="")


def _show(found: Document) -> None:
    out.print(f"\n[bold]{escape(found['title'])}[/] {found['region']} {_day(found)}")
    out.print(f"[dim]{found['id']}[/]\n{escape('、'.join(found['participants']))}")
    for decision in found["decisions"]:
        out.print(f"  · {escape(decision)}")
    table = Table("", "task", "assignee", "due", "state", box=None, header_style="bold")
    for one in found["tasks"]:
        due = f"{one['due']}{' (provisional)' if one['provisional'] else ''}"
        names = (escape(one["title"]), escape(one["assignee"]))
        table.add_row(str(one["number"]), *names, due, one["state"])
    if found["tasks"]:
        out.print(table)


def _day(one: Document) -> str:
    """The day on which it was held, as people there count days."""
    return (
        datetime.fromisoformat(one["held_at"]).astimezone(zone("Asia/Shanghai")).date().isoformat()
    )
