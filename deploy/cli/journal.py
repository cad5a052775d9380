"""`qingyu journal`: whether the history of all that happened is whole."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from deploy.cli.client import Api, DataDir, Key, connect
from deploy.cli.terminal import fail, out

app = typer.Typer(help="The history of all that happened, in one chain.")

_AT_ONCE = 20_000
Document = Mapping[str, Any]


@app.command()
def head(data_dir: DataDir = None, key: Key = None) -> None:
    """Shows the newest entry and its hash: note them, and verify them later.

    The hash vouches for every entry before it. Kept somewhere else, it proves that nothing was
    cut off at the end either.

    \b
    $ qingyu journal head
    """
    with connect(data_dir, key) as api:
        found = api.get("alerts", "/v1/journal/head")
    out.print(f"{found['id']}:{found['hash']}")


@app.command()
def verify(
    expect: Annotated[
        str | None,
        typer.Option("--expect", help="ID:HASH as `qingyu journal head` told it before."),
    ] = None,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Works out the hash of every entry again; exit code 1 if one does not follow.

    What was altered, taken out or put in is found by the first entry that does not follow; what
    was cut off at the end by what still points at it, and for certain by a head noted before.

    \b
    $ qingyu journal verify
    $ qingyu journal verify --expect 48213:9f86d081...
    """
    noted = _noted(expect) if expect else None
    with connect(data_dir, key) as api:
        newest = int(api.get("alerts", "/v1/journal/head")["id"])
        checked, last = _walk(api, newest, noted)
    out.print(f"[green]✓[/] {checked} entries, all whole; the newest is {last}")


def _walk(api: Api, newest: int, noted: tuple[int, str] | None) -> tuple[int, str]:
    """Checks all entries; how many there are, and the newest as ID:HASH."""
    columns = (TextColumn("  checking"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task("", total=newest)
        after, checked = 0, 0
        while True:
            found = _checked(api, after, noted)
            checked, after = checked + found["checked"], found["upto"]
            bar.update(task, completed=after)
            if found["more"]:
                continue
            if noted and after < noted[0]:
                fail(f"entry {noted[0]} is not there: the journal ends at {after}")
            return checked, f"{after}:{found['hash']}"


def _checked(api: Api, after: int, noted: tuple[int, str] | None) -> Document:
    found: Document = api.post(
        "alerts", "/v1/journal/check", json={"after": after, "limit": _AT_ONCE}
    )
    if found["broken"] is not None:
        fail(
            f"entry {found['broken']} does not follow from what is before it: it, or an entry "
            "next to it, was altered, taken out or put in"
        )
    if found.get("cut"):
        fail(
            f"the journal ends at {found['upto']}, but entry {found['cut']} was there: the end was "
            "cut off"
        )
    if noted and after < noted[0] <= found["upto"]:
        _compare(api, noted)
    return found


def _compare(api: Api, noted: tuple[int, str]) -> None:
    number, digest = noted
    page = api.get("alerts", "/v1/journal", params={"after": number, "limit": 1})
    if page["before"] != digest:
        fail(f"entry {number} has another hash ({page['before']}): it is not the journal noted")


def _noted(text: str) -> tuple[int, str]:
    number, _, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        fail(f"{text!r} is not ID:HASH as `qingyu journal head` tells it")
    return int(number), digest.lower()
