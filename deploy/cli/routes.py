"""`qingyu routes`: who is told of what, where something would go and why, and other routes."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.markup import escape

from deploy.cli.client import DataDir, Key, connect
from deploy.cli.terminal import fail, out
from shared.kit import yaml_text

app = typer.Typer(help="Who is told of what: the tree of routes.")

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


@app.command()
def show(data_dir: DataDir = None, key: Key = None, as_json: AsJson = False) -> None:
    """Shows the routes in force, as YAML that `qingyu routes apply` takes back."""
    with connect(data_dir, key) as api:
        found = api.get("alerts", "/v1/routes")
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    text = yaml.safe_dump(found["document"], allow_unicode=True, sort_keys=False, width=100)
    out.print(escape(text.rstrip()))
    if found["unanswered"]:
        names = ", ".join(found["unanswered"])
        out.print(f"[yellow]![/] no contact answers to: {escape(names)}")


@app.command("test")
def try_out(
    labels: Annotated[list[str], typer.Argument(help="LABEL=VALUE, as many as there are.")],
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="Try this file instead of what is in force.")
    ] = None,
    expected: Annotated[
        str | None,
        typer.Option("--expect", help="Receivers, comma separated; exit 1 if others are found."),
    ] = None,
    data_dir: DataDir = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Shows where something with these labels would go, how it is grouped, and why.

    \b
    $ qingyu routes test alertname=used level=red measure=energy region=150600
    $ qingyu routes test level=red measure=carbon --expect carbon-province
    """
    body: dict[str, Any] = {"labels": _labels(labels)}
    if file is not None:
        body["document"] = read_document(file)
    with connect(data_dir, key) as api:
        found = api.post("alerts", "/v1/routes/test", json=body)
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
    else:
        _tell(found)
    receivers = ",".join(found["receivers"])
    if expected is not None and receivers != expected:
        fail(f"goes to {receivers}, not to {expected}")


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="YAML or JSON with the whole tree.")],
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Puts other routes in force; what is open moves to its new groups without a word.

    \b
    $ qingyu routes show > routes.yaml
    $ qingyu routes apply routes.yaml
    """
    with connect(data_dir, key) as api:
        found = api.request("PUT", "alerts", "/v1/routes", json=read_document(file))
    out.print(f"[green]✓[/] in force: {len(found['receivers'])} receivers")
    if found["unanswered"]:
        names = ", ".join(found["unanswered"])
        out.print(f"[yellow]![/] no contact answers to: {escape(names)}")


def read_document(file: Path) -> Mapping[str, Any]:
    """A mapping from a YAML or JSON file; a policy file's section `routes` counts as the tree."""
    try:
        document = yaml_text.load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        fail(f"{file}: {error}")
    if not isinstance(document, dict):
        fail(f"{file}: a mapping is expected")
    inner = document.get("routes")
    return inner if isinstance(inner, dict) else document


def _labels(words: Sequence[str]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not name or not sign:
            fail(f"{word!r}: write labels as LABEL=VALUE", code=2)
        labels[name] = value
    return labels


def _tell(found: Mapping[str, Any]) -> None:
    out.print(escape(",".join(found["receivers"])))
    for one in found["destinations"]:
        group = ", ".join(f"{name}={value or '-'}" for name, value in one["group"].items())
        people = ", ".join(one["contacts"]) or "nobody answers to it"
        out.print(f"\n[bold]{escape(one['receiver'])}[/]  [dim]{escape(one['place'])}[/]")
        out.print(f"  with what has the same {escape(group or 'route')}")
        out.print(
            f"  after {one['group_wait']}, news every {one['group_interval']}, "
            f"again every {one['repeat_interval']}"
        )
        out.print(f"  contacts: {escape(people)}")
    out.print("\n[bold]Why[/]")
    for step in found["steps"]:
        mark = "[green]✓[/]" if step["chosen"] else ("[dim]·[/]" if not step["failed"] else "✗")
        why = f"  [dim]not {escape(step['failed'])}[/]" if step["failed"] else ""
        matchers = escape(step["matchers"])
        out.print(f"  {mark} {escape(step['place'])} {matchers} → {escape(step['receiver'])}{why}")
