"""`qingyu warnings`: what has been warned about, why, and what happens from now on."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import httpx
import typer
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from deploy.cli import warning_acts
from deploy.cli.client import Api, DataDir, Key, connect, show_problem
from deploy.cli.quality import quality
from deploy.cli.terminal import out
from shared.model.period import zone


class ListsByItself(TyperGroup):
    """`qingyu warnings` without a further word, or with options only, is the list."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the word in where it is missing."""
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(help="What has been warned about, and why.", cls=ListsByItself)
warning_acts.add_to(app)

app.command()(quality)

_COLOURS = {
    "none": "green",
    "notice": "cyan",
    "yellow": "yellow",
    "orange": "dark_orange",
    "red": "bold red",
}
_PATIENCE = httpx.Timeout(10.0, read=45.0)

Subject = Annotated[
    str | None, typer.Option("--subject", help="Only this one, such as region:150000.")
]
Region = Annotated[
    str | None, typer.Option("--region", help="Only this region and what lies below it.")
]
Least = Annotated[
    str | None, typer.Option("--level", help="At least notice, yellow, orange or red.")
]
Rule = Annotated[str | None, typer.Option("--rule", help="Only this rule, such as used or pace.")]
Budget = Annotated[
    str | None,
    typer.Option("--budget", "--about", help="Only this budget, target, task, by its code."),
]
Kind = Annotated[
    str | None, typer.Option("--kind", help="Only this kind: used, pace, barometer, no-data, ...")
]
Measure = Annotated[str | None, typer.Option("--measure", help="energy, carbon or data.")]
Document = Mapping[str, Any]


