"""LibreOffice opens our DOCX: the text and the tables that it shows are those of the document.

Where LibreOffice is not installed this is skipped, and the run says so.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2
import pytest
from lxml import etree

from services.alerts.adapters.briefs import assets
from services.alerts.adapters.briefs.docx import docx
from services.alerts.domain.briefs.document import (
    Annex,
    Chart,
    Document,
    Edition,
    Heading,
    Language,
    Paragraph,
)
from services.alerts.domain.briefs.writing.brief import write
from tests.unit.alerts.briefs import reading, samples
from tests.unit.alerts.briefs.example import example_facts

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
PATIENCE_S = 180.0

pytestmark = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice is not installed (libreoffice-writer)"
)

_POINTS = 72 / 25.4
_FOOT_MM = {False: 33.0, True: 24.0}
"""Page numbers stand below this, by whether the page lies on its side."""
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_BROKEN_HYPHEN = re.compile("[\ufffe\x02\u00ad]")
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<dir>{folder}</dir>
{aliases}
</fontconfig>
"""
_ALIAS = (
    '<match target="pattern"><test name="family"><string>{name}</string></test>'
    '<edit name="family" mode="assign" binding="strong"><string>{ours}</string></edit></match>'
)
_OURS = {
    "仿宋_GB2312": "Noto Serif SC",
    "楷体_GB2312": "Noto Serif SC",
    "方正小标宋简体": "Noto Serif SC",
    "宋体": "Noto Serif SC",
    "黑体": "Noto Sans SC",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What LibreOffice made of the documents: the folder with NAME.pdf and NAME.fodt."""

    folder: Path
    documents: Mapping[str, Document]


def grid() -> Document:
    """Nothing but Chinese characters, many pages of them."""
    text = Paragraph(text="降" * 4000, name="text")
    return replace(samples.chinese(), blocks=(text,))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("office")
    facts = example_facts()
    documents = {
        "sample-zh": samples.chinese(),
        "sample-en": samples.english(),
        "brief-zh": write(facts, Language.ZH, Edition.OFFICE),
        "brief-en": write(facts, Language.EN, Edition.OFFICE),
        "public-zh": write(facts, Language.ZH, Edition.PUBLIC),
        "grid": grid(),
    }
    for name, document in documents.items():
        (folder / f"{name}.docx").write_bytes(docx(document, pictures(document)))
    for form in ("pdf", "fodt"):
        convert(folder, form, sorted(documents))
    return Office(folder=folder, documents=documents)


def pictures(document: Document) -> Mapping[str, bytes]:
    picture = samples.png()
    return {block.name: picture for block in document.blocks if isinstance(block, Chart)}


def convert(folder: Path, form: str, names: list[str]) -> None:
    """With a profile and fonts of its own, so that nobody's settings matter."""
    aliases = "\n".join(_ALIAS.format(name=name, ours=ours) for name, ours in _OURS.items())
    fonts = folder / "fonts.conf"
    fonts.write_text(_FONTS.format(folder=assets.fonts(), aliases=aliases), "utf-8")
    subprocess.run(
        [
            SOFFICE or "",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            form,
            "--outdir",
            str(folder),
            *(str(folder / f"{name}.docx") for name in names),
        ],
        env={**os.environ, "FONTCONFIG_FILE": str(fonts), "HOME": str(folder)},
        check=True,
        capture_output=True,
        timeout=PATIENCE_S,
    )
    assert all((folder / f"{name}.{form}").is_file() for name in names)


def pages(path: Path) -> tuple[str, ...]:
    """The text of every page of a PDF without its page number."""
    with closing(pypdfium2.PdfDocument(path)) as document:
        return tuple(_page(document, place) for place in range(len(document)))


def _page(document: pypdfium2.PdfDocument, place: int) -> str:
    with closing(document[place]) as page, closing(page.get_textpage()) as text:
        wide, tall = page.get_size()
        foot = _FOOT_MM[wide > tall] * _POINTS
        said = str(text.get_text_bounded(0, foot, wide, tall))
    return _BROKEN_HYPHEN.sub("-", said)


NAMES = ("sample-zh", "sample-en", "brief-zh", "brief-en", "public-zh")


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_show_the_documents_words_in_their_order(office: Office, name: str) -> None:
    left = reading.squeezed("".join(pages(office.folder / f"{name}.pdf")))
    for shown in reading.flow(office.documents[name]):
        line, again = reading.squeezed(shown.words), reading.squeezed(shown.head)
        if again and not left.startswith(line):
            assert left.startswith(again), (shown.words, left[:200])
            left = left.removeprefix(again)
        assert left.startswith(line), (shown.words, left[:200])
        left = left.removeprefix(line)
    assert not left


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_tables_with_the_documents_cells(office: Office, name: str) -> None:
    root = etree.parse(office.folder / f"{name}.fodt").getroot()
    made = []
    for table in root.iter(f"{_TABLE}table"):
        assert table.find(f"{_TABLE}table-header-rows") is not None
        made.append(
            tuple(
                tuple(_words(cell) for cell in row.iter(f"{_TABLE}table-cell"))
                for row in table.iter(f"{_TABLE}table-row")
            )
        )
    assert tuple(made) == tuple(
        tuple(tuple(map(reading.squeezed, row)) for row in rows)
        for rows in reading.tables(office.documents[name])
    )


@pytest.mark.parametrize("name", NAMES)
def test_headings_are_headings(office: Office, name: str) -> None:
    root = etree.parse(office.folder / f"{name}.fodt").getroot()
    made = [(str(one.get(f"{_TEXT}outline-level")), _words(one)) for one in root.iter(f"{_TEXT}h")]
    assert made == [
        ("1" if isinstance(block, Annex) else str(block.level), reading.squeezed(block.text))
        for block in office.documents[name].blocks
        if isinstance(block, Annex | Heading)
    ]


def _words(element: etree._Element) -> str:
    return reading.squeezed("".join(str(text) for text in element.itertext()))


def test_a_page_of_text_has_22_lines_of_28_characters(office: Office) -> None:
    _, *middle, _, _ = pages(office.folder / "grid.pdf")
    assert len(middle) >= 3
    for page in middle:
        lines = page.split()
        assert [len(line) for line in lines] == [28] * 22
