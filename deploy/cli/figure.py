"""`qingyu figure`: any number by its name, and how it came about."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.tree import Tree

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.terminal import out

app = typer.Typer(help="Figures by name, and how they came about.")

_COLOURS = {"red": "bold red", "orange": "dark_orange", "yellow": "yellow", "green": "green"}
_MOST = 40

Document = Mapping[str, Any]
Name = Annotated[
    str, typer.Argument(help="SUBJECT/MEASURE/PERIOD, such as region:150000/energy-total/2025Q3")
]
Scope = Annotated[str | None, typer.Option("--scope", help="monitored or whole.")]
Series = Annotated[str | None, typer.Option("--series", help="calorific or equivalent.")]
Basis = Annotated[str | None, typer.Option("--basis", help="gross or net of exclusions.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="commit:N, or an instant.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Language = Annotated[str, typer.Option("--lang", help="zh or en.")]


@app.command()
def show(  # noqa: PLR0913, PLR0917 - every option is an argument
    name: Name,
    scope: Scope = None,
    series: Series = None,
    basis: Basis = None,
    as_of: AsOf = None,
    lang: Language = "en",
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows one figure: its value, its level if it has one, and what is missing.

    \b
    $ qingyu figure show region:150000/energy-intensity/2025Q3
    $ qingyu figure show region:150000/target:IM-EI/2025Q3
    $ qingyu figure show enterprise:91150203DEMG00001K/carbon-total/2018-05 --as-of commit:120
    """
    params = _params(scope, series, basis, as_of)
    with connect(data_dir, key) as api:
        found = api.get("evaluator", f"/v1/figures/{name}", params=params)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    _head(found, found, lang)
    out.print(f"[dim]qingyu figure explain {escape(name)} says how it came about.[/]")


@app.command()
def explain(  # noqa: PLR0913, PLR0917 - every option is an argument
    name: Name,
    scope: Scope = None,
    series: Series = None,
    basis: Basis = None,
    as_of: AsOf = None,
    lang: Language = "en",
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows how a figure came about, down to readings, statements and factors.

    \b
    $ qingyu figure explain region:150000/carbon-intensity/2025Q3 --lang zh
    $ qingyu figure explain region:150000/target:IM-EI/2025Q3 --json | jq .level
    """
    params = {**_params(scope, series, basis, as_of), "format": "json"}
    with connect(data_dir, key) as api:
        found = api.get("evaluator", f"/v1/explain/{name}", params=params)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    _head(found, found["tree"], lang)
    tree = Tree(_line(found["tree"], lang), guide_style="dim")
    _grow(tree, found["tree"], lang)
    out.print(tree)
    for one in found["readings"]:
        _heard(one)
    if found["level"]:
        _judgement(found["level"], lang)


def _params(
    scope: str | None, series: str | None, basis: str | None, as_of: str | None
) -> dict[str, str]:
    given = {"scope": scope, "series": series, "basis": basis, "as_of": as_of}
    return {name: value for name, value in given.items() if value is not None}


def _head(found: Document, node: Document, lang: str) -> None:
    said = node["shown"] if node["shown"] is not None else "no value"
    out.print(
        f"\n[bold]{escape(node['label'][lang])}[/] {escape(found['subject_name'])} "
        f"[dim]{escape(found['subject'])}[/] {escape(found['period'])}"
    )
    out.print(f"[bold]{said}[/] {escape(node['unit'])}  {level(found['level'], lang)}")
    for reason in node["missing"]:
        out.print(f"[red]missing:[/] {escape(reason[lang])}")
    for flag in node["flags"]:
        out.print(f"[yellow]note:[/] {escape(flag[lang])}")
    out.print(f"[dim]as of {escape(found['as_of'])}[/]\n")


def level(found: Document | None, lang: str) -> str:
    """A level as a light and its name; nothing where there is none."""
    if found is None:
        return ""
    style = _COLOURS.get(found["colour"], "dim")
    return f"[{style}]● {escape(found['label'][lang])}[/]"


def _line(node: Document, lang: str) -> str:
    shown = node["shown"] if node["shown"] is not None else "–"
    text = f"{escape(node['label'][lang])} [bold]{shown}[/] {escape(node['unit'])}"
    if node["formula"]:
        text += f"  [cyan]{escape(node['formula']['numbers'])}[/]"
    source = node["source"]
    if source:
        said = " ".join(part for part in (source["version"], source["text"]) if part)
        mark = f" ({source['confidence']})" if source["confidence"] else ""
        text += f"  [dim]{escape(source['kind'])} {escape(said + mark)}[/]"
    if not node["operands"]:
        text += "".join(f"  [red]{escape(reason[lang])}[/]" for reason in node["missing"])
    return text


def _grow(tree: Tree, node: Document, lang: str) -> None:
    for part in node["operands"][:_MOST]:
        _grow(tree.add(_line(part, lang)), part, lang)
    more = len(node["operands"]) - _MOST
    if more > 0:
        tree.add(f"[dim]… and {more} more (--json has all)[/]")


def _heard(one: Document) -> None:
    count = "-" if one["readings"] is None else str(one["readings"])
    out.print(
        f"[dim]{escape(one['subject'])} {escape(one['carrier'])} {escape(one['flow'])}: "
        f"{one['points']} points, {count} readings, complete {one['completeness'] or '-'}[/]"
    )


def _judgement(found: Document, lang: str) -> None:
    out.print(
        f"\n{level(found, lang)} by rule {escape(found['rule'])} "
        f"[dim]{escape(found['rule_version'])}[/], target {escape(found['target'])} "
        f"version {found['target_version']}"
    )
    for name in ("actual", "goal", "margin", "progress", "required"):
        if found[name] is not None:
            out.print(f"[dim]{name}[/] {escape(found[name])}")
    if found["threshold"]:
        out.print(f"[dim]threshold[/] {escape(found['threshold'][lang])}")
    for reason in found["reasons"]:
        out.print(f"[red]{escape(reason[lang])}[/]")
