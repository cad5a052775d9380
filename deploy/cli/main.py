"""`qingyu`: the door for people; finds the command that was asked for and runs it."""

import os
import sys
from collections.abc import Sequence

import typer

from deploy.cli.registry import ENTRIES, flowing, register

_HELP = """\
Qingyu 晴雨: early warning for energy and carbon dual control (双控).

Meter readings come in over HTTP, become exact books, are judged against budgets, and what goes
wrong is told early.

\b
$ qingyu demo                        from nothing to warnings, with real data
$ qingyu up --data-dir data          a system of your own; Ctrl-C stops it
$ qingyu catalogue import plant.yaml say what there is, then
$ qingyu key create --role sender    make a key to send readings with
$ qingyu COMMAND --help              what a command does, with examples
"""


def build(words: Sequence[str]) -> typer.Typer:
    """The command line; commands among `words` are loaded, the others only listed."""
    root = typer.Typer(
        name="qingyu",
        help=flowing(_HELP),
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_show_locals=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    root.callback()(_root)
    register(root, words)
    return root


def _root() -> None:
    """Exists so that the commands stay commands even if there were only one."""


def run() -> None:
    """The entry point of the installed command."""
    completing = "_QINGYU_COMPLETE" in os.environ
    words = [entry.name for entry in ENTRIES] if completing else sys.argv[1:2]
    build(words)(prog_name="qingyu")


if __name__ == "__main__":
    run()
