"""Forms are the same bytes in another zone, locale, folder and order of hashes."""

import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from services.alerts.adapters.briefs import zipped
from services.alerts.adapters.briefs.docx import docx
from services.alerts.adapters.briefs.html import html
from services.alerts.adapters.briefs.stamp import stamp
from services.alerts.adapters.briefs.xlsx import xlsx
from services.alerts.domain.briefs.document import Document
from tests.unit.alerts.briefs import samples

_ROOT = Path(__file__).parents[4]
_PROGRAM = "from tests.unit.alerts.briefs.test_same_bytes import sums; print(sums())"


def sums() -> str:
    """The hashes of all forms of both samples."""
    picture = samples.png()
    made = [
        form
        for document in (samples.chinese(), samples.english())
        for form in (
            docx(document, {"map": picture}),
            xlsx(document),
            html(document, {"map": samples.SVG}),
        )
    ]
    return " ".join(hashlib.sha256(one).hexdigest() for one in made)


@pytest.mark.parametrize(
    "other",
    [
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "zh_CN.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "America/St_Johns", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "2"},
        {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "3"},
    ],
    ids=["kiritimati", "st-johns", "shanghai"],
)
def test_same_bytes_elsewhere(other: dict[str, str], tmp_path: Path) -> None:
    environment = {**os.environ, **other, "PYTHONPATH": str(_ROOT), "PYTHONWARNINGS": "ignore"}
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == sums()


def test_archives_have_one_order_and_one_time() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("z.xml", "_rels/.rels", "a.xml", "[Content_Types].xml"):
            archive.writestr(name, name)
    same = zipped.same(made.getvalue())
    with zipfile.ZipFile(BytesIO(same)) as archive:
        names = archive.namelist()
        assert names == ["[Content_Types].xml", "_rels/.rels", "a.xml", "z.xml"]
        assert [archive.read(name).decode() for name in names] == names
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert zipped.same(same) == same


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("2026年10月27日", "2026-10-27"),
        ("27 October 2026", "2026-10-27"),
        ("5 Jan 2027", "2027-01-05"),
        ("2026-02-03", "2026-02-03"),
        ("2026年13月40日", "2000-01-01"),
        ("", "2000-01-01"),
        ("soon", "2000-01-01"),
    ],
)
def test_the_instant_of_making_is_the_documents_date(date: str, day: str) -> None:
    assert stamp(_dated(date)).isoformat() == f"{day}T00:00:00+00:00"


def _dated(date: str) -> Document:
    return replace(samples.chinese(), date=date)
