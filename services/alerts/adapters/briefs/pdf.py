"""A brief as PDF: the page of GB/T 9704-2012, set by Typst with our own fonts."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

import typst

from services.alerts.adapters.briefs import pdf_words
from services.alerts.adapters.briefs.stamp import stamp
from services.alerts.domain.briefs.document import Document


class UnsetError(Exception):
    """A document cannot be set; its sentence says why."""


def pdf(document: Document, pictures: Mapping[str, bytes], fonts_folder: Path) -> bytes:
    """The same bytes for the same document, pictures (SVG by the chart's name) and fonts.

    Characters that no font has are shown by their code. Raises UnsetError.
    """
    inputs = pdf_words.inputs(document, _pictures(document, pictures), fonts_folder)
    try:
        made = typst.compile(
            _template(),
            font_paths=fonts(fonts_folder),
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=["a-2a", "ua-1"],
            timestamp=stamp(document),
        )
    except typst.TypstError as error:
        hints = "; ".join(error.hints)
        raise UnsetError(f"Typst refused the brief: {error.message} {hints}".rstrip()) from error
    return bytes(made)


@cache
def fonts(folder: Path) -> typst.Fonts:
    """The fonts of a folder and no others, neither the system's nor those built into Typst."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )


def _pictures(document: Document, pictures: Mapping[str, bytes]) -> Mapping[str, str]:
    wanted = [block.name for part in pdf_words.parts(document) for block in pdf_words.charts(part)]
    if missing := [name for name in wanted if name not in pictures]:
        raise UnsetError(f"No picture was drawn for: {', '.join(missing)}.")
    return {name: pictures[name].decode() for name in wanted}


@cache
def _template() -> bytes:
    return resources.files("services.alerts").joinpath("data/briefs/brief.typ").read_bytes()
