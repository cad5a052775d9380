"""Pictures are the same bytes in another zone, language, folder, and with another hash seed."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.alerts.adapters.briefs import pictures
from tests.unit.alerts.briefs.charts import samples

DRAW = """
import hashlib, json
from services.alerts.adapters.briefs import pictures
from tests.unit.alerts.briefs.charts import samples
print(json.dumps({
    f"{name}.{form}": hashlib.sha256(pictures.draw(chart, form)).hexdigest()
    for name, chart in samples() for form in ("svg", "png")
}))
"""
FORMS: tuple[pictures.Form, ...] = ("svg", "png")
TREE = Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("zone", "language", "seed"),
    [("Asia/Shanghai", "C", "0"), ("America/St_Johns", "de_DE.UTF-8", "77")],
)
def test_drawn_elsewhere(zone: str, language: str, seed: str, tmp_path: Path) -> None:
    # A user's own settings of matplotlib lie where it looks for them.
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9\nsavefig.dpi: 30\n")
    surroundings = {
        "TZ": zone,
        "LC_ALL": language,
        "PYTHONHASHSEED": seed,
        "SOURCE_DATE_EPOCH": "7",
    }
    answer = subprocess.run(
        [sys.executable, "-c", DRAW],
        cwd=tmp_path,
        env={**os.environ, **surroundings, "PYTHONPATH": str(TREE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    here = {
        f"{name}.{form}": hashlib.sha256(pictures.draw(chart, form)).hexdigest()
        for name, chart in samples()
        for form in FORMS
    }
    assert json.loads(answer.stdout) == here
