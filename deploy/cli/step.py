"""`qingyu step`: what the ladder proposes, what people issue and answer, and letters."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect, show_problem
from deploy.cli.terminal import out

app = typer.Typer(help="Steps of the response ladder: proposed, issued, answered, overdue.")

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
_SAME = {True: "yes", False: "no: the confirmed figure is milder", None: "-"}
Id = Annotated[str, typer.Argument(help="The step's id, from `qingyu step list`.")]
Document = Mapping[str, Any]

_STATES = {
    "proposed": "cyan",
    "issued": "yellow",
    "overdue": "bold red",
    "answered": "green",
    "done": "dim",
    "withdrawn": "dim",
    "lapsed": "dim",
}


@app.command("list")
def list_(  # noqa: PLR0913, PLR0917 - every option is an argument
    warning: Annotated[str | None, typer.Option("--warning", help="Only of this warning.")] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Only this region and what lies below it.")
    ] = None,
    state: Annotated[
        str | None, typer.Option("--state", help="proposed, issued, overdue, answered, done, …")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="notice, circular, talk, supervision, gate, …")
    ] = None,
    due_before: Annotated[str | None, typer.Option("--due-before", help="A day.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is over.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one step a line.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lists steps, those that are due first at the head; what is over only with --all.

    \b
    $ qingyu step list --region 150000
    $ qingyu step list --state overdue --json | jq .title
    """
    asked = {
        "warning": warning,
        "region": region,
        "state": state,
        "kind": kind,
        "due_before": due_before,
        "live": None if everything or state else "true",
    }
    filters = {name: value for name, value in asked.items() if value is not None}
    with connect(data_dir, key) as api:
        found = list(api.pages("alerts", "/v1/steps", filters))
    if as_json:
        for step in found:
            out.print_json(json.dumps(step, ensure_ascii=False), indent=None)
        return
    out.print(_table(found) if found else "No steps.")


@app.command()
def show(step: Id, as_json: Json = False, data_dir: DataDir = None, key: Key = None) -> None:
    """Shows a step: why, until when, the monitored figure beside the confirmed one, its history."""
    with connect(data_dir, key) as api:
        found = api.get("alerts", f"/v1/steps/{step}")
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    out.print(_heading(found))
    out.print(_facts(found))
    for entry in found["history"]:
        by = entry.get("by", {}).get("name", "")
        out.print(
            f"[dim]{entry['noticed_at']}[/] {entry['type'].removeprefix('step.')} "
            f"{escape(entry['why'])} [dim]{escape(by)}[/]"
        )


@app.command()
def issue(
    step: Id,
    document: Annotated[str, typer.Option("--document", help="Its document number (文号).")] = "",
    on: Annotated[str | None, typer.Option("--on", help="The document's day; else today.")] = None,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Issues a proposed step: its deadline begins to run.

    A formal step needs a document number and a confirmed figure (statistics of the whole region).

    \b
    $ qingyu step issue 3f0c… --document '内发改环资字〔2026〕12号'
    """
    body = {"document": document, **({"issued_on": on} if on else {})}
    _post(step, "issue", body, data_dir, key)


@app.command()
def answer(
    step: Id,
    text: Annotated[str, typer.Option("--text", help="What was answered.")],
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Writes down the answer; what was to follow without one lapses."""
    _post(step, "answer", {"text": text}, data_dir, key)


@app.command()
def done(
    step: Id,
    remark: Annotated[str, typer.Option("--remark", help="Why it is sufficient.")] = "",
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Takes the answer as sufficient: nothing more is to come of the step."""
    _post(step, "done", {"remark": remark}, data_dir, key)


@app.command()
def withdraw(
    step: Id,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Takes a step back; on the same occasion it is not proposed again."""
    _post(step, "withdraw", {"reason": reason}, data_dir, key)


@app.command()
def letter(
    step: Id,
    file: Annotated[Path, typer.Option("--output", "-o", help="Where to write it.")] = Path(
        "letter.docx"
    ),
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Drafts the step's letter as DOCX: only words and figures on record.

    \b
    $ qingyu step letter 3f0c… -o 通报.docx
    """
    with connect(data_dir, key) as api:
        found = api.send("GET", "alerts", f"/v1/steps/{step}/letter.docx")
    if found.is_error:
        show_problem(found)
        raise typer.Exit(1)
    file.write_bytes(found.content)
    out.print(f"[green]✓[/] {escape(str(file))}")


def _post(
    step: str, act: str, body: Mapping[str, str], data_dir: Path | None, key: str | None
) -> None:
    with connect(data_dir, key) as api:
        found = api.post("alerts", f"/v1/steps/{step}/{act}", json=body)
    out.print(_heading(found))


def _table(found: list[Document]) -> Table:
    table = Table("state", "step", "due", box=None, header_style="bold")
    for step in found:
        table.add_row(
            _state(step),
            f"[bold]{escape(step['title'])}[/] {escape(step['subject_name'])} "
            f"{escape(step['about_name'])}\n[dim]{escape(step['department'])}: "
            f"{escape(step['reasons'][0] if step['reasons'] else '')}[/]\n[dim]{step['id']}[/]",
            _due(step),
        )
    return table


def _heading(step: Document) -> str:
    number = f" {escape(step['document'])}" if step["document"] else ""
    return (
        f"\n{_state(step)} [bold]{escape(step['title'])}[/]{number} "
        f"{escape(step['subject_name'])} {_due(step)}\n[dim]{step['id']}[/]"
    )


def _facts(step: Document) -> Table:
    figures = step["figures"]
    table = Table(box=None, show_header=False)
    rows = (
        ("clause", step["clause"]),
        ("issued by", f"{step['department']} ({step['office']})"),
        ("answers", step["answers"]),
        ("because", "; ".join(step["reasons"])),
        ("monitored", _figure(figures["monitored"])),
        ("confirmed", _figure(figures["confirmed"]) or f"none: {figures['missing']}"),
        ("bears the level", _SAME[figures.get("same_level")]),
        ("may be done", ", ".join(step["may"])),
    )
    for name, value in rows:
        table.add_row(f"[dim]{name}[/]", escape(value))
    return table


def _figure(figure: Document | None) -> str:
    if figure is None:
        return ""
    said = ", ".join(word for word in (figure["period"], figure["level"]) if word)
    return f"{figure['value']} {figure['unit']} ({said}) {figure['source']}"


def _state(step: Document) -> str:
    return f"[{_STATES.get(step['state'], 'white')}]{step['state']}[/]"


def _due(step: Document) -> str:
    if step["due"]:
        return f"due {step['due']}{' (provisional)' if step['provisional'] else ''}"
    return f"to be issued by {step['issue_by']}" if step["issue_by"] else ""
