"""`qingyu warnings quality`: what the warnings were worth, and which rules are noise."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.terminal import out

_HEADS = ("kind", "rule", "measure", "region", "raised", "confirmed", "false", "open")
_TIMES = ("lead", "acknowledged in", "p90", "late steps", "")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def quality(
    by: Annotated[str, typer.Option("--by", help="rule, or region: each with its own.")] = "rule",
    begin: Annotated[
        str | None, typer.Option("--from", help="A date or instant; without it, a year ago.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Not included.")] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Only this region and what lies below it.")
    ] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", help="Only energy, carbon or data.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Counts what was raised and what came of it, by rule and region.

    Confirmed: people responded, or closed it as handled or accepted. False: closed as such. Lead:
    from an early warning (pace, forecast) to what it warned of. Times are medians.

    \b
    $ qingyu warnings quality --by region --measure energy --from 2026-01-01
    """
    wanted = {"by": by, "from": begin, "to": end, "region": region, "measure": measure}
    filters = {name: value for name, value in wanted.items() if value is not None}
    with connect(data_dir, key) as api:
        found = api.get("alerts", "/v1/quality", params=filters)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    out.print(f"[dim]{found['from']} to {found['to']}[/]")
    if not found["items"]:
        out.print("No warning was raised.")
        return
    out.print(_table(found))


def _table(found: Mapping[str, Any]) -> Table:
    table = Table(*_HEADS, *_TIMES, box=None, header_style="bold")
    for row in found["items"]:
        words = [escape(str(row[name])) for name in _HEADS]
        table.add_row(
            *words,
            _span(row["lead_seconds"]),
            _span(row["acknowledge_seconds"]),
            _span(row["acknowledge_p90_seconds"]),
            str(row["overdue_steps"] or ""),
            f"[yellow]noisy, {escape(row['why'])}[/]" if row["noisy"] else "",
        )
    return table


def _span(seconds: float | None) -> str:
    if seconds is None:
        return ""
    for length, letter in ((_DAY, "d"), (_HOUR, "h")):
        if seconds >= length:
            return f"{seconds / length:.1f} {letter}"
    return f"{seconds / _MINUTE:.0f} min"
