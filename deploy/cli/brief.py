"""`qingyu brief`: situation briefs (形势分析) of a region and period, made, read, published."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.markup import escape

from deploy.cli import brief_acts
from deploy.cli.brief_files import folder_of, save, table_of
from deploy.cli.brief_making import Bar, followed
from deploy.cli.brief_tables import acts, heading, levels, listed, obstacles, outline, text
from deploy.cli.client import Api, DataDir, Key, connect
from deploy.cli.terminal import fail, out

app = typer.Typer(help="Situation briefs (形势分析): made, read, approved, published.")
Document = Mapping[str, Any]

STOPPED, WAITING, OTHER = 3, 4, 5
_WRITTEN = (
    "Every figure is the same: this version of the program words, draws or lays out otherwise."
)
_RECKONED = (
    "Figures are others than those that were published: this version of the program reckons"
    " otherwise, or the books of that commit are not what they were."
)
_ENDS = {"stopped": STOPPED, "waiting": WAITING}

Id = Annotated[str, typer.Argument(help="The brief's id, from `qingyu brief list`.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="Folder for the files.", show_default="briefs/REGION-PERIOD"),
]
Lang = Annotated[str, typer.Option("--lang", help="zh or en.")]


@app.command()
def make(  # noqa: PLR0913, PLR0917 - every option is an argument
    region: Annotated[str, typer.Option("--region", help="The region's code, such as 150000.")],
    period: Annotated[str, typer.Option("--period", help="Such as 2026Q3; see above.")],
    lang: Annotated[
        str | None,
        typer.Option("--lang", help="zh, en or zh,en; else as before, or as the settings say."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Figures as of commit:N, not the newest.")
    ] = None,
    desk_as_of: Annotated[
        int | None, typer.Option("--desk-as-of", help="Warnings as of this journal entry.", min=0)
    ] = None,
    folder: Out = None,
    no_save: Annotated[bool, typer.Option("--no-save", help="Make it, fetch no files.")] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Makes the brief of a region and period, or makes its draft anew, and saves its files.

    Periods: 2026Q3 is January to September added up, with the third quarter beside it; 2026Q3s
    the third quarter alone; 2026H1 January to June; 2026 the year; 2026M7 January to July; 2026-07
    July alone; 2026-2028 a plan's mid-term, 2026-2030 its end.

    Ends with 0 when there is a draft, 3 when figures do not add up (they are listed), 4 when it
    waits for something (such as GDP), 1 when it was refused.

    \b
    $ qingyu brief make --region 150000 --period 2026Q3
    $ qingyu brief make --region 150000 --period 2026Q3 --lang zh,en --out /srv/briefs
    $ qingyu brief make --region 150000 --period 2026Q2 --as-of commit:412
    """
    asked = {"region": region, "period": period, "as_of": as_of, "desk_as_of": desk_as_of}
    body: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if lang:
        body["languages"] = lang.replace(" ", "").split(",")
    with connect(data_dir, key) as api, Bar() as bar:
        made = followed(api, api.post("alerts", "/v1/briefs", json=body), bar)
        saved = [] if no_save or not made["files"] else save(api, made, (), folder_of(made, folder))
    _tell(made, saved, as_json=as_json)
    raise typer.Exit(_ENDS.get(str(made["state"]), 0))


