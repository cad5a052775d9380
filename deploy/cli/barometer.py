"""`qingyu barometer`: a region and all below it as traffic lights."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape

from deploy.cli.barometer_tables import children, own, unrated
from deploy.cli.client import DataDir, Key, connect
from deploy.cli.terminal import out

Document = Mapping[str, Any]


def command(  # noqa: PLR0913, PLR0917 - every option is an argument
    region: Annotated[str, typer.Argument(help="Code of the region, such as 150000.")],
    period: Annotated[str, typer.Argument(help="Cumulative: 2025Q3, 2025M7 or 2025.")],
    of: Annotated[str, typer.Option("--of", help="regions, enterprises or tags.")] = "regions",
    rule: Annotated[
        str | None, typer.Option("--rule", help="A rule set instead of the targets' own.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="commit:N, or an instant.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="zh or en.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows a region's own targets, then the levels of all below it with change and rank.

    \b
    $ qingyu barometer 150000 2025Q3
    $ qingyu barometer 150000 2025 --rule N2021H1 --lang zh
    $ qingyu barometer 150203 2025M7 --of enterprises --json
    """
    given = {"region": region, "period": period, "of": of, "rule": rule, "as_of": as_of}
    params = {name: value for name, value in given.items() if value is not None}
    with connect(data_dir, key) as api:
        found = api.get("evaluator", "/v1/barometer", params=params)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    _print(found, of, lang)


def _print(found: Document, of: str, lang: str) -> None:
    before = f", compared with {found['before']}" if found["before"] else ""
    out.print(
        f"\n[bold]{escape(found['region_name'])}[/] {escape(found['period'])}"
        f"[dim]{escape(before)}; as of {escape(found['as_of'])}[/]\n"
    )
    mine, below = found["own"]["measures"], found["items"]
    if not mine and not any(row["measures"] for row in below):
        out.print("No targets are in force for that period. See: qingyu target list")
        return
    rated = own(mine, lang)
    if rated is not None:
        out.print(rated)
    for line in unrated(mine, lang, out.width):
        out.print(line)
    _below(found, of, lang)


def _below(found: Document, of: str, lang: str) -> None:
    rows = [row for row in found["items"] if row["measures"]]
    without = len(found["items"]) - len(rows)
    for table in children(rows, found["counts"], lang, out.width):
        out.print()
        out.print(table)
    if without:
        out.print(f"[dim]{without} of {len(found['items'])} {escape(of)} have no target[/]")
    for row in rows:
        lines = unrated(row["measures"], lang, out.width, row["name"])
        for line in lines:
            out.print(line)
