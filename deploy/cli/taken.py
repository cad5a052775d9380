"""Records sent to their desk, and what it made of them: targets and tasks alike."""

import json
from collections.abc import Mapping
from typing import Any

from rich.markup import escape

from deploy.cli.client import Api
from deploy.cli.terminal import out

_PATIENCE_S = 600.0

Report = Mapping[str, Any]


def post_records(api: Api, path: str, body: Mapping[str, object], **params: str) -> Report:
    """What the desk answers; empty parameters are left out."""
    asked = {name: value for name, value in params.items() if value}
    taken: Report = api.post("evaluator", path, json=body, params=asked, timeout=_PATIENCE_S)
    return taken


def tell(taken: Report, *, as_json: bool) -> None:
    """Say what was added, what was changed, and what there is to remark."""
    if as_json:
        out.print_json(json.dumps(taken, ensure_ascii=False))
        return
    for fate, words in (("added", "new"), ("changed", "new version")):
        for code in taken[fate]:
            out.print(f"[green]·[/] {escape(code)} [dim]{words}[/]")
    for remark in taken.get("remarks", ()):
        out.print(f"[yellow]![/] {escape(remark['code'])}: {escape(remark['detail'])}")
    added, changed = len(taken["added"]), len(taken["changed"])
    if not added and not changed:
        out.print("Nothing to change: all of it is known already.")
    elif taken["dry_run"]:
        out.print(f"Would add {added} and change {changed}; nothing was written.")
    else:
        out.print(f"[bold]{added} added, {changed} changed[/] in commit {taken['commit']}.")
