"""`qingyu notice`: who was told what, and every attempt to tell them."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.terminal import out

app = typer.Typer(help="Who was told what, and every attempt to tell them.")

_COLOURS = {"delivered": "green", "failed": "red", "waiting": "yellow"}


@app.command("list")
def list_(
    recipient: Annotated[str | None, typer.Option("--to", help="Only to this contact.")] = None,
    warning: Annotated[str | None, typer.Option("--warning", help="Only of this warning.")] = None,
    channel: Annotated[str | None, typer.Option("--channel", help="Only by this way.")] = None,
    state: Annotated[
        str | None, typer.Option("--state", help="Only waiting, delivered or failed ones.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500)] = 50,
    data_dir: DataDir = None,
    key: Key = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Lists notices, the newest first.

    \b
    $ qingyu notice list --to ordos-energy --state failed
    """
    filters = {"recipient": recipient, "warning": warning, "channel": channel, "state": state}
    params = {name: value for name, value in filters.items() if value} | {"limit": str(limit)}
    with connect(data_dir, key) as api:
        found = api.get("alerts", "/v1/notices", params=params)["items"]
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    if not found:
        out.print("No notices.")
        return
    table = Table(box=None, header_style="bold")
    for column in ("number", "made", "to", "by", "why", "level", "state", "attempts", "answer"):
        table.add_column(column, overflow="fold")
    for one in found:
        table.add_row(*_row(one))
    out.print(table)


@app.command()
def show(
    number: Annotated[int, typer.Argument(help="Its number, from `qingyu notice list`.")],
    data_dir: DataDir = None,
    key: Key = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Shows one notice: what was said, and every attempt with its answer."""
    with connect(data_dir, key) as api:
        found = api.get("alerts", f"/v1/notices/{number}")
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    out.print(
        f"[bold]{found['number']}[/] to {escape(found['recipient'])} by {found['channel']}: "
        f"{_state(found['state'])}, {escape(found['reason'])}"
    )
    rendered = found["rendered"]
    if rendered:
        out.print(f"\n{escape(rendered['subject'])}\n\n{escape(rendered['text'])}")
    else:
        out.print_json(json.dumps(found["document"], ensure_ascii=False))
    table = Table("attempt", "step", "at", "repeat?", "result", "answer", box=None)
    for line in found["log"]:
        table.add_row(
            str(line["attempt"]),
            line["step"],
            line["at"],
            "maybe" if line["repeats"] else "",
            line["result"],
            escape(f"{line['status'] or ''} {line['detail']}".strip()),
        )
    out.print(table)


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        str(one["number"]),
        one["created_at"],
        escape(one["recipient"]),
        escape(one["address"]),
        one["reason"],
        one["level"],
        _state(one["state"]),
        str(one["attempts"]),
        escape(f"{one['last_status'] or ''} {one['last_detail']}".strip()),
    )


def _state(state: str) -> str:
    return f"[{_COLOURS[state]}]{state}[/]"
