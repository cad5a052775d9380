"""`qingyu silence`: who is not told of what, until when, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import Api, DataDir, Key, connect
from deploy.cli.terminal import fail, out
from shared.kit import yaml_text
from shared.kit.clock import now

app = typer.Typer(help="Who is not told of what, until when, and why.")

Matchers = Annotated[
    list[str],
    typer.Argument(
        help="All must match, as in Alertmanager: 'region=~\"1502.*\"' 'level=\"notice\"'."
    ),
]
Silence = Annotated[str, typer.Argument(help="The silence's id, from `qingyu silence list`.")]
Hours = Annotated[float, typer.Option("--hours", min=0.01, help="For how long, from now.")]
Until = Annotated[
    datetime | None,
    typer.Option(
        "--until",
        formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"],
        help="Until when, as 2026-06-01T08:00+08:00; in place of --hours.",
    ),
]
Reason = Annotated[str, typer.Option("--reason", "-r", help="Why nobody is to be told.")]

_STATES = {
    "pending_approval": "[yellow]needs a second person[/]",
    "pending": "begins later",
    "active": "[green]active[/]",
    "expired": "[dim]expired[/]",
}
_PATH = "/v1/silences"


@app.command()
def preview(matchers: Matchers, data_dir: DataDir = None, key: Key = None) -> None:
    """Shows what a silence would hide now, before you make it.

    Only warnings that your key may act upon are ever hidden.

    \b
    $ qingyu silence preview 'region=~"1502.*"' 'level=~"notice|yellow"'
    """
    with connect(data_dir, key) as api:
        _show_preview(api.post("alerts", f"{_PATH}/preview", json={"matchers": matchers}))


@app.command()
def add(
    matchers: Matchers,
    reason: Reason,
    hours: Hours = 24.0,
    until: Until = None,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Makes a silence, and says what it hides.

    The warnings stay as they are: they are shown, only nobody is told. A silence that would hide
    more than 50 warnings, or a red one of a league or above, waits until a second person says
    `qingyu silence approve ID` with another key.

    \b
    $ qingyu silence add 'subject="enterprise:91150200…"' --hours 8 --reason "检修"
    """
    body = _body(matchers, reason, hours, until)
    with connect(data_dir, key) as api:
        _show_one(api.post("alerts", _PATH, json=body))


