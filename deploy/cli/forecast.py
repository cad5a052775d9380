"""`qingyu forecast`: where a period will end, and when its budget runs out."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.terminal import out

_TIMEOUT_S = 120.0
_BEST = 5
Document = Mapping[str, Any]


def command(
    whose: Annotated[
        str,
        typer.Argument(
            metavar="SUBJECT|BUDGET", help="Such as region:150000, or the code of a budget."
        ),
    ],
    measure: Annotated[
        str | None,
        typer.Option(
            "--measure", "-m", help="energy-total, carbon-total or a carrier; of a subject."
        ),
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", "-p", help="This year by default; of a subject.")
    ] = None,
    cut: Annotated[
        str | None, typer.Option("--cut", help="As seen when this day begins, 2026-04-01.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Forecast the end of a period, with an interval, and the day on which a budget runs out.

    The method is the one with the smallest measured error; the errors are shown. Where the history
    is too short, the reason is given instead.

    \b
    $ qingyu forecast region:150000 --measure electricity
    $ qingyu forecast B-2026-E1
    """
    given = {"measure": measure, "period": period, "cut": cut}
    params = {name: value for name, value in given.items() if value is not None}
    path = "/v1/forecasts"
    if ":" in whose:
        path = f"{path}/{whose}"
    else:
        params["budget"] = whose
    with connect(data_dir, key) as api:
        found = api.get("evaluator", path, params=params, timeout=_TIMEOUT_S)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    _show(found)


def _show(found: Document) -> None:
    title = found["budget"] or found["measure"]
    out.print(
        f"[bold]{escape(found['subject_name'])}[/] {escape(found['subject'])} · {escape(title)} · "
        f"{found['period']} [dim]({found['start']} to {found['end']}, seen on {found['cut']})[/]"
    )
    if found["state"] == "refused":
        out.print(f"[yellow]No forecast:[/] {escape(found['refusal']['reason']['en'])}")
        return
    out.print(_ahead(found))
    if found["exceeding"] is not None:
        out.print(_budget(found["exceeding"], found["unit"]))
    out.print(_scores(found))
    for note in found["notes"]:
        out.print(f"[dim]· {escape(note['en'])}[/]")


def _ahead(found: Document) -> Table:
    table = Table(box=None, show_header=False)
    end, unit = found["at_end"], found["unit"]
    table.add_row("so far", f"{found['so_far']} {unit}")
    table.add_row(
        "at the end", f"[bold]{end['expected']} {unit}[/]  (80 %: {end['low']} to {end['high']})"
    )
    for rate in found["burn_rates"]:
        if rate["rate"] is not None:
            table.add_row(f"a day, last {rate['days']}", f"{rate['rate']} {unit}")
    return table


def _budget(one: Document, unit: str) -> Table:
    table = Table(box=None, show_header=False)
    colour = "red" if one["will_exceed"] else "green"
    table.add_row("budget", f"{one['budget']} {unit}; {one['rate_left']} a day are left")
    words = "will be exceeded" if one["will_exceed"] else "will be kept"
    table.add_row("", f"[{colour}]{words}[/]: probability of exceeding {one['probability']:.0%}")
    if one["run_out"] is not None:
        late = one["run_out_late"] or "not in the period"
        table.add_row(
            "runs out",
            f"{one['run_out']}, in {one['lead_days']} days "
            f"(80 %: {one['run_out_early']} to {late})",
        )
    return table


def _scores(found: Document) -> Table:
    table = Table("method", "own error", "trials", "with peers'", box=None, header_style="bold")
    for score in found["scores"][:_BEST]:
        mark = "[green]●[/]" if score["chosen"] else " "
        table.add_row(
            f"{mark} {escape(score['label']['en'])}",
            _percent(score["own_percent"]),
            str(score["trials"]),
            _percent(score["peers_percent"]),
        )
    return table


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} %"
