"""What people do about warnings on the command line, and warnings counted in groups."""

import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import Api, DataDir, Key, connect
from deploy.cli.terminal import out

Warning = Annotated[str, typer.Argument(help="The warning's id, from `qingyu warnings list`.")]
Comment = Annotated[str, typer.Option("--comment", "-m", help="What others should know.")]
Seen = Annotated[
    int | None,
    typer.Option("--entries", help="Only if the warning still has so many entries."),
]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Document = Mapping[str, Any]


def add_to(app: typer.Typer) -> None:
    """Give the group of commands these as well."""
    app.command("groups")(groups)
    app.command("ack")(ack)
    app.command("comment")(comment)
    app.command("assign")(assign)
    app.command("respond")(respond)
    app.command("return")(return_)
    app.command("close")(close)
    app.command("reopen")(reopen)


def ack(
    warning: Warning,
    comment: Comment = "",
    entries: Seen = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Acknowledges a warning: somebody has seen it and will respond.

    Without a response within 24 hours it counts as not acknowledged; a rise in level voids it.

    \b
    $ qingyu warnings ack 8655c3cd-5c56-5cc8-aa25-f782f3530126 -m "calling the plant"
    """
    with connect(data_dir, key) as api:
        _act(api, warning, "acknowledge", {"comment": comment, "entries": entries}, as_json)


def comment(
    warning: Warning,
    text: Annotated[str, typer.Argument(help="What others should know.")],
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Adds a comment to a warning's history, whatever state it is in.

    \b
    $ qingyu warnings comment 8655c3cd-... "meter 3 was replaced on Monday"
    """
    with connect(data_dir, key) as api:
        _act(api, warning, "comment", {"comment": text}, as_json)


def assign(
    warning: Warning,
    assignee: Annotated[str, typer.Argument(help="The name of who answers for it; '' for nobody.")],
    comment: Comment = "",
    entries: Seen = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Says who answers for a warning.

    \b
    $ qingyu warnings assign 8655c3cd-... wang
    """
    with connect(data_dir, key) as api:
        body = {"assignee": assignee, "comment": comment, "entries": entries}
        _act(api, warning, "assign", body, as_json)


def respond(
    warning: Warning,
    text: Annotated[str, typer.Argument(help="What was found and done.")],
    measure: Annotated[
        list[str] | None, typer.Option("--measure", help="A measure taken; several times.")
    ] = None,
    attach: Annotated[
        list[Path] | None,
        typer.Option(
            "--attach", help="A file as proof, at most 10 MB.", exists=True, dir_okay=False
        ),
    ] = None,
    entries: Seen = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Records the response to a warning: text, measures taken, and files as proof.

    \b
    $ qingyu warnings respond 8655c3cd-... "furnace 2 is down until June" \\
        --measure "furnace 2 off" --attach report.pdf
    """
    with connect(data_dir, key) as api:
        body = {
            "text": text,
            "measures": measure or [],
            "attachments": [_sent(api, warning, path) for path in attach or []],
            "entries": entries,
        }
        _act(api, warning, "respond", body, as_json)


def return_(
    warning: Warning,
    comment: Annotated[str, typer.Argument(help="What is missing.")],
    entries: Seen = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Sends a response back: another one is due.

    \b
    $ qingyu warnings return 8655c3cd-... "from which day on?"
    """
    with connect(data_dir, key) as api:
        _act(api, warning, "return", {"comment": comment, "entries": entries}, as_json)


def close(
    warning: Warning,
    reason: Annotated[
        str,
        typer.Option("--reason", help="handled, false (there was nothing), duplicate, accepted."),
    ],
    comment: Comment = "",
    entries: Seen = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Closes a warning; it opens again by itself if its level rises.

    \b
    $ qingyu warnings close 8655c3cd-... --reason false -m "the meter was broken"
    """
    with connect(data_dir, key) as api:
        body = {"reason": reason, "comment": comment, "entries": entries}
        _act(api, warning, "close", body, as_json)


def reopen(
    warning: Warning,
    comment: Comment = "",
    entries: Seen = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Opens a closed warning again, where it was before.

    \b
    $ qingyu warnings reopen 8655c3cd-... -m "closed by mistake"
    """
    with connect(data_dir, key) as api:
        _act(api, warning, "reopen", {"comment": comment, "entries": entries}, as_json)


def groups(
    by: Annotated[
        str, typer.Option("--by", help="region, measure, kind, level or subject.")
    ] = "region",
    region: Annotated[
        str | None, typer.Option("--region", help="Only this region and what lies below it.")
    ] = None,
    level: Annotated[
        str | None, typer.Option("--level", help="At least notice, yellow, orange or red.")
    ] = None,
    state: Annotated[
        str | None, typer.Option("--state", help="pending, open (if not said), closed, resolved.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500, help="So many.")] = 50,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Counts warnings in groups, the worst first.

    \b
    $ qingyu warnings groups --by region --level orange
    """
    asked = {"by": by, "region": region, "level": level, "state": state, "limit": str(limit)}
    params = {name: value for name, value in asked.items() if value is not None}
    with connect(data_dir, key) as api:
        found = api.get("alerts", "/v1/warnings/groups", params=params)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    out.print(groups_table(found) if found["items"] else "No warnings.")
    out.print(f"[dim]{found['warnings']} warnings in {found['groups']} groups[/]")


def groups_table(found: Document) -> Table:
    """A row a group."""
    table = Table(box=None, header_style="bold")
    table.add_column(str(found["by"]), overflow="fold")
    for name in (*_LEVELS, "together"):
        table.add_column(name, justify="right")
    for group in found["items"]:
        levels = [str(group["levels"].get(name) or "") for name in _LEVELS]
        table.add_row(escape(group["key"] or "(none)"), *levels, str(group["total"]))
    return table


def _act(api: Api, warning: str, verb: str, body: Document, as_json: bool) -> None:
    sent = {name: value for name, value in body.items() if value is not None}
    answer = api.post("alerts", f"/v1/warnings/{warning}/{verb}", json=sent)
    if as_json:
        out.print_json(json.dumps(answer, ensure_ascii=False))
        return
    now, entry = answer["warning"], answer["entry"]
    told = entry["type"].removeprefix("warning.")
    out.print(
        f"[green]✓[/] {told}: [bold]{escape(now['subject_name'])}[/] {escape(now['rule'])} is "
        f"{now['state']}, {now['stage']} [dim](entry {entry['position']}, in the journal "
        f"{entry['id']})[/]"
    )


def _sent(api: Api, warning: str, path: Path) -> str:
    """The file's hash, once it is there."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    answer = api.post(
        "alerts",
        f"/v1/warnings/{warning}/attachments",
        params={"name": path.name},
        content=path.read_bytes(),
        headers={"Content-Type": _OFFICE.get(path.suffix.lower(), kind)},
    )
    return str(answer["sha256"])


# Not every machine's table of types knows them.
_OFFICE = {
    ".ofd": "application/ofd",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
}
_LEVELS = ("red", "orange", "yellow", "notice")
