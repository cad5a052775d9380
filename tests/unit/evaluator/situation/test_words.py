"""Chinese that briefs take over as it is: full-width punctuation, no codes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import services.evaluator
from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.statistics.qualifiers import qualified
from services.evaluator.domain.statistics.statement_book import nothing_of
from services.evaluator.handlers.situation.amounts import label

HALF_WIDTH = re.compile(r"[\u4e00-\u9fff}][,;:?(]|[,;:)?(][\u4e00-\u9fff{]")
HAN = re.compile(r"[\u4e00-\u9fff]")


def _labels(path: Path) -> Iterator[str]:
    """The Chinese of each `Label(…)` that is written out in a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Label" and node.args:
            said = ast.unparse(node.args[0])
            if HAN.search(said):
                yield said


def test_chinese_labels_have_no_half_width_punctuation() -> None:
    folder = Path(services.evaluator.__file__).parent
    found = [
        (path.name, said)
        for path in sorted(folder.rglob("*.py"))
        for said in _labels(path)
        if HALF_WIDTH.search(re.sub(r"\{[^{}]*\}", "{}", said).removeprefix("f"))
    ]
    assert found == []


def test_a_missing_number_names_what_it_is_of() -> None:
    assert nothing_of("capacity", "wind").label.zh.endswith("（风电）")
    assert "large" not in nothing_of("industrial-energy", "large").label.zh
    assert qualified(Label("产量", "output"), "沥青") == Label("产量（沥青）", "output 沥青")
    assert qualified(Label("产量", "output"), "") == Label("产量", "output")


def test_codes_of_factors_are_not_told() -> None:
    said = Label(
        "缺少因子：电网因子（序列 grid，项目 electricity，地区 540000）；甲（乙）",
        "no factor: grid factor (series grid, item electricity, place 540000); a (b)",
    )
    told = label(said)
    assert (told.zh, told.en) == ("缺少因子：电网因子；甲（乙）", "no factor: grid factor; a (b)")
