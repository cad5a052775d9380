"""What people do with a brief: remarks, approval, publication; comparison, errata, settings."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.markup import escape

from deploy.cli.brief_files import folder_of, save, table_of
from deploy.cli.brief_making import Bar, followed
from deploy.cli.brief_tables import acts as next_acts
from deploy.cli.brief_tables import changed, compared, heading, obstacles, sections, worth_telling
from deploy.cli.client import Api, DataDir, Key, connect
from deploy.cli.files import text_of
from deploy.cli.terminal import fail, out
from shared.kit import yaml_text

Document = Mapping[str, Any]

Id = Annotated[str, typer.Argument(help="The brief's id, from `qingyu brief list`.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Lang = Annotated[str, typer.Option("--lang", help="zh or en.")]
_PRINTED_S = 300.0
"""All forms are printed anew before the answer comes."""

_REVISION = (
    "# revision {}: refused if somebody changes the brief meanwhile; without this line the "
    "remarks replace\n# whatever there is.\n"
)
_EXPLANATION = "explanation"
"""The one section of a sheet of errata that people write."""
_PRINTED_FROM = re.compile(r"^# revision (\d+):", re.MULTILINE)

Comment = Annotated[str, typer.Option("--comment", "-m", help="What others should know.")]

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
_SURE = "A published brief is sent and cannot be changed. Publish it?"


def add_to(app: typer.Typer) -> None:
    """Give the group of commands these as well."""
    app.command("remark")(remark)
    app.command("approve")(approve)
    app.command("return")(return_)
    app.command("publish")(publish)
    app.command("compare")(compare)
    app.command("errata")(errata)
    app.command("settings")(settings)


def remark(
    brief: Id,
    file: Annotated[
        Path | None,
        typer.Argument(help="Remarks as YAML: section: text.", exists=True, dir_okay=False),
    ] = None,
    section: Annotated[
        str | None, typer.Option("--section", help="The file is the text of this section alone.")
    ] = None,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Puts people's remarks into a draft; without a file, prints those there are, to be edited.

    A remark stands at the end of its section and is marked as written by a person; figures and
    sentences cannot be edited. An empty text takes a remark away. A text that somebody else has
    changed in between is refused: print and edit it again.

    \b
    $ qingyu brief remark 3f0c… > remarks.yaml
    $ qingyu brief remark 3f0c… remarks.yaml
    $ qingyu brief remark 3f0c… outlook.txt --section outlook
    """
    with connect(data_dir, key) as api:
        found = api.get("alerts", f"/v1/briefs/{brief}")
        if file is None:
            out.print(escape(_to_edit(api, found)), end="")
            return
        text = text_of(file)
        remarks = _read(file, text, section, found["remarks"])
        headers = {"If-Match": f'"{_looked_at(text, section) or found["revision"]}"'}
        path = f"/v1/briefs/{brief}/remarks"
        kept = api.request("PUT", "alerts", path, json=remarks, headers=headers, timeout=_PRINTED_S)
        with Bar() as bar:
            kept = followed(api, kept, bar)
    _told(kept)


