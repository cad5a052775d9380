"""A situation brief on a terminal: where it stands, its outline with levels, its text, changes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from deploy.cli.brief_words import COLOURS, period_in_words, rounded, said, state_of

Document = Mapping[str, Any]
_FIRST_WORDS = 96


def heading(brief: Document) -> str:
    """Whose brief it is, of which period, and where it stands."""
    number = f" {escape(str(brief['number']))}" if brief.get("number") else ""
    words = period_in_words(str(brief["period"]))
    marks = "".join(
        f" [yellow]{word}[/]" for word in ("preliminary", "corrected") if brief.get(word)
    )
    return (
        f"\n{state_of(brief)} [bold]{escape(str(brief['name']))} {brief['period']}[/]{number}"
        f"{marks} [dim]{escape(words)}[/]\n[dim]{brief['id']} revision {brief['revision']}[/]"
    )


def listed(briefs: Sequence[Document]) -> Table:
    """Briefs, two lines each: the second is the id, whole, to be copied."""
    table = Table("state", "region", "period", "made", box=None, header_style="bold")
    for one in briefs:
        number = f" {escape(str(one['number']))}" if one.get("number") else ""
        table.add_row(
            state_of(one),
            f"{one['region']} [bold]{escape(str(one['name']))}[/]{number}\n[dim]{one['id']}[/]",
            f"{one['period']}{' errata' if one.get('kind') == 'errata' else ''}",
            str(one.get("made_at") or "-")[:10],
        )
    return table


def obstacles(brief: Document) -> Iterator[str]:
    """What it waits for, or what stopped it; then what to do about it."""
    for label in brief.get("waiting_for") or ():
        yield f"[yellow]…[/] {escape(said(label))}"
    for label in brief.get("findings") or ():
        yield f"[bold red]✗[/] {escape(said(label))}"
    if brief["state"] == "waiting":
        yield (
            "[dim]It goes on by itself once that is there. To try now: the same `qingyu brief "
            "make`; to write it all the same: `gdp: preliminary` in the region's settings.[/]"
        )
    if brief["state"] == "stopped":
        yield (
            "[dim]There is no draft. Once the cause is gone (figures are put right on record: "
            "`qingyu record import`), make it again: the same `qingyu brief make`.[/]"
        )


def acts(brief: Document) -> Iterator[str]:
    """What may be done next, as commands."""
    key = brief["id"]
    follow = {
        "draft": (
            f"qingyu brief remark {key} > remarks.yaml   # write, then: "
            f"qingyu brief remark {key} remarks.yaml",
            f"qingyu brief approve {key}",
        ),
        "approved": (f"qingyu brief publish {key}",),
        "published": (f"qingyu brief errata {key}",),
    }
    for line in follow.get(str(brief["state"]), ()):
        yield f"  [bold]{escape(line)}[/]"


def levels(facts: Document) -> Iterator[RenderableType]:
    """The region's own targets with their levels, out of the brief's facts."""
    own = (facts.get("situation") or facts).get("own") or ()
    rated = [one for one in own if one["state"] == "rated"]
    if rated:
        table = Table("target", "level", "", "progress", box=None, header_style="bold")
        for one in rated:
            table.add_row(*_level(one))
        yield table
    if len(rated) < len(own):
        missing = len(own) - len(rated)
        yield f"[dim]{missing} more targets are not rated: their figures are missing[/]"


def _level(one: Document) -> Iterator[str]:
    """Name, level, the level before where it was another one, progress."""
    label, before = said(one["label"]), said(one.get("label_before"))
    yield escape(said(one["target_name"]))
    yield f"[{COLOURS.get(str(one['colour']), 'white')}]{escape(label)}[/]"
    yield f"was {escape(before)}" if before and before != label else ""
    progress = " of ".join(rounded(one[name]) for name in ("progress", "required") if one.get(name))
    yield f"{progress} %" if progress else ""


def outline(document: Document) -> Iterator[str]:
    """The headings, each with the beginning of what it says."""
    opened = False
    for block in document["blocks"]:
        if _is(block, "heading", "annex"):
            indent = "  " * (int(block.get("level") or 1) - 1)
            yield f"{indent}[bold]{escape(str(block['text']))}[/]"
            opened = True
        elif _is(block, "paragraph") and opened:
            text = str(block["text"])
            short = text if len(text) <= _FIRST_WORDS else f"{text[:_FIRST_WORDS]}…"
            yield f"  [dim]{escape(short)}[/]"
            opened = False


def sections(document: Document) -> Iterator[tuple[str, str]]:
    """Name and heading of each section of the first level: what remarks may be written to."""
    for block in document["blocks"]:
        if _is(block, "heading") and int(block["level"]) == 1:
            yield str(block["name"]), str(block["text"])


def text(document: Document) -> Iterator[RenderableType]:
    """The whole brief: title, headings, paragraphs, tables; a picture by what it shows."""
    yield f"\n[bold]{escape(str(document['title']))}[/]\n{escape(str(document['subtitle']))}"
    for words in document.get("banner") or ():
        yield f"[yellow]{escape(str(words))}[/]"
    for block in document["blocks"]:
        yield from _block(block)


def _block(block: Document) -> Iterator[RenderableType]:
    if _is(block, "heading", "annex"):
        yield f"\n[bold]{escape(str(block['text']))}[/]"
    elif _is(block, "paragraph"):
        yield escape(str(block["text"]))
    elif _is(block, "table"):
        yield Padding(_table(block), (1, 0))
    else:
        yield f"[dim]▧ {escape(str(block['caption']))}: {escape(str(block['alt']))}[/]"


def _table(block: Document) -> Table:
    table = Table(title=escape(str(block["caption"])), title_justify="left", box=None)
    for column in block["columns"]:
        justify = "right" if column.get("is_number") else "left"
        table.add_column(escape(str(column["label"])), justify=justify)  # type: ignore[arg-type]
    for row in block["rows"]:
        table.add_row(*(_cell(cell) for cell in row))
    return table


def _cell(cell: Document) -> str:
    shown = escape(str(cell["text"]))
    colour = COLOURS.get(str(cell.get("colour") or ""))
    return f"[{colour}]{shown}[/]" if colour else shown


def _is(block: Document, *kinds: str) -> bool:
    """Whether a block of a document as JSON is of one of these kinds."""
    return kind_of(block) in kinds


def kind_of(block: Document) -> str:
    """What a block is: by its tag where it has one, else by the fields that only it has."""
    tag = str(block.get("type") or block.get("block") or "").lower()
    if tag:
        return tag
    if "columns" in block:
        return "table"
    if "alt" in block:
        return "chart"
    if "level" in block:
        return "heading"
    return "paragraph" if "kind" in block else "annex"


def compared(found: Sequence[Document], lang: str) -> Iterator[Table]:
    """Two briefs side by side: the figures that differ, a table for each place they stand in."""
    places: dict[str, list[Document]] = {}
    for one in found:
        places.setdefault(said(one.get("where"), lang), []).append(one)
    for where, rows in places.items():
        table = Table(title=f"\n{escape(where)}", title_justify="left", box=None)
        table.add_column("figure", overflow="fold")
        for name in ("a", "b", "change"):
            table.add_column(name, justify="right", overflow="fold")
        for one in rows:
            cells = (escape(str(one.get(name) or "-")) for name in ("a", "b", "change"))
            table.add_row(escape(said(one["label"], lang)), *cells)
        yield table


def worth_telling(found: Sequence[Document]) -> list[Document]:
    """Figures of the text's own tables: no sentences, no sheets behind it, no names of periods."""
    aside = ("text:", "sheet:", "table:annex")
    return [
        one
        for one in found
        if not str(one["name"]).startswith(aside) and not str(one["name"]).endswith("/period")
    ]


def changed(found: Sequence[Document], lang: str) -> Table:
    """What an errata sheet corrects: each figure, where it stands, what it was and is."""
    table = Table(box=None, header_style="bold")
    for name in ("figure", "where", "was", "is"):
        # Whole, on narrow terminals too: figures of one name differ in their last words.
        table.add_column(name, overflow="fold")
    for one in found:
        label = escape(said(one["label"], lang))
        where = escape(said(one.get("where"), lang))
        was, now = (
            (one.get(f"{side}_en") if lang == "en" else None) or one[side] or "-"
            for side in ("old", "new")
        )
        table.add_row(label, where, escape(str(was)), escape(str(now)))
    return table
