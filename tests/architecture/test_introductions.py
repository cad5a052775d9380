"""Every module opens with a sentence that tells a newcomer what it is for."""

import ast
from pathlib import Path

import pytest

from tests.architecture.test_sizes import FILES, ROOT

# A package that only holds its modules together has nothing to say.
SPEAKING = [path for path in FILES if (ROOT / path).read_text(encoding="utf-8").strip()]


@pytest.mark.parametrize("path", SPEAKING, ids=str)
def test_a_module_introduces_itself(path: Path) -> None:
    opening = ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8"))) or ""
    sentence = opening.splitlines()[0] if opening else ""
    assert sentence.endswith((".", ":", ";", ",")) or "\n" in opening, "no opening sentence"