@app.command()
def remake(
    brief: Id,
    lang: Annotated[str | None, typer.Option("--lang", help="Only this language.")] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Makes a brief again as of the same commits and compares the bytes; changes nothing.

    Ends with 0 when every file is the same, with 5 when one is another. The bytes are those of one
    version of the program: a newer one may word, draw or lay out otherwise.

    \b
    $ qingyu brief remake 3f0c…
    """
    params = {"lang": lang} if lang else {}
    with connect(data_dir, key) as api:
        found = api.post("alerts", f"/v1/briefs/{brief}/remake", params=params, timeout=None)
    is_same = all(file["same"] for file in found["files"])
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
    else:
        for file in found["files"]:
            same = file["same"]
            words = "[green]✓[/] the same" if same else "[bold red]✗[/] another"
            out.print(f"{words} {escape(file['name'])} [dim]{file['sha256']}[/]")
        if not is_same:
            out.print(_WRITTEN if found["digest"] == found["again"] else _RECKONED)
    raise typer.Exit(0 if is_same else OTHER)


@app.command("list")
def list_(
    region: Annotated[str | None, typer.Option("--region", help="Only of this region.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="Only of this period.")] = None,
    state: Annotated[
        str | None,
        typer.Option("--state", help="making, waiting, stopped, draft, approved or published."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one brief a line.")] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lists briefs, the newest first.

    \b
    $ qingyu brief list --region 150000 --state published
    """
    asked = {"region": region, "period": period, "state": state}
    filters = {name: value for name, value in asked.items() if value is not None}
    with connect(data_dir, key) as api:
        found = list(api.pages("alerts", "/v1/briefs", filters))
    if as_json:
        for one in found:
            out.print_json(json.dumps(one, ensure_ascii=False), indent=None)
        return
    empty = "No briefs. Make one: qingyu brief make --region CODE --period 2026Q3"
    out.print(listed(found) if found else empty)


@app.command()
def show(
    brief: Id,
    whole: Annotated[bool, typer.Option("--text", help="The whole text with its tables.")] = False,
    lang: Lang = "zh",
    public: Annotated[bool, typer.Option("--public", help="The edition for the public.")] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows where a brief stands: levels, outline, findings, approvals, and what may come next.

    \b
    $ qingyu brief show 3f0c…
    $ qingyu brief show 3f0c… --text --lang en
    """
    edition = "public" if public else "office"
    with connect(data_dir, key) as api:
        found = api.get("alerts", f"/v1/briefs/{brief}")
        if as_json:
            out.print_json(json.dumps(found, ensure_ascii=False))
            return
        out.print(heading(found))
        for line in obstacles(found):
            out.print(line)
        if found["files"]:
            _written(api, found, whole=whole, lang=lang, edition=edition)
    _footing(found)


@app.command()
def get(
    brief: Id,
    names: Annotated[
        list[str] | None, typer.Argument(help="Names of files; without any, all of them.")
    ] = None,
    folder: Out = None,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Fetches files of a brief; each is held against its sha256 before it is written.

    \b
    $ qingyu brief get 3f0c…
    $ qingyu brief get 3f0c… brief.zh.docx brief.zh.pdf --out .
    """
    with connect(data_dir, key) as api:
        found = api.get("alerts", f"/v1/briefs/{brief}")
        if not found["files"]:
            _no_files(found)
        for path in save(api, found, names or (), folder_of(found, folder)):
            out.print(f"[green]✓[/] {escape(str(path))}")


def _no_files(brief: Document) -> NoReturn:
    for line in obstacles(brief):
        out.print(line)
    fail(f"the brief is {brief['state']}: it has no files yet")


def _tell(made: Document, saved: Sequence[Path], *, as_json: bool) -> None:
    """What came of making it."""
    if as_json:
        out.print_json(json.dumps(made, ensure_ascii=False))
        return
    out.print(heading(made))
    for line in obstacles(made):
        out.print(line)
    if made["files"]:
        out.print(table_of(made))
    if saved:
        out.print(f"[green]✓[/] saved in [bold]{escape(str(saved[0].parent))}[/]")
    for line in acts(made):
        out.print(line)


def _written(api: Api, brief: Document, *, whole: bool, lang: str, edition: str) -> None:
    params = {"lang": lang, "edition": edition}
    document = api.get("alerts", f"/v1/briefs/{brief['id']}/document", params=params)
    if whole:
        for part in text(document):
            out.print(part)
        return
    for part in levels(api.get("alerts", f"/v1/briefs/{brief['id']}/facts")):
        out.print(part)
    for line in outline(document):
        out.print(line)
    out.print(table_of(brief))


def _footing(brief: Document) -> None:
    for one in brief.get("approvals") or ():
        out.print(f"[green]approved[/] {escape(str(one['by']))} [dim]{one['at']}[/]")
    if brief.get("published_at"):
        out.print(f"[bold green]published[/] [dim]{brief['published_at']}[/]")
    for sheet in brief.get("errata") or ():
        out.print(f"[yellow]errata[/] qingyu brief errata {sheet}")
    for line in acts(brief):
        out.print(line)


brief_acts.add_to(app)