@app.command("list")
def list_(  # noqa: PLR0913, PLR0917 - every option is an argument
    subject: Subject = None,
    region: Region = None,
    level: Least = None,
    rule: Rule = None,
    budget: Budget = None,
    kind: Kind = None,
    measure: Measure = None,
    state: Annotated[
        str | None, typer.Option("--state", help="pending, open, closed or resolved.")
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option("--stage", help="raised, acknowledged, responded, returned or closed."),
    ] = None,
    assignee: Annotated[str | None, typer.Option("--assignee", help="Who answers for it.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Changed since, as 2026-05-01T00:00:00+08:00.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one warning a line.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lists warnings, the newest change first.

    \b
    $ qingyu warnings list --region 150000 --level orange --state open
    $ qingyu warnings list --stage raised --measure energy
    $ qingyu warnings list --json | jq .subject
    """
    what = _filters(subject=subject, region=region, level=level, rule=rule, budget=budget)
    how = _filters(kind=kind, measure=measure, state=state, stage=stage, assignee=assignee)
    filters = {**what, **how, **_filters(since=since)}
    with connect(data_dir, key) as api:
        found, more = _listed(api, filters, limit)
    if as_json:
        for warning in found:
            out.print_json(json.dumps(warning, ensure_ascii=False), indent=None)
        return
    out.print(_table(found) if found else "No warnings.")
    if more:
        out.print(f"[dim]There are more; these are the newest {limit} (--limit).[/]")


@app.command()
def show(
    warning: Annotated[str, typer.Argument(help="The warning's id, from `qingyu warnings list`.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows one warning: its evidence, and everything that was ever said of it."""
    with connect(data_dir, key) as api:
        found = api.get("alerts", f"/v1/warnings/{warning}")
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    out.print(_heading(found))
    out.print(_evidence(found) if "thresholds" in found else _facts(found))
    out.print(_history(found))


@app.command()
def follow(
    subject: Subject = None,
    region: Region = None,
    level: Least = None,
    rule: Rule = None,
    budget: Budget = None,
    after: Annotated[
        int | None, typer.Option("--after", help="Begin behind this entry; 0 for all there are.")
    ] = None,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Tells what happens from now on, until Ctrl-C; nothing is missed when the line is cut."""
    filters = _filters(subject=subject, region=region, level=level, rule=rule, budget=budget)
    with connect(data_dir, key) as api:
        for entry in _followed(api, filters, after):
            out.print(_line(entry))


def _filters(**given: str | None) -> dict[str, str]:
    return {name: value for name, value in given.items() if value is not None}


def _listed(api: Api, filters: Mapping[str, str], limit: int) -> tuple[list[Document], bool]:
    found: list[Document] = []
    cursor: str | None = None
    while len(found) < limit:
        params = {**filters, "limit": min(limit - len(found), 500)}
        if cursor:
            params["cursor"] = cursor
        page = api.get("alerts", "/v1/warnings", params=params)
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found, False
    return found, True


def _followed(
    api: Api,
    filters: Mapping[str, str],
    after: int | None,
    waits_s: Sequence[float] = (0.5, 1.0, 2.0, 5.0),
) -> Iterator[Document]:
    """Entries for ever; a stream that breaks is taken up where it broke."""
    place = None if after is None else str(after)
    failures = 0
    while True:
        try:
            for identifier, name, data in _events(api, filters, place):
                place, failures = identifier, 0
                if name != "ready":
                    yield json.loads(data)
        except httpx.TransportError as error:
            out.print(f"[dim]the line is cut ({escape(str(error))}), trying again ...[/]")
        time.sleep(waits_s[min(failures, len(waits_s) - 1)])
        failures += 1


def _events(
    api: Api, filters: Mapping[str, str], place: str | None
) -> Iterator[tuple[str, str, str]]:
    """Id, name and data of each event, until the stream ends."""
    url = f"{api.target.urls['alerts']}/v1/warnings/stream"
    headers = {"Last-Event-ID": place} if place is not None else {}
    with api.http.stream(
        "GET", url, params=dict(filters), headers=headers, timeout=_PATIENCE
    ) as answer:
        if answer.is_error:
            answer.read()
            show_problem(answer)
            raise typer.Exit(1)
        fields: dict[str, str] = {}
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
            elif "data" in fields:
                yield fields.get("id", ""), fields.get("event", ""), fields["data"]
                fields = {}


def _table(found: list[Document]) -> Table:
    """Three lines a warning, so that nothing is cut off on a narrow screen."""
    table = Table(box=None, header_style="bold")
    table.add_column("level", no_wrap=True)
    table.add_column("warning", overflow="fold")
    table.add_column("used", no_wrap=True, justify="right")
    table.add_column("since the hour", no_wrap=True)
    for warning in found:
        budget = warning["budget"]
        table.add_row(
            _level(warning["level"]),
            f"[bold]{escape(warning['subject_name'])}[/] {escape(warning['rule'])}"
            f"{_standing(warning)}\n"
            f"{escape(warning['subject'])} {escape(budget['code'])}\n[dim]{warning['id']}[/]",
            _percent(warning["evidence"].get("used_percent")),
            _local(warning["since"], budget["zone"]),
        )
    return table


def _standing(warning: Document) -> str:
    """What people have done, if anything, and who answers for it."""
    stage, assignee = warning.get("stage", "raised"), warning.get("assignee", "")
    words = [] if stage == "raised" else [stage]
    words += [f"assigned to {assignee}"] if assignee else []
    return f"  [dim]{escape(', '.join(words))}[/]" if words else ""


def _percent(used: str | None) -> str:
    return f"{used} %" if used else ""


def _heading(warning: Document) -> str:
    budget = warning["budget"]
    title = (
        f"\n{_level(warning['level'])} [bold]{escape(warning['subject_name'])}[/] "
        f"{escape(warning['subject'])}, rule {escape(warning['rule'])}, {warning['state']}"
        f"{_standing(warning)}\n"
    )
    if "version" not in budget:
        return title + f"[dim]{escape(budget['code'])} {escape(budget['name'])}[/]\n"
    return (
        f"{title}[dim]budget {escape(budget['code'])} {escape(budget['name'])}, version "
        f"{budget['version']}: {budget['total']} {escape(budget['unit'])} in "
        f"{escape(budget['period'])} ({escape(budget['zone'])}), {escape(budget['phasing'])}[/]\n"
    )


def _evidence(warning: Document) -> Table:
    evidence, unit = warning["evidence"], warning["evidence"]["unit"]
    table = Table(box=None, show_header=False)
    rows = (
        ("books", f"{evidence['quantity']} {unit}, of it estimated {evidence['estimated']}"),
        ("line", f"{evidence['line']} {unit}"),
        ("used", f"{evidence['used_percent']} % of the budget"),
        ("over the line", f"{evidence['over_line_percent'] or '-'} %"),
        ("completeness", str(evidence["completeness"])),
        ("hours judged", f"{evidence['hours_judged']} of {evidence['period_hours']}"),
        ("thresholds", ", ".join(f"{k} {v} %" for k, v in warning["thresholds"].items())),
    )
    for name, value in rows:
        table.add_row(f"[dim]{name}[/]", escape(value))
    for factor in evidence.get("factors", ()):
        table.add_row("[dim]factor[/]", escape(", ".join(f"{k} {v}" for k, v in factor.items())))
    return table


def _facts(warning: Document) -> Table:
    table = Table(box=None, show_header=False)
    for name, value in warning.get("facts", {}).items():
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        table.add_row(f"[dim]{escape(name)}[/]", escape(shown))
    return table


def _history(warning: Document) -> Table:
    table = Table("", "happened", "noticed", "what", "figures", box=None, header_style="bold")
    for entry in warning["history"]:
        figures = entry["figures"]
        table.add_row(
            str(entry["position"]),
            _local(entry["hour"] or entry["noticed_at"], _zone(entry)),
            _local(entry["noticed_at"], _zone(entry)),
            _what(entry),
            _figures(figures) if figures else _said(entry),
        )
    return table


def _what(entry: Document) -> str:
    kind = entry["type"].removeprefix("warning.").replace("_", " ")
    if entry.get("by"):
        return f"{kind} by [bold]{escape(entry['by']['name'])}[/]"
    if entry["level_before"] == entry["level"]:
        return f"{kind} {_level(entry['level'])}"
    return f"{kind} {_level(entry['level_before'])} → {_level(entry['level'])}"


def _figures(figures: Document) -> str:
    used = _percent(figures["used_percent"])
    return f"{figures['quantity']} ({used})" if used else str(figures["quantity"])


def _said(entry: Document) -> str:
    """What a person said with an act."""
    words = [entry.get(name) for name in ("reason", "assignee", "text", "comment")]
    measures = entry.get("measures") or []
    files = [file["name"] for file in entry.get("attachments") or []]
    return escape("; ".join([word for word in words if word] + [*measures, *files]))


def _zone(entry: Document) -> str:
    return str((entry.get("budget") or {}).get("zone") or "Asia/Shanghai")


def _line(entry: Document) -> str:
    zone_name = _zone(entry)
    code = entry.get("about") or (entry.get("budget") or {}).get("code", "")
    told = (
        f"[dim]{_local(entry['noticed_at'], zone_name)}[/] {_what(entry)} "
        f"[bold]{escape(entry.get('subject_name', ''))}[/] {escape(entry['subject'])} "
        f"{escape(entry['rule'])} {escape(code)}"
    )
    if entry.get("hour"):
        return f"{told} [dim]in the hour {_local(entry['hour'], zone_name)}[/]"
    return f"{told} {_said(entry)}".rstrip()


def _level(word: str) -> str:
    colour = _COLOURS.get(word, "white")
    return f"[{colour}]● {word}[/]"


def _local(instant: str | None, zone_name: str) -> str:
    if instant is None:
        return "-"
    local = datetime.fromisoformat(instant).astimezone(zone(zone_name))
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"
