"""The HTML form: one page that needs nothing from outside, for reading, listening and printing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import jinja2
from markupsafe import Markup

from services.alerts.adapters.briefs.balance import balanced
from services.alerts.adapters.briefs.inlined import inlined
from services.alerts.adapters.briefs.layouts import layout
from services.alerts.adapters.briefs.measure import TITLE_ROOM
from services.alerts.adapters.briefs.shades import SHADES
from services.alerts.adapters.briefs.words import TONGUES, about, clean, digest_line, lines, notes
from services.alerts.domain.briefs.document import (
    Annex,
    Block,
    Chart,
    Column,
    Document,
    Heading,
    Table,
)

_DEEPEST = 2
"""Headings of these levels stand in the list of contents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A block as the template wants it. head: the column whose cells name their rows."""

    shape: str
    block: Block
    anchor: str = ""
    level: int = 0
    starts_annex: bool = False
    head: int = -1
    is_wide: bool = False
    svg: Markup | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A line of the list of contents."""

    text: str
    anchor: str
    depth: int


def html(document: Document, pictures_svg: Mapping[str, bytes]) -> bytes:
    """The whole page in UTF-8, the same bytes for the same parts.

    pictures_svg: by the names of charts; where one is missing, its description stands instead.
    """
    parts = tuple(_parts(document.blocks, pictures_svg))
    first = next((place for place, part in enumerate(parts) if part.starts_annex), len(parts))
    page = _templates().get_template("brief.html.j2")
    css = _templates().get_template("brief.css.j2").render(shades=SHADES)
    return page.render(
        document=document,
        title=balanced(document.title, TITLE_ROOM),
        language=document.language.value,
        tongue=TONGUES[document.language],
        notes=notes,
        lines=lines,
        words=about(document.language),
        digest_line=digest_line(document),
        css=Markup(css),
        contents=tuple(_contents(parts)),
        text=parts[:first],
        annexes=parts[first:],
    ).encode()


@cache
def _templates() -> jinja2.Environment:
    folder = resources.files("services.alerts").joinpath("data/briefs")
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: folder.joinpath(name).read_text("utf-8")),
        autoescape=True,
        finalize=_clean,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _clean(value: object) -> object:
    return value if isinstance(value, Markup) or not isinstance(value, str) else clean(value)


def _parts(blocks: Iterable[Block], pictures: Mapping[str, bytes]) -> Iterator[_Part]:
    for place, block in enumerate(blocks):
        anchor = f"p{place}-{block.name}"
        match block:
            case Annex():
                yield _Part(shape="heading", block=block, anchor=anchor, level=2, starts_annex=True)
            case Heading():
                yield _Part(shape="heading", block=block, anchor=anchor, level=block.level + 1)
            case Table():
                yield _Part(
                    shape="table",
                    block=block,
                    anchor=anchor,
                    head=_head(block.columns),
                    is_wide=layout(block).wide,
                )
            case Chart():
                picture = pictures.get(block.name)
                svg = None if picture is None else _drawing(picture, anchor, block)
                yield _Part(shape="chart", block=block, anchor=anchor, svg=svg)
            case _:
                yield _Part(shape="paragraph", block=block)


def _drawing(picture: bytes, anchor: str, chart: Chart) -> Markup:
    return Markup(inlined(picture, anchor, chart.caption, chart.alt))


def _head(columns: Sequence[Column]) -> int:
    words = (place for place, column in enumerate(columns) if not column.is_number)
    return next(words, 0)


def _contents(parts: Iterable[_Part]) -> Iterator[_Entry]:
    for part in parts:
        if isinstance(part.block, Annex):
            yield _Entry(text=part.block.text, anchor=part.anchor, depth=1)
        elif isinstance(part.block, Heading) and part.block.level <= _DEEPEST:
            yield _Entry(text=part.block.text, anchor=part.anchor, depth=part.block.level)
