"""Every module opens with a sentence that tells a newcomer what it is for."""

import ast
from pathlib import Path

from tests.architecture.test_sizes import FILES, source, tree


def _introduces_itself(path: Path) -> bool:
    opening = ast.get_docstring(tree(path)) or ""
    sentence = opening.splitlines()[0] if opening else ""
    return sentence.endswith((".", ":", ";", ",")) or "\n" in opening


def test_modules_introduce_themselves() -> None:
    # A package that only holds its modules together has nothing to say.
    speaking = [path for path in FILES if source(path).strip()]
    assert [str(path) for path in speaking if not _introduces_itself(path)] == []