def approve(
    brief: Id,
    comment: Comment = "",
    yes: Yes = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Approves a draft: it can be published then, and is not changed any more.

    Where the region's settings say publish_on_approval, as those of the profiles do, it is
    published at once: it gets its number, is sent, and never changes again. It asks before that.

    Where the region's settings ask for a second person, not by whoever edited it last.

    \b
    $ qingyu brief approve 3f0c… -m 同意
    """
    if not yes:
        with connect(data_dir, key) as api:
            found = api.get("alerts", f"/v1/briefs/{brief}")
        if found.get("publish_on_approval") and found["state"] == "draft":
            typer.confirm(f"Approving publishes it. {_SURE}", abort=True)
    _post(brief, "approve", {"comment": comment}, data_dir, key)


def return_(
    brief: Id,
    reason: Annotated[str, typer.Option("--reason", help="What has to be changed.")],
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Makes an approved brief a draft again.

    \b
    $ qingyu brief return 3f0c… --reason 请补充能源结构说明
    """
    _post(brief, "return", {"reason": reason}, data_dir, key)


def publish(
    brief: Id,
    yes: Yes = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Publishes an approved brief: it gets its number, is sent, and never changes again.

    What turns out to be wrong later is corrected by an errata sheet.

    \b
    $ qingyu brief publish 3f0c… --yes
    """
    if not yes:
        typer.confirm(_SURE, abort=True)
    _post(brief, "publish", {}, data_dir, key)


def compare(
    a: Annotated[str, typer.Argument(help="The id of the one.")],
    b: Annotated[str, typer.Argument(help="The id of the other.")],
    everything: Annotated[
        bool, typer.Option("--all", help="Also sentences, and the annexes' figures.")
    ] = False,
    lang: Lang = "en",
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Lists the figures in which two briefs differ, such as this quarter's and the last one's.

    \b
    $ qingyu brief compare 3f0c… 77ab…
    $ qingyu brief compare 3f0c… 77ab… --all --json | jq '.[].name'
    """
    with connect(data_dir, key) as api:
        found = api.get("alerts", "/v1/briefs/compare", params={"a": a, "b": b})
    rows = found["items"] if isinstance(found, dict) else found
    shown = rows if everything else worth_telling(rows)
    if as_json:
        out.print_json(json.dumps(shown, ensure_ascii=False))
        return
    for table in compared(shown, lang):
        out.print(table)
    if not rows:
        out.print("All figures are the same.")
    elif len(shown) < len(rows):
        out.print(f"[dim]{len(rows) - len(shown)} more in sentences and annexes: --all[/]")


def errata(
    brief: Id,
    lang: Lang = "en",
    folder: Annotated[
        Path | None, typer.Option("--out", help="Fetch the sheets' files into this folder.")
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows what was corrected after a brief was published: each figure, as it was and is.

    \b
    $ qingyu brief errata 3f0c…
    """
    with connect(data_dir, key) as api:
        found = api.get("alerts", f"/v1/briefs/{brief}/errata")
        sheets = found["items"] if isinstance(found, dict) else found
        if as_json:
            out.print_json(json.dumps(sheets, ensure_ascii=False))
            return
        if not sheets:
            out.print("Nothing was corrected.")
        for sheet in sheets:
            _sheet(api, sheet, lang, folder)


def settings(
    region: Annotated[str, typer.Argument(help="The region's code, such as 150000.")],
    name: Annotated[
        str | None, typer.Option("--set", help="Use the settings of this name from now on.")
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Shows when and how a region's briefs are made, or gives the region other settings.

    \b
    $ qingyu brief settings 150000
    $ qingyu brief settings 150000 --set inner-mongolia-14fyp
    """
    path = f"/v1/briefs/settings/{region}"
    with connect(data_dir, key) as api:
        if name is None:
            found = api.get("alerts", path)
        else:
            found = api.request("PUT", "alerts", path, json={"name": name})
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False))
        return
    for line in yaml.safe_dump(found, allow_unicode=True, sort_keys=False).splitlines():
        out.print(escape(line))


def _to_edit(api: Api, brief: Document) -> str:
    """All sections with their remarks as YAML, and what else is written already."""
    if not brief["files"]:
        fail(f"the brief is {brief['state']}: there is nothing to remark on yet")
    named = {_EXPLANATION: "更正说明"}
    if brief["kind"] != "errata":
        path = f"/v1/briefs/{brief['id']}/document"
        named = dict(sections(api.get("alerts", path, params={"lang": "zh"})))
    lines = [_REVISION.format(brief["revision"])]
    others = {name: name for name in brief["remarks"] if name not in named}
    for name, text in {**named, **others}.items():
        said = yaml.safe_dump({name: brief["remarks"].get(name, "")}, allow_unicode=True)
        lines.append(f"# {text}\n{said}")
    return "".join(lines)


def _looked_at(text: str, section: str | None) -> str | None:
    """The revision that the remarks were printed from; None where the file does not say."""
    found = None if section is not None else _PRINTED_FROM.search(text)
    return found[1] if found else None


def _read(file: Path, text: str, section: str | None, there: Mapping[str, str]) -> dict[str, str]:
    """The remarks of the file; with a section, those there are with that one changed."""
    if section is not None:
        return {**there, section: text.strip()}
    try:
        body = yaml_text.load(text)
    except yaml.YAMLError as error:
        fail(f"{file} is not readable as YAML: {error}")
    if not isinstance(body, dict) or not all(isinstance(one, str | None) for one in body.values()):
        fail(f"{file}: write `section: text`, a line for each. See: qingyu brief remark ID")
    return {str(name): str(said).strip() for name, said in body.items() if said}


def _post(
    brief: str, act: str, body: Mapping[str, str], data_dir: Path | None, key: str | None
) -> None:
    path = f"/v1/briefs/{brief}/{act}"
    with connect(data_dir, key) as api, Bar() as bar:
        done = followed(api, api.post("alerts", path, json=body, timeout=_PRINTED_S), bar)
    _told(done)


def _told(brief: Document) -> None:
    out.print(heading(brief))
    for line in obstacles(brief):
        out.print(line)
    if brief["files"]:
        out.print(table_of(brief))
    for line in next_acts(brief):
        out.print(line)


def _sheet(api: Api, sheet: Document, lang: str, folder: Path | None) -> None:
    out.print(heading(sheet))
    out.print(changed(sheet["changes"], lang))
    if sheet["files"]:
        out.print(table_of(sheet))
    if folder is not None:
        for path in save(api, sheet, (), folder_of(sheet, folder)):
            out.print(f"[green]✓[/] {escape(str(path))}")
