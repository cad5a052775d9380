"""`qingyu webhook`: addresses that warnings are sent to."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.terminal import out

app = typer.Typer(help="Addresses that warnings are sent to.")

Endpoint = Annotated[str, typer.Argument(help="The endpoint's id, from `qingyu webhook list`.")]


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="An http or https address.")],
    description: Annotated[str, typer.Option("--description", help="What it is for.")] = "",
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Sends every event from now on to an address, signed by the Standard Webhooks scheme.

    The secret is shown once: the receiver needs it to check the signatures.

    \b
    $ qingyu webhook add https://example.org/hooks/qingyu --description "duty office"
    """
    with connect(data_dir, key) as api:
        made = api.post("alerts", "/v1/webhooks", json={"url": url, "description": description})
    out.print(f"[green]✓[/] {made['id']}  {escape(made['url'])}")
    out.print(f"  secret [bold]{made['secret']}[/]")
    out.print("  [dim]It is not shown again. Events from now on are sent there.[/]")


@app.command("list")
def list_(data_dir: DataDir = None, key: Key = None) -> None:
    """Lists the addresses, each with how many events wait for it."""
    with connect(data_dir, key) as api:
        found = api.get("alerts", "/v1/webhooks")["items"]
    if not found:
        out.print("No webhooks. Add one: qingyu webhook add URL")
        return
    table = Table("id", "address", "waiting", "made", "by", "for", box=None, header_style="bold")
    for one in found:
        waiting = str(one["waiting"])
        table.add_row(
            one["id"],
            escape(one["url"]),
            waiting if waiting == "0" else f"[yellow]{waiting}[/]",
            one["created_at"],
            escape(one["created_by"]),
            escape(one["description"]),
        )
    out.print(table)


@app.command()
def remove(endpoint: Endpoint, data_dir: DataDir = None, key: Key = None) -> None:
    """Sends nothing there any more; events that still wait for it are dropped."""
    with connect(data_dir, key) as api:
        api.delete("alerts", f"/v1/webhooks/{endpoint}")
    out.print(f"[green]✓[/] {escape(endpoint)} removed")


@app.command()
def deliveries(
    endpoint: Endpoint,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only what was not acknowledged yet.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500)] = 50,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows what was sent there, the newest event first, and what was answered."""
    params: dict[str, str | int] = {"limit": limit}
    if waiting:
        params["state"] = "waiting"
    with connect(data_dir, key) as api:
        path = f"/v1/webhooks/{endpoint}/deliveries"
        found = api.get("alerts", path, params=params)["items"]
    if not found:
        out.print("Nothing waits." if waiting else "Nothing was sent there yet.")
        return
    table = Table(box=None, header_style="bold")
    for column in ("event", "type", "state", "attempts", "last", "answer", "next"):
        table.add_column(column, overflow="fold")
    for one in found:
        table.add_row(
            str(one["event"]),
            one["type"],
            _state(one["state"]),
            str(one["attempts"]),
            one["last_at"] or "-",
            escape(f"{one['last_status'] or ''} {one['last_detail']}".strip() or "-"),
            one["next_at"] or "-",
        )
    out.print(table)


def _state(state: str) -> str:
    return f"[green]{state}[/]" if state == "acknowledged" else f"[yellow]{state}[/]"