@app.command("list")
def list_(
    state: Annotated[
        list[str] | None,
        typer.Option("--state", help="pending_approval, pending, active or expired."),
    ] = None,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lists the silences that your key may see, the newest first.

    \b
    $ qingyu silence list --state pending_approval
    """
    with connect(data_dir, key) as api:
        found = api.get("alerts", _PATH, params={"state": state or []})["items"]
    if not found:
        out.print("No silences. See what one would hide: qingyu silence preview MATCHER...")
        return
    out.print(_table(found))


@app.command()
def approve(
    silence: Silence,
    comment: Annotated[str, typer.Option("--comment", "-c", help="What you have to say.")] = "",
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lets a silence hide much, as its second person: with another key than its owner's.

    \b
    $ qingyu silence approve 3f2c… --comment "agreed" --key THE-OTHER-KEY
    """
    with connect(data_dir, key) as api:
        _show_one(api.post("alerts", f"{_PATH}/{silence}/approve", json={"comment": comment}))


@app.command()
def expire(silence: Silence, data_dir: DataDir = None, key: Key = None) -> None:
    """Ends a silence now; what it hid is told again by itself.

    \b
    $ qingyu silence expire 3f2c…
    """
    with connect(data_dir, key) as api:
        _show_one(api.post("alerts", f"{_PATH}/{silence}/expire"))


@app.command()
def edit(
    silence: Silence,
    matchers: Annotated[
        list[str] | None, typer.Argument(help="Other matchers; without any, they stay.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", "-r", help="Another reason.")] = None,
    hours: Annotated[
        float | None, typer.Option("--hours", min=0.01, help="End so long from now.")
    ] = None,
    until: Until = None,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Changes a silence; what hides more, or for longer, needs its second person again.

    With other matchers it becomes another silence with another id, and the old one ends.

    \b
    $ qingyu silence edit 3f2c… --hours 2
    """
    with connect(data_dir, key) as api:
        before = api.get("alerts", f"{_PATH}/{silence}")
        body = {
            "matchers": matchers or before["matchers"],
            "reason": reason or before["reason"],
            "starts_at": before["starts_at"],
            "ends_at": before["ends_at"],
        }
        if hours is not None or until is not None:
            body["ends_at"] = _ends(hours or 0.0, until)
        _show_one(api.request("PUT", "alerts", f"{_PATH}/{silence}", json=body))


@app.command("quiet-times")
def quiet_times(
    file: Annotated[
        Path | None,
        typer.Argument(help="YAML with a list of quiet times that take the place of yours."),
    ] = None,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows the times that come again in which nobody is told, or sets yours from a file.

    \b
    $ cat quiet.yaml
    - name: nights
      reason: 夜间不打扰
      matchers: ['level=~"notice|yellow"']
      when:
        - times:
            - {start_time: "22:00", end_time: "24:00"}
            - {start_time: "00:00", end_time: "07:30"}
        - holidays: cn
    $ qingyu silence quiet-times quiet.yaml
    """
    with connect(data_dir, key) as api:
        found = _quiet(api, file)
    if not found:
        out.print("No quiet times.")
        return
    table = Table("name", "when", "what", "whose", "now", "why", box=None, header_style="bold")
    for one in found:
        table.add_row(
            escape(one["name"]),
            escape("; ".join(one["texts"])),
            escape(" ".join(one["matchers"]) or "everything"),
            escape(one["owner"]),
            "[yellow]quiet[/]" if one["now"] else "no",
            escape(one["reason"]),
        )
    out.print(table)


def _quiet(api: Api, file: Path | None) -> Sequence[Mapping[str, Any]]:
    if file is None:
        found: Sequence[Mapping[str, Any]] = api.get("alerts", "/v1/quiet-times")["items"]
        return found
    try:
        items = yaml_text.load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        fail(f"{file} cannot be read: {error}")
    body = {"items": items or []}
    kept: Sequence[Mapping[str, Any]] = api.request("PUT", "alerts", "/v1/quiet-times", json=body)[
        "items"
    ]
    return kept


def _body(
    matchers: Sequence[str], reason: str, hours: float, until: datetime | None
) -> dict[str, object]:
    return {"matchers": list(matchers), "reason": reason, "ends_at": _ends(hours, until)}


def _ends(hours: float, until: datetime | None) -> str:
    return (until or now() + timedelta(hours=hours)).isoformat()


def _show_one(one: Mapping[str, Any]) -> None:
    out.print(f"{one['id']}  {_STATES[one['state']]}  until {one['ends_at']}")
    out.print(f"  {escape(' '.join(one['matchers']))}")
    reach = one["reach"]
    grave = f", {reach['grave']} of them red of a league or above" if reach["grave"] else ""
    out.print(f"  hides {reach['count']} open warnings{grave}")
    if one["state"] == "pending_approval":
        out.print(
            "  [yellow]It hides nothing until a second person approves it:[/] "
            f"qingyu silence approve {one['id']} --key THE-OTHER-KEY"
        )


def _show_preview(found: Mapping[str, Any]) -> None:
    levels = ", ".join(f"{count} {word}" for word, count in found["levels"].items())
    out.print(
        f"It would hide [bold]{found['count']}[/] open warnings{': ' + levels if levels else ''}"
    )
    if found["needs_approval"]:
        out.print("[yellow]A second person would have to approve it.[/]")
    if found["regions"]:
        table = Table("region", "warnings", box=None, header_style="bold")
        for code, count in found["regions"].items():
            table.add_row(escape(code or "-"), str(count))
        out.print(table)
    if found["warnings"]:
        table = Table("level", "subject", "kind", "warning", box=None, header_style="bold")
        for one in found["warnings"]:
            name = one["subject_name"] or one["subject"]
            table.add_row(one["level"], escape(name), one["kind"], one["id"])
        out.print(table)


def _table(found: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold")
    for column in ("id", "state", "hides", "matchers", "until", "owner", "reason"):
        table.add_column(column, overflow="fold")
    for one in found:
        table.add_row(
            one["id"],
            _STATES[one["state"]],
            str(one["reach"]["count"]),
            escape(" ".join(one["matchers"])),
            one["ends_at"],
            escape(one["owner"]["name"]),
            escape(one["reason"]),
        )
    return table
