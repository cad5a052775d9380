"""A brief while it is being made: looked at again and again, with a bar on a terminal."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from deploy.cli.brief_words import said
from deploy.cli.client import Api
from deploy.cli.terminal import err, fail, out

Document = Mapping[str, Any]

MAKING = "making"
_LOOK_S = 0.25
_PATIENCE_S = 600.0


class Shown(Protocol):
    """Where people see how far it is."""

    def __call__(self, label: str, done: int, whole: int) -> None:
        """So much of the whole is done; `label`: what is being done now."""
        ...


def followed(
    api: Api, brief: Document, show: Shown, sleep: Callable[[float], None] = time.sleep
) -> Document:
    """The brief once it is no longer being made."""
    deadline = time.monotonic() + _PATIENCE_S
    while brief["state"] == MAKING:
        progress: Document = brief.get("progress") or {}
        label = said(progress.get("label")) or str(progress.get("step") or "")
        show(label, int(progress.get("done") or 0), int(progress.get("whole") or 0))
        if time.monotonic() > deadline:
            fail(f"still being made after {_PATIENCE_S:.0f} s: qingyu brief show {brief['id']}")
        sleep(_LOOK_S)
        brief = _again(api, brief)
    return brief


def _again(api: Api, brief: Document) -> Document:
    """The brief as it is now; whoever cannot look any more is told that it goes on all the same."""
    try:
        found: Document = api.get("alerts", f"/v1/briefs/{brief['id']}")
    except typer.Exit:
        err.print(f"It was asked for, and is made all the same: qingyu brief show {brief['id']}")
        raise
    return found


class Bar:
    """A bar on a terminal; elsewhere a line for each step."""

    def __init__(self) -> None:
        columns = (
            TextColumn("  {task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
        )
        self._bar = Progress(*columns, console=out, transient=True) if out.is_terminal else None
        self._task: TaskID | None = None
        self._last = ""

    def __enter__(self) -> "Bar":
        if self._bar:
            self._bar.start()
            self._task = self._bar.add_task("", total=1)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, label: str, done: int, whole: int) -> None:
        """So much is done."""
        if self._bar and self._task is not None:
            words = escape(label)
            self._bar.update(self._task, description=words, completed=done, total=whole or 1)
        elif label and label != self._last:
            self._last = label
            out.print(f"  [dim]{done}/{whole}[/] {escape(label)}")
