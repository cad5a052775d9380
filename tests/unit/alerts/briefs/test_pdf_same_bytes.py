"""A brief's PDF is the same bytes in another process, time zone, language and folder."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.alerts.adapters.briefs import assets
from services.alerts.adapters.briefs.pdf import pdf
from tests.unit.alerts.briefs import pdf_sample

ROOT = Path(__file__).parents[4]
PROGRAM = """
import hashlib
from services.alerts.adapters.briefs.pdf import pdf
from services.alerts.adapters.briefs import assets
from tests.unit.alerts.briefs import pdf_sample
data = pdf(pdf_sample.brief(), pdf_sample.PICTURES, assets.fonts())
print(hashlib.sha256(data).hexdigest())
"""


@pytest.mark.parametrize(
    ("zone", "locale", "seed"),
    [("Asia/Shanghai", "C", "1"), ("America/St_Johns", "tr_TR.UTF-8", "77")],
)
def test_the_same_document_gives_the_same_bytes(
    tmp_path: Path, zone: str, locale: str, seed: str
) -> None:
    there = {"TZ": zone, "LC_ALL": locale, "LANG": locale, "PYTHONHASHSEED": seed}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={**os.environ, **there, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = pdf(pdf_sample.brief(), pdf_sample.PICTURES, assets.fonts())
    assert run.stdout.strip() == hashlib.sha256(here).hexdigest()
